#include "sim/trace/tables.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "sim/trace/sample_run.hpp"

namespace lparsim::trace {
namespace {

TEST(Tables, AreAllDescribedInTheFileItself) {
  const TemporaryFile file;
  Recorder{file.path(), Level::off, sample_run()}.finish({});
  SQLite::Database database{file.path().string()};
  EXPECT_EQ(database.execAndGet("PRAGMA application_id").getInt(), kApplicationId);
  EXPECT_EQ(database.execAndGet("PRAGMA user_version").getInt(), kFormatVersion);
  SQLite::Statement undescribed{database,
                                "SELECT m.name, c.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c "
                                "WHERE m.type IN ('table', 'view') AND NOT EXISTS (SELECT 1 FROM schema_note n WHERE n.table_name = m.name "
                                "AND n.column_name = c.name AND n.meaning <> '')"};
  while (undescribed.executeStep()) ADD_FAILURE() << undescribed.getColumn(0) << "." << undescribed.getColumn(1);
  EXPECT_EQ(database.execAndGet("SELECT count(*) FROM schema_note WHERE column_name = ''").getUInt(), tables().size() + views().size());
  EXPECT_EQ(database.execAndGet("SELECT count(*) FROM schema_note WHERE column_name LIKE '%\\_ps' ESCAPE '\\' AND unit <> 'ps'").getInt(),
            0);
}

// LPARSIM_UPDATE=1 writes the chapter anew.
TEST(Tables, AreDescribedTheSameInTheDocument) {
  const std::string path = std::string{LPARSIM_SOURCE_DIR} + "/docs/run-file.md";
  const std::string heading = "## Tables and views\n";
  std::ifstream in{path};
  std::string document{std::istreambuf_iterator<char>{in}, {}};
  const std::size_t chapter = document.find(heading);
  ASSERT_NE(chapter, std::string::npos) << path;
  if (std::getenv("LPARSIM_UPDATE") != nullptr) {
    document.resize(chapter + heading.size());
    document += tables_as_markdown();
    std::ofstream{path} << document;
  }
  EXPECT_EQ(document.substr(chapter + heading.size()), tables_as_markdown()) << "run with LPARSIM_UPDATE=1 after a change of tables.cpp";
}

}  // namespace
}  // namespace lparsim::trace

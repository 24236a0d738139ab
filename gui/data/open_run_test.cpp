#include "gui/data/open_run.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "gui/data/run_facts.hpp"
#include "sim/trace/sample_run.hpp"

namespace lparsim::gui {
namespace {

using namespace literals;
using ::testing::HasSubstr;

std::string refusal(const std::filesystem::path& path) {
  const auto run = openRun(path);
  return run ? "opened" : run.error();
}

void writeRun(const std::filesystem::path& path) {
  trace::Recorder recorder{path, trace::Level::full, trace::sample_run()};
  trace::record_sample(recorder);
  recorder.finish({4_s, 1, 1, 1});
}

TEST(OpenRun, SaysWhatToDoAboutWhatIsNoRunFile) {
  const trace::TemporaryFile file;
  EXPECT_THAT(refusal(file.path()), HasSubstr("is not there; it may have been moved"));
  EXPECT_THAT(refusal(file.path() / "below"), HasSubstr("is not there"));
  EXPECT_THAT(refusal(std::filesystem::temp_directory_path()), HasSubstr("is a folder; open a run file in it"));
  std::ofstream{file.path()}.flush();
  EXPECT_THAT(refusal(file.path()), HasSubstr("is empty;"));
  std::ofstream{file.path()} << "lparsim: 1\n";
  EXPECT_THAT(refusal(file.path()), HasSubstr("not a run file of lparsim; open a file that"));
  std::filesystem::remove(file.path());
  { SQLite::Database{file.path().string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE}.exec("CREATE TABLE notes (x)"); }
  EXPECT_THAT(refusal(file.path()), HasSubstr("is a database of another program"));
  std::filesystem::remove(file.path());
  ASSERT_EQ(::mkfifo(file.path().c_str(), 0600), 0);
  EXPECT_THAT(refusal(file.path()), HasSubstr("is not an ordinary file"));
}

TEST(OpenRun, KnowsAScenarioWhenItSeesOne) {
  const trace::TemporaryFile file;
  const auto yaml = file.beside("-wal").string() + ".yaml";
  std::ofstream{yaml} << "lparsim: 1\n";
  EXPECT_THAT(refusal(yaml), HasSubstr("is a scenario, not a run; start it under Runs"));
  std::filesystem::remove(yaml);
}

TEST(OpenRun, SaysWhatToDoAboutANewerFormat) {
  const trace::TemporaryFile file;
  writeRun(file.path());
  { SQLite::Database{file.path().string(), SQLite::OPEN_READWRITE}.exec("PRAGMA user_version = 1000"); }
  EXPECT_THAT(refusal(file.path()), HasSubstr("newer lparsim (format 1000"));
  EXPECT_THAT(refusal(file.path()), HasSubstr("update this program"));
}

TEST(OpenRun, SaysWhatToDoAboutAFileThatIsCutShortAnywhere) {
  const trace::TemporaryFile file;
  writeRun(file.path());
  const auto whole = std::filesystem::file_size(file.path());
  for (const std::uintmax_t part : {whole - 1, whole / 2, std::uintmax_t{4096}, std::uintmax_t{100}, std::uintmax_t{50}}) {
    std::filesystem::resize_file(file.path(), part);
    EXPECT_THAT(refusal(file.path()), ::testing::AnyOf(HasSubstr("is cut short"), HasSubstr("not a run file"))) << part;
  }
}

TEST(OpenRun, SaysWhatToDoAboutALockedFile) {
  const trace::TemporaryFile file;
  writeRun(file.path());
  SQLite::Database other{file.path().string(), SQLite::OPEN_READWRITE};
  other.exec("BEGIN EXCLUSIVE");
  EXPECT_THAT(refusal(file.path()), HasSubstr("is locked by another program; close that program"));
  other.exec("ROLLBACK");
  EXPECT_EQ(refusal(file.path()), "opened");
}

TEST(OpenRun, SaysWhatToDoAboutADamagedFile) {
  const trace::TemporaryFile file;
  writeRun(file.path());
  {
    std::fstream damaged{file.path(), std::ios::in | std::ios::out | std::ios::binary};
    damaged.seekp(100);
    damaged << std::string(3996, '\xff');
  }
  EXPECT_THAT(refusal(file.path()), HasSubstr("is damaged; copy it once more"));
}

TEST(OpenRun, ReadsWhatAKilledRunLeftOnAReadOnlyDisk) {
  const trace::TemporaryFile file;
  const std::filesystem::path left = file.path().string() + "-left.db";
  {
    trace::Recorder recorder{file.path(), trace::Level::full, trace::sample_run()};
    trace::record_sample(recorder);
    // As if it were killed: file and journal as they are, without the index that readers share.
    auto copied = 0_s;
    while (copied < 1_s) {
      recorder.progress(4_s);
      const auto reader = trace::Reader::open(file.path());
      if (reader) copied = *reader->simulated();
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    for (const char* suffix : {"", "-wal"}) std::filesystem::copy_file(file.path().string() + suffix, left.string() + suffix);
  }
  // Where the index cannot be made: its name is taken by a folder.
  std::filesystem::create_directory(left.string() + "-shm");
  {
    const auto run = openRun(left);
    ASSERT_TRUE(run) << run.error();
    const auto facts = loadFacts(run->reader);
    ASSERT_TRUE(facts) << facts.error();
    EXPECT_GE(facts->simulated, 1_s);
    EXPECT_EQ(facts->info.partitions.size(), 3U);
  }
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove_all(left.string() + suffix);
}

TEST(OpenRun, TellsOneFileFromAnotherOfTheSameName) {
  const trace::TemporaryFile file;
  EXPECT_FALSE(identityOf(file.path()).there);
  std::ofstream{file.path()} << "one";
  const FileIdentity first = identityOf(file.path());
  EXPECT_TRUE(first.there);
  std::ofstream{file.path(), std::ios::app} << "more";
  EXPECT_EQ(identityOf(file.path()), first);
  std::ofstream{file.beside("-wal")} << "two";
  std::filesystem::rename(file.beside("-wal"), file.path());
  EXPECT_NE(identityOf(file.path()), first);
}

TEST(LoadFacts, RefusesAMachineThatCannotBe) {
  const trace::TemporaryFile file;
  for (const char* damage : {"UPDATE server SET cores = 4000000000", "UPDATE \"partition\" SET virtual_processors = 4000000000",
                             "UPDATE run SET duration_ps = -1", "UPDATE device SET id = id + 1000"}) {
    SCOPED_TRACE(damage);
    std::filesystem::remove(file.path());
    writeRun(file.path());
    { SQLite::Database{file.path().string(), SQLite::OPEN_READWRITE}.exec(damage); }
    const auto run = openRun(file.path());
    ASSERT_TRUE(run) << run.error();
    const auto facts = loadFacts(run->reader);
    ASSERT_FALSE(facts);
    EXPECT_THAT(facts.error(), HasSubstr("is damaged: it tells of a machine that cannot be; copy it once more"));
  }
}

}  // namespace
}  // namespace lparsim::gui

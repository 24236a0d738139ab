#include "sim/report/lparcfg/export_tree.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "sim/report/format.hpp"
#include "sim/trace/sample_run.hpp"

namespace lparsim::report {
namespace {

namespace fs = std::filesystem;
using namespace literals;
using testing::AllOf;
using testing::Contains;
using testing::Field;
using testing::HasSubstr;

std::string text_of(const fs::path& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

class ExportTree : public testing::Test {
 protected:
  trace::TemporaryFile place;
  fs::path directory = place.path();
  std::vector<ReportFile> files{{"proc/stat", "cpu  1\n"}, {"sys/devices/system/cpu/online", "0\n"}};
};

TEST_F(ExportTree, WritesIntoAFolderThatIsNewOrEmpty) {
  ASSERT_TRUE(export_tree(directory, files, "web of run.db at 1 s"));
  EXPECT_EQ(text_of(directory / "sys/devices/system/cpu/online"), "0\n");
  EXPECT_EQ(text_of(directory / kExportMark), "web of run.db at 1 s\nproc/stat\nsys/devices/system/cpu/online\n");
  fs::remove_all(directory);
  fs::create_directory(directory);
  EXPECT_TRUE(export_tree(directory, files, "web of run.db at 1 s"));
}

TEST_F(ExportTree, ReplacesAnEarlierExportAsAWhole) {
  ASSERT_TRUE(export_tree(directory, files, "web of run.db at 1 s"));
  ASSERT_TRUE(export_tree(directory, {{"proc/uptime", "2.00\n"}}, "web of run.db at 2 s"));
  EXPECT_TRUE(fs::exists(directory / "proc/uptime"));
  EXPECT_FALSE(fs::exists(directory / "proc/stat"));
  EXPECT_FALSE(fs::exists(directory / "sys"));
}

TEST_F(ExportTree, TouchesNothingWhereSomethingForeignIs) {
  ASSERT_TRUE(export_tree(directory, files, "web of run.db at 1 s"));
  std::ofstream{directory / "proc/notes.txt"} << "mine";
  const auto again = export_tree(directory, {{"proc/uptime", "2.00\n"}}, "web of run.db at 2 s");
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error(),
              HasSubstr(" holds proc/notes.txt, which no export wrote there; an export needs a folder that is new, empty, "));
  EXPECT_TRUE(fs::exists(directory / "proc/stat"));
  EXPECT_FALSE(fs::exists(directory / "proc/uptime"));
}

TEST_F(ExportTree, FollowsNoLinksOutOfTheFolder) {
  ASSERT_TRUE(export_tree(directory, files, "web of run.db at 1 s"));
  fs::remove(directory / "proc/stat");
  fs::create_symlink("/etc/passwd", directory / "proc/stat");
  EXPECT_FALSE(export_tree(directory, files, "web of run.db at 2 s"));
  EXPECT_TRUE(fs::is_symlink(directory / "proc/stat"));
}

TEST_F(ExportTree, NamesWhatIsNoFolder) {
  std::ofstream{directory} << "a file";
  EXPECT_THAT(export_tree(directory, files, "").error(), HasSubstr(" is no folder; "));
  EXPECT_EQ(text_of(directory), "a file");
}

/// A run file of the sample run.
class LparcfgFormat : public testing::Test {
 protected:
  void record(trace::Level level) {
    trace::Recorder recorder{file.path(), level, trace::sample_run()};
    trace::record_sample(recorder);
    recorder.finish({});
  }
  Result<std::vector<ReportFile>> files(const Options& options) {
    const auto reader = trace::Reader::open(file.path());
    return reader ? render_files(*reader, Format::lparcfg, options) : unexpected(reader.error());
  }
  trace::TemporaryFile file;
};

TEST_F(LparcfgFormat, ShowsAPartitionAtATime) {
  record(trace::Level::summary);
  const auto tree = files({.partition = "web", .interval = {}, .at = 3_s});
  ASSERT_TRUE(tree) << tree.error();
  EXPECT_THAT(*tree, Contains(AllOf(Field(&ReportFile::path, "proc/powerpc/lparcfg"),
                                    Field(&ReportFile::content, HasSubstr("\ntbr=1536000000\n")))));
  EXPECT_THAT(*tree, Contains(AllOf(Field(&ReportFile::path, "sys/devices/system/cpu/cpu11/purr"),
                                    Field(&ReportFile::content, "1b774000\n"))));  // 3 x 300 ms
}

TEST_F(LparcfgFormat, NeedsATimeAPartitionAndIntervals) {
  record(trace::Level::summary);
  EXPECT_THAT(files({.partition = "web", .interval = {}}).error(), HasSubstr("--at has to name it"));
  EXPECT_THAT(files({.partition = {}, .interval = {}, .at = 3_s}).error(), HasSubstr("--partition has to name it"));
  EXPECT_THAT(files({.partition = "web", .interval = {}, .at = 2500_ms}).error(), HasSubstr("the nearest recorded times are 2 s and 3 s"));
  record(trace::Level::off);
  EXPECT_THAT(files({.partition = "web", .interval = {}, .at = 3_s}).error(), HasSubstr("it was recorded with --trace off"));
}

TEST_F(LparcfgFormat, OtherFormatsTakeNoTime) {
  record(trace::Level::summary);
  const auto reader = trace::Reader::open(file.path());
  EXPECT_EQ(render(*reader, Format::text, {.partition = {}, .interval = {}, .at = 3_s}).error(), "a time is for the format lparcfg only");
}

}  // namespace
}  // namespace lparsim::report

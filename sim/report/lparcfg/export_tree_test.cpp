#include "sim/report/lparcfg/export_tree.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "sim/trace/sample_run.hpp"

namespace lparsim::report {
namespace {

namespace fs = std::filesystem;
using namespace literals;
using testing::HasSubstr;

std::string text_of(const fs::path& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

class ExportTree : public testing::Test {
 protected:
  trace::TemporaryFile place;
  fs::path directory = place.path();
  std::vector<TreeFile> files{{"proc/stat", "cpu  1\n"}, {"sys/devices/system/cpu/online", "0\n"}};
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

/// A run file, and a folder beside it.
class ExportLparcfg : public testing::Test {
 protected:
  void record(trace::Level level) {
    trace::Recorder recorder{file.path(), level, trace::sample_run()};
    trace::record_sample(recorder);
    recorder.finish({});
  }
  ~ExportLparcfg() override { fs::remove_all(directory); }
  Result<std::string> exported(const std::string& partition, SimTime at) {
    const auto reader = trace::Reader::open(file.path());
    return reader ? export_lparcfg(*reader, partition, at, directory) : unexpected(reader.error());
  }
  trace::TemporaryFile file;
  fs::path directory = file.beside("-tree");
};

TEST_F(ExportLparcfg, ShowsAPartitionAtATime) {
  record(trace::Level::summary);
  const auto said = exported("web", 3_s);
  ASSERT_TRUE(said) << said.error();
  EXPECT_THAT(*said, HasSubstr("web of "));
  EXPECT_THAT(*said, HasSubstr(" at 3 s: "));
  EXPECT_THAT(text_of(directory / "proc/powerpc/lparcfg"), HasSubstr("\ntbr=1536000000\n"));
  EXPECT_EQ(text_of(directory / "sys/devices/system/cpu/cpu11/purr"), "1b774000\n");  // 3 x 300 ms
}

TEST_F(ExportLparcfg, NeedsIntervalsAndAPartition) {
  record(trace::Level::off);
  EXPECT_THAT(exported("web", 3_s).error(), HasSubstr(" has no interval samples: it was recorded with --trace off"));
  record(trace::Level::summary);
  EXPECT_THAT(exported("wep", 3_s).error(), HasSubstr("there is no partition `wep`; did you mean `web`?"));
  EXPECT_FALSE(fs::exists(directory));
}

}  // namespace
}  // namespace lparsim::report

#include "sim/trace/reader.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>

#include <fstream>

#include "sim/trace/interval_sum.hpp"
#include "sim/trace/process.hpp"
#include "sim/trace/sample_run.hpp"
#include "sim/trace/table_hash.hpp"

namespace lparsim::trace {
namespace {

using testing::HasSubstr;

std::string refusal(const std::filesystem::path& path) {
  const Result<Reader> reader = Reader::open(path);
  return reader ? "opened" : reader.error();
}

void write_file(const std::filesystem::path& path) {
  Recorder recorder{path, Level::full, sample_run()};
  record_sample(recorder);
  for (std::int64_t n = 0; n < 20'000; ++n) recorder.dispatch(sample_dispatch(n));
  recorder.finish({});
}

TEST(Reader, RefusesWhatIsNotARunFileWithASentence) {
  const TemporaryFile file;
  EXPECT_THAT(refusal(file.path()), HasSubstr("No such file or directory"));
  std::ofstream{file.path()}.flush();
  EXPECT_THAT(refusal(file.path()), HasSubstr("empty"));
  std::ofstream{file.path()} << "SQLite format 3";
  EXPECT_THAT(refusal(file.path()), HasSubstr("not a run file"));
  std::ofstream{file.path()} << std::string(5000, 'x');
  EXPECT_THAT(refusal(file.path()), HasSubstr("not a run file"));
  EXPECT_THAT(table_hashes(file.path()).error(), HasSubstr("not a run file"));
  EXPECT_THAT(refusal(std::filesystem::temp_directory_path()), HasSubstr("directory"));
  std::filesystem::remove(file.path());
  { SQLite::Database{file.path().string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE}.exec("CREATE TABLE run (x)"); }
  EXPECT_THAT(refusal(file.path()), HasSubstr("not a run file"));
}

TEST(Reader, RefusesANewerFormat) {
  const TemporaryFile file;
  write_file(file.path());
  { SQLite::Database{file.path().string(), SQLite::OPEN_READWRITE}.exec("PRAGMA user_version = 4"); }
  EXPECT_THAT(refusal(file.path()), HasSubstr("newer lparsim (format 4; this one reads up to 3)"));
}

TEST(Reader, RefusesAnOlderFormatAndSaysWhatToDo) {
  const TemporaryFile file;
  write_file(file.path());
  { SQLite::Database{file.path().string(), SQLite::OPEN_READWRITE}.exec("PRAGMA user_version = 1"); }
  EXPECT_THAT(refusal(file.path()), HasSubstr("older lparsim (format 1; this one reads 2 to 3); run its scenario again"));
}

TEST(Reader, RefusesAFileThatIsCutShort) {
  const TemporaryFile file;
  write_file(file.path());
  const auto whole = std::filesystem::file_size(file.path());
  for (const std::uintmax_t part : {whole - 1, whole / 2, std::uintmax_t{4096}, std::uintmax_t{100}, std::uintmax_t{99}}) {
    std::filesystem::resize_file(file.path(), part);
    EXPECT_NE(refusal(file.path()), "opened") << part << " of " << whole << " bytes";
  }
}

TEST(Reader, TurnsDamageInsideIntoAnErrorOfTheQuery) {
  const TemporaryFile file;
  write_file(file.path());
  {
    std::fstream damaged{file.path(), std::ios::in | std::ios::out | std::ios::binary};
    const auto size = static_cast<std::streamoff>(std::filesystem::file_size(file.path()));
    for (std::streamoff at = size / 4096 / 2 * 4096; at + 4096 <= size; at += 4096) {
      damaged.seekp(at);
      damaged << std::string(64, '\xff');
    }
  }
  const Result<Reader> reader = Reader::open(file.path());
  ASSERT_TRUE(reader) << reader.error();
  EXPECT_THAT(reader->dispatches(0_s, 100_s).error(), HasSubstr("cannot read"));
}

TEST(Reader, ReadsAFileFromADirectoryItCannotWriteTo) {
  const TemporaryFile file;
  write_file(file.path());
  std::filesystem::permissions(file.path(), std::filesystem::perms::owner_read);
  EXPECT_EQ(Reader::open(file.path())->state(), RunState::finished);
}

TEST(Process, IsTheSameOnlyWithTheSameStartAndBoot) {
  ProcessIdentity process = this_process();
  EXPECT_TRUE(is_alive(process));
  ProcessIdentity later = process;
  later.start += 1;
  EXPECT_FALSE(is_alive(later)) << "the process id was used again";
  process.boot_id = "another boot";
  EXPECT_FALSE(is_alive(process));
  EXPECT_FALSE(is_alive({}));
}

TEST(IntervalSum, KeepsAShorterLastPeriodAndAllSums) {
  std::vector<IntervalSample> samples;
  for (std::int64_t second = 0; second < 5; ++second) samples.push_back(sample_interval(PartitionId{0}, second));
  samples.back().end = samples.back().begin + 200_ms;
  const auto sums = put_together(samples, 2_s).value();
  ASSERT_EQ(sums.size(), 3U);
  EXPECT_EQ(sums[2].end - sums[2].begin, 200_ms);
  EXPECT_EQ(sums[0].entitled, 1_s);
  EXPECT_EQ(sums[0].phint, 6U);
  EXPECT_FALSE(put_together(samples, 1500_ms));
  EXPECT_FALSE(put_together(samples, SimTime{}));
}

}  // namespace
}  // namespace lparsim::trace

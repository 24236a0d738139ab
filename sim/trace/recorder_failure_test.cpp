#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <functional>
#include <thread>

#include "sim/trace/reader.hpp"
#include "sim/trace/recorder.hpp"
#include "sim/trace/sample_run.hpp"

namespace lparsim::trace {
namespace {

using testing::HasSubstr;

std::string error_of(const std::filesystem::path& path) {
  try {
    const Recorder recorder{path, Level::full, sample_run()};
  } catch (const WriteError& e) {
    return e.what();
  }
  return "no error";
}

/// Runs `body` in a process of its own.
pid_t in_child(const std::function<int()>& body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  return child;
}

int exit_code(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(RecorderFailure, NamesPathAndReasonWhenTheFileCannotBeCreated) {
  const TemporaryFile file;
  std::filesystem::create_directory(file.path());
  EXPECT_THAT(error_of(file.path()), HasSubstr(file.path().filename().string() + ": it is a directory"));
  EXPECT_THAT(error_of(file.path() / "no" / "run.db"), HasSubstr("No such file or directory"));
  EXPECT_THAT(error_of("/dev/full"), HasSubstr("not a regular file"));
  EXPECT_THAT(error_of("/proc/run.db"), HasSubstr("cannot write /proc/run.db: "));
}

TEST(RecorderFailure, NeverOverwritesAFileThatIsNotARunFile) {
  const TemporaryFile file;
  std::ofstream{file.path()} << "my thesis";
  EXPECT_THAT(error_of(file.path()), HasSubstr("not a run file"));
  std::string content;
  std::getline(std::ifstream{file.path()} >> std::ws, content);
  EXPECT_EQ(content, "my thesis");
  std::filesystem::remove(file.path());
  { SQLite::Database{file.path().string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE}.exec("CREATE TABLE mine (x)"); }
  EXPECT_THAT(error_of(file.path()), HasSubstr("not a run file"));
  EXPECT_TRUE(SQLite::Database(file.path().string()).tableExists("mine"));
}

TEST(RecorderFailure, ReplacesAnOlderRunFileAndAnEmptyFile) {
  const TemporaryFile file;
  std::ofstream{file.path()}.flush();
  for (int run = 0; run < 2; ++run) {
    Recorder recorder{file.path(), Level::summary, sample_run()};
    recorder.metrics({{"run", static_cast<double>(run), "1", ""}});
    recorder.finish({});
  }
  EXPECT_EQ(Reader::open(file.path())->metrics().value()[0].value, 1);
}

TEST(RecorderFailure, LeavesARunFileAloneWhoseRunIsAlive) {
  const TemporaryFile file;
  Recorder recorder{file.path(), Level::summary, sample_run()};
  EXPECT_THAT(error_of(file.path()), HasSubstr("still alive"));
  recorder.finish({});
}

TEST(RecorderFailure, OverAFullDiskThrowsAndLeavesAFileThatOpens) {
  const TemporaryFile file;
  const pid_t child = in_child([&] {
    // What a full disk is to write(2), `ulimit -f` is too, and needs no root.
    const rlimit limit{4 << 20, 4 << 20};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    Recorder recorder{file.path(), Level::full, sample_run()};
    try {
      for (std::int64_t n = 0; n < 100'000'000; ++n) recorder.dispatch(sample_dispatch(n));
    } catch (const WriteError& e) {
      const std::string text = e.what();
      if (text.find(file.path().string()) == std::string::npos) return 2;
      if (text.find("File too large") == std::string::npos) return 3;
      try {
        recorder.finish({});
      } catch (const WriteError&) {
        return 0;
      }
      return 4;
    }
    return 5;
  });
  EXPECT_EQ(exit_code(child), 0);
  const Reader reader = Reader::open(file.path()).value();
  EXPECT_EQ(reader.state(), RunState::interrupted);
  EXPECT_EQ(reader.run()->scenario_name, "two-clients");
  EXPECT_TRUE(reader.dispatches(0_s, 1_s).has_value());
}

TEST(RecorderFailure, OverADiskThatIsFullOnlyAtTheEndThrowsFromFinish) {
  const TemporaryFile file;
  const pid_t child = in_child([&] {
    Recorder recorder{file.path(), Level::full, sample_run()};
    const rlimit limit{256 << 10, 256 << 10};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    for (std::size_t n = 0; n < kBatchRows - 1; ++n) {
      recorder.dispatch(sample_dispatch(static_cast<std::int64_t>(n)));
      recorder.instant(TrackId{1}, NameId{1}, 1_s, "some text that makes the rows of this table longer than they usually are");
    }
    try {
      recorder.finish({});
    } catch (const WriteError&) {
      return 0;
    }
    return 1;
  });
  EXPECT_EQ(exit_code(child), 0);
  EXPECT_EQ(Reader::open(file.path())->state(), RunState::interrupted);
}

TEST(RecorderFailure, OverNoRoomAtAllLeavesNothingBehind) {
  const TemporaryFile file;
  const pid_t child = in_child([&] {
    const rlimit limit{2048, 2048};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    return error_of(file.path()).find("cannot write " + file.path().string()) == 0 ? 0 : 1;
  });
  EXPECT_EQ(exit_code(child), 0);
  EXPECT_FALSE(std::filesystem::exists(file.path()));
}

TEST(RecorderFailure, LeavesAKilledRunReadableAndInterrupted) {
  const TemporaryFile file;
  const pid_t child = in_child([&]() -> int {
    Recorder recorder{file.path(), Level::full, sample_run()};
    for (std::int64_t n = 0;; ++n) {
      recorder.dispatch(sample_dispatch(n));
      if (n % 100'000 == 0) recorder.metrics({{"web.physc", static_cast<double>(n + 1), "PU", ""}});
    }
  });
  // Read while it grows, until metrics are there.
  std::size_t seen = 0;
  for (int attempt = 0; attempt < 6000 && seen == 0; ++attempt) {
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
    const Result<Reader> growing = Reader::open(file.path());
    if (!growing) continue;
    EXPECT_EQ(growing->state(), RunState::running);
    seen = growing->metrics()->size();
  }
  ::kill(child, SIGKILL);
  EXPECT_EQ(exit_code(child), -1);
  ASSERT_EQ(seen, 1U);
  const Reader killed = Reader::open(file.path()).value();
  EXPECT_EQ(killed.state(), RunState::interrupted);
  EXPECT_GT(killed.metrics().value()[0].value, 0);
  EXPECT_EQ(killed.dispatches(0_s, 1_s)->size(), 500U);
}

TEST(RecorderFailure, DoesNotWaitForAReaderThatStaysInTheFile) {
  const TemporaryFile file;
  {
    Recorder recorder{file.path(), Level::full, sample_run()};
    record_sample(recorder);
    const Reader reader = Reader::open(file.path()).value();
    const auto held = reader.snapshot();
    EXPECT_TRUE(reader.metrics()->empty());
    recorder.finish({20_s, 0, 0, 0});
    EXPECT_TRUE(reader.metrics()->empty()) << "a snapshot does not change";
  }
  const Reader reader = Reader::open(file.path()).value();
  EXPECT_EQ(reader.state(), RunState::finished);
  EXPECT_EQ(reader.metrics()->size(), 2U);
}

}  // namespace
}  // namespace lparsim::trace

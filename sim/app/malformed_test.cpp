// Every malformed scenario through the real binary: exit code 2 and a diagnostic, never a crash.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/app/lparsim_process.hpp"

namespace lparsim::app {
namespace {

using testing::HasSubstr;

class Malformed : public testing::Test {
 protected:
  LparsimProcess lparsim;
  void expect_refusal(const std::string& file) const {
    const Finished finished = lparsim("run '" + file + "'");
    EXPECT_EQ(finished.code, 2) << file << "\n" << finished.err.substr(0, 2'000);
    EXPECT_EQ(finished.out, "") << file;
    EXPECT_THAT(finished.err, HasSubstr(" error")) << file;
    EXPECT_THAT(finished.err, testing::ContainsRegex(":[0-9]+:[0-9]+: ")) << file;
    EXPECT_LT(finished.err.size(), 200'000U) << file;
  }
};

TEST_F(Malformed, ScenariosOfTheCollectionAreRefused) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(LPARSIM_SOURCE_DIR "/sim/scenario/malformed")) {
    expect_refusal(entry.path());
    ++files;
  }
  EXPECT_GE(files, 60U);
}

TEST_F(Malformed, FilesNestedTenThousandDeepAreRefused) {
  expect_refusal(lparsim.write("lists.yaml", "lparsim: " + std::string(10'000, '[')));
  expect_refusal(lparsim.write("closed.yaml", "lparsim: " + std::string(10'000, '[') + std::string(10'000, ']')));
  std::string mappings = "server: ";
  for (int i = 0; i < 10'000; ++i) mappings += "{a: ";
  expect_refusal(lparsim.write("mappings.yaml", mappings));
  std::string sequences;
  for (int i = 0; i < 10'000; ++i) sequences += "- ";
  expect_refusal(lparsim.write("sequences.yaml", sequences + "a"));
}

TEST_F(Malformed, FiftyMegabytesOfJunkAreRefused) {
  const std::size_t size = std::size_t{50} << 20;
  expect_refusal(lparsim.write("letters.yaml", std::string(size, 'x')));
  std::string bytes(size, '\0');
  std::uint32_t state = 1;
  for (char& byte : bytes) {
    state = state * 1'664'525 + 1'013'904'223;
    byte = static_cast<char>(state >> 24);
  }
  expect_refusal(lparsim.write("bytes.yaml", bytes));
  for (char& byte : bytes) byte = static_cast<char>(' ' + (static_cast<unsigned char>(byte) % 95));
  expect_refusal(lparsim.write("ascii.yaml", bytes));
  // Below the limit of what is read at all.
  expect_refusal(lparsim.write("smaller.yaml", bytes.substr(0, 10'000'000)));
}

TEST_F(Malformed, WhatIsNoFileIsRefused) {
  expect_refusal(lparsim.folder());
  expect_refusal("nowhere.yaml");
  expect_refusal("/dev/null");
  expect_refusal("/dev/zero");
  std::filesystem::create_symlink("loop.yaml", lparsim.folder() / "loop.yaml");
  expect_refusal("loop.yaml");
}

TEST_F(Malformed, FilesThatMayNotBeReadAreRefused) {
  if (geteuid() == 0) GTEST_SKIP() << "root may read everything";
  const auto file = lparsim.write("secret.yaml", "lparsim: 1\n");
  std::filesystem::permissions(file, std::filesystem::perms::none);
  expect_refusal(file);
}

}  // namespace
}  // namespace lparsim::app

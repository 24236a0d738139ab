// Everything in the folder malformed/, and what is too large to be kept there: a diagnostic each, never a crash.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "sim/base/text.hpp"
#include "sim/scenario/read_scenario.hpp"

namespace lparsim::scenario {
namespace {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void expect_refusal(const config::Diagnostics& diagnostics, const std::string& what) {
  EXPECT_TRUE(diagnostics.has_errors()) << what;
  const std::string text = diagnostics.text();
  EXPECT_EQ(find_invalid_utf8(text), std::string::npos) << what;
  for (const char c : text) ASSERT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20) << what << ": a control character is printed";
  EXPECT_LT(text.size(), 200'000U) << what;
}

void expect_text_refused(const std::string& text, const std::string& what) {
  expect_refusal(read_scenario_text("s", text).diagnostics, what);
}

TEST(MalformedScenarios, EachHasADiagnostic) {
  std::set<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(LPARSIM_SOURCE_DIR "/sim/scenario/malformed")) files.insert(entry.path());
  ASSERT_GE(files.size(), 60U);
  for (const auto& file : files) {
    expect_refusal(read_scenario(file).diagnostics, file);
    expect_text_refused(read_file(file), file);
  }
}

TEST(MalformedScenarios, NestedTenThousandDeepAreRefused) {
  expect_text_refused("lparsim: " + std::string(10'000, '['), "lists");
  std::string mappings = "lparsim: 1\nserver: ";
  for (int i = 0; i < 10'000; ++i) mappings += "{a: ";
  expect_text_refused(mappings, "mappings");
  std::string block;
  for (std::size_t i = 0; i < 2'000; ++i) block += std::string(i, ' ') + "a:\n";
  expect_text_refused(block, "blocks");
}

TEST(MalformedScenarios, OfManyPartsAreRefusedInReasonableTime) {
  const std::string head =
      "lparsim: 1\nname: many\nduration: 1 s\nserver:\n  processor: {generation: POWER9, cores: 4, frequency: 3 GHz}\n";
  std::string partitions = head + "  partitions:\n";
  for (int i = 0; i < 20'000; ++i) partitions += "    - {name: p, processors: {entitlement: 9, pool: nowhere}}\n";
  expect_text_refused(partitions, "partitions of the same name");

  std::string references = head + "  partitions:\n";
  for (int i = 0; i < 1'000; ++i) references += fmt::format("    - {{name: p{}, processors: {{entitlement: 0.5, pool: nowhere}}}}\n", i);
  references += "events:\n";
  for (int i = 0; i < 10'000; ++i) references += fmt::format("  - {{at: {} ms, partition: q{}, state: stopped}}\n", i % 1'000, i);
  references += "expect:\n";
  for (int i = 0; i < 10'000; ++i) references += fmt::format("  - q{}.physc < 1\n", i);
  expect_text_refused(references, "references to nothing");

  std::string keys = head;
  for (int i = 0; i < 100'000; ++i) keys += fmt::format("key{}: 1\n", i);
  expect_text_refused(keys, "unknown keys");
}

TEST(MalformedScenarios, OverriddenWithNonsenseAreRefused) {
  const std::string scenario = LPARSIM_SOURCE_DIR "/scenarios/weights.yaml";
  ASSERT_FALSE(read_scenario(scenario).diagnostics.has_errors());
  for (const auto& [path, value] : {std::pair{"server", "1"},
                                    {"server.partitions", "[]"},
                                    {"server.partitions.nobody.memory", "1 GiB"},
                                    {"server.partitions.0", "{"},
                                    {"duration", "*a"},
                                    {"duration.x", "1"},
                                    {"", "1"},
                                    {"servers", "[{}]"},
                                    {"expect", "[[[]]]"},
                                    {"events", "[{at: 1 s}]"}})
    expect_refusal(read_scenario(scenario, {{path, value}}).diagnostics, path);
}

}  // namespace
}  // namespace lparsim::scenario

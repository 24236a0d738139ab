#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "vsp/kit/check.hpp"

namespace lparsim::vsp::kit {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::vector<CheckResult> three() {
  Transcript transcript{{"client", "platform"}};
  transcript.violation(SimTime{}, 1, "twice");
  return {{descriptions()[0], Verdict::passed, "", std::nullopt},
          {descriptions()[8], Verdict::failed, "It answered call 1 <twice>", transcript},
          {descriptions()[19], Verdict::not_applicable, "It is no observer", std::nullopt}};
}

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

TEST(Descriptions, HaveIdsThatStay) {
  std::set<std::string_view> ids;
  int number = 0;
  for (const CheckDescription& d : descriptions()) {
    EXPECT_EQ(d.number, ++number);
    EXPECT_TRUE(d.id.starts_with("VSP-" + std::string(number < 10 ? "0" : "") + std::to_string(number) + "-")) << d.id;
    ids.insert(d.id);
    for (const std::string_view text : {d.title, d.clause, d.field, d.source, d.roles}) EXPECT_FALSE(text.empty()) << d.id;
  }
  EXPECT_EQ(ids.size(), 30U);
}

TEST(Descriptions, NameClausesThatTheDocumentHas) {
  std::set<std::string> clauses;
  std::istringstream document{text_of(LPARSIM_SOURCE_DIR "/docs/vsp/interface.md")};
  std::string section;
  for (std::string line; std::getline(document, line);) {
    if (line.starts_with("## ")) section = line.substr(3, line.find(' ', 3) - 3);
    if (!line.empty() && line[0] >= '1' && line[0] <= '9' && line.find(". ") < 3)
      clauses.insert(section + "." + line.substr(0, line.find('.')));
    clauses.insert(section);
  }
  for (const CheckDescription& d : descriptions()) {
    std::istringstream list{std::string{d.clause}};
    for (std::string clause; std::getline(list, clause, ',');)
      EXPECT_TRUE(clauses.contains(clause.substr(clause.find_first_not_of(' ')))) << d.id << ": " << clause;
  }
}

TEST(Descriptions, AreThoseOfTheDocument) {
  const std::string document = text_of(LPARSIM_SOURCE_DIR "/docs/vsp/conformance.md");
  for (const CheckDescription& d : descriptions())
    EXPECT_THAT(document, HasSubstr("| `" + std::string{d.id} + "` | " + std::string{d.title} + " | " + std::string{d.clause} + " |"));
}

TEST(RenderTable, SaysWhatFailedAndWhy) {
  const std::string table = render_table(three(), "cache.so");
  EXPECT_THAT(table, HasSubstr("Conformance of cache.so"));
  EXPECT_THAT(table, HasSubstr("VSP-09-completions         failed          It answered call 1 <twice>\n"));
  EXPECT_THAT(table, HasSubstr("Clause 7.1, 7.4, 7.6 of docs/vsp/interface.md"));
  std::istringstream lines{table};
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100U) << line;
  EXPECT_THAT(table, HasSubstr("1 passed, 1 failed, 1 not applicable"));
  EXPECT_FALSE(conforms(three()));
}

TEST(RenderJunit, HasACaseForEachCheck) {
  const std::string junit = render_junit(three(), "a&b");
  EXPECT_THAT(junit, HasSubstr("tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\""));
  EXPECT_THAT(junit, HasSubstr("<testcase name=\"VSP-01-init-race\" classname=\"lparsim.vsp.a&amp;b\" time=\"0\"/>"));
  EXPECT_THAT(junit, HasSubstr("<failure message=\"It answered call 1 &lt;twice&gt;\" type=\"conformance\">"));
  EXPECT_THAT(junit, HasSubstr("<skipped message=\"It is no observer\"/>"));
  EXPECT_THAT(junit, Not(HasSubstr("<twice>")));
}

TEST(RenderJson, HasEveryCheck) {
  const std::string json = render_json(three(), "x");
  EXPECT_THAT(json, HasSubstr("\"failed\": 1"));
  EXPECT_THAT(json, HasSubstr("\"id\": \"VSP-20-observer-overflow\""));
  EXPECT_THAT(json, HasSubstr("\"verdict\": \"not applicable\", \"reason\": \"It is no observer\"}\n  ]"));
}

TEST(WriteCharts, WritesThoseThatFailed) {
  const std::filesystem::path folder = std::filesystem::path{::testing::TempDir()} / "lparsim_vsp_charts";
  std::filesystem::remove_all(folder);
  write_charts(three(), folder);
  EXPECT_THAT(text_of(folder / "VSP-09-completions.txt"), HasSubstr("!! twice"));
  EXPECT_THAT(text_of(folder / "VSP-09-completions.svg"), HasSubstr("<svg"));
  EXPECT_FALSE(std::filesystem::exists(folder / "VSP-01-init-race.txt"));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace lparsim::vsp::kit

#include "sim/config/document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace lparsim::config {
namespace {

using testing::HasSubstr;

constexpr const char* kText =
    "server:\n"
    "  partitions:\n"
    "    - name: web\n"
    "      processors: {entitlement: 0.5, virtual: 2}\n"
    "    - {name: db, memory: 8 GiB}\n"
    "    - {name: 'no path!', memory: 1 GiB}\n"
    "events: [{at: 1 s}, {at: 2 s}]\n"
    "empty:\n";

std::optional<Document> parse(Diagnostics& diagnostics, std::initializer_list<const char*> sets = {}, const char* text = kText) {
  std::vector<Override> overrides;
  for (const char* set : sets) overrides.push_back(parse_override(set).value());
  return Document::parse("s.yaml", text, overrides, diagnostics);
}

struct PlaceCase {
  const char* path;
  const char* place;
};

TEST(Document, FindsThePlaceOfAPathOrOfItsNearestParent) {
  Diagnostics diagnostics;
  const auto document = parse(diagnostics);
  ASSERT_TRUE(document);
  const PlaceCase cases[] = {{"server", "s.yaml:1:1"},
                             {"server.partitions", "s.yaml:2:3"},
                             {"server.partitions.web", "s.yaml:3:7"},
                             {"server.partitions.web.name", "s.yaml:3:13"},
                             {"server.partitions.web.processors", "s.yaml:4:7"},
                             {"server.partitions.web.processors.entitlement", "s.yaml:4:33"},
                             {"server.partitions.web.processors.weight", "s.yaml:4:7"},
                             {"server.partitions.0.processors.virtual", "s.yaml:4:47"},
                             {"server.partitions.db.memory", "s.yaml:5:26"},
                             {"server.partitions.2.memory", "s.yaml:6:34"},
                             {"server.partitions.none.memory", "s.yaml:2:3"},
                             {"events.1.at", "s.yaml:7:26"},
                             {"events.2.at", "s.yaml:7:1"},
                             {"empty", "s.yaml:8:1"},
                             {"empty.deeper", "s.yaml:8:1"},
                             {"nothing", "s.yaml:1:1"},
                             {"", "s.yaml:1:1"},
                             {"...", "s.yaml:1:1"}};
  for (const auto& [path, place] : cases) EXPECT_EQ(document->place_of(path).text(), place) << path;
}

TEST(Document, LetsDiagnosticsSpeakOfPaths) {
  Diagnostics diagnostics;
  ASSERT_TRUE(parse(diagnostics, {"server.partitions.db.memory=4 GiB"}));
  diagnostics.error_at("server.partitions.web.processors.virtual", "too many; allowed: 1");
  diagnostics.warning_at("server.partitions.db.memory", "a bit small");
  EXPECT_EQ(diagnostics.text(),
            "s.yaml:4:47: server.partitions.web.processors.virtual: too many; allowed: 1\n"
            "--set server.partitions.db.memory: warning: a bit small\n");
}

TEST(Document, AppliesOverridesToValuesSectionsAndElements) {
  Diagnostics diagnostics;
  const auto document =
      parse(diagnostics, {"server.partitions.web.processors.entitlement=0.8", "server.partitions.db.processors.mode=shared",
                          "events.1={at: 5 s}", "empty.new.key=[1, 2]", "seed=7", "seed=8", "server.partitions.2.memory="});
  ASSERT_TRUE(document);
  EXPECT_EQ(diagnostics.text(), "");
  const auto at = [&](std::string_view path) -> const Node& {
    return nearest_node(document->root(), path);
  };
  EXPECT_EQ(at("server.partitions.web.processors.entitlement").text, "0.8");
  EXPECT_EQ(at("server.partitions.web.processors.virtual").text, "2");
  EXPECT_EQ(at("server.partitions.db.processors.mode").text, "shared");
  EXPECT_EQ(at("events.1.at").text, "5 s");
  EXPECT_EQ(at("empty.new.key.1").text, "2");
  EXPECT_EQ(at("seed").text, "8") << "the last one wins";
  EXPECT_TRUE(at("server.partitions.2.memory").is_null()) << "an empty value takes the key away";
  EXPECT_EQ(document->place_of("events.1.at").text(), "--set events.1");
  EXPECT_EQ(document->place_of("empty.new").text(), "--set empty.new.key");
  EXPECT_EQ(document->text(), kText) << "the text is the file's";
}

struct WrongOverride {
  const char* set;
  const char* message;
};

TEST(Document, SaysWhyAnOverrideCannotBeApplied) {
  const WrongOverride cases[] = {
      {"server.partitions.wbe.memory=1 GiB", "--set server.partitions.wbe.memory: no element `wbe` in that list; did you mean `web`?"},
      {"server.partitions.xyz.memory=1 GiB", "no element `xyz` in that list; allowed: web, db, 2"},
      {"server.partitions.9.memory=1 GiB", "no element `9` in that list"},
      {"events.2.at=1 s", "no element `2` in that list; allowed: 0, 1"},
      {"server.partitions.db.memory.size=1", "`size` lies below the single value `8 GiB`"},
      {"server..name=x", "an empty part in the path"},
      {"server.=x", "an empty part in the path"},
      {"seed=[1", "the value: a list begins here and is not closed"},
      {"seed='x", "the value: a quote is not closed"},
      {"seed=a\n---\nb", "the value: a second document"},
      {"a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a=1", "the path is too long"}};
  for (const auto& [set, message] : cases) {
    Diagnostics diagnostics;
    EXPECT_TRUE(parse(diagnostics, {set})) << "other problems can still be found: " << set;
    EXPECT_THAT(diagnostics.text(), HasSubstr(message)) << set;
    EXPECT_TRUE(diagnostics.has_errors());
  }
}

TEST(Document, SplitsOverridesAtTheFirstEquals) {
  const auto override = parse_override("expect=[a = b]").value();
  EXPECT_EQ(override.path, "expect");
  EXPECT_EQ(override.value, "[a = b]");
  for (const char* wrong : {"", "=", "=1", "seed", " =1"})
    EXPECT_THAT(parse_override(wrong).error(), HasSubstr("allowed: PATH=VALUE")) << wrong;
}

TEST(Document, RefusesWhatIsNoMapping) {
  const WrongOverride cases[] = {{"", "s.yaml:1:1: the file holds nothing; allowed: keys with values"},
                                 {"- a\n- b\n", "the file holds a list"},
                                 {"just text\n", "the file holds a single value"},
                                 {"a: [1\n", "a list begins here"}};
  for (const auto& [text, message] : cases) {
    Diagnostics diagnostics;
    EXPECT_FALSE(parse(diagnostics, {}, text)) << text;
    EXPECT_THAT(diagnostics.text(), HasSubstr(message)) << text;
  }
}

TEST(Document, ReportsFilesThatCannotBeRead) {
  const auto folder = std::filesystem::temp_directory_path() / ("lparsim_document_test_" + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  const auto message = [](const std::string& file) {
    Diagnostics diagnostics;
    EXPECT_FALSE(Document::load(file, {}, diagnostics));
    return diagnostics.text();
  };
  EXPECT_EQ(message(folder / "none.yaml"),
            (folder / "none.yaml").string() + ":1:1: cannot be opened: No such file or directory; allowed: a file that can be read\n");
  EXPECT_EQ(message(folder), folder.string() + ":1:1: is a directory; allowed: a file\n");
  EXPECT_THAT(message("/dev/zero"), HasSubstr("is larger than 16 MiB"));
  EXPECT_THAT(message("/dev/null"), HasSubstr("the file holds nothing"));

  std::ofstream(folder / "s.yaml") << "a: 1\n";
  Diagnostics diagnostics;
  const auto document = Document::load(folder / "s.yaml", {}, diagnostics);
  ASSERT_TRUE(document);
  EXPECT_EQ(document->root().find("a")->text, "1");
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace lparsim::config

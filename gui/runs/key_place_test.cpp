#include "gui/runs/key_place.hpp"

#include <gtest/gtest.h>

namespace lparsim::gui {
namespace {

const QString kText = R"(lparsim: 1
# server: not this one
server:
  processor: {generation: POWER9, cores: 2}
  partitions:
    - name: web   # web: the front
      processors: {mode: shared, entitlement: 0.5,
                   weight: 128}
      workloads:
      - name: orders
        transaction:
          - compute: exponential(2 ms)
        
    - name: "db: the second"
      type: aix
expect:
  - web.physc < 1
)";

KeyPlace at(const QString& text, qsizetype from = 0) {
  const auto position = kText.indexOf(text, from);
  EXPECT_GE(position, 0) << text.toStdString();
  return keyPlaceAt(kText, position + 1);
}

TEST(KeyPlace, KnowsAKeyOfTheTopLevel) {
  EXPECT_EQ(at("lparsim").path(), "lparsim");
  EXPECT_TRUE(at("lparsim").isKey);
  EXPECT_EQ(at("expect").path(), "expect");
}

TEST(KeyPlace, SeesThroughListsAndFlowMappings) {
  EXPECT_EQ(at("entitlement").path(), "server.partitions.processors.entitlement");
  EXPECT_EQ(at("weight").path(), "server.partitions.processors.weight");
  EXPECT_EQ(at("compute").path(), "server.partitions.workloads.transaction.compute");
  EXPECT_EQ(at("generation").path(), "server.processor.generation");
  EXPECT_EQ(at("type").path(), "server.partitions.type");
}

TEST(KeyPlace, TakesAValueForThatOfItsKey) {
  const KeyPlace place = at("POWER9");
  EXPECT_FALSE(place.isKey);
  EXPECT_EQ(place.word, "POWER9");
  EXPECT_EQ(place.path(), "server.processor.generation");
  EXPECT_EQ(at("orders").path(), "server.partitions.workloads.name");
  EXPECT_EQ(at("0.5").path(), "server.partitions.processors.entitlement");
}

TEST(KeyPlace, IsNotMisledByCommentsAndQuotes) {
  EXPECT_EQ(at("partitions").path(), "server.partitions");
  EXPECT_EQ(at("aix").path(), "server.partitions.type");
}

TEST(KeyPlace, KnowsWhereANewKeyWouldStand) {
  const auto blank = kText.indexOf("        \n    - name") + 8;
  const KeyPlace place = keyPlaceAt(kText, blank);
  EXPECT_TRUE(place.isKey);
  EXPECT_EQ(place.word, "");
  EXPECT_EQ(place.parents, (QStringList{"server", "partitions", "workloads"}));
}

TEST(KeyPlace, KnowsANewKeyOfAFlowMapping) {
  const QString text = "server:\n  partitions:\n    - processors: {mode: shared, wei";
  const KeyPlace place = keyPlaceAt(text, text.size());
  EXPECT_TRUE(place.isKey);
  EXPECT_EQ(place.word, "wei");
  EXPECT_EQ(place.parents, (QStringList{"server", "partitions", "processors"}));
}

TEST(KeyPlace, ExplainsKeysOfSeveralServersAsThoseOfOne) {
  const QString text = "servers:\n  - name: a\n    memory: 1 GiB\n";
  EXPECT_EQ(keyPlaceAt(text, text.indexOf("memory")).path(), "server.memory");
}

TEST(KeyPlace, TakesAnyTextAtAnyPlace) {
  const QString text = "{[}]: - ,:\"\n'#\n\t{{{ a: [b, {c: d\n-\n-- - x:\n";
  for (qsizetype position = -1; position <= text.size() + 1; ++position) {
    const KeyPlace place = keyPlaceAt(text, position);
    EXPECT_LE(place.begin + place.word.size(), text.size());
  }
}

}  // namespace
}  // namespace lparsim::gui

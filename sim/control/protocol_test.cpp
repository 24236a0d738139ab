#include "sim/control/protocol.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "sim/control/pacer.hpp"

namespace lparsim::control {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using Json = nlohmann::json;

Request accepted(std::string_view line) {
  auto parsed = parse_request(line);
  if (const auto* refused = std::get_if<Refused>(&parsed)) ADD_FAILURE() << line << ": " << refused->error;
  return std::get<Request>(parsed);
}

Refused refused(std::string_view line) {
  auto parsed = parse_request(line);
  EXPECT_TRUE(std::holds_alternative<Refused>(parsed)) << line;
  return std::get<Refused>(parsed);
}

TEST(Protocol, ReadsEachRequestWithItsId) {
  EXPECT_EQ(accepted(R"({"id":1,"do":"state"})").id, "1");
  EXPECT_EQ(accepted(R"({"id":"a b","do":"pause"})").id, "\"a b\"");
  EXPECT_EQ(accepted(R"({"do":"resume"})").id, "null");
  EXPECT_TRUE(std::holds_alternative<AskState>(accepted(R"({"do":"state"})").verb));
  EXPECT_TRUE(std::holds_alternative<AskPartitions>(accepted(R"({"do":"partitions"})").verb));
  EXPECT_TRUE(std::holds_alternative<Pause>(accepted(R"({"do":"pause"})").verb));
  EXPECT_TRUE(std::holds_alternative<Resume>(accepted(R"({"do":"resume"})").verb));
  EXPECT_TRUE(std::holds_alternative<Stop>(accepted(R"( { "do" : "stop" } )").verb));
  EXPECT_EQ(std::get<SetPace>(accepted(R"({"do":"pace","pace":0.5})").verb).pace, 0.5);
  EXPECT_EQ(std::get<SetPace>(accepted(R"({"do":"pace","pace":"max"})").verb).pace, 0);
  EXPECT_EQ(std::get<SetPace>(accepted(R"({"do":"pace","pace":0})").verb).pace, 0);
  EXPECT_EQ(std::get<Step>(accepted(R"({"do":"step","by":"10 ms"})").verb).by, SimTime::from_ms(10));
  EXPECT_EQ(std::get<Step>(accepted(R"({"do":"step","by_ps":7})").verb).by, SimTime::from_ps(7));
}

TEST(Protocol, HandsOverTheValuesOfAChangeAsTheyWereWritten) {
  const auto set =
      std::get<SetPartition>(accepted(R"({"do":"set","partition":"web","entitlement":0.8,"weight":"200","capped":true,"virtual":2})").verb);
  EXPECT_EQ(set.partition, "web");
  std::string values;
  for (const auto& [key, text] : set.values) values += key + "=" + text + " ";
  EXPECT_EQ(values, "entitlement=0.8 weight=200 capped=true virtual=2 ");
}

TEST(Protocol, RefusesWhatIsNoRequestInASentenceThatSaysWhatIsAllowed) {
  for (const std::string_view line : {"",
                                      "x",
                                      "[1]",
                                      "1",
                                      "{}",
                                      R"({"do":1})",
                                      R"({"do":"stat"})",
                                      R"({"do":"state","x":1})",
                                      R"({"do":"state"} {})",
                                      R"({"id":1.5,"do":"state"})",
                                      R"({"id":[1],"do":"state"})",
                                      R"({"do":"pace"})",
                                      R"({"do":"pace","pace":-1})",
                                      R"({"do":"pace","pace":1e-10})",
                                      R"({"do":"pace","pace":"fast"})",
                                      R"({"do":"pace","pace":[1]})",
                                      R"({"do":"pace","pace":1e999})",
                                      R"({"do":"step"})",
                                      R"({"do":"step","by":"10"})",
                                      R"({"do":"step","by":10})",
                                      R"({"do":"step","by":"1 ms","by_ps":1})",
                                      R"({"do":"step","by_ps":0})",
                                      R"({"do":"step","by_ps":-1})",
                                      R"({"do":"step","by_ps":1.5})",
                                      R"({"do":"step","by_ps":9223372036854775808})",
                                      R"({"do":"set"})",
                                      R"({"do":"set","partition":"web"})",
                                      R"({"do":"set","partition":3,"weight":1})",
                                      R"({"do":"set","partition":"web","weight":null})",
                                      R"({"do":"set","partition":"web","weight":{"a":1}})",
                                      R"({"do":"set","partition":"web","wieght":1})",
                                      "{\"do\":\"\xff\"}",
                                      "{\"do\":\"state\0\"}"}) {
    const Refused answer = refused(line);
    EXPECT_TRUE(answer.error.find("; allowed: ") != std::string::npos || answer.error.find("; did you mean ") != std::string::npos)
        << line << " -> " << answer.error;
    EXPECT_EQ(answer.error.find('\n'), std::string::npos);
  }
  EXPECT_THAT(refused(R"({"do":"stat"})").error, HasSubstr("did you mean `state`?"));
  EXPECT_THAT(refused(R"({"id":3,"do":"set","partition":"web","wieght":1})").error, HasSubstr("did you mean `weight`?"));
  EXPECT_EQ(refused(R"({"id":3,"do":"nothing"})").id, "3");
  EXPECT_EQ(refused(R"({"id":{},"do":"state"})").id, "null");
}

TEST(Protocol, AnswersAnyBytesWithOneLineOfJson) {
  std::mt19937 random{7};
  const std::string seedling = R"({"id":12,"do":"set","partition":"web","entitlement":0.8,"capped":true})";
  for (int round = 0; round < 20'000; ++round) {
    std::string line = seedling;
    for (int change = 0; change < 4; ++change) line[random() % line.size()] = static_cast<char>(random());
    line.resize(random() % line.size() + 1);
    const auto parsed = parse_request(line);
    if (const auto* wrong = std::get_if<Refused>(&parsed)) {
      const std::string answer = refusal(wrong->id, wrong->error);
      EXPECT_EQ(answer.find('\n'), answer.size() - 1);
      EXPECT_EQ(Json::parse(answer)["ok"], false);
    }
  }
  EXPECT_EQ(Json::parse(refusal("null", "broken \xff"))["ok"], false);
  EXPECT_TRUE(std::holds_alternative<Refused>(parse_request(std::string(4000, '['))));
}

TEST(Protocol, WritesAnswersAndEventsAsTheDocumentSays) {
  State state{SimTime::from_ms(1), SimTime::from_s(2), 0.5, true, std::nullopt, 1.25};
  EXPECT_EQ(
      Json::parse(answer("4", state)),
      Json::parse(R"({"id":4,"ok":true,"simulated_ps":1000000000,"duration_ps":2000000000000,"pace":0.5,"paused":true,"wall_s":1.25})"));
  state.step_until = SimTime::from_ps(5);
  EXPECT_EQ(Json::parse(event(state))["step_until_ps"], 5);
  EXPECT_EQ(Json::parse(event(state))["event"], "state");
  EXPECT_EQ(Json::parse(answer("\"x\"", Change{1, SimTime::from_ps(2), "{}"})),
            Json::parse(R"({"id":"x","ok":true,"number":1,"at_ps":2,"text":"{}"})"));
  EXPECT_EQ(Json::parse(answer_at("1", SimTime::from_ps(2), SimTime::from_ps(3))),
            Json::parse(R"({"id":1,"ok":true,"at_ps":2,"until_ps":3})"));
  PartitionState dedicated{"frame", "db", "aix", true, 4, std::nullopt};
  PartitionState shared = dedicated;
  shared.shared = {
      "default", ProcessingUnits::from_hundredths(80), ProcessingUnits::from_hundredths(20), ProcessingUnits::cores(4), 128, false, 4};
  const Json list = Json::parse(answer("1", std::vector{dedicated, shared}))["partitions"];
  EXPECT_EQ(list[0], Json::parse(R"({"server":"frame","name":"db","type":"aix","mode":"dedicated","running":true,"virtual":4})"));
  EXPECT_EQ(list[1]["entitlement"], 0.8);
  EXPECT_EQ(list[1]["virtual_most"], 4);
  EXPECT_EQ(Json::parse(event(Hello{"1.0", "s", "/r.db", 3, SimTime::from_ps(9)})),
            Json::parse(R"({"event":"hello","protocol":1,"version":"1.0","scenario":"s","run_file":"/r.db","pid":3,"duration_ps":9})"));
  EXPECT_EQ(Json::parse(event_of_end(false, SimTime::from_ps(9))),
            Json::parse(R"({"event":"end","outcome":"interrupted","simulated_ps":9})"));
}

TEST(Pacer, LetsSimulatedTimeRunNoFasterThanThePace) {
  Pacer pacer;
  const Pacer::Clock::time_point start{};
  pacer.start(2, SimTime::from_s(10), start);
  EXPECT_EQ(pacer.due(SimTime::from_s(14), start), start + 2s);
  EXPECT_EQ(pacer.longest_piece(), SimTime::from_ms(40));
  pacer.start(kSlowest, SimTime{}, start);
  EXPECT_EQ(pacer.longest_piece(), SimTime::from_ps(20));
  pacer.start(kFastest, SimTime{}, start);
  EXPECT_EQ(pacer.longest_piece(), SimTime::never());
}

TEST(Pacer, DoesNotMakeUpForWhatASlowSimulationHasLost) {
  Pacer pacer;
  const Pacer::Clock::time_point start{};
  pacer.start(1, SimTime{}, start);
  EXPECT_EQ(pacer.due(SimTime::from_s(1), start + 5s), start + 1s);
  EXPECT_EQ(pacer.due(SimTime::from_s(2), start + 5s), start + 6s);
}

TEST(Pacer, NeverWaitsAtFullSpeed) {
  Pacer pacer;
  const Pacer::Clock::time_point start{};
  pacer.start(0, SimTime{}, start);
  EXPECT_EQ(pacer.due(SimTime::from_s(100), start), start);
  EXPECT_EQ(pacer.longest_piece(), SimTime::never());
}

}  // namespace
}  // namespace lparsim::control

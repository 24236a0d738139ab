#include "sim/explain/explain_io.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <numeric>

#include "sim/trace/recorder.hpp"
#include "sim/trace/sample_run.hpp"
#include "sim/trace/span_names.hpp"

namespace lparsim::explain {
namespace {

using namespace literals;
using testing::HasSubstr;

/// One core, which a VIOS of 0.2 PU (weight 64) shares with `batch`; the client `web` has a dedicated one.
trace::RunInfo run_info() {
  trace::RunInfo run;
  run.scenario_name = "hand-made";
  run.duration = 1_s;
  run.servers = {{ServerId{0}, "frame", "", "POWER9", 2, 8, Hertz{4e9}, Bytes{1}, 10_ms, 1_ms, "partition"}};
  run.pools = {{ServerId{0}, PoolId{0}, "default", ProcessingUnits::cores(1), {}}};
  trace::PartitionFacts web;
  web.name = "web";
  web.type = "linux";
  web.mode = "dedicated";
  web.entitlement = ProcessingUnits::cores(1);
  web.virtual_processors = web.cores = 1;
  trace::PartitionFacts vios;
  vios.partition = PartitionId{1};
  vios.name = "vios1";
  vios.type = "vios";
  vios.entitlement = ProcessingUnits::from_hundredths(20);
  vios.virtual_processors = 1;
  vios.weight = 64;
  vios.pool = "default";
  trace::PartitionFacts batch = vios;
  batch.partition = PartitionId{2};
  batch.name = "batch";
  batch.type = "linux";
  batch.weight = 128;
  run.partitions = {web, vios, batch};
  return run;
}

trace::DispatchSpan stay(std::uint32_t partition, SimTime ready, SimTime enqueue, SimTime begin, SimTime end, SimTime entitled) {
  trace::DispatchSpan d;
  d.core = CoreId{partition == 0 ? 0U : 1U};
  d.partition = PartitionId{partition};
  d.waiting = d.ready = ready;
  d.enqueue = enqueue;
  d.begin = begin;
  d.end = end;
  d.entitled = entitled;
  return d;
}

/// `batch` has the core from 0 to 6 ms, 2 ms of it entitled; the VIOS becomes ready at 1 ms, is entitled from 4 ms on, runs from 6 to 8 ms
/// and again from 9 ms on.
class RunWithRequests : public testing::Test {
 protected:
  void record(trace::Level level = trace::Level::full) {
    trace::Recorder r{file_.path(), level, run_info()};
    const trace::TrackId server = r.add_track("server", trace::TrackId::none, "frame");
    for (const char* name : {"web", "vios1", "batch"}) r.add_track("virtual_processor", r.add_track("partition", server, name), "0");
    r.io_target({0, ServerId{0}, PartitionId{0}, "hdisk0", trace::IoTargetKind::disk});
    r.io_target({1, ServerId{0}, PartitionId{0}, "gateway", trace::IoTargetKind::peer});
    r.io_path({0, 0, "vscsi0", PartitionId{1}});
    r.dispatch(stay(0, 0_ms, 0_ms, 0_ms, 20_ms, 20_ms));
    r.dispatch(stay(2, 0_ms, 0_ms, 0_ms, 6_ms, 2_ms));
    r.dispatch(stay(1, 1_ms, 4_ms, 6_ms, 8_ms, 2_ms));
    r.dispatch(stay(1, 8500_us, 8500_us, 9_ms, 12_ms, 0_ms));
    // 0.5 ms before the VIOS is woken, 5 ms until it has the core, 1 ms on it; then in the device; then 1 ms off it.
    request(r, 0, 500_us, {{1, 100_us}, {4, 5400_us}, {3, 0_ms}, {6, 1_ms}, {8, 300_us}, {4, 1_ms}, {6, 1_ms}, {1, 50_us}});
    request(r, 1, 10_ms, {{1, 100_us}, {3, 10_us}, {6, 90_us}, {8, 300_us}});
    trace::IoRequest call;
    call.number = 2;
    call.target = 1;
    call.kind = trace::IoKind::call;
    call.outcome = trace::IoOutcome::dropped;
    call.begin = 12_ms;
    call.end = 15_ms;
    call.bytes = 100;
    call.attempts = 2;
    call.stages[11] = 3_ms;
    r.io_request(call, std::vector<trace::IoStep>{{11, 3_ms}});
    r.finish({.simulated = 20_ms});
  }
  static void request(trace::Recorder& r, std::uint64_t number, SimTime begin, const std::vector<trace::IoStep>& steps) {
    trace::IoRequest request;
    request.number = number;
    request.bytes = 4096;
    request.begin = request.end = begin;
    for (const trace::IoStep& step : steps) {
      request.stages[step.stage] += step.length;
      request.end += step.length;
    }
    r.io_request(request, steps);
  }
  std::string ask(const IoQuestion& question) {
    const auto reader = trace::Reader::open(file_.path());
    const auto text = explain_io(*reader, question);
    return text ? *text : "error: " + text.error();
  }

  trace::TemporaryFile file_;
};

IoQuestion about(std::uint64_t number) {
  IoQuestion question;
  question.number = number;
  return question;
}

TEST_F(RunWithRequests, TellsOneInTheOrderOfTimeAndWhoHadTheCoresMeanwhile) {
  record();
  EXPECT_EQ(
      ask(about(0)),
      "Request 0: web read 4096 bytes from hdisk0 through vscsi0 and vios1. It asked at 0.000500 s and had its answer 8.850 ms later.\n"
      "    100.000 us    1.1 %  the client's driver and handler, and waiting for them\n"
      "      5.400 ms   61.0 %  vios1 had no virtual processor on a core\n"
      "          2.000 ms   37.0 %  lost excess to batch\n"
      "          2.000 ms   37.0 %  no free core: batch was on excess, in a stay that had not ended yet\n"
      "          1.000 ms   18.5 %  out of entitlement, and no excess was left: batch was on entitled time\n"
      "        400.000 us    7.4 %  vios1 had ceded and was still to be woken\n"
      "      1.000 ms   11.3 %  instructions of the VIOS for this request\n"
      "    300.000 us    3.4 %  the disk, array or tape at work\n"
      "      1.000 ms   11.3 %  vios1 had no virtual processor on a core\n"
      "        500.000 us   50.0 %  no cause was found\n"
      "        500.000 us   50.0 %  vios1 had ceded and was still to be woken\n"
      "      1.000 ms   11.3 %  instructions of the VIOS for this request\n"
      "     50.000 us    0.6 %  the client's driver and handler, and waiting for them\n"
      "      8.850 ms  100.0 %  in all\n");
}

TEST_F(RunWithRequests, TellsWhichServiceARequestWaitedForAndWhetherThatHadACore) {
  trace::RunInfo run = run_info();
  trace::VspHookFacts hook;
  hook.vsp = PartitionId{1};
  hook.hook = 5;
  hook.role = 2;
  run.vsp_hooks = {hook};
  trace::Recorder r{file_.path(), trace::Level::full, run};
  const trace::TrackId server = r.add_track("server", trace::TrackId::none, "frame");
  for (const char* name : {"web", "vios1", "batch"}) r.add_track("virtual_processor", r.add_track("partition", server, name), "0");
  r.io_target({0, ServerId{0}, PartitionId{0}, "hdisk0", trace::IoTargetKind::disk});
  r.dispatch(stay(0, 0_ms, 0_ms, 0_ms, 20_ms, 20_ms));
  r.dispatch(stay(2, 0_ms, 0_ms, 0_ms, 6_ms, 2_ms));
  r.dispatch(stay(1, 1_ms, 4_ms, 6_ms, 8_ms, 2_ms));
  request(r, 0, 500_us, {{1, 500_us}, {trace::kServiceStage, 6_ms}, {8, 300_us}});
  trace::VspCall call;
  call.vsp = PartitionId{1};
  call.hook = 5;
  call.role = 2;
  call.begin = 1_ms;
  call.taken = 6_ms;
  call.end_time = 7_ms;
  call.undispatched = 5_ms;
  r.vsp_call(call);
  call.begin = 2_ms;  // another one's, at the same time
  r.vsp_call(call);
  r.finish({.simulated = 20_ms});
  EXPECT_EQ(ask(about(0)),
            "Request 0: web read 4096 bytes from hdisk0. It asked at 0.000500 s and had its answer 6.800 ms later.\n"
            "    500.000 us    7.4 %  the client's driver and handler, and waiting for them\n"
            "      6.000 ms   88.2 %  with a Virtual Service Partition that hooks its way\n"
            "        6.000 ms  100.0 %  vios1, filter of crq.send: passed\n"
            "          5.000 ms   83.3 %  vios1 had no virtual processor on a core\n"
            "          2.000 ms   40.0 %  lost excess to batch\n"
            "          2.000 ms   40.0 %  no free core: batch was on excess, in a stay that had not ended yet\n"
            "          1.000 ms   20.0 %  out of entitlement, and no excess was left: batch was on entitled time\n"
            "          1.000 ms   16.7 %  vios1 on a core\n"
            "    300.000 us    4.4 %  the disk, array or tape at work\n"
            "      6.800 ms  100.0 %  in all\n");
  IoQuestion question = about(0);
  question.format = Format::json;
  const auto json = nlohmann::json::parse(ask(question));
  const auto& part = json["requests"][0]["parts"][1];
  EXPECT_EQ(part["stage"], "service");
  EXPECT_EQ(part["off"], "vios1");
  ASSERT_EQ(part["services"].size(), 1U);
  EXPECT_EQ(part["services"][0]["queued_ps"], 5'000'000'000);
  EXPECT_THAT(ask({}), HasSubstr("with a Virtual Service Partition that hooks its way\n                          vios1 waited for a core"));
}

TEST_F(RunWithRequests, TellsOfOneThatWasDropped) {
  record();
  EXPECT_THAT(ask(about(2)), HasSubstr("Request 2: web called gateway (100 bytes). It asked at 0.012000 s; the request was dropped "
                                       "3.000 ms later, after 2 attempts.\n"));
}

TEST_F(RunWithRequests, FindsTheSlowest) {
  record();
  IoQuestion question;
  question.slowest = 2;
  const std::string text = ask(question);
  EXPECT_THAT(text, testing::StartsWith("Request 0: "));
  EXPECT_THAT(text, HasSubstr("\n\nRequest 2: "));
  question.slowest = 1;
  question.target = "gateway";
  EXPECT_THAT(ask(question), testing::StartsWith("Request 2: "));
}

TEST_F(RunWithRequests, SumsUpAllOfThem) {
  record();
  const std::string text = ask({});
  EXPECT_THAT(text, testing::StartsWith("web, hdisk0: 2 requests, 9.350 ms in all\n"));
  EXPECT_THAT(
      text,
      HasSubstr("      6.400 ms   68.4 %  the VIOS had no virtual processor on a core\n"
                "                          vios1 waited for a core 5.500 ms in the run; most of it (36.4 %): lost excess to batch\n"));
  EXPECT_THAT(text, HasSubstr("\nweb, gateway: 1 request, 3.000 ms in all\n"));
  EXPECT_THAT(text, testing::EndsWith("All requests took 12.350 ms in all, and their stages add up to that to the picosecond.\n"));
}

TEST_F(RunWithRequests, CausesOfEveryPartAddUpToIt) {
  record();
  IoQuestion question;
  question.slowest = 3;
  question.format = Format::json;
  const auto json = nlohmann::json::parse(ask(question));
  ASSERT_EQ(json["requests"].size(), 3U);
  for (const auto& request : json["requests"]) {
    std::int64_t parts = 0;
    for (const auto& part : request["parts"]) {
      parts += part["ps"].get<std::int64_t>();
      if (!part.contains("off")) continue;
      std::int64_t causes = part["asleep_ps"].get<std::int64_t>() + part["unexplained_ps"].get<std::int64_t>();
      for (const auto& cause : part["causes"]) causes += cause["ps"].get<std::int64_t>();
      EXPECT_EQ(causes, part["ps"]);
    }
    EXPECT_EQ(parts, request["latency_ps"]);
  }
  question.slowest.reset();
  const auto sums = nlohmann::json::parse(ask(question));
  std::int64_t stages = 0;
  for (const auto& [name, ps] : sums["targets"][0]["stages"].items()) stages += ps.get<std::int64_t>();
  EXPECT_EQ(stages, sums["targets"][0]["latency_ps"]);
  EXPECT_EQ(sums["targets"][0]["vioses"], nlohmann::json::array({"vios1"}));
  // The call never was in a VIOS.
  EXPECT_EQ(sums["targets"][1]["target"], "gateway");
  EXPECT_EQ(sums["targets"][1]["vioses"], nlohmann::json::array());
}

TEST_F(RunWithRequests, SaysWhatIsNotThere) {
  record();
  EXPECT_THAT(ask(about(7)), HasSubstr("no request 7 has ended in this run"));
  IoQuestion question;
  question.partition = "wen";
  EXPECT_THAT(ask(question), HasSubstr("did you mean `web`?"));
  question.partition = "batch";
  EXPECT_THAT(ask(question), HasSubstr("batch has neither disks nor peers"));
  question.partition = "web";
  question.target = "hdisk1";
  EXPECT_THAT(ask(question), HasSubstr("did you mean `hdisk0`?"));
  record(trace::Level::summary);
  EXPECT_THAT(ask({}), HasSubstr("run its scenario again with --trace full"));
}

}  // namespace
}  // namespace lparsim::explain

#include "vsp/kit/transcript.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "models/vsp/wire.hpp"
#include "sim/base/xml.hpp"
#include "vsp/kit/markup.hpp"

namespace lparsim::vsp::kit {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Transcript example() {
  Transcript transcript{{"client", "platform", "VSP", "partner"}};
  transcript.say(SimTime::from_ns(5), 0, 1, "call 0", "vscsi.command 0x28");
  transcript.say(SimTime::from_ns(5), 1, 2, "CALL", "1, a & b");
  transcript.violation(SimTime::from_us(7), 2, "It answered <twice>");
  return transcript;
}

TEST(ChartText, HasALifelineForWhoSaidSomething) {
  EXPECT_EQ(chart_text(example(), "VSP-09"),
            "VSP-09\n\n"
            "            ns  client                         platform                       VSP\n"
            "             5  |-- call 0 vscsi.command ----->|                              |\n"
            "                |   0x28                       |                              |\n"
            "                |                              |-- CALL 1, a & b ------------>|\n"
            "          7000  |                              |                              | !! It answered <twice>\n");
}

TEST(ChartText, LeavesTheMiddleOfALongOneOut) {
  Transcript transcript{{"a", "b"}};
  for (int i = 0; i < 5000; ++i) transcript.say(SimTime::from_ns(i), 0, 1, "x" + std::to_string(i), "");
  const std::string chart = chart_text(transcript, "t");
  EXPECT_THAT(chart, HasSubstr("4600 more"));
  EXPECT_THAT(chart, HasSubstr(" x0 "));
  EXPECT_THAT(chart, HasSubstr(" x4999 "));
  EXPECT_THAT(chart, Not(HasSubstr(" x2500 ")));
  EXPECT_LT(std::count(chart.begin(), chart.end(), '\n'), 410);
}

TEST(ChartSvg, DrawsArrowsAndViolationsInRed) {
  const std::string svg = chart_svg(example(), "VSP-09 <>");
  EXPECT_THAT(svg, HasSubstr("<title>VSP-09 &lt;&gt;</title>"));
  EXPECT_THAT(svg, HasSubstr("CALL 1, a &amp; b"));
  EXPECT_THAT(svg, HasSubstr("fill=\"red\" font-weight=\"bold\">It answered &lt;twice&gt;</text>"));
  EXPECT_THAT(svg, Not(HasSubstr("partner")));
  EXPECT_TRUE(svg.ends_with("</svg>\n"));
}

TEST(MainFields, NameWhatAMessageIsAbout) {
  auto call = blank<lparsim_vsp_call>(LPARSIM_VSP_CALL, 3);
  call.call = 12;
  call.hook = LPARSIM_VSP_HOOK_VSCSI_COMMAND;
  call.function = 0x2A;
  call.client = 4;
  call.flags = LPARSIM_VSP_CALL_REISSUED | LPARSIM_VSP_CALL_LOST_BEFORE;
  call.arguments[7] = 9;
  EXPECT_EQ(name_of(bytes_of(call)), "CALL");
  EXPECT_EQ(main_fields(bytes_of(call)), "12, vscsi.command 0x2a, client 4, reissued, 9 lost");
  auto error = blank<lparsim_vsp_error>(LPARSIM_VSP_ERROR, 0);
  error.status = LPARSIM_VSP_PROTOCOL;
  error.type = LPARSIM_VSP_READY;
  error.closed = 1;
  EXPECT_EQ(main_fields(bytes_of(error)), "PROTOCOL of READY, field 0, id 0, closed");
  auto reply = blank<lparsim_vsp_reply>(LPARSIM_VSP_REPLY, 3);
  reply.call = 12;
  reply.verdict = LPARSIM_VSP_DENY;
  reply.status = -5;
  EXPECT_EQ(main_fields(bytes_of(reply)), "12, DENY, IO_ERROR");
}

TEST(MainFields, TakeAnyBytes) {
  const std::uint8_t bytes[] = {51, 0, 8, 0, 0, 0, 0, 0};
  EXPECT_EQ(name_of(std::span{bytes}.first(3)), "3 bytes");
  EXPECT_EQ(main_fields(std::span{bytes}.first(3)), "");
  EXPECT_EQ(name_of(bytes), "CALL");
  EXPECT_THAT(main_fields(bytes), HasSubstr("0"));
  EXPECT_EQ(name_of(std::array<std::uint8_t, 8>{99}), "type 99");
}

TEST(Markup, EscapesWhatWouldBeMisread) {
  EXPECT_EQ(xml_escaped("a<b>&\"c\"\x01"), "a&lt;b&gt;&amp;&quot;c&quot;?");
  EXPECT_EQ(json_text("a\"b\\c\nd\x01"), "\"a\\\"b\\\\c\\nd\\u0001\"");
}

}  // namespace
}  // namespace lparsim::vsp::kit

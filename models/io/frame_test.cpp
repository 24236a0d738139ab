#include "models/io/frame.hpp"

#include <gtest/gtest.h>

namespace lparsim::io {
namespace {

TEST(Frame, CarriesItsHeadersAsOnTheWire) {
  Frame frame;
  frame.length = 60;
  frame.set_addresses({0x0200'0000'0001}, {0x0200'0000'0002});
  frame.set_ether_type(0x0800);
  frame.head[14] = 0x45;
  EXPECT_EQ(frame.head[0], 0x02);
  EXPECT_EQ(frame.head[5], 0x01);
  EXPECT_EQ(frame.head[12], 0x08);
  EXPECT_EQ(frame.vlan(), 0);
  EXPECT_EQ(frame.header_length(), 14U);
  frame.tag(42);
  EXPECT_EQ(frame.length, 64U);
  EXPECT_EQ(frame.vlan(), 42);
  EXPECT_EQ(frame.ether_type(), 0x0800);
  EXPECT_EQ(frame.head[12], 0x81);
  EXPECT_EQ(frame.head[18], 0x45);
  frame.tag(43);
  EXPECT_EQ(frame.length, 64U);
  EXPECT_EQ(frame.vlan(), 43);
  frame.untag();
  EXPECT_EQ(frame.length, 60U);
  EXPECT_EQ(frame.ether_type(), 0x0800);
  EXPECT_EQ(frame.head[14], 0x45);
  EXPECT_EQ(frame.destination(), (MacAddress{0x0200'0000'0001}));
  EXPECT_EQ(frame.source(), (MacAddress{0x0200'0000'0002}));
}

TEST(MacAddress, SaysWhetherItIsForMany) {
  EXPECT_TRUE(MacAddress::broadcast().is_multicast());
  EXPECT_TRUE((MacAddress{0x0100'5E00'0001}).is_multicast());
  EXPECT_FALSE((MacAddress{0x0200'0000'0001}).is_multicast());
  EXPECT_EQ(to_string(MacAddress{0x0200'0000'00AF}), "02:00:00:00:00:af");
}

}  // namespace
}  // namespace lparsim::io

// The examples: the good ones conform, and each bad citizen is named by the check whose rule it breaks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vsp/behaviour/plugin.hpp"
#include "vsp/kit/check.hpp"

namespace lparsim::vsp::kit {
namespace {

std::vector<CheckResult> check_plugin(const std::string& name, const std::string& configuration, const CheckOptions& options = {}) {
  const auto plugin = Plugin::load(name);
  if (!plugin) throw std::runtime_error{plugin.error()};
  return check((*plugin)->factory(configuration), options);
}

std::vector<std::string> failed(const std::vector<CheckResult>& results) {
  std::vector<std::string> ids;
  for (const CheckResult& r : results)
    if (r.verdict == Verdict::failed) ids.push_back(std::string{r.check.id.substr(0, 6)} + " " + r.reason);
  return ids;
}

class GoodExample : public ::testing::TestWithParam<const char*> {};
TEST_P(GoodExample, Conforms) {
  EXPECT_THAT(failed(check_plugin(GetParam(), "")), ::testing::IsEmpty());
}
INSTANTIATE_TEST_SUITE_P(Examples, GoodExample, ::testing::Values("accounting_agent", "packet_filter", "write_back_cache", "file_service"),
                         [](const auto& test) { return std::string{test.param}; });

struct Sinner {
  const char* plugin;
  const char* sin;
  const char* check;
};
void PrintTo(const Sinner& sinner, std::ostream* out) {
  *out << sinner.plugin << ' ' << sinner.sin;
}

class BadExample : public ::testing::TestWithParam<Sinner> {};
TEST_P(BadExample, IsNamedByTheCheckOfItsRule) {
  CheckOptions options;
  // What the scenarios with these examples permit them.
  options.permits.resize(2);
  options.permits[0].hook = Hook::sea_forward;
  options.permits[0].role = Role::filter;
  options.permits[1].hook = Hook::vscsi_command;
  options.permits[1].role = Role::provider;
  EXPECT_THAT(failed(check_plugin(GetParam().plugin, GetParam().sin, options)),
              ::testing::Contains(::testing::StartsWith(GetParam().check)));
}
INSTANTIATE_TEST_SUITE_P(Examples, BadExample,
                         ::testing::Values(Sinner{"bad_handshake", "early", "VSP-02"}, Sinner{"bad_handshake", "init", "VSP-01"},
                                           Sinner{"bad_handshake", "unoffered", "VSP-05"}, Sinner{"bad_handshake", "renegotiate", "VSP-05"},
                                           Sinner{"bad_handshake", "insist", "VSP-28"}, Sinner{"bad_replies", "duplicate", "VSP-09"},
                                           Sinner{"bad_replies", "unknown", "VSP-09"}, Sinner{"bad_replies", "late", "VSP-18"},
                                           Sinner{"bad_replies", "stale", "VSP-09"}, Sinner{"bad_replies", "verdict", "VSP-23"},
                                           Sinner{"bad_replies", "defer", "VSP-05"}, Sinner{"bad_messages", "length", "VSP-06"},
                                           Sinner{"bad_messages", "short", "VSP-06"}, Sinner{"bad_messages", "padding", "VSP-06"},
                                           Sinner{"bad_messages", "type", "VSP-06"}, Sinner{"bad_messages", "role", "VSP-06"},
                                           Sinner{"bad_messages", "version", "VSP-07"}, Sinner{"bad_memory", "beyond", "VSP-12"},
                                           Sinner{"bad_memory", "direction", "VSP-12"}, Sinner{"bad_memory", "guess", "VSP-12"},
                                           Sinner{"bad_memory", "after", "VSP-12"}, Sinner{"bad_quitter", "hang", "VSP-18"},
                                           Sinner{"bad_quitter", "spin", "VSP-18"}, Sinner{"bad_quitter", "cancel", "VSP-09"},
                                           Sinner{"bad_quitter", "notice", "VSP-24"}, Sinner{"bad_quitter", "gone", "VSP-01"}),
                         [](const auto& test) { return std::string{test.param.plugin} + "_" + test.param.sin; });

}  // namespace
}  // namespace lparsim::vsp::kit

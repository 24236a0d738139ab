#include "vsp/behaviour/plugin.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "vsp/behaviour/testing/platform_side.hpp"

namespace lparsim::vsp {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

std::string error_of(std::string_view name) {
  const auto plugin = Plugin::load(name);
  return plugin ? "none" : plugin.error();
}
/// One of the shared objects that are built for these tests.
std::string flawed(const char* name) {
  return std::string{LPARSIM_FLAWED_PLUGINS} + "/" + name + ".so";
}

TEST(Plugin, IsFoundByItsBareNameInTheBuildTree) {
  const auto plugin = Plugin::load("packet_filter");
  ASSERT_TRUE(plugin) << plugin.error();
  EXPECT_EQ((*plugin)->name(), "packet_filter");
  EXPECT_TRUE((*plugin)->path().is_absolute());
}

TEST(Plugin, IsLookedForInTheFoldersOfTheEnvironmentFirst) {
  const fs::path folder = fs::path{::testing::TempDir()} / "lparsim_vsp_path";
  fs::create_directories(folder);
  fs::copy_file(Plugin::load("accounting_agent").value()->path(), folder / "packet_filter.so", fs::copy_options::overwrite_existing);
  setenv("LPARSIM_VSP_PATH", ("/nowhere::" + folder.string()).c_str(), 1);
  EXPECT_EQ(Plugin::load("packet_filter").value()->name(), "accounting_agent");
  unsetenv("LPARSIM_VSP_PATH");
  EXPECT_EQ(Plugin::load("packet_filter").value()->name(), "packet_filter");
  fs::remove_all(folder);
}

TEST(Plugin, IsTakenFromItsPathIfItsNameHasASlash) {
  const auto found = Plugin::load("packet_filter").value();
  EXPECT_TRUE(Plugin::load(found->path().string()));
  EXPECT_THAT(error_of("./packet_filter"), HasSubstr("there is no file `./packet_filter`"));
}

TEST(Plugin, ThatIsNowhereIsRefusedWithThePlacesLookedAt) {
  const std::string error = error_of("packet_filtre");
  EXPECT_THAT(error, HasSubstr("there is no plug-in `packet_filtre`"));
  for (const fs::path& folder : plugin_folders()) EXPECT_THAT(error, HasSubstr(folder.string()));
  EXPECT_NE(error_of(""), "none");
}

TEST(Plugin, ThatIsNoSharedObjectIsRefused) {
  const fs::path path = fs::path{::testing::TempDir()} / "no_shared_object.so";
  std::ofstream{path} << "this is text\n";
  EXPECT_THAT(error_of(path.string()), HasSubstr("cannot be loaded as a shared object"));
  fs::remove(path);
}

TEST(Plugin, ThatWasBuiltForAnotherInterfaceIsRefusedWithASentenceThatSaysWhy) {
  EXPECT_THAT(error_of(flawed("no_entry")), HasSubstr("it does not export lparsim_vsp_entry"));
  EXPECT_THAT(error_of(flawed("null_entry")), HasSubstr("lparsim_vsp_entry returns NULL"));
  EXPECT_THAT(error_of(flawed("other_major")), HasSubstr("it was built for version 2.0 of the interface; this is 1.0"));
  EXPECT_THAT(error_of(flawed("later_minor")), HasSubstr("it was built for version 1.1 of the interface; this is 1.0"));
  EXPECT_THAT(error_of(flawed("short_table")), HasSubstr("says that it has 8 bytes"));
  EXPECT_THAT(error_of(flawed("null_function")), HasSubstr("`message` of its lparsim_vsp_behaviour is NULL"));
  EXPECT_EQ(error_of(flawed("longer_table")), "none");
}

TEST(Plugin, SaysWhatItDoesNotLikeAboutItsConfiguration) {
  const auto plugin = Plugin::load("packet_filter").value();
  EXPECT_TRUE(plugin->check("deny vlan 20; pass"));
  EXPECT_TRUE(plugin->check(""));
  const auto refusal = plugin->check("refuse all");
  ASSERT_FALSE(refusal);
  EXPECT_THAT(refusal.error(), HasSubstr("packet_filter refuses its configuration: a rule is"));
}

TEST(Plugin, StaysLoadedWhileABehaviourOfItLives) {
  testing::BehaviourBench bench;
  std::unique_ptr<Behaviour> behaviour;
  {
    BehaviourFactory factory = Plugin::load("packet_filter").value()->factory("deny");
    behaviour = factory(bench);
  }
  bench.start(*behaviour);
  bench.side.call(Hook::sea_forward, Role::filter);
  bench.deliver();
  EXPECT_EQ(bench.side.replies().at(0).verdict, std::uint32_t{LPARSIM_VSP_DENY});
}

TEST(Plugin, TwoBehavioursOfOneShareNothing) {
  const auto plugin = Plugin::load("packet_filter").value();
  testing::BehaviourBench first, second;
  const auto strict = plugin->create(first, "deny");
  const auto open = plugin->create(second, "pass");
  for (auto [bench, behaviour] : {std::pair{&first, strict.get()}, {&second, open.get()}}) {
    bench->start(*behaviour);
    bench->side.call(Hook::sea_forward, Role::filter);
    bench->deliver();
  }
  EXPECT_EQ(first.side.replies().at(0).verdict, std::uint32_t{LPARSIM_VSP_DENY});
  EXPECT_EQ(second.side.replies().at(0).verdict, std::uint32_t{LPARSIM_VSP_PASS});
}

}  // namespace
}  // namespace lparsim::vsp

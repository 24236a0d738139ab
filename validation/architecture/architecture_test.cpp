// Reads every #include of the tree and holds it against the layers of docs/architecture.md: one library a folder, edges in one direction.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace lparsim {
namespace {

using Names = std::set<std::string>;
using Tree = std::map<std::string, std::string>;  // path from the root -> text

constexpr int kMostLines = 450;

// What a folder may include besides itself; a name without a slash stands for all folders below it.
const std::map<std::string, Names> kEdges = [] {
  const Names core = {"sim/base", "sim/config", "sim/trace", "sim/kernel"};
  const Names gui = {"sim/base", "sim/trace", "sim/explain", "gui/testing"};
  const auto with = [](Names names, const Names& more) {
    names.insert(more.begin(), more.end());
    return names;
  };
  std::map<std::string, Names> edges = {
      {"sim/base", {}},
      {"sim/config", {"sim/base"}},
      {"sim/trace", {"sim/base"}},
      {"sim/kernel", {"sim/base", "sim/config", "sim/trace"}},
      {"sim/report", {"sim/base", "sim/trace"}},
      {"sim/explain", {"sim/base", "sim/trace"}},
      {"sim/control", {"sim/base"}},
      {"models/core", core},
      {"models/system", core},
      {"models/io", with(core, {"models/core"})},
      {"models/vsp", core},
      {"models/hypervisor", with(core, {"models/core", "models/io", "models/vsp"})},
      {"vios", with(core, {"models"})},
      {"lpars", with(core, {"models"})},
      {"include/lparsim", {}},  // what authors of Virtual Service Partitions get: it stands alone
      {"vsp", with(core, {"models"})},
      {"vsp/kit", with(core, {"models/vsp", "vsp/behaviour"})},
      {"vsp/examples", {"vsp/behaviour", "vsp/kit", "models/vsp", "sim/base"}},
      {"sim/scenario", with(core, {"sim/report", "sim/control", "models", "vios", "lpars", "vsp"})},
      {"sim/app", with(core, {"sim/report", "sim/explain", "sim/control", "sim/scenario", "models", "vios", "lpars", "vsp"})},
      // The graphical program reads run files and explains waits; its folders stand one on the other, and views do not know each other.
      {"gui/testing", {}},
      {"gui/data", gui},
      {"gui/session", with(gui, {"gui/data"})},
      {"gui/paint", with(gui, {"gui/data", "gui/session"})},
      {"gui", with(gui, {"gui/data", "gui/session", "gui/paint", "gui/testing"})},
      {"gui/app", with(gui, {"gui"})},
      {"bench", with(core, {"sim/report", "sim/explain", "sim/scenario", "sim/app", "models", "vios", "lpars", "vsp"})},
      {"validation/oracles", {"sim/base"}},  // judges the others, so it shares nothing with them
  };
  edges["bench/gui"] = with(edges["gui/app"], {"sim/kernel"});
  edges["validation"] = with(edges["bench"], {"bench"});
  return edges;
}();

// A library's headers, the only folders that may include them, and those whose tests may too.
struct External {
  std::regex header;
  Names folders;
  Names tests = {};
};
const std::vector<External> kExternals = {
    {std::regex{R"(systemc.*|sysc/.*|tlm.*)"},
     {"sim/kernel", "models", "vios", "lpars", "vsp", "sim/scenario", "sim/app", "bench", "validation"}},
    // Tests of whole runs ask the run file what any user would ask it; the bench measures that beside the reader.
    {std::regex{R"(sqlite3.*|SQLiteCpp/.*)"}, {"sim/trace", "bench/gui"}, {"sim/scenario", "sim/app", "validation"}},
    {std::regex{R"(yaml-cpp/.*)"}, {"sim/config"}},
    // Qt Charts is under the GPL.
    {std::regex{R"(QtCharts/.*|Q[A-Za-z]*(Chart|Axis|Series|BarSet)[A-Za-z]*)"}, {"gui/charts"}},
    {std::regex{R"(Q[A-Z].*)"},
     {"gui/session", "gui/paint", "gui/testing", "gui/timeline", "gui/topology", "gui/tables", "gui/charts", "gui/runs", "gui/app",
      "bench/gui"}},
};

bool covers(const Names& names, const std::string& folder) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& n) { return folder == n || folder.starts_with(n + "/"); });
}

// The entry of kEdges that a folder falls under, the most particular one; empty when it is outside the layout.
std::string layer_of(const std::string& folder) {
  std::string best;
  for (const auto& [layer, allowed] : kEdges)
    if (covers({layer}, folder) && layer.size() > best.size()) best = layer;
  return best;
}

std::string folder_of(const std::string& path) {
  return std::filesystem::path{path}.parent_path().string();
}

std::vector<std::string> violations(const Tree& tree) {
  static const std::regex kInclude{R"re(^\s*#\s*include\s*([<"])([^>"]+)[>"])re"};
  // C is what authors of Virtual Service Partitions write and get.
  static const std::regex kSnakeCase{R"([a-z0-9_/]+\.[ch]pp|include/lparsim/[a-z]+\.h|vsp/examples/[a-z0-9_/]+\.[ch])"};
  std::vector<std::string> found;
  for (const auto& [path, text] : tree) {
    const std::string folder = folder_of(path), layer = layer_of(folder);
    if (layer.empty()) found.push_back(fmt::format("{}: outside the layout", path));
    if (!std::regex_match(path, kSnakeCase)) found.push_back(fmt::format("{}: not snake_case", path));
    int lines = 0;
    std::istringstream stream{text};
    for (std::string line; std::getline(stream, line);) {
      ++lines;
      std::smatch include;
      if (!std::regex_search(line, include, kInclude)) continue;
      const std::string target = include[2], to = folder_of(target);
      for (const External& e : kExternals)
        if (std::regex_match(target, e.header) && !covers(e.folders, folder) && !(path.ends_with("_test.cpp") && covers(e.tests, folder)))
          found.push_back(fmt::format("{}:{}: {} is not for this folder", path, lines, target));
      // C is built as its authors would build it, who have no such root: a header may lie beside it.
      if (path.ends_with(".c") && tree.contains(folder + "/" + target)) continue;
      if (include[1] == "\"" && layer_of(to).empty())
        found.push_back(fmt::format("{}:{}: {} does not start at the root", path, lines, target));
      else if (!layer_of(to).empty() && !layer.empty() && to != folder && !covers({layer}, to) && !covers(kEdges.at(layer), to))
        found.push_back(fmt::format("{}:{}: {} may not include {}", path, lines, folder, to));
    }
    if (lines > kMostLines) found.push_back(fmt::format("{}: {} lines, more than {}", path, lines, kMostLines));
  }
  return found;
}

Tree read_sources(const std::filesystem::path& root) {
  Tree tree;
  for (auto entry = std::filesystem::recursive_directory_iterator{root}; entry != std::filesystem::recursive_directory_iterator{};
       ++entry) {
    const std::string name = entry->path().filename();
    if (entry->is_directory() && (name.starts_with(".") || name == "build")) entry.disable_recursion_pending();
    if (!std::regex_match(name, std::regex{R"(.*\.(h|hh|hpp|hxx|c|cc|cpp|cxx))"})) continue;
    std::ifstream file{entry->path()};
    tree[std::filesystem::relative(entry->path(), root)] = std::string{std::istreambuf_iterator<char>{file}, {}};
  }
  return tree;
}

TEST(Architecture, HoldsInTheWholeTree) {
  const Tree tree = read_sources(LPARSIM_SOURCE_DIR);
  ASSERT_TRUE(tree.contains("sim/base/units.hpp"));
  EXPECT_THAT(violations(tree), testing::IsEmpty());
}

TEST(Architecture, AcceptsTheEdgesOfTheLayers) {
  EXPECT_THAT(
      violations({{"sim/trace/a.cpp", "#include <SQLiteCpp/SQLiteCpp.h>\n#include \"sim/base/ids.hpp\"\n#include \"sim/trace/a.hpp\"\n"},
                  {"sim/scenario/b_test.cpp", "#include <systemc>\n#include <SQLiteCpp/SQLiteCpp.h>\n#include \"lpars/guest/b.hpp\"\n"},
                  {"vsp/examples/accounting/d.c", "#include <lparsim/vsp.h>\n#include <string.h>\n"},
                  {"vsp/examples/g.c", "#include \"h.h\"\n"},
                  {"vsp/examples/h.h", "#include <lparsim/vsp.h>\n"},
                  {"models/hypervisor/e.cpp", "#include \"models/vsp/hooks.hpp\"\n"},
                  {"vsp/behaviour/f.cpp", "#include <lparsim/vsp.h>\n#include \"models/vsp/layout.hpp\"\n"},
                  {"models/hypervisor/dispatch/c.cpp", "#include \"models/hypervisor/protocol.hpp\"\n#include <vector>\n"}}),
      testing::IsEmpty());
}

TEST(Architecture, RefusesWhatIsMadeUpToBreakIt) {
  const std::map<std::string, std::string> cases = {
      {"vios/sea/a.cpp|#include \"lpars/guest/guest.hpp\"\n", "vios/sea/a.cpp:1: vios/sea may not include lpars/guest"},
      {"lpars/guest/a.cpp|\n#include \"vios/sea/sea.hpp\"\n", "lpars/guest/a.cpp:2: lpars/guest may not include vios/sea"},
      {"sim/report/a.cpp|#include \"sim/config/schema.hpp\"\n", "sim/report/a.cpp:1: sim/report may not include sim/config"},
      {"sim/base/a.hpp|#include <sim/trace/a.hpp>\n", "sim/base/a.hpp:1: sim/base may not include sim/trace"},
      {"models/core/a.hpp|  #  include \"models/hypervisor/a.hpp\"\n",
       "models/core/a.hpp:1: models/core may not include models/hypervisor"},
      {"models/vsp/a.hpp|#include \"models/hypervisor/a.hpp\"\n", "models/vsp/a.hpp:1: models/vsp may not include models/hypervisor"},
      {"vsp/behaviour/a.hpp|#include \"lpars/guest/a.hpp\"\n", "vsp/behaviour/a.hpp:1: vsp/behaviour may not include lpars/guest"},
      {"lpars/guest/b.hpp|#include \"vsp/behaviour/a.hpp\"\n", "lpars/guest/b.hpp:1: lpars/guest may not include vsp/behaviour"},
      {"include/lparsim/vsp.h|#include \"sim/base/ids.hpp\"\n", "include/lparsim/vsp.h:1: include/lparsim may not include sim/base"},
      {"vsp/kit/a.c|", "vsp/kit/a.c: not snake_case"},
      {"vsp/examples/a.c|#include \"b.h\"\n", "vsp/examples/a.c:1: b.h does not start at the root"},
      {"validation/oracles/a.cpp|#include \"models/hypervisor/a.hpp\"\n",
       "validation/oracles/a.cpp:1: validation/oracles may not include models/hypervisor"},
      {"sim/trace/a.hpp|#include <systemc>\n", "sim/trace/a.hpp:1: systemc is not for this folder"},
      {"sim/report/a.hpp|#include <tlm_utils/simple_target_socket.h>\n",
       "sim/report/a.hpp:1: tlm_utils/simple_target_socket.h is not for this folder"},
      {"sim/report/a.hpp|#include <sqlite3.h>\n", "sim/report/a.hpp:1: sqlite3.h is not for this folder"},
      {"sim/scenario/a.cpp|#include <SQLiteCpp/SQLiteCpp.h>\n", "sim/scenario/a.cpp:1: SQLiteCpp/SQLiteCpp.h is not for this folder"},
      {"models/core/a_test.cpp|#include <sqlite3.h>\n", "models/core/a_test.cpp:1: sqlite3.h is not for this folder"},
      {"sim/scenario/a.hpp|#include <yaml-cpp/yaml.h>\n", "sim/scenario/a.hpp:1: yaml-cpp/yaml.h is not for this folder"},
      {"sim/trace/a.hpp|#include <QString>\n", "sim/trace/a.hpp:1: QString is not for this folder"},
      {"sim/base/a.cpp|#include \"a.hpp\"\n", "sim/base/a.cpp:1: a.hpp does not start at the root"},
      {"common/a.hpp|", "common/a.hpp: outside the layout"},
      {"sim/base/BigThing.hpp|", "sim/base/BigThing.hpp: not snake_case"},
      {"sim/base/a.h|", "sim/base/a.h: not snake_case"},
      {"sim/base/a.hpp|" + std::string(451, '\n'), "sim/base/a.hpp: 451 lines, more than 450"},
  };
  for (const auto& [file, expected] : cases) {
    const std::size_t bar = file.find('|');
    EXPECT_THAT(violations({{file.substr(0, bar), file.substr(bar + 1)}}), testing::ElementsAre(expected)) << file;
  }
}

}  // namespace
}  // namespace lparsim

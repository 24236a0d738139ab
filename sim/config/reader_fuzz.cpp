#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "sim/config/explain.hpp"
#include "sim/config/testing/sample_schema.hpp"

// The first line is an override, if it has a `=`; the rest is a document. Whatever they are, there are either diagnostics or a plant.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lparsim::config;
  std::string text(reinterpret_cast<const char*>(data), size);
  std::vector<Override> overrides;
  if (const auto line_end = text.find('\n'); line_end != std::string::npos) {
    if (const auto override = parse_override(text.substr(0, line_end))) {
      overrides.push_back(*override);
      text.erase(0, line_end + 1);
    }
  }
  Diagnostics diagnostics;
  const auto document = Document::parse("fuzz.yaml", text, overrides, diagnostics);
  if (!document && !diagnostics.has_errors()) std::abort();
  if (document) {
    const sample::Plant plant = sample::plant_schema().read(*document, diagnostics);
    if (!diagnostics.has_errors() && plant.name.empty()) std::abort();
    diagnostics.error_at(text.substr(0, 40), "somewhere");
  }
  const std::string printed = diagnostics.text();
  for (const char c : printed)
    if (c != '\n' && static_cast<unsigned char>(c) < 0x20) std::abort();
  if (lparsim::find_invalid_utf8(printed) != std::string::npos) std::abort();
  static_cast<void>(explain(sample::plant_schema().info(), text.substr(0, 60)));
  return 0;
}

// SPDX-License-Identifier: Apache-2.0
// Boxes on the left, arrows as arcs on their right: the wider, the farther they lead.
#include "advice/page_graph.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include "advice/columns.hpp"
#include "advice/page_parts.hpp"
#include "base/html_text.hpp"

namespace weft::advice::html {
namespace {

constexpr std::size_t most_modules = 24;
constexpr std::size_t longest_name = 30;
// In the picture's own units, of which a letter is 7 wide.
constexpr int box_width = 400;
constexpr int box_height = 26;
constexpr int row_height = 36;
constexpr int nearest_arc = 26;
constexpr int arc_step = 14;
constexpr int widest_arc = 200;

/// The place of an arrow's end on a box's right side: arrows that come stand below those that go.
int side_of(std::size_t row, bool comes) {
  return static_cast<int>(row) * row_height + (comes ? 2 : 1) * box_height / 3;
}

std::string box(std::size_t row, const Group& module, Verdict verdict) {
  const int top = static_cast<int>(row) * row_height;
  const std::string baseline = std::to_string(top + 18);
  return "<g class=\"" + std::string(class_of(verdict)) + "\"><rect class=\"box\" x=\"1\" y=\"" +
         std::to_string(top) + "\" width=\"" + std::to_string(box_width) + "\" height=\"" +
         std::to_string(box_height) + "\"/><text x=\"10\" y=\"" + baseline + "\">" +
         html_text(cut_to(module.name, longest_name)) + "</text><text x=\"" +
         std::to_string(box_width - 9) + "\" y=\"" + baseline + "\" text-anchor=\"end\">" +
         std::string(name_of(verdict)) + "</text></g>\n";
}

std::string arrow(std::size_t from, std::size_t to) {
  const std::size_t far = from < to ? to - from : from - to;
  const int wide = std::min(widest_arc, nearest_arc + arc_step * static_cast<int>(far));
  const std::string begin = std::to_string(side_of(from, false));
  const int end = side_of(to, true);
  const std::string out = std::to_string(box_width + wide);
  const std::string edge = std::to_string(box_width + 1);
  const std::string tip = std::to_string(box_width + 8);
  return "<path class=\"arc\" d=\"M" + edge + " " + begin + " C" + out + " " + begin + " " + out +
         " " + std::to_string(end) + " " + tip + " " + std::to_string(end) +
         "\"/><path class=\"tip\" d=\"M" + edge + " " + std::to_string(end) + " l8 -4 v8 z\"/>\n";
}

}  // namespace

Severity worst_of_module(const TargetReport& target, const std::string& module) {
  Severity worst = Severity::note;
  for (const Finding& one : target.findings) {
    if (one.modules.contains(module)) worst = std::max(worst, one.severity);
  }
  return worst;
}

std::string module_graph_html(const Report& report) {
  std::vector<const Group*> modules;
  for (const Group& one : report.profile.by_module) modules.push_back(&one);
  if (modules.size() < 2 || modules.size() > most_modules) return "";
  std::sort(modules.begin(), modules.end(),
            [](const Group* a, const Group* b) { return a->order < b->order; });
  std::map<std::string, std::size_t> rows;
  for (std::size_t i = 0; i < modules.size(); ++i) rows[modules[i]->name] = i;
  const int height = static_cast<int>(modules.size() - 1) * row_height + box_height + 2;
  std::string out = "<div class=\"wide\"><svg class=\"graph\" viewBox=\"0 -1 " +
                    std::to_string(box_width + widest_arc) + " " + std::to_string(height) +
                    "\" role=\"img\" aria-label=\"modules and whom they give their results; the "
                    "table has the same in words\">\n";
  for (std::size_t i = 0; i < modules.size(); ++i) {
    Verdict worst = Verdict::ready;
    for (const TargetReport& target : report.targets) {
      worst = std::max(worst, verdict_of(worst_of_module(target, modules[i]->name)));
    }
    out += box(i, *modules[i], worst);
    for (const std::string& taker : modules[i]->gives_to) out += arrow(i, rows.at(taker));
  }
  return out + "</svg></div>\n";
}

}  // namespace weft::advice::html

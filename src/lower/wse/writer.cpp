// SPDX-License-Identifier: Apache-2.0
// The layout: a call a strip, its lane behind it.
#include "lower/wse/writer.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "graph/comments.hpp"
#include "lower/wse/templates.hpp"

namespace weft::lower::wse {

namespace {

constexpr std::size_t most_columns = 100;

/// Where a strip's node comes from, or what it is for without one.
std::string layout_comment(const Strip& strip) {
  constexpr std::size_t columns = most_columns - 5;  // behind "  // "
  std::vector<std::string> texts{graph::comment_text(strip.comment, columns)};
  if (strip.comment.empty()) texts = comments_of(*strip.node, columns);
  std::string out;
  for (const std::string& text : texts) out += "  // " + text + "\n";
  return out;
}

std::string digits(std::int64_t value) { return std::to_string(value); }
std::string lane_color(const Lane& lane) { return "@get_color(" + digits(lane.color) + ")"; }

/// `call` in lines, broken behind commas.
std::string broken(const std::string& call) {
  std::string out;
  std::string line = "  ";
  std::size_t begin = 0;
  while (begin < call.size()) {
    std::size_t end = call.find(", ", begin);
    end = end == std::string::npos ? call.size() : end + 2;
    const std::string piece = call.substr(begin, end - begin);
    if (line.size() + piece.size() > most_columns) {
      while (line.back() == ' ') line.pop_back();
      out += line + "\n";
      line = "      ";
    }
    line += piece;
    begin = end;
  }
  return out + line + "\n";
}

/// Values may be wanted by other layers, by the host, or by both.
std::string receivers(const Plan& plan, const Strip& strip) {
  const Lane& out = plan.lanes[strip.out];
  const bool sends = !out.to.empty();
  return ", .lane_out = " + (sends ? lane_color(out) : "@get_color(7)") +
         ", .sends = " + (sends ? "true" : "false") + ", .to_host = " +
         (strip.to_host           ? "true"
          : strip.node != nullptr ? "nodes == 1"
                                  : "false");
}

std::string call_of(const Plan& plan, const Strip& strip) {
  if (strip.input >= 0) {
    const Lane& lane = plan.lanes[strip.out];
    return "entry(" + digits(strip.x) + ", " +
           (lane.to.empty() ? "@get_color(7), " : lane_color(lane) + ", ") + strip.sizes +
           (lane.to.empty() ? ", false" : ", true") + ", \"" + strip.layer + "\");";
  }
  std::string out = strip.function + "(" + digits(strip.x) + ", ";
  if (strip.function == "window") out += digits(strip.columns) + ", ";
  if (strip.function != "copy") out += digits(strip.rows) + ", ";
  out += ".{ .layer = \"" + strip.layer + "\", " + strip.sizes;
  constexpr const char* names[] = {"lane_in", "lane_b", "lane_c", "lane_d"};
  const std::size_t operands = strip.function == "segment" ? std::size(names) : strip.in.size();
  for (std::size_t i = 0; i < operands; ++i) {
    const std::size_t lane =
        strip.in[std::min(i, strip.in.size() - 1)];  // of those it has not: any
    out += std::string(", .") + names[i] + " = " + lane_color(plan.lanes[lane]);
  }
  return out + receivers(plan, strip) + " });";
}

/// Where a lane begins, passes by and floods.
std::string way_of(const Plan& plan, const Lane& lane) {
  if (lane.to.empty()) return "";
  const Strip& from = plan.strips[lane.from];
  std::string out =
      "  lane_begins(" + lane_color(lane) + ", " + digits(from.x + from.columns - 1) + ");\n";
  std::int64_t x = from.x + from.columns;
  for (const std::size_t number_of_strip : lane.to) {
    const Strip& strip = plan.strips[number_of_strip];
    if (strip.x > x) {
      out +=
          "  lane_passes(" + lane_color(lane) + ", " + digits(x) + ", " + digits(strip.x) + ");\n";
    }
    out += "  lane_floods(" + lane_color(lane) + ", " + digits(strip.x) + ", " +
           digits(strip.columns) + ", " + digits(strip.rows) + ", " +
           (number_of_strip == lane.to.back() ? "false" : "true") + ");\n";
    x = strip.x + strip.columns;
  }
  return out;
}

}  // namespace

std::string layout_text(const Plan& plan, const Machine& machine, const std::string& title) {
  std::string out = "// " + title +
                    " as a CSL program, written by weft compile: yours to read and to change.\n\n"
                    "param nodes: i16; // 1: the values of all nodes go to the host, else outputs\n"
                    "const half = " +
                    (machine.half ? "true" : "false") +
                    "; // values are f16, else f32\n\n"
                    "const height: i16 = " +
                    digits(plan.height) +
                    "; // rows of PEs\n"
                    "const host_in: color = @get_color(0);\n"
                    "const host_out: color = @get_color(1);\n"
                    "const memcpy = @import_module(\"<memcpy/get_params>\", .{\n  .width = " +
                    digits(plan.width) + ", .height = " + digits(plan.height) +
                    ", .MEMCPYH2D_1 = host_in, .MEMCPYD2H_1 = host_out });\n\n";
  const std::string& strips = template_text("strips.csl");
  out += strips.substr(strips.find('\n') + 1);  // behind the licence's line
  out += "\nlayout {\n  @set_rectangle(" + digits(plan.width) + ", " + digits(plan.height) + ");\n";
  std::set<std::string> symbols;
  for (const Strip& strip : plan.strips) {
    out += "\n" + layout_comment(strip) + broken(call_of(plan, strip));
    out += way_of(plan, plan.lanes[strip.out]);
    for (const Part& part : strip.parts) symbols.insert(part.symbol);
  }
  if (!symbols.empty()) out += "\n";
  const std::map<std::string, std::string> types{{"weights", machine.half ? "f16" : "f32"},
                                                 {"bias", "f32"},
                                                 {"places", "i32"},
                                                 {"numbers", "i32"}};
  for (const std::string& symbol : symbols) {
    out += "  @export_name(\"" + symbol + "\", [*]" + types.at(symbol) + ", true);\n";
  }
  return out + "}\n";
}

}  // namespace weft::lower::wse

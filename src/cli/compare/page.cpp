// SPDX-License-Identifier: Apache-2.0
// HTML, CSS and small SVG bars, by hand.
#include "cli/compare/page.hpp"

#include <algorithm>

#include "base/html_text.hpp"
#include "base/number_text.hpp"

namespace weft::cli::compare {
namespace {

constexpr const char* style = R"(
:root { color-scheme: light dark; --ink: #1c2126; --dim: #626b75; --paper: #ffffff;
  --line: #d9dee3; --bar: #2f7fb8; --rest: #e7ecf0; --no: #b3402a; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e8ec; --dim: #98a2ad; --paper: #15191d; --line: #323a42; --bar: #58a6dc;
    --rest: #262d34; --no: #ef8a72; }
}
body { margin: 2rem auto; max-width: 76rem; padding: 0 1rem; background: var(--paper);
  color: var(--ink); font: 15px/1.45 system-ui, sans-serif; }
h1 { font-size: 1.35rem; margin: 0 0 .2rem; }
h2 { font-size: 1.05rem; margin: 2rem 0 .4rem; }
p { color: var(--dim); margin: .2rem 0 1.2rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; min-width: 48rem; table-layout: fixed; }
col.what { width: 15rem; }
th, td { text-align: left; vertical-align: top; padding: .5rem .7rem;
  border-bottom: 1px solid var(--line); }
thead th { border-bottom: 2px solid var(--ink); }
tbody th { font-weight: 600; }
tbody th small { display: block; max-width: 15rem; white-space: normal; font-weight: 400;
  color: var(--dim); }
td { overflow-wrap: anywhere; }
td.no { color: var(--no); }
svg { display: block; margin-top: .3rem; width: 100%; max-width: 13rem; height: 8px; }
svg .rest { fill: var(--rest); }
svg .bar { fill: var(--bar); }
ul { color: var(--dim); margin: .2rem 0 1.2rem; padding-left: 1.2rem; }
tbody th { overflow-wrap: anywhere; }
details { margin: .3rem 0; }
code { font-size: .9em; overflow-wrap: anywhere; }
/* Where machines have no room side by side they stand one below the other, in each figure. */
@media (max-width: 48rem) {
  body { margin: 1rem auto; }
  table { min-width: 0; }
  table, tbody, tr, tbody th, td { display: block; width: auto; }
  thead { display: none; }
  tbody tr { padding: .6rem 0; border-bottom: 1px solid var(--line); }
  tbody th, td { padding: 0; border: 0; }
  tbody th small { max-width: none; }
  td { padding: .3rem 0 0 8.5rem; min-height: 1.45em; position: relative; }
  td::before { content: attr(data-machine); position: absolute; left: 0; width: 8rem;
    color: var(--dim); font-size: .85em; }
}
)";

/// A bar of its row's longest.
std::string bar_of(const Cell& cell, double longest) {
  if (!cell.bar || longest <= 0) return "";
  const double share = std::clamp(*cell.bar / longest, 0.0, 1.0);
  return "<svg viewBox=\"0 0 100 4\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"" +
         fixed(100 * share, 1) +
         " % of the longest in this row\">"
         "<rect class=\"rest\" width=\"100\" height=\"4\" rx=\"1\"/><rect class=\"bar\" width=\"" +
         fixed(100 * share, 2) + "\" height=\"4\" rx=\"1\"/></svg>";
}

/// What a bar has to fill its cell: shares of a whole by 1, all others by the row's longest.
double longest_of(const Row& row) {
  double longest = row.shares ? 1 : 0;
  for (const Cell& cell : row.cells) longest = std::max(longest, cell.bar.value_or(0));
  return longest;
}

std::string row_html(const std::vector<ModelRun>& runs, const Row& row) {
  std::string out = "<tr><th scope=\"row\">" + html_text(row.title) + "<small>" +
                    html_text(row.meaning) + "</small></th>";
  const double longest = longest_of(row);
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    const Cell& cell = row.cells[i];
    out += std::string("<td") + (cell.bad ? " class=\"no\"" : "") + " data-machine=\"" +
           html_text(runs[i].machine) + "\">" + html_text(cell.text) + bar_of(cell, longest) +
           "</td>";
  }
  return out + "</tr>\n";
}

std::string listed(const std::vector<std::string>& keys) {
  std::string out;
  for (const std::string& key : keys) {
    out += (out.empty() ? "" : ", ") + ("<code>" + html_text(key) + "</code>");
  }
  return out.empty() ? "none" : out;
}

std::string grounds_html(const ModelRun& run) {
  if (!run.refused.empty()) return "";
  std::string out = "<details><summary>" + html_text(run.machine) + ": trace hash <code>" +
                    html_text(run.trace_hash) +
                    "</code></summary><p>Assumed or fitted times that the " +
                    "run has looked up: " + listed(run.choices.keys) + ".";
  if (!run.choices.left_out.empty()) {
    out += " Of these the model has one value: " + listed(run.choices.left_out) + ".";
  }
  return out + " Energy rests on " + listed(run.energy.facts) + ".</p></details>\n";
}

std::string table_html(const std::vector<ModelRun>& runs, const std::vector<Row>& rows) {
  std::string out =
      "<div class=\"wide\"><table>\n<colgroup><col class=\"what\"></colgroup><thead><tr><th></th>";
  for (const ModelRun& run : runs) out += "<th scope=\"col\">" + html_text(run.machine) + "</th>";
  out += "</tr></thead>\n<tbody>\n";
  for (const Row& row : rows) out += row_html(runs, row);
  return out + "</tbody></table></div>\n";
}

std::string layers_html(const std::vector<ModelRun>& runs, const std::vector<Row>& layers) {
  if (layers.empty()) return "";
  std::string out =
      "<h2>Largest layers</h2>\n<p>The ten with most cycles on each machine, under the name of the "
      "value that they give: cycles, their share of the run with the host's copies, and a bar held "
      "against the machine's largest. What a cycle of a layer is differs:</p>\n<ul>\n";
  for (const ModelRun& run : runs) {
    if (run.layers.list.empty()) continue;
    out += "<li>" + html_text(run.machine + ": " + run.layers.meaning) + ".</li>\n";
  }
  return out + "</ul>\n" + table_html(runs, layers);
}

}  // namespace

std::string page_of(const std::string& headline, const std::vector<ModelRun>& runs,
                    const std::vector<Row>& rows, const std::vector<Row>& layers) {
  std::string out =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
      html_text(headline) + "</title>\n<style>" + style + "</style>\n</head>\n<body>\n<h1>" +
      html_text(headline) +
      "</h1>\n<p>The same model on each machine, compiled by weft and run on the emulated one. "
      "Letters say how the least certain constant is known: published, measured, derived, fitted, "
      "assumed.</p>\n";
  out += table_html(runs, rows) + layers_html(runs, layers);
  out += "<h2>What the figures rest on</h2>\n";
  for (const ModelRun& run : runs) out += grounds_html(run);
  return out + "</body>\n</html>\n";
}

}  // namespace weft::cli::compare

// SPDX-License-Identifier: Apache-2.0
// Escapes, tables, bars and the style.
#include "advice/page_parts.hpp"

#include <algorithm>

#include "advice/columns.hpp"
#include "base/html_text.hpp"
#include "base/number_text.hpp"

namespace weft::advice::html {
namespace {

constexpr std::string_view style = R"(
:root { color-scheme: light dark; --ink: #1c2126; --dim: #5d6670; --paper: #ffffff;
  --line: #d9dee3; --good: #1f7a4d; --change: #8a6100; --bad: #a8321f; --open: #5b4aa8;
  --bar: #2f7fb8; --rest: #e7ecf0; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e8ec; --dim: #98a2ad; --paper: #15191d; --line: #323a42; --good: #6cc79a;
    --change: #e0b65c; --bad: #ef8a72; --open: #b3a6f2; --bar: #58a6dc; --rest: #262d34; }
}
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.45 system-ui, sans-serif; }
main { max-width: 76rem; margin: 1.5rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.35rem; margin: 0 0 .2rem; }
h2 { font-size: 1.05rem; margin: 2rem 0 .4rem; }
h3 { font-size: 1rem; margin: 0; }
p { margin: .3rem 0; }
small, .strip p { color: var(--dim); }
.strip { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: .8rem;
  margin-top: 1rem; }
.strip section { border: 1px solid var(--line); border-left: .4rem solid var(--dim);
  padding: .6rem .8rem; }
.strip .verdict { font-weight: 700; color: var(--ink); }
section.ready { border-left-color: var(--good); }
section.needs { border-left-color: var(--change); }
section.blocked { border-left-color: var(--bad); }
section.unknown { border-left-color: var(--open); }
.wide { overflow-x: auto; margin-top: .6rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem;
  border-bottom: 1px solid var(--line); overflow-wrap: normal; }
thead th { border-bottom: 2px solid var(--ink); }
tbody th { font-weight: 600; }
td.full { color: var(--good); } td.partial { color: var(--change); }
td.none { color: var(--bad); } td.unknown { color: var(--open); }
ul { padding-left: 1.1rem; } li { margin: .5rem 0; }
li.blocked b { color: var(--bad); } li.unknown b { color: var(--open); }
li.change b { color: var(--change); }
a { color: inherit; }
svg { display: block; margin-top: .25rem; width: 100%; max-width: 13rem; height: 8px; }
svg.live { max-width: 40rem; height: 3rem; border-bottom: 1px solid var(--line); }
svg.graph { min-width: 30rem; max-width: 40rem; height: auto; font-size: 13px; }
svg.graph text { fill: var(--ink); } svg .box { fill: none; stroke: var(--dim); }
svg .arc { fill: none; stroke: var(--dim); } svg .tip { fill: var(--dim); }
g.ready .box { stroke: var(--good); } g.needs .box { stroke: var(--change); stroke-width: 2; }
g.blocked .box { stroke: var(--bad); stroke-width: 3; }
g.unknown .box { stroke: var(--open); stroke-width: 2; stroke-dasharray: 5 3; }
dl { display: grid; grid-template-columns: minmax(4.5rem, max-content) 1fr; gap: .15rem .8rem; }
dt { color: var(--dim); } dd { margin: 0; }
svg .rest { fill: var(--rest); } svg .bar { fill: var(--bar); }
@media (max-width: 40rem) {
  th, td { padding: .3rem .35rem; min-width: 3.6rem; } td small { display: block; }
  tbody th { position: sticky; left: 0; background: var(--paper); }
}
)";

}  // namespace

std::string page_begin(const std::string& title) {
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
         html_text(title) + "</title>\n<style>" + std::string(style) +
         "</style>\n</head>\n<body>\n<main>\n";
}

std::string table_head(const std::vector<std::string>& titles) {
  std::string out = "<div class=\"wide\"><table><thead><tr>";
  for (const std::string& title : titles) out += "<th scope=\"col\">" + html_text(title) + "</th>";
  return out + "</tr></thead>\n<tbody>\n";
}

std::string row(const std::vector<std::string>& cells) {
  std::string out = "<tr>";
  for (std::size_t i = 0; i < cells.size(); ++i) {
    out += (i == 0 ? "<th scope=\"row\">" : "<td>") + cells[i] + (i == 0 ? "</th>" : "</td>");
  }
  return out + "</tr>\n";
}

std::string some_html(const std::vector<std::string>& names) {
  constexpr std::size_t most_names = 24;
  constexpr std::size_t longest_name = 120;
  std::string out;
  for (std::size_t i = 0; i < std::min(names.size(), most_names); ++i) {
    out += (i == 0 ? "" : ", ") + html_text(cut_to(names[i], longest_name));
  }
  if (names.size() <= most_names) return out;
  return out + " and " + std::to_string(names.size() - most_names) + " more";
}

std::string bar(double share) {
  const std::string percent = html_text(percent_text(share));
  return " (" + percent +
         ")<svg viewBox=\"0 0 100 4\" preserveAspectRatio=\"none\" role=\"img\" "
         "aria-label=\"" +
         percent +
         " of what there is\"><rect class=\"rest\" width=\"100\" height=\"4\"/><rect "
         "class=\"bar\" width=\"" +
         fixed(100 * std::clamp(share, 0.0, 1.0), 2) + "\" height=\"4\"/></svg>";
}

std::string keys_html(const SourceKeys& keys) {
  std::string out;
  for (const std::string& key : keys) out += " <a href=\"#" + key + "\">" + key + "</a>";
  return out;
}

std::string_view class_of(Verdict verdict) {
  constexpr std::string_view names[] = {"ready", "needs", "blocked", "unknown"};
  return names[static_cast<std::size_t>(verdict)];
}

}  // namespace weft::advice::html

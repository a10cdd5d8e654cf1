// SPDX-License-Identifier: Apache-2.0
// The profile in words and columns.
#include <algorithm>

#include "advice/columns.hpp"
#include "advice/text.hpp"
#include "base/number_text.hpp"

namespace weft::advice {
namespace {

constexpr std::size_t most_rows = 12;

std::string listed(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out.empty() ? "none" : out;
}

std::string opsets_text(const Profile& profile) {
  std::string out;
  for (const auto& [domain, version] : profile.opsets) {
    out +=
        (out.empty() ? "" : ", ") + (domain.empty() ? "" : domain + " ") + std::to_string(version);
  }
  return out;
}

std::string open_text(const Profile& profile) {
  std::string out;
  for (const graph::OpenExtent& one : profile.open_extents) {
    out += (out.empty() ? "" : ", ") +
           (one.name.empty() ? "axis " + std::to_string(one.axis) : one.name) + " of " + one.input +
           " (taken as " + std::to_string(one.extent) + ")";
  }
  return out.empty() ? "none" : out;
}

std::string dimension_text(const std::optional<Dimension>& one) {
  if (!one) return "not recognised";
  return std::to_string(one->extent) + " (axis " + std::to_string(one->axis) + " of " + one->input +
         ")";
}

std::string groups_text(const std::string& title, const std::vector<Group>& groups,
                        std::size_t most) {
  std::vector<std::vector<std::string>> rows{
      {title, "nodes", "multiply-adds", "bytes", "ops/byte", "parameters"}};
  for (std::size_t i = 0; i < std::min(groups.size(), most); ++i) {
    const Group& group = groups[i];
    const std::string what =
        group.name +
        (group.shape.empty() || group.element.empty() ? "" : " " + group.element + group.shape);
    rows.push_back({what, number(group.work.nodes), number(group.work.multiplications),
                    bytes_text(group.work.bytes), fixed(group.work.intensity(), 2),
                    number(group.work.parameters)});
  }
  std::string out = columns(rows, "  ");
  if (groups.size() > most) out += "  and " + std::to_string(groups.size() - most) + " more\n";
  return out;
}

}  // namespace

std::string bytes_text(std::int64_t bytes) {
  const auto value = static_cast<double>(bytes);
  if (bytes >= 1'000'000'000) return fixed(value / 1e9, 2) + " GB";
  if (bytes >= 1'000'000) return fixed(value / 1e6, 2) + " MB";
  if (bytes >= 1'000) return fixed(value / 1e3, 2) + " kB";
  return std::to_string(bytes) + " B";
}

std::string count_text(std::int64_t count) {
  const auto value = static_cast<double>(count);
  if (count >= 1'000'000'000) return fixed(value / 1e9, 2) + " G";
  if (count >= 1'000'000) return fixed(value / 1e6, 2) + " M";
  if (count >= 1'000) return fixed(value / 1e3, 2) + " k";
  return std::to_string(count);
}

std::string why_no_line(const Profile& profile) {
  if (profile.has_lines) return "";
  return "the file has no lines of its program: its exporter (" +
         (profile.producer.empty() ? std::string("not named") : profile.producer) +
         ") wrote none, as PyTorch does from 2.9 on with dynamo=True; nodes are named instead";
}

std::string profile_text(const Profile& profile) {
  std::string out =
      wrapped("", profile.name + ": " + count_text(profile.work.parameters) + " parameters (" +
                      bytes_text(profile.parameter_bytes) + "), " +
                      count_text(profile.work.multiplications) + " multiply-adds, " +
                      number(profile.work.nodes) + " nodes and " + number(profile.folded_nodes) +
                      " that are constant; operator sets " + opsets_text(profile));
  out += "\nStep 1: profile\n";
  out += wrapped("  inputs    ", listed(profile.inputs));
  out += wrapped("  outputs   ", listed(profile.outputs));
  out += wrapped("  batch     ", dimension_text(profile.batch));
  out += wrapped("  sequence  ", dimension_text(profile.sequence));
  out += wrapped("  types     ", listed(profile.elements));
  out += wrapped("  open      ", open_text(profile));
  out += wrapped("  control   ", listed(profile.control_flow));
  out += wrapped("  domains   ", "other than the standard's: " + listed(profile.foreign));
  out += wrapped("  live      ", bytes_text(profile.live_bytes) + " of values at most, at " +
                                     (profile.live_at.empty() ? "none" : profile.live_at));
  if (profile.work.without_shape > 0) {
    out += wrapped("  shapes    ", number(profile.work.without_shape) +
                                       " nodes have a shape that nobody knows before a run");
  }
  if (const std::string why = why_no_line(profile); !why.empty()) {
    out += wrapped("  lines     ", why);
  }
  out += '\n' + groups_text("operator", profile.by_operator, profile.by_operator.size());
  if (!profile.by_module.empty()) {
    out += '\n' + groups_text("module", profile.by_module, most_rows);
  }
  if (!profile.by_line.empty()) out += '\n' + groups_text("line", profile.by_line, most_rows);
  return out;
}

}  // namespace weft::advice

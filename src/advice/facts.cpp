// SPDX-License-Identifier: Apache-2.0
// The profile's lines, for the terminal and the page.
#include "advice/facts.hpp"

#include <algorithm>

#include "advice/columns.hpp"
#include "advice/text.hpp"
#include "base/counted.hpp"

namespace weft::advice {
namespace {

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

/// A digit a stretch: tenths of the most.
std::string live_digits(const Profile& profile) {
  std::string out;
  for (const Live& one : profile.live) {
    const double part = static_cast<double>(one.bytes) / static_cast<double>(profile.live_bytes);
    out += static_cast<char>('0' + static_cast<int>(9 * part));
  }
  return out;
}

std::string absent_text(const Profile& profile) {
  std::string out;
  for (const auto& [file, count] : profile.absent_data) {
    out += (out.empty() ? "" : ", ") + number(count) + (count == 1 ? " lies in " : " lie in ") +
           file + ", which is not there";
  }
  return out + ": known by type alone";
}

}  // namespace

std::string listed(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out.empty() ? "none" : out;
}

std::vector<Fact> facts_of(const Profile& profile) {
  std::vector<Fact> out{{"opsets", opsets_text(profile)},
                        {"inputs", listed(profile.inputs)},
                        {"outputs", listed(profile.outputs)},
                        {"batch", dimension_text(profile.batch)},
                        {"sequence", dimension_text(profile.sequence)},
                        {"types", listed(profile.elements)},
                        {"open", open_text(profile)},
                        {"control", listed(profile.control_flow)},
                        {"domains", "other than the standard's: " + listed(profile.foreign)}};
  if (!profile.absent_data.empty()) out.push_back({"weights", absent_text(profile)});
  out.push_back({"live", bytes_text(profile.live_bytes) + " of values at most, at " +
                             (profile.live_at.empty() ? "none" : profile.live_at)});
  if (profile.live_bytes > 0) {
    out.push_back({"", live_digits(profile) + " (0 to 9 of it, over the nodes in order)"});
  }
  if (profile.work.without_shape > 0) {
    out.push_back({"shapes", grouped(static_cast<std::uint64_t>(profile.work.without_shape),
                                     "node has", "nodes have") +
                                 " a shape that nobody knows before a run"});
  }
  if (std::string why = why_no_line(profile); !why.empty()) {
    out.push_back({"lines", std::move(why)});
  }
  return out;
}

}  // namespace weft::advice

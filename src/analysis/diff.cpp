// SPDX-License-Identifier: Apache-2.0
// From the outside in: machine, streams, end, counters, results, and last what was asked for.
#include "analysis/diff.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "base/counted.hpp"

namespace weft::analysis {
namespace {

using trace::CounterGrid;
using trace::Reader;
using trace::StreamRecord;
using Found = std::optional<Difference>;
using All = std::vector<Difference>;

constexpr std::uint64_t rows_compared_at_once = 65536;

std::string text_of(const StreamRecord& stream, const EventRow& row) {
  const auto& kinds = stream.info.kinds;
  return "cycle " + std::to_string(row.cycle) + " tile " + std::to_string(index(row.tile)) +
         " sequence " + std::to_string(row.sequence) + " kind " +
         (row.kind < kinds.size() ? kinds[row.kind] : std::to_string(row.kind)) + " id " +
         std::to_string(row.id) + " duration " + std::to_string(row.duration_cycles) +
         " argument " + std::to_string(row.argument);
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "none" : text;
}

Found simple(const std::string& what, const std::string& left, const std::string& right,
             const std::string& name = "") {
  if (left == right) return std::nullopt;
  Difference difference;
  difference.what = what;
  difference.name = name;
  difference.left = left;
  difference.right = right;
  return difference;
}

Difference at_row(const StreamRecord& stream, std::uint64_t row, std::uint32_t width,
                  const EventRow* left, const EventRow* right) {
  Difference difference;
  difference.what = "stream";
  difference.name = stream.info.name;
  difference.row = row;
  difference.left = left == nullptr ? "no such row" : text_of(stream, *left);
  difference.right = right == nullptr ? "no such row" : text_of(stream, *right);
  // The row that comes first in the order is the one that the other trace lacks.
  const auto key = [](const EventRow& r) { return std::tuple(r.cycle, index(r.tile), r.sequence); };
  const bool from_left = right == nullptr || (left != nullptr && key(*left) <= key(*right));
  const EventRow& earlier = from_left ? *left : *right;
  difference.cycle = earlier.cycle;
  difference.tile = index(earlier.tile);
  difference.x = index(earlier.tile) % width;
  difference.y = index(earlier.tile) / width;
  return difference;
}

Found compare_rows(const Reader& left, const Reader& right, const StreamRecord& a,
                   const StreamRecord& b) {
  const std::uint64_t longest = std::max(a.rows, b.rows);
  for (std::uint64_t first = 0; first < longest; first += rows_compared_at_once) {
    const auto l = left.rows(a.info.name, first, rows_compared_at_once);
    const auto r = right.rows(b.info.name, first, rows_compared_at_once);
    const auto [pl, pr] = std::mismatch(l.begin(), l.end(), r.begin(), r.end());
    if (pl == l.end() && pr == r.end()) continue;
    const auto row = first + static_cast<std::uint64_t>(pl - l.begin());
    return at_row(a, row, left.header().width, pl == l.end() ? nullptr : &*pl,
                  pr == r.end() ? nullptr : &*pr);
  }
  return std::nullopt;
}

Found compare_stream(const Reader& left, const Reader& right, const StreamRecord& a,
                     const StreamRecord& b) {
  if (a.kept && b.kept) return compare_rows(left, right, a, b);
  if (a.info.level == TraceLevel::full || a.digest.empty() || b.digest.empty()) {
    return std::nullopt;
  }
  if (const auto found = simple("stream", counted(a.rows_hashed, "row"),
                                counted(b.rows_hashed, "row"), a.info.name)) {
    return found;
  }
  return simple("stream", "digest " + a.digest, "digest " + b.digest, a.info.name);
}

void note(All& all, Found found) {
  if (found) all.push_back(std::move(*found));
}

/// Whether both have the same names; says so where not.
bool same_names(All& all, const std::string& what, const std::vector<std::string>& left,
                const std::vector<std::string>& right) {
  Found found = simple(what, joined(left), joined(right));
  const bool same = !found;
  note(all, std::move(found));
  return same;
}

const StreamRecord* stream_named(const Reader& reader, const std::string& name) {
  for (const StreamRecord& stream : reader.streams()) {
    if (stream.info.name == name) return &stream;
  }
  return nullptr;
}

void compare_streams(const Reader& left, const Reader& right, All& all) {
  std::vector<std::string> names_left;
  std::vector<std::string> names_right;
  for (const auto& s : left.streams()) names_left.push_back(s.info.name);
  for (const auto& s : right.streams()) names_right.push_back(s.info.name);
  same_names(all, "streams", names_left, names_right);
  const auto first = static_cast<std::ptrdiff_t>(all.size());
  for (const StreamRecord& stream : left.streams()) {
    const StreamRecord* other = stream_named(right, stream.info.name);
    if (other != nullptr) note(all, compare_stream(left, right, stream, *other));
  }
  std::stable_sort(all.begin() + first, all.end(), [](const Difference& a, const Difference& b) {
    return a.cycle.value_or(never) < b.cycle.value_or(never);
  });
}

Found compare_grid(const CounterGrid& a, const CounterGrid& b) {
  if (const auto found = simple("counter", joined(a.channels), joined(b.channels), a.name)) {
    return found;
  }
  if (a.values.size() != b.values.size()) return std::nullopt;  // other machines, said before
  const auto [pa, pb] = std::mismatch(a.values.begin(), a.values.end(), b.values.begin());
  if (pa == a.values.end()) return std::nullopt;
  const auto at = static_cast<std::size_t>(pa - a.values.begin());
  const std::size_t channels = std::max<std::size_t>(1, a.channels.size());
  const std::string channel = a.channels.empty() ? "" : a.channels[at % channels] + " ";
  Found found =
      simple("counter", channel + std::to_string(*pa), channel + std::to_string(*pb), a.name);
  found->tile = static_cast<std::uint32_t>(at / channels);
  found->x = *found->tile % a.width;
  found->y = *found->tile / a.width;
  return found;
}

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void compare_counters(const Reader& left, const Reader& right, All& all) {
  const auto names = left.counter_names();
  const auto others = right.counter_names();
  same_names(all, "counters", names, others);
  for (const auto& name : names) {
    if (has(others, name)) note(all, compare_grid(left.counter(name), right.counter(name)));
  }
}

Found compare_result(const std::string& name, const trace::Tensor& a, const trace::Tensor& b) {
  if (Found found = simple("result", describe(a), describe(b), name)) return found;
  const auto [pa, pb] = std::mismatch(a.bytes.begin(), a.bytes.end(), b.bytes.begin());
  if (pa == a.bytes.end()) return std::nullopt;
  Found found = simple("result", "other bytes than", "the second trace", name);
  found->row = static_cast<std::uint64_t>(pa - a.bytes.begin()) / size_bytes(a.type);
  return found;
}

void compare_results(const Reader& left, const Reader& right, All& all) {
  const auto names = left.result_names();
  const auto others = right.result_names();
  same_names(all, "results", names, others);
  for (const auto& name : names) {
    if (has(others, name)) note(all, compare_result(name, left.result(name), right.result(name)));
  }
}

/// The lines "<key> = <value>" of an identity.
std::map<std::string, std::string> lines_of(const std::string& identity) {
  std::map<std::string, std::string> out;
  for (std::size_t begin = 0; begin < identity.size();) {
    const std::size_t end = std::min(identity.find('\n', begin), identity.size());
    const std::string line = identity.substr(begin, end - begin);
    const std::size_t at = line.find(" = ");
    if (at != std::string::npos) out[line.substr(0, at)] = line.substr(at + 3);
    begin = end + 1;
  }
  return out;
}

/// What was asked for, key by key; the hash where traces keep no keys.
void compare_jobs(const Reader& left, const Reader& right, All& all) {
  const auto& a = left.header();
  const auto& b = right.header();
  if (a.hash == b.hash) return;
  auto mine = lines_of(left.identity());
  auto others = lines_of(right.identity());
  const std::size_t before = all.size();
  if (!mine.empty() && !others.empty()) {
    for (const auto& [key, value] : mine) others.try_emplace(key, "not given");
    for (const auto& [key, value] : others) {
      note(all, simple("job", mine.try_emplace(key, "not given").first->second, value, key));
    }
  }
  if (all.size() == before && all.empty()) {
    note(all, simple("job", "hash " + a.hash, "hash " + b.hash));
  }
}

std::string machine_of(const trace::Header& header) {
  return header.family + " " + std::to_string(header.width) + " x " + std::to_string(header.height);
}

}  // namespace

std::string describe(const Difference& difference) {
  std::string text = difference.what;
  if (!difference.name.empty()) text += " '" + difference.name + "'";
  if (difference.row) {
    text +=
        (difference.what == "result" ? ", element " : ", row ") + std::to_string(*difference.row);
  }
  if (difference.tile) {
    text += ", tile " + std::to_string(*difference.tile) + " (x " + std::to_string(*difference.x) +
            ", y " + std::to_string(*difference.y) + ")";
  }
  if (difference.cycle) text += ", cycle " + std::to_string(*difference.cycle);
  return text + ": " + difference.left + " | " + difference.right;
}

std::vector<Difference> differences(const Reader& left, const Reader& right) {
  const auto& a = left.header();
  const auto& b = right.header();
  All all;
  note(all, simple("machine", machine_of(a), machine_of(b)));
  compare_streams(left, right, all);
  note(all, simple("complete", a.complete ? "yes" : "no", b.complete ? "yes" : "no"));
  note(all, simple("cycles", std::to_string(a.cycles), std::to_string(b.cycles)));
  note(all, simple("stop", a.stop, b.stop));
  compare_counters(left, right, all);
  compare_results(left, right, all);
  compare_jobs(left, right, all);
  return all;
}

}  // namespace weft::analysis

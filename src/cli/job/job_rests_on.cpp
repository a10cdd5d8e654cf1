// SPDX-License-Identifier: Apache-2.0
// Counts and names of what was looked up.
#include "cli/job/job_rests_on.hpp"

#include <map>

namespace weft::cli {

using topology::Origin;

namespace {

constexpr std::size_t widest_row = 80;

/// "assumed: a, b, c", broken where a row is full.
void add_rows(const std::string& head, const std::vector<std::string>& keys,
              std::vector<std::string>& rows) {
  std::string row = head;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const std::string word = keys[i] + (i + 1 < keys.size() ? "," : "");
    if (row.size() + 1 + word.size() > widest_row) {
      rows.push_back(row);
      row = " ";
    }
    row += " " + word;
  }
  rows.push_back(row);
}

}  // namespace

std::string rests_on_counts(const topology::Topology& topology) {
  std::map<Origin, int> counts;
  for (const topology::Constant* constant : topology.rests_on()) ++counts[constant->origin];
  std::string out;
  for (const Origin origin :
       {Origin::assumed, Origin::fitted, Origin::derived, Origin::measured, Origin::published}) {
    if (counts[origin] == 0) continue;
    out += (out.empty() ? "" : ", ") + std::to_string(counts[origin]) + " " + name_of(origin);
  }
  return (out.empty() ? "no" : out) + " constants of " + topology.name();
}

std::vector<std::string> rests_on_choices(const topology::Topology& topology) {
  std::vector<std::string> rows;
  for (const Origin origin : {Origin::assumed, Origin::fitted}) {
    std::vector<std::string> keys;
    for (const topology::Constant* constant : topology.rests_on()) {
      if (constant->origin == origin) keys.push_back(constant->key);
    }
    if (!keys.empty()) add_rows(std::string(name_of(origin)) + ":", keys, rows);
  }
  return rows;
}

std::string describe_rests_on(const topology::Topology& topology) {
  std::string out = "rests on " + rests_on_counts(topology);
  for (const std::string& row : rests_on_choices(topology)) out += "\n  " + row;
  return out;
}

}  // namespace weft::cli

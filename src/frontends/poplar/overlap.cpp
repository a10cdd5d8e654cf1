// SPDX-License-Identifier: Apache-2.0
// Sorts the written elements of each variable; two neighbours that overlap are a clash.
#include "frontends/poplar/overlap.hpp"

#include <algorithm>
#include <string>
#include <tuple>

#include "frontends/poplar/lower.hpp"

namespace weft::frontends::poplar {
namespace {

std::string text_of(const GraphModel& graph, VertexId id, std::uint32_t field) {
  const VertexModel& vertex = graph.vertices[id];
  return "field '" + std::string(vertex.codelet->fields[field].name) + "' of a vertex '" +
         vertex.codelet->name + "' on tile " + std::to_string(vertex.tile);
}

}  // namespace

bool OverlapCheck::Access::operator<(const Access& other) const {
  return std::tie(variable, begin, vertex, field, count) <
         std::tie(other.variable, other.begin, other.vertex, other.field, other.count);
}

void OverlapCheck::will_write(const View& view) {
  for (const VariableId variable : view.variables()) {
    if (written_[variable]) continue;
    written_[variable] = true;
    written_variables_.push_back(variable);
  }
}

void OverlapCheck::add(std::uint64_t begin, std::uint64_t count, const Access& access,
                       std::vector<Access>& accesses) const {
  constexpr std::uint64_t most = 0x80000000U;
  while (count > 0) {
    Access next = access;
    next.begin = begin;
    next.count = static_cast<std::uint32_t>(std::min(count, most));
    accesses.push_back(next);
    begin += next.count;
    count -= next.count;
  }
}

void OverlapCheck::add(const std::vector<Run>& runs, VertexId vertex, std::uint32_t field,
                       bool writes) {
  std::vector<Access>& accesses = writes ? writes_ : reads_;
  for (const Run& run : runs) {
    if (!written_[run.variable]) continue;
    const Access access{0, 0, run.variable, vertex, field};
    if (run.stride == 1) {
      add(run.first, run.count, access, accesses);
    } else if (run.stride == -1) {
      add(run.first + 1 - run.count, run.count, access, accesses);
    } else {
      for (std::uint64_t i = 0; i < run.count; ++i) {
        add(run.first + i * static_cast<std::uint64_t>(run.stride), 1, access, accesses);
      }
    }
  }
}

const OverlapCheck::Access* OverlapCheck::write_under(const Access& read) const {
  // Writes are disjoint here, so their ends are sorted too.
  const auto found = std::partition_point(writes_.begin(), writes_.end(), [&](const Access& write) {
    return std::pair(write.variable, write.end()) <= std::pair(read.variable, read.begin);
  });
  const bool clash =
      found != writes_.end() && found->variable == read.variable && found->begin < read.end();
  return clash ? &*found : nullptr;
}

void OverlapCheck::finish() {
  std::sort(writes_.begin(), writes_.end());
  for (std::size_t i = 1; i < writes_.size(); ++i) {
    const Access& before = writes_[i - 1];
    const bool clash = before.variable == writes_[i].variable && before.end() > writes_[i].begin;
    if (clash) refuse(before, writes_[i], true);
  }
  for (const Access& read : reads_) {
    const Access* write = write_under(read);
    if (write != nullptr) refuse(*write, read, false);
  }
  for (const VariableId variable : written_variables_) written_[variable] = false;
  written_variables_.clear();
  writes_.clear();
  reads_.clear();
}

void OverlapCheck::refuse(const Access& write, const Access& other, bool writes) const {
  const std::uint64_t element = std::max(write.begin, other.begin);
  const std::string& set = graph_.compute_sets[graph_.vertices[write.vertex].compute_set];
  throw GraphError(Complaint::overlap, Category::input,
                   "compute set '" + set + "': element " + std::to_string(element) +
                       " of variable '" + graph_.variables[write.variable].name +
                       "' is written by " + text_of(graph_, write.vertex, write.field) + " and " +
                       (writes ? "written" : "read") + " by " +
                       text_of(graph_, other.vertex, other.field) +
                       (write.vertex == other.vertex ? ", the same vertex" : ""));
}

}  // namespace weft::frontends::poplar

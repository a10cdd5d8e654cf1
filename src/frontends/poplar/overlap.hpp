// SPDX-License-Identifier: Apache-2.0
// Do vertices of one compute set write what others write or read?
#pragma once

#include <cstdint>
#include <vector>

#include "frontends/poplar/graph.hpp"

namespace weft::frontends::poplar {

/// Gathers what the vertices of one compute set read and write, then looks for clashes.
class OverlapCheck {
 public:
  explicit OverlapCheck(const GraphModel& graph)
      : graph_(graph), written_(graph.variables.size(), false) {}

  /// Says that some vertex writes elements of the view's variables; before any add().
  void will_write(const View& view);
  /// Elements that field `field` of a vertex reads or writes; in_out counts as a write.
  void add(const std::vector<Run>& runs, VertexId vertex, std::uint32_t field, bool writes);
  /// Complaint::overlap naming two vertices, their fields and the element. Forgets what was added.
  void finish();

 private:
  /// Elements [begin, begin + count) of a variable.
  struct Access {
    std::uint64_t begin = 0;
    std::uint32_t count = 0;
    VariableId variable = 0;
    VertexId vertex = 0;
    std::uint32_t field = 0;
    std::uint64_t end() const { return begin + count; }
    bool operator<(const Access& other) const;
  };
  void add(std::uint64_t begin, std::uint64_t count, const Access& access,
           std::vector<Access>& accesses) const;
  const Access* write_under(const Access& read) const;
  [[noreturn]] void refuse(const Access& write, const Access& other, bool writes) const;

  const GraphModel& graph_;
  std::vector<bool> written_;  ///< [variable]
  std::vector<VariableId> written_variables_;
  std::vector<Access> writes_;
  std::vector<Access> reads_;  ///< of variables that are written
};

}  // namespace weft::frontends::poplar

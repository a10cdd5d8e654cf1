// SPDX-License-Identifier: Apache-2.0
// Do vertices of one compute set write what others write or read?
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "frontends/poplar/graph.hpp"

namespace weft::frontends::poplar {

/// A bit an element of one variable. Old marks go away page by page, when somebody comes by.
class ElementMarks {
 public:
  /// Marks elements [begin, end) in round `round`; the first one that was marked already, if any.
  std::optional<std::uint64_t> mark(std::uint64_t begin, std::uint64_t end, std::uint32_t round);
  /// The first element of [begin, end) that is marked in this round.
  std::optional<std::uint64_t> first_marked(std::uint64_t begin, std::uint64_t end,
                                            std::uint32_t round) const;
  bool allocated() const { return !words_.empty(); }
  void allocate(std::uint64_t elements);

 private:
  std::vector<std::uint64_t> words_;
  std::vector<std::uint32_t> rounds_;  ///< [page]
};

/// Takes what the vertices of one compute set read and write, in rounds.
class OverlapCheck {
 public:
  explicit OverlapCheck(const GraphModel& graph)
      : graph_(graph), marks_(graph.variables.size()), written_(graph.variables.size(), 0) {}

  /// Starts with a compute set of these vertices.
  void begin(std::span<const VertexId> vertices);
  /// Elements that a field of a vertex reads or writes; in_out counts as a write.
  /// Complaint::overlap naming two vertices, their fields and the element.
  void add(const std::vector<Run>& runs, VertexId vertex, std::uint32_t field, bool writes);
  /// Complaint::overlap naming two vertices, their fields and the element.
  void finish();

 private:
  /// Elements [begin, end) of a variable.
  struct Access {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    VariableId variable = 0;
    VertexId vertex = 0;
    std::uint32_t field = 0;
  };
  void add(const Access& access, bool writes);
  [[noreturn]] void refuse(const Access& access, bool writes) const;
  /// Refuses what another vertex writes of a read; a vertex may read what it writes itself.
  void check_read(Access read);
  /// The write that holds an element, once all are known not to overlap.
  const Access& writer_of(VariableId variable, std::uint64_t element);
  Access first_writer(VariableId variable, std::uint64_t element) const;

  const GraphModel& graph_;
  std::span<const VertexId> vertices_;
  std::uint32_t round_ = 0;
  std::vector<ElementMarks> marks_;     ///< [variable]: what is written
  std::vector<std::uint32_t> written_;  ///< [variable]: the last round that writes it
  std::vector<Access> reads_;           ///< of variables that are written
  std::vector<Access> writes_;
  bool writes_sorted_ = false;
  std::optional<Access> second_write_;  ///< of an element, the first such
};

}  // namespace weft::frontends::poplar

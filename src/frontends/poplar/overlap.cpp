// SPDX-License-Identifier: Apache-2.0
// Marks every element that is written; one that is marked already is a clash.
#include "frontends/poplar/overlap.hpp"

#include <algorithm>
#include <bit>
#include <string>

#include "base/error.hpp"
#include "frontends/poplar/lower.hpp"

namespace weft::frontends::poplar {
namespace {

constexpr std::uint64_t word_elements = 64;
constexpr std::uint64_t page_words = 64;
constexpr std::uint64_t page_elements = page_words * word_elements;

/// Bits [begin, end) of the word that holds `begin`; `end` may lie beyond it.
std::uint64_t mask_of(std::uint64_t begin, std::uint64_t end) {
  const std::uint64_t low = begin % word_elements;
  const std::uint64_t count = std::min(end - begin, word_elements - low);
  const std::uint64_t bits =
      count == word_elements ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
  return bits << low;
}

std::uint64_t element_of(std::uint64_t begin, std::uint64_t bits) {
  return begin / word_elements * word_elements + static_cast<std::uint64_t>(std::countr_zero(bits));
}

std::uint64_t next_word(std::uint64_t element) {
  return (element / word_elements + 1) * word_elements;
}

bool writes_elements(const program::ipu::FieldInfo& field) {
  return field.role == program::ipu::FieldRole::output ||
         field.role == program::ipu::FieldRole::in_out;
}

bool holds(const Run& run, VariableId variable, std::uint64_t element) {
  if (run.variable != variable) return false;
  for (std::uint64_t i = 0; i < run.count; ++i) {
    if (run.first + i * static_cast<std::uint64_t>(run.stride) == element) return true;
  }
  return false;
}

std::string field_text(const GraphModel& graph, VertexId id, std::uint32_t field) {
  const VertexModel& vertex = graph.vertices[id];
  return "field '" + std::string(vertex.codelet->fields[field].name) + "' of a vertex '" +
         vertex.codelet->name + "' on tile " + std::to_string(vertex.tile);
}

}  // namespace

void ElementMarks::allocate(std::uint64_t elements) {
  const std::uint64_t pages = elements / page_elements + 1;
  words_.resize(pages * page_words, 0);
  rounds_.resize(pages, 0);
}

std::optional<std::uint64_t> ElementMarks::mark(std::uint64_t begin, std::uint64_t end,
                                                std::uint32_t round) {
  for (std::uint64_t at = begin; at < end; at = next_word(at)) {
    const std::uint64_t page = at / page_elements;
    if (rounds_[page] != round) {
      rounds_[page] = round;
      const auto first = words_.begin() + static_cast<std::ptrdiff_t>(page * page_words);
      std::fill(first, first + page_words, 0);
    }
    std::uint64_t& word = words_[at / word_elements];
    const std::uint64_t bits = mask_of(at, end);
    if ((word & bits) != 0) return element_of(at, word & bits);
    word |= bits;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> ElementMarks::first_marked(std::uint64_t begin, std::uint64_t end,
                                                        std::uint32_t round) const {
  for (std::uint64_t at = begin; at < end; at = next_word(at)) {
    if (rounds_[at / page_elements] != round) continue;
    const std::uint64_t found = words_[at / word_elements] & mask_of(at, end);
    if (found != 0) return element_of(at, found);
  }
  return std::nullopt;
}

void OverlapCheck::begin(std::span<const VertexId> vertices) {
  vertices_ = vertices;
  ++round_;
  for (const VertexId id : vertices) {
    const VertexModel& vertex = graph_.vertices[id];
    for (std::uint32_t f = 0; f < vertex.codelet->field_count; ++f) {
      if (!writes_elements(vertex.codelet->fields[f])) continue;
      for (const View& view : vertex.fields[f].views) {
        for (const VariableId variable : view.variables()) {
          written_[variable] = round_;
          ElementMarks& marks = marks_[variable];
          if (!marks.allocated()) marks.allocate(graph_.variables[variable].elements);
        }
      }
    }
  }
}

void OverlapCheck::add(const std::vector<Run>& runs, VertexId vertex, std::uint32_t field,
                       bool writes) {
  for (const Run& run : runs) {
    if (written_[run.variable] != round_) continue;
    if (run.stride == 1) {
      add({run.first, run.first + run.count, run.variable, vertex, field}, writes);
      continue;
    }
    for (std::uint64_t i = 0; i < run.count; ++i) {
      const std::uint64_t element = run.first + i * static_cast<std::uint64_t>(run.stride);
      add({element, element + 1, run.variable, vertex, field}, writes);
    }
  }
}

void OverlapCheck::add(const Access& access, bool writes) {
  if (!writes) {
    reads_.push_back(access);
  } else if (!second_write_) {
    const auto clash = marks_[access.variable].mark(access.begin, access.end, round_);
    writes_.push_back(access);
    if (!clash) return;
    second_write_ = access;
    second_write_->begin = *clash;
  }
}

void OverlapCheck::finish() {
  if (second_write_) refuse(*second_write_, true);
  for (const Access& read : reads_) check_read(read);
  reads_.clear();
  writes_.clear();
  writes_sorted_ = false;
}

void OverlapCheck::check_read(Access read) {
  while (read.begin < read.end) {
    const auto clash = marks_[read.variable].first_marked(read.begin, read.end, round_);
    if (!clash) return;
    read.begin = *clash;
    const Access& writer = writer_of(read.variable, *clash);
    if (writer.vertex != read.vertex) refuse(read, false);
    read.begin = writer.end;
  }
}

const OverlapCheck::Access& OverlapCheck::writer_of(VariableId variable, std::uint64_t element) {
  const auto before = [](const Access& a, const Access& b) {
    return a.variable != b.variable ? a.variable < b.variable : a.begin < b.begin;
  };
  if (!writes_sorted_) std::sort(writes_.begin(), writes_.end(), before);
  writes_sorted_ = true;
  Access wanted;
  wanted.variable = variable;
  wanted.begin = element;
  return *std::prev(std::upper_bound(writes_.begin(), writes_.end(), wanted, before));
}

OverlapCheck::Access OverlapCheck::first_writer(VariableId variable, std::uint64_t element) const {
  for (const VertexId id : vertices_) {
    const VertexModel& vertex = graph_.vertices[id];
    for (std::uint32_t f = 0; f < vertex.codelet->field_count; ++f) {
      if (!writes_elements(vertex.codelet->fields[f])) continue;
      for (const View& view : vertex.fields[f].views) {
        for (const Run& run : view.runs()) {
          if (holds(run, variable, element)) return {element, element + 1, variable, id, f};
        }
      }
    }
  }
  fail(Category::internal, "an element is marked as written by nobody");
}

void OverlapCheck::refuse(const Access& access, bool writes) const {
  const Access writer = first_writer(access.variable, access.begin);
  const std::string& set = graph_.compute_sets[graph_.vertices[access.vertex].compute_set];
  throw GraphError(Complaint::overlap, Category::input,
                   "compute set '" + set + "': element " + std::to_string(access.begin) +
                       " of variable '" + graph_.variables[access.variable].name +
                       "' is written by " + field_text(graph_, writer.vertex, writer.field) +
                       " and " + (writes ? "written" : "read") + " by " +
                       field_text(graph_, access.vertex, access.field) +
                       (writer.vertex == access.vertex ? ", the same vertex" : ""));
}

}  // namespace weft::frontends::poplar

// SPDX-License-Identifier: Apache-2.0
// Memories of which an iteration reads what it did not write: see rdu_map_written.hpp.
#include "program/rdu_map_written.hpp"

#include <algorithm>
#include <limits>
#include <optional>

namespace weft::program::rdu {
namespace {

using rdu_tree::ControllerKind;
using rdu_tree::MemoryKind;
using rdu_tree::Operation;

/// From the least to the largest.
struct Range {
  std::int64_t least = 0;
  std::int64_t most = 0;
};
using Ranges = std::vector<std::optional<Range>>;  ///< a dimension each; nothing: any index

class Reach {
 public:
  explicit Reach(const TreeShape& shape) : shape_(shape), tree_(shape.tree()) {}

  std::vector<bool> run() {
    written_.resize(tree_.memories.size());
    elements_.assign(tree_.memories.size(), 0);
    for (std::uint32_t n = 0; n < tree_.nodes.size(); ++n) {
      const rdu_tree::Node& node = tree_.nodes[n];
      if (node.operation != Operation::write || shape_.home_of(n) == none) continue;
      note_write(node.memory, of_indices(node.arguments.begin() + 1, node.arguments.end()),
                 shape_.home_of(n), 1);
    }
    for (std::uint32_t c = 0; c < tree_.controllers.size(); ++c) {
      const rdu_tree::Controller& made = tree_.controllers[c];
      const auto kind = made.kind;
      if (kind == ControllerKind::load || kind == ControllerKind::gather) {
        const Ranges ranges = of_transfer(made.transfer);
        note_write(made.transfer.local, ranges, c, count_of(ranges));
      }
      if (kind == ControllerKind::mem_reduce) {
        note_write(made.accumulator, whole(made.accumulator), c, most_);
      }
    }
    std::vector<bool> partly(tree_.memories.size(), false);
    for (std::uint32_t n = 0; n < tree_.nodes.size(); ++n) {
      const rdu_tree::Node& node = tree_.nodes[n];
      if (node.operation != Operation::read || shape_.home_of(n) == none) continue;
      if (node.enable != none || may_not_come(shape_.home_of(n), node.memory)) continue;
      if (is_beyond(node.memory, of_iterators(node.arguments, node.memory))) {
        partly[node.memory] = true;
      }
    }
    for (const rdu_tree::Controller& made : tree_.controllers) {
      if (made.kind == ControllerKind::store && made.transfer.local != none &&
          is_beyond(made.transfer.local, of_transfer(made.transfer))) {
        partly[made.transfer.local] = true;
      }
      if (made.kind == ControllerKind::mem_reduce && is_beyond(made.result, whole(made.result))) {
        partly[made.result] = true;
      }
    }
    return partly;
  }

 private:
  template <typename Iterator>
  Ranges of_indices(Iterator begin, Iterator end) const {
    Ranges made;
    for (Iterator at = begin; at != end; ++at) made.push_back(range_of(*at));
    return made;
  }

  Ranges whole(std::uint32_t memory) const {
    Ranges made;
    for (const std::int64_t size : tree_.memories[memory].sizes) made.push_back(Range{0, size - 1});
    return made;
  }

  /// Nothing where a length is not known.
  Ranges of_transfer(const rdu_tree::Transfer& transfer) const {
    Ranges made;
    if (transfer.count != none) {
      if (const auto count = constant(transfer.count)) made.push_back(Range{0, *count - 1});
    }
    for (const rdu_tree::TileRange& range : transfer.ranges) {
      if (range.length == none) continue;
      const auto length = constant(range.length);
      made.push_back(length ? std::optional(Range{0, *length - 1}) : std::nullopt);
    }
    return made;
  }

  std::optional<std::int64_t> constant(std::uint32_t n) const {
    const rdu_tree::Node& node = tree_.nodes[n];
    if (node.operation != Operation::constant) return std::nullopt;
    return rdu_tree::to_integer(node.value, node.type);
  }

  /// Of a counter's indices, where they are known and there is one.
  std::optional<Range> of_counter(const rdu_tree::Counter& counter) const {
    const auto known = [&](std::uint32_t n, std::int64_t otherwise) {
      return n == none ? std::optional(otherwise) : constant(n);
    };
    if (counter.scan != none || counter.max == none) return std::nullopt;
    const auto min = known(counter.min, 0);
    const auto max = known(counter.max, 0);
    const auto step = known(counter.step, 1);
    if (!min || !max || !step || *step <= 0 || *max <= *min) return std::nullopt;
    return Range{*min, *min + (*max - *min - 1) / *step * *step};
  }

  /// Where an index lies at most; nothing where that is not known.
  std::optional<Range> range_of(std::uint32_t n) const {
    const rdu_tree::Node& node = tree_.nodes[n];
    if (const auto value = constant(n)) return Range{*value, *value};
    if (node.operation == Operation::iterator) {
      const auto at = shape_.iterator_of(n);
      if (at.controller == none) return std::nullopt;
      return of_counter(shape_.controller(at.controller).counters[at.counter]);
    }
    if (node.operation != Operation::add && node.operation != Operation::multiply) {
      return std::nullopt;
    }
    const auto a = range_of(node.arguments[0]);
    const auto b = range_of(node.arguments[1]);
    if (!a || !b || a->least < 0 || b->least < 0) return std::nullopt;
    constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
    if (a->most > most || b->most > most) return std::nullopt;
    const bool adds = node.operation == Operation::add;
    const Range made = adds ? Range{a->least + b->least, a->most + b->most}
                            : Range{a->least * b->least, a->most * b->most};
    return made.most > most ? std::nullopt : std::optional(made);
  }

  /// Of indices that are constants or counters in the memory's owner, of which each is reached.
  Ranges of_iterators(const std::vector<std::uint32_t>& indices, std::uint32_t memory) const {
    Ranges made;
    std::vector<std::uint32_t> seen;
    for (const std::uint32_t n : indices) {
      bool all = tree_.nodes[n].operation == Operation::constant;
      if (tree_.nodes[n].operation == Operation::iterator) {
        all = is_inside(shape_.iterator_of(n).controller, tree_.memories[memory].owner) &&
              std::find(seen.begin(), seen.end(), n) == seen.end() && has_no_holes(n);
        seen.push_back(n);
      }
      made.push_back(all ? range_of(n) : std::nullopt);
    }
    return made;
  }
  bool has_no_holes(std::uint32_t iterator) const {
    const auto at = shape_.iterator_of(iterator);
    const std::uint32_t step = shape_.controller(at.controller).counters[at.counter].step;
    return step == none || constant(step) == 1;
  }
  bool is_inside(std::uint32_t controller, std::uint32_t owner) const {
    for (std::uint32_t c = controller; c != none; c = shape_.controller(c).parent) {
      if (c == owner) return c != controller;
    }
    return owner == none;
  }

  /// Elements in the ranges, which have no holes; one for a dimension that is not known.
  static std::uint64_t least_of(const Ranges& ranges) {
    std::uint64_t count = 1;
    for (const auto& one : ranges) {
      if (one) count *= static_cast<std::uint64_t>(one->most - one->least + 1);
    }
    return count;
  }
  std::uint64_t count_of(const Ranges& ranges) const {
    const bool known = std::all_of(ranges.begin(), ranges.end(), [](const auto& r) { return !!r; });
    return known && !ranges.empty() ? least_of(ranges) : most_;
  }
  /// How often a controller's steps are done in one iteration of the owner, at most.
  std::uint64_t times_of(std::uint32_t controller, std::uint32_t owner) const {
    std::uint64_t times = 1;
    for (std::uint32_t c = controller; c != none && c != owner; c = shape_.controller(c).parent) {
      if (shape_.controller(c).kind == ControllerKind::state_machine) return most_;
      for (const rdu_tree::Counter& counter : shape_.controller(c).counters) {
        const auto range = of_counter(counter);
        if (!range || times >= most_) return most_;
        times *= static_cast<std::uint64_t>(range->most - range->least + 1);
      }
    }
    return times;
  }

  void note_write(std::uint32_t memory, const Ranges& ranges, std::uint32_t controller,
                  std::uint64_t elements) {
    if (memory == none) return;
    const std::uint64_t times = times_of(controller, tree_.memories[memory].owner);
    const bool many = elements >= most_ || times >= most_ / elements;
    elements_[memory] = std::min(most_, elements_[memory] + (many ? most_ : elements * times));
    std::vector<Range>& all = written_[memory];
    const std::vector<std::int64_t>& sizes = tree_.memories[memory].sizes;
    const bool first = all.empty();
    all.resize(sizes.size(), {std::numeric_limits<std::int64_t>::max(), -1});
    for (std::size_t d = 0; d < sizes.size(); ++d) {
      const bool known = d < ranges.size() && ranges.size() == sizes.size() && ranges[d];
      const Range one = known ? *ranges[d] : Range{0, sizes[d] - 1};
      all[d] =
          first ? one : Range{std::min(all[d].least, one.least), std::max(all[d].most, one.most)};
    }
  }

  /// A case of a branch, or a loop that may have no iteration, in the memory's owner.
  bool may_not_come(std::uint32_t controller, std::uint32_t memory) const {
    const std::uint32_t owner = tree_.memories[memory].owner;
    for (std::uint32_t c = controller; c != none && c != owner; c = shape_.controller(c).parent) {
      const rdu_tree::Controller& made = shape_.controller(c);
      if (made.kind == ControllerKind::branch_case || made.kind == ControllerKind::state_machine ||
          made.break_when != none) {
        return true;
      }
      for (const rdu_tree::Counter& counter : made.counters) {
        if (!of_counter(counter)) return true;
      }
    }
    return false;
  }

  bool is_beyond(std::uint32_t memory, const Ranges& ranges) const {
    if (memory == none || written_[memory].empty()) return false;
    for (std::size_t d = 0; d < ranges.size() && d < written_[memory].size(); ++d) {
      if (!ranges[d]) continue;
      const Range& made = written_[memory][d];
      if (ranges[d]->least < made.least || ranges[d]->most > made.most) return true;
    }
    return least_of(ranges) > elements_[memory];
  }

  static constexpr std::uint64_t most_ = 1ULL << 40U;  ///< any number

  const TreeShape& shape_;
  const rdu_tree::Tree& tree_;
  std::vector<std::vector<Range>> written_;  ///< [memory]: where may be written
  std::vector<std::uint64_t> elements_;      ///< [memory]: how many, at most
};

}  // namespace

std::vector<bool> partly_written(const TreeShape& shape) { return Reach(shape).run(); }

}  // namespace weft::program::rdu

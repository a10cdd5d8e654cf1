// SPDX-License-Identifier: Apache-2.0
// The memories of a controller tree while it is interpreted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "program/rdu_tree.hpp"

namespace weft::program::rdu_tree {

/// Readers of FIFOs are nodes and controllers; the second kind is told apart by this.
inline constexpr std::uint64_t controller_reader = 1ULL << 32U;

/// Thrown inside the interpreter where a stream has no token left: ends a loop without end.
struct EndOfStream {
  std::uint32_t memory = none;
};

/// "name: message" with file and line of `place`, as RunError.
[[noreturn]] void fail_at(const Tree& tree, SourcePlace place, const std::string& message);

/// One memory's contents. What is out of its bounds fails at `place`.
class MemoryState {
 public:
  MemoryState(const Tree& tree, std::uint32_t memory, std::vector<Raw> host);

  Raw read(std::span<const Raw> address, SourcePlace place) const;
  void write(std::span<const Raw> address, Raw value, SourcePlace place);
  /// By position in row order, for tiles and element-wise work.
  std::vector<Raw>& flat() { return data_; }
  std::size_t linear(std::span<const Raw> address, SourcePlace place) const;

  /// Puts a value before the first of dimension `axis`, at `address` of the others; the last goes.
  void shift_in(std::span<const Raw> address, std::size_t axis, Raw value, SourcePlace place);
  /// What it began with.
  void reset();
  /// Line buffers: the next number of the line that comes in, and its end.
  void enqueue_in_line(Raw value, SourcePlace place);
  void end_line();
  bool line_is_whole() const { return static_cast<Raw>(line_.size()) == memory_.sizes[1]; }
  /// LIFOs.
  void push(Raw value, SourcePlace place);
  Raw pop(SourcePlace place);
  /// FIFOs and LIFOs: what would be taken next (0 of an empty one), and how many there are.
  Raw peek() const;
  std::size_t held() const;

  /// FIFOs and streams. `reader` is whoever takes: each takes everything once.
  void add_reader(std::uint64_t reader);
  void enqueue(Raw value) { data_.push_back(value); }
  Raw dequeue(std::uint64_t reader, SourcePlace place);
  /// Field `field` of the token that was taken last.
  Raw token_field(std::uint64_t reader, std::size_t field, SourcePlace place) const;

  /// Merge buffers.
  void start_merge(bool unsorted);
  void set_bound(Raw way, Raw count, SourcePlace place);
  void enqueue_way(Raw way, Raw value, SourcePlace place);
  Raw dequeue_merged(SourcePlace place);

 private:
  struct Way {
    std::vector<Raw> items;
    std::size_t taken = 0;
    Raw bound = 0;
    Raw left = 0;
  };
  Way& way_at(Raw way, SourcePlace place);
  void begin_group();
  void trim();
  std::size_t first_left() const;
  bool smaller(Raw a, Raw b) const;

  const Tree& tree_;
  const Memory& memory_;
  std::vector<Raw> data_;
  std::vector<Raw> line_;  ///< of a line buffer, that is not whole yet
  std::unordered_map<std::uint64_t, std::size_t> taken_;  ///< positions in data_
  std::vector<Way> ways_;
  bool unsorted_ = false;
};

/// A counter with its bounds known.
struct Bounds {
  Raw min = 0;
  Raw max = 0;
  Raw step = 1;
  bool forever = false;
  std::vector<Raw> listed;  ///< of a scan: all indices
  bool scans = false;
  bool holds(Raw at) const { return forever || (step > 0 ? at < max : at > max); }
};

}  // namespace weft::program::rdu_tree

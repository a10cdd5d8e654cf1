// SPDX-License-Identifier: Apache-2.0
// The memories of a controller tree while it is interpreted: see rdu_tree_memory.hpp.
#include "program/rdu_tree_memory.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/counted.hpp"
#include "program/rdu_tree_interpret.hpp"

namespace weft::program::rdu_tree {
namespace {

constexpr std::size_t trimmed_at = 4096;

std::string shown_name(const Memory& memory) {
  return std::string(to_text(memory.kind)) + " " + memory.name;
}

}  // namespace

void fail_at(const Tree& tree, SourcePlace place, const std::string& message) {
  std::string where;
  if (place.line != 0) {
    where = tree.files[place.file] + ":" + std::to_string(place.line) + ":" +
            std::to_string(place.column) + ": ";
  }
  throw RunError(where + message, place, message);
}

MemoryState::MemoryState(const Tree& tree, std::uint32_t memory, std::vector<Raw> host)
    : tree_(tree), memory_(tree.memories[memory]), data_(std::move(host)) {
  const auto elements = static_cast<std::size_t>(elements_of(memory_));
  switch (memory_.kind) {
    case MemoryKind::dram:
    case MemoryKind::lock_dram:
    case MemoryKind::arg_in:
    case MemoryKind::host_io:
      data_.resize(elements, 0);
      break;
    case MemoryKind::sram:
    case MemoryKind::sparse_sram:
    case MemoryKind::sparse_dram:
    case MemoryKind::register_file:
    case MemoryKind::line_buffer:
    case MemoryKind::lock_sram:
      data_.assign(elements, 0);
      break;
    case MemoryKind::reg:
    case MemoryKind::arg_out:
      data_.assign(1, memory_.initial);
      break;
    case MemoryKind::lut:
      data_ = memory_.contents;
      break;
    case MemoryKind::merge:
      ways_.resize(static_cast<std::size_t>(memory_.sizes[0]));
      break;
    case MemoryKind::fifo:
    case MemoryKind::lifo:
    case MemoryKind::stream_out:
      data_.clear();
      break;
    case MemoryKind::stream_in:
    case MemoryKind::barrier:
    case MemoryKind::lock:
      break;
  }
}

std::size_t MemoryState::linear(std::span<const Raw> address, SourcePlace place) const {
  if (address.empty()) return 0;
  std::size_t at = 0;
  for (std::size_t i = 0; i < address.size(); ++i) {
    if (address[i] < 0 || address[i] >= memory_.sizes[i]) {
      fail_at(tree_, place,
              "index " + std::to_string(address[i]) + " is outside dimension " +
                  std::to_string(i + 1) + " of " + shown_name(memory_) + ", which has " +
                  std::to_string(memory_.sizes[i]));
    }
    at = at * static_cast<std::size_t>(memory_.sizes[i]) + static_cast<std::size_t>(address[i]);
  }
  return at;
}

Raw MemoryState::read(std::span<const Raw> address, SourcePlace place) const {
  return data_[linear(address, place)];
}

void MemoryState::write(std::span<const Raw> address, Raw value, SourcePlace place) {
  data_[linear(address, place)] = value;
}

void MemoryState::shift_in(std::span<const Raw> address, std::size_t axis, Raw value,
                           SourcePlace place) {
  std::vector<Raw> at(address.begin(), address.end());
  at.insert(at.begin() + static_cast<std::ptrdiff_t>(axis), 0);
  for (Raw i = memory_.sizes[axis] - 1; i > 0; --i) {
    at[axis] = i - 1;
    const Raw moved = data_[linear(at, place)];
    at[axis] = i;
    data_[linear(at, place)] = moved;
  }
  at[axis] = 0;
  data_[linear(at, place)] = value;
}

void MemoryState::reset() { data_.assign(data_.size(), memory_.initial); }

void MemoryState::enqueue_in_line(Raw value, SourcePlace place) {
  if (line_is_whole()) {
    fail_at(tree_, place,
            "a line of " + shown_name(memory_) + " has " + counted(memory_.sizes[1], "number"));
  }
  line_.push_back(value);
}

void MemoryState::end_line() {
  if (line_.empty()) return;
  const auto length = static_cast<std::ptrdiff_t>(memory_.sizes[1]);
  std::move_backward(data_.begin(), data_.end() - length, data_.end());
  std::copy(line_.begin(), line_.end(), data_.begin());
  line_.clear();
}

void MemoryState::push(Raw value, SourcePlace place) {
  if (static_cast<Raw>(data_.size()) == memory_.sizes[0]) {
    fail_at(tree_, place,
            shown_name(memory_) + " is full: its depth is " + std::to_string(memory_.sizes[0]));
  }
  data_.push_back(value);
}

Raw MemoryState::pop(SourcePlace place) {
  if (data_.empty()) fail_at(tree_, place, shown_name(memory_) + " is empty");
  const Raw value = data_.back();
  data_.pop_back();
  return value;
}

std::size_t MemoryState::first_left() const {
  std::size_t least = taken_.empty() ? 0 : data_.size();
  for (const auto& [reader, position] : taken_) least = std::min(least, position);
  return least;
}

std::size_t MemoryState::held() const { return data_.size() - first_left(); }

Raw MemoryState::peek() const {
  if (held() == 0) return 0;
  return memory_.kind == MemoryKind::lifo ? data_.back() : data_[first_left()];
}

void MemoryState::add_reader(std::uint64_t reader) { taken_.emplace(reader, 0); }

void MemoryState::trim() {
  const std::size_t least = first_left();
  if (least < trimmed_at) return;
  data_.erase(data_.begin(), data_.begin() + static_cast<std::ptrdiff_t>(least));
  for (auto& [reader, position] : taken_) position -= least;
}

Raw MemoryState::dequeue(std::uint64_t reader, SourcePlace place) {
  std::size_t& position = taken_.at(reader);
  const std::size_t fields = std::max<std::size_t>(1, memory_.fields.size());
  if (position + fields > data_.size()) {
    if (memory_.kind == MemoryKind::stream_in) throw EndOfStream{};
    fail_at(tree_, place, shown_name(memory_) + " is empty: nothing more is ever put in");
  }
  const Raw value = data_[position];
  position += fields;
  if (memory_.kind == MemoryKind::fifo && position >= 2 * trimmed_at) trim();
  return value;
}

Raw MemoryState::token_field(std::uint64_t reader, std::size_t field, SourcePlace place) const {
  const std::size_t position = taken_.at(reader);
  if (position < memory_.fields.size()) fail_at(tree_, place, "no token was taken yet");
  return data_[position - memory_.fields.size() + field];
}

bool MemoryState::smaller(Raw a, Raw b) const {
  const std::array<Raw, 2> operands = {a, b};
  return evaluate(Operation::less, memory_.type, operands).value_or(0) != 0;
}

MemoryState::Way& MemoryState::way_at(Raw way, SourcePlace place) {
  if (way < 0 || way >= static_cast<Raw>(ways_.size())) {
    fail_at(tree_, place,
            shown_name(memory_) + " has " + counted(ways_.size(), "way") + ", no way " +
                std::to_string(way));
  }
  return ways_[static_cast<std::size_t>(way)];
}

void MemoryState::start_merge(bool unsorted) { unsorted_ = unsorted; }

void MemoryState::set_bound(Raw way, Raw count, SourcePlace place) {
  way_at(way, place).bound = count;
}

void MemoryState::enqueue_way(Raw way, Raw value, SourcePlace place) {
  way_at(way, place).items.push_back(value);
}

/// Before the first number of a group leaves: its ways, sorted vector by vector where they are not.
void MemoryState::begin_group() {
  const auto lanes = std::max<std::ptrdiff_t>(1, memory_.sizes[1]);
  for (Way& way : ways_) {
    way.left = way.bound;
    if (!unsorted_) continue;
    const auto first = static_cast<std::ptrdiff_t>(way.taken);
    const auto last = static_cast<std::ptrdiff_t>(way.items.size());
    for (std::ptrdiff_t at = first; at < last; at += lanes) {
      std::sort(way.items.begin() + at, way.items.begin() + std::min(at + lanes, last),
                [this](Raw a, Raw b) { return smaller(a, b); });
    }
  }
}

Raw MemoryState::dequeue_merged(SourcePlace place) {
  const auto finished = [](const Way& way) { return way.left == 0; };
  if (std::all_of(ways_.begin(), ways_.end(), finished)) begin_group();
  Way* least = nullptr;
  for (Way& way : ways_) {
    if (way.left == 0) continue;
    if (way.taken >= way.items.size()) {
      fail_at(tree_, place, shown_name(memory_) + " has fewer numbers in a way than its bound");
    }
    if (least == nullptr || smaller(way.items[way.taken], least->items[least->taken])) {
      least = &way;
    }
  }
  if (least == nullptr) fail_at(tree_, place, shown_name(memory_) + " has no bound but 0");
  --least->left;
  return least->items[least->taken++];
}

}  // namespace weft::program::rdu_tree

// SPDX-License-Identifier: Apache-2.0
// Transfers of a controller tree while it is interpreted: see rdu_tree_transfer.hpp.
#include "program/rdu_tree_transfer.hpp"

#include <array>
#include <string>

namespace weft::program::rdu_tree {

void TransferRun::run(std::uint32_t controller) {
  const Controller& made = tree_.controllers[controller];
  const bool dense = made.kind == ControllerKind::load || made.kind == ControllerKind::store;
  if (dense) {
    run_tile(made, controller);
  } else {
    run_sparse(made, controller);
  }
}

Raw TransferRun::value_or(std::uint32_t node, Raw otherwise) const {
  return node == none ? otherwise : values_[node];
}

bool TransferRun::is_a(std::uint32_t memory, MemoryKind kind) const {
  return tree_.memories[memory].kind == kind;
}

std::vector<TransferRun::Dimension> TransferRun::dimensions_of(const Controller& made) const {
  const Memory& dram = tree_.memories[made.transfer.dram];
  std::vector<Dimension> dimensions;
  for (std::size_t i = 0; i < made.transfer.ranges.size(); ++i) {
    const TileRange& range = made.transfer.ranges[i];
    Dimension one{value_or(range.start, 0), value_or(range.length, 1), value_or(range.step, 1),
                  range.length != none};
    if (one.step < 1) {
      fail_at(tree_, made.place, "the step of a tile is " + std::to_string(one.step));
    }
    const Raw end = one.start + (one.length - 1) * one.step + 1;
    if (one.start < 0 || one.length < 0 || end > dram.sizes[i]) {
      fail_at(tree_, made.place,
              "the tile is [" + std::to_string(one.start) + ", " + std::to_string(end) +
                  ") in dimension " + std::to_string(i + 1) + " of dram " + dram.name +
                  ", which has " + std::to_string(dram.sizes[i]));
    }
    dimensions.push_back(one);
  }
  return dimensions;
}

void TransferRun::run_tile(const Controller& made, std::uint32_t index) {
  const std::vector<Dimension> dimensions = dimensions_of(made);
  const Memory& dram = tree_.memories[made.transfer.dram];
  std::vector<Raw> offset(dimensions.size(), 0);
  for (const Dimension& one : dimensions) {
    if (one.length == 0) return;
  }
  for (;;) {
    std::size_t at = 0;
    std::vector<Raw> local;
    for (std::size_t i = 0; i < dimensions.size(); ++i) {
      at = at * static_cast<std::size_t>(dram.sizes[i]) +
           static_cast<std::size_t>(dimensions[i].start + offset[i] * dimensions[i].step);
      if (dimensions[i].in_tile) local.push_back(offset[i]);
    }
    move(made, index, memories_[made.transfer.dram].flat()[at], local);
    std::size_t level = dimensions.size();
    while (level > 0 && ++offset[level - 1] == dimensions[level - 1].length) {
      offset[--level] = 0;
    }
    if (level < dimensions.size() && is_a(made.transfer.local, MemoryKind::line_buffer)) {
      memories_[made.transfer.local].end_line();
    }
    if (level == 0) return;
  }
}

/// One element between DRAM and a memory on the chip.
void TransferRun::move(const Controller& made, std::uint32_t index, Raw& element,
                       const std::vector<Raw>& at) {
  MemoryState& local = memories_[made.transfer.local];
  const bool queue = is_a(made.transfer.local, MemoryKind::fifo);
  const bool in = made.kind == ControllerKind::load || made.kind == ControllerKind::gather;
  if (in && queue) {
    local.enqueue(element);
  } else if (in && is_a(made.transfer.local, MemoryKind::line_buffer)) {
    local.enqueue_in_line(element, made.place);
  } else if (in) {
    local.write(at, element, made.place);
  } else {
    element =
        queue ? local.dequeue(controller_reader + index, made.place) : local.read(at, made.place);
  }
}

void TransferRun::run_sparse(const Controller& made, std::uint32_t index) {
  const Transfer& transfer = made.transfer;
  const Raw count = value_or(transfer.count, 0);
  for (Raw i = 0; i < count; ++i) {
    const std::array<Raw, 1> position = {i};
    MemoryState& addresses = memories_[transfer.addresses];
    const std::array<Raw, 1> address = {
        is_a(transfer.addresses, MemoryKind::fifo)
            ? addresses.dequeue(controller_reader + index, made.place)
            : addresses.read(position, made.place)};
    MemoryState& dram = memories_[transfer.dram];
    move(made, index, dram.flat()[dram.linear(address, made.place)], {i});
  }
}

}  // namespace weft::program::rdu_tree

// SPDX-License-Identifier: Apache-2.0
// The mapper as a whole: see rdu_map.hpp.
#include "program/rdu_map.hpp"

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "program/rdu_map_mapper.hpp"
#include "program/rdu_map_number.hpp"
#include "program/rdu_map_written.hpp"
#include "program/rdu_tree_lower.hpp"

namespace weft::program::rdu {

using rdu_tree::MemoryKind;
using rdu_tree::Operation;

namespace {

/// A node and all that it is computed of.
void mark(const rdu_tree::Tree& tree, std::uint32_t of, std::vector<bool>& marked) {
  if (of == none || marked[of]) return;
  marked[of] = true;
  for (const std::uint32_t each : tree.nodes[of].arguments) mark(tree, each, marked);
  mark(tree, tree.nodes[of].enable, marked);
}

/// Memories that are addressed by lanes in another dimension than the last: with rows of an odd
/// number of words the lanes lie in different banks whichever way they go.
std::vector<bool> padded_memories(const TreeShape& shape) {
  const rdu_tree::Tree& tree = shape.tree();
  std::vector<bool> padded(tree.memories.size(), false);
  for (std::uint32_t n = 0; n < tree.nodes.size(); ++n) {
    const rdu_tree::Node& node = tree.nodes[n];
    const bool writes = node.operation == Operation::write;
    if (!writes && node.operation != Operation::read) continue;
    const std::uint32_t home = shape.home_of(n);
    if (home == none || shape.vector_lanes(home) == 1) continue;
    const std::uint32_t lanes = tree.controllers[home].counters.back().iterator;
    const std::size_t first = writes ? 1 : 0;
    std::vector<bool> parts(tree.nodes.size(), false);
    for (std::size_t i = first; i + 1 < node.arguments.size(); ++i) {
      mark(tree, node.arguments[i], parts);
    }
    if (lanes != none && parts[lanes]) padded[node.memory] = true;
  }
  return padded;
}

/// What an iteration of its owner does first to a memory.
struct FirstAccess {
  std::uint32_t order = ~0U;
  bool writes = true;           ///< and certainly
  std::uint32_t around = none;  ///< a case of a branch in the owner: of the last one seen
  bool is_in_case = false;      ///< the first access
  bool leaves_case = false;     ///< others lie elsewhere
};

/// The case of a branch, within what owns a memory, that a controller is in; none: in none.
std::uint32_t case_within(const TreeShape& shape, std::uint32_t owner, std::uint32_t controller) {
  std::uint32_t found = none;
  for (std::uint32_t c = controller; c != none && c != owner; c = shape.controller(c).parent) {
    if (shape.controller(c).kind == rdu_tree::ControllerKind::branch_case) found = c;
  }
  return found;
}

std::vector<FirstAccess> first_accesses(const TreeShape& shape) {
  const rdu_tree::Tree& tree = shape.tree();
  std::vector<FirstAccess> first(tree.memories.size());
  const auto note = [&](std::uint32_t memory, std::uint32_t order, bool writes,
                        std::uint32_t controller) {
    if (memory == none) return;
    FirstAccess& one = first[memory];
    const std::uint32_t in = case_within(shape, tree.memories[memory].owner, controller);
    one.leaves_case = one.leaves_case || (one.order != ~0U && in != one.around);
    one.around = in;
    if (order > one.order) return;
    one.order = order;
    one.writes = writes;
    one.is_in_case = in != none;
  };
  for (std::uint32_t n = 0; n < tree.nodes.size(); ++n) {
    const rdu_tree::Node& node = tree.nodes[n];
    const bool writes = node.operation == Operation::write;
    const bool reads =
        node.operation == Operation::read || node.operation == Operation::read_modify_write;
    if (shape.home_of(n) == none || (!writes && !reads)) continue;
    note(node.memory, shape.order_of(n), writes && node.enable == none, shape.home_of(n));
  }
  for (std::uint32_t c = 0; c < tree.controllers.size(); ++c) {
    const rdu_tree::Controller& made = tree.controllers[c];
    const auto kind = made.kind;
    const bool fills =
        kind == rdu_tree::ControllerKind::load || kind == rdu_tree::ControllerKind::gather;
    note(made.transfer.local, shape.end_order_of(c), fills, c);
    note(made.transfer.addresses, shape.end_order_of(c), false, c);
    if (kind != rdu_tree::ControllerKind::mem_reduce) continue;
    note(made.result, shape.end_order_of(c), false, c);
    note(made.accumulator, shape.end_order_of(c), !made.fold, c);
  }
  return first;
}

/// Memories in which an iteration finds what the one before left: there is one copy of them, and
/// the iterations wait for each other.
std::vector<bool> carried_memories(const TreeShape& shape) {
  std::vector<bool> carried;
  const std::vector<bool> partly = partly_written(shape);
  for (const FirstAccess& first : first_accesses(shape)) {
    const MemoryKind kind = shape.tree().memories[carried.size()].kind;
    const bool kept = kind == MemoryKind::sparse_sram || kind == MemoryKind::register_file;
    carried.push_back(!first.writes || (first.is_in_case && first.leaves_case) || kept ||
                      partly[carried.size()]);
  }
  return carried;
}

/// Nodes without which some word of a memory can't be read.
std::vector<bool> nodes_of_addresses(const rdu_tree::Tree& tree) {
  std::vector<bool> marked(tree.nodes.size(), false);
  for (const rdu_tree::Node& node : tree.nodes) {
    const bool far =
        node.memory != none && tree.memories[node.memory].kind == MemoryKind::sparse_dram;
    const bool asks = far || node.operation == Operation::read_modify_write;
    if (node.operation != Operation::read && !asks) continue;
    for (const std::uint32_t each : node.arguments) mark(tree, each, marked);
    mark(tree, node.enable, marked);
  }
  return marked;
}

/// How many lanes, of the loops within the owner of a memory, an index tells apart.
std::uint32_t lanes_of_index(const TreeShape& shape, std::uint32_t index, std::uint32_t owner) {
  std::uint32_t lanes = 1;
  std::set<std::uint32_t> seen;
  std::vector<std::uint32_t> left{index};
  while (!left.empty()) {
    const std::uint32_t of = left.back();
    left.pop_back();
    if (!seen.insert(of).second) continue;
    const rdu_tree::Node& node = shape.tree().nodes[of];
    left.insert(left.end(), node.arguments.begin(), node.arguments.end());
    const TreeShape::Iterator at = shape.iterator_of(of);
    if (at.controller == none) continue;
    const rdu_tree::Controller& loop = shape.controller(at.controller);
    bool inside = false;
    for (std::uint32_t c = loop.parent; c != none; c = shape.controller(c).parent) {
      inside = inside || c == owner;
    }
    if (inside) lanes *= loop.counters[at.counter].parallel;
  }
  return lanes;
}

}  // namespace

void Mapper::find_banks() {
  banks_.resize(tree_.memories.size());
  for (std::uint32_t m = 0; m < tree_.memories.size(); ++m) {
    banks_[m].assign(tree_.memories[m].sizes.size(), 1);
  }
  const auto most = [&](std::uint32_t memory, const std::vector<std::uint32_t>& lanes) {
    for (std::size_t d = 0; d < lanes.size() && d < banks_[memory].size(); ++d) {
      banks_[memory][d] = std::max(banks_[memory][d], lanes[d]);
    }
  };
  for (std::uint32_t n = 0; n < tree_.nodes.size(); ++n) {
    const bool writes = node(n).operation == Operation::write;
    if (shape_.home_of(n) == none || (!writes && node(n).operation != Operation::read)) continue;
    most(node(n).memory, lanes_of_access(n));
  }
  for (std::uint32_t c = 0; c < tree_.controllers.size(); ++c) {
    const rdu_tree::Controller& made = shape_.controller(c);
    const std::uint32_t local = made.transfer.local;
    if (local != none) most(local, lanes_of_last(local, made.transfer.parallel));
    if (made.kind != rdu_tree::ControllerKind::mem_reduce) continue;
    most(made.result, lanes_of_last(made.result, made.accumulate_parallel));
    most(made.accumulator, lanes_of_last(made.accumulator, made.accumulate_parallel));
  }
}

std::vector<std::uint32_t> Mapper::lanes_of_last(std::uint32_t memory, std::uint32_t lanes) const {
  const auto& sizes = tree_.memories[memory].sizes;
  std::vector<std::uint32_t> all(sizes.size(), 1);
  if (all.empty()) return all;
  all.back() = static_cast<std::uint32_t>(std::min<std::int64_t>(lanes, sizes.back()));
  return all;
}

std::vector<std::uint32_t> Mapper::lanes_of_access(std::uint32_t of) const {
  const rdu_tree::Node& made = node(of);
  const std::size_t first = made.operation == Operation::write ? 1 : 0;
  const rdu_tree::Memory& memory = tree_.memories[made.memory];
  std::vector<std::uint32_t> lanes;
  for (std::size_t i = first; i < made.arguments.size() && i - first < memory.sizes.size(); ++i) {
    lanes.push_back(static_cast<std::uint32_t>(std::min<std::int64_t>(
        lanes_of_index(shape_, made.arguments[i], memory.owner), memory.sizes[i - first])));
  }
  return lanes;
}

Mapper::Mapper(const rdu_tree::Tree& tree, const Timing& timing, HostNumbers host_numbers)
    : tree_(tree),
      host_numbers_(std::move(host_numbers)),
      shape_(tree),
      graph_(timing),
      timing_(timing) {
  padded_ = padded_memories(shape_);
  carried_ = carried_memories(shape_);
  addresses_ = nodes_of_addresses(tree);
  find_banks();
}

Program Mapper::run() {
  host_unit_ = graph_.unit("host", Unit::Kind::host);
  dram_unit_ = graph_.unit("dram", Unit::Kind::dram);
  graph_.program().file = tree_.files.empty() ? "" : tree_.files.front();
  for (std::uint32_t m = 0; m < tree_.memories.size(); ++m) {
    if (tree_.memories[m].kind == MemoryKind::dram) make_dram(m);
  }
  find_writers();
  visit(0, {});
  resolve_merges();
  resolve_fifos();
  resolve_breaks();
  resolve_registers();
  order_accesses();
  fill_unwritten();
  return graph_.take();
}

/// What nothing ever writes is zeros.
void Mapper::fill_unwritten() {
  Program& program = graph_.program();
  std::vector<bool> written(program.memories.size(), false);
  for (const Context& context : program.contexts) {
    for (const Store& store : context.stores) written[store.memory] = true;
  }
  for (const Array& array : program.arrays) {
    if (array.memory != none) written[array.memory] = true;
  }
  for (std::uint32_t m = 0; m < written.size(); ++m) {
    if (!written[m] && program.memories[m].initial.empty()) program.memories[m].initial = {0};
  }
}

void Mapper::unsupported(rdu_tree::SourcePlace place, const std::string& what) const {
  const std::string where = place.line == 0 || place.file >= tree_.files.size()
                                ? std::string()
                                : tree_.files[place.file] + ":" + std::to_string(place.line) + ":" +
                                      std::to_string(place.column) + ": ";
  fail(Category::unsupported, where + "the mapper to units does not take " + what + " yet");
}

std::string Mapper::unique(const std::string& base) {
  const std::uint32_t count = names_[base]++;
  return count == 0 ? base : unique(base + "." + std::to_string(count));
}

std::string Mapper::name_of_memory(std::uint32_t memory) const {
  std::string name = tree_.memories[memory].name;
  for (char& c : name) {
    const bool good =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    if (!good) c = '_';
  }
  const bool letter = !name.empty() && !(name[0] >= '0' && name[0] <= '9');
  if (letter) return name;
  return std::string(rdu_tree::to_text(tree_.memories[memory].kind)) + std::to_string(memory);
}

std::string Mapper::line_name(rdu_tree::SourcePlace place, const char* what) const {
  return "line" + std::to_string(place.line) + "." + what;
}

Program map(const rdu_tree::Tree& tree, const Timing& timing, const HostNumbers& host_numbers) {
  const rdu_tree::Tree lowered = rdu_tree::lowered(tree);
  return Mapper(lowered, timing, host_numbers).run();
}

HostNumbers numbers_of(const rdu_tree::HostContents& contents) {
  HostNumbers numbers;
  for (const auto& one : contents) numbers.push_back(one.size());
  return numbers;
}

std::string input_array(const rdu_tree::Tree& tree, std::uint32_t memory) {
  const MemoryKind kind = tree.memories[memory].kind;
  const bool stream = kind == MemoryKind::stream_in || kind == MemoryKind::stream_out;
  const char* word = kind == MemoryKind::dram ? "dram." : stream ? "stream." : "arg.";
  return word + std::to_string(memory);
}

std::string output_array(const rdu_tree::Tree& tree, std::uint32_t memory) {
  const MemoryKind kind = tree.memories[memory].kind;
  if (kind == MemoryKind::arg_out) return "out." + std::to_string(memory);
  return input_array(tree, memory) + ".out";
}

}  // namespace weft::program::rdu

// SPDX-License-Identifier: Apache-2.0
// Lowers copies: what may alias, and which bytes go where.
#include "frontends/poplar/copies.hpp"

#include <algorithm>

#include "base/counted.hpp"
#include "frontends/poplar/byte_set.hpp"
#include "frontends/poplar/view_data.hpp"

namespace weft::frontends::poplar {

namespace ipu = program::ipu;

namespace {

/// Whether some byte is read and written.
bool overlap(const Moves& moves) {
  ByteSet read;
  for_each_move(moves, [&](const ipu::Move& move) {
    read.add(move.from_tile, move.from_address, move.from_address + move.bytes);
  });
  bool both = false;
  for_each_move(moves, [&](const ipu::Move& move) {
    both = both || read.overlaps(move.to_tile, move.to_address, move.to_address + move.bytes);
  });
  return both;
}

/// Whether some variable is in both views.
bool share_variables(const View& a, const View& b) {
  const std::vector<VariableId> of_a = a.variables();
  const std::vector<VariableId> of_b = b.variables();
  return std::find_first_of(of_a.begin(), of_a.end(), of_b.begin(), of_b.end()) != of_a.end();
}

void stay(std::vector<ipu::Move>& moves) {
  std::erase_if(moves, [](const ipu::Move& m) { return m.from_address == m.to_address; });
}

void check(const LowerContext& context, const View& from, const View& to) {
  const GraphModel& graph = context.graph;
  if (from.elements() != to.elements()) {
    complain(Complaint::type, "copy of " + counted(from.elements(), "element") + ", " +
                                  text_of(graph, from) + ", to " + std::to_string(to.elements()) +
                                  ", " + text_of(graph, to));
  }
  if (from.elements() == 0) return;
  const ElementType source = graph.type_of(from);
  const ElementType target = graph.type_of(to);
  // The API holds types against each other; a reinterpreted tensor is of another than its variable.
  if (ipu::bytes_of(source) != ipu::bytes_of(target)) {
    complain(Complaint::type, "copy of " + text_of(graph, from) + ", which is " +
                                  std::string(ipu::name_of(source)) + ", to " + text_of(graph, to) +
                                  ", which is " + std::string(ipu::name_of(target)));
  }
  if (!to.distinct()) {
    complain(Complaint::alias, "copy to " + text_of(graph, to) + " writes an element twice");
  }
}

}  // namespace

std::string text_of(const GraphModel& graph, const View& view) {
  const std::optional<VariableId> variable = view.variable();
  const std::string name = variable ? "'" + graph.variables[*variable].name + "'" : "a tensor";
  return name + " of shape " + text_of(view.shape());
}

Moves moves_of_copy(const LowerContext& context, const Step& step) {
  const View& from = step.views.at(0);
  const View& to = step.views.at(1);
  check(context, from, to);
  if (from.elements() == 0) return {};
  std::vector<Segment> sources;
  std::vector<Segment> targets;
  at([&] { return "copy of " + text_of(context.graph, from); },
     [&] { context.placement.append(from.runs(), sources); });
  at([&] { return "copy to " + text_of(context.graph, to); },
     [&] { context.placement.append(to.runs(), targets); });
  Moves moves;
  moves.add(sources, targets, ipu::bytes_of(context.graph.type_of(from)));
  if (share_variables(from, to)) {
    for (auto& some : moves.within) stay(some);
    if (overlap(moves)) {
      complain(Complaint::alias, "copy of " + text_of(context.graph, from) + " to " +
                                     text_of(context.graph, to) +
                                     " overlaps itself: an element is read and written");
    }
  }
  return moves;
}

namespace {

constexpr std::uint32_t most_block_bytes = 256;

bool all_zero(const Bytes& value) {
  return std::all_of(value.begin(), value.end(), [](std::byte b) { return b == std::byte{0}; });
}

}  // namespace

Fills::Fills(LowerContext& context, const std::vector<const Step*>& fills) : context_(context) {
  for (const Step* fill : fills) measure(*fill);
  for (auto& [value, blocks] : blocks_) reserve(value, blocks);
}

std::vector<Segment> Fills::segments_of(const Step& fill) const {
  const View& view = fill.views.at(0);
  std::vector<Segment> segments;
  at([&] { return "fill of " + text_of(context_.graph, view); },
     [&] { context_.placement.append(view.runs(), segments); });
  return segments;
}

void Fills::measure(const Step& fill) {
  const View& view = fill.views.at(0);
  if (view.elements() == 0) return;
  const GraphModel& graph = context_.graph;
  if (fill.value.size() != ipu::bytes_of(graph.type_of(view))) {
    complain(Complaint::type, "fill of " + text_of(graph, view) + " with a value of " +
                                  counted(fill.value.size(), "byte"));
  }
  if (!view.distinct()) {
    complain(Complaint::alias, "fill of " + text_of(graph, view) + " writes an element twice");
  }
  Blocks& blocks = blocks_[fill.value];
  blocks.bytes.resize(context_.machine.tiles, 0);
  for (const Segment& segment : segments_of(fill)) {
    std::uint32_t& bytes = blocks.bytes[segment.tile];
    bytes = std::max(bytes, std::min(segment.bytes, most_block_bytes));
  }
}

void Fills::reserve(const Bytes& value, Blocks& blocks) {
  ipu::Program& program = context_.program;
  blocks.address.resize(blocks.bytes.size(), 0);
  const std::uint64_t first = program.initial_bytes.size();
  const bool zero = all_zero(value);
  for (std::uint32_t b = 0; !zero && b < most_block_bytes + word_bytes; ++b) {
    program.initial_bytes.push_back(value[b % value.size()]);
  }
  for (std::uint32_t tile = 0; tile < blocks.bytes.size(); ++tile) {
    if (blocks.bytes[tile] == 0) continue;
    const std::uint64_t bytes = blocks.bytes[tile] + (value.size() < word_bytes ? word_bytes : 0);
    blocks.address[tile] = context_.placement.reserve(tile, bytes, ipu::MemoryUse::constants);
    if (!zero) program.initial.push_back({tile, blocks.address[tile], first, bytes});
  }
}

Moves Fills::moves_of(const Step& fill) const {
  if (fill.views.at(0).elements() == 0) return {};
  const Blocks& blocks = blocks_.at(fill.value);
  Moves moves;
  const auto width = static_cast<std::uint32_t>(fill.value.size());
  for (const Segment& segment : segments_of(fill)) {
    for (std::uint32_t done = 0; done < segment.bytes;) {
      const std::uint32_t to = segment.address + done;
      const std::uint32_t bytes = std::min(blocks.bytes[segment.tile], segment.bytes - done);
      const std::uint32_t from = blocks.address[segment.tile] + to % word_bytes;
      moves.add(Segment{segment.tile, from, bytes}, Segment{segment.tile, to, bytes}, width);
      done += bytes;
    }
  }
  return moves;
}

}  // namespace weft::frontends::poplar

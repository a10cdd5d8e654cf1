// SPDX-License-Identifier: Apache-2.0
// Vectors, ends of channels, places of units.
#include "program/rdu_shape.hpp"

#include <algorithm>
#include <array>

namespace weft::program::rdu {

namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(Unit::Kind::count_)> unit_names = {
    "compute", "memory", "address", "dram", "hbm", "host", "network"};
constexpr std::array<std::string_view, static_cast<std::size_t>(Channel::Kind::count_)>
    channel_names = {"vector", "word", "bit"};
constexpr std::array<std::string_view, static_cast<std::size_t>(Transfer::Kind::count_)>
    transfer_names = {"load", "store", "gather", "scatter", "add"};
constexpr std::array<std::string_view, static_cast<std::size_t>(Node::Kind::count_)> node_names = {
    "const", "index", "lane", "first", "last", "in",     "reg",
    "load",  "op",    "pair", "body",  "row",  "reduce", "accumulate"};

bool is_vector_node(const Program& program, const Context& context, const Node& node,
                    const std::vector<bool>& before) {
  const auto of_operands = [&] {
    return std::any_of(std::begin(node.operands), std::end(node.operands),
                       [&](std::uint32_t o) { return o < before.size() && before[o]; });
  };
  switch (node.kind) {
    case Node::Kind::lane:
      return context.lanes > 1;
    case Node::Kind::index:
      return context.lanes > 1 && node.at + 1 == context.counters.size();
    case Node::Kind::input: {
      if (node.at >= context.inputs.size()) return false;
      const std::uint32_t channel = context.inputs[node.at].channel;
      return context.lanes > 1 && channel < program.channels.size() &&
             program.channels[channel].kind == Channel::Kind::vector;
    }
    case Node::Kind::load:
    case Node::Kind::operation:
    case Node::Kind::pair:
    case Node::Kind::accumulate:
      return of_operands();
    case Node::Kind::row:
      return context.lanes > 1;
    default:
      return false;
  }
}

/// Of an array of pairs.
std::uint64_t row_words(const Array& array) {
  return (array.shape.back() + 2 * lanes_most - 1) / (2 * lanes_most) * lanes_most;
}

}  // namespace

std::string_view name_of(Unit::Kind kind) { return unit_names.at(static_cast<std::size_t>(kind)); }
std::string_view name_of(Channel::Kind kind) {
  return channel_names.at(static_cast<std::size_t>(kind));
}
std::string_view name_of(Transfer::Kind kind) {
  return transfer_names.at(static_cast<std::size_t>(kind));
}
std::string_view name_of(Node::Kind kind) { return node_names.at(static_cast<std::size_t>(kind)); }

std::uint64_t Array::elements() const {
  std::uint64_t out = 1;
  for (const std::uint64_t extent : shape) out *= extent;
  return out;
}

std::uint64_t Array::words() const {
  if (!as_pairs || shape.empty()) return elements();
  return elements() / shape.back() * row_words(*this);
}

std::vector<std::uint32_t> held_words(const Array& array, std::span<const std::uint32_t> elements) {
  if (!array.as_pairs) return {elements.begin(), elements.end()};
  std::vector<std::uint32_t> words(array.words(), 0);
  const std::uint64_t columns = array.shape.back();
  for (std::uint64_t i = 0; i < elements.size(); ++i) {
    const std::uint64_t column = i % columns;
    const std::uint32_t half = numerics::bfloat16_from_float(numerics::float_of(elements[i]));
    words[i / columns * row_words(array) + column / 2] |= half << (16 * (column % 2));
  }
  return words;
}

std::vector<std::uint32_t> host_elements(const Array& array, std::span<const std::uint32_t> words) {
  if (!array.as_pairs) return {words.begin(), words.end()};
  std::vector<std::uint32_t> elements(array.elements());
  const std::uint64_t columns = array.shape.back();
  for (std::uint64_t i = 0; i < elements.size(); ++i) {
    const std::uint64_t column = i % columns;
    const std::uint32_t pair = words[i / columns * row_words(array) + column / 2];
    elements[i] =
        numerics::apply(column % 2 == 0 ? PairOperation::low : PairOperation::high, pair, 0, 0);
  }
  return elements;
}

std::uint32_t Program::chips() const {
  std::uint32_t chips = 0;
  for (const Unit& unit : units) chips = std::max(chips, unit.chip + 1);
  return chips;
}

std::vector<bool> vectors_of(const Program& program, const Context& context) {
  std::vector<bool> out;
  for (const Node& node : context.nodes) {
    out.push_back(is_vector_node(program, context, node, out));
  }
  return out;
}

bool computes(const Context& context) {
  return std::any_of(context.nodes.begin(), context.nodes.end(), [](const Node& node) {
    return node.kind == Node::Kind::reduce || node.kind == Node::Kind::accumulate ||
           node.kind == Node::Kind::body ||
           (node.kind == Node::Kind::operation && node.operation != WordOperation::copy);
  });
}

bool has_body(const Context& context) {
  return std::any_of(context.nodes.begin(), context.nodes.end(),
                     [](const Node& node) { return node.kind == Node::Kind::body; });
}

std::vector<Ends> ends_of(const Program& program) {
  std::vector<Ends> out(program.channels.size());
  for (std::uint32_t c = 0; c < program.contexts.size(); ++c) {
    const Context& context = program.contexts[c];
    for (std::uint32_t i = 0; i < context.inputs.size(); ++i) {
      out.at(context.inputs[i].channel).consumer = {c, none, i};
    }
    for (std::uint32_t o = 0; o < context.outputs.size(); ++o) {
      out.at(context.outputs[o].channel).producer = {c, none, o};
    }
  }
  for (std::uint32_t t = 0; t < program.transfers.size(); ++t) {
    const Transfer& transfer = program.transfers[t];
    const bool gives =
        transfer.kind == Transfer::Kind::load || transfer.kind == Transfer::Kind::gather;
    const std::array<std::uint32_t, 4> channels = {transfer.address, transfer.size, transfer.data,
                                                   transfer.done};
    for (std::uint32_t slot = 0; slot < channels.size(); ++slot) {
      if (channels[slot] == none) continue;
      const bool out_of = slot == 3 || (slot == 2 && gives);
      Ends& ends = out.at(channels[slot]);
      (out_of ? ends.producer : ends.consumer) = {none, t, slot};
    }
  }
  for (std::uint32_t f = 0; f < program.flows.size(); ++f) {
    out.at(program.flows[f].in).consumer = {none, none, 0, f};
    out.at(program.flows[f].out).producer = {none, none, 0, f};
  }
  return out;
}

std::uint32_t unit_of(const Program& program, const End& end) {
  if (end.context != none) return program.contexts[end.context].unit;
  if (end.transfer != none) return program.transfers[end.transfer].unit;
  return end.flow != none ? program.mesh_unit : none;
}

bool comes_from_dram(const Program& program, std::span<const Ends> ends, std::uint32_t channel) {
  const End& producer = ends[channel].producer;
  if (producer.flow == none) return producer.transfer != none;
  return ends[program.flows[producer.flow].in].producer.transfer != none;
}

std::string name_of(const Program& program, const End& end) {
  if (end.context != none) return "context '" + program.contexts[end.context].name + "'";
  if (end.transfer != none) return "transfer '" + program.transfers[end.transfer].name + "'";
  if (end.flow != none) {
    return "the mesh with channel '" + program.channels[program.flows[end.flow].in].name + "'";
  }
  return "nothing";
}

Rectangle region_of(const Program& program) {
  std::vector<std::uint32_t> units(program.chips(), 0);
  for (const Unit& unit : program.units) ++units[unit.chip];
  const std::uint32_t width = units.empty() ? 0 : *std::max_element(units.begin(), units.end());
  return {0, 0, width, program.chips()};
}

std::vector<std::uint32_t> tiles_of(const Program& program) {
  const std::uint32_t width = region_of(program).width;
  std::vector<std::uint32_t> next(program.chips(), 0);
  std::vector<std::uint32_t> out;
  for (const Unit& unit : program.units) {
    out.push_back(unit.chip * width + next[unit.chip]++);
  }
  return out;
}

std::string place_of(const Program& program, std::uint32_t line, const std::string& what) {
  if (program.file.empty() || line == 0) return "unit graph: " + what;
  return program.file + ":" + std::to_string(line) + ": " + what;
}

}  // namespace weft::program::rdu

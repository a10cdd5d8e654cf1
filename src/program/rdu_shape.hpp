// SPDX-License-Identifier: Apache-2.0
// What follows from a unit graph's form: which values are vectors, who is at the ends of channels,
// where units lie in the region.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/geometry.hpp"
#include "program/rdu.hpp"

namespace weft::program::rdu {

/// Of each node of a context: true where it has a value a lane.
std::vector<bool> vectors_of(const Program& program, const Context& context);

/// True where a value is computed: not only counted, read, or passed on.
bool computes(const Context& context);
/// True where it has an output-stationary body.
bool has_body(const Context& context);

/// One end of a channel: input or output `slot` of a context, channel `slot` of a transfer's four
/// (address, size, data, done), or a flow of the dynamic mesh.
struct End {
  std::uint32_t context = none;
  std::uint32_t transfer = none;
  std::uint32_t slot = 0;
  std::uint32_t flow = none;
  bool is_there() const { return context != none || transfer != none || flow != none; }
};
struct Ends {
  End producer;
  End consumer;
};
/// [channel]; of a graph that validate() takes, else the last of several.
std::vector<Ends> ends_of(const Program& program);
std::uint32_t unit_of(const Program& program, const End& end);
/// True where a transfer gives the channel's tokens, over the mesh or not.
bool comes_from_dram(const Program& program, std::span<const Ends> ends, std::uint32_t channel);
/// "context 'sum'", "transfer 'load_a'".
std::string name_of(const Program& program, const End& end);

/// The level as a number from 0 to counters.size(): `every` is the last.
inline std::uint32_t level_of(const Context& context, std::uint32_t level) {
  const auto counters = static_cast<std::uint32_t>(context.counters.size());
  return level < counters ? level : counters;
}

/// Rows are chips, each with its units in order; as wide as the chip with the most.
Rectangle region_of(const Program& program);
/// Of each unit: y * width + x of its place there.
std::vector<std::uint32_t> tiles_of(const Program& program);

/// What the host's elements of an array are in its words: as they are, or pairs. 0 where a row
/// leaves words over.
std::vector<std::uint32_t> held_words(const Array& array, std::span<const std::uint32_t> elements);
std::vector<std::uint32_t> host_elements(const Array& array, std::span<const std::uint32_t> words);

/// "graph.rdu:12: context 'sum'": for messages; without file and line where there are none.
std::string place_of(const Program& program, std::uint32_t line, const std::string& what);

}  // namespace weft::program::rdu

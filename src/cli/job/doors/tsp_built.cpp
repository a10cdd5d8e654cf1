// SPDX-License-Identifier: Apache-2.0
// The door for programs of many TSPs that weft builds itself, by name and size.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "cli/job/doors/doors.hpp"
#include "cli/job/doors/tsp_door.hpp"
#include "program/tsp_collective.hpp"
#include "program/tsp_gemm.hpp"
#include "program/tsp_message.hpp"

namespace weft::cli {

using topology::Limits;
using topology::Table;

namespace {

using namespace program::tsp;

constexpr std::int64_t most_extent = std::int64_t{1} << 40;

std::uint64_t extent(Table& table, const char* key) {
  return static_cast<std::uint64_t>(table.integer(key, Limits{1, most_extent}));
}
std::uint32_t small(Table& table, const char* key, std::int64_t most) {
  return static_cast<std::uint32_t>(table.integer(key, Limits{1, most}));
}

using TspBuild = decltype(TspSource::build);

TspBuild product_of(Table& parameters) {
  constexpr std::int64_t most_chips = 1 << 16;
  Gemm what;
  what.m = extent(parameters, "m");
  what.k = extent(parameters, "k");
  what.n = extent(parameters, "n");
  what.columns = small(parameters, "columns", most_chips);
  what.rows = small(parameters, "rows", chips_a_node);
  return [what](const System& system, const Timing& timing) { return gemm(timing, system, what); };
}

TspBuild all_reduce_of(Table& parameters) {
  AllReduce what;
  what.vectors = small(parameters, "vectors", words_a_bank);
  what.type = parameters.choice_or("type", {"f32", "i32"}, "f32") == "f32" ? VectorType::f32
                                                                           : VectorType::i32;
  return [what](const System& system, const Timing& timing) {
    constexpr std::uint32_t nodes_of_dragonfly = 33;
    const bool one_cable = system.groups == 1 && system.cables_a_node_pair == 1;
    if (system.chips == chips_a_node) return all_reduce_node(timing, what);
    if (one_cable && system.nodes_a_group == nodes_of_dragonfly) {
      return all_reduce_dragonfly(timing, what);
    }
    fail(Category::unsupported,
         "Unsupported: an all-reduce of " + counted(system.chips, "chip") +
             ": there is one for a node of 8 and one for the 264 of a dragonfly");
  };
}

TspBuild message_of(Table& parameters) {
  const std::uint32_t vectors = small(parameters, "vectors", words_a_bank);
  const bool detours = parameters.boolean_or("detours", false);
  return [vectors, detours](const System& system, const Timing& timing) {
    if (system.chips < chips_a_node) fail(Category::input, "a message wants a node of 8 chips");
    return message(timing, vectors, detours);
  };
}

class BuiltDoor : public TspDoor {
 public:
  BuiltDoor()
      : TspDoor({"tsp_built", "TSP programs that weft builds", "a TSP program that weft builds",
                 "tsp", "programs built by name run on TSPs"}) {}

 protected:
  void read_source(Table& table, const std::string& /*folder*/, TspSource& source) const override {
    source.path = table.choice(traits().key, {"all_reduce", "message", "product"});
    Table parameters = table.table("parameters");
    source.build = source.path == "product"   ? product_of(parameters)
                   : source.path == "message" ? message_of(parameters)
                                              : all_reduce_of(parameters);
  }
  TspFile read(const TspSource& source, const topology::Topology& topology,
               const Timing& timing) const override {
    try {
      Program program = source.build(read_system(topology), timing);
      program.timing_only = source.timing_only;
      return {std::move(program)};
    } catch (const Error& error) {
      fail(error.category(), source.place + ": " + source.path + ": " + error.what());
    }
  }
};

}  // namespace

std::unique_ptr<const Door> tsp_built_door() { return std::make_unique<BuiltDoor>(); }

}  // namespace weft::cli

// SPDX-License-Identifier: Apache-2.0
// The range of every constant of the TSPs, in one table; what the model is built on has one value.
#include "machine/tsp/constants.hpp"

namespace weft::machine::tsp {

namespace form = program::tsp;

namespace {

using topology::integer;
using topology::integers;
using topology::only;
using topology::ratio;
using topology::Rule;

using Rules = std::vector<Rule>;

constexpr std::int64_t longest_cycles = 100'000;

void append(Rules& out, const Rules& more) { out.insert(out.end(), more.begin(), more.end()); }

Rules structure_rules() {
  const auto fixed = [](const char* key, std::uint32_t value, const char* because) {
    return only(key, std::to_string(value), because);
  };
  return {
      fixed("chip.lanes", form::lanes, "vectors of the model have that many lanes"),
      fixed("chip.superlanes", form::superlanes, "vectors of the model have that many parts"),
      fixed("chip.streams_a_direction", form::streams_a_direction,
            "schedules name streams by these numbers"),
      fixed("chip.stops", form::stops, "units of the model stand at these stops"),
      fixed("chip.stream_hop_cycles", 1, "the model moves a value by one stop a cycle"),
      fixed("chip.queues", form::queues, "schedules name queues of these units"),
      fixed("mem.slices_a_hemisphere", form::slices_a_hemisphere, "schedules name these slices"),
      fixed("mem.banks_a_slice", form::banks_a_slice, "schedules name these banks"),
      fixed("mem.words_a_bank", form::words_a_bank, "schedules name these words"),
      fixed("vxm.alus", form::alus, "schedules name these ALUs"),
      fixed("mxm.planes_a_hemisphere", form::planes_a_hemisphere, "schedules name these planes"),
      fixed("link.links_a_chip", form::links_a_chip, "schedules name these links"),
  };
}

// What one instruction does, another sees a cycle later at the earliest: such delays are at
// least 1.
Rules delay_rules() {
  Rules out;
  for (const char* key :
       {"mem.write_cycles", "mem.scatter_cycles", "vxm.operation_cycles",
        "vxm.large_operation_cycles", "mxm.load_cycles", "mxm.install_cycles", "mxm.pass_cycles",
        "mxm.accumulate_cycles", "icu.barrier_cycles", "link.least_latency_cycles",
        "link.most_latency_cycles", "link.epoch_cycles"}) {
    out.push_back(integer(key, 1, longest_cycles));
  }
  for (const char* key :
       {"chip.superlane_stagger_cycles", "mem.read_cycles", "mem.gather_cycles", "vxm.entry_cycles",
        "sxm.crossing_cycles", "sxm.transpose_cycles", "sxm.distribute_cycles", "sxm.shift_cycles",
        "sxm.permute_cycles", "sxm.rotate_cycles", "mxm.crossing_cycles"}) {
    out.push_back(integer(key, 0, longest_cycles));
  }
  return out;
}

Rules size_rules() {
  constexpr std::int64_t last_slice = form::slices_a_hemisphere - 1;
  return {
      integer("mxm.accumulator_rows", 1, 1 << 16),
      integer("icu.text_bytes_an_instruction", 1, 4096),
      integers("icu.text_slices_west", 0, form::slices_a_hemisphere, 0, last_slice),
      integers("icu.text_slices_east", 0, form::slices_a_hemisphere, 0, last_slice),
  };
}

Rules system_rules() {
  return {
      ratio("link.cycles_a_vector", {1, 1}, {1 << 20, 1}),
      integer("link.receive_vectors", 1, 1 << 16),
      ratio("link.clock_drift_ppm", {0, 1}, {1'000'000, 1}),
      integer("system.chips_a_node", 1, form::chips_a_node),
      integer("system.nodes_a_group", 1, 33),
      integer("system.groups", 1, 4096),
      integer("system.cables_a_node_pair", 1, 32),
  };
}

Rules host_rules() {
  constexpr topology::Rational slowest{1, 1 << 20};
  constexpr topology::Rational fastest{1 << 20, 1};
  return {
      ratio("host.copy_in_bytes_per_cycle", slowest, fastest),
      ratio("host.copy_out_bytes_per_cycle", slowest, fastest),
      integer("host.command_latency_cycles", 0, std::int64_t{1} << 40U),
      integer("host.launch_latency_cycles", 0, std::int64_t{1} << 40U),
  };
}

}  // namespace

Rules constant_rules() {
  Rules out = topology::common_rules();
  append(out, structure_rules());
  append(out, delay_rules());
  append(out, size_rules());
  append(out, system_rules());
  append(out, host_rules());
  return out;
}

void check_constants(const topology::Topology& topology) {
  topology::check_constants(topology, constant_rules());
}

}  // namespace weft::machine::tsp

// SPDX-License-Identifier: Apache-2.0
// What each constant of an IPU system may be.
#include "machine/ipu/constants.hpp"

namespace weft::machine::ipu {
namespace {

using topology::boolean;
using topology::integer;
using topology::ratio;
using topology::Rule;
using topology::word;

using Rules = std::vector<Rule>;

constexpr std::int64_t longest_cycles = 1'000'000'000;
constexpr std::int64_t longest_nanoseconds = 1'000'000'000;
constexpr std::int64_t largest_memory_bytes = std::int64_t{1} << 30U;
constexpr std::int64_t largest_part_bytes = 1 << 20;
constexpr std::int64_t widest_bytes_per_cycle = 1024;
constexpr topology::Rational least_efficiency{1, 1'000'000};

void append(Rules& out, const Rules& more) { out.insert(out.end(), more.begin(), more.end()); }

Rules tile_rules() {
  return {
      word("chip.generation", {"mk1", "mk2"}),
      integer("tile.memory_bytes", 1024, largest_memory_bytes, 8),
      integer("tile.worker_contexts", 1, 64),
      integer("tile.interleaved_from_bytes", 0, largest_memory_bytes),
      integer("tile.memory_element_bytes", 1024, largest_memory_bytes, 8),
      integer("tile.data_path_bits", 64, 1024, 64),
      integer("tile.load_bytes_per_cycle", 1, widest_bytes_per_cycle),
      integer("tile.copy_bytes_per_cycle", 1, widest_bytes_per_cycle),
      integer("tile.copy_prologue_cycles", 0, longest_cycles),
      integer("tile.supervisor_stack_bytes", 0, largest_part_bytes),
      integer("tile.worker_stack_bytes", 0, largest_part_bytes),
      integer("tile.codelet_code_bytes", 0, largest_part_bytes),
      integer("tile.control_code_bytes_per_instruction", 0, largest_part_bytes),
      integer("tile.atomic_store_bytes", 1, 64),
      integer("tile.repeat_count_max", 1, 0xffffffffLL),
  };
}

Rules vertex_rules() {
  return {
      integer("vertex.default_prologue_cycles", 0, 1'000'000),
      ratio("vertex.default_cycles_per_element", {0, 1}, {1'000'000, 1}),
      integer("vertex_cost.*", 0, 1'000'000),
      integer("amp.fp16_in_fp16_out_units", 1, 1024),
      integer("amp.fp16_in_fp32_out_units", 1, 1024),
      integer("amp.fp32_in_fp32_out_units", 1, 1024),
      integer("amp.weights_per_unit_fp16", 1, 1024),
      integer("amp.weights_per_unit_fp32", 1, 1024),
      integer("amp.coefficient_load_bytes_per_cycle", 1, widest_bytes_per_cycle),
  };
}

Rules exchange_rules() {
  return {
      integer("exchange.bytes_per_cycle", 1, widest_bytes_per_cycle),
      integer("exchange.fixed_cycles", 0, longest_cycles),
      ratio("exchange.efficiency", least_efficiency, {1, 1}),
      integer("exchange.run_cycles", 0, longest_cycles),
      integer("exchange.tiles_per_shared_bus", 1, 64),
      boolean("exchange.shared_bus_double_rate"),
      integer("exchange.send_code_bytes", 0, largest_part_bytes),
      integer("exchange.receive_code_bytes", 0, largest_part_bytes),
      // What one tile does, another sees a cycle later at the earliest.
      integer("sync.internal_cycles", 1, longest_cycles),
      integer("sync.external_fixed_cycles", 0, longest_cycles),
      integer("sync.external_hop_nanoseconds", 0, longest_nanoseconds),
      integer("sync.host_cycles", 0, longest_cycles),
      integer("link.fixed_nanoseconds", 0, longest_nanoseconds),
      integer("link.bytes_per_second", 1, std::int64_t{1} << 50U),
      ratio("link.efficiency", least_efficiency, {1, 1}),
      integer("link.rung_links", 1, 1024),
      integer("link.rail_links", 1, 1024),
  };
}

Rules host_rules() {
  constexpr topology::Rational slowest{1, 1 << 20};
  constexpr topology::Rational fastest{1 << 20, 1};
  return {
      ratio("host.copy_in_bytes_per_cycle", slowest, fastest),
      ratio("host.copy_out_bytes_per_cycle", slowest, fastest),
      integer("host.command_latency_cycles", 0, std::int64_t{1} << 40U),
  };
}

}  // namespace

Rules constant_rules() {
  Rules out = topology::common_rules();
  append(out, tile_rules());
  append(out, vertex_rules());
  append(out, exchange_rules());
  append(out, host_rules());
  return out;
}

void check_constants(const topology::Topology& topology) {
  topology::check_constants(topology, constant_rules());
}

}  // namespace weft::machine::ipu

// SPDX-License-Identifier: Apache-2.0
// A TSP's delays: read from its topology, and put together for each instruction.
#include "program/tsp_timing.hpp"

#include "topology/topology.hpp"

namespace weft::program::tsp {
namespace {

constexpr std::int64_t longest_delay_cycles = 1'000'000;

Cycle cycles(const topology::Topology& topology, const char* key) {
  return static_cast<Cycle>(topology.integer(key, 0, longest_delay_cycles));
}

std::vector<std::uint32_t> slices(const topology::Topology& topology, const char* key) {
  std::vector<std::uint32_t> out;
  for (const std::int64_t slice : topology.integers(key)) {
    out.push_back(static_cast<std::uint32_t>(slice));
  }
  return out;
}

Cycle sxm_delay_cycles(const Timing& timing, Opcode opcode) {
  switch (opcode) {
    case Opcode::shift:
      return timing.sxm_shift_cycles;
    case Opcode::permute:
      return timing.sxm_permute_cycles;
    case Opcode::distribute:
      return timing.sxm_distribute_cycles;
    case Opcode::rotate:
      return timing.sxm_rotate_cycles;
    default:
      return timing.sxm_transpose_cycles;
  }
}

}  // namespace

Timing read_timing(const topology::Topology& t) {
  Timing out;
  out.mem_read_cycles = cycles(t, "mem.read_cycles");
  out.mem_write_cycles = cycles(t, "mem.write_cycles");
  out.mem_gather_cycles = cycles(t, "mem.gather_cycles");
  out.mem_scatter_cycles = cycles(t, "mem.scatter_cycles");
  out.vxm_entry_cycles = cycles(t, "vxm.entry_cycles");
  out.vxm_operation_cycles = cycles(t, "vxm.operation_cycles");
  out.vxm_large_operation_cycles = cycles(t, "vxm.large_operation_cycles");
  out.sxm_crossing_cycles = cycles(t, "sxm.crossing_cycles");
  out.sxm_shift_cycles = cycles(t, "sxm.shift_cycles");
  out.sxm_permute_cycles = cycles(t, "sxm.permute_cycles");
  out.sxm_distribute_cycles = cycles(t, "sxm.distribute_cycles");
  out.sxm_rotate_cycles = cycles(t, "sxm.rotate_cycles");
  out.sxm_transpose_cycles = cycles(t, "sxm.transpose_cycles");
  out.mxm_crossing_cycles = cycles(t, "mxm.crossing_cycles");
  out.mxm_load_cycles = cycles(t, "mxm.load_cycles");
  out.mxm_install_cycles = cycles(t, "mxm.install_cycles");
  out.mxm_pass_cycles = cycles(t, "mxm.pass_cycles");
  out.mxm_accumulate_cycles = cycles(t, "mxm.accumulate_cycles");
  out.mxm_accumulator_rows = static_cast<std::uint32_t>(t.integer("mxm.accumulator_rows"));
  out.barrier_cycles = cycles(t, "icu.barrier_cycles");
  out.superlane_stagger_cycles = cycles(t, "chip.superlane_stagger_cycles");
  out.text_slices_west = slices(t, "icu.text_slices_west");
  out.text_slices_east = slices(t, "icu.text_slices_east");
  out.text_bytes_an_instruction =
      static_cast<std::uint32_t>(t.integer("icu.text_bytes_an_instruction"));
  out.link_cycles_a_vector = t.rational("link.cycles_a_vector");
  out.link_least_cycles = cycles(t, "link.least_latency_cycles");
  out.link_most_cycles = cycles(t, "link.most_latency_cycles");
  out.link_receive_vectors = static_cast<std::uint32_t>(t.integer("link.receive_vectors"));
  out.epoch_cycles = cycles(t, "link.epoch_cycles");
  out.clock_drift_ppm = t.rational("link.clock_drift_ppm");
  return out;
}

Cycle operand_delay_cycles(const Timing& timing, const Instruction& instruction,
                           std::size_t operand) {
  const bool chain = instruction.operands.at(operand).kind == Operand::Kind::chain;
  return chain ? timing.vxm_entry_cycles : 0;
}

Cycle result_delay_cycles(const Timing& timing, const Instruction& instruction) {
  switch (instruction.opcode) {
    case Opcode::read:
      return timing.mem_read_cycles;
    case Opcode::gather:
      return timing.mem_gather_cycles;
    case Opcode::alu:
      return timing.vxm_entry_cycles + (numerics::traits_of(instruction.operation).large
                                            ? timing.vxm_large_operation_cycles
                                            : timing.vxm_operation_cycles);
    case Opcode::accumulate:
      return timing.mxm_accumulate_cycles + timing.mxm_crossing_cycles;
    case Opcode::shift:
    case Opcode::permute:
    case Opcode::distribute:
    case Opcode::rotate:
    case Opcode::transpose:
      return 2 * timing.sxm_crossing_cycles + sxm_delay_cycles(timing, instruction.opcode);
    case Opcode::receive:
      return timing.sxm_crossing_cycles;
    default:
      return 0;
  }
}

Cycle effect_delay_cycles(const Timing& timing, const Instruction& instruction) {
  switch (instruction.opcode) {
    case Opcode::write:
      return timing.mem_write_cycles;
    case Opcode::scatter:
      return timing.mem_scatter_cycles;
    case Opcode::load_weights:
      return timing.mxm_crossing_cycles + timing.mxm_load_cycles;
    case Opcode::install_weights:
      return timing.mxm_install_cycles;
    case Opcode::activate:
      return timing.mxm_crossing_cycles + timing.mxm_pass_cycles;
    case Opcode::accumulate:
      return timing.mxm_accumulate_cycles;
    case Opcode::notify:
      return timing.barrier_cycles;
    default:
      return 0;
  }
}

Cycle end_delay_cycles(const Timing& timing, const Instruction& instruction) {
  const Cycle result = result_delay_cycles(timing, instruction);
  const Cycle effect = effect_delay_cycles(timing, instruction);
  return (result > effect ? result : effect) + 1 + timing.superlane_stagger_cycles;
}

}  // namespace weft::program::tsp

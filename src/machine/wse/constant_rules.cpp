// SPDX-License-Identifier: Apache-2.0
// What each constant of a WSE may be.
#include <string>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "fabric/route.hpp"
#include "machine/wse/constants.hpp"
#include "topology/rule.hpp"
#include "topology/topology.hpp"

namespace weft::machine::wse {
namespace {

using topology::boolean;
using topology::integer;
using topology::integers;
using topology::only;
using topology::ratio;
using topology::Rule;
using topology::word;

using Rules = std::vector<Rule>;

constexpr std::int64_t longest_cost_cycles = 10'000;
constexpr topology::Rational slowest_rate{1, 1 << 20};
constexpr topology::Rational fastest_rate{1 << 20, 1};

void append(Rules& out, Rules more) {
  for (Rule& rule : more) out.push_back(std::move(rule));
}

Rules fabric_rules() {
  return {
      only("fabric.hop_latency_cycles", "1",
           "the fabric model moves a wavelet by one router a cycle"),
      integer("fabric.ramp_up_latency_cycles", 1, 8),
      integer("fabric.ramp_down_latency_cycles", 1, 8),
      only("fabric.link_wavelets_per_cycle", "1",
           "the fabric model has one wavelet a link, direction and cycle"),
      only("fabric.color_count", std::to_string(fabric::color_count),
           "the fabric model's routers have that many queues a port"),
      integers("fabric.switchable_colors", 0, fabric::color_count, 0, fabric::color_count - 1),
      integer("fabric.switch_positions", 1, 4),
      boolean("fabric.color_swap"),
      integer("fabric.queue_depth_wavelets", 1, 8),
      integer("fabric.own_ramp_credit_cycles", 0, 8),
      only("fabric.credit_latency_cycles", "1",
           "the fabric model returns a credit in the cycle after the slot was freed"),
      only("fabric.arbitration", "rotating_color", "the colors take turns at a link, by the cycle"),
      only("fabric.multicast", "all_or_none", "a wavelet leaves for all its ports in one cycle"),
  };
}

Rules memory_rules() {
  return {
      integer("pe.sram_bytes", 1024, 65536, 8),
      integer("pe.sram_banks", 1, 64),
      integer("pe.bank_word_bytes", 1, 64),
      only("pe.read_ports", "2", "the model takes two reads of different banks in one cycle"),
      only("pe.write_ports", "1", "the model takes one write a cycle"),
      integer("pe.bank_conflict_modulus", 1, 64),
      integer("pe.bank_conflict_cycles", 0, 64),
      integer("pe.alignment.operand_bytes", 1, 64),
      integer("pe.alignment.source_distance_bytes", 0, 64),
      integer("pe.alignment.modulus_bytes", 1, 64),
      integer("pe.alignment.misaligned_width_divisor", 1, 64),
      integer("pe.code_bytes_per_instruction", 0, 64),
      integer("pe.registers.color_config_word", 0x6000, 0x7fe8),
      integer("pe.registers.switch_config_word", 0x6000, 0x7fe8),
      integer("pe.registers.teardown_pending_word", 0x6000, 0x7ffe),
  };
}

Rules queue_and_task_rules() {
  return {
      integer("pe.input_queue_count", 1, form::input_queue_count),
      integer("pe.output_queue_count", 1, form::input_queue_count),
      integers("pe.input_queue_depth_words", 1, form::input_queue_count, 1, 15),
      integers("pe.output_queue_depth_words", 1, form::input_queue_count, 1, 64),
      integer("pe.direct_queue_depth_words", 1, 15),
      word("pe.task_pick_rule", {"oldest_activation", "lowest_id", "round_robin"}),
      word("pe.data_task_ids", {"color", "input_queue"}),
      integer("pe.local_task_first_id", 0, 63),
      integer("pe.local_task_last_id", 0, 63),
      integer("pe.control_task_last_id", 0, 63),
      boolean("pe.queue_initialisation_required"),
      only("pe.microthread_count", std::to_string(form::microthread_count),
           "a microthread of the model belongs to each queue"),
      word("pe.microthread_id_rule", {"queue", "explicit_or_queue"}),
      integer("pe.fabric_inputs_per_operation", 1, 2),
      only("pe.main_thread_priority", "between_medium_and_low",
           "the issue stage of the model knows this order"),
      only("pe.issue_per_cycle", "1", "the model issues one instruction a cycle"),
      only("pe.microthread_arbitration", "round_robin", "microthreads of one priority take turns"),
  };
}

Rules time_rules() {
  return {
      integer("pe.vector_result_latency_cycles", 0, 254),
      integer("pe.dsr_load_cycles", 0, longest_cost_cycles),
      integer("pe.dsr_constant_load_cycles", 0, longest_cost_cycles),
      ratio("pe.mem4d_row_restart_cycles", {0, 1}, {longest_cost_cycles, 1}),
      integer("pe.task_activation_cycles", 0, longest_cost_cycles),
      integer("pe.predicated_instructions", 0, 64),
      integer("pe.idle_start_cycles", 0, longest_cost_cycles),
      integer("pe.timestamp_read_cycles", 0, longest_cost_cycles),
      only("pe.timestamp_bits", "48", "CSL's <time> hands out three 16-bit words"),
      integer("pe.simd_stride_limit.modulo_1_or_7", 1, 64),
      integer("pe.simd_stride_limit.modulo_0", 1, 64),
      integer("pe.simd_stride_limit.modulo_4", 1, 64),
      boolean("pe.float.flush_subnormals"),
      boolean("pe.float.canonical_nan"),
      boolean("pe.float.fmach_fused"),
      boolean("pe.float.fmacs_fused"),
      boolean("pe.float.fmachs_product_exact"),
      ratio("host.copy_in_bytes_per_cycle", slowest_rate, fastest_rate),
      ratio("host.copy_out_bytes_per_cycle", slowest_rate, fastest_rate),
      ratio("host.stream_in_bytes_per_cycle", slowest_rate, fastest_rate),
      ratio("host.stream_out_bytes_per_cycle", slowest_rate, fastest_rate),
      integer("host.command_latency_cycles", 0, std::int64_t{1} << 40U),
      integer("host.launch_east_cycles", 0, longest_cost_cycles),
      integer("host.launch_south_cycles", 0, longest_cost_cycles),
  };
}

Rules operation_rules() {
  Rules out;
  for (unsigned v = 0; v < vector_count; ++v) {
    out.push_back(integer(vector_width_key(static_cast<form::VectorOperation>(v)), 1, 64));
  }
  for (const std::string& key : scalar_cost_keys()) {
    out.push_back(integer(key, 0, longest_cost_cycles));
  }
  return out;
}

/// The line of a constant, for what depends on two of them.
[[noreturn]] void refuse(const topology::Topology& topology, const std::string& key,
                         const std::string& what) {
  const topology::Constant& constant = topology.constant(key);
  fail(Category::input, constant.value.place.describe() + ": constant '" + key + "' " + what +
                            ", is " + constant.value_text());
}

void check_depths(const topology::Topology& topology, const std::string& side) {
  const auto count = static_cast<std::size_t>(topology.integer("pe." + side + "_queue_count"));
  const std::string depths = "pe." + side + "_queue_depth_words";
  if (topology.integers(depths).size() != count) {
    refuse(topology, depths,
           "must have pe." + side + "_queue_count = " + counted(count, "element"));
  }
}

/// Rings of the fabric model hold a queue and what is on its way to it.
void check_rings(const topology::Topology& topology) {
  const std::int64_t up = topology.integer("fabric.ramp_up_latency_cycles");
  if (topology.integer("fabric.queue_depth_wavelets") + up > 9) {
    refuse(
        topology, "fabric.queue_depth_wavelets",
        "and fabric.ramp_up_latency_cycles = " + std::to_string(up) + " must be 9 at most in sum");
  }
  const std::int64_t down = topology.integer("fabric.ramp_down_latency_cycles");
  std::vector<std::int64_t> depths = topology.integers("pe.input_queue_depth_words");
  depths.push_back(topology.integer("pe.direct_queue_depth_words"));
  for (const std::int64_t depth : depths) {
    if (depth + down <= 16) continue;
    refuse(topology, "fabric.ramp_down_latency_cycles",
           "and the depth of an input queue, " + std::to_string(depth) +
               ", must be 16 at most in sum");
  }
}

void check_order(const topology::Topology& topology, const std::string& least,
                 const std::string& most) {
  const std::int64_t bound = topology.integer(most);
  if (topology.integer(least) > bound) {
    refuse(topology, least, "must be " + most + " = " + std::to_string(bound) + " at most");
  }
}

}  // namespace

Rules constant_rules() {
  Rules out = topology::common_rules();
  append(out, fabric_rules());
  append(out, memory_rules());
  append(out, queue_and_task_rules());
  append(out, time_rules());
  append(out, operation_rules());
  return out;
}

void check_constants(const topology::Topology& topology) {
  topology::check_constants(topology, constant_rules());
  const topology::Topology looked_at = topology;  // this is no use of the constants
  check_depths(looked_at, "input");
  check_depths(looked_at, "output");
  check_rings(looked_at);
  check_order(looked_at, "pe.local_task_first_id", "pe.local_task_last_id");
  const std::string cost = "pe.scalar_cost_cycles.";
  check_order(looked_at, cost + "branch_not_taken", cost + "branch_taken");
  check_order(looked_at, cost + "branch_taken", cost + "branch_far");
}

}  // namespace weft::machine::wse

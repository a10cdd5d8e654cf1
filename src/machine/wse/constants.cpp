// SPDX-License-Identifier: Apache-2.0
// From topology keys to the tables that kernels index.
#include "machine/wse/constants.hpp"

#include <string>

#include "base/error.hpp"
#include "topology/topology.hpp"

namespace weft::machine::wse {
namespace {

using form::Operation;
using form::Type;

std::uint32_t number(const topology::Topology& topology, const std::string& key) {
  return static_cast<std::uint32_t>(topology.integer(key, 0, 1 << 20));
}

Ratio ratio(const topology::Topology& topology, const std::string& key) {
  const topology::Rational value = topology.rational(key);
  const bool fits = value.numerator >= 0 && value.numerator <= UINT32_MAX &&
                    value.denominator >= 1 && value.denominator <= UINT32_MAX;
  if (!fits) fail(Category::input, topology.file() + ": " + key + " is out of range");
  return {static_cast<std::uint32_t>(value.numerator),
          static_cast<std::uint32_t>(value.denominator)};
}

/// Suffix of the cost key of an integer type: by its width.
std::string width_of(Type type) {
  const unsigned bytes = form::bytes_of(type);
  return bytes <= 2 ? "16" : bytes == 4 ? "32" : "64";
}

/// Arithmetic whose key depends on the type; empty for other operations.
std::string arithmetic_key(Operation operation, Type type) {
  using enum Operation;
  switch (operation) {
    case add:
    case subtract:
    case minimum:
    case maximum:
    case negate:
      return form::is_float(type) ? "float_add" : "integer_" + width_of(type);
    case multiply:
      return form::is_float(type) ? "float_multiply" : "multiply_" + width_of(type);
    case divide:
    case remainder:
      return form::is_float(type) ? "float_divide" : "divide_" + width_of(type);
    case bit_and:
    case bit_or:
    case bit_xor:
    case shift_left:
    case shift_right:
    case bit_not:
    case logical_not:
    case bitcast:
      return "integer_" + width_of(type);
    default:
      break;
  }
  if (operation >= equal && operation <= greater_equal) {
    return form::is_float(type) ? "float_compare" : "compare";
  }
  return "";
}

/// Key of [pe.scalar_cost_cycles] for an operation; math and timestamp have their own.
std::string cost_key(Operation operation, Type type) {
  using enum Operation;
  const std::string key = arithmetic_key(operation, type);
  if (!key.empty()) return key;
  if (operation >= descriptor_copy && operation <= descriptor_set_stride) {
    return "descriptor_update";
  }
  switch (operation) {
    case constant:
    case constant_wide:
    case tile_constant:
      return "constant";
    case load:
    case element_load:
      return "load";
    case store:
    case element_store:
      return "store";
    case branch_if:
    case branch_unless:
      return "branch_not_taken";
    case call:
    case call_indirect:
      return "call";
    case activate:
    case block:
    case unblock:
      return "task_state";
    case unblock_command_stream:
      return "command_stream";
    case convert:
    case jump:
    case random:
      return form::name_of(operation);
    case ret:
      return "return";
    case math:
    case vector:
    case timestamp:
      return "";
    default:
      return "move";
  }
}

void read_scalar_costs(const topology::Topology& topology, Constants& c) {
  const std::string table = "pe.scalar_cost_cycles.";
  for (unsigned o = 0; o < operation_count; ++o) {
    for (unsigned t = 0; t < type_count; ++t) {
      const std::string key = cost_key(static_cast<Operation>(o), static_cast<Type>(t));
      if (!key.empty()) {
        c.scalar[o][t] = static_cast<std::uint16_t>(topology.integer(table + key, 0, 10000));
      }
    }
  }
  const auto load_register = static_cast<unsigned>(Operation::descriptor_load_register);
  const auto timestamp = static_cast<unsigned>(Operation::timestamp);
  for (unsigned t = 0; t < type_count; ++t) {
    c.scalar[load_register][t] = static_cast<std::uint16_t>(c.dsr_reload);
    c.scalar[timestamp][t] = static_cast<std::uint16_t>(c.timestamp_read);
  }
  const std::int64_t not_taken = topology.integer(table + "branch_not_taken", 0, 10000);
  c.branch_taken =
      static_cast<std::uint16_t>(topology.integer(table + "branch_taken", not_taken, 10000));
  const char* const names[math_count] = {
      "sqrt", "exp",      "log",          "sin",        "cos",  "tanh", "pow",  "floor",
      "ceil", "absolute", "inverse_sqrt", "reciprocal", "sign", "log2", "exp2", "atan"};
  for (unsigned m = 0; m < math_count; ++m) {
    c.math[m] = static_cast<std::uint16_t>(topology.integer(table + "math_" + names[m], 0, 10000));
  }
}

TaskPickRule task_pick_rule(const topology::Topology& topology) {
  const std::string key = "pe.task_pick_rule";
  const std::string rule = topology.text(key);
  if (rule == "oldest_activation") return TaskPickRule::oldest_activation;
  if (rule == "lowest_id") return TaskPickRule::lowest_id;
  if (rule == "round_robin") return TaskPickRule::round_robin;
  fail(Category::input,
       topology.file() + ": " + key + " is \"" + rule +
           "\"; there are \"oldest_activation\", \"round_robin\" and \"lowest_id\"");
}

}  // namespace

Constants read_constants(const topology::Topology& topology) {
  Constants c;
  const std::string ids = topology.text("pe.data_task_ids");
  c.generation = ids == "color" ? form::Generation::wse2 : form::Generation::wse3;
  c.fabric_inputs_per_operation = number(topology, "pe.fabric_inputs_per_operation");
  c.vector_latency =
      static_cast<std::uint32_t>(topology.integer("pe.vector_result_latency_cycles", 0, 254));
  c.dsr_load = number(topology, "pe.dsr_load_cycles");
  c.dsr_reload = number(topology, "pe.dsr_reload_cycles");
  c.task_activation = number(topology, "pe.task_activation_cycles");
  c.timestamp_read = number(topology, "pe.timestamp_read_cycles");
  c.task_pick = task_pick_rule(topology);
  c.row_restart = ratio(topology, "pe.mem4d_row_restart_cycles");
  c.bank_conflict_divisor = 1 + number(topology, "pe.bank_conflict_cycles");
  c.misaligned_divisor = number(topology, "pe.alignment.misaligned_width_divisor");
  c.stride_limit_1_or_7 = number(topology, "pe.simd_stride_limit.modulo_1_or_7");
  c.stride_limit_0 = number(topology, "pe.simd_stride_limit.modulo_0");
  c.stride_limit_4 = number(topology, "pe.simd_stride_limit.modulo_4");
  for (unsigned v = 0; v < vector_count; ++v) {
    const std::string key =
        std::string("pe.simd.") + form::name_of(static_cast<form::VectorOperation>(v));
    c.simd_width[v] = static_cast<std::uint8_t>(topology.integer(key, 1, 64));
  }
  read_scalar_costs(topology, c);
  c.stream_in_bytes_per_cycle = ratio(topology, "host.stream_in_bytes_per_cycle");
  c.stream_out_bytes_per_cycle = ratio(topology, "host.stream_out_bytes_per_cycle");
  c.rules.flush_subnormals = topology.boolean("pe.float.flush_subnormals");
  c.rules.canonical_nan = topology.boolean("pe.float.canonical_nan");
  c.rules.fused_f32 = topology.boolean("pe.float.fmacs_fused");
  c.rules.fused_f16 = topology.boolean("pe.float.fmach_fused");
  c.rules.exact_mixed_product = topology.boolean("pe.float.fmachs_product_exact");
  return c;
}

fabric::Parameters read_fabric_parameters(const topology::Topology& topology) {
  fabric::Parameters p;
  p.queue_depth = number(topology, "fabric.queue_depth_wavelets");
  p.ramp_up_cycles = number(topology, "fabric.ramp_up_latency_cycles");
  p.ramp_down_cycles = number(topology, "fabric.ramp_down_latency_cycles");
  const auto depths = [&](const std::string& key, std::array<std::uint8_t, 8>& out) {
    const auto values = topology.integers(key);
    if (values.size() > out.size()) fail(Category::input, topology.file() + ": " + key);
    out.fill(0);
    for (std::size_t i = 0; i < values.size(); ++i) out[i] = static_cast<std::uint8_t>(values[i]);
  };
  depths("pe.input_queue_depth_words", p.input_queue_depth);
  depths("pe.output_queue_depth_words", p.output_queue_depth);
  return p;
}

}  // namespace weft::machine::wse

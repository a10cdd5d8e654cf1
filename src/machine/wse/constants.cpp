// SPDX-License-Identifier: Apache-2.0
// From topology keys to the tables that kernels index.
#include "machine/wse/constants.hpp"

#include <set>

#include "machine/wse/program_use.hpp"
#include "topology/topology.hpp"

namespace weft::machine::wse {
namespace {

using form::Operation;
using form::Type;

/// A topology whose constants count as used where the program can meet them. (Values are read in
/// any case: tables have no holes.)
class Reader {
 public:
  explicit Reader(const topology::Topology& topology) : used_(topology), unused_(topology) {}
  const topology::Topology& where(bool used) const { return used ? used_ : unused_; }

  std::uint32_t number(const std::string& key, bool used = true) const {
    return static_cast<std::uint32_t>(where(used).integer(key));
  }
  Ratio ratio(const std::string& key, bool used) const {
    const topology::Rational value = where(used).rational(key);
    return {static_cast<std::uint32_t>(value.numerator),
            static_cast<std::uint32_t>(value.denominator)};
  }
  /// What the model has built in, in one value: nothing to copy, but a run rests on it.
  void structure(std::initializer_list<const char*> keys, bool used) const {
    for (const char* key : keys) where(used).constant(key);
  }

 private:
  const topology::Topology& used_;
  const topology::Topology unused_;  ///< a copy, which forgets what was looked up in it
};

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
    case bit_not:
    case logical_not:
      return "integer_" + width_of(type);
    case shift_left:
    case shift_right:
      return "shift_" + width_of(type);
    default:
      break;
  }
  if (operation >= equal && operation <= greater_equal) {
    if (form::is_float(type)) return "float_compare";
    const bool of_equality = operation == equal || operation == not_equal;
    return (of_equality ? "equal_" : "compare_") + width_of(type);
  }
  return "";
}

/// Likewise, for all operations; empty for those with keys of their own.
std::string cost_key(Operation operation, Type type) {
  using enum Operation;
  const std::string key = arithmetic_key(operation, type);
  if (!key.empty()) return key;
  const bool updates = operation >= descriptor_copy && operation <= descriptor_set_stride;
  if (updates && operation != descriptor_load_register) return "descriptor_update";
  switch (operation) {
    case constant:
    case constant_wide:
    case tile_constant:
      return "constant";
    case load:
    case element_load:
      return "load_" + width_of(type);
    case store:
    case element_store:
      return "store_" + width_of(type);
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
    case random:
      return form::name_of(operation);
    case ret:
      return "return";
    case bitcast:  // the same registers under another name
    case convert:
    case jump:
    case math:
    case vector:
    case timestamp:
    case timestamp_store:
    case descriptor_load_register:
      return "";
    default:
      return "move";
  }
}

constexpr const char* math_names[math_count] = {
    "sqrt", "exp",      "log",          "sin",        "cos",  "tanh", "pow",  "floor",
    "ceil", "absolute", "inverse_sqrt", "reciprocal", "sign", "log2", "exp2", "atan"};

const std::string cost_table = "pe.scalar_cost_cycles.";

/// Keys of what depends on more than an operation and a type.
constexpr const char* keys_of_their_own[] = {
    "jump", "branch_taken", "branch_far", "call_return", "widen_32", "widen_64", "convert"};

/// Costs of jumps and conversions, which decode() chooses by what the instruction does.
void read_chosen_costs(const Reader& from, const ProgramUse& use, Constants& c) {
  const auto cost = [&](const char* key, bool used) {
    return static_cast<std::uint16_t>(from.number(cost_table + key, used));
  };
  const bool jumps = use.longest_skip > 0;
  c.predicated_instructions = from.number("pe.predicated_instructions", jumps);
  const std::uint32_t most = c.predicated_instructions;
  c.jump = cost("jump", use.shortest_jump <= most);
  c.branch_taken = cost("branch_taken", use.shortest_branch <= most);
  c.branch_far = cost("branch_far", use.longest_skip > most);
  c.call_return = cost("call_return", use.calls);
  c.widen_32 = cost("widen_32", use.widens_to_32);
  c.widen_64 = cost("widen_64", use.widens_to_64);
  c.convert = cost("convert", use.converts);
}

void read_scalar_costs(const Reader& from, const ProgramUse& use, Constants& c) {
  const auto cost = [&](const std::string& key, bool used) {
    return static_cast<std::uint16_t>(from.number(key, used));
  };
  for (unsigned o = 0; o < operation_count; ++o) {
    for (unsigned t = 0; t < type_count; ++t) {
      const auto operation = static_cast<Operation>(o);
      const std::string key = scalar_cost_key(operation, static_cast<Type>(t));
      if (operation == Operation::timestamp || operation == Operation::timestamp_store) {
        c.scalar[o][t] = cost("pe.timestamp_read_cycles", use.scalar[o][t]);
        from.structure({"pe.timestamp_bits"}, use.scalar[o][t]);
      } else if (!key.empty()) {
        c.scalar[o][t] = cost(key, use.scalar[o][t]);
      }
    }
  }
  read_chosen_costs(from, use, c);
  for (unsigned m = 0; m < math_count; ++m) {
    c.math[m] = cost(math_cost_key(static_cast<form::MathFunction>(m)), use.math[m]);
  }
}

TaskPickRule task_pick_rule(const topology::Topology& topology) {
  const std::string rule = topology.text("pe.task_pick_rule");
  if (rule == "lowest_id") return TaskPickRule::lowest_id;
  if (rule == "round_robin") return TaskPickRule::round_robin;
  return TaskPickRule::oldest_activation;
}

void read_vector_constants(const Reader& from, const ProgramUse& use, Constants& c) {
  const bool any = use.vectors;
  c.vector_latency = from.number("pe.vector_result_latency_cycles", any);
  c.dsr_load = from.number("pe.dsr_load_cycles", use.descriptor_loads);
  c.dsr_constant_load = from.number("pe.dsr_constant_load_cycles", use.constant_loads);
  c.row_restart = from.ratio("pe.mem4d_row_restart_cycles", use.mem4d && any);
  c.stride_limit_1_or_7 = from.number("pe.simd_stride_limit.modulo_1_or_7", any);
  c.stride_limit_0 = from.number("pe.simd_stride_limit.modulo_0", any);
  c.stride_limit_4 = from.number("pe.simd_stride_limit.modulo_4", any);
  for (unsigned v = 0; v < vector_count; ++v) {
    c.simd_width[v] = static_cast<std::uint8_t>(
        from.number(vector_width_key(static_cast<form::VectorOperation>(v)), use.vector[v]));
  }
  const bool two = use.two_sources;
  c.bank_count = from.number("pe.sram_banks", two);
  c.bank_word_bytes = from.number("pe.bank_word_bytes", two);
  c.bank_conflict_modulus = from.number("pe.bank_conflict_modulus", two);
  c.bank_conflict_divisor = 1 + from.number("pe.bank_conflict_cycles", two);
  c.operand_alignment_bytes = from.number("pe.alignment.operand_bytes", two);
  c.source_distance_bytes = from.number("pe.alignment.source_distance_bytes", two);
  c.distance_modulus_bytes = from.number("pe.alignment.modulus_bytes", two);
  c.misaligned_divisor = from.number("pe.alignment.misaligned_width_divisor", two);
  from.structure({"pe.read_ports", "pe.write_ports"}, any);
  c.fabric_inputs_per_operation = from.number("pe.fabric_inputs_per_operation", use.streams);
  from.structure({"pe.microthread_count", "pe.main_thread_priority", "pe.microthread_arbitration"},
                 use.streams);
}

void read_float_rules(const Reader& from, const ProgramUse& use, numerics::FloatRules& rules) {
  const auto flag = [&](const char* key, bool used) { return from.where(used).boolean(key); };
  const auto has = [&](form::VectorOperation v) { return use.vector[static_cast<unsigned>(v)]; };
  rules.flush_subnormals = flag("pe.float.flush_subnormals", use.floats);
  rules.canonical_nan = flag("pe.float.canonical_nan", use.floats);
  rules.fused_f32 = flag("pe.float.fmacs_fused", has(form::VectorOperation::fmacs));
  rules.fused_f16 = flag("pe.float.fmach_fused", has(form::VectorOperation::fmach));
  rules.exact_mixed_product =
      flag("pe.float.fmachs_product_exact", has(form::VectorOperation::fmachs));
}

}  // namespace

std::string scalar_cost_key(Operation operation, Type type) {
  const std::string key = cost_key(operation, type);
  return key.empty() ? key : cost_table + key;
}

std::string math_cost_key(form::MathFunction function) {
  return cost_table + "math_" + math_names[static_cast<unsigned>(function)];
}

std::string vector_width_key(form::VectorOperation operation) {
  return std::string("pe.simd.") + form::name_of(operation);
}

std::vector<std::string> scalar_cost_keys() {
  std::set<std::string> keys;
  for (const char* key : keys_of_their_own) keys.insert(cost_table + key);
  for (unsigned o = 0; o < operation_count; ++o) {
    for (unsigned t = 0; t < type_count; ++t) {
      keys.insert(scalar_cost_key(static_cast<Operation>(o), static_cast<Type>(t)));
    }
  }
  for (unsigned m = 0; m < math_count; ++m) {
    keys.insert(math_cost_key(static_cast<form::MathFunction>(m)));
  }
  keys.erase("");
  return {keys.begin(), keys.end()};
}

Constants read_constants(const topology::Topology& topology, const form::Program& program) {
  const Reader from(topology);
  const ProgramUse use = use_of(program);
  Constants c;
  c.task_activation = from.number("pe.task_activation_cycles");
  c.idle_start = from.number("pe.idle_start_cycles");
  c.launch_east = from.number("host.launch_east_cycles", use.launches);
  c.launch_south = from.number("host.launch_south_cycles", use.launches);
  c.task_pick = task_pick_rule(from.where(use.tasks > 1));
  from.structure({"pe.issue_per_cycle"}, true);
  read_scalar_costs(from, use, c);
  read_vector_constants(from, use, c);
  read_float_rules(from, use, c.rules);
  c.configuration = form::read_configuration_words(from.where(use.configures));
  c.stream_in_bytes_per_cycle = from.ratio("host.stream_in_bytes_per_cycle", use.host_in);
  c.stream_out_bytes_per_cycle = from.ratio("host.stream_out_bytes_per_cycle", use.host_out);
  return c;
}

fabric::Parameters read_fabric_parameters(const topology::Topology& topology,
                                          const form::Program& program) {
  const Reader from(topology);
  const bool used = use_of(program).routes;
  fabric::Parameters p;
  p.queue_depth = from.number("fabric.queue_depth_wavelets", used);
  p.ramp_up_cycles = from.number("fabric.ramp_up_latency_cycles", used);
  p.ramp_down_cycles = from.number("fabric.ramp_down_latency_cycles", used);
  p.own_ramp_credit_cycles = from.number("fabric.own_ramp_credit_cycles", use_of(program).own_ramp);
  p.direct_queue_depth = from.number("pe.direct_queue_depth_words", used);
  const auto depths = [&](const char* key, std::array<std::uint8_t, 8>& out) {
    out.fill(0);
    std::size_t queue = 0;
    for (const std::int64_t depth : from.where(used).integers(key)) {
      out.at(queue++) = static_cast<std::uint8_t>(depth);
    }
  };
  depths("pe.input_queue_depth_words", p.input_queue_depth);
  depths("pe.output_queue_depth_words", p.output_queue_depth);
  from.structure(
      {"fabric.hop_latency_cycles", "fabric.link_wavelets_per_cycle", "fabric.color_count",
       "fabric.credit_latency_cycles", "fabric.arbitration", "fabric.multicast"},
      used);
  return p;
}

}  // namespace weft::machine::wse

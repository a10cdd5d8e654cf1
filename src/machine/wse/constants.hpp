// SPDX-License-Identifier: Apache-2.0
// The constants of a WSE tile, read from a topology once and copied into kernels.
#pragma once

#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include "fabric/parameters.hpp"
#include "numerics/float_rules.hpp"
#include "program/wse_limits.hpp"

namespace weft::topology {
class Topology;
struct Rule;
}  // namespace weft::topology

namespace weft::machine::wse {

namespace form = weft::program::wse;

inline constexpr unsigned operation_count = static_cast<unsigned>(form::Operation::count_);
inline constexpr unsigned type_count = static_cast<unsigned>(form::Type::f32) + 1;
inline constexpr unsigned math_count = static_cast<unsigned>(form::MathFunction::count_);
inline constexpr unsigned vector_count = static_cast<unsigned>(form::VectorOperation::count_);

/// A rate or factor as numerator / denominator.
struct Ratio {
  std::uint32_t numerator = 1;
  std::uint32_t denominator = 1;
  friend bool operator==(const Ratio&, const Ratio&) = default;
};

/// Which of several runnable tasks of one priority starts.
enum class TaskPickRule : std::uint8_t {
  oldest_activation,  ///< the one activated first; a data task counts from its word's arrival
  lowest_id,          ///< the one with the lowest id
  round_robin,        ///< the first id after that of the task that started last, going round
};

/// Cycles unless a name says otherwise.
struct Constants {
  std::uint32_t fabric_inputs_per_operation = 2;
  std::uint32_t vector_latency = 3;     ///< from issue to the result's first use
  std::uint32_t dsr_load = 9;           ///< a variable descriptor, into a DSR
  std::uint32_t dsr_constant_load = 2;  ///< a constant one
  std::uint32_t task_activation = 10;   ///< from the pick to the first instruction
  std::uint32_t idle_start = 0;         ///< more, where the main thread was idle
  std::uint32_t launch_east = 0;        ///< a launch's way to the next tile
  std::uint32_t launch_south = 0;
  TaskPickRule task_pick = TaskPickRule::oldest_activation;
  Ratio row_restart{2, 1};  ///< a row of a mem4d operand and operation
  std::uint32_t bank_count = 8;
  std::uint32_t bank_word_bytes = 2;          ///< consecutive words of a bank's width
  std::uint32_t bank_conflict_modulus = 4;    ///< two reads meet in banks that are equal modulo it
  std::uint32_t bank_conflict_divisor = 2;    ///< of the rate, when two reads meet in a bank
  std::uint32_t operand_alignment_bytes = 4;  ///< of both sources, for the full fp32 rate
  std::uint32_t source_distance_bytes = 4;    ///< modulo distance_modulus_bytes, likewise
  std::uint32_t distance_modulus_bytes = 8;
  std::uint32_t misaligned_divisor = 2;   ///< of the fp32 rate with unfavourable placement
  std::uint32_t stride_limit_1_or_7 = 2;  ///< elements a cycle
  std::uint32_t stride_limit_0 = 1;
  std::uint32_t stride_limit_4 = 2;
  std::uint8_t simd_width[vector_count] = {};  ///< elements a cycle
  std::uint16_t scalar[operation_count][type_count] = {};
  std::uint16_t math[math_count] = {};
  std::uint32_t predicated_instructions = 6;  ///< most that a branch skips without a jump
  std::uint16_t branch_taken = 2;             ///< over so few
  std::uint16_t branch_far = 7;               ///< any other jump or taken branch
  std::uint16_t call_return = 7;              ///< `ret` to a caller
  std::uint16_t jump = 2;                     ///< over so few
  std::uint16_t convert = 2;                  ///< from or to floating point
  std::uint16_t widen_32 = 1;                 ///< an integer of 16 bits or fewer to 32
  std::uint16_t widen_64 = 3;                 ///< any integer to 64
  Ratio stream_in_bytes_per_cycle;
  Ratio stream_out_bytes_per_cycle;
  numerics::FloatRules rules;
  form::ConfigurationWords configuration;
  friend bool operator==(const Constants&, const Constants&) = default;
};
static_assert(std::is_trivially_copyable_v<Constants>);

/// Reads what the tiles need. Of the topology's constants, those count as used that this program
/// can meet (program_use.hpp). Category::input names a missing key.
Constants read_constants(const topology::Topology& topology, const form::Program& program);
/// Reads what the fabric needs, likewise.
fabric::Parameters read_fabric_parameters(const topology::Topology& topology,
                                          const form::Program& program);

/// Instructions that a jump at `at` to `target` leaves out; the most there can be for one that goes
/// back.
constexpr std::uint32_t skipped_instructions(std::uint32_t at, std::uint32_t target) {
  return target > at ? target - at - 1 : 0xffffffffU;
}

/// Key of [pe.scalar_cost_cycles] for an operation. Empty for what has a constant of its own (math,
/// vector, timestamp), and for conversions, whose cost depends on both types.
std::string scalar_cost_key(form::Operation operation, form::Type type);
std::string math_cost_key(form::MathFunction function);
/// All of them, each once, sorted.
std::vector<std::string> scalar_cost_keys();
/// Key of [pe.simd].
std::string vector_width_key(form::VectorOperation operation);

/// What every constant of the family may be.
std::vector<topology::Rule> constant_rules();
/// Holds a topology against these, and against what depends on two constants. Throws
/// Category::input or unsupported with file, line, key, value and what is allowed.
void check_constants(const topology::Topology& topology);

}  // namespace weft::machine::wse

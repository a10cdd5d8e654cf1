// SPDX-License-Identifier: Apache-2.0
// Every constant of the wafers pulled one by one: it is read, it changes what was read, it has a
// range; and a run rests on those that its program can meet.
#include "machine/wse/constants.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "program/wse_limits.hpp"
#include "support/constants_of.hpp"

namespace weft::machine::wse {
namespace {

using topology::Topology;

/// As the registry loads it.
Topology load(const std::string& name, const std::vector<topology::Assignment>& overrides = {}) {
  Topology out = topology::load_topology(name, overrides);
  check_constants(out);
  return out;
}

/// What the front end, the tiles and the fabric make of a topology.
struct Reading {
  form::Limits limits;
  Constants constants;
  fabric::Parameters fabric;
  Rectangle most, usual;
  std::int64_t clock_hz = 0;
  std::vector<topology::Rational> host;
  friend bool operator==(const Reading&, const Reading&) = default;
};

/// A program that meets every constant; it would not run.
form::Program everything() {
  form::TileCode code;
  for (unsigned o = 0; o < operation_count; ++o) {
    for (unsigned t = 0; t < type_count; ++t) {
      code.instructions.push_back(
          {.operation = static_cast<form::Operation>(o), .type = static_cast<form::Type>(t)});
    }
  }
  for (const auto operation : {form::Operation::jump, form::Operation::branch_if}) {
    const auto next = static_cast<std::int32_t>(code.instructions.size() + 1);
    code.instructions.push_back({.operation = operation, .immediate = next});
  }
  for (const auto to : {form::Type::i32, form::Type::u64}) {
    code.instructions.push_back({.operation = form::Operation::convert,
                                 .type = form::Type::i16,
                                 .immediate = static_cast<std::int32_t>(to)});
  }
  for (unsigned m = 0; m < math_count; ++m) {
    code.instructions.push_back(
        {.operation = form::Operation::math, .immediate = static_cast<std::int32_t>(m)});
  }
  for (unsigned v = 0; v < vector_count; ++v) {
    form::VectorInstruction vector;
    vector.operation = static_cast<form::VectorOperation>(v);
    vector.destination.kind = form::Operand::Kind::constant_descriptor;
    for (form::Operand& source : vector.sources) source.kind = form::Operand::Kind::descriptor;
    code.vector_instructions.push_back(vector);
  }
  for (const auto kind : {form::DescriptorKind::mem4d, form::DescriptorKind::fabin}) {
    code.descriptors.emplace_back();
    code.descriptors.back().kind = kind;
  }
  code.tasks.resize(2);
  code.entry_points.resize(1);
  code.instructions.push_back(
      {.operation = form::Operation::descriptor_load_register, .immediate = 1});
  form::Program program;
  program.codes.push_back(code);
  form::ColorRoute own_ramp;
  own_ramp.positions[0] = {form::bit(form::Port::ramp), form::bit(form::Port::ramp)};
  program.route_sets = {{own_ramp}};
  program.host_streams = {{"in", true, 0}, {"out", false, 1}};
  return program;
}

/// The host's are the engine's to read (engine/server.cpp).
const char* const host_keys[] = {"host.copy_in_bytes_per_cycle", "host.copy_out_bytes_per_cycle",
                                 "host.command_latency_cycles"};

Reading read(const Topology& topology, const form::Program& program) {
  Reading out{form::read_limits(topology),
              read_constants(topology, program),
              read_fabric_parameters(topology, program),
              topology.max_region(),
              topology.default_region(),
              topology.clock_hz(),
              {}};
  for (const char* key : host_keys) out.host.push_back(topology.rational(key));
  return out;
}

std::set<std::string> rests_on(const Topology& topology) {
  std::set<std::string> keys;
  for (const topology::Constant* constant : topology.rests_on()) keys.insert(constant->key);
  return keys;
}

class EveryConstant : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Wafers, EveryConstant, testing::Values("cerebras-wse2", "cerebras-wse3"));

TEST_P(EveryConstant, IsRead) {
  const Topology topology = load(GetParam());
  read(topology, everything());
  const std::set<std::string> keys = rests_on(topology);
  for (const topology::Constant& constant : topology.constants()) {
    EXPECT_TRUE(keys.contains(constant.key)) << constant.key << " is read by nothing";
  }
}

TEST_P(EveryConstant, ChangesWhatIsReadOrIsRefused) {
  const form::Program program = everything();
  const Topology plain = load(GetParam());
  const Reading before = read(plain, program);
  for (const topology::Rule& rule : constant_rules()) {
    const topology::Constant& constant = plain.constant(rule.key);
    const std::string change = test::changed(rule, constant);
    if (!change.empty()) {
      // Unchecked: some go together, as a count of queues and their depths do.
      const Topology other = topology::load_topology(GetParam(), {change});
      EXPECT_FALSE(read(other, program) == before) << change << " changes nothing";
    }
    try {
      load(GetParam(), {test::outside(rule, constant)});
      ADD_FAILURE() << test::outside(rule, constant) << " is taken";
    } catch (const Error& error) {
      const std::string text = error.what();
      const bool fixed = rule.form == topology::Rule::Form::only;
      EXPECT_EQ(error.category(), fixed ? Category::unsupported : Category::input) << text;
      EXPECT_NE(text.find("constant '" + rule.key + "'"), std::string::npos) << text;
    }
  }
}

std::string refusal(const std::vector<topology::Assignment>& overrides) {
  try {
    load("cerebras-wse2", overrides);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(WaferConstants, ThatGoTogetherAreHeldTogether) {
  EXPECT_NE(refusal({"pe.input_queue_count=7"}).find("must have pe.input_queue_count = 7 elements"),
            std::string::npos);
  EXPECT_EQ(refusal({"pe.input_queue_count=7", "pe.input_queue_depth_words=[6,6,4,4,2,2,2]"}), "");
  EXPECT_EQ(refusal({"fabric.queue_depth_wavelets=8"}),
            "--set fabric.queue_depth_wavelets=8: constant 'fabric.queue_depth_wavelets' and "
            "fabric.ramp_up_latency_cycles = 2 must be 9 at most in sum, is 8");
  EXPECT_NE(refusal({"fabric.ramp_down_latency_cycles=8", "pe.direct_queue_depth_words=9"})
                .find("must be 16 at most in sum"),
            std::string::npos);
  EXPECT_NE(refusal({"pe.local_task_first_id=31"}).find("pe.local_task_last_id = 30 at most"),
            std::string::npos);
  EXPECT_NE(refusal({"pe.scalar_cost_cycles.branch_not_taken=3"}).find("branch_taken = 2 at most"),
            std::string::npos);
}

TEST(WaferConstants, OfWhichARunRestsOnThoseThatItsProgramMeets) {
  form::Program program;
  program.codes.emplace_back();
  program.codes[0].instructions = {{.operation = form::Operation::add, .type = form::Type::i16},
                                   {.operation = form::Operation::ret, .type = form::Type::u16}};
  const Topology topology = load("cerebras-wse2");
  read_constants(topology, program);
  read_fabric_parameters(topology, program);
  EXPECT_EQ(rests_on(topology),
            (std::set<std::string>{"pe.idle_start_cycles", "pe.issue_per_cycle",
                                   "pe.scalar_cost_cycles.integer_16",
                                   "pe.scalar_cost_cycles.return", "pe.task_activation_cycles"}));
}

form::Instruction instruction(form::Operation operation, form::Type type, form::Type to) {
  return {.operation = operation, .type = type, .immediate = static_cast<std::int32_t>(to)};
}

TEST(WaferConstants, OfJumpsAndConversionsByWhatTheyDo) {
  using enum form::Type;
  constexpr auto convert = form::Operation::convert;
  form::Program program;
  program.codes.emplace_back();
  const auto prefix = [](const char* name) { return std::string("pe.scalar_cost_cycles.") + name; };
  const auto keys = [&](std::vector<form::Instruction> instructions) {
    program.codes[0].instructions = std::move(instructions);
    const Topology fresh = load("cerebras-wse2");
    read_constants(fresh, program);
    return rests_on(fresh);
  };
  EXPECT_FALSE(keys({instruction(convert, i32, u16)}).contains(prefix("convert")));
  EXPECT_FALSE(keys({instruction(convert, i16, u16)}).contains(prefix("widen_32")));
  EXPECT_TRUE(keys({instruction(convert, i16, i32)}).contains(prefix("widen_32")));
  EXPECT_TRUE(keys({instruction(convert, i32, f32)}).contains(prefix("convert")));
  const form::Instruction near{.operation = form::Operation::branch_if, .immediate = 7};
  const form::Instruction far{.operation = form::Operation::branch_if, .immediate = 8};
  const form::Instruction back{.operation = form::Operation::jump, .immediate = 0};
  EXPECT_TRUE(keys({near}).contains(prefix("branch_taken")));
  EXPECT_FALSE(keys({near}).contains(prefix("branch_far")));
  EXPECT_TRUE(keys({far}).contains(prefix("branch_far")));
  EXPECT_FALSE(keys({far}).contains(prefix("branch_taken")));
  EXPECT_TRUE(keys({back}).contains(prefix("branch_far")));
  EXPECT_FALSE(keys({back}).contains(prefix("jump")));
}

}  // namespace
}  // namespace weft::machine::wse

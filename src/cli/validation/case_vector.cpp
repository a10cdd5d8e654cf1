// SPDX-License-Identifier: Apache-2.0
// Case A3: one vector operation on fp32 arrays between two time stamps.
#include <string>

#include "cli/validation/run_row.hpp"

namespace weft::cli::validation {

using namespace program::wse;

namespace {

struct Micro {
  const char* name;
  VectorOperation operation;
  bool conflict;   ///< both sources in the same banks
  bool preloaded;  ///< descriptors in registers
  std::uint32_t n;
  double published;
};

/// c = c op b in place: of 5124 elements only two arrays fit.
RowProgram micro_program(const Micro& m) {
  CodeBuilder b("micro");
  const std::uint16_t data = b.allocate("data", Type::f32, m.n + 2, 8, "data");
  const std::uint16_t other = b.allocate("other", Type::f32, m.n + 2, 8);
  const std::vector<float> ones(m.n + 2, 1.0F);
  b.initialise_values(data, std::span<const float>(ones));
  b.initialise_values(other, std::span<const float>(ones));
  const auto c = b.descriptor(mem1d(data, m.n));
  const auto shift = static_cast<std::uint16_t>(m.conflict ? 0 : 4);
  const auto d = b.descriptor(mem1d(static_cast<std::uint16_t>(other + shift), m.n));
  const std::uint16_t begin = b.allocate("begin", Type::u32, 1, 0, "begin");
  const std::uint16_t end = b.allocate("end", Type::u32, 1, 0, "end");
  b.function("main");
  b.emit({.operation = Operation::timestamp_enable, .immediate = 1});
  const auto operand = [&](std::uint16_t k) {
    return m.preloaded ? register_operand(k) : descriptor_operand(k);
  };
  const Register before = b.timestamp();
  b.vector(vector_instruction(m.operation, operand(c), {operand(c), operand(d)}));
  const Register after = b.timestamp();
  b.store(Type::u32, before, no_register, begin);
  b.store(Type::u32, after, no_register, end);
  b.end();
  b.start_active(b.task(TaskKind::local, 14, {0}));
  ProgramBuilder p(Generation::wse2, 1, 1);
  p.place(0, 0, p.add_code(b.finish()));
  const float expected = m.operation == VectorOperation::fadds ? 2.0F : 1.0F;
  return {p.finish(), 0, 0, 1, m.n, expected};
}

}  // namespace

std::vector<Row> a3(Context& context) {
  constexpr auto multiply = VectorOperation::fmuls;
  constexpr auto add = VectorOperation::fadds;
  static const Micro micros[] = {
      {"A3 fmuls aligned", multiply, false, true, 1028, 1034},
      {"A3 fmuls aligned", multiply, false, true, 5124, 5130},
      {"A3 fmuls same banks", multiply, true, true, 1028, 2062},
      {"A3 fmuls same banks", multiply, true, true, 5124, 10254},
      {"A3 fmuls same banks, in line", multiply, true, false, 1028, 2089},
      {"A3 fmuls aligned, in line", multiply, false, false, 5124, 5158},
      {"A3 fadds aligned, in line", add, false, false, 5124, 2597},
  };
  std::vector<Row> rows;
  for (const Micro& m : micros) {
    const RowTimes times = run_row(context, micro_program(m));
    Row row;
    row.name = std::string(m.name) + ", n " + std::to_string(m.n);
    row.machine = "cerebras-wse2";
    row.published = m.published;
    row.ours = static_cast<double>(times.end - times.begin);
    row.bound_absolute = 2;
    row.source = "pr0f3ss/SpMM_Cerebras fmacs_test COO_benchmark.csv";
    row.rests_on = take_grounds(context);
    rows.push_back(row);
  }
  return rows;
}

}  // namespace weft::cli::validation

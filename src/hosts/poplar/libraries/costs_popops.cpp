// SPDX-License-Identifier: Apache-2.0
// Cycle formulas of the vertices of popops.

#include <algorithm>
#include <string>

#include "hosts/poplar/libraries/cost_rules.hpp"
#include "popops/ExprOp.hpp"

namespace weft::libraries {

using frontends::poplar::register_library_cost;
using popops::expr::BinaryOpType;
using popops::expr::UnaryOpType;

namespace {

/// What a loop takes for so many elements.
struct Loop {
  std::uint64_t cycles = 0;
  std::uint64_t elements = 1;
};

/// A loop of one vector of floats or halves; other types go element by element in C++.
Loop loop(const CostQuery& query, ElementType type, std::uint64_t single, std::uint64_t half) {
  constexpr std::uint64_t integer_cycles = 6;
  if (!is_floating(type)) return {integer_cycles, 1};
  return {type == ElementType::single ? single : half, vector_width(query, type)};
}

Loop unary_loop(const CostQuery& query, UnaryOpType op, ElementType type) {
  switch (op) {
    case UnaryOpType::SQRT:
      return loop(query, type, 10, 23);
    case UnaryOpType::RSQRT:
      return loop(query, type, 8, 19);
    case UnaryOpType::EXPONENT:
    case UnaryOpType::EXPONENT2:
      return loop(query, type, 6, 4);
    case UnaryOpType::LOGARITHM:
    case UnaryOpType::TANH:
      return loop(query, type, 12, 4);
    case UnaryOpType::SIGMOID:
      return loop(query, type, 12, 6);
    case UnaryOpType::INVERSE:
      return loop(query, type, 6, 15);
    case UnaryOpType::RELU:
      return loop(query, type, 3, 3);
    case UnaryOpType::SQUARE:
    case UnaryOpType::NEGATE:
    case UnaryOpType::ABSOLUTE:
      return loop(query, type, 2, 2);
    case UnaryOpType::SIN:
    case UnaryOpType::COS:
    case UnaryOpType::TAN:
      return type == ElementType::single ? Loop{2300, 1} : Loop{25, 1};
    case UnaryOpType::ASIN:
    case UnaryOpType::CBRT:
    case UnaryOpType::ERF:
    case UnaryOpType::GELU_ERF:
    case UnaryOpType::EXPONENT_MINUS_ONE:
    case UnaryOpType::LOGARITHM_ONE_PLUS:
      return {300, 1};
    default:
      return loop(query, type, 14, 9);
  }
}

Loop binary_loop(const CostQuery& query, BinaryOpType op, ElementType type) {
  switch (op) {
    case BinaryOpType::ADD:
    case BinaryOpType::SUBTRACT:
    case BinaryOpType::MULTIPLY:
      return loop(query, type, 3, 3);
    case BinaryOpType::DIVIDE:
      return loop(query, type, 10, 21);
    case BinaryOpType::MAXIMUM:
    case BinaryOpType::MINIMUM:
      return loop(query, type, 3, 4);
    case BinaryOpType::POWER:
      return {type == ElementType::single ? 312U : 325U, 1};
    case BinaryOpType::ATAN2:
      return loop(query, type, 272, 544);
    case BinaryOpType::REMAINDER:
      return loop(query, type, 133, 266);
    default:
      return loop(query, type, 14, 9);
  }
}

std::uint64_t loops(const Loop& loop, std::uint64_t elements) {
  return divide_up(elements, loop.elements) * loop.cycles;
}

UnaryOpType unary_of(const CostQuery& query) {
  return static_cast<UnaryOpType>(query.integer("op"));
}
BinaryOpType binary_of(const CostQuery& query) {
  return static_cast<BinaryOpType>(query.integer("op"));
}

/// All workers over one vector.
Cost one_vector(const CostQuery& query, const Loop& loop, std::uint64_t prologue,
                const char* field) {
  const std::uint64_t elements = query.elements(field);
  return {all_workers(query, prologue + loops(loop, worker_share(query, elements))), elements};
}

/// One worker over rows.
Cost rows(const CostQuery& query, const Loop& loop, std::uint64_t prologue, const char* field) {
  constexpr std::uint64_t row_cycles = 11;
  std::uint64_t cycles = prologue;
  for (std::uint64_t row = 0; row < query.rows(field); ++row) {
    cycles += row_cycles + loops(loop, query.elements_of_row(field, row));
  }
  return {cycles, query.elements(field)};
}

std::uint64_t binary_prologue(ElementType type) { return type == ElementType::half ? 26 : 29; }

void register_unary() {
  for (const bool in_place : {false, true}) {
    const std::string end = in_place ? "InPlace" : "";
    const char* field = in_place ? "inOut" : "in";
    register_library_cost("popops::UnaryOp1D" + end, [field](const CostQuery& query) {
      return one_vector(query, unary_loop(query, unary_of(query), query.type(field)), 20, field);
    });
    register_library_cost("popops::UnaryOp2D" + end, [field](const CostQuery& query) {
      return rows(query, unary_loop(query, unary_of(query), query.type(field)), 20, field);
    });
    register_library_cost("popops::BroadcastScalar1D" + end, [field](const CostQuery& query) {
      Loop loop = binary_loop(query, binary_of(query), query.type(field));
      if (loop.cycles == 3) loop.cycles = 2;  // one load fewer
      return one_vector(query, loop, 20, field);
    });
    register_library_cost("popops::BroadcastScalar2D" + end, [field](const CostQuery& query) {
      return rows(query, binary_loop(query, binary_of(query), query.type(field)), 20, field);
    });
  }
}

/// 15 + rows * (7 + vectors): rows of the repeated vector, or of one of its elements.
Cost broadcast_vector(const CostQuery& query, const char* field) {
  const Loop loop = binary_loop(query, binary_of(query), query.type(field));
  const std::uint64_t share = worker_share(query, query.elements(field));
  const auto inner = static_cast<std::uint64_t>(query.integer("inner"));
  const std::uint64_t columns =
      std::max<std::uint64_t>(1, inner > 1 ? inner : query.elements("in2"));
  const std::uint64_t each = std::min(columns, std::max<std::uint64_t>(share, 1));
  const std::uint64_t count = divide_up(share, each);
  const std::uint64_t cycles = loop.cycles == 3 ? 2 : loop.cycles;
  return {all_workers(query, 15 + count * (7 + loops({cycles, loop.elements}, each))),
          query.elements(field)};
}

void register_binary() {
  for (const bool in_place : {false, true}) {
    const std::string end = in_place ? "InPlace" : "";
    const char* result = in_place ? "in1Out" : "out";
    register_library_cost("popops::BinaryOp1D" + end, [result](const CostQuery& query) {
      const auto type = query.type("in2");
      return one_vector(query, binary_loop(query, binary_of(query), type), binary_prologue(type),
                        result);
    });
    register_library_cost("popops::BinaryOp2D" + end, [result, in_place](const CostQuery& query) {
      return rows(query, binary_loop(query, binary_of(query), query.type("in2")), in_place ? 20 : 5,
                  result);
    });
    const char* vector = in_place ? "in1Out" : "in1";
    register_library_cost("popops::BroadcastVector1D" + end, [vector](const CostQuery& query) {
      return broadcast_vector(query, vector);
    });
  }
  for (const char* name : {"popops::Select", "popops::Clamp"}) {
    register_library_cost(name, [](const CostQuery& query) {
      return one_vector(query, loop(query, query.type("out"), 14, 9), 29, "out");
    });
  }
}

/// Stores of 64 bits, one a cycle.
Loop store_loop(ElementType type) { return {1, std::max(1U, 8 / program::ipu::bytes_of(type))}; }

void register_simple() {
  register_library_cost("popops::Fill", [](const CostQuery& query) {
    return one_vector(query, store_loop(query.type("out")), 12, "out");
  });
  register_library_cost("popops::Fill2d", [](const CostQuery& query) {
    return rows(query, store_loop(query.type("out")), 12, "out");
  });
  const auto cast_loop = [](const CostQuery& query) {
    const auto in = query.type("in");
    const auto out = query.type("out");
    if (!is_floating(in) || !is_floating(out)) return Loop{6, 1};
    return Loop{2, std::min(vector_width(query, in), vector_width(query, out))};
  };
  register_library_cost("popops::Cast1D", [cast_loop](const CostQuery& query) {
    return one_vector(query, cast_loop(query), 26, "out");
  });
  register_library_cost("popops::Cast2D", [cast_loop](const CostQuery& query) {
    return rows(query, cast_loop(query), 20, "out");
  });
  const auto add_loop = [](const CostQuery& query) { return loop(query, query.type("a"), 3, 3); };
  register_library_cost("popops::ScaledAdd1D", [add_loop](const CostQuery& query) {
    return one_vector(query, add_loop(query), 29, "a");
  });
  register_library_cost("popops::ScaledAddTensor", [add_loop](const CostQuery& query) {
    return one_vector(query, add_loop(query), 35, "a");
  });
  register_library_cost("popops::ScaledAdd2D", [add_loop](const CostQuery& query) {
    return rows(query, add_loop(query), 20, "a");
  });
}

std::uint64_t log2_of(std::uint64_t value) {
  std::uint64_t log = 0;
  while (value > 1) {
    value /= 2;
    ++log;
  }
  return log;
}

/// 33 + for each row 24 + 2 log2(width) + (load + 3) a vector of partials, of the busiest worker.
Cost reduce(const CostQuery& query) {
  const auto type = query.type("in");
  const std::uint64_t width = vector_width(query, type);
  const std::uint64_t per_vector = is_floating(type) ? 5 : 6;
  std::uint64_t cycles = 33;
  const std::uint64_t workers = query.constant("tile.worker_contexts");
  const std::uint64_t outputs = query.elements("out");
  std::uint64_t vectors = 0;
  for (std::uint64_t row = 0; row < query.rows("in"); ++row) {
    vectors += divide_up(query.elements_of_row("in", row), width);
  }
  const std::uint64_t busy = std::max<std::uint64_t>(1, std::min(workers, outputs));
  cycles += divide_up(query.rows("out"), busy) * (24 + 2 * log2_of(width));
  cycles += divide_up(vectors, busy) * per_vector;
  return {all_workers(query, cycles), query.elements("in")};
}

/// Elements found by number: 30 + 19 a number + 2 a vector.
Cost slices(const CostQuery& query) {
  const auto type = query.type("out");
  const std::uint64_t bytes = query.elements("out") * program::ipu::bytes_of(type);
  return {all_workers(query, 30 + 19 + worker_share(query, divide_up(bytes, 8)) * 2), 0};
}

/// The family of single-input reductions with 128-bit loads.
Cost local_read(const CostQuery& query) {
  constexpr std::uint64_t fixed_cycles = 3 + 6 + 5 + 3;
  const std::uint64_t bytes =
      worker_share(query, query.elements("data")) * program::ipu::bytes_of(query.type("data"));
  const std::uint64_t loads = divide_up(bytes, query.constant("tile.load_bytes_per_cycle"));
  return {all_workers(query, fixed_cycles + loads), query.elements("data")};
}

}  // namespace

void register_popops_costs() {
  static const bool once = [] {
    register_unary();
    register_binary();
    register_simple();
    register_library_cost("popops::Reduce", reduce);
    register_library_cost("weft::LocalRead", local_read);
    register_library_cost("popops::DynamicSlice1d", slices);
    register_library_cost("popops::DynamicUpdateSlice1d", slices);
    register_library_cost("popops::Gather", slices);
    register_library_cost("popops::Iota", [](const CostQuery& query) {
      return one_vector(query, {2, 2}, 20, "out");
    });
    register_library_cost("popops::EncodeOneHot", [](const CostQuery& query) {
      return one_vector(query, store_loop(query.type("out")), 30, "out");
    });
    return true;
  }();
  (void)once;
}

}  // namespace weft::libraries

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

/// A loop of one vector of floats or halves, entry `name` of the tables fp32_vector_cycles and
/// fp16_vector_cycles; other types go element by element in C++.
Loop loop(const CostQuery& query, ElementType type, const std::string& name) {
  if (!is_floating(type)) return {vertex_cost(query, "element_cycles.integer"), 1};
  const bool single = type == ElementType::single;
  return {vertex_cost(query, (single ? "fp32_vector_cycles." : "fp16_vector_cycles.") + name),
          vector_width(query, type)};
}

/// Element by element, entry `name` of the table element_cycles with the type at its end.
Loop element_loop(const CostQuery& query, ElementType type, const std::string& name) {
  const bool single = type == ElementType::single;
  return {vertex_cost(query, "element_cycles." + name + (single ? "_fp32" : "_fp16")), 1};
}

Loop unary_loop(const CostQuery& query, UnaryOpType op, ElementType type) {
  switch (op) {
    case UnaryOpType::SQRT:
      return loop(query, type, "sqrt");
    case UnaryOpType::RSQRT:
      return loop(query, type, "rsqrt");
    case UnaryOpType::EXPONENT:
    case UnaryOpType::EXPONENT2:
      return loop(query, type, "exponent");
    case UnaryOpType::LOGARITHM:
      return loop(query, type, "logarithm");
    case UnaryOpType::TANH:
      return loop(query, type, "tanh");
    case UnaryOpType::SIGMOID:
      return loop(query, type, "sigmoid");
    case UnaryOpType::INVERSE:
      return loop(query, type, "inverse");
    case UnaryOpType::RELU:
      return loop(query, type, "relu");
    case UnaryOpType::SQUARE:
    case UnaryOpType::NEGATE:
    case UnaryOpType::ABSOLUTE:
      return loop(query, type, "square");
    case UnaryOpType::SIN:
    case UnaryOpType::COS:
    case UnaryOpType::TAN:
      return element_loop(query, type, "trigonometric");
    case UnaryOpType::ASIN:
    case UnaryOpType::CBRT:
    case UnaryOpType::ERF:
    case UnaryOpType::GELU_ERF:
    case UnaryOpType::EXPONENT_MINUS_ONE:
    case UnaryOpType::LOGARITHM_ONE_PLUS:
      return {vertex_cost(query, "element_cycles.special"), 1};
    default:
      return loop(query, type, "other");
  }
}

/// `scalar`: one operand is the same for all elements of the loop, one load fewer.
Loop binary_loop(const CostQuery& query, BinaryOpType op, ElementType type, bool scalar = false) {
  switch (op) {
    case BinaryOpType::ADD:
    case BinaryOpType::SUBTRACT:
    case BinaryOpType::MULTIPLY:
      return loop(query, type, scalar ? "add_scalar" : "add");
    case BinaryOpType::DIVIDE:
      return loop(query, type, "divide");
    case BinaryOpType::MAXIMUM:
    case BinaryOpType::MINIMUM:
      return loop(query, type, scalar ? "maximum_scalar" : "maximum");
    case BinaryOpType::POWER:
      return element_loop(query, type, "power");
    case BinaryOpType::ATAN2:
      return loop(query, type, "atan2");
    case BinaryOpType::REMAINDER:
      return loop(query, type, "remainder");
    default:
      return loop(query, type, "other");
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

std::uint64_t prologue_cycles(const CostQuery& query, const std::string& name) {
  return vertex_cost(query, "prologue_cycles." + name);
}

/// All workers over one vector, after the prologue of that name.
Cost one_vector(const CostQuery& query, const Loop& loop, const std::string& prologue,
                const char* field) {
  const std::uint64_t elements = query.elements(field);
  const std::uint64_t share = worker_share(query, elements);
  return {all_workers(query, prologue_cycles(query, prologue) + loops(loop, share)), elements};
}

/// One worker over rows.
Cost rows(const CostQuery& query, const Loop& loop, const std::string& prologue,
          const char* field) {
  const std::uint64_t row_cycles = vertex_cost(query, "row_cycles.two_dimensional");
  std::uint64_t cycles = prologue_cycles(query, prologue);
  for (std::uint64_t row = 0; row < query.rows(field); ++row) {
    cycles += row_cycles + loops(loop, query.elements_of_row(field, row));
  }
  return {cycles, query.elements(field)};
}

const char* binary_prologue(ElementType type) {
  return type == ElementType::half ? "binary_1d_fp16" : "binary_1d";
}

void register_unary() {
  for (const bool in_place : {false, true}) {
    const std::string end = in_place ? "InPlace" : "";
    const char* field = in_place ? "inOut" : "in";
    register_library_cost("popops::UnaryOp1D" + end, [field](const CostQuery& query) {
      return one_vector(query, unary_loop(query, unary_of(query), query.type(field)), "unary_1d",
                        field);
    });
    register_library_cost("popops::UnaryOp2D" + end, [field](const CostQuery& query) {
      return rows(query, unary_loop(query, unary_of(query), query.type(field)), "unary_2d", field);
    });
    register_library_cost("popops::BroadcastScalar1D" + end, [field](const CostQuery& query) {
      return one_vector(query, binary_loop(query, binary_of(query), query.type(field), true),
                        "scalar_1d", field);
    });
    register_library_cost("popops::BroadcastScalar2D" + end, [field](const CostQuery& query) {
      return rows(query, binary_loop(query, binary_of(query), query.type(field)), "scalar_2d",
                  field);
    });
  }
}

/// Prologue + rows * (row + vectors): rows of the repeated vector, or of one of its elements.
Cost broadcast_vector(const CostQuery& query, const char* field) {
  const Loop loop = binary_loop(query, binary_of(query), query.type(field), true);
  const std::uint64_t share = worker_share(query, query.elements(field));
  const auto inner = static_cast<std::uint64_t>(query.integer("inner"));
  const std::uint64_t columns =
      std::max<std::uint64_t>(1, inner > 1 ? inner : query.elements("in2"));
  const std::uint64_t each = std::min(columns, std::max<std::uint64_t>(share, 1));
  const std::uint64_t row = vertex_cost(query, "row_cycles.broadcast_vector") + loops(loop, each);
  return {
      all_workers(query, prologue_cycles(query, "broadcast_vector") + divide_up(share, each) * row),
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
      return rows(query, binary_loop(query, binary_of(query), query.type("in2")),
                  in_place ? "binary_2d_in_place" : "binary_2d", result);
    });
    const char* vector = in_place ? "in1Out" : "in1";
    register_library_cost("popops::BroadcastVector1D" + end, [vector](const CostQuery& query) {
      return broadcast_vector(query, vector);
    });
  }
  for (const char* name : {"popops::Select", "popops::Clamp"}) {
    register_library_cost(name, [](const CostQuery& query) {
      return one_vector(query, loop(query, query.type("out"), "other"), "ternary", "out");
    });
  }
}

/// Stores of 64 bits.
Loop store_loop(const CostQuery& query, ElementType type) {
  return {vertex_cost(query, "vector_cycles.store"),
          std::max<std::uint64_t>(1, data_path_bytes(query) / program::ipu::bytes_of(type))};
}

Loop cast_loop(const CostQuery& query) {
  const auto in = query.type("in");
  const auto out = query.type("out");
  if (!is_floating(in) || !is_floating(out))
    return {vertex_cost(query, "element_cycles.cast_integer"), 1};
  Loop loop_of_in = loop(query, in, "cast");
  loop_of_in.elements = std::min(loop_of_in.elements, vector_width(query, out));
  return loop_of_in;
}

void register_simple() {
  register_library_cost("popops::Fill", [](const CostQuery& query) {
    return one_vector(query, store_loop(query, query.type("out")), "fill", "out");
  });
  register_library_cost("popops::Fill2d", [](const CostQuery& query) {
    return rows(query, store_loop(query, query.type("out")), "fill", "out");
  });
  register_library_cost("popops::Cast1D", [](const CostQuery& query) {
    return one_vector(query, cast_loop(query), "cast_1d", "out");
  });
  register_library_cost("popops::Cast2D", [](const CostQuery& query) {
    return rows(query, cast_loop(query), "cast_2d", "out");
  });
  const auto add_loop = [](const CostQuery& query) { return loop(query, query.type("a"), "add"); };
  register_library_cost("popops::ScaledAdd1D", [add_loop](const CostQuery& query) {
    return one_vector(query, add_loop(query), "scaled_add_1d", "a");
  });
  register_library_cost("popops::ScaledAddTensor", [add_loop](const CostQuery& query) {
    return one_vector(query, add_loop(query), "scaled_add_tensor", "a");
  });
  register_library_cost("popops::ScaledAdd2D", [add_loop](const CostQuery& query) {
    return rows(query, add_loop(query), "scaled_add_2d", "a");
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

/// Start, and for each row its own and a check for each power of two below the vector's width; a
/// load and an operation a vector of partials; all of the busiest worker.
Cost reduce(const CostQuery& query) {
  const auto type = query.type("in");
  const std::uint64_t width = vector_width(query, type);
  const std::uint64_t per_vector = is_floating(type)
                                       ? loop(query, type, "reduce").cycles
                                       : vertex_cost(query, "element_cycles.reduce_integer");
  const std::uint64_t row = vertex_cost(query, "reduce_cycles.row") +
                            vertex_cost(query, "reduce_cycles.check") * log2_of(width);
  const std::uint64_t workers = query.constant("tile.worker_contexts");
  const std::uint64_t outputs = query.elements("out");
  std::uint64_t vectors = 0;
  for (std::uint64_t r = 0; r < query.rows("in"); ++r) {
    vectors += divide_up(query.elements_of_row("in", r), width);
  }
  const std::uint64_t busy = std::max<std::uint64_t>(1, std::min(workers, outputs));
  const std::uint64_t cycles = vertex_cost(query, "reduce_cycles.start") +
                               divide_up(query.rows("out"), busy) * row +
                               divide_up(vectors, busy) * per_vector;
  return {all_workers(query, cycles), query.elements("in")};
}

/// Elements found by number: a number, and the vectors of 64 bits behind it.
Cost slices(const CostQuery& query) {
  const auto type = query.type("out");
  const std::uint64_t bytes = query.elements("out") * program::ipu::bytes_of(type);
  const std::uint64_t vectors = worker_share(query, divide_up(bytes, data_path_bytes(query)));
  return {all_workers(query, vertex_cost(query, "slice_cycles.start") +
                                 vertex_cost(query, "slice_cycles.offset") +
                                 vectors * vertex_cost(query, "vector_cycles.slice")),
          0};
}

/// The family of single-input reductions with 128-bit loads.
Cost local_read(const CostQuery& query) {
  const std::uint64_t bytes =
      worker_share(query, query.elements("data")) * program::ipu::bytes_of(query.type("data"));
  const std::uint64_t loads = divide_up(bytes, query.constant("tile.load_bytes_per_cycle"));
  return {all_workers(query, vertex_cost(query, "reduce_cycles.single_input") +
                                 loads * vertex_cost(query, "vector_cycles.load")),
          query.elements("data")};
}

}  // namespace

void register_popops_costs() {
  static const bool once = [] {
    register_unary();
    register_binary();
    register_simple();
    register_sort_costs();
    register_slice_costs();
    register_library_cost("popops::Reduce", reduce);
    register_library_cost("weft::LocalRead", local_read);
    register_library_cost("popops::DynamicSlice1d", slices);
    register_library_cost("popops::DynamicUpdateSlice1d", slices);
    register_library_cost("popops::Gather", slices);
    register_library_cost("popops::Iota", [](const CostQuery& query) {
      return one_vector(query,
                        {vertex_cost(query, "vector_cycles.iota"), data_path_bytes(query) / 4},
                        "iota", "out");
    });
    register_library_cost("popops::EncodeOneHot", [](const CostQuery& query) {
      return one_vector(query, store_loop(query, query.type("out")), "one_hot", "out");
    });
    return true;
  }();
  (void)once;
}

}  // namespace weft::libraries

// SPDX-License-Identifier: Apache-2.0
// What a compiled codelet hands to weft: program/ipu_codelet.hpp again, for C++17 and later. A test
// holds the two together.
#pragma once

#include <cstdint>

namespace weft {
namespace codelet {

enum class ElementType : std::uint8_t {
  boolean,
  signed_char,
  unsigned_char,
  signed_short,
  unsigned_short,
  signed_int,
  unsigned_int,
  signed_long_long,
  unsigned_long_long,
  half,
  single,
};
enum class VertexKind : std::uint8_t { worker, multi, supervisor };
enum class FieldRole : std::uint8_t { input, output, in_out, state };
enum class FieldShape : std::uint8_t { scalar_edge, vector, vector_list, state };
enum class FieldLayout : std::uint8_t {
  span,
  short_span,
  one_ptr,
  compact_ptr,
  scaled_ptr32,
  scaled_ptr64,
  scaled_ptr128,
  compact_delta_n,
  delta_n,
};

/// A size of its own type: a store to an unsigned element can't change it, so that loops over
/// vectors of unsigned keep their bound in a register.
enum class Size : std::uint32_t {};

struct VectorReference {
  void* data = nullptr;
  Size size = Size{};
  std::uint32_t reserved = 0;
};

struct FieldInfo {
  const char* name;
  FieldRole role;
  FieldShape shape;
  ElementType type;
  FieldLayout layout;
  std::uint32_t offset;
  std::uint32_t bytes;
  std::uint32_t alignment;
  bool interleaved;
};

struct Math {
  double (*exp)(double);
  double (*exp2)(double);
  double (*log)(double);
  double (*log2)(double);
  double (*sin)(double);
  double (*cos)(double);
  double (*tan)(double);
  double (*tanh)(double);
  double (*atan)(double);
  double (*pow)(double, double);
};

struct Context {
  std::uint32_t tile;
  std::uint32_t worker;
  std::uint32_t workers;
  std::uint64_t cycle;
  std::uint64_t after;
  std::uint64_t random;
  bool stochastic_rounding;
  const Math* math;
  char trap[80];
};

struct CodeletInfo {
  const char* name;
  VertexKind kind;
  std::uint32_t bytes;
  std::uint32_t alignment;
  const FieldInfo* fields;
  std::uint32_t field_count;
  void (*construct)(void*);
  bool (*compute)(void*, std::uint32_t);
};

inline constexpr std::uint32_t abi = 4;

struct Module {
  std::uint32_t abi;
  std::uint32_t count;
  const CodeletInfo* codelets;
  void (*set_context)(Context*);
};

}  // namespace codelet
}  // namespace weft

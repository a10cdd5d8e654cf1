// SPDX-License-Identifier: Apache-2.0
// What a compiled codelet offers and how a machine calls it: the contract between a codelet library
// and weft. Plain data and function pointers; needs nothing but the C++ library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weft::program::ipu {

/// Element types of tensors, as the tile stores them.
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
/// Bytes of an element in tile memory (boolean: 1).
std::uint32_t bytes_of(ElementType type);
/// "float", "half", "int" ...: as a codelet spells it.
std::string_view name_of(ElementType type);

/// How a vertex runs on a tile.
enum class VertexKind : std::uint8_t {
  worker,      ///< compute() once, on one of the workers
  multi,       ///< compute(worker) on all workers (MultiVertex)
  supervisor,  ///< compute() once, on the supervisor, workers idle
};

enum class FieldRole : std::uint8_t { input, output, in_out, state };

/// What a field is inside the vertex object.
enum class FieldShape : std::uint8_t {
  scalar_edge,  ///< Input<float>: one element; the object holds a `void*`
  vector,       ///< Input<Vector<float>>: the object holds a VectorReference
  vector_list,  ///< Vector<Input<Vector<float>>>: a VectorReference to an array of VectorReferences
  state,        ///< a plain member: its bytes
};

/// Poplar's vector layouts: they decide what a pointer costs in tile memory, not the host object.
enum class FieldLayout : std::uint8_t {
  span,
  short_span,
  one_ptr,
  compact_ptr,
  scaled_ptr32,
  scaled_ptr64,
  scaled_ptr128,
  compact_delta_n,  ///< lists only
  delta_n           ///< lists only
};

/// Contents of a vector field of a vertex object, whatever its layout.
struct VectorReference {
  void* data = nullptr;
  std::uint32_t size = 0;  ///< elements
  std::uint32_t reserved = 0;
};

struct FieldInfo {
  const char* name = nullptr;
  FieldRole role = FieldRole::state;
  FieldShape shape = FieldShape::state;
  ElementType type = ElementType::single;
  FieldLayout layout = FieldLayout::span;  ///< of the vectors
  std::uint32_t offset = 0;                ///< in the vertex object
  std::uint32_t bytes = 0;                 ///< state: size of the member
  std::uint32_t alignment = 1;             ///< edges: of the data in tile memory, bytes
  bool interleaved = false;                ///< edges: data wanted in interleaved memory
};

/// Elementary functions for codelets (fp64 in and out), so that every host gives the same bits.
struct CodeletMath {
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

/// What a running codelet may ask of its tile. One a host thread; set before compute().
struct CodeletContext {
  std::uint32_t tile = 0;     ///< of the machine, ipu * tiles per ipu + tile
  std::uint32_t worker = 0;   ///< 0 .. workers - 1
  std::uint32_t workers = 1;  ///< of the tile: tile.worker_contexts of its machine
  std::uint64_t cycle = 0;    ///< what the tile's clock shows: when the vertex begins ...
  std::uint64_t after = 0;    ///< ... and, once it was read, when the vertex ends
  std::uint64_t random = 0;   ///< state of the generator for stochastic rounding and random numbers
  bool stochastic_rounding = false;
  const CodeletMath* math = nullptr;  ///< null: the host's libm
  char trap[80] = {};                 ///< what a check of the code found before it trapped, or ""
};

struct CodeletInfo {
  const char* name = nullptr;  ///< as addVertex() spells it: "Dot", "Scale<float,true>"
  VertexKind kind = VertexKind::worker;
  std::uint32_t bytes = 0;            ///< of the vertex object on the host
  std::uint32_t alignment = 1;        ///< likewise
  const FieldInfo* fields = nullptr;  ///< in order of declaration
  std::uint32_t field_count = 0;
  void (*construct)(void* where) = nullptr;  ///< default-constructs; nothing needs destruction
  bool (*compute)(void* vertex, std::uint32_t worker) = nullptr;
};

#ifndef WEFT_CODELET_FAULT  // poplar/codelet/fault.hpp has it too: a codelet sees no C++20 header
#define WEFT_CODELET_FAULT
/// Thrown by a codelet (bounds check, assertion); the machine adds vertex, tile and cycle.
struct CodeletFault {
  std::string what;  ///< "index 12 of field 'in' is out of range: it has 8 elements"
};
#endif

inline constexpr std::uint32_t codelet_abi = 4;

/// What a codelet library exports as `extern "C" const CodeletModule* weft_codelet_module()`.
struct CodeletModule {
  std::uint32_t abi = codelet_abi;
  std::uint32_t count = 0;
  const CodeletInfo* codelets = nullptr;
  void (*set_context)(CodeletContext*) = nullptr;  ///< for the calling thread
};

/// A codelet and the module it came from.
struct RegisteredCodelet {
  const CodeletInfo* info = nullptr;
  const CodeletModule* module = nullptr;
};

/// Makes a module's codelets known to this process; `module` lives for ever. Codelets compiled in
/// are added so, once, by whoever links them.
void register_codelets(const CodeletModule& module);
/// Loads a codelet library (a shared object's bytes) and returns its module; the same bytes are
/// loaded once. It is not registered by name: programs may define the same name differently.
/// Category::input when it is none or of another abi.
const CodeletModule& load_codelets(std::span<const std::byte> library);
/// A compiled-in codelet by name; info is null when there is none.
RegisteredCodelet find_registered_codelet(std::string_view name);
/// A codelet of a module by name; null when there is none.
const CodeletInfo* find_codelet(const CodeletModule& module, std::string_view name);

}  // namespace weft::program::ipu

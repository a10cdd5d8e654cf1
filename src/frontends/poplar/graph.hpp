// SPDX-License-Identifier: Apache-2.0
// A Poplar graph as data: variables and where they lie, compute sets and their vertices.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "frontends/poplar/view.hpp"
#include "program/ipu.hpp"

namespace weft::frontends::poplar {

using program::ipu::CodeletInfo;
using program::ipu::CodeletModule;
using program::ipu::ElementType;
using ComputeSetId = std::uint32_t;
using VertexId = std::uint32_t;
using Bytes = std::vector<std::byte>;

inline constexpr std::uint32_t unmapped = 0xffffffffU;
inline constexpr std::uint32_t word_bytes = 4;  ///< of an IPU's memory and exchange

/// Elements [begin, end) of a variable on a tile.
struct TileInterval {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::uint32_t tile = unmapped;
  friend bool operator==(const TileInterval&, const TileInterval&) = default;
};

/// Where a variable's elements lie: sorted intervals that do not overlap; gaps are unmapped. Not
/// for concurrent use, not even by readers: calls to set() are worked in when somebody asks.
class TileMapping {
 public:
  /// Later calls replace earlier ones where they overlap; tile `unmapped` takes the mapping away.
  void set(std::uint64_t begin, std::uint64_t end, std::uint32_t tile);
  std::uint32_t tile_of(std::uint64_t element) const;  ///< or `unmapped`
  bool complete(std::uint64_t elements) const;
  /// The intervals of [begin, end) in order, gaps left out, neighbours on one tile merged.
  std::vector<TileInterval> intervals(std::uint64_t begin, std::uint64_t end) const;
  const std::vector<TileInterval>& intervals() const;

 private:
  void settle() const;
  mutable std::vector<TileInterval> settled_;
  mutable std::vector<TileInterval> pending_;  ///< in the order set, not worked in yet
};

struct Variable {
  std::string name;
  ElementType type = ElementType::single;
  Shape shape;
  std::uint64_t elements = 0;
  bool constant = false;
  Bytes data;  ///< constants and variables with an initial value: all elements; else empty
  TileMapping mapping;
};

/// What a field of a vertex is connected to.
struct Connection {
  std::vector<View> views;  ///< scalar_edge, vector: one; vector_list: one a row
  Bytes value;              ///< state fields
  bool connected = false;
  std::optional<std::uint64_t> elements;  ///< setFieldSize, where nothing is connected
};

struct VertexModel {
  ComputeSetId compute_set = 0;
  const CodeletInfo* codelet = nullptr;
  std::uint32_t module = 0;  ///< index into GraphModel::modules, or program::ipu::compiled_in
  std::uint32_t tile = unmapped;
  std::vector<Connection> fields;       ///< as codelet->fields
  std::optional<std::uint64_t> cycles;  ///< setPerfEstimate / setCycleEstimate
  std::optional<std::uint64_t> flops;
};

/// A codelet library that was added to the graph.
struct CodeletLibrary {
  Bytes library;                          ///< the shared object
  const CodeletModule* loaded = nullptr;  ///< the same, in this process
};

struct GraphModel {
  std::vector<Variable> variables;
  std::vector<std::string> compute_sets;  ///< names
  std::vector<VertexModel> vertices;      ///< in the order added
  std::vector<CodeletLibrary> modules;
  /// Namespaces of libraries that are compiled in, and how often each was added to the graph; the
  /// codelets of one that was not are not there.
  std::map<std::string, unsigned, std::less<>> libraries;
  bool stochastic_rounding = false;

  /// A codelet by name: the modules, the latest first, then those compiled in. Null: unknown.
  /// `module` says where it was found.
  const CodeletInfo* find_codelet(std::string_view name, std::uint32_t& module) const;
  /// The library that has the codelet and was not added; empty when there is none.
  std::string_view missing_library(std::string_view name) const;
  /// Names near `name`, for an error message.
  std::vector<std::string> similar_codelets(std::string_view name) const;

  /// Maps every element of the view to a tile.
  void map(const View& view, std::uint32_t tile);
  /// Of the view's elements; Category::input when they differ or the view is of no variable.
  ElementType type_of(const View& view) const;
};

}  // namespace weft::frontends::poplar

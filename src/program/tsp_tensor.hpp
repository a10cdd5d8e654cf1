// SPDX-License-Identifier: Apache-2.0
// A tensor program for a TSP: static typed tensors and operations, before anything has a cycle.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "numerics/tsp_operation.hpp"

namespace weft::program::tsp {

using numerics::VectorOperation;
using numerics::VectorType;

/// Index in TensorProgram::tensors.
using TensorId = std::uint32_t;
using TensorShape = std::vector<std::uint64_t>;

enum class TensorOperation : std::uint8_t {
  matmul,        ///< [..., m, k] x [k, n] -> [..., m, n]: int8 -> int32, fp16 -> fp32. A left
                 ///< operand of one axis is a vector: [k] x [k, n] -> [n]. A right operand with the
                 ///< left one's leading axes gives each its matrix: [b, m, k] x [b, k, n]
  convolution,   ///< [b, h, w, c] * [kh, kw, c / groups, n] -> [b, h', w', n]: int8 -> int32, fp16
                 ///< -> fp32
  maximum_pool,  ///< [b, h, w, c] -> [b, h', w', c], same type; outside the image counts nothing
  sum_pool,      ///< as maximum_pool: int8 -> int32, fp16 -> fp32. An average is this times 1 / n
  elementwise,   ///< a VectorOperation of one or two operands, which broadcast to one shape
  softmax,       ///< over the last axis, fp32
  layer_norm,    ///< over the last axis, fp32: (x - mean) / sqrt(variance + epsilon)
  transpose,     ///< permutation of axes
  gather,        ///< rows of operand 0 (axis 0) by constant indices (int32)
  reshape,       ///< the same elements, row-major, in another shape
  count_
};
std::string_view name_of(TensorOperation operation);  ///< "matmul", "max_pool" ...

/// Of convolution and pools, in elements; y is the second axis of [b, h, w, c].
struct TensorWindow {
  std::uint32_t height = 1;  ///< pools; a convolution's comes from its weights
  std::uint32_t width = 1;
  std::uint32_t stride_y = 1;
  std::uint32_t stride_x = 1;
  std::uint32_t pad_top = 0;
  std::uint32_t pad_bottom = 0;
  std::uint32_t pad_left = 0;
  std::uint32_t pad_right = 0;
  /// Convolution of int8: what stands outside the image (a zero point).
  std::int8_t pad_value = 0;
  /// Convolution: group g's n / groups channels of the result are made of group g's c / groups
  /// channels of the image.
  std::uint32_t groups = 1;
};

inline constexpr std::uint32_t no_layer = 0xffffffffU;

/// One tensor: an input, a constant, or the result of one node.
struct TensorValue {
  enum class Role : std::uint8_t { input, constant, result };
  std::string name;  ///< as the program's text or model calls it; unique
  Role role = Role::result;
  VectorType type = VectorType::i8;
  TensorShape shape;
  /// Constants: row-major, little-endian. Empty with `patterned`: element i is a function of seed
  /// and i alone (pattern_bytes()), for programs whose weights nobody has to supply.
  std::vector<std::byte> bytes;
  bool patterned = false;
  std::uint64_t seed = 0;
  bool output = false;     ///< the host may read it
  bool made_up = false;    ///< its name is: who wants that name gets it, and this one another
  std::uint32_t line = 0;  ///< in TensorProgram::file; 0: none
  std::uint32_t layer = no_layer;  ///< of TensorProgram::layers, for reports
  std::uint64_t elements() const;
};

struct TensorNode {
  TensorOperation operation = TensorOperation::reshape;
  std::vector<TensorId> operands{};
  TensorId result = 0;
  VectorOperation vector = VectorOperation::copy;  ///< elementwise
  TensorWindow window{};                           ///< convolution, pools
  std::vector<std::uint32_t> permutation{};        ///< transpose
  float epsilon = 0;                               ///< layer_norm
  std::uint32_t chip = 0;                          ///< that computes it
};

/// Nodes in an order in which every operand is there before it is used. Built by the member
/// functions, each of which infers type and shape of its result and throws Category::input, naming
/// the tensor (and file and line, where there are), if the operands do not fit, and
/// Category::unsupported for what TSPs have but weft lacks. An empty name: one is made up.
class TensorProgram {
 public:
  std::vector<TensorValue> tensors;
  std::vector<TensorNode> nodes;
  std::string file;                 ///< that it was read from, for messages; empty: none
  std::uint32_t line = 0;           ///< of what is added next; 0: none
  std::uint32_t chip = 0;           ///< of operations that are added next
  std::vector<std::string> layers;  ///< where none is named each operation is one

  /// What is added next is of the layer of that name; of none, where it is empty.
  void begin_layer(const std::string& name);

  TensorId input(const std::string& name, VectorType type, const TensorShape& shape);
  TensorId constant(const std::string& name, VectorType type, const TensorShape& shape,
                    std::span<const std::byte> bytes);
  /// A constant whose elements are drawn by `seed`: int8 in -127..127, floats in [-1, 1).
  TensorId pattern(const std::string& name, VectorType type, const TensorShape& shape,
                   std::uint64_t seed);
  /// One value, broadcast where it is used. Category::input where the type does not hold it.
  TensorId scalar(const std::string& name, VectorType type, double value);

  TensorId matmul(TensorId left, TensorId right, const std::string& name = {});
  TensorId convolution(TensorId image, TensorId weights, const TensorWindow& window,
                       const std::string& name = {});
  TensorId maximum_pool(TensorId image, const TensorWindow& window, const std::string& name = {});
  TensorId sum_pool(TensorId image, const TensorWindow& window, const std::string& name = {});
  TensorId unary(VectorOperation operation, TensorId a, const std::string& name = {});
  TensorId binary(VectorOperation operation, TensorId a, TensorId b, const std::string& name = {});
  TensorId convert(TensorId a, VectorType type, const std::string& name = {});
  /// A requantisation: convert(convert(a, f32) * scale + offset, type); with int8 an offset of -128
  /// makes the saturation a ReLU, its zero at -128.
  TensorId requantise(TensorId a, TensorId scale, TensorId offset, VectorType type,
                      const std::string& name = {});
  /// x / 2 + x / 2 tanh(sqrt(2 / pi) (x + 0.044715 x^3)), fp16 or fp32: nine operations. The
  /// VXM has no erf; from the form with erf this differs by up to 4.8e-4.
  TensorId gelu(TensorId a, const std::string& name = {});
  /// 1 / 2 + 1 / 2 tanh(x / 2): four operations.
  TensorId sigmoid(TensorId a, const std::string& name = {});
  TensorId softmax(TensorId a, const std::string& name = {});
  TensorId layer_norm(TensorId a, float epsilon, const std::string& name = {});
  TensorId transpose(TensorId a, const std::vector<std::uint32_t>& permutation,
                     const std::string& name = {});
  TensorId gather(TensorId table, TensorId indices, const std::string& name = {});
  TensorId reshape(TensorId a, const TensorShape& shape, const std::string& name = {});
  /// The host may read it, by its name.
  void output(TensorId a);

  /// A name that no tensor has: `prefix` and a number, which begins with how many tensors there
  /// are.
  std::string fresh_name(const std::string& prefix) const;
  const TensorValue& at(TensorId id) const { return tensors.at(id); }
  const TensorNode* producer(TensorId id) const;  ///< null: input or constant
  /// A convolution of as many groups as image and result have channels (depthwise): one filter a
  /// channel. The VXM multiplies and adds.
  bool filters_channels(const TensorNode& node) const;

 private:
  std::uint32_t layer_ = no_layer;
  TensorId add(TensorValue value);
  TensorId add(TensorNode node, VectorType type, TensorShape shape, const std::string& name);
};

/// Bytes of a constant, drawn where they are not given.
std::vector<std::byte> bytes_of(const TensorValue& constant);
/// "i8 [4, 64]"
std::string describe(const TensorValue& value);
/// The shape to which both broadcast, as in NumPy; Category::input naming both otherwise.
TensorShape broadcast(const TensorShape& a, const TensorShape& b);
/// Everything again, for a program that was not built by the member functions.
void validate(const TensorProgram& program);

}  // namespace weft::program::tsp

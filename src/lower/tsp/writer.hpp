// SPDX-License-Identifier: Apache-2.0
// A model's nodes as operations of a tensor program, one after the other.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lower/lowered.hpp"
#include "lower/names.hpp"
#include "lower/tsp/windows.hpp"
#include "program/tsp_tensor.hpp"
#include "program/tsp_tensor_text.hpp"

namespace weft::lower::tsp {

using program::tsp::TensorId;
using program::tsp::TensorShape;
using program::tsp::TensorWindow;
using program::tsp::VectorOperation;
using program::tsp::VectorType;

/// Which axis of a value each axis of its tensor is. Images lie as [n, h, w, c].
using Order = std::vector<std::int64_t>;

/// Where a value of the model is: a tensor whose axes stand in some order. A scalar's tensor has
/// one axis.
struct Held {
  TensorId id = 0;
  Order order;
};

/// Floats are f16 between nodes, whole numbers and conditions i32. Within a node sums and what is
/// made of them are f32; the value that a node gives is rounded once more, to f16.
class Writer {
 public:
  /// The graph's floats are f16. With `magnitudes` (Request) what is multiplied by constants is i8.
  Writer(const graph::Graph& graph, std::string title, std::vector<double> magnitudes);
  /// Writes everything; Category::unsupported with a line for each node that cannot be written.
  void write(const std::string& target);
  /// Layer by layer on so many chips, or fewer where there are fewer layers.
  void cut(std::uint32_t chips);

  /// With the model's outputs as outputs, or with `nodes` every value of a node.
  program::tsp::TensorProgram program(bool nodes) const;
  std::string text(bool nodes) const;
  /// Arrays of `weights.h5`, and the input of the program that each is for.
  const std::vector<std::pair<std::string, Array>>& weights() const { return weights_; }
  struct Input {
    std::string tensor;  ///< "": no node reads it
    Lowered::Input input;
  };
  const std::vector<Input>& inputs() const { return inputs_; }
  struct Made {
    std::string tensor;
    Held held;
    Result result;
  };
  const std::vector<Made>& results() const { return results_; }

  /// How the operands of a product become i8: numbers times a factor, rounded, one a tensor and one
  /// for each column of weights.
  struct Scales {
    float operand = 1;               ///< a step of the left operand
    float steps = 1;                 ///< its reciprocal, which numbers are multiplied by
    std::vector<float> of_column{};  ///< a step of a column's weights
  };
  /// Of nodes whose products are of i8, by the id of their result.
  const std::map<std::uint32_t, Scales>& scales() const { return scales_; }

 private:
  // A kind of operators each; the tensor of the node's value.
  Held of(const graph::Unary& what);
  Held of(const graph::Binary& what);
  Held of(const graph::Select& what);
  Held of(const graph::Clip& what);
  Held of(const graph::Convert& what);
  Held of(const graph::MatMul& what);
  Held of(const graph::Convolution& what);
  Held of(const graph::Pool& what);
  Held of(const graph::Reduce& what);
  Held of(const graph::Softmax& what);
  Held of(const graph::Normalise& what);
  Held of(const graph::BatchNormalise& what);
  Held of(const graph::CumulativeSum& what);
  Held of(const graph::Attention& what);
  Held of(const graph::Reshape& what);
  Held of(const graph::Transpose& what);
  Held of(const graph::Expand& what);
  Held of(const graph::Concat& what);
  Held of(const graph::Slice& what);
  Held of(const graph::Pad& what);
  Held of(const graph::Gather& what);
  /// Of a node of several results those that something reads.
  std::vector<std::optional<Held>> recurrent(const graph::Recurrent& what);
  template <typename What>
  Held of(const What&) {
    refuse("is not in a tensor program");
  }

  /// Of the node at hand: it cannot be written.
  [[noreturn]] static void refuse(const std::string& why);
  bool has(std::size_t i) const;
  graph::ValueId input(std::size_t i) const { return node_->inputs[i]; }
  bool constant(std::size_t i) const { return graph_[input(i)].constant.has_value(); }
  bool floating(std::size_t i) const { return is_floating(graph_[input(i)].type.element); }
  const graph::Shape& shape(std::size_t i) const { return graph_[input(i)].type.shape; }
  const graph::Shape& result() const { return graph_[node_->outputs[0]].type.shape; }
  graph::Numbers numbers(std::size_t i) const;

  // Values as operands.
  /// Of input i: as it lies, constants as the model has them.
  Held held(std::size_t i);
  /// In that order of axes, transposed on the chip where it lies in another.
  TensorId in(std::size_t i, const Order& order);
  TensorId plain(std::size_t i) { return in(i, natural(shape(i).size())); }
  /// Its elements in the model's order, in a tensor of any axes.
  TensorId elements(std::size_t i);
  /// With axes of extent 1 in front until it has the result's, in that order of these.
  TensorId broadcast(std::size_t i, const Order& order);
  TensorId reordered(TensorId id, const Order& from, const Order& to);
  /// The order in which the operands of an operation by elements lie, or the usual one.
  Order common_order() const;
  static Order natural(std::size_t axes);
  static Order image(std::size_t axes);
  TensorShape stored(const graph::Shape& shape, const Order& order) const;
  /// A scalar has one axis.
  static TensorShape tensor_shape(const graph::Shape& shape);

  // Constants.
  TensorId weight(const std::string& name, const graph::Numbers& numbers, VectorType type,
                  const TensorShape& shape);
  TensorId number(VectorType type, double value);
  TensorId table(VectorType type, const TensorShape& shape, const std::vector<double>& values);

  // Operations, their results named after the node.
  std::string part(const std::string& name);
  TensorId unary(VectorOperation operation, TensorId a, const std::string& name);
  TensorId binary(VectorOperation operation, TensorId a, TensorId b, const std::string& name);
  TensorId plus(TensorId a, TensorId b, const std::string& name) {
    return binary(VectorOperation::add, a, b, name);
  }
  TensorId times(TensorId a, TensorId b, const std::string& name) {
    return binary(VectorOperation::multiply, a, b, name);
  }
  TensorId wide(TensorId a);    ///< f32
  TensorId narrow(TensorId a);  ///< f16
  TensorId converted(TensorId a, VectorType type, const std::string& name);
  TensorId reshaped(TensorId a, const TensorShape& shape, const std::string& name);
  TensorId transposed(TensorId a, const Order& permutation, const std::string& name);
  TensorId exponential_of_minus(TensorId a);
  TensorId before_gate(TensorId a);
  TensorId sigmoid(TensorId a);
  TensorId softplus(TensorId a);
  TensorId hard_sigmoid(TensorId a, double alpha, double beta);
  TensorId whole(TensorId a);
  TensorId two_sided(TensorId a, double alpha, bool exponential);
  std::optional<TensorId> step_of(graph::UnaryFunction function, TensorId a);
  TensorId function_of(const graph::Unary& what, TensorId a);
  TensorId clipped(TensorId a, double low, double high);
  TensorId then(TensorId sums, const graph::Then& what);
  TensorId normal_below(TensorId magnitude);
  TensorId masked(const graph::Shape& seen);
  /// What multiplies `left` and weights of a type.
  using Multiply = std::function<TensorId(TensorId, const graph::Numbers&, VectorType)>;
  /// The product of `left` and weights, [..., k, columns] row by row, in f32: of f16, or of i8 that
  /// is scaled back.
  TensorId product(TensorId left, const graph::Numbers& weights, const Multiply& multiplied);
  TensorId quantised(TensorId a, const Scales& scales);
  bool in_int8() const { return !magnitudes_.empty(); }
  /// Rows of [rows, c] by number; -1: a row of zeros.
  TensorId rows_picked(TensorId a, const std::vector<std::int64_t>& rows);
  /// Lanes of [rows, c] by number, -1: zero; in f16.
  TensorId lanes_picked(TensorId a, const std::vector<std::int64_t>& lanes);
  TensorId picked(TensorId a, const std::vector<std::vector<std::int64_t>>& places);
  TensorId placed_constant(std::size_t i, const Order& order, std::size_t last,
                           std::int64_t before);
  TensorId rows_by_index(std::uint64_t extent);

  // Windows.
  WindowField field_of(const std::vector<std::int64_t>& kernel,
                       const std::vector<std::int64_t>& strides,
                       const std::vector<std::int64_t>& dilations,
                       const std::vector<std::int64_t>& given_pads);
  TensorId as_field();
  Held as_result(TensorId made);
  TensorId slices(TensorId field, std::size_t axis, const std::vector<std::int64_t>& places);
  TensorId as_images(TensorId field);
  TensorId as_depth(TensorId images, const TensorShape& field);
  TensorId framed(TensorId field, WindowField& axes);
  TensorId over_depth(TensorId field, const WindowAxis& depth,
                      const std::function<TensorId(TensorId, std::int64_t)>& of_tap);
  TensorId shared_out(TensorId sums, const std::vector<double>& shares);
  TensorId sums_of_windows(TensorId field, WindowField axes);
  TensorId largest_of_windows(TensorId field, const WindowField& axes);
  TensorId largest_along(TensorId field, std::size_t axis, const WindowAxis& window);
  std::optional<TensorId> largest_as_given(WindowField& axes);
  TensorId largest_of_every_so_many(TensorId rows, std::uint64_t count, const WindowAxis& window);

  TensorId largest_of_rows(TensorId rows, bool smallest);
  Held log_softmax(const Order& order);
  TensorId with_minus(TensorId rows);
  TensorId depth_sum(TensorId rows, std::uint64_t length, const std::string& name);
  VectorType type(TensorId id) const { return program_.at(id).type; }
  VectorType type_of(graph::ValueId id) const;

  // Recurrences.
  struct Cell;
  Cell cell_of(const graph::Recurrent& what, std::int64_t direction);
  bool begins_with_state(std::size_t i) const;
  std::optional<TensorId> first_state(std::size_t i, std::int64_t direction, const Cell& cell);
  TensorId from_state(const Cell& cell, std::size_t gate);
  TensorId gate_sum(const Cell& cell, std::size_t gate, std::int64_t step);
  void lstm_step(Cell& cell, std::int64_t step);
  void gru_step(Cell& cell, std::int64_t step);
  void put_rows(std::optional<TensorId>& there, TensorId rows, std::int64_t first,
                std::int64_t all);

  void declare_input(graph::ValueId id);
  std::uint64_t bytes_of(graph::ValueId id) const;  ///< in the program's type
  void write_node(const graph::Node& node);
  void write_results(const graph::Node& node);
  void write_outputs();
  /// Gives the value its tensor, a new one, under its name.
  void store(graph::ValueId id, Held held, TensorId first);

  const graph::Graph& graph_;
  std::string title_;
  std::vector<double> magnitudes_;
  std::map<std::uint32_t, Scales> scales_;
  std::map<std::pair<TensorId, std::string>, TensorId> quantised_;  ///< by tensor and factor
  Lacks lacks_;
  Names names_;
  ValueNames value_names_;
  program::tsp::TensorProgram program_;
  program::tsp::TensorComments comments_;
  std::map<std::uint32_t, Held> held_;                        ///< by ValueId
  std::map<std::pair<TensorId, Order>, TensorId> reordered_;  ///< what was transposed before
  std::map<std::pair<VectorType, std::string>, TensorId> numbers_;
  struct KnownWeight {
    graph::Tensor data;
    TensorId id = 0;
  };
  std::multimap<std::string, KnownWeight> known_weights_;  ///< by name; in several orders
  std::vector<std::pair<std::string, Array>> weights_;
  std::vector<Input> inputs_;
  std::vector<Made> results_;
  std::vector<std::size_t> first_of_node_;  ///< operation of the program
  std::uint32_t chips_ = 1;
  const graph::Node* node_ = nullptr;
  std::string name_;  ///< of the node's value in the program
};

}  // namespace weft::lower::tsp

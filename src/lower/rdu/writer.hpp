// SPDX-License-Identifier: Apache-2.0
// Writes a model's nodes as patterns.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "graph/graph.hpp"
#include "lower/lowered.hpp"
#include "lower/names.hpp"
#include "lower/rdu/layout.hpp"
#include "program/rdu_pattern.hpp"

namespace weft::lower::rdu {

using program::rdu::Patterns;
using program::rdu::Step;

/// What a model became.
struct Model {
  std::shared_ptr<const graph::Graph> graph;
  Patterns patterns;
  std::vector<std::vector<Held>> held;              ///< [value]; empty: nobody takes it
  std::map<std::string, std::vector<float>> given;  ///< by pattern: weights, as bf16 holds them
  std::vector<Array> weights;
  std::vector<std::string> weight_patterns;
  std::vector<Lowered::Input> inputs;
  std::vector<std::string> input_patterns;
  std::vector<bool> input_taken;  ///< by a node, or given back
  std::vector<Result> results;
  std::vector<std::string> result_patterns;
  std::vector<Held> result_held;  ///< where they lie
  std::string text;
};

/// Steps that a relu or clip is.
std::vector<Step> steps_of(const graph::Then& then);
/// The steps of an element function; nothing where patterns have none.
std::optional<std::vector<Step>> steps_of(const graph::Unary& what);
/// The pattern that two operands are; nothing where there is none.
std::optional<program::rdu::Pattern::Kind> kind_of(graph::BinaryFunction function);
/// Of a select: 0 where the condition holds, and one number elsewhere.
bool is_mask(const graph::Graph& graph, const graph::Node& select);
/// A constant of one element, as bf16 holds it.
double one_number(const graph::Graph& graph, graph::ValueId id);
/// With a number for each axis: strides and dilations of 1, no pads, where nothing is said.
graph::Pool complete(graph::Pool windows);
graph::Pool windows_of(const graph::Convolution& what, const graph::Shape& weights);
/// How many elements of an axis, its pads among them, the windows see.
std::int64_t seen_along(const graph::Pool& windows, std::size_t axis, std::int64_t results);
/// The window that patterns have on images of [N, C, extents...]; nothing for more axes than two,
/// for windows that lie beside the image, and for extents that are rounded up.
std::optional<program::rdu::Window> window_on(const graph::Shape& x, const graph::Shape& result,
                                              const graph::Pool& windows);

/// Category::unsupported with a line for each node that patterns have not.
void require_supported(const graph::Graph& graph, const std::string& target);
/// A value of whole numbers of which only rows are taken.
bool is_row_number(const graph::Graph& graph, graph::ValueId id);

class Writer {
 public:
  /// `memory_words`: of one memory unit.
  Writer(const graph::Graph& graph, Model& model, std::uint32_t memory_words)
      : graph_(graph), model_(model), memory_words_(memory_words), value_names_(graph) {}
  /// All nodes, each behind a comment with where it comes from; then the outputs.
  void write(const std::string& title);

 private:
  // writer.cpp
  const graph::Shape& shape(graph::ValueId id) const { return graph_[id].type.shape; }
  const graph::Node& node() const { return *node_; }
  bool has(std::size_t i) const {
    return i < node().inputs.size() && node().inputs[i] != graph::no_value;
  }
  graph::ValueId in(std::size_t i) const { return node().inputs[i]; }
  const graph::Shape& result() const { return shape(node().outputs[0]); }
  std::string name_of(const std::string& wanted);
  std::string result_name() { return name_of(graph_[node().outputs[0]].name); }
  /// A name for a step on the way to a value.
  std::string name_for(graph::ValueId id, const char* what);
  void give_input(graph::ValueId id);
  /// The tensor as a whole matrix in that order: as it is, or by a view.
  std::uint32_t matrix(graph::ValueId id, const Order& order);
  std::uint32_t rows(graph::ValueId id) { return matrix(id, row_by_row(shape(id))); }
  std::uint32_t pixels(graph::ValueId id) { return matrix(id, pixel_by_pixel(shape(id))); }
  /// In rows of `columns` elements, in the tensor's order.
  std::uint32_t rows_of(graph::ValueId id, std::int64_t columns) {
    return matrix(id, row_by_row(shape(id), columns));
  }
  const Held& first_held(graph::ValueId id);
  Placed placed(graph::ValueId id) { return {shape(id), first_held(id)}; }
  /// What is somewhere, as a whole matrix in that order: as it is, or by a view named `name`.
  std::uint32_t laid(const std::string& name, const Placed& x, const Order& order);
  /// A constant of the program's: rows x columns.
  std::uint32_t weight(const std::string& name, std::int64_t rows, std::int64_t columns,
                       const std::vector<double>& numbers);
  /// A column of whole numbers of the program's.
  std::uint32_t whole_weight(const std::string& name, const std::vector<std::int64_t>& numbers);
  void give(const Order& order, std::uint32_t pattern);
  void give(Held held) { give(0, std::move(held)); }
  void give(std::size_t output, Held held) {
    if (output < node().outputs.size()) {
      model_.held[index(node().outputs[output])].push_back(std::move(held));
    }
  }
  void flush();
  void make_results();

  // writer_products.cpp
  void of(const graph::MatMul& what);
  void of(const graph::Convolution& what);
  void of(const graph::Pool& what);
  void of(const graph::Reduce& what);
  void log_softmax(std::size_t along);
  void of(const graph::Attention& what);
  /// Of a product with a matrix of so many columns and rows.
  std::uint32_t bodies(std::int64_t columns, std::int64_t inner) const;
  std::uint32_t matrices(graph::ValueId id, const graph::Shape& leading, bool turned);
  /// What hides later keys from a row of scores, of shape `all`.
  std::uint32_t hidden_behind(const graph::Shape& all);
  /// What an attention adds to its scores, of shape `all` or a row for all of them.
  std::uint32_t hidden(const graph::Shape& all);

  // writer_windows.cpp
  /// A convolution of any number of axes, each group one of its own.
  void spread_out(const graph::Convolution& what);
  /// Its images with the channels of one group: of axes in front of the last two, what a window
  /// sees along them stands side by side, as channels do.
  std::uint32_t images_of(const Placed& x, const graph::Pool& windows, std::int64_t group,
                          std::int64_t channels);
  std::uint32_t weights_of_group(std::int64_t group, std::int64_t groups);
  std::uint32_t bias_of_group(std::int64_t group, std::int64_t outputs, std::int64_t groups);
  /// Channel by channel, each window one below the other.
  void window_by_window(const graph::Pool& given, program::rdu::Pattern::Kind kind,
                        const Patterns::ProductOptions& options);
  /// With `fill` beside x where windows see it; the last two axes only where `all`, or where
  /// windows lie beside the image as a whole. `windows` then has no pads there.
  Placed bordered(graph::Pool& windows, double fill, bool all);

  // writer_elements.cpp
  void of(const graph::Unary& what);
  void of(const graph::Binary& what);
  void of(const graph::Clip& what);
  void of(const graph::Select& what);
  void of(const graph::Convert& what);
  void of(const graph::Softmax& what);
  void of(const graph::Normalise& what);
  void of(const graph::BatchNormalise& what);
  void map(std::vector<Step> steps);
  /// What a select takes: a row of it where that is all, else as the result lies.
  std::uint32_t choice(graph::ValueId id, const Order& order);
  /// In which the tensor fills a matrix that is there, else row by row.
  Order order_of(graph::ValueId id);
  /// Broadcast to `to`, as a matrix in that order.
  std::uint32_t spread(graph::ValueId id, const graph::Shape& to, const Order& order);
  std::uint32_t spread_row(graph::ValueId id, std::int64_t columns, double otherwise,
                           const char* what);

  // writer_recurrent.cpp
  void of(const graph::Recurrent& what);
  /// Whether somebody takes a result of the node.
  bool is_taken(std::size_t output) const;
  struct StepRange {
    std::int64_t first = 0, count = 1;
    std::int64_t step = 1;  ///< elements of a step
    bool back = false;
  };
  std::uint32_t steps_of_states(const std::string& name, std::uint32_t states,
                                const StepRange& range);
  /// The states of one direction, step by step as it goes.
  std::uint32_t recurrent_direction(const graph::Recurrent& what, std::int64_t direction);
  /// What input `input` has for a direction, [sequences, whole_units]; zeros where it is absent.
  std::uint32_t recurrent_state(std::size_t input, std::int64_t direction, std::int64_t sequences,
                                std::int64_t units, std::int64_t whole_units);

  // writer_pick.cpp
  void of(const graph::Gather& what);
  void of(const graph::GatherElements& what);
  void of(const graph::GatherPoints& what);
  /// Whole numbers, an input's or of the program.
  Placed numbers(graph::ValueId id);
  void give_picked(const Placed& x, const Placed& by, program::rdu::Strides strides,
                   program::rdu::Picks picks);

  // writer_layout.cpp
  void of(const graph::Reshape& what);
  void of(const graph::Transpose& what);
  void of(const graph::Expand& what);
  void of(const graph::Concat& what);
  /// The order in which what is joined lies side by side; nothing where it can't.
  std::optional<Order> order_of_columns(std::size_t along) const;
  void of(const graph::Slice& what);

  // writer_pad.cpp
  void of(const graph::Pad& what);
  void of(const graph::CumulativeSum& what);
  /// The last pattern that it takes is called `name`.
  Placed padded(const std::string& name, Placed x, const graph::Pad& what, double fill);
  Placed padded_along(const std::string& name, const Placed& x, std::size_t axis,
                      const graph::Pad& what, double fill);
  template <class What>
  void of(const What&) {
    fail(Category::internal, "a node that is not supported reached the writer");
  }

  const graph::Graph& graph_;
  Model& model_;
  std::uint32_t memory_words_;
  const graph::Node* node_ = nullptr;
  std::set<std::string> names_;  ///< of patterns
  ValueNames value_names_;
  std::size_t told_ = 0;                      ///< patterns that stand in the text
  std::uint32_t layer_ = program::rdu::none;  ///< of the last of them
};

}  // namespace weft::lower::rdu

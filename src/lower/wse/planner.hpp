// SPDX-License-Identifier: Apache-2.0
// What makes a plan: strips are added node by node, each behind the lanes that it takes.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "lower/names.hpp"
#include "lower/wse/items.hpp"
#include "lower/wse/plan.hpp"
#include "lower/wse/recurrence.hpp"
#include "lower/wse/segment.hpp"
#include "lower/wse/swap.hpp"

namespace weft::lower::wse {

/// In which order a value's elements travel.
enum class Order : std::uint8_t { plain, channels_last };

/// ".kind = 0, .height = 8"
class Parameters {
 public:
  Parameters& add(const std::string& name, std::int64_t value) {
    return add(name, std::to_string(value));
  }
  Parameters& add(const std::string& name, const std::string& value) {
    text_ += (text_.empty() ? "." : ", .") + name + " = " + value;
    return *this;
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// As a number of CSL, with all digits of an f32.
std::string csl_number(double number);

class Planner {
 public:
  Planner(const graph::Graph& graph, const Machine& machine, Lacks lacks)
      : graph_(graph), machine_(machine), lacks_(std::move(lacks)), names_(graph) {}
  Plan plan();

 private:
  using Key = std::pair<std::uint32_t, Order>;

  const graph::Shape& shape(graph::ValueId id) const { return graph_[id].type.shape; }
  bool constant(graph::ValueId id) const { return graph_[id].constant.has_value(); }
  static bool has(const graph::Node& node, std::size_t i) {
    return i < node.inputs.size() && node.inputs[i] != graph::no_value;
  }
  bool failed(const graph::Node& node);
  bool joins(const graph::Node& node) const;
  bool has_strip(const graph::Node& node, std::string& why) const;
  Order order_of(graph::ValueId id, Order wanted) const;
  /// The order in which it travels already.
  Order order_of(graph::ValueId id) const;
  std::size_t lane_of(graph::ValueId id, Order wanted);
  Strip& add_strip(const std::string& function, std::vector<std::size_t> in, graph::ValueId value,
                   Order order);
  void add_entry(std::size_t input);
  /// The values of `lane` once more, in a strip of their own, the last one. No value has its lane.
  std::size_t add_copy(std::size_t lane, graph::ValueId value);
  /// As lane_of, but none of `lanes`: a PE takes a lane once.
  std::size_t further_lane(const std::vector<std::size_t>& lanes, graph::ValueId id, Order wanted);
  bool add_node(const graph::Node& node, std::string& why);
  void mark_output(graph::ValueId id);
  void place();
  void color();

  // plan_window.cpp
  std::optional<Window> window_of_node(const graph::Node& node, std::string& why) const;
  void add_window(const graph::Node& node, const Window& window, const Split& split);
  std::int64_t add_weights(Strip& strip, const graph::Node& node, const Window& window,
                           const Split& split);
  std::int64_t add_bias(Strip& strip, const graph::Node& node, const Window& window,
                        const Split& split);
  std::size_t add_turn(graph::ValueId id, Order order);

  // plan_recurrent.cpp
  std::optional<Recurrence> recurrence_of_node(const graph::Node& node, std::string& why) const;
  bool add_recurrence(const graph::Node& node, std::string& why);

  // plan_moves.cpp
  std::optional<Swap> swap_of_node(const graph::Node& node, std::string& why) const;
  bool add_transpose(const graph::Node& node, std::string& why);
  /// An output that is a constant.
  bool add_constant(graph::ValueId id, std::string& why);
  bool is_table(const graph::Node& node, std::string& why) const;
  bool add_table(const graph::Node& node, std::string& why);
  std::optional<Segment> joined_of(const graph::Node& node, std::string& why) const;
  bool add_joined(const graph::Node& node, std::string& why);
  bool size_turn(Strip& strip, const Swap& swap, std::string& why);

  // plan_segment.cpp
  std::optional<RowFunction> row_function_of_node(const graph::Node& node, std::string& why) const;
  bool add_rows(const graph::Node& node, const RowFunction& function, std::string& why);
  bool add_items(const graph::Node& node, std::string& why);
  bool add_constants(const graph::Node& node, const RowFunction& function, graph::ValueId operand,
                     graph::ValueId numbers, std::string& why);
  bool add_binary(const graph::Node& node, RowFunction function, std::string& why);
  bool add_select(const graph::Node& node, const RowFunction& function, std::string& why);
  /// `node`, or where a relu or clip alone takes its value, that one, which is done then.
  const graph::Node& with_then(const graph::Node& node, graph::Then& then);
  void add_numbers(Strip& strip, const Segment& segment, const std::vector<double>& constants,
                   std::int64_t room);
  bool add_segment(const graph::Node& node, Segment segment, const std::vector<std::size_t>& lanes,
                   Order order, const std::vector<double>& constants, std::string& why);

  const graph::Graph& graph_;
  const Machine& machine_;
  Plan plan_;
  Lacks lacks_;
  ValueNames names_;
  std::map<Key, std::size_t> lanes_;
  std::set<std::uint32_t> missing_;
  std::set<const graph::Node*> done_;  ///< with one before them
};

}  // namespace weft::lower::wse

// SPDX-License-Identifier: Apache-2.0
// From nodes to strips, and from strips to places and colors.
#include "lower/wse/plan.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/number_text.hpp"
#include "graph/shapes.hpp"
#include "lower/names.hpp"

namespace weft::lower::wse {

using graph::as_index;
using graph::Graph;
using graph::Node;
using graph::Shape;
using graph::ValueId;

namespace {

/// In which order a value's elements travel.
enum class Order : std::uint8_t { plain, channels_last };

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

class Planner {
 public:
  Planner(const Graph& graph, const Machine& machine) : graph_(graph), machine_(machine) {}

  Plan plan() {
    for (std::size_t i = 0; i < graph_.inputs.size(); ++i) add_entry(i);
    for (const Node& node : graph_.nodes) {
      if (failed(node)) continue;
      std::string why;
      if (!add_node(node, why)) {
        lacks_.add(node, why);
        for (const ValueId id : node.outputs) missing_.insert(index(id));
      }
    }
    for (const ValueId id : graph_.outputs) mark_output(id);
    lacks_.raise(machine_.name);
    place();
    color();
    return std::move(plan_);
  }

 private:
  using Key = std::pair<std::uint32_t, Order>;

  /// A node behind one that has no strip is not looked at for lanes, but for what else it lacks.
  bool failed(const Node& node) {
    bool missing = false;
    for (const ValueId id : node.inputs) {
      missing = missing || (id != graph::no_value && missing_.count(index(id)) != 0);
    }
    if (!missing) return false;
    for (const ValueId id : node.outputs) missing_.insert(index(id));
    std::string why;
    if (!has_strip(node, why)) lacks_.add(node, why);
    return true;
  }

  bool has_strip(const Node& node, std::string& why) const {
    if (std::holds_alternative<graph::Reshape>(node.what)) return true;
    const auto window = window_of_node(node, why);
    return window && split_of(*window, machine_, why);
  }

  const Shape& shape(ValueId id) const { return graph_[id].type.shape; }
  bool constant(ValueId id) const { return graph_[id].constant.has_value(); }
  static bool has(const Node& node, std::size_t i) {
    return i < node.inputs.size() && node.inputs[i] != graph::no_value;
  }

  /// Both orders are one where there is one channel, or one place.
  Order order_of(ValueId id, Order wanted) const {
    const Shape& s = shape(id);
    if (s.size() < 3 || s[1] == 1) return Order::plain;
    return graph::count_of(s) == s[0] * s[1] ? Order::plain : wanted;
  }

  std::size_t lane_of(ValueId id, Order wanted) {
    const Order order = order_of(id, wanted);
    const auto found = lanes_.find({index(id), order});
    if (found != lanes_.end()) return found->second;
    return add_turn(id, order);
  }

  Strip& add_strip(const std::string& function, std::vector<std::size_t> in, ValueId value,
                   Order order) {
    Strip strip;
    strip.function = function;
    strip.template_file = function + ".csl";
    strip.value = value;
    strip.type = graph_[value].type;
    const std::size_t number = plan_.strips.size();
    for (const std::size_t lane : in) {
      std::vector<std::size_t>& to = plan_.lanes[lane].to;
      if (to.empty() || to.back() != number) to.push_back(number);
    }
    strip.in = std::move(in);
    strip.out = plan_.lanes.size();
    plan_.lanes.push_back({value, number, {}, 0});
    order = order_of(value, order);
    lanes_[{index(value), order}] = strip.out;
    if (order == Order::channels_last) {
      Shape& s = strip.type.shape;
      std::rotate(s.begin() + 1, s.begin() + 2, s.end());
    }
    plan_.strips.push_back(std::move(strip));
    return plan_.strips.back();
  }

  void add_entry(std::size_t input) {
    const ValueId id = graph_.inputs[input];
    Strip& strip = add_strip("entry", {}, id, Order::plain);
    strip.comment = "Input '" + graph_[id].name + "', " + text_of(graph_[id].type) + ".";
    strip.input = static_cast<std::int64_t>(input);
    const std::int64_t count = graph::count_of(shape(id));
    std::int64_t width = std::min(count, most_of_index);
    while (count % width != 0) --width;
    strip.sizes = std::to_string(width);
  }

  std::optional<Window> window_of_node(const Node& node, std::string& why) const {
    std::optional<Window> window =
        window_of(node.what, graph::input_types(graph_, node), graph_[node.outputs[0]].type, why);
    if (!window) return window;
    if (constant(node.inputs[0])) {
      why = "its images must not be a constant";
      return std::nullopt;
    }
    for (std::size_t i = 1; i < node.inputs.size(); ++i) {
      if (!has(node, i) || constant(node.inputs[i])) continue;
      why = "its weights must be constants";
      return std::nullopt;
    }
    return window;
  }

  bool add_node(const Node& node, std::string& why) {
    if (std::holds_alternative<graph::Reshape>(node.what) && !constant(node.inputs[0])) {
      const std::size_t lane = lane_of(node.inputs[0], Order::plain);
      lanes_[{index(node.outputs[0]), Order::plain}] = lane;
      return true;
    }
    const auto window = window_of_node(node, why);
    if (!window) return false;
    const auto split = split_of(*window, machine_, why);
    if (!split) return false;
    add_window(node, *window, *split);
    return true;
  }

  void add_window(const Node& node, const Window& w, const Split& split) {
    const bool field = !std::holds_alternative<graph::MatMul>(node.what);
    const Order order = field ? Order::channels_last : Order::plain;
    const std::size_t lane = lane_of(node.inputs[0], order);
    Strip& strip = add_strip("window", {lane}, node.outputs[0], order);
    strip.node = &node;
    strip.columns = split.columns;
    strip.rows = split.rows;
    strip.comment = place_of(node);
    std::int64_t weights = 0;
    std::int64_t biases = 0;
    if (w.weighs()) weights = add_weights(strip, node, w);
    if (w.biased) biases = add_bias(strip, node, w);
    const auto single = [](double number) { return csl_number(number); };
    strip.sizes = Parameters()
                      .add("kind", static_cast<std::int64_t>(w.kind))
                      .add("height", w.height)
                      .add("width", w.width)
                      .add("channels", w.channels)
                      .add("outputs_all", w.outputs)
                      .add("out_height", w.out_height)
                      .add("out_width", w.out_width)
                      .add("kernel_height", w.kernel_height)
                      .add("kernel_width", w.kernel_width)
                      .add("stride_y", w.stride_y)
                      .add("stride_x", w.stride_x)
                      .add("dilation_y", w.dilation_y)
                      .add("dilation_x", w.dilation_x)
                      .add("pad_top", w.pad_top)
                      .add("pad_left", w.pad_left)
                      .add("count", w.count)
                      .add("weight_count", weights)
                      .add("bias_count", biases)
                      .add("then", static_cast<std::int64_t>(w.then.kind))
                      .add("low", single(w.then.low))
                      .add("high", single(w.then.high))
                      .text();
  }

  /// As a number of CSL, with all digits of an f32.
  static std::string csl_number(double number) {
    return scientific(static_cast<double>(static_cast<float>(number)), 9);
  }

  /// Each PE's part of the weights, in its own order; returns the room that the largest takes.
  std::int64_t add_weights(Strip& strip, const Node& node, const Window& w) {
    const std::vector<double> all =
        ordered_weights(w, node.what, numbers_of(*graph_[node.inputs[1]].constant));
    const std::int64_t inputs = w.kind == Window::Kind::product ? w.channels : 1;
    const auto part = [](std::int64_t count, std::int64_t parts) {
      return (count + parts - 1) / parts;
    };
    const std::int64_t room = w.taps() * part(inputs, strip.columns) * part(w.outputs, strip.rows);
    graph::Numbers out{{machine_.element(), {strip.rows, strip.columns, room}}, {}, {}};
    for (std::int64_t tile = 0; tile < strip.rows * strip.columns; ++tile) {
      const std::int64_t row = tile / strip.columns;
      const std::int64_t column = tile % strip.columns;
      for (std::int64_t tap = 0; tap < w.taps(); ++tap) {
        for (std::int64_t i = first_of(inputs, strip.columns, column);
             i < first_of(inputs, strip.columns, column + 1); ++i) {
          const auto from = all.begin() + (tap * inputs + i) * w.outputs;
          out.floats.insert(out.floats.end(), from + first_of(w.outputs, strip.rows, row),
                            from + first_of(w.outputs, strip.rows, row + 1));
        }
      }
      out.floats.resize(as_index((tile + 1) * room));
    }
    strip.parts.push_back(
        {"weights", {names_.handle(graph_[node.inputs[1]].name), tensor_of(out)}});
    return room;
  }

  /// The first column has the bias, in f32.
  std::int64_t add_bias(Strip& strip, const Node& node, const Window& w) {
    const graph::Numbers all = numbers_of(*graph_[node.inputs[2]].constant);
    const std::int64_t room = (w.outputs + strip.rows - 1) / strip.rows;
    graph::Numbers out{{graph::Element::f32, {strip.rows, strip.columns, room}}, {}, {}};
    for (std::int64_t tile = 0; tile < strip.rows * strip.columns; ++tile) {
      const std::int64_t row = tile / strip.columns;
      if (tile % strip.columns == 0) {
        out.floats.insert(out.floats.end(),
                          all.floats.begin() + first_of(w.outputs, strip.rows, row),
                          all.floats.begin() + first_of(w.outputs, strip.rows, row + 1));
      }
      out.floats.resize(as_index((tile + 1) * room));
    }
    strip.parts.push_back({"bias", {names_.handle(graph_[node.inputs[2]].name), tensor_of(out)}});
    return room;
  }

  /// A strip that gives `id`, whose other order is there, in this one.
  std::size_t add_turn(ValueId id, Order order) {
    const Shape& s = shape(id);
    const auto other = order == Order::plain ? Order::channels_last : Order::plain;
    const std::size_t lane = lanes_.at({index(id), other});
    const std::int64_t places = graph::count_of(s) / (s[0] * s[1]);
    const bool to_plain = order == Order::plain;
    Strip& strip = add_strip("turn", {lane}, id, order);
    strip.comment =
        "'" + graph_[id].name + "' with its channels " + (to_plain ? "first." : "last.");
    const std::int64_t rows = to_plain ? places : s[1];
    const std::int64_t columns = to_plain ? s[1] : places;
    size_turn(strip, s[0], rows, columns, 1);
    return strip.out;
  }

  /// [batch][rows][columns][inner] to [batch][columns][rows][inner], columns in parts.
  void size_turn(Strip& strip, std::int64_t batch, std::int64_t rows, std::int64_t columns,
                 std::int64_t inner) {
    (void)batch;
    const std::int64_t landing = columns * inner;
    std::int64_t parts = 1;
    const auto bytes = [&] {
      return (landing + (columns + parts - 1) / parts * rows * inner + rows * inner) *
                 machine_.value_bytes() +
             512;
    };
    while (parts < columns && bytes() > machine_.data_bytes) ++parts;
    if (bytes() > machine_.data_bytes || landing > most_of_index || rows * inner > most_of_index) {
      lacks_.add("'" + graph_[strip.value].name + "' cannot be turned: its " +
                 std::to_string(columns) + " columns of " + std::to_string(rows * inner) +
                 " elements need " + std::to_string(bytes()) + " bytes a PE, of " +
                 std::to_string(machine_.data_bytes));
    }
    strip.rows = parts;
    strip.sizes = Parameters().add("rows", rows).add("columns", columns).add("inner", inner).text();
  }

  void mark_output(ValueId id) {
    if (missing_.count(index(id)) != 0) return;
    if (constant(id)) {
      lacks_.add("'" + graph_[id].name + "' is an output and a constant");
      return;
    }
    Strip& strip = plan_.strips[plan_.lanes[lane_of(id, Order::plain)].from];
    if (strip.input >= 0) {
      lacks_.add("'" + graph_[id].name + "' is an output and an input");
      return;
    }
    strip.to_host = true;
    strip.value = id;
    strip.type = graph_[id].type;
  }

  void place() {
    for (Strip& strip : plan_.strips) {
      strip.x = plan_.width;
      plan_.width += strip.columns;
      plan_.height = std::max(plan_.height, strip.rows);
    }
    if (plan_.width > machine_.width || plan_.height > machine_.height) {
      fail(Category::unsupported, "the model needs " + std::to_string(plan_.width) + " x " +
                                      std::to_string(plan_.height) + " PEs, and " + machine_.name +
                                      " has " + std::to_string(machine_.width) + " x " +
                                      std::to_string(machine_.height));
    }
  }

  /// The least color that no lane has which shares a router with it.
  void color() {
    constexpr unsigned first = 6;  // below are those of the host and of strips
    constexpr unsigned end = 21;   // from here on they are memcpy's
    std::vector<std::int64_t> busy_until(end, -1);
    for (Lane& lane : plan_.lanes) {
      if (lane.to.empty()) continue;
      const Strip& from = plan_.strips[lane.from];
      const std::int64_t begin = from.x + from.columns - 1;
      lane.color = first;
      while (lane.color < end && busy_until[lane.color] >= begin) ++lane.color;
      if (lane.color == end) {
        fail(Category::unsupported, "more than " + std::to_string(end - first) +
                                        " values pass column " + std::to_string(begin) + " of " +
                                        machine_.name + " at once: a router has 24 colors");
      }
      const Strip& last = plan_.strips[lane.to.back()];
      busy_until[lane.color] = last.x + last.columns - 1;
    }
  }

  const Graph& graph_;
  const Machine& machine_;
  Plan plan_;
  Lacks lacks_;
  Names names_;
  std::map<Key, std::size_t> lanes_;
  std::set<std::uint32_t> missing_;
};

}  // namespace

Plan plan_of(const Graph& graph, const Machine& machine) { return Planner(graph, machine).plan(); }

}  // namespace weft::lower::wse

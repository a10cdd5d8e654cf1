// SPDX-License-Identifier: Apache-2.0
// Values of a model as matrices: which are there, in which order, and under which names.
#include "lower/rdu/writer.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "graph/comments.hpp"
#include "program/rdu_pattern_text.hpp"

namespace weft::lower::rdu {

using graph::Element;
using graph::Shape;
using graph::ValueId;
using program::rdu::none;
using program::rdu::Pattern;

namespace {

constexpr std::int64_t extent_most = 1 << 20;
constexpr std::size_t most_columns = 98;  // behind "# "

/// Rows or columns of a matrix that `of`, a text with a name and a type, is.
std::uint32_t extent(std::int64_t number, const std::string& of) {
  if (number <= extent_most) return static_cast<std::uint32_t>(number);
  fail(Category::unsupported, of + ": a matrix with " + std::to_string(number) +
                                  " rows or columns, and patterns have 2^20 (" +
                                  std::to_string(extent_most) + ") at most");
}

std::string typed(const graph::Value& value) {
  return "'" + value.name + "' is " + text_of(value.type);
}

/// What a pattern may be called: of an array the dots stay.
std::string plain_name(const std::string& wanted, bool dots) {
  std::string out;
  for (const char letter : wanted) {
    const bool plain = ascii::is_letter(letter) || ascii::is_digit(letter) || letter == '_';
    const bool dot = letter == '.' || letter == '/' || letter == ':';
    out += plain ? letter : dots && dot ? '.' : '_';
  }
  if (out.empty() || !(ascii::is_letter(out.front()) || out.front() == '_')) out = "v_" + out;
  return out;
}

}  // namespace

std::string Writer::name_of(const std::string& wanted) {
  return unique_name(plain_name(wanted, false), names_);
}

std::string Writer::name_for(ValueId id, const char* what) {
  return name_of(graph_[id].name + "_" + what);
}

std::uint32_t Writer::weight(const std::string& name, std::int64_t rows, std::int64_t columns,
                             const std::vector<double>& numbers) {
  const std::string called = unique_name(plain_name(name, true), names_);
  const std::string text =
      "'" + name + "' is [" + std::to_string(rows) + ", " + std::to_string(columns) + "]";
  const std::uint32_t made =
      model_.patterns.input(called, extent(rows, text), extent(columns, text));
  graph::Numbers rounded;
  rounded.type = {Element::f32, {rows, columns}};
  auto& floats = model_.given[called];
  for (const double number : numbers) {
    const double kept = graph::rounded_to(Element::bf16, number);
    rounded.floats.push_back(kept);
    floats.push_back(static_cast<float>(kept));
  }
  model_.weights.push_back({value_names_.weight(name), tensor_of(rounded)});
  model_.weight_patterns.push_back(called);
  return made;
}

std::uint32_t Writer::whole_weight(const std::string& name,
                                   const std::vector<std::int64_t>& numbers) {
  const std::string called = unique_name(plain_name(name, true), names_);
  const auto count = static_cast<std::int64_t>(numbers.size());
  const std::uint32_t made = model_.patterns.indices(
      called, extent(count, "'" + name + "' is [" + std::to_string(count) + "]"));
  auto& floats = model_.given[called];
  for (const std::int64_t number : numbers) floats.push_back(static_cast<float>(number));
  graph::Numbers whole;
  whole.type = {Element::i32, {count}};
  whole.whole = numbers;
  model_.weights.push_back({value_names_.weight(name), tensor_of(whole)});
  model_.weight_patterns.push_back(called);
  return made;
}

void Writer::give_input(ValueId id) {
  const graph::Value& value = graph_[id];
  model_.input_taken.push_back(is_read(graph_, id));
  const bool counts = is_row_number(graph_, id);
  const std::string called = unique_name(plain_name(value.name, true), names_);
  const std::int64_t count = graph::count_of(value.type.shape);
  model_.inputs.push_back(
      {value_names_.of(value.name), {counts ? Element::i32 : Element::f32, value.type.shape}});
  model_.input_patterns.push_back(called);
  if (!model_.input_taken.back()) return;
  if (counts) {
    const std::uint32_t made = model_.patterns.indices(called, extent(count, typed(value)));
    model_.held[index(id)].push_back(
        dense(value.type.shape, row_by_row(value.type.shape, 1), made));
    return;
  }
  const Order order = row_by_row(value.type.shape);
  const std::uint32_t made = model_.patterns.input(
      called, extent(count / order.columns, typed(value)), extent(order.columns, typed(value)));
  model_.held[index(id)].push_back(dense(value.type.shape, order, made));
}

const Held& Writer::first_held(ValueId id) {
  if (model_.held[index(id)].empty()) matrix(id, row_by_row(shape(id)));
  return model_.held[index(id)].front();
}

std::uint32_t Writer::matrix(ValueId id, const Order& order) {
  const Shape& of = shape(id);
  std::vector<Held>& all = model_.held[index(id)];
  Held wanted = dense(of, order, none);
  for (const Held& held : all) {
    if (same_places(of, held, wanted)) return held.pattern;
  }
  const graph::Value& value = graph_[id];
  const std::int64_t count = graph::count_of(of);
  if (value.constant) {
    const graph::Numbers numbers = graph::numbers_of(*value.constant);
    std::vector<double> turned(static_cast<std::size_t>(count));
    const std::vector<std::size_t> places = places_of(of, wanted);
    for (std::size_t e = 0; e < places.size(); ++e) {
      turned[places[e]] =
          numbers.floats.empty() ? static_cast<double>(numbers.whole[e]) : numbers.floats[e];
    }
    wanted.pattern = weight(value.name, count / order.columns, order.columns, turned);
  } else {
    const Held& from = all.front();
    const bool is_pixels = of.size() > 2 && order.axes == pixel_by_pixel(of).axes;
    const char* what = is_pixels ? "pixels" : "turned";
    wanted.pattern =
        model_.patterns.view(name_for(id, what), from.pattern, extent(order.columns, typed(value)),
                             strides_of(of, from, order));
  }
  all.push_back(wanted);
  return wanted.pattern;
}

std::uint32_t Writer::laid(const std::string& name, const Placed& x, const Order& order) {
  if (same_places(x.shape, x.held, dense(x.shape, order, none))) return x.held.pattern;
  const std::string text = "'" + name + "' is " + graph::text_of(x.shape);
  return model_.patterns.view(name_of(name), x.held.pattern, extent(order.columns, text),
                              strides_of(x.shape, x.held, order));
}

void Writer::give(const Order& order, std::uint32_t pattern) {
  give(dense(result(), order, pattern));
}

void Writer::flush() {
  const auto& list = model_.patterns.list();
  for (; told_ < list.size(); ++told_) {
    const Pattern& of = list[told_];
    if (of.kind != Pattern::Kind::input && of.layer != layer_) {
      layer_ = of.layer;
      model_.text += layer_line(model_.patterns, layer_);
    }
    model_.text += line_of(model_.patterns, static_cast<std::uint32_t>(told_)) + "\n";
  }
}

void Writer::write(const std::string& title) {
  model_.text = title;
  model_.held.assign(graph_.values.size(), {});
  for (const ValueId id : graph_.inputs) give_input(id);
  flush();
  for (const graph::Node& one : graph_.nodes) {
    node_ = &one;
    model_.text += "\n";
    for (const std::string& text : comments_of(one, most_columns))
      model_.text += "# " + text + "\n";
    model_.patterns.layer(layer_name(graph_[one.outputs[0]].name));
    try {
      std::visit([this](const auto& what) { of(what); }, one.what);
    } catch (const Error& error) {  // what patterns are too small for
      const bool of_patterns = error.category() == Category::input;
      fail(of_patterns ? Category::unsupported : error.category(),
           place_of(one) + ": " + error.what());
    }
    if (told_ == model_.patterns.list().size()) {
      model_.text += "# moves nothing: whoever takes it says where its elements lie\n";
    }
    flush();
  }
  model_.text += "\n# what the model gives\n";
  model_.patterns.layer("");
  make_results();
}

void Writer::make_results() {
  std::vector<std::uint32_t> outputs;
  for (const ValueId id : graph_.outputs) {
    std::uint32_t made = rows(id);
    if (model_.patterns.list()[made].kind == Pattern::Kind::input) {
      made = model_.patterns.map(name_for(id, "given"), made, {});
      model_.held[index(id)].push_back(dense(shape(id), row_by_row(shape(id)), made));
    }
    outputs.push_back(made);
  }
  flush();
  std::set<std::uint32_t> told;
  // A node whose matrix an output's is too, under another shape, is no result of nodes alone.
  const std::set<std::uint32_t> given(outputs.begin(), outputs.end());
  std::string nodes;
  const auto add = [&](ValueId id, const Held& held, const std::string& from, bool output) {
    const std::vector<std::size_t> axes = filling_order(shape(id), held);
    graph::TensorType type{Element::f32, {}};
    for (const std::size_t axis : axes) type.shape.push_back(shape(id)[axis]);
    const std::string& pattern = model_.patterns.list()[held.pattern].name;
    model_.results.push_back({id, value_names_.of(graph_[id].name), from, type, output});
    model_.result_patterns.push_back(pattern);
    model_.result_held.push_back(held);
    if (!told.insert(held.pattern).second) return;
    const bool is_given = given.count(held.pattern) != 0;
    (is_given ? model_.text : nodes) += (is_given ? "output " : "node ") + pattern + "\n";
    model_.patterns.output(held.pattern);
  };
  const auto add_result = [&](const graph::Node& one, ValueId id) {
    const auto found = std::find(graph_.outputs.begin(), graph_.outputs.end(), id);
    if (found != graph_.outputs.end()) {
      const auto at = static_cast<std::size_t>(found - graph_.outputs.begin());
      return add(id, dense(shape(id), row_by_row(shape(id)), outputs[at]), place_of(one), true);
    }
    if (model_.held[index(id)].empty()) return;
    const Held& held = model_.held[index(id)].front();
    const Pattern& of = model_.patterns.list()[held.pattern];
    const bool is_own = of.name == plain_name(graph_[id].name, false);
    if (is_own && !filling_order(shape(id), held).empty()) add(id, held, place_of(one), false);
  };
  for (const graph::Node& one : graph_.nodes) {
    for (const ValueId id : one.outputs) add_result(one, id);
  }
  for (std::size_t at = 0; at < outputs.size(); ++at) {
    const ValueId id = graph_.outputs[at];
    if (graph_[id].producer) continue;
    const std::string from =
        (graph_[id].constant ? "constant '" : "input '") + graph_[id].name + "'";
    add(id, dense(shape(id), row_by_row(shape(id)), outputs[at]), from, true);
  }
  if (!nodes.empty()) {
    model_.text += "\n# with outputs = \"nodes\" these too, for job-nodes.toml\n" + nodes;
  }
}

}  // namespace weft::lower::rdu

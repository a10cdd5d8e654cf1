// SPDX-License-Identifier: Apache-2.0
// A model as text, for people and for tests.
#include "base/number_text.hpp"
#include "graph/graph.hpp"

namespace weft::graph {
namespace {

/// Parameters that differ from what most have, comma by comma.
class ParameterText {
 public:
  void word(const std::string& text) {
    if (!text_.empty()) text_ += ", ";
    text_ += text;
  }
  void word_if(bool is, const std::string& text) {
    if (is) word(text);
  }
  void number(const std::string& name, double value) { word(name + " " + shortest(value)); }
  void whole(const std::string& name, std::int64_t value) {
    word(name + " " + std::to_string(value));
  }
  /// Left out where all values are `usual`.
  void list(const std::string& name, const std::vector<std::int64_t>& values, std::int64_t usual) {
    for (const std::int64_t value : values) {
      if (value != usual) return word(name + " " + text_of(values));
    }
  }
  void list(const std::string& name, const std::vector<std::int64_t>& values) {
    word(name + " " + text_of(values));
  }
  void then(const Then& then) {
    if (then.kind == Then::Kind::relu) word("relu");
    if (then.kind == Then::Kind::clip) {
      word("clip " + shortest(then.low) + " to " + general(then.high, 17));
    }
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

void describe(ParameterText& out, const Unary& x) {
  switch (x.function) {
    case UnaryFunction::leaky_relu:
    case UnaryFunction::elu:
      return out.number("alpha", x.alpha);
    case UnaryFunction::hard_sigmoid:
      out.number("alpha", x.alpha);
      return out.number("beta", x.beta);
    default:
      return;
  }
}
void describe(ParameterText&, const Binary&) {}
void describe(ParameterText&, const Select&) {}
void describe(ParameterText&, const Convert&) {}
void describe(ParameterText&, const Reshape&) {}
void describe(ParameterText&, const Expand&) {}
void describe(ParameterText& out, const Clip& x) {
  out.number("low", x.low);
  out.number("high", x.high);
}
void describe(ParameterText& out, const MatMul& x) {
  out.word_if(x.transpose_a, "a transposed");
  out.word_if(x.transpose_b, "b transposed");
  out.then(x.then);
}
void describe(ParameterText& out, const Convolution& x) {
  out.list("strides", x.strides, 1);
  out.list("dilations", x.dilations, 1);
  out.list("pads", x.pads, 0);
  if (x.groups != 1) out.whole("groups", x.groups);
  out.then(x.then);
}
void describe(ParameterText& out, const Pool& x) {
  out.list("kernel", x.kernel);
  out.list("strides", x.strides, 1);
  out.list("dilations", x.dilations, 1);
  out.list("pads", x.pads, 0);
  out.word_if(x.round_up, "rounded up");
  out.word_if(x.count_pads, "pads counted");
}
void describe(ParameterText& out, const Reduce& x) {
  out.list("axes", x.axes);
  out.word_if(!x.keep, "dropped");
}
void describe(ParameterText& out, const ArgExtreme& x) {
  out.whole("axis", x.axis);
  out.word_if(!x.keep, "dropped");
}
void describe(ParameterText& out, const Softmax& x) { out.whole("axis", x.axis); }
void describe(ParameterText& out, const Normalise& x) {
  out.whole("axis", x.axis);
  out.number("epsilon", x.epsilon);
}
void describe(ParameterText& out, const BatchNormalise& x) { out.number("epsilon", x.epsilon); }
void describe(ParameterText& out, const Attention& x) {
  out.number("scale", x.scale);
  out.word_if(x.causal, "causal");
  out.word_if(x.zero_nan, "NaN weights 0");
}
void describe(ParameterText& out, const Transpose& x) { out.list("axes", x.permutation); }
void describe(ParameterText& out, const Concat& x) { out.whole("axis", x.axis); }
void describe(ParameterText& out, const Slice& x) {
  out.list("starts", x.starts);
  out.list("steps", x.steps, 1);
}
void describe(ParameterText& out, const Pad& x) {
  static constexpr const char* modes[] = {"", "reflect", "edge", "wrap"};
  out.list("before", x.before);
  out.list("behind", x.behind);
  if (x.mode != PadMode::constant) out.word(modes[static_cast<std::size_t>(x.mode)]);
}
void describe(ParameterText& out, const Gather& x) { out.whole("axis", x.axis); }
void describe(ParameterText& out, const GatherElements& x) { out.whole("axis", x.axis); }
void describe(ParameterText& out, const GatherPoints& x) {
  if (x.batch_axes != 0) out.whole("batch axes", x.batch_axes);
}
void describe(ParameterText& out, const CumulativeSum& x) {
  out.whole("axis", x.axis);
  out.word_if(x.exclusive, "exclusive");
  out.word_if(x.reverse, "reverse");
}
void describe(ParameterText& out, const Recurrent& x) {
  static constexpr const char* directions[] = {"forward", "reverse", "both ways"};
  out.word(directions[static_cast<std::size_t>(x.direction)]);
  out.whole("hidden", x.hidden);
  out.word_if(x.linear_before_reset, "linear before reset");
}

std::string name_in_text(const Graph& graph, ValueId id) {
  return id == no_value ? "-" : graph[id].name;
}

std::string joined_names(const Graph& graph, const std::vector<ValueId>& ids) {
  std::string text;
  for (const ValueId id : ids) {
    if (!text.empty()) text += ", ";
    text += name_in_text(graph, id);
  }
  return text;
}

}  // namespace

std::string parameters_of(const Operator& what) {
  ParameterText out;
  std::visit([&out](const auto& one) { describe(out, one); }, what);
  return out.text();
}

std::string text_of(const Origin& origin) {
  std::string text = "node '" + origin.node + "'";
  if (origin.node.empty()) {
    text = origin.result.empty() ? "a node without a name"
                                 : "the node that gives '" + origin.result + "'";
  }
  if (!origin.operation.empty()) text += " (" + origin.operation + ")";
  if (origin.stack.empty()) return text;
  const SourceLine& line = origin.stack.back();
  text += " of " + line.file + ":" + std::to_string(line.line);
  if (!line.function.empty()) text += ", in " + line.function;
  return text;
}

bool begins_with_origin(std::string_view message) {
  return message.starts_with("node '") || message.starts_with("the node that gives '") ||
         message.starts_with("a node without a name");
}

std::string text_of(const Graph& graph) {
  std::string text;
  for (const ValueId id : graph.inputs) {
    text += "input " + graph[id].name + ": " + text_of(graph[id].type) + "\n";
  }
  for (const Node& node : graph.nodes) {
    std::string results;
    for (const ValueId id : node.outputs) {
      if (!results.empty()) results += ", ";
      results += graph[id].name + ": " + text_of(graph[id].type);
    }
    const std::string parameters = parameters_of(node.what);
    text += results + " = " + std::string(name_of(node.what)) + "(" +
            joined_names(graph, node.inputs) + (parameters.empty() ? "" : "; " + parameters) +
            ")\n";
  }
  return text + "outputs " + joined_names(graph, graph.outputs) + "\n";
}

}  // namespace weft::graph

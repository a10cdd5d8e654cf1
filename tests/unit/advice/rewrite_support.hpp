// SPDX-License-Identifier: Apache-2.0
// Rewrites of small models held against what they were: by the evaluator, and a second time.
#pragma once

#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "advice/rewrite.hpp"
#include "frontends/onnx/write_model.hpp"
#include "graph/evaluate.hpp"
#include "support.hpp"

namespace weft::advice {

using Axes = std::vector<std::int64_t>;

/// Inputs of both signs, all different, or whole numbers from 0.
inline graph::Numbers drawn(const graph::TensorType& type) {
  graph::Numbers out{type, {}, {}};
  for (std::int64_t i = 0; i < out.count(); ++i) {
    if (is_floating(type.element)) {
      out.floats.push_back(static_cast<double>((i * 37 + 11) % 101) / 25 - 2);
    } else {
      out.whole.push_back(i % 2);
    }
  }
  return out;
}

inline std::vector<graph::Numbers> answers(const std::string& path) {
  const graph::Graph graph = onnx::import_model(path);
  std::vector<graph::Numbers> inputs;
  for (const graph::ValueId id : graph.inputs) inputs.push_back(drawn(graph[id].type));
  return outputs_of(graph, evaluate(graph, inputs));
}

inline double difference(const std::vector<graph::Numbers>& a,
                         const std::vector<graph::Numbers>& b) {
  EXPECT_EQ(a.size(), b.size());
  double off = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].type, b[i].type);
    EXPECT_EQ(a[i].whole, b[i].whole);
    for (std::size_t k = 0; k < a[i].floats.size(); ++k) {
      const double one = a[i].floats[k], two = b[i].floats[k];
      if (one == two || (std::isnan(one) && std::isnan(two))) continue;
      off = std::isfinite(one - two) ? std::max(off, std::abs(one - two)) : INFINITY;
    }
  }
  return off;
}

/// What of a model is left of its operators: "Add 2, Mul 1".
inline std::string operators(const graph::SourceModel& model) {
  std::map<std::string, int> counts;
  for (const graph::SourceNode& node : model.nodes) ++counts[node.operation];
  std::string out;
  for (const auto& [name, count] : counts) {
    out += (out.empty() ? "" : ", ") + name + " " + std::to_string(count);
  }
  return out;
}

struct Done {
  Rewritten result;
  double difference = 0;
};

/// Of what one rewrite made, no other makes what it would change again; the two sets alone are
/// each other's opposite.
inline void expect_undone_by_nothing(const graph::SourceModel& model, const std::string& id) {
  for (const std::string& other : automatic_rewrites()) {
    if (id.starts_with("opset-") && other.starts_with("opset-")) continue;
    const Rewritten after = rewritten(model, other);
    EXPECT_TRUE(rewritten(after.model, id).changes.empty()) << other << " undoes " << id;
  }
}

/// Runtimes refuse two nodes of one name.
inline void expect_names_apart(const graph::SourceModel& model) {
  std::set<std::string> names;
  for (const graph::SourceNode& node : model.nodes) {
    const std::string& name = node.origin.node;
    EXPECT_TRUE(name.empty() || names.insert(name).second) << name;
  }
}

/// Rewrites a model and writes it as `new.onnx`; a second time nothing changes.
inline Rewritten rewritten_file(const test::OnnxModel& model, const std::string& id,
                                const Folder& folder) {
  test::write_file(folder.path("model.onnx"), model.bytes());
  Rewritten result = rewritten(onnx::list_model(folder.path("model.onnx")), id);
  onnx::write_model(result.model, folder.path("new.onnx"));
  const graph::SourceModel again = onnx::list_model(folder.path("new.onnx"));
  EXPECT_EQ(operators(again), operators(result.model));
  expect_names_apart(again);
  const Rewritten twice = rewritten(again, id);
  EXPECT_TRUE(twice.changes.empty()) << id << " changes what it made";
  EXPECT_EQ(operators(twice.model), operators(again));
  expect_undone_by_nothing(again, id);
  return result;
}

/// Rewrites a model, writes it, compares both; a second time nothing changes.
inline Done done(const test::OnnxModel& model, const std::string& id) {
  const Folder folder;
  Done out{rewritten_file(model, id, folder)};
  out.difference = difference(answers(folder.path("model.onnx")), answers(folder.path("new.onnx")));
  return out;
}

/// Of an operator that weft's graphs have not: the rewritten model's one answer is `expected`.
inline void expect_answer(const test::OnnxModel& model, const std::string& id,
                          const std::string& left, const std::vector<double>& expected,
                          double bound) {
  const Folder folder;
  const Rewritten result = rewritten_file(model, id, folder);
  EXPECT_EQ(operators(result.model), left);
  const graph::Numbers answer = answers(folder.path("new.onnx")).at(0);
  ASSERT_EQ(answer.floats.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_LE(std::abs(answer.floats[i] - expected[i]), bound) << i;
  }
}

inline void expect_exact(const test::OnnxModel& model, const std::string& id,
                         const std::string& left) {
  const Done out = done(model, id);
  EXPECT_EQ(out.difference, 0);
  EXPECT_FALSE(out.result.changes.empty());
  EXPECT_EQ(operators(out.result.model), left);
}

inline void expect_within(const test::OnnxModel& model, const std::string& id,
                          const std::string& left, double bound) {
  const Done out = done(model, id);
  EXPECT_LE(out.difference, bound);
  EXPECT_FALSE(out.result.changes.empty());
  EXPECT_EQ(operators(out.result.model), left);
}

/// Nothing of it is changed.
inline void expect_left(const test::OnnxModel& model, const std::string& id) {
  const Done out = done(model, id);
  EXPECT_EQ(out.difference, 0);
  EXPECT_TRUE(out.result.changes.empty());
}

/// The same numbers by operators of set 11.
inline Done expect_opset_11(const test::OnnxModel& model) {
  Done out = done(model, "opset-11");
  EXPECT_EQ(out.difference, 0);
  EXPECT_EQ(out.result.left, std::vector<std::string>{});
  EXPECT_EQ(out.result.model.opsets.at(""), 11);
  return out;
}

}  // namespace weft::advice

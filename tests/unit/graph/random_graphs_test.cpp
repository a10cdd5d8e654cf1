// SPDX-License-Identifier: Apache-2.0
// Random graphs: simplified they say what they said, nothing is left to do a second time, and they
// are sound behind every pass.
#include <gtest/gtest.h>

#include <algorithm>

#include "graph/outputs.hpp"
#include "graph/passes.hpp"
#include "unit/graph/models.hpp"

namespace weft::graph {
namespace {

using namespace test;
using U = UnaryFunction;
using B = BinaryFunction;

/// Draws graphs of tensors [2, channels, 6], with what passes look for more often than chance has
/// it.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : state_(seed * 2654435761U + 99) {}

  Model model() {
    model_ = Model{};
    values_ = {model_.input("x", {2, 4, 6}), model_.input("y", {2, 4, 6})};
    for (int i = 0; i < 12; ++i) values_.push_back(next());
    model_.output(values_.back());
    model_.output(values_[values_.size() - 1 - below(4)]);
    return std::move(model_);
  }

 private:
  std::size_t below(std::size_t count) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<std::size_t>((state_ >> 33U) % count);
  }
  ValueId any() {
    return values_[values_.size() - 1 - below(std::min<std::size_t>(5, values_.size()))];
  }
  ValueId constant(Shape shape) { return model_.constant(std::move(shape), below(1000)); }
  ValueId add(Operator what, std::vector<ValueId> inputs) {
    return model_.add(std::move(what), std::move(inputs));
  }
  ValueId bounded(ValueId id) { return add(Unary{U::tanh}, {id}); }

  ValueId next() {
    switch (below(12)) {
      case 0:
        return add(Unary{U::relu}, {any()});
      case 1:
        return add(Clip{-0.75, 0.5}, {any()});
      case 2:
        return add(Binary{B::add}, {any(), any()});
      case 3:
        return add(Binary{B::add}, {any(), constant({4, 1})});
      case 4:
        return convolution();
      case 5:
        return normalised();
      case 6:
        return product();
      case 7:
        return moved();
      case 8:
        return gate();
      case 9:
        return norm();
      case 10:
        return attention();
      default:
        return add(Binary{B::multiply}, {any(), add(Unary{U::exponential}, {constant({6})})});
    }
  }
  ValueId convolution() {
    const Convolution c{{1}, {1}, {1, 1}, 2, {}};
    const ValueId w = constant({4, 2, 3});
    const ValueId x = bounded(any());
    return below(2) == 0 ? add(c, {x, w}) : add(c, {x, w, constant({4})});
  }
  ValueId normalised() {
    return add(BatchNormalise{1e-3},
               {below(2) == 0 ? convolution() : any(), constant({4}), constant({4}), constant({4}),
                model_.positive_constant({4}, below(1000))});
  }
  ValueId product() {
    const ValueId y = add(MatMul{false, below(2) == 0}, {bounded(any()), constant({6, 6})});
    return below(2) == 0 ? y : add(Binary{B::add}, {constant({6}), y});
  }
  ValueId moved() {
    ValueId id = add(Reshape{{8, 6}}, {any()});
    id = add(Transpose{{1, 0}}, {id});
    if (below(2) == 0) id = add(Reshape{{6, 4, 2}}, {id});
    id = add(Reshape{{3, 2, 8}}, {id});
    id = add(Transpose{below(2) == 0 ? std::vector<std::int64_t>{2, 0, 1}
                                     : std::vector<std::int64_t>{0, 2, 1}},
             {id});
    return add(Reshape{{2, 4, 6}}, {id});
  }
  ValueId gate() {
    const ValueId x = any();
    if (below(2) == 0) return add(Binary{B::multiply}, {add(Unary{U::sigmoid}, {x}), x});
    const ValueId root = model_.number(std::sqrt(0.5));
    const ValueId f = add(Unary{U::error_function}, {add(Binary{B::multiply}, {x, root})});
    const ValueId sum = add(Binary{B::add}, {f, model_.number(1)});
    const ValueId half = add(Binary{B::multiply}, {x, model_.number(0.5)});
    return add(Binary{B::multiply}, {half, sum});
  }
  ValueId norm() {
    const ValueId x = any();
    const Reduce mean{ReduceKind::mean, {2}, true};
    const ValueId d = add(Binary{B::subtract}, {x, add(mean, {x})});
    const ValueId square = add(mean, {add(Binary{B::multiply}, {d, d})});
    const ValueId root =
        add(Unary{U::square_root}, {add(Binary{B::add}, {square, model_.number(0.01)})});
    const ValueId y = add(Binary{B::divide}, {d, root});
    return below(2) == 0 ? y : add(Binary{B::multiply}, {y, constant({6})});
  }
  ValueId attention() {
    const ValueId k = add(Transpose{{0, 2, 1}}, {bounded(any())});
    ValueId scores = add(MatMul{}, {bounded(any()), k});
    scores = add(Binary{B::multiply}, {scores, model_.number(0.5)});
    if (below(2) == 0) scores = add(Binary{B::add}, {scores, constant({4, 4})});
    return add(MatMul{}, {add(Softmax{2}, {scores}), any()});
  }

  std::uint64_t state_;
  Model model_;
  std::vector<ValueId> values_;
};

// Rows in a norm or softmax may be all but equal: what fp64 loses there is lost on both sides.
constexpr double random_bound = 1e-9;

TEST(RandomGraphs, SayTheSameAfterEveryPass) {
  void (*const passes[])(Graph&) = {fold_constants,  remove_dead,      recognise_patterns,
                                    fold_batch_norm, fuse_activations, join_layout,
                                    simplify};
  std::size_t before = 0;
  std::size_t after = 0;
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    const Model model = Draw(seed).model();
    const std::vector<Numbers> inputs = drawn_inputs(model.graph, seed);
    const auto wanted = outputs_of(model.graph, evaluate(model.graph, inputs));
    for (void (*const pass)(Graph&) : passes) {
      Graph graph = model.graph;
      pass(graph);
      require_sound(graph);
      const auto got = outputs_of(graph, evaluate(graph, inputs));
      ASSERT_LE(difference(got, wanted), random_bound) << seed << "\n"
                                                       << text_of(model.graph) << "\nbecame\n"
                                                       << text_of(graph);
      if (pass != simplify) continue;
      const std::string text = text_of(graph);
      simplify(graph);
      ASSERT_EQ(text_of(graph), text) << seed;
      before += model.graph.nodes.size();
      after += graph.nodes.size();
    }
  }
  EXPECT_LT(after, before / 2);  // passes found something to do
}

TEST(RandomGraphs, GiveTheSameOutputsWhereValuesAreDropped) {
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    const Graph graph = Draw(seed).model().graph;
    const std::vector<Numbers> inputs = drawn_inputs(graph, seed);
    std::int64_t all = 0;
    for (const Value& value : graph.values) all += count_of(value.type.shape);
    const auto wanted = outputs_of(graph, evaluate(graph, inputs));
    const auto got = outputs_for(
        graph, inputs, [](const Value& constant) { return numbers_of(*constant.constant); });
    ASSERT_EQ(got.size(), wanted.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
      EXPECT_EQ(got[i].floats, wanted[i].floats) << seed;
    }
    EXPECT_LT(most_numbers_held(graph), all) << seed;
  }
}

}  // namespace
}  // namespace weft::graph

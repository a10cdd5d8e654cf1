// SPDX-License-Identifier: Apache-2.0
// Operators by their text where good guesses are wrong: the table of docs/onnx.md, value by value.
#include <cmath>
#include <limits>

#include "support.hpp"

namespace weft::onnx {
namespace {

using test::attribute;
using test::OnnxModel;
using Wholes = std::vector<std::int64_t>;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

/// The first output of one node, whose first input is `x` and whose others are known.
graph::Numbers answer_of(OnnxModel model, const std::string& operation, const graph::Numbers& x,
                         const test::Names& known = {},
                         const std::vector<test::Proto>& attributes = {}) {
  test::Names inputs{"x"};
  inputs.insert(inputs.end(), known.begin(), known.end());
  const std::vector<test::Dim> dims(x.type.shape.begin(), x.type.shape.end());
  const bool floating = is_floating(x.type.element);
  model.input("x", dims, floating ? test::onnx_type::f32 : test::onnx_type::i64);
  model.node(operation, inputs, {"y"}, attributes).output("y");
  return answers(imported(model), {x}).at(0);
}

OnnxModel with_floats(const std::string& name, const Wholes& dims, const std::vector<float>& values,
                      int opset = 20) {
  return std::move(OnnxModel(opset).initializer(test::floats(name, dims, values)));
}

TEST(OnnxOperators, ClipTakesItsMaximumAndLeavesInfinities) {
  OnnxModel crossed = with_floats("low", {}, {5});
  crossed.initializer(test::floats("high", {}, {2}));
  EXPECT_EQ(answer_of(crossed, "Clip", floats_of({3}, {0, 3, 9}), {"low", "high"}).floats,
            (std::vector<double>{2, 2, 2}));
  EXPECT_EQ(
      answer_of(with_floats("low", {}, {0}), "Clip", floats_of({2}, {-infinity, infinity}), {"low"})
          .floats,
      (std::vector<double>{0, infinity}));
}

TEST(OnnxOperators, PowersOfWholeNumbersAreExact) {
  OnnxModel model;
  model.initializer(test::wholes("e", {1}, {39}));
  EXPECT_EQ(answer_of(model, "Pow", wholes_of({1}, {3}), {"e"}).whole,
            (Wholes{4052555153018976267}));
}

TEST(OnnxOperators, NaNWins) {
  const graph::Numbers x = floats_of({3}, {1, nan, 2});
  EXPECT_TRUE(std::isnan(answer_of(OnnxModel(), "ReduceMax", x).floats.at(0)));
  EXPECT_EQ(answer_of(OnnxModel(), "ArgMax", x).whole, (Wholes{1}));
  const graph::Numbers pooled =
      answer_of(OnnxModel(), "MaxPool", floats_of({1, 1, 2, 2}, {1, 2, 3, nan}), {},
                {attribute("kernel_shape", Wholes{2, 2})});
  EXPECT_TRUE(std::isnan(pooled.floats.at(0)));
  EXPECT_TRUE(
      std::isnan(answer_of(with_floats("o", {3}, {3, 3, 3}), "Max", x, {"o"}).floats.at(1)));
}

TEST(OnnxOperators, InfinitiesGoToTheLimit) {
  const graph::Numbers x = floats_of({1}, {-infinity});
  for (const char* operation : {"Gelu", "Mish", "HardSwish"}) {
    EXPECT_EQ(answer_of(OnnxModel(), operation, x).floats.at(0), 0) << operation;
  }
  const graph::Numbers soft =
      answer_of(OnnxModel(), "Softmax", floats_of({2}, {-infinity, -infinity}));
  EXPECT_TRUE(std::isnan(soft.floats.at(0)));
}

TEST(OnnxOperators, SoftmaxBefore13IsOverAllAxesBehind) {
  const graph::Numbers x = floats_of({1, 2, 2}, {0, 0, 0, 0});
  EXPECT_EQ(answer_of(OnnxModel(12), "Softmax", x).floats.at(0), 0.25);
  EXPECT_EQ(answer_of(OnnxModel(13), "Softmax", x).floats.at(0), 0.5);
}

TEST(OnnxOperators, PadsWrapRoundAndRoundAndCutOff) {
  OnnxModel round;
  round.initializer(test::wholes("p", {2}, {4, 0}));
  EXPECT_EQ(
      answer_of(round, "Pad", floats_of({3}, {1, 2, 3}), {"p"}, {attribute("mode", "wrap")}).floats,
      (std::vector<double>{3, 1, 2, 3, 1, 2, 3}));
  OnnxModel cut;
  cut.initializer(test::wholes("p", {2}, {-1, 2}));
  EXPECT_EQ(answer_of(cut, "Pad", floats_of({3}, {1, 2, 3}), {"p"}).floats,
            (std::vector<double>{2, 3, 0, 0}));
}

TEST(OnnxOperators, TransposedConvolutionsGiveWhatTheyAreTold) {
  const graph::Numbers y =
      answer_of(with_floats("w", {1, 1, 2}, {1, 10}), "ConvTranspose", floats_of({1, 1, 2}, {1, 2}),
                {"w"}, {attribute("strides", Wholes{3}), attribute("auto_pad", "SAME_UPPER")});
  EXPECT_EQ(y.type.shape, (graph::Shape{1, 1, 6}));
  EXPECT_EQ(y.floats, (std::vector<double>{1, 10, 0, 2, 20, 0}));
}

TEST(OnnxOperators, RoundedUpWindowsBeginInsideTheInput) {
  const graph::Numbers y = answer_of(OnnxModel(), "MaxPool", floats_of({1, 1, 4}, {1, 2, 3, 4}), {},
                                     {attribute("kernel_shape", Wholes{1}),
                                      attribute("strides", Wholes{2}), attribute("ceil_mode", 1)});
  EXPECT_EQ(y.floats, (std::vector<double>{1, 3}));
}

// Machines have a form of means for counted pads, and not all have it for extents that are rounded.
TEST(OnnxOperators, MeansWithoutPadsCountNone) {
  for (const std::int64_t pads : {0, 1}) {
    OnnxModel model;
    model.input("x", {1, 1, 6})
        .node("AveragePool", {"x"}, {"y"},
              {attribute("kernel_shape", Wholes{3}), attribute("strides", Wholes{2}),
               attribute("pads", Wholes{pads, pads}), attribute("ceil_mode", 1),
               attribute("count_include_pad", 1)})
        .output("y");
    const graph::Graph graph = imported(model);
    const auto& pool = std::get<graph::Pool>(graph.nodes.at(0).what);
    EXPECT_EQ(pool.count_pads, pads != 0);
    const graph::Numbers x = floats_of({1, 1, 6}, {3, 6, 9, 12, 15, 18});
    const auto expected =
        pads == 0 ? std::vector<double>{6, 12, 16.5} : std::vector<double>{3, 9, 15, 9};
    EXPECT_EQ(answers(graph, {x}).at(0).floats, expected);
  }
}

TEST(OnnxOperators, ModulusHasTheSignOfEitherOperand) {
  OnnxModel model;
  model.initializer(test::wholes("d", {1}, {3}));
  const graph::Numbers x = wholes_of({2}, {-7, 7});
  EXPECT_EQ(answer_of(model, "Mod", x, {"d"}).whole, (Wholes{2, 1}));
  EXPECT_EQ(answer_of(model, "Mod", x, {"d"}, {attribute("fmod", 1)}).whole, (Wholes{-1, 1}));
}

TEST(OnnxOperators, SmallPowersWrapAtTheirOwnWidth) {
  OnnxModel model;
  model.initializer(
      test::tensor_proto("e", test::onnx_type::i32, {1}, std::vector<std::int32_t>{20}));
  model.input("x", {1}, test::onnx_type::i32).node("Pow", {"x", "e"}, {"y"}).output("y");
  const graph::Numbers x{{graph::Element::i32, {1}}, {}, {3}};
  EXPECT_EQ(answers(imported(model), {x}).at(0).whole,
            (Wholes{static_cast<std::int32_t>(3486784401U)}));
}

TEST(OnnxOperators, SigmoidsHaveTheirTail) {
  const double tail = answer_of(OnnxModel(), "Sigmoid", floats_of({1}, {-20})).floats.at(0);
  EXPECT_NEAR(tail, 2.0611536181902037e-9, 1e-20);
}

TEST(OnnxOperators, MeansOfNothingAreNaN) {
  const auto mean = [](const graph::Numbers& x) {
    return answer_of(OnnxModel(13), "ReduceMean", x, {}, {attribute("axes", Wholes{1})});
  };
  for (const double one : mean(floats_of({2, 0}, {})).floats) EXPECT_TRUE(std::isnan(one));
  EXPECT_THROW((void)mean(wholes_of({2, 0}, {})), Error);
}

TEST(OnnxOperators, CastsGoTowardsZeroAndEndWhereTheFormatDoes) {
  const auto cast = [](std::vector<double> values, std::int64_t to) {
    const graph::Numbers x = floats_of({static_cast<std::int64_t>(values.size())}, values);
    return answer_of(OnnxModel(), "Cast", x, {}, {attribute("to", to)}).whole;
  };
  EXPECT_EQ(cast({0.5, 1.5, 2.5, -0.5, -1.5}, test::onnx_type::i8), (Wholes{0, 1, 2, 0, -1}));
  EXPECT_EQ(cast({300, -300, nan}, test::onnx_type::i8), (Wholes{127, -128, 0}));
  constexpr std::int64_t u32 = 12;
  EXPECT_EQ(cast({5e9, -1, infinity}, u32), (Wholes{4294967295, 0, 4294967295}));
}

TEST(OnnxOperators, MaximaWithTheirPlacesAreRefused) {
  OnnxModel model;
  model.input("x", {1, 1, 2, 2});
  model.node("MaxPool", {"x"}, {"y", "i"}, {attribute("kernel_shape", Wholes{2, 2})}).output("y");
  model.output("i");
  expect_refusal(refusal(model), {"MaxPool", "indices"});
}

/// A sequence of length 0 leaves the state as it began.
TEST(OnnxOperators, RecurrencesWithoutStepsKeepTheirState) {
  for (const auto& [operation, gates] : {std::pair{"LSTM", 4}, std::pair{"GRU", 3}}) {
    SCOPED_TRACE(operation);
    OnnxModel model;
    model.input("x", {2, 1, 1});
    const std::vector<float> ones(static_cast<std::size_t>(gates), 1);
    model.initializer(test::floats("w", {1, gates, 1}, ones));
    model.initializer(test::floats("r", {1, gates, 1}, ones));
    model.initializer(
        test::tensor_proto("none", test::onnx_type::i32, {1}, std::vector<std::int32_t>{0}));
    model.initializer(test::floats("h", {1, 1, 1}, {7}));
    model.node(operation, {"x", "w", "r", "", "none", "h"}, {"y", "last"},
               {attribute("hidden_size", 1)});
    const auto out =
        answers(imported(model.output("y").output("last")), {floats_of({2, 1, 1}, {3, 4})});
    EXPECT_EQ(out.at(0).floats, (std::vector<double>{0, 0}));
    EXPECT_EQ(out.at(1).floats, (std::vector<double>{7}));
  }
}

TEST(OnnxOperators, OldSumsBroadcastAlongAnAxis) {
  const graph::Numbers x = floats_of({2, 2}, {0, 0, 0, 0});
  EXPECT_EQ(answer_of(with_floats("b", {2}, {1, 2}, 6), "Add", x, {"b"},
                      {attribute("broadcast", 1), attribute("axis", 0)})
                .floats,
            (std::vector<double>{1, 1, 2, 2}));
  expect_refusal(refusal(with_floats("b", {2}, {1, 2}, 6)
                             .input("x", {2, 2})
                             .node("Add", {"x", "b"}, {"y"})
                             .output("y")),
                 {"does not broadcast"});
}

}  // namespace
}  // namespace weft::onnx

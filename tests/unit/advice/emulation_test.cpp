// SPDX-License-Identifier: Apache-2.0
// Sums over layers, what is not known of them, whose cycles they are, and published figures beside.
#include "advice/emulation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "advice/emulation_text.hpp"
#include "advice/text.hpp"
#include "graph/layers.hpp"
#include "graph/passes.hpp"
#include "support.hpp"

namespace weft::advice {
namespace {

using namespace weft::test;

EmulatedLayer layer_of(std::size_t count, std::uint64_t cycles,
                       std::optional<std::uint64_t> slower = {}) {
  EmulatedLayer out;
  out.what = "layer of " + std::to_string(cycles);
  out.nodes.resize(count);
  out.multiplications = 100;
  out.cost.cycles = cycles;
  out.cost.seconds = static_cast<double>(cycles) * 1e-9;
  out.cost.slower_cycles = slower;
  return out;
}

EmulatedLayer refused_layer(const std::string& why) {
  EmulatedLayer out = layer_of(1, 0);
  out.cost = {};
  out.cost.refused = why;
  return out;
}

TEST(Emulation, CountsEachKindAsOftenAsItIsThere) {
  Emulation all;
  all.layers = {layer_of(3, 100, 150), layer_of(1, 50, 50)};
  const LayerSum sum = sum_of(all);
  EXPECT_TRUE(sum.is_whole());
  EXPECT_EQ(sum.layers, 4);
  EXPECT_EQ(sum.cost.cycles, 350U);
  EXPECT_DOUBLE_EQ(sum.cost.seconds, 350e-9);
  EXPECT_DOUBLE_EQ(*share_on_choices(sum.cost), 150.0 / 350);
}

TEST(Emulation, TheNoteTellsOfASecondRunWhereThereWasOne) {
  const std::string words = "twice as long";
  Emulation quick;
  quick.layers = {layer_of(3, 100)};
  EXPECT_EQ(estimate_note(quick).find(words), std::string::npos);
  Emulation asked;
  asked.layers = {layer_of(3, 100, 150)};
  EXPECT_NE(estimate_note(asked).find(words), std::string::npos);
}

TEST(Emulation, WhatIsNotKnownIsNotNothing) {
  Emulation all;
  all.layers = {refused_layer("no program for it"), layer_of(3, 100, 150)};
  const LayerSum sum = sum_of(all);
  EXPECT_FALSE(sum.is_whole());
  EXPECT_EQ(sum.not_known, 1);
  EXPECT_EQ(sum.cost.cycles, 300U);
  EXPECT_DOUBLE_EQ(sum.multiplications_not_known / sum.multiplications, 0.25);
  sort_layers(all);
  EXPECT_TRUE(all.layers[0].cost.is_known());
  all.layers = {refused_layer("no program for it")};
  EXPECT_FALSE(share_on_choices(sum_of(all).cost));
}

TEST(Emulation, AShareOfSomeLayersSaysOfWhich) {
  Emulation all;
  all.layers = {layer_of(3, 100, 150), layer_of(1, 100)};
  EXPECT_DOUBLE_EQ(*share_on_choices(sum_of(all).cost), 0.5);
  EXPECT_DOUBLE_EQ(asked_share(sum_of(all).cost), 0.75);
  EXPECT_NE(sum_text(all).find("50.0 % of it rests on assumed or fitted constants, by layers that "
                               "take 75.0 %"),
            std::string::npos)
      << sum_text(all);
  all.layers[1].cost.slower_cycles = 100;
  EXPECT_DOUBLE_EQ(*share_on_choices(sum_of(all).cost), 150.0 / 400);
  EXPECT_DOUBLE_EQ(asked_share(sum_of(all).cost), 1);
  EXPECT_EQ(sum_text(all).find("by layers"), std::string::npos);
  all.layers[1].cost.slower_cycles.reset();
  all.layers[1].cost.why_not = "it does not end";
  EXPECT_FALSE(share_on_choices(sum_of(all).cost));
  all.layers = {layer_of(3, 100), layer_of(1, 100)};
  EXPECT_FALSE(share_on_choices(sum_of(all).cost));
}

/// x [1, 64] -> product (w given) -> relu -> product -> y.
OnnxModel products() {
  OnnxModel model(13);
  model.input("x", {1, 64}).initializer(floats("w", {64, 64}, std::vector<float>(4096, 0.5F)));
  model.node("MatMul", {"x", "w"}, {"a"}, {}, "first").node("Relu", {"a"}, {"b"}, {}, "relu");
  model.node("MatMul", {"b", "w"}, {"c"}, {}, "second")
      .node("Softplus", {"c"}, {"y"}, {}, "softplus");
  return std::move(model.output("y", {1, 64}));
}

/// As a target with a layer of each kind of the graph would tell it.
Emulation emulated(const OnnxModel& model, const std::vector<std::uint64_t>& cycles) {
  const Folder folder;
  test::write_file(folder.path("model.onnx"), model.bytes());
  graph::Graph graph = onnx::import_model(folder.path("model.onnx"));
  simplify(graph);
  Emulation out;
  out.precision = "fp16";
  for (const graph::LayerKind& kind : graph::layer_kinds(graph)) {
    EmulatedLayer layer = layer_of(0, cycles.at(out.layers.size()));
    for (const graph::NodeId id : kind.nodes) layer.nodes.push_back(graph[id].origins);
    out.layers.push_back(std::move(layer));
  }
  return out;
}

const Finding* finding_of(const TargetReport& report, const std::string& operation) {
  for (const Finding& one : report.findings) {
    if (one.operation == operation) return &one;
  }
  return nullptr;
}

TEST(Attach, SharesBecomeThoseOfCycles) {
  const graph::SourceModel model = listed(products());
  Report report = advise(load_tables(), model, {target_named("groq-tsp")}, {});
  ASSERT_NE(finding_of(report.targets[0], "Softplus"), nullptr);
  EXPECT_EQ(finding_of(report.targets[0], "Softplus")->share_of, "bytes");
  // The product with its relu, that without, the softplus.
  attach(model, {emulated(products(), {600, 300, 100})}, report);
  const Finding* found = finding_of(report.targets[0], "Softplus");
  EXPECT_EQ(found->share_of, "cycles");
  EXPECT_DOUBLE_EQ(found->share, 0.1);
  EXPECT_NE(report_text(report, load_tables()).find("10.0 % of the cycles"), std::string::npos);
}

TEST(Attach, WithoutAllCyclesSharesStay) {
  const graph::SourceModel model = listed(products());
  Report report = advise(load_tables(), model, {target_named("groq-tsp")}, {});
  Emulation some = emulated(products(), {600, 300, 100});
  some.layers[1].cost.refused = "no room:\n  a line below";
  attach(model, {some}, report);
  EXPECT_EQ(finding_of(report.targets[0], "Softplus")->share_of, "bytes");
  const std::string text = report_text(report, load_tables());
  EXPECT_NE(text.find("nor is the sum"), std::string::npos) << text;
  EXPECT_NE(text.find("no room: a line below"), std::string::npos) << text;
}

/// ResNet-50's count of parameters, as one product.
OnnxModel of_resnet_size(std::int64_t rows) {
  OnnxModel model(13);
  model.input("x", {1, rows, 1, 1});
  model.initializer(
      floats("w", {50, rows, 1, 1}, std::vector<float>(static_cast<std::size_t>(50 * rows), 1)));
  model.node("Conv", {"x", "w"}, {"y"}, {}, "product");
  return std::move(model.output("y", {1, 50, 1, 1}));
}

TEST(Attach, PutsCyclesBesidePublishedOnes) {
  const OnnxModel file = of_resnet_size(512'000);
  const graph::SourceModel model = listed(file);
  const Tables tables = load_tables();
  Report report = advise(tables, model, {target_named("groq-tsp")}, {});
  ASSERT_EQ(report.targets[0].known_model, "ResNet-50");
  Emulation all = emulated(file, {602'934});
  all.whole = EmulatedWhole{{}, "chip", "stops", 1, 5};
  all.whole->cost.refused = "it does not fit";
  attach(model, {all}, report);
  std::size_t cycles = 0;
  for (const PublishedRow& row : report.targets[0].published) {
    if (row.unit != "cycles") continue;
    ++cycles;
    ASSERT_EQ(row.beside.size(), 2U);
    EXPECT_EQ(row.beside[0].value, 602'934.0);
    EXPECT_DOUBLE_EQ(*row.beside[0].ratio, 602'934 / row.value);
    EXPECT_FALSE(row.beside[1].value);
    EXPECT_EQ(row.beside[1].why_not, "it does not fit");
    std::string all_differs;
    for (const std::string& one : row.differs) all_differs += one + ";";
    const bool is_int8 = row.value == 44'118;
    EXPECT_EQ(all_differs.find("precision (int8, here fp16)") != std::string::npos, is_int8);
    EXPECT_NE(all_differs.find("here weft compile"), std::string::npos) << all_differs;
  }
  EXPECT_EQ(cycles, 2U);
  EXPECT_NE(report_text(report, tables).find("602,934 cycles"), std::string::npos);
}

TEST(Attach, ANearModelIsNoMeasure) {
  const OnnxModel file = of_resnet_size(256'000);  // half as many
  const graph::SourceModel model = listed(file);
  const Tables tables = load_tables();
  Report report = advise(tables, model, {target_named("groq-tsp")}, {});
  EXPECT_EQ(report.targets[0].known_model, "");
  EXPECT_EQ(report.targets[0].nearest_model, "ResNet-50 with 25.56 M parameters");
  EXPECT_EQ(report.targets[0].model_sources, SourceKeys{"TV"});
  const std::vector<std::string> keys = cited(report);
  EXPECT_TRUE(std::find(keys.begin(), keys.end(), "TV") != keys.end());
  ASSERT_FALSE(report.targets[0].published.empty());
  attach(model, {emulated(file, {1000})}, report);
  const PublishedRow& row = report.targets[0].published[0];
  EXPECT_TRUE(row.beside[0].value);
  EXPECT_FALSE(row.beside[0].ratio);
  EXPECT_EQ(row.differs[0], "model (ResNet-50, here 12.80 M parameters)");
  EXPECT_NE(published_lack(report.targets[0], Task::inference).find("nearest, ResNet-50"),
            std::string::npos);
  report = advise(tables, listed(of_resnet_size(1000)), {target_named("groq-tsp")}, {});
  EXPECT_TRUE(report.targets[0].published.empty());
}

}  // namespace
}  // namespace weft::advice

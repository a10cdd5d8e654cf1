// SPDX-License-Identifier: Apache-2.0
// Engines at work on any number of ranks: streams, prints, host functions, remote buffers, tensors.
#include <gtest/gtest.h>

#include <functional>
#include <numeric>
#include <poplar/CycleCount.hpp>
#include <poplar/Engine.hpp>
#include <poplar/exceptions.hpp>
#include <sstream>

#include "base/build_info.hpp"
#include "hosts/poplar/engine/runtime.hpp"
#include "support/poplar_graph.hpp"
#include "support/world.hpp"

using namespace poplar;
using namespace poplar::program;

namespace {

using weft::hosts::poplar::install;
using weft::hosts::poplar::StandaloneRuntime;
using weft::test::small_device;

/// Runs a program's main on rank 0 while the others serve.
void run_on_ranks(const std::function<void()>& body) {
  if (!weft::test::world().is_root()) {
    EXPECT_EQ(StandaloneRuntime::serve(weft::test::world()), 0);
    return;
  }
  StandaloneRuntime runtime(weft::test::world());
  install(&runtime);
  body();
  install(nullptr);
  runtime.finish(0);
}

/// A variable whose elements lie on all tiles in turn.
Tensor spread(Graph& graph, const Type& type, std::size_t elements, const std::string& name) {
  Tensor t = graph.addVariable(type, {elements}, name);
  const unsigned tiles = graph.getTarget().getNumTiles();
  for (unsigned i = 0; i < elements; ++i) graph.setTileMapping(t[i], i % tiles);
  return t;
}

TEST(Engine, StreamsGoRound) {
  run_on_ranks([] {
    const Device device = small_device();
    Graph graph(device);
    const Tensor a = spread(graph, INT, 6, "a");
    const Tensor b = spread(graph, INT, 6, "b");
    const auto in = graph.addHostToDeviceFIFO("in", INT, 6);
    const auto out = graph.addDeviceToHostFIFO("out", INT, 6);
    Engine engine(graph, Sequence(Copy(in, a), Copy(a, b.reverse(0)), Copy(b, out)));
    engine.load(device);
    std::vector<int> source(9);
    std::iota(source.begin(), source.end(), 0);
    std::vector<int> result(6);
    engine.connectStream("in", source.data(), source.data() + source.size());
    engine.connectStream("out", result.data());
    engine.run();
    EXPECT_EQ(result, (std::vector<int>{5, 4, 3, 2, 1, 0}));
    engine.run();
    EXPECT_EQ(result, (std::vector<int>{2, 1, 0, 8, 7, 6}));
  });
}

/// What a switch of -1, 5 and 4294967295 leaves for a selector of a type on a tile.
template <typename T>
std::vector<int> switched(const Type& type, const std::vector<T>& selectors, unsigned tile) {
  const Device device = small_device();
  Graph graph(device);
  const Tensor selector = graph.addVariable(type, {}, "selector");
  const Tensor result = graph.addVariable(INT, {}, "result");
  graph.setTileMapping(selector, tile);
  graph.setTileMapping(result, 1);
  graph.createHostWrite("selector", selector);
  graph.createHostRead("result", result);
  const auto leave = [&](int value) {
    const Tensor constant = graph.addConstant<int>(INT, {}, value);
    graph.setTileMapping(constant, 0);
    return Copy(constant, result);
  };
  Engine engine(graph, Switch(selector, {{-1, leave(10)}, {5, leave(20)}}, leave(30)));
  engine.load(device);
  std::vector<int> out;
  for (const T& value : selectors) {
    engine.writeTensor("selector", &value, &value + 1);
    engine.run(0);
    out.emplace_back();
    engine.readTensor("result", &out.back(), &out.back() + 1);
  }
  return out;
}

TEST(Engine, SwitchTakesNegativeCases) {
  run_on_ranks([] {
    for (const unsigned tile : {0U, 3U}) {
      EXPECT_EQ(switched<int>(INT, {-1, 5, 0, -5}, tile), (std::vector<int>{10, 20, 30, 30}));
      EXPECT_EQ(switched<unsigned>(UNSIGNED_INT, {0xffffffffU, 5, 0}, tile),
                (std::vector<int>{10, 20, 30}));
      EXPECT_EQ(switched<char>(BOOL, {0, 1}, tile), (std::vector<int>{30, 30}));
    }
  });
}

constexpr const char* with_defaults = R"(
#include <poplar/Vertex.hpp>
class Defaults : public poplar::Vertex {
 public:
  poplar::Output<int> out;
  short small = -7;
  int whole = 40;
  int none;
  bool compute() { *out = whole + small + none; return true; }
};
)";

TEST(Engine, FieldsWithoutAValueAreAsTheClassSays) {
  run_on_ranks([] {
    const Device device = small_device();
    Graph graph(device);
    std::stringstream source(with_defaults);
    graph.addCodelets(source);
    const Tensor out = spread(graph, INT, 2, "out");
    const ComputeSet set = graph.addComputeSet("set");
    for (unsigned i = 0; i < 2; ++i) {
      const VertexRef v = graph.addVertex(set, "Defaults", {{"out", out[i]}});
      graph.setTileMapping(v, i);
      if (i == 1) graph.setInitialValue(v["whole"], 100);
    }
    graph.createHostRead("out", out);
    Engine engine(graph, Execute(set));
    engine.load(device);
    engine.run(0);
    std::vector<int> found(2);
    engine.readTensor("out", found.data());
    EXPECT_EQ(found, (std::vector<int>{33, 93}));
  });
}

TEST(Engine, AStreamMustBeConnected) {
  run_on_ranks([] {
    const Device device = small_device();
    Graph graph(device);
    const Tensor a = spread(graph, FLOAT, 4, "a");
    const auto in = graph.addHostToDeviceFIFO("in", FLOAT, 4);
    Engine engine(graph, {Sequence(), Repeat(2, Copy(in, a))});
    EXPECT_THROW(engine.run(0), tensor_io_state_error);
    engine.load(device);
    engine.run(0);
    EXPECT_THROW(engine.run(1), stream_connection_error);
    EXPECT_THROW(engine.connectStream("inn", nullptr), stream_connection_error);
    EXPECT_THROW(engine.run(2), control_program_error);
    std::vector<float> values(4, 1.0F);
    engine.connectStream("in", values.data());
    EXPECT_NO_THROW(engine.run(1));
  });
}

TEST(Engine, PrintsReadsAndWrites) {
  run_on_ranks([] {
    const Device device = small_device();
    Graph graph(device);
    const Tensor a = spread(graph, HALF, 4, "a").reshape({2, 2});
    graph.createHostWrite("write", a);
    graph.createHostRead("read", a.transpose());
    Engine engine(graph, PrintTensor("a", a));
    engine.load(device);
    std::ostringstream printed;
    engine.setPrintStream(printed);
    const std::vector<std::uint16_t> bits = {0x3c00, 0x4000, 0x4200, 0x4400};
    engine.writeTensor("write", bits.data(), bits.data() + bits.size());
    engine.run();
    EXPECT_EQ(printed.str(), "a: [\n [1.0000000 2.0000000]\n [3.0000000 4.0000000]\n]\n");
    std::vector<std::uint16_t> back(4);
    engine.readTensor("read", back.data(), back.data() + back.size());
    EXPECT_EQ(back, (std::vector<std::uint16_t>{0x3c00, 0x4200, 0x4000, 0x4400}));
    EXPECT_THROW(engine.readTensor("read", back.data(), back.data() + 3), poplar_error);
    EXPECT_THROW(engine.readTensor("write", back.data()), poplar_error);
  });
}

TEST(Engine, CallsTheHost) {
  run_on_ranks([] {
    const Device device = small_device();
    Graph graph(device);
    const Tensor a = spread(graph, INT, 3, "a");
    const Tensor sum = spread(graph, INT, 1, "sum");
    graph.setInitialValue(a, std::vector<int>{1, 2, 3});
    const HostFunction add = graph.addHostFunction("add", {{INT, 3}}, {{INT, 1}});
    graph.createHostRead("sum", sum);
    Engine engine(graph, Call(add, {a}, {sum}));
    engine.load(device);
    EXPECT_THROW(engine.run(), stream_connection_error);
    engine.connectHostFunction("add", 0, [](ArrayRef<const void*> in, ArrayRef<void*> out) {
      const auto* values = static_cast<const int*>(in[0]);
      *static_cast<int*>(out[0]) = values[0] + values[1] + values[2];
    });
    engine.run();
    int result = 0;
    engine.readTensor("sum", &result, &result + 1);
    EXPECT_EQ(result, 6);
  });
}

TEST(Engine, RemoteBuffersHaveRows) {
  run_on_ranks([] {
    const Device device = small_device();
    Graph graph(device);
    const Tensor a = spread(graph, FLOAT, 2, "a");
    const Tensor row = spread(graph, UNSIGNED_INT, 1, "row");
    const RemoteBuffer buffer = graph.addRemoteBuffer("buffer", FLOAT, 2, 3);
    graph.createHostWrite("row", row);
    Engine engine(graph, {Copy(buffer, a, row), Copy(a, buffer)});
    engine.load(device);
    float values[2] = {3, 4};
    engine.copyToRemoteBuffer(values, "buffer", 2);
    const unsigned number = 2;
    engine.writeTensor("row", &number, &number + 1);
    engine.run(0);
    engine.run(1);
    float back[2] = {};
    engine.copyFromRemoteBuffer("buffer", back, 0);
    EXPECT_EQ(back[1], 4.0F);
    EXPECT_THROW(engine.copyFromRemoteBuffer("buffer", back, 3), poplar_error);
  });
}

class Counting final : public StreamCallback {
 public:
  explicit Counting(std::vector<int>& calls) : calls_(calls) {}
  Result prefetch(void* buffer) override {
    ++calls_[0];
    *static_cast<int*>(buffer) = calls_[0];
    return Result::Success;
  }
  void fetch(void*) override { ++calls_[1]; }
  void complete() override { ++calls_[2]; }

 private:
  std::vector<int>& calls_;
};

TEST(Engine, CallbacksPrefetchAndComplete) {
  run_on_ranks([] {
    const Device device = small_device();
    Graph graph(device);
    const Tensor a = spread(graph, INT, 1, "a");
    const auto in = graph.addHostToDeviceFIFO("in", INT, 1);
    const auto out = graph.addDeviceToHostFIFO("out", INT, 1);
    Engine engine(graph, Repeat(3, Sequence(Copy(in, a), Copy(a, out))));
    engine.load(device);
    std::vector<int> calls(3);
    std::vector<int> seen;
    engine.connectStreamToCallback("in", std::make_unique<Counting>(calls));
    engine.connectStreamToCallback("out",
                                   [&](void* data) { seen.push_back(*static_cast<int*>(data)); });
    engine.run();
    EXPECT_EQ(calls, (std::vector<int>{3, 0, 3}));
    EXPECT_EQ(seen, (std::vector<int>{1, 2, 3}));
  });
}

TEST(Engine, OneAfterTheOther) {
  run_on_ranks([] {
    const Device device = small_device();
    Graph graph(device);
    const Tensor a = spread(graph, INT, 4, "a");
    graph.setInitialValue(a, 5);
    graph.createHostRead("a", a);
    Engine first(graph, Sequence());
    first.load(device);
    std::vector<int> values(4);
    first.readTensor("a", values.data());
    EXPECT_EQ(values, (std::vector<int>{5, 5, 5, 5}));
    Engine third(graph, Sequence());
    third.load(device);
    EXPECT_THROW(first.readTensor("a", values.data()), tensor_io_state_error);
    first.load(device);
    EXPECT_NO_THROW(first.readTensor("a", values.data()));
    EXPECT_THROW(third.run(0), tensor_io_state_error);
    EXPECT_THROW(first.load(small_device(5)), poplar_error);
  });
}

TEST(Engine, ExecutablesKeepEverything) {
  run_on_ranks([] {
    const Device device = small_device();
    std::stringstream file;
    {
      Graph graph(device);
      const Tensor a = spread(graph, FLOAT, 4, "a");
      graph.createHostRead("a", a);
      const auto in = graph.addHostToDeviceFIFO("in", FLOAT, 4);
      compileGraph(graph, {Sequence(Copy(in, a), PrintTensor("a", a))}).serialize(file);
    }
    Engine engine(Executable::deserialize(file));
    engine.load(device);
    std::ostringstream printed;
    engine.setPrintStream(printed);
    std::vector<float> values = {1, 2, 3, 4};
    engine.connectStream("in", values.data());
    engine.run();
    EXPECT_EQ(printed.str(), "a: [1.0000000 2.0000000 3.0000000 4.0000000]\n");
  });
}

/// The message with which bytes are refused as an executable; "" when they are taken.
std::string executable_refusal(const std::string& bytes) {
  try {
    std::stringstream file(bytes);
    Executable::deserialize(file);
    return "";
  } catch (const poplar_error& error) {
    return error.what();
  }
}

TEST(Engine, OnlyWholeExecutablesOfThisVersionAreRead) {
  const Device device = small_device();
  Graph graph(device);
  const Tensor a = spread(graph, FLOAT, 4, "a");
  graph.createHostRead("a", a);
  std::stringstream file;
  compileGraph(graph, {Sequence(PrintTensor("a", a))}).serialize(file);
  const std::string whole = file.str();
  EXPECT_EQ(executable_refusal(whole), "");
  EXPECT_EQ(executable_refusal("no executable"), "executable: is no Poplar executable of weft");
  for (std::size_t n = 0; n < whole.size(); n += 1 + whole.size() / 500) {
    ASSERT_NE(executable_refusal(whole.substr(0, n)), "") << n;
    std::string damaged = whole;
    damaged[n] = static_cast<char>(damaged[n] ^ (1 << (n % 8)));
    ASSERT_NE(executable_refusal(damaged), "") << n;
  }
  const std::string older = "weft Poplar executable 1";
  const std::string length{static_cast<char>(older.size()), 0, 0, 0, 0, 0, 0, 0};
  EXPECT_EQ(executable_refusal(length + older + "..."),
            "executable: was written by weft 0.1.0 or before in version 1; this weft (" +
                weft::version() + ") reads version 2 only: compile it again");
}

TEST(Engine, WhatTheCompilerRefusesHasItsName) {
  const Device device = small_device();
  Graph graph(device);
  const Tensor unmapped = graph.addVariable(FLOAT, {4}, "unmapped");
  const Tensor a = spread(graph, FLOAT, 4, "a");
  EXPECT_THROW(Engine(graph, Copy(a, unmapped)), invalid_tile_mapping);
  EXPECT_THROW(Engine(graph, Copy(a, a[0].expand({0}).broadcast(4, 0))), control_program_error);
  EXPECT_THROW(Engine(graph, Sequence(), {{"autoReport.all", "maybe"}, {"no option", "1"}}),
               invalid_option);
  const Tensor large = graph.addVariable(FLOAT, {1000000}, "large");
  graph.setTileMapping(large, 0);
  EXPECT_THROW(Engine(graph, Copy(a, large.slice(0, 4))), graph_memory_allocation_error);
  EXPECT_NO_THROW(Engine(graph, Copy(a, large.slice(0, 4)), {{"debug.allowOutOfMemory", "true"}}));
}

}  // namespace

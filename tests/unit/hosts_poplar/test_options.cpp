// SPDX-License-Identifier: Apache-2.0
// Options of engines, targets, streams and libraries: names and values are held against tables,
// which the documentation shows.
#include <cstdlib>
#include <fstream>
#include <poplar/DeviceManager.hpp>
#include <poplar/IPUModel.hpp>
#include <poplin/Convolution.hpp>
#include <poplin/MatMul.hpp>
#include <popnn/LayerNorm.hpp>
#include <popnn/Loss.hpp>
#include <popnn/NonLinearity.hpp>
#include <popops/ElementWise.hpp>
#include <popops/Reduce.hpp>
#include <popops/ScaledAdd.hpp>
#include <sstream>

#include "hosts/poplar/api/engine_options.hpp"
#include "hosts/poplar/libraries/library_options.hpp"
#include "unit/hosts_poplar/library_run.hpp"

using namespace poplar;
using program::Sequence;
using weft::test::LibraryRun;
using weft::test::small_device;

namespace {

/// What an engine says to options.
std::string told(const OptionFlags& options) {
  const Device device = small_device();
  Graph graph(device);
  try {
    const Engine engine(graph, Sequence(), options);
  } catch (const invalid_option& error) {
    return error.what();
  } catch (const parse_error& error) {
    return std::string("parse_error: ") + error.what();
  }
  return "";
}

TEST(EngineOptions, NamesAndValuesAreChecked) {
  EXPECT_EQ(told({{"debug.instrument", "true"}, {"streamCallbacks.maxLookahead", "unlimited"}}),
            "");
  EXPECT_EQ(told({{"target.textSectionSizeInBytes", "0x9000"}, {"autoReport.directory", "./r"}}),
            "");
  EXPECT_EQ(told({{"debug.instrment", "true"}}),
            "Engine: there is no option 'debug.instrment' (did you mean 'debug.instrument'?)");
  EXPECT_EQ(told({{"debug.instrument", "yes"}}),
            "Engine: option 'debug.instrument' is true or false, not 'yes'");
  EXPECT_EQ(
      told({{"opt.internalExchangeOptimisationTarget", "memry"}}),
      "Engine: option 'opt.internalExchangeOptimisationTarget' is balanced, cycles or memory, "
      "not 'memry' (did you mean 'memory'?)");
  EXPECT_EQ(told({{"target.hostSyncTimeout", "soon"}}),
            "Engine: option 'target.hostSyncTimeout' is a whole number, not 'soon'");
}

TEST(EngineOptions, WhatNobodyHonoursIsRefused) {
  EXPECT_EQ(told({{"debug.floatPointOpException", "false"}}), "");
  EXPECT_EQ(told({{"debug.floatPointOpException", "true"}}),
            "Engine: option 'debug.floatPointOpException' is unsupported as 'true': the emulated "
            "tiles raise no exceptions of arithmetic; look for NaN and infinity in results");
  EXPECT_NE(told({{"target.numberRuntimeReplica", "2"}}), "");
  EXPECT_EQ(told({{"target.numberRuntimeReplica", "1"}}), "");
}

/// A variable of the environment, while it lives.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) { ::setenv(name, value, 1); }
  ~Variable() { ::unsetenv(name_); }

 private:
  const char* name_;
};

TEST(EngineOptions, TheEnvironmentsAreCheckedToo) {
  {
    const Variable set("POPLAR_ENGINE_OPTIONS",
                       R"({"autoReport.all":"true", "debug.trace":false})");
    EXPECT_EQ(told({}), "");
  }
  {
    const Variable set("POPLAR_ENGINE_OPTIONS", R"({"autoReport.al":"true"})");
    EXPECT_EQ(told({}),
              "POPLAR_ENGINE_OPTIONS: there is no option 'autoReport.al' (did you mean "
              "'autoReport.all'?)");
  }
  {
    const Variable set("POPLAR_ENGINE_OPTIONS", R"({"autoReport.all")");
    EXPECT_EQ(told({}).rfind("parse_error: POPLAR_ENGINE_OPTIONS: options are a JSON object", 0),
              0U);
  }
  {
    const Variable set("POPLAR_RUNTIME_OPTIONS", R"({"streamCallbacks.numWorkerThreads":"many"})");
    EXPECT_EQ(
        told({}),
        "POPLAR_RUNTIME_OPTIONS: option 'streamCallbacks.numWorkerThreads' is auto or a whole "
        "number, not 'many'");
  }
  {
    const Variable set("POPLAR_TARGET_OPTIONS", R"({"ipuLinkDomainSiz":"16"})");
    EXPECT_NE(told({}).find("did you mean 'ipuLinkDomainSize'?"), std::string::npos);
  }
  {
    const Variable set("POPLAR_ENGINE_OPTIONS", R"({"debug.allowOutOfMemory":"true"})");
    const Device device = small_device();
    Graph graph(device);
    const Tensor large = graph.addVariable(FLOAT, {1000000}, "large");
    graph.setTileMapping(large, 0);
    EXPECT_NO_THROW(Engine(graph, program::Copy(large.slice(0, 4), large.slice(4, 8)),
                           {{"debug.allowOutOfMemory", "false"}}));
  }
}

TEST(TargetOptions, AreChecked) {
  EXPECT_NO_THROW(Target::createIPUTarget(1, 4, "ipu2", {{"ipuLinkTopology", "torus"}}));
  EXPECT_THROW(Target::createIPUTarget(1, 4, "ipu2", {{"ipuLinkTopology", "ring"}}),
               invalid_option);
  EXPECT_THROW(IPUModel().createDevice({{"numIPUs", "2"}}), invalid_option);
  EXPECT_THROW(DeviceManager().getDevices(TargetType::IPU, 1, {{"link", "x"}}), invalid_option);
  EXPECT_THROW(Device::createSimulatorDevice(small_device().getTarget(), {{"x", "y"}}),
               invalid_option);
}

TEST(StreamOptions, AreChecked) {
  const Device device = small_device();
  Graph graph(device);
  EXPECT_NO_THROW(graph.addHostToDeviceFIFO("a", FLOAT, 4, ReplicatedStreamMode::REPLICATE,
                                            {{"bufferingDepth", "2"}}));
  EXPECT_THROW(graph.addHostToDeviceFIFO("b", FLOAT, 4, ReplicatedStreamMode::REPLICATE,
                                         {{"bufferingDept", "2"}}),
               invalid_option);
  EXPECT_THROW(graph.addDeviceToHostFIFO("c", FLOAT, 4, {{"splitLimit", "-1"}}), invalid_option);
}

// --- libraries ---

const OptionFlags stray = {{"nonsense", "1"}};

/// Tensors for calls.
struct Calls {
  LibraryRun run;
  Graph& g = run.graph;
  Sequence& p = run.prog;
  Tensor a = run.input(FLOAT, {4, 4}, std::vector<float>(16, 1.0F));
  Tensor b = run.input(FLOAT, {4, 4}, std::vector<float>(16, 1.0F));
  Tensor one = run.input(FLOAT, {}, std::vector<float>(1, 1.0F));
  Tensor row = run.input(FLOAT, {4}, std::vector<float>(4, 1.0F));
  Tensor labels = run.input(UNSIGNED_INT, {4}, std::vector<unsigned>(4, 1));
  Tensor count = run.input(UNSIGNED_INT, {}, std::vector<unsigned>(1, 0));
};

TEST(LibraryOptions, ElementwiseOnesAreChecked) {
  Calls c;
  EXPECT_NO_THROW(popops::add(c.g, c.a, c.b, c.p, {}, {{"enableGenerateCodelet", "false"}}));
  EXPECT_THROW(popops::add(c.g, c.a, c.b, c.p, {}, stray), invalid_option);
  EXPECT_THROW(popops::add(c.g, c.a, 1.0F, c.p, {}, stray), invalid_option);
  EXPECT_THROW(popops::add(c.g, 1.0F, c.a, c.p, {}, stray), invalid_option);
  EXPECT_THROW(popops::addInPlace(c.g, c.a, c.b, c.p, {}, stray), invalid_option);
  EXPECT_THROW(popops::addInPlace(c.g, c.a, 1.0F, c.p, {}, stray), invalid_option);
  EXPECT_THROW(popops::addWithOutput(c.g, c.a, 1.0F, c.b, c.p, {}, stray), invalid_option);
  EXPECT_THROW(popops::addWithOutput(c.g, 1.0F, c.a, c.b, c.p, {}, stray), invalid_option);
  EXPECT_THROW(popops::abs(c.g, c.a, c.p, {}, stray), invalid_option);
  EXPECT_THROW(popops::clamp(c.g, c.a, c.a, c.b, c.p, {}, stray), invalid_option);
  const auto sum = popops::expr::Add(popops::expr::_1, popops::expr::_2);
  EXPECT_THROW(popops::map(c.g, sum, {c.a, c.b}, c.p, {}, stray), invalid_option);
  EXPECT_THROW(popops::mapInPlace(c.g, sum, {c.a, c.b}, c.p, {}, stray), invalid_option);
}

TEST(LibraryOptions, OfScaledAddsAndReductions) {
  Calls c;
  using popops::scaledAddTo;
  using popops::scaledSubtractFrom;
  EXPECT_NO_THROW(scaledAddTo(c.g, c.a, 2.0F, c.b, 1.0F, c.p, {}, {{"optimizeForSpeed", "true"}}));
  EXPECT_THROW(scaledAddTo(c.g, c.a, c.b, 1.0F, c.p, {}, stray), invalid_option);
  EXPECT_THROW(scaledAddTo(c.g, c.a, c.b, c.one, c.p, {}, stray), invalid_option);
  EXPECT_THROW(scaledAddTo(c.g, c.a, c.one, c.b, c.one, c.p, {}, stray), invalid_option);
  EXPECT_THROW(scaledSubtractFrom(c.g, c.a, c.b, 1.0F, c.p, {}, stray), invalid_option);
  EXPECT_THROW(scaledSubtractFrom(c.g, c.a, c.b, c.one, c.p, {}, stray), invalid_option);
  EXPECT_THROW(scaledSubtractFrom(c.g, c.a, 1.0F, c.b, 1.0F, c.p, {}, stray), invalid_option);
  EXPECT_THROW(scaledSubtractFrom(c.g, c.a, c.one, c.b, c.one, c.p, {}, stray), invalid_option);
  const popops::ReduceParams add(popops::Operation::ADD);
  EXPECT_NO_THROW(popops::reduce(c.g, c.a, {0}, add, c.p, {}, {{"accumType.inVertex", "float"}}));
  EXPECT_THROW(popops::reduce(c.g, c.a, {0}, add, c.p, {}, {{"accumType.inVertex", "half"}}),
               invalid_option);
  EXPECT_THROW(popops::reduce(c.g, c.a, {0}, add, c.p, {}, stray), invalid_option);
}

TEST(LibraryOptions, OfProductsAndConvolutions) {
  Calls c;
  EXPECT_NO_THROW(
      poplin::matMul(c.g, c.a, c.b, c.p, "product", {{"fullyConnectedPass", "INFERENCE_FWD"}}));
  EXPECT_THROW(poplin::matMul(c.g, c.a, c.b, c.p, "product", stray), invalid_option);
  EXPECT_THROW(poplin::matMul(c.g, c.a, c.b, c.p, "product", {{"partialsType", "double"}}),
               invalid_option);
  EXPECT_THROW(
      poplin::matMul(c.g, c.a, c.b, c.p, "product", {{"availableMemoryProportion", "all"}}),
      invalid_option);
  EXPECT_THROW(poplin::matMul(c.g, c.a, c.b, c.p, "product", {{"planConstraints", "{\"x\":1}"}}),
               invalid_option);
  const poplin::ConvParams params(FLOAT, 1, {4, 4}, {2, 2}, 1, 1, 1);
  EXPECT_NO_THROW(poplin::createInput(c.g, params, {}, {{"pass", "INFERENCE_FWD"}}));
  EXPECT_THROW(poplin::createInput(c.g, params, {}, stray), invalid_option);
  EXPECT_THROW(poplin::createBiases(c.g, c.a, {}, stray), invalid_option);
  EXPECT_THROW(poplin::addBias(c.g, c.a, c.row, c.p, {}, stray), invalid_option);
}

TEST(LibraryOptions, OfNetworks) {
  Calls c;
  EXPECT_THROW(popnn::relu(c.g, c.a, c.p, {}, stray), invalid_option);
  EXPECT_THROW(popnn::reluInPlace(c.g, c.a, c.p, {}, stray), invalid_option);
  EXPECT_THROW(popnn::nonLinearityInputGradient(c.g, popnn::NonLinearityType::RELU, c.a, c.b, c.p,
                                                {}, stray),
               invalid_option);
  EXPECT_THROW(popnn::argMax(c.g, c.a, c.p, {}, stray), invalid_option);
  EXPECT_THROW(popnn::argMin(c.g, c.a, c.p, {}, stray), invalid_option);
  EXPECT_THROW(popnn::calcLoss(c.g, c.a, c.labels, c.row, c.b, popnn::LossType::CROSS_ENTROPY_LOSS,
                               {}, stray),
               invalid_option);
  EXPECT_THROW(popnn::calcAccuracy(c.g, c.a, c.labels, c.count, {}, stray), invalid_option);
  EXPECT_THROW(popnn::layerNormStatistics(c.g, c.a, 0.1F, c.p, false, false, FLOAT, {}, stray),
               invalid_option);
}

// --- documentation ---

/// The first two cells and the use of every row of docs/poplar-options.md, by option.
std::multimap<std::string, std::string> documented() {
  std::multimap<std::string, std::string> out;
  std::ifstream page(std::string(WEFT_SOURCE_DIR) + "/docs/poplar-options.md");
  for (std::string line; std::getline(page, line);) {
    if (line.rfind("| `", 0) != 0) continue;
    const std::size_t end = line.find('`', 3);
    const std::size_t use = line.rfind("| ", line.size() - 3);
    out.emplace(line.substr(3, end - 3), line.substr(use + 2));
  }
  return out;
}

TEST(Options, StandInTheDocumentation) {
  auto rows = documented();
  const char* const words[] = {"honoured", "without effect", "unsupported"};
  using namespace weft::libraries;
  for (const weft::OptionTable* table :
       {&core::engine_table(), &core::profile_table(), &core::stream_table(), &core::target_table(),
        &elementwise_table(), &scaled_add_table(), &reduce_table(), &slice_table(), &matmul_table(),
        &convolution_table(), &norm_table(), &pooling_table(), &recurrent_table(), &qr_table(),
        &collectives_table()}) {
    for (const weft::KnownOption& option : table->options) {
      const auto row = rows.find(option.name);
      ASSERT_NE(row, rows.end()) << table->owner << ": " << option.name;
      bool found = false;
      const auto [first, last] = rows.equal_range(option.name);
      for (auto one = first; one != last && !found; ++one) {
        if (one->second.rfind(words[static_cast<int>(option.use)], 0) != 0) continue;
        rows.erase(one);
        found = true;
        break;
      }
      EXPECT_TRUE(found) << table->owner << ": " << option.name << " is said to be otherwise";
    }
  }
  for (const auto& [name, use] : rows) ADD_FAILURE() << "no table has " << name << ": " << use;
}

}  // namespace

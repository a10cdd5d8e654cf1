// SPDX-License-Identifier: Apache-2.0
// Poplar programs that are wrong, one a name: `bad NAME` prints what was thrown, by its Poplar
// name.
#include <cstdio>
#include <cstring>
#include <fstream>
#include <functional>
#include <map>
#include <poplar/DeviceManager.hpp>
#include <poplar/Engine.hpp>
#include <poplar/Graph.hpp>
#include <poplar/IPUModel.hpp>
#include <poplar/Program.hpp>
#include <poplar/exceptions.hpp>
#include <poplin/MatMul.hpp>
#include <poplin/codelets.hpp>
#include <popops/ElementWise.hpp>
#include <popops/codelets.hpp>
#include <poputil/TileMapping.hpp>
#include <poputil/exceptions.hpp>
#include <sstream>
#include <string>
#include <vector>

using namespace poplar;
using namespace poplar::program;

namespace {

/// A graph with what most cases need; its engine runs `program`.
struct Fixture {
  Device device;
  Graph graph;
  ComputeSet set;
  Tensor data;  ///< FLOAT [16] on tile 1

  explicit Fixture(unsigned tiles = 8, const char* version = "ipu2")
      : device(make_device(tiles, version)), graph(device.getTarget()) {
    graph.addCodelets("codelets.cpp");
    set = graph.addComputeSet("work");
    data = graph.addVariable(FLOAT, {16}, "data");
    graph.setTileMapping(data, 1);
  }

  static Device make_device(unsigned tiles, const char* version) {
    IPUModel model(version);
    if (tiles != 0) model.tilesPerIPU = tiles;
    return model.createDevice();
  }

  VertexRef vertex(const char* type, unsigned tile = 1) {
    VertexRef v = graph.addVertex(set, type);
    graph.setTileMapping(v, tile);
    return v;
  }

  /// out[i] = in[i] * factor on a tile.
  VertexRef scale(const Tensor& in, const Tensor& out, unsigned tile = 1) {
    VertexRef v = vertex("Scale", tile);
    graph.connect(v["in"], in);
    graph.connect(v["out"], out);
    return v;
  }

  void compile(const Program& program) { Engine engine(graph, program); }

  void run(const Program& program) {
    Engine engine(graph, program);
    engine.load(device);
    engine.run(0);
  }
};

Tensor variable(Fixture& f, const char* name, std::size_t elements, unsigned tile) {
  Tensor t = f.graph.addVariable(FLOAT, {elements}, name);
  f.graph.setTileMapping(t, tile);
  return t;
}

// ---- graphs that cannot be

void unmapped_tensor() {
  Fixture f;
  Tensor lost = f.graph.addVariable(FLOAT, {16}, "lost");
  f.scale(lost, f.data);
  f.compile(Execute(f.set));
}

void half_mapped_copy() {
  Fixture f;
  Tensor lost = f.graph.addVariable(FLOAT, {16}, "half_lost");
  f.graph.setTileMapping(lost.slice(0, 7), 0);
  f.compile(Copy(lost, f.data));
}

void unmapped_vertex() {
  Fixture f;
  VertexRef v = f.graph.addVertex(f.set, "Scale");
  f.graph.connect(v["in"], variable(f, "in", 16, 0));
  f.graph.connect(v["out"], f.data);
  f.compile(Execute(f.set));
}

void open_field() {
  Fixture f;
  VertexRef v = f.vertex("Scale");
  f.graph.connect(v["out"], f.data);
  f.compile(Execute(f.set));
}

void unknown_vertex() { Fixture().vertex("Skale"); }

void unknown_field_name() {
  Fixture f;
  VertexRef v = f.vertex("Scale");
  f.graph.connect(v["input"], f.data);
}

void two_writers() {
  Fixture f;
  f.scale(variable(f, "a", 16, 0), f.data, 1);
  f.scale(variable(f, "b", 4, 0), f.data.slice(3, 7), 2);
  f.compile(Execute(f.set));
}

void reader_and_writer() {
  Fixture f;
  Tensor other = variable(f, "other", 16, 2);
  f.scale(f.data, other, 1);
  f.scale(variable(f, "b", 4, 0), f.data.slice(3, 7), 2);
  f.compile(Execute(f.set));
}

void no_such_tile() {
  Fixture f;
  f.graph.setTileMapping(f.data, 8);
}

void out_of_memory() {
  Fixture f(0);  // 1,472 tiles
  Tensor large = f.graph.addVariable(FLOAT, {200000}, "large");
  f.graph.setTileMapping(large, 1234);
  f.compile(Copy(large.slice(0, 16), f.data));
}

void wrong_field_type() {
  Fixture f;
  Tensor ints = f.graph.addVariable(INT, {16}, "ints");
  f.graph.setTileMapping(ints, 1);
  f.scale(ints, f.data);
  f.compile(Execute(f.set));
}

void value_for_nothing() {
  Fixture f;
  VertexRef v = f.vertex("Scale");
  f.graph.setInitialValue(v["nothing"], 3.0f);
}

void two_handles() {
  Fixture f;
  f.graph.createHostRead("read", f.data);
  f.graph.createHostRead("read", f.data);
}

// ---- tensors

void slice_beyond() { Fixture().data.slice(4, 17); }
void index_beyond() { Fixture().data[16]; }
void reshape_wrong() { Fixture().data.reshape({3, 5}); }
void shuffle_wrong() { Fixture().data.reshape({4, 4}).dimShuffle({0, 0}); }
void concat_wrong() {
  Fixture f;
  concat(f.data.reshape({4, 4}), f.data.reshape({2, 8}), 0);
}

// ---- programs

void copy_sizes() {
  Fixture f;
  Copy(f.data, variable(f, "short", 15, 0));
}

void copy_types() {
  Fixture f;
  Tensor ints = f.graph.addVariable(INT, {16}, "ints");
  f.graph.setTileMapping(ints, 0);
  f.compile(Copy(f.data, ints));
}

void copy_overlaps() {
  Fixture f;
  f.compile(Copy(f.data.slice(0, 8), f.data.slice(4, 12)));
}

void copy_to_broadcast() {
  Fixture f;
  f.compile(Copy(f.data, f.data.slice(0, 1).broadcast(16, 0)));
}

void predicate_of_many() {
  Fixture f;
  f.compile(RepeatWhileTrue(Sequence(), f.data, Sequence()));
}

void copy_into_constant() {
  Fixture f;
  Tensor zero = f.graph.addConstant(FLOAT, {16}, 0.0f);
  f.graph.setTileMapping(zero, 1);
  f.compile(Copy(f.data, zero));
}

// ---- codelets

void codelet_error() { Fixture().graph.addCodelets("broken.cpp"); }
void codelet_missing() { Fixture().graph.addCodelets("nowhere.cpp"); }
void codelet_pointer() { Fixture().graph.addCodelets("pointer.cpp"); }

void run_one(const char* type) {
  Fixture f;
  VertexRef v = f.vertex(type, 5);
  f.graph.connect(v["data"], f.data);
  f.run(Execute(f.set));
}
void codelet_divides() { run_one("Divide"); }
void codelet_strays() { run_one("Stray"); }
void codelet_asserts() { run_one("Assert"); }

// ---- runs

void stream_unconnected() {
  Fixture f;
  DataStream in = f.graph.addHostToDeviceFIFO("feed", FLOAT, 16);
  f.run(Copy(in, f.data));
}

void never_ends() {
  Fixture f;
  Tensor yes = f.graph.addConstant(BOOL, {}, true);
  f.graph.setTileMapping(yes, 0);
  VertexRef v = f.scale(variable(f, "in", 16, 1), f.data);
  f.graph.setPerfEstimate(v, 1000);
  f.run(RepeatWhileTrue(Sequence(), yes, Execute(f.set)));
}

void repeats_for_ever() {
  Fixture f;
  VertexRef v = f.scale(variable(f, "in", 16, 1), f.data);
  f.graph.setPerfEstimate(v, 1000);
  f.run(Repeat(4000000000u, Execute(f.set)));
}

void program_aborts() {
  Fixture f;
  f.run(Sequence(Abort("enough")));
}

void no_such_program() {
  Fixture f;
  Engine engine(f.graph, Sequence());
  engine.load(f.device);
  engine.run(3);
}

void run_before_load() {
  Fixture f;
  Engine engine(f.graph, Sequence());
  engine.run(0);
}

void unknown_handle() {
  Fixture f;
  Engine engine(f.graph, Sequence());
  engine.load(f.device);
  float x[16];
  engine.readTensor("nothing", x);
}

void short_buffer() {
  Fixture f;
  f.graph.createHostWrite("write", f.data);
  Engine engine(f.graph, Sequence());
  engine.load(f.device);
  float x[8] = {};
  engine.writeTensor("write", x, x + 8);
}

void unknown_stream() {
  Fixture f;
  Engine engine(f.graph, Sequence());
  float x[16];
  engine.connectStream("nothing", x);
}

void bad_option() {
  Fixture f;
  Engine engine(f.graph, Sequence(), {{"instrument", "true"}});
}

void option_of_the_environment() {
  Fixture f;
  Engine engine(f.graph, Sequence());
}

void library_option() {
  Fixture f;
  popops::addCodelets(f.graph);
  Sequence prog;
  popops::add(f.graph, f.data, f.data, prog, {}, {{"enableVectorBroadcastOptimizations", "true"}});
}

void not_an_executable() {
  std::istringstream in("this is no executable");
  Executable::deserialize(in);
}

// ---- libraries

void matmul_shapes() {
  Fixture f;
  poplin::addCodelets(f.graph);
  Sequence program;
  poplin::matMul(f.graph, f.data.reshape({4, 4}), f.data.reshape({2, 8}), program);
}

void add_shapes() {
  Fixture f;
  popops::addCodelets(f.graph);
  Sequence program;
  popops::add(f.graph, f.data.reshape({4, 4}), f.data.reshape({2, 8}), program);
}

void library_forgotten() {
  Fixture f;
  Sequence program;
  popops::add(f.graph, f.data, f.data, program);
}

void library_of_another() {
  Fixture f;
  poplin::addCodelets(f.graph);
  Sequence program;
  popops::add(f.graph, f.data, f.data, program);
}

const std::map<std::string, std::function<void()>> cases = {
    {"unmapped_tensor", unmapped_tensor},
    {"half_mapped_copy", half_mapped_copy},
    {"unmapped_vertex", unmapped_vertex},
    {"open_field", open_field},
    {"unknown_vertex", unknown_vertex},
    {"unknown_field_name", unknown_field_name},
    {"two_writers", two_writers},
    {"reader_and_writer", reader_and_writer},
    {"no_such_tile", no_such_tile},
    {"out_of_memory", out_of_memory},
    {"wrong_field_type", wrong_field_type},
    {"value_for_nothing", value_for_nothing},
    {"two_handles", two_handles},
    {"slice_beyond", slice_beyond},
    {"index_beyond", index_beyond},
    {"reshape_wrong", reshape_wrong},
    {"shuffle_wrong", shuffle_wrong},
    {"concat_wrong", concat_wrong},
    {"copy_sizes", copy_sizes},
    {"copy_types", copy_types},
    {"copy_overlaps", copy_overlaps},
    {"copy_to_broadcast", copy_to_broadcast},
    {"predicate_of_many", predicate_of_many},
    {"copy_into_constant", copy_into_constant},
    {"codelet_error", codelet_error},
    {"codelet_missing", codelet_missing},
    {"codelet_pointer", codelet_pointer},
    {"codelet_divides", codelet_divides},
    {"codelet_strays", codelet_strays},
    {"codelet_asserts", codelet_asserts},
    {"stream_unconnected", stream_unconnected},
    {"never_ends", never_ends},
    {"repeats_for_ever", repeats_for_ever},
    {"program_aborts", program_aborts},
    {"no_such_program", no_such_program},
    {"run_before_load", run_before_load},
    {"unknown_handle", unknown_handle},
    {"short_buffer", short_buffer},
    {"unknown_stream", unknown_stream},
    {"bad_option", bad_option},
    {"option_of_the_environment", option_of_the_environment},
    {"library_option", library_option},
    {"not_an_executable", not_an_executable},
    {"matmul_shapes", matmul_shapes},
    {"add_shapes", add_shapes},
    {"library_forgotten", library_forgotten},
    {"library_of_another", library_of_another},
};

}  // namespace

int main(int argc, char** argv) {
  const auto found = cases.find(argc > 1 ? argv[1] : "");
  if (found == cases.end()) {
    for (const auto& c : cases) std::printf("%s\n", c.first.c_str());
    return 2;
  }
  try {
    found->second();
  } catch (const poplar_error& error) {
    std::printf("%s: %s\n", error.type.c_str(), error.what());
    return 1;
  } catch (const poputil::poplibs_error& error) {
    std::printf("poplibs_error: %s\n", error.what());
    return 1;
  } catch (const std::exception& error) {
    std::printf("std::exception: %s\n", error.what());
    return 1;
  }
  std::printf("nothing was thrown\n");
  return 0;
}

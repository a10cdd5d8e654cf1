// SPDX-License-Identifier: Apache-2.0
// Graphs as handles, their codelets, and virtual graphs.
#include <algorithm>
#include <fstream>
#include <iostream>
#include <poplar/Graph.hpp>
#include <poplar/exceptions.hpp>

#include "frontends/poplar/codelets.hpp"
#include "hosts/poplar/graph_support.hpp"
#include "hosts/poplar/translate.hpp"

namespace poplar {

using core::GraphImpl;
using core::GraphState;

namespace core {

unsigned physical_tile(const GraphImpl& graph, unsigned tile) {
  const unsigned tiles = graph.target.getNumTiles();
  if (tile >= tiles) {
    throw invalid_tile_mapping("there is no tile " + std::to_string(tile) + ": the graph has " +
                               std::to_string(tiles));
  }
  return graph.tiles.empty() ? tile : graph.tiles[tile];
}

unsigned virtual_tile(const GraphImpl& graph, unsigned tile) {
  if (graph.tiles.empty()) return tile;
  const auto at = std::find(graph.tiles.begin(), graph.tiles.end(), tile);
  if (at == graph.tiles.end()) return front::unmapped;
  return static_cast<unsigned>(at - graph.tiles.begin());
}

void check_graph(const GraphState& state, const Tensor& tensor, const char* what) {
  if (tensor.getImpl().graph.get() == &state) return;
  throw poplar_error(std::string(what) + ": the tensor belongs to another graph");
}

void check_handle(const std::string& handle, bool taken, const char* what) {
  if (handle.empty()) throw poplar_error(std::string(what) + " needs a name");
  if (taken) {
    throw graph_object_creation_error(std::string(what) + " '" + handle + "' is there already");
  }
}

}  // namespace core

namespace {

std::shared_ptr<GraphImpl> new_graph(const Target& target, unsigned replication) {
  if (replication != 1) {
    throw graph_replication_error("a graph of " + std::to_string(replication) +
                                  " replicas is unsupported: weft has one");
  }
  auto state = std::make_shared<GraphState>();
  state->target = target;
  core::topology_of(target);  // refuses a target without a machine now
  return std::make_shared<GraphImpl>(GraphImpl{std::move(state), target, {}});
}

}  // namespace

Graph::Graph(const Target& target, replication_factor replication)
    : impl_(new_graph(target, replication.value)) {}
Graph::Graph(const Device& device, replication_factor replication)
    : Graph(device.getTarget(), replication) {}
Graph::Graph(const Graph&) = default;
Graph::Graph(Graph&&) noexcept = default;
Graph& Graph::operator=(const Graph&) = default;
Graph& Graph::operator=(Graph&&) noexcept = default;
Graph::~Graph() = default;
Graph::Graph(std::shared_ptr<GraphImpl> impl) : impl_(std::move(impl)) {}

GraphImpl& Graph::getImpl() const {
  if (!impl_) throw poplar_error("the graph was moved from");
  return *impl_;
}
GraphState& Graph::getState() const { return *getImpl().state; }
const Target& Graph::getTarget() const { return getImpl().target; }

// --- codelets ---

namespace {

namespace front = weft::frontends::poplar;

void check_readable(const std::string& path) {
  if (!std::ifstream(path)) throw file_load_error("codelet file '" + path + "' cannot be read");
}

/// Runs a compilation; its failure goes to `output` too, and out as Poplar's exception.
template <typename Compile>
bool add_library(GraphState& state, std::ostream* output, Compile&& compile) {
  front::CodeletLibrary library;
  try {
    library.library = compile();
    library.loaded = &weft::program::ipu::load_codelets(library.library);
  } catch (const weft::Error& error) {
    if (output != nullptr) *output << error.what() << '\n';
    throw graph_program_compilation_error(error.what());
  }
  for (const front::CodeletLibrary& known : state.model.modules) {
    if (known.loaded == library.loaded) return false;
  }
  state.model.modules.push_back(std::move(library));
  return true;
}

bool add_files(GraphState& state, const std::vector<std::string>& paths, const std::string& flags,
               std::ostream* output) {
  for (const std::string& path : paths) check_readable(path);
  return add_library(state, output, [&] {
    front::CodeletOptions options = front::default_codelet_options();
    options.user_flags = flags;
    return front::compile_codelets(paths, options);
  });
}

void check_kind(CodeletFileType type, const std::string& path) {
  if (type == CodeletFileType::Auto) type = getCodeletFileType(path.c_str());
  if (type == CodeletFileType::CppSource || type == CodeletFileType::CSource ||
      type == CodeletFileType::Object) {
    return;
  }
  throw graph_program_compilation_error(
      "codelet file '" + path +
      "' is unsupported: weft compiles codelets in C++ for the host, not " +
      "assembler or intermediate code of the IPU");
}

}  // namespace

bool Graph::addCodelets(StringRef path, CodeletFileType type, StringRef compileFlags, StringRef) {
  check_kind(type, path);
  return add_files(getState(), {path}, compileFlags, nullptr);
}

bool Graph::addCodelets(StringRef path, CodeletFileType type, StringRef compileFlags,
                        std::ostream& compileOutput, StringRef) {
  check_kind(type, path);
  return add_files(getState(), {path}, compileFlags, &compileOutput);
}

bool Graph::addCodelets(ArrayRef<std::string> paths, StringRef compileFlags, StringRef) {
  return add_files(getState(), paths.cloneAsVector(), compileFlags, nullptr);
}

bool Graph::addCodelets(ArrayRef<std::string> paths, StringRef compileFlags,
                        std::ostream& compileOutput, StringRef) {
  return add_files(getState(), paths.cloneAsVector(), compileFlags, &compileOutput);
}

namespace {

void add_text(GraphState& state, std::stringstream& source, const std::string& flags,
              std::ostream* output) {
  add_library(state, output, [&] {
    front::CodeletOptions options = front::default_codelet_options();
    options.user_flags = flags;
    return front::compile_codelet_text(source.str(), "codelets", options);
  });
}

}  // namespace

void Graph::addCodelets(std::stringstream& source, StringRef compileFlags, CodeletFileType type,
                        StringRef) {
  check_kind(type, "(text)");
  add_text(getState(), source, compileFlags, nullptr);
}

void Graph::addCodelets(std::stringstream& source, StringRef compileFlags,
                        std::ostream& compileOutput, CodeletFileType type, StringRef) {
  check_kind(type, "(text)");
  add_text(getState(), source, compileFlags, &compileOutput);
}

bool Graph::hasCodelet(StringRef codeletName) const {
  std::uint32_t module = 0;
  return getState().model.find_codelet(codeletName.cloneAsString(), module) != nullptr;
}

// --- virtual graphs ---

namespace {

/// Tiles of `graph`, which it counts itself, as a graph; as many on each of its IPUs.
Graph virtual_graph(const GraphImpl& graph, const std::vector<unsigned>& tiles, unsigned ipus) {
  const auto per_ipu = static_cast<unsigned>(tiles.size() / ipus);
  GraphImpl made{graph.state, graph.target.createVirtualTarget(ipus, per_ipu), {}};
  for (const unsigned tile : tiles) made.tiles.push_back(core::physical_tile(graph, tile));
  return Graph(std::make_shared<GraphImpl>(std::move(made)));
}

}  // namespace

Graph Graph::createVirtualGraph(unsigned numTiles) {
  const unsigned ipus = getTarget().getNumIPUs();
  if (numTiles == 0 || numTiles % ipus != 0 || numTiles > getTarget().getNumTiles()) {
    throw poplar_error("createVirtualGraph: " + std::to_string(numTiles) +
                       " tiles cannot be spread over " + std::to_string(ipus) + " IPUs of " +
                       std::to_string(getTarget().getTilesPerIPU()) + " tiles");
  }
  std::vector<unsigned> per_ipu(numTiles / ipus);
  for (unsigned i = 0; i < per_ipu.size(); ++i) per_ipu[i] = i;
  return createVirtualGraph(per_ipu);
}

Graph Graph::createVirtualGraph(unsigned lowerTile, unsigned upperTile) {
  const unsigned per_ipu = getTarget().getTilesPerIPU();
  if (lowerTile >= upperTile || upperTile > getTarget().getNumTiles()) {
    throw poplar_error("createVirtualGraph: there are no tiles " + std::to_string(lowerTile) +
                       " to " + std::to_string(upperTile));
  }
  std::vector<unsigned> tiles;
  for (unsigned tile = lowerTile; tile < upperTile; ++tile) tiles.push_back(tile);
  const bool whole = lowerTile % per_ipu == 0 && upperTile % per_ipu == 0;
  if (!whole && lowerTile / per_ipu != (upperTile - 1) / per_ipu) {
    throw poplar_error("createVirtualGraph: tiles " + std::to_string(lowerTile) + " to " +
                       std::to_string(upperTile) + " are parts of several IPUs");
  }
  return virtual_graph(getImpl(), tiles, whole ? (upperTile - lowerTile) / per_ipu : 1);
}

Graph Graph::createVirtualGraph(const std::vector<unsigned>& perIpuTiles) {
  const unsigned ipus = getTarget().getNumIPUs();
  const unsigned per_ipu = getTarget().getTilesPerIPU();
  std::vector<unsigned> tiles;
  for (unsigned ipu = 0; ipu < ipus; ++ipu) {
    for (const unsigned tile : perIpuTiles) {
      if (tile >= per_ipu) {
        throw poplar_error("createVirtualGraph: an IPU has no tile " + std::to_string(tile));
      }
      tiles.push_back(ipu * per_ipu + tile);
    }
  }
  if (tiles.empty()) throw poplar_error("createVirtualGraph: no tiles are given");
  return virtual_graph(getImpl(), tiles, ipus);
}

Graph Graph::getTopLevelGraph() {
  GraphState& state = getState();
  return Graph(std::make_shared<GraphImpl>(GraphImpl{getImpl().state, state.target, {}}));
}

Graph Graph::createReplicatedGraph(unsigned replicationFactor) {
  if (replicationFactor == 1) return *this;
  throw graph_replication_error("a graph of " + std::to_string(replicationFactor) +
                                " replicas is unsupported: weft has one");
}

Tensor Graph::getNonReplicatedTensor(const Tensor& tensor) const { return tensor.expand({0}); }

unsigned Graph::convertTileToTopLevelGraphTile(unsigned tile) const {
  return core::physical_tile(getImpl(), tile);
}
unsigned Graph::convertTopLevelGraphTileToTile(unsigned tile) const {
  const unsigned found = core::virtual_tile(getImpl(), tile);
  if (found == front::unmapped) {
    throw poplar_error("tile " + std::to_string(tile) + " is not in this virtual graph");
  }
  return found;
}
unsigned Graph::convertVirtualTileToPhysicalTile(unsigned virtualTileId) const {
  return convertTileToTopLevelGraphTile(virtualTileId);
}
unsigned Graph::convertPhysicalTileToVirtualTile(unsigned physicalTileId) const {
  return convertTopLevelGraphTileToTile(physicalTileId);
}
unsigned Graph::convertPhysicalTileToVirtualTile(unsigned ipuId, unsigned physicalTileId) const {
  return convertTopLevelGraphTileToTile(ipuId * getState().target.getTilesPerIPU() +
                                        physicalTileId);
}

}  // namespace poplar

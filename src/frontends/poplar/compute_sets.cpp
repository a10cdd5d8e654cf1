// SPDX-License-Identifier: Apache-2.0
// Lowers compute sets one by one, their vertices by tile.
#include "frontends/poplar/compute_sets.hpp"

#include <algorithm>
#include <cstring>
#include <functional>
#include <memory>
#include <new>
#include <span>
#include <tuple>

#include "base/counted.hpp"
#include "frontends/poplar/vertex_state.hpp"

namespace weft::frontends::poplar {

namespace ipu = program::ipu;

ComputeSets::ComputeSets(LowerContext& context, const std::vector<bool>& used)
    : context_(context), overlap_(context.graph), moves_(context.graph.compute_sets.size()) {
  const std::vector<VertexModel>& vertices = context.graph.vertices;
  for (VertexId id = 0; id < vertices.size(); ++id) {
    if (!used[vertices[id].compute_set]) continue;
    at([&] { return text_of(id); }, [&] { check_tile(vertices[id]); });
    reserve_vectors(id);
    order_.push_back(id);
  }
  std::stable_sort(order_.begin(), order_.end(), [&vertices](VertexId a, VertexId b) {
    return std::tie(vertices[a].compute_set, vertices[a].tile) <
           std::tie(vertices[b].compute_set, vertices[b].tile);
  });
}

void ComputeSets::check_tile(const VertexModel& vertex) const {
  if (vertex.tile == unmapped) complain(Complaint::tile_mapping, "it is mapped to no tile");
  if (vertex.tile >= context_.machine.tiles) {
    complain(Complaint::invalid_tile,
             "the machine has tiles 0 to " + std::to_string(context_.machine.tiles - 1));
  }
}

void ComputeSets::reserve_vectors(VertexId id) {
  const VertexModel& vertex = context_.graph.vertices[id];
  for (std::uint32_t f = 0; f < vertex.codelet->field_count; ++f) {
    const ipu::FieldInfo& field = vertex.codelet->fields[f];
    if (!owns_vector(field)) continue;
    const Connection& connection = vertex.fields[f];
    const std::uint64_t bytes = owned_elements(field, connection) * ipu::bytes_of(field.type);
    const std::uint32_t address =
        context_.placement.reserve(vertex.tile, bytes, ipu::MemoryUse::vertex_state);
    vectors_[{id, f}] = address;
    if (connection.value.empty()) continue;
    ipu::Program& program = context_.program;
    program.initial.push_back({vertex.tile, address, program.initial_bytes.size(),
                               std::min<std::uint64_t>(bytes, connection.value.size())});
    program.initial_bytes.insert(program.initial_bytes.end(), connection.value.begin(),
                                 connection.value.end());
  }
}

void ComputeSets::lower() {
  BufferArea buffers(context_.placement, context_.machine.tiles);
  std::size_t first = 0;
  for (ComputeSetId set = 0; set < moves_.size(); ++set) {
    std::size_t end = first;
    while (end < order_.size() && context_.graph.vertices[order_[end]].compute_set == set) ++end;
    lower_set(set, first, end, buffers);
    first = end;
  }
  for (std::uint32_t tile = 0; tile < context_.machine.tiles; ++tile) {
    ends_.push_back(buffers.end(tile));
    context_.memory.add(tile, ipu::MemoryUse::exchange_buffers, buffers.bytes(tile));
  }
  finish_summary();
}

void ComputeSets::lower_set(ComputeSetId set, std::size_t first, std::size_t end,
                            BufferArea& buffers) {
  ipu::Program& program = context_.program;
  const std::string& name = context_.graph.compute_sets[set];
  program.compute_sets.push_back({name, program.vertices.size(), end - first});
  context_.result.summary.flops_of_compute_set.push_back(0);
  overlap_.begin(std::span(order_).subspan(first, end - first));
  Edges edges(context_, buffers, overlap_);
  for (std::size_t i = first; i < end; ++i) {
    const std::uint32_t tile = context_.graph.vertices[order_[i]].tile;
    const bool fresh = i == first || context_.graph.vertices[order_[i - 1]].tile != tile;
    if (fresh) edges.begin_tile(tile);
    lower_vertex(order_[i], edges);
  }
  overlap_.finish();
  moves_[set].before = context_.moves.take(name + "/gather", edges.before);
  moves_[set].after = context_.moves.take(name + "/scatter", edges.after);
}

void ComputeSets::lower_vertex(VertexId id, Edges& edges) {
  const VertexModel& vertex = context_.graph.vertices[id];
  Used& used = use(vertex);
  ipu::Vertex lowered;
  lowered.tile = vertex.tile;
  lowered.codelet = used.number;
  lowered.words = context_.program.field_words.size();
  lowered.state = context_.program.state_bytes.size();
  const auto where = [&] { return text_of(id); };
  for (std::uint32_t f = 0; f < vertex.codelet->field_count; ++f) {
    at([&] { return where() + ", field '" + vertex.codelet->fields[f].name + "'"; },
       [&] { lower_field(id, f, edges); });
  }
  at(where, [&] { add_cost(id, used, lowered); });
  context_.program.vertices.push_back(lowered);
  context_.memory.add(vertex.tile, ipu::MemoryUse::vertex_state, vertex_state_bytes(vertex));
  if (!used.tiles[vertex.tile]) {
    used.tiles[vertex.tile] = true;
    context_.memory.add(vertex.tile, ipu::MemoryUse::vertex_code,
                        context_.machine.codelet_code_bytes);
  }
}

void ComputeSets::lower_field(VertexId id, std::uint32_t number, Edges& edges) {
  const VertexModel& vertex = context_.graph.vertices[id];
  const ipu::FieldInfo& field = vertex.codelet->fields[number];
  const Connection& connection = vertex.fields[number];
  std::vector<std::uint32_t>& words = context_.program.field_words;
  if (field.shape == ipu::FieldShape::state) return lower_state(vertex, number);
  if (owns_vector(field)) {
    words.push_back(vectors_.at({id, number}));
    words.push_back(static_cast<std::uint32_t>(owned_elements(field, connection)));
    return;
  }
  const bool left_empty = connection.elements == std::uint64_t{0};
  if (!connection.connected && !left_empty) {
    complain(Complaint::unconnected, "it is not connected");
  }
  context_.result.summary.edges += connection.views.size();
  if (field.shape == ipu::FieldShape::vector_list) {
    words.push_back(static_cast<std::uint32_t>(connection.views.size()));
  } else if (connection.views.size() > 1) {
    complain(Complaint::type, "it is one vector and connected to several tensors");
  } else if (connection.views.empty()) {
    words.insert(words.end(), field.shape == ipu::FieldShape::scalar_edge ? 1 : 2, 0);
  }
  for (const View& view : connection.views) {
    words.push_back(edges.connect({view, id, number}));
    if (field.shape != ipu::FieldShape::scalar_edge) {
      words.push_back(static_cast<std::uint32_t>(view.elements()));
    } else if (view.elements() != 1) {
      complain(Complaint::type,
               "it is one element and connected to " + std::to_string(view.elements()));
    }
  }
}

namespace {

/// A vertex as its class makes it: what state fields hold that nobody sets.
std::vector<std::byte> made_object(const CodeletInfo& codelet) {
  const std::align_val_t alignment{std::max<std::size_t>(codelet.alignment, 16)};
  const std::unique_ptr<void, std::function<void(void*)>> object(
      ::operator new(codelet.bytes, alignment),
      [alignment](void* memory) { ::operator delete(memory, alignment); });
  std::memset(object.get(), 0, codelet.bytes);
  codelet.construct(object.get());
  const auto* const bytes = static_cast<const std::byte*>(object.get());
  return {bytes, bytes + codelet.bytes};
}

}  // namespace

void ComputeSets::lower_state(const VertexModel& vertex, std::uint32_t number) {
  const ipu::FieldInfo& field = vertex.codelet->fields[number];
  const Bytes& value = vertex.fields[number].value;
  std::vector<std::byte>& bytes = context_.program.state_bytes;
  if (!value.empty() && value.size() != field.bytes) {
    complain(Complaint::type, "its initial value has " + counted(value.size(), "byte") +
                                  ", the field " + std::to_string(field.bytes));
  }
  if (!value.empty()) {
    bytes.insert(bytes.end(), value.begin(), value.end());
    return;
  }
  if (vertex.codelet->construct == nullptr) {
    bytes.resize(bytes.size() + field.bytes);
    return;
  }
  std::vector<std::byte>& made = codelets_.at(vertex.codelet).made;
  if (made.empty()) made = made_object(*vertex.codelet);
  const auto first = made.begin() + static_cast<std::ptrdiff_t>(field.offset);
  bytes.insert(bytes.end(), first, first + static_cast<std::ptrdiff_t>(field.bytes));
}

void ComputeSets::add_cost(VertexId id, Used& used, ipu::Vertex& lowered) {
  static const CostFunction none;
  const VertexModel& vertex = context_.graph.vertices[id];
  const CostQuery query(context_.graph, vertex, *context_.input.topology);
  const CostOfVertex cost = cost_of(query, used.estimator != nullptr ? *used.estimator : none);
  lowered.cycles = cost.cost.cycles;
  lowered.cost = cost.origin;
  ++used.instances;
  used.cycles += cost.cost.cycles;
  used.flops += cost.cost.flops;
  context_.result.summary.flops_of_compute_set.back() += cost.cost.flops;
}

ComputeSets::Used& ComputeSets::use(const VertexModel& vertex) {
  const auto [found, fresh] = codelets_.try_emplace(vertex.codelet);
  Used& used = found->second;
  if (fresh) {
    used.number = static_cast<std::uint32_t>(context_.program.codelets.size());
    used.tiles.resize(context_.machine.tiles, false);
    context_.program.codelets.push_back({vertex.codelet->name, vertex.module});
    const auto estimator = context_.input.estimators.find(vertex.codelet->name);
    if (estimator != context_.input.estimators.end()) used.estimator = &estimator->second;
  }
  return used;
}

std::string ComputeSets::text_of(VertexId id) const {
  const VertexModel& vertex = context_.graph.vertices[id];
  std::string text = "compute set '" + context_.graph.compute_sets[vertex.compute_set] +
                     "': vertex '" + vertex.codelet->name + "'";
  if (vertex.tile != unmapped) text += " on tile " + std::to_string(vertex.tile);
  return text;
}

void ComputeSets::finish_summary() {
  GraphSummary& summary = context_.result.summary;
  summary.variables = context_.graph.variables.size();
  summary.vertices = context_.program.vertices.size();
  summary.compute_sets = context_.program.compute_sets.size();
  for (const auto& [info, used] : codelets_) {
    summary.instances_of_codelet[info->name] += used.instances;
    summary.cycles_of_codelet[info->name] += used.cycles;
    summary.flops_of_codelet[info->name] += used.flops;
  }
}

}  // namespace weft::frontends::poplar

// SPDX-License-Identifier: Apache-2.0
// Cloning tensors: new variables whose elements lie where the originals' do.
#include <algorithm>
#include <map>
#include <poplar/Graph.hpp>
#include <poplar/exceptions.hpp>

#include "hosts/poplar/graph/regions.hpp"
#include "hosts/poplar/graph/support.hpp"

namespace poplar {

using core::GraphState;
using core::Region;
using core::front::Run;
using core::front::TileInterval;
using core::front::VariableId;
using core::front::View;

namespace {

/// A piece of a variable that a clone holds, and where in the new variable it begins.
struct Piece {
  std::uint64_t first = 0;
  std::uint64_t end = 0;
  std::uint64_t to = 0;
};

/// Maps elements of one variable as those of another are.
void copy_mapping(GraphState& state, VariableId from, const Piece& piece, VariableId to) {
  const auto intervals = state.model.variables[from].mapping.intervals(piece.first, piece.end);
  for (const TileInterval& interval : intervals) {
    const std::uint64_t begin = std::max(interval.begin, piece.first);
    const std::uint64_t end = std::min(interval.end, piece.end);
    state.model.variables[to].mapping.set(piece.to + begin - piece.first,
                                          piece.to + end - piece.first, interval.tile);
  }
}

/// The elements in order of the tensor, in one new variable.
View clone_in_order(GraphState& state, const Type& type, const View& view,
                    const std::string& name) {
  const VariableId made = core::add_variable(state, type, view.shape(), name, false, {});
  for (const Region& region : core::regions_of(view)) {
    copy_mapping(state, region.variable, {region.first, region.first + region.count, region.at},
                 made);
  }
  return View::of(made, view.shape());
}

/// The pieces of each variable that a view touches, sorted, each element once.
std::map<VariableId, std::vector<Piece>> pieces_of(const View& view) {
  std::map<VariableId, std::vector<Piece>> pieces;
  for (const Region& region : core::regions_of(view)) {
    pieces[region.variable].push_back({region.first, region.first + region.count, 0});
  }
  for (auto& [variable, list] : pieces) {
    std::sort(list.begin(), list.end(),
              [](const Piece& a, const Piece& b) { return a.first < b.first; });
    std::vector<Piece> merged;
    for (const Piece& piece : list) {
      if (!merged.empty() && piece.first <= merged.back().end) {
        merged.back().end = std::max(merged.back().end, piece.end);
      } else {
        merged.push_back(piece);
      }
    }
    std::uint64_t to = 0;
    for (Piece& piece : merged) {
      piece.to = to;
      to += piece.end - piece.first;
    }
    list = std::move(merged);
  }
  return pieces;
}

/// Variables in the order of the originals, and the tensor over them.
View clone_preserving(GraphState& state, const Type& type, const View& view,
                      const std::string& name) {
  const auto pieces = pieces_of(view);
  std::map<VariableId, VariableId> made;
  for (const auto& [variable, list] : pieces) {
    const std::uint64_t elements = list.back().to + list.back().end - list.back().first;
    made[variable] = core::add_variable(state, type, {elements}, name, false, {});
    for (const Piece& piece : list) copy_mapping(state, variable, piece, made[variable]);
  }
  std::vector<Run> runs;
  for (const Region& region : core::regions_of(view)) {
    const std::vector<Piece>& list = pieces.at(region.variable);
    const auto after = std::upper_bound(
        list.begin(), list.end(), region.first,
        [](std::uint64_t first, const Piece& piece) { return first < piece.first; });
    const Piece& piece = *std::prev(after);
    runs.push_back({made[region.variable], piece.to + region.first - piece.first, region.count, 1});
  }
  return View::of_runs(std::move(runs), view.shape());
}

}  // namespace

Tensor Graph::clone(const Type& type, const Tensor& tensor, const DebugContext& debugContext,
                    TensorCloneMethod method) {
  GraphState& state = getState();
  core::check_graph(state, tensor, "clone");
  const View& view = core::view_of(tensor);
  const std::string name = debugContext.getPathName();
  bool in_order =
      method == TensorCloneMethod::CREATE_NEW_ORDER || view.contiguous() || view.elements() == 0;
  if (method == TensorCloneMethod::PRESERVE_ORDER_UNLESS_ALIASES) {
    in_order = in_order || tensor.containsAliases();
  }
  View made = in_order ? clone_in_order(state, type, view, name)
                       : clone_preserving(state, type, view, name);
  return core::make_tensor(std::move(made), type, getImpl().state);
}

Tensor Graph::clone(const Tensor& tensor, const DebugContext& debugContext,
                    TensorCloneMethod method) {
  return clone(tensor.elementType(), tensor, debugContext, method);
}

Tensor Graph::cloneN(const Type& type, const Tensor& tensor, std::size_t N,
                     const DebugContext& debugContext, TensorCloneMethod method,
                     TensorCloneDuplicationMethod) {
  if (N == 0) throw poplar_error("cloneN: 0 clones are no tensor");
  std::vector<Tensor> clones;
  for (std::size_t i = 0; i < N; ++i) {
    clones.push_back(clone(type, tensor, debugContext, method).expand({0}));
  }
  return concat(ArrayRef<Tensor>(clones));
}

Tensor Graph::cloneN(const Tensor& tensor, std::size_t N, const DebugContext& debugContext,
                     TensorCloneMethod method, TensorCloneDuplicationMethod duplicationMethod) {
  return cloneN(tensor.elementType(), tensor, N, debugContext, method, duplicationMethod);
}

}  // namespace poplar

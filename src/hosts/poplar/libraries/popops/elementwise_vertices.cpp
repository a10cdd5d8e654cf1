// SPDX-License-Identifier: Apache-2.0
// popops: the vertices of elementwise operations, by tile.

#include "hosts/poplar/libraries/popops/by_tile.hpp"
#include "hosts/poplar/libraries/popops/elementwise.hpp"
#include "poputil/Util.hpp"
#include "poputil/VertexTemplates.hpp"

namespace weft::libraries {

using poplar::ComputeSet;
using poplar::Graph;
using poplar::Tensor;
using poplar::VertexRef;
using popops::expr::BinaryOpType;
using popops::expr::TernaryOpType;
using popops::expr::UnaryOpType;

namespace {

std::vector<Tensor> operand_rows(const Operand& operand, const std::vector<Intervals>& regions) {
  std::vector<Tensor> rows;
  rows.reserve(regions.size());
  for (const auto& region : regions) rows.push_back(operand.scalar_or_region(region));
  return rows;
}

/// "popops::X<in,out>", or "popops::XInPlace<in>".
std::string vertex_name(const std::string& base, const Tensor& a, const Tensor& out,
                        bool in_place) {
  if (in_place) return poputil::templateVertex("popops::" + base + "InPlace", a.elementType());
  return poputil::templateVertex("popops::" + base, a.elementType(), out.elementType());
}

template <class Operation>
unsigned number_of(Operation op) {
  return static_cast<unsigned>(op);
}

}  // namespace

void add_unary(Graph& graph, ComputeSet cs, UnaryOpType op, const Tensor& a, const Tensor& out) {
  const bool in_place = out == a;
  const MemoryOrder order(out);
  const Tensor from = order.of(a).flatten();
  const Tensor to = order.of(out).flatten();
  const auto finish = [&](VertexRef v) {
    graph.setInitialValue(v["op"], number_of(op));
    return v;
  };
  by_tile(
      graph, to,
      [&](const Intervals& region) {
        const auto v = graph.addVertex(cs, vertex_name("UnaryOp1D", a, out, in_place));
        if (!in_place) graph.connect(v["in"], elements_of(from, region));
        graph.connect(v[in_place ? "inOut" : "out"], elements_of(to, region));
        return finish(v);
      },
      [&](const std::vector<Intervals>& regions) {
        const auto v = graph.addVertex(cs, vertex_name("UnaryOp2D", a, out, in_place));
        if (!in_place) graph.connect(v["in"], rows_of(from, regions));
        graph.connect(v[in_place ? "inOut" : "out"], rows_of(to, regions));
        return finish(v);
      });
}

void add_number(Graph& graph, ComputeSet cs, BinaryOpType op, const Tensor& a, double number,
                bool reversed, const Tensor& out) {
  const bool in_place = out == a;
  const MemoryOrder order(out);
  const Tensor from = order.of(a).flatten();
  const Tensor to = order.of(out).flatten();
  const auto finish = [&](VertexRef v) {
    set_number(graph, v["number"], a.elementType(), number);
    graph.setInitialValue(v["op"], number_of(op));
    graph.setInitialValue(v["reversed"], reversed);
    return v;
  };
  by_tile(
      graph, to,
      [&](const Intervals& region) {
        const auto v = graph.addVertex(cs, vertex_name("BroadcastScalar1D", a, out, in_place));
        if (!in_place) graph.connect(v["in"], elements_of(from, region));
        graph.connect(v[in_place ? "inOut" : "out"], elements_of(to, region));
        return finish(v);
      },
      [&](const std::vector<Intervals>& regions) {
        const auto v = graph.addVertex(cs, vertex_name("BroadcastScalar2D", a, out, in_place));
        if (!in_place) graph.connect(v["in"], rows_of(from, regions));
        graph.connect(v[in_place ? "inOut" : "out"], rows_of(to, regions));
        return finish(v);
      });
}

namespace {

/// The vertices of a binary operation.
class Binary {
 public:
  Binary(Graph& graph, ComputeSet cs, BinaryOpType op, const Tensor& a, const Tensor& b,
         const Tensor& out)
      : graph_(graph),
        cs_(cs),
        op_(op),
        out_(out),
        to_(out.flatten()),
        a_(a, out.shape()),
        b_(b, out.shape()),
        in_place_(out == a) {}

  void add() {
    if (repeated(a_) || repeated(b_)) {
      add_repeated();
      return;
    }
    by_tile(
        graph_, out_, [&](const Intervals& region) { return one(region); },
        [&](const std::vector<Intervals>& regions) { return several(regions); });
  }

 private:
  static bool repeated(const Operand& operand) { return operand.broadcast() && !operand.scalar(); }

  VertexRef vertex(const std::string& base) {
    const auto v = graph_.addVertex(cs_, vertex_name(base, b_.given(), out_, in_place_));
    graph_.setInitialValue(v["op"], number_of(op_));
    return v;
  }
  VertexRef one(const Intervals& region) {
    const auto v = vertex("BinaryOp1D");
    if (!in_place_) graph_.connect(v["in1"], a_.scalar_or_region(region));
    graph_.connect(v["in2"], b_.scalar_or_region(region));
    graph_.connect(v[in_place_ ? "in1Out" : "out"], elements_of(to_, region));
    return v;
  }
  VertexRef several(const std::vector<Intervals>& regions) {
    const auto v = vertex("BinaryOp2D");
    if (!in_place_) graph_.connect(v["in1"], operand_rows(a_, regions));
    graph_.connect(v["in2"], operand_rows(b_, regions));
    graph_.connect(v[in_place_ ? "in1Out" : "out"], rows_of(to_, regions));
    return v;
  }

  /// A vector that is repeated is held once a tile where its pattern is regular.
  void add_repeated() {
    constexpr std::size_t most_regions = 6;
    const unsigned grain = graph_.getTarget().getVectorWidth(out_.elementType());
    for (const auto& [tile, regions] : regions_by_tile(graph_, out_)) {
      if (regions.size() > most_regions) {
        for (const auto& share :
             poputil::splitRegionsBetweenWorkers(graph_.getTarget(), regions, grain, 2 * grain)) {
          graph_.setTileMapping(several(share), tile);
        }
        continue;
      }
      for (const auto& region : regions) graph_.setTileMapping(repeated_in(region), tile);
    }
  }
  VertexRef repeated_in(const Intervals& region) {
    const bool reversed = !repeated(b_);
    const Operand& vector = reversed ? b_ : a_;
    const Operand& pattern = reversed ? a_ : b_;
    const auto found = pattern.repetition(region);
    if (!found || found->unique.size() == size_of(region)) return one(region);
    const auto v = vertex("BroadcastVector1D");
    if (!in_place_) {
      graph_.connect(v["in1"], vector.for_region(region));
      graph_.setInitialValue(v["reversed"], reversed);
    }
    graph_.connect(v["in2"], pattern.unique(*found));
    graph_.connect(v[in_place_ ? "in1Out" : "out"], elements_of(to_, region));
    graph_.setInitialValue(v["inner"], found->inner);
    graph_.setInitialValue(v["start"], found->start);
    return v;
  }

  Graph& graph_;
  ComputeSet cs_;
  BinaryOpType op_;
  Tensor out_, to_;
  Operand a_, b_;
  bool in_place_;
};

}  // namespace

void add_binary(Graph& graph, ComputeSet cs, BinaryOpType op, const Tensor& a, const Tensor& b,
                const Tensor& out) {
  const MemoryOrder order(out);
  const bool in_place = out == a;
  const Tensor to = order.of(out);
  Binary(graph, cs, op, in_place ? to : order.of(a), order.of(b), to).add();
}

void add_ternary(Graph& graph, ComputeSet cs, TernaryOpType op, const Tensor& a, const Tensor& b,
                 const Tensor& c, const Tensor& out) {
  const Operand x(a, out.shape());
  const Operand y(b, out.shape());
  const Operand z(c, out.shape());
  const Tensor to = out.flatten();
  const auto name = poputil::templateVertex(
      op == TernaryOpType::SELECT ? "popops::Select" : "popops::Clamp", out.elementType());
  for (const auto& [tile, regions] : regions_by_tile(graph, out)) {
    Intervals all;
    for (const auto& region : regions) all.insert(all.end(), region.begin(), region.end());
    const auto v = graph.addVertex(cs, name);
    graph.connect(v["in1"], x.scalar_or_region(all));
    graph.connect(v["in2"], y.scalar_or_region(all));
    graph.connect(v["in3"], z.scalar_or_region(all));
    graph.connect(v["out"], elements_of(to, all));
    graph.setTileMapping(v, tile);
  }
}

}  // namespace weft::libraries

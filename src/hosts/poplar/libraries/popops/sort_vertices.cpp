// SPDX-License-Identifier: Apache-2.0
// popops: keys with or without values, and the vertices that sort and merge them.
#include "hosts/poplar/libraries/popops/sort_vertices.hpp"

#include "poputil/VertexTemplates.hpp"

namespace weft::libraries {

KeysAndValues KeysAndValues::slice(std::size_t begin, std::size_t end, unsigned dim) const {
  KeysAndValues out{keys.slice(begin, end, dim), std::nullopt};
  if (values) out.values = values->slice(begin, end, dim);
  return out;
}

KeysAndValues KeysAndValues::flatten() const {
  KeysAndValues out{keys.flatten(), std::nullopt};
  if (values) out.values = values->flatten();
  return out;
}

poplar::VertexRef SortVertices::add(poplar::ComputeSet cs, const std::string& name,
                                    const KeysAndValues& like, unsigned tile) {
  const auto type = like.keys.elementType();
  const auto v = graph_.addVertex(
      cs, like.values ? poputil::templateVertex(name + "KeyValue", type, like.values->elementType())
                      : poputil::templateVertex(name, type));
  graph_.setInitialValue(v["descending"], order_.descending);
  if (like.values) graph_.setInitialValue(v["ties"], order_.ties);
  graph_.setTileMapping(v, tile);
  return v;
}

void SortVertices::add_sort(poplar::ComputeSet cs, const KeysAndValues& data,
                            const KeysAndValues& spare, std::size_t runs, std::size_t kept,
                            unsigned tile) {
  const auto v = add(cs, "popops::SortRuns", data, tile);
  graph_.connect(v["keys"], data.keys);
  graph_.connect(v["spareKeys"], spare.keys);
  if (data.values) {
    graph_.connect(v["values"], *data.values);
    graph_.connect(v["spareValues"], *spare.values);
  }
  graph_.setInitialValue(v["runs"], static_cast<unsigned>(runs));
  graph_.setInitialValue(v["kept"], static_cast<unsigned>(kept));
}

void SortVertices::add_merge(poplar::ComputeSet cs, const KeysAndValues& a, const KeysAndValues& b,
                             const KeysAndValues& out, std::size_t begin, unsigned tile) {
  const auto v = add(cs, "popops::MergeRuns", out, tile);
  graph_.connect(v["keysA"], a.keys);
  graph_.connect(v["keysB"], b.keys);
  graph_.connect(v["keys"], out.keys);
  if (out.values) {
    graph_.connect(v["valuesA"], *a.values);
    graph_.connect(v["valuesB"], *b.values);
    graph_.connect(v["values"], *out.values);
  }
  graph_.setInitialValue(v["begin"], static_cast<unsigned>(begin));
}

}  // namespace weft::libraries

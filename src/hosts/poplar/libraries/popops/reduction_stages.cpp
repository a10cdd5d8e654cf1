// SPDX-License-Identifier: Apache-2.0
// popops: the compute sets of a reduction.

#include <algorithm>
#include <cmath>
#include <map>

#include "hosts/poplar/libraries/popops/reduction.hpp"
#include "poputil/VertexTemplates.hpp"

namespace weft::libraries {

using poplar::Graph;
using poplar::Interval;
using poplar::Tensor;
using popops::Operation;

namespace {

/// More partials than this for one output are first reduced in groups, on several tiles.
constexpr std::size_t most_partials = 48;

/// What one vertex does: rows of partials to rows of results.
struct Work {
  std::vector<Tensor> in, out;
};

void add_vertices(Graph& graph, poplar::ComputeSet cs, Operation op, bool continuous,
                  const std::map<unsigned, Work>& by_tile) {
  for (const auto& [tile, work] : by_tile) {
    const auto v =
        graph.addVertex(cs, poputil::templateVertex("popops::Reduce", work.in.front().elementType(),
                                                    work.out.front().elementType()));
    graph.connect(v["in"], work.in);
    graph.connect(v["out"], work.out);
    graph.setInitialValue(v["op"], static_cast<unsigned>(op));
    graph.setInitialValue(v["continuous"], continuous);
    graph.setTileMapping(v, tile);
  }
}

/// Every output has exactly one piece.
bool complete(std::vector<std::pair<std::size_t, std::size_t>> ranges, std::size_t outputs) {
  std::sort(ranges.begin(), ranges.end());
  std::size_t covered = 0;
  for (const auto& [begin, end] : ranges) {
    if (begin != covered) return false;
    covered = end;
  }
  return covered == outputs;
}
bool complete(const std::vector<Piece>& pieces, std::size_t outputs) {
  std::vector<std::pair<std::size_t, std::size_t>> ranges;
  for (const Piece& piece : pieces) ranges.emplace_back(piece.begin, piece.end);
  return complete(std::move(ranges), outputs);
}

/// Sums of sums: what combines the results of a first stage.
Operation later(Operation op) { return op == Operation::SQUARE_ADD ? Operation::ADD : op; }

poplar::Type partials_type(Operation op, const poplar::Type& type) {
  const bool exact = op == Operation::MIN || op == Operation::MAX;
  return type == poplar::HALF && !exact ? poplar::FLOAT : type;
}

/// Each piece becomes one of a single partial, on its tile.
std::vector<Piece> reduce_on_tiles(Graph& graph, poplar::ComputeSet cs, Operation op,
                                   const std::vector<Piece>& pieces, bool continuous,
                                   const poplar::Type& type) {
  std::size_t elements = 0;
  for (const Piece& piece : pieces) elements += piece.width();
  const Tensor all = graph.addVariable(type, {elements}, "reductionPartials");
  std::vector<Piece> out;
  std::map<unsigned, Work> by_tile;
  std::size_t at = 0;
  for (const Piece& piece : pieces) {
    const Tensor result = all.slice(at, at + piece.width());
    at += piece.width();
    graph.setTileMapping(result, piece.tile);
    by_tile[piece.tile].in.push_back(piece.values);
    by_tile[piece.tile].out.push_back(result);
    out.push_back({piece.tile, piece.begin, piece.end, result, 1});
  }
  add_vertices(graph, cs, op, continuous, by_tile);
  return out;
}

/// Outputs between two neighbouring borders have the same pieces.
std::vector<std::size_t> borders_of(const std::vector<Piece>& pieces,
                                    const std::vector<std::vector<Interval>>& more) {
  std::vector<std::size_t> borders;
  for (const Piece& piece : pieces) {
    borders.push_back(piece.begin);
    borders.push_back(piece.end);
  }
  for (const auto& tile : more) {
    for (const Interval& interval : tile) {
      borders.push_back(interval.begin());
      borders.push_back(interval.end());
    }
  }
  std::sort(borders.begin(), borders.end());
  borders.erase(std::unique(borders.begin(), borders.end()), borders.end());
  return borders;
}

/// A band of outputs and the pieces that have a partial for it, in order.
struct Band {
  std::size_t begin = 0, end = 0;
  std::vector<const Piece*> pieces;
  Tensor values(std::size_t first, std::size_t last) const {
    std::vector<Tensor> parts;
    for (std::size_t i = first; i < last; ++i) {
      parts.push_back(pieces[i]->values.slice(begin - pieces[i]->begin, end - pieces[i]->begin));
    }
    return poplar::concat(parts);
  }
};
std::vector<Band> bands_of(const std::vector<Piece>& pieces,
                           const std::vector<std::size_t>& borders) {
  std::vector<Band> bands;
  for (std::size_t i = 0; i + 1 < borders.size(); ++i) {
    bands.push_back({borders[i], borders[i + 1], {}});
  }
  for (const Piece& piece : pieces) {
    auto band = static_cast<std::size_t>(
        std::lower_bound(borders.begin(), borders.end(), piece.begin) - borders.begin());
    for (; band < bands.size() && bands[band].begin < piece.end; ++band) {
      bands[band].pieces.push_back(&piece);
    }
  }
  return bands;
}

std::size_t group_of(std::size_t partials) {
  return static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(partials))));
}

/// Groups of about the square root of the number of partials, each on the tile of one of its
/// pieces.
std::vector<Piece> reduce_groups(Graph& graph, poplar::ComputeSet cs, Operation op,
                                 const std::vector<Piece>& pieces, const poplar::Type& type) {
  std::vector<Piece> out;
  std::map<unsigned, Work> by_tile;
  std::size_t turn = 0;
  for (const Band& band : bands_of(pieces, borders_of(pieces, {}))) {
    const std::size_t count = band.pieces.size();
    if (count == 0) continue;
    const std::size_t group = group_of(count);
    for (std::size_t first = 0; first < count; first += group) {
      const std::size_t last = std::min(count, first + group);
      const unsigned tile = band.pieces[first + turn++ % (last - first)]->tile;
      const Tensor result = graph.addVariable(type, {band.end - band.begin}, "reductionPartials");
      graph.setTileMapping(result, tile);
      by_tile[tile].in.push_back(band.values(first, last));
      by_tile[tile].out.push_back(result);
      out.push_back({tile, band.begin, band.end, result, 1});
    }
  }
  add_vertices(graph, cs, op, false, by_tile);
  return out;
}

std::size_t most_pieces(const std::vector<Piece>& pieces) {
  std::size_t most = 0;
  for (const Band& band : bands_of(pieces, borders_of(pieces, {}))) {
    most = std::max(most, band.pieces.size());
  }
  return most;
}

/// Bands of outputs that lie on one tile of the result each.
std::vector<std::pair<unsigned, Band>> bands_by_tile(const Graph& graph,
                                                     const std::vector<Piece>& pieces,
                                                     const Tensor& out) {
  const auto mapping = graph.getTileMapping(out);
  std::map<std::size_t, unsigned> tile_from;  // the tile of the outputs from there on
  for (unsigned tile = 0; tile < mapping.size(); ++tile) {
    for (const Interval& interval : mapping[tile]) tile_from[interval.begin()] = tile;
  }
  std::vector<std::pair<unsigned, Band>> out_bands;
  for (const Band& band : bands_of(pieces, borders_of(pieces, mapping))) {
    out_bands.emplace_back(std::prev(tile_from.upper_bound(band.begin))->second, band);
  }
  return out_bands;
}

/// Groups take their partials to one tile. That is worth it only where the tiles of the result
/// would have to take more, because they are few.
bool wants_groups(const Graph& graph, const std::vector<Piece>& pieces, const Tensor& out) {
  if (most_pieces(pieces) <= most_partials) return false;
  std::size_t of_group = 0;
  for (const Band& band : bands_of(pieces, borders_of(pieces, {}))) {
    of_group = std::max(of_group, group_of(band.pieces.size()) * (band.end - band.begin));
  }
  std::map<unsigned, std::size_t> of_tile;
  for (const auto& [tile, band] : bands_by_tile(graph, pieces, out)) {
    of_tile[tile] += band.pieces.size() * (band.end - band.begin);
  }
  return std::any_of(of_tile.begin(), of_tile.end(),
                     [&](const auto& tile) { return tile.second > of_group; });
}

/// The last stage, on the tiles of the result.
void reduce_to(Graph& graph, poplar::ComputeSet cs, Operation op, const std::vector<Piece>& pieces,
               const Tensor& out) {
  std::map<unsigned, Work> by_tile;
  for (const auto& [tile, band] : bands_by_tile(graph, pieces, out)) {
    by_tile[tile].in.push_back(band.values(0, band.pieces.size()));
    by_tile[tile].out.push_back(out.slice(band.begin, band.end));
  }
  add_vertices(graph, cs, op, false, by_tile);
}

/// Whether a first stage changes anything: several partials of an output on a tile, squares, or
/// another type.
bool wants_tiles(Operation op, const std::vector<Piece>& pieces, const poplar::Type& type) {
  return op == Operation::SQUARE_ADD || type != pieces.front().values.elementType() ||
         std::any_of(pieces.begin(), pieces.end(),
                     [](const Piece& piece) { return piece.partials > 1; });
}

}  // namespace

void add_reduction(Graph& graph, ComputeSets& sets, Operation op, std::vector<Piece> pieces,
                   bool continuous, const Tensor& out) {
  if (complete(pieces, out.numElements())) {
    std::map<unsigned, Work> by_tile;
    for (const Piece& piece : pieces) {
      by_tile[piece.tile].in.push_back(piece.values);
      by_tile[piece.tile].out.push_back(out.slice(piece.begin, piece.end));
    }
    add_vertices(graph, sets.next(), op, continuous, by_tile);
    return;
  }
  const auto type = partials_type(op, pieces.front().values.elementType());
  std::vector<Piece> partials = std::move(pieces);
  if (wants_tiles(op, partials, type)) {
    partials = reduce_on_tiles(graph, sets.next(), op, partials, continuous, type);
  }
  while (wants_groups(graph, partials, out)) {
    partials = reduce_groups(graph, sets.next(), later(op), partials, type);
  }
  reduce_to(graph, sets.next(), later(op), partials, out);
}

}  // namespace weft::libraries

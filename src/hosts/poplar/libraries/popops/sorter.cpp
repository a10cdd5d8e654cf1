// SPDX-License-Identifier: Apache-2.0
// popops: rows sorted by vertices on many tiles.
//
// A row is cut into blocks, each on a tile. The tile's workers sort a block by merging. Then whole
// blocks take the place of elements in Batcher's network of compare-exchanges: of two sorted blocks
// one tile keeps the first elements and the other the last. Where only few elements of a row are
// wanted, pairs of blocks keep the best of both until one block is left.
#include "hosts/poplar/libraries/popops/sorter.hpp"

#include <algorithm>
#include <bit>
#include <string>
#include <utility>

namespace weft::libraries {

using poplar::Graph;
using poplar::Tensor;
using poplar::program::Copy;
using poplar::program::Execute;
using poplar::program::Sequence;

namespace {

/// A sorted piece of a row: where it is, and where the next step may put its successor.
struct Block {
  KeysAndValues now, next;
  unsigned tile = 0;
  std::size_t size() const { return now.size(); }
};

/// Blocks are dealt to tiles in order.
std::size_t blocks_of_tile(const Graph& graph, std::size_t rows, const SortPlan& plan) {
  return ceil_divide<std::size_t>(rows * plan.blocks, graph.getTarget().getNumTiles());
}
unsigned tile_of(const Graph& graph, std::size_t rows, const SortPlan& plan, std::size_t block) {
  return static_cast<unsigned>(block / blocks_of_tile(graph, rows, plan));
}

class Sorter {
 public:
  Sorter(Graph& graph, Sequence& prog, const KeysAndValues& in, std::size_t kept, RowOrder order,
         const poplar::DebugContext& context)
      : graph_(graph),
        prog_(prog),
        vertices_(graph, order),
        context_(context),
        rows_(in.keys.dim(0)),
        length_(in.keys.dim(1)),
        kept_(kept),
        pairs_(in.values.has_value()) {
    std::vector<poplar::Type> types = {in.keys.elementType()};
    if (pairs_) types.push_back(in.values->elementType());
    plan_ = plan_rows(graph, in.keys.shape(), kept, types);
    for (KeysAndValues* buffer : {&data_, &spare_}) *buffer = new_rows(in);
    prog_.add(Copy(in.keys, data_.keys, false, context_));
    if (pairs_) prog_.add(Copy(*in.values, *data_.values, false, context_));
  }

  KeysAndValues sorted() {
    const std::size_t workers = graph_.getTarget().getNumWorkerContexts();
    if (plan_.blocks == 1 && rows_ >= workers * graph_.getTarget().getNumTiles()) {
      sort_whole_rows();
      return data_.slice(0, kept_, 1);
    }
    make_blocks();
    sort_blocks();
    if (plan_.tree) {
      reduce_blocks();
    } else {
      run_network();
    }
    return collected();
  }

 private:
  KeysAndValues new_rows(const KeysAndValues& like) {
    KeysAndValues out;
    out.keys = new_tensor(like.keys.elementType(), "keys");
    if (pairs_) out.values = new_tensor(like.values->elementType(), "values");
    return out;
  }
  Tensor new_tensor(const poplar::Type& type, const char* name) {
    const Tensor out = graph_.addVariable(type, {rows_, length_}, named(context_, name));
    map_sorted_rows(graph_, out, plan_);
    return out;
  }

  /// So many rows that each worker has some of its own.
  void sort_whole_rows() {
    const auto cs = graph_.addComputeSet(named(context_, "sortRows"));
    const auto mapping = graph_.getTileMapping(data_.keys);
    const KeysAndValues data = data_.flatten();
    const KeysAndValues spare = spare_.flatten();
    for (unsigned tile = 0; tile < mapping.size(); ++tile) {
      for (const auto& rows : mapping[tile]) {
        vertices_.add_sort(cs, data.slice(rows.begin(), rows.end()),
                           spare.slice(rows.begin(), rows.end()), rows.size() / length_, kept_,
                           tile);
      }
    }
    prog_.add(Execute(cs, context_));
  }

  void make_blocks() {
    const KeysAndValues data = data_.flatten();
    const KeysAndValues spare = spare_.flatten();
    for (std::size_t row = 0; row < rows_; ++row) {
      std::vector<Block> blocks;
      for (std::size_t b = 0; b < plan_.blocks; ++b) {
        const std::size_t begin = row * length_ + b * plan_.block_length;
        const std::size_t end = row * length_ + std::min(length_, (b + 1) * plan_.block_length);
        blocks.push_back({data.slice(begin, end), spare.slice(begin, end),
                          tile_of(graph_, rows_, plan_, row * plan_.blocks + b)});
      }
      blocks_.push_back(std::move(blocks));
    }
  }

  template <class Each>
  void for_blocks(const Each& each) {
    for (auto& row : blocks_) {
      for (Block& block : row) each(block);
    }
  }

  /// Elements of a block that matter when it is sorted.
  std::size_t wanted() const { return plan_.tree || plan_.blocks == 1 ? kept_ : length_; }

  /// The workers sort runs of a block, then merge them two by two.
  void sort_blocks() {
    auto cs = graph_.addComputeSet(named(context_, "sortRuns"));
    std::size_t most_runs = 1;
    for_blocks([&](Block& block) {
      const std::size_t runs = runs_of_block(graph_.getTarget(), block.size());
      vertices_.add_sort(cs, block.now, block.next, runs, wanted(), block.tile);
      most_runs = std::max(most_runs, runs);
    });
    prog_.add(Execute(cs, context_));
    for (std::size_t joined = 1; joined < most_runs; joined *= 2) {
      cs = graph_.addComputeSet(named(context_, "mergeRuns"));
      for_blocks([&](Block& block) { merge_runs(cs, block, joined); });
      prog_.add(Execute(cs, context_));
    }
  }

  /// Merges pairs of neighbours of the runs that are left when `joined` of the first ones are one.
  void merge_runs(poplar::ComputeSet cs, Block& block, std::size_t joined) {
    const std::size_t runs = runs_of_block(graph_.getTarget(), block.size());
    if (joined >= runs) return;
    const auto edge = [&](std::size_t run) {  // as the vertices share
      const std::size_t more = block.size() % runs;
      return run * (block.size() / runs) + std::min(run, more);
    };
    for (std::size_t run = 0; run < runs; run += 2 * joined) {
      const std::size_t begin = edge(run);
      const std::size_t middle = edge(run + joined);
      const std::size_t end = edge(run + 2 * joined);
      const KeysAndValues a = block.now.slice(begin, std::min(middle, begin + wanted()));
      const KeysAndValues b = block.now.slice(middle, std::min(end, middle + wanted()));
      const std::size_t size = std::min(a.size() + b.size(), wanted());
      vertices_.add_merge(cs, a, b, block.next.slice(begin, begin + size), 0, block.tile);
    }
    std::swap(block.now, block.next);
  }

  /// Batcher's merge exchange for any number of blocks (Knuth, vol. 3, 5.2.2, algorithm M).
  void run_network() {
    const std::size_t count = plan_.blocks;
    if (count < 2) return;
    const std::size_t top = std::bit_ceil(count) / 2;
    for (std::size_t p = top; p > 0; p /= 2) {
      std::size_t r = 0;
      std::size_t d = p;
      for (std::size_t q = top;; q /= 2) {
        const auto cs = graph_.addComputeSet(named(context_, "exchangeBlocks"));
        for (auto& row : blocks_) {
          for (std::size_t i = 0; i + d < count; ++i) {
            if ((i & p) == r) exchange(cs, row[i], row[i + d]);
          }
        }
        prog_.add(Execute(cs, context_));
        if (q == p) break;
        d = q - p;
        r = p;
      }
    }
  }

  /// `low` keeps the first elements of both, `high` the last.
  void exchange(poplar::ComputeSet cs, Block& low, Block& high) {
    vertices_.add_merge(cs, low.now, high.now, low.next, 0, low.tile);
    vertices_.add_merge(cs, low.now, high.now, high.next, low.size(), high.tile);
    std::swap(low.now, low.next);
    std::swap(high.now, high.next);
  }

  void reduce_blocks() {
    for_blocks([&](Block& block) {
      block.now = block.now.slice(0, std::min(kept_, block.size()));
      block.next = {};
    });
    for (std::size_t apart = 1; apart < plan_.blocks; apart *= 2) {
      const auto cs = graph_.addComputeSet(named(context_, "keepBest"));
      for (auto& row : blocks_) {
        for (std::size_t i = 0; i + apart < plan_.blocks; i += 2 * apart) {
          keep_best(cs, row[i], row[i + apart]);
        }
      }
      prog_.add(Execute(cs, context_));
    }
    for (auto& row : blocks_) row.resize(1);
  }

  void keep_best(poplar::ComputeSet cs, Block& kept, const Block& other) {
    const std::size_t size = std::min(kept_, kept.size() + other.size());
    if (!kept.next.keys.valid() || kept.next.size() < size) {
      kept.next.keys = on_tile(kept.now.keys.elementType(), size, "bestKeys", kept.tile);
      if (pairs_) {
        kept.next.values = on_tile(kept.now.values->elementType(), size, "bestValues", kept.tile);
      }
    }
    const KeysAndValues out = kept.next.slice(0, size);
    vertices_.add_merge(cs, kept.now, other.now, out, 0, kept.tile);
    kept.next = kept.now;
    kept.now = out;
  }
  Tensor on_tile(const poplar::Type& type, std::size_t size, const char* name, unsigned tile) {
    const Tensor out = graph_.addVariable(type, {size}, named(context_, name));
    graph_.setTileMapping(out, tile);
    return out;
  }

  KeysAndValues collected() const {
    std::vector<Tensor> keys;
    std::vector<Tensor> values;
    for (const auto& row : blocks_) {
      std::size_t left = kept_;
      for (const Block& block : row) {
        const KeysAndValues some = block.now.slice(0, std::min(left, block.size()));
        left -= some.keys.numElements();
        keys.push_back(some.keys);
        if (pairs_) values.push_back(*some.values);
      }
    }
    KeysAndValues out{poplar::concat(keys).reshape({rows_, kept_}), std::nullopt};
    if (pairs_) out.values = poplar::concat(values).reshape({rows_, kept_});
    return out;
  }

  Graph& graph_;
  Sequence& prog_;
  SortVertices vertices_;
  const poplar::DebugContext& context_;
  std::size_t rows_, length_, kept_;
  bool pairs_;
  SortPlan plan_;
  KeysAndValues data_, spare_;
  std::vector<std::vector<Block>> blocks_;  ///< [row]
};

}  // namespace

SortPlan plan_rows(const Graph& graph, const Shape& shape, std::size_t kept,
                   const std::vector<poplar::Type>& types) {
  SortTask task{shape[0], shape[1], kept, 0, types.size() > 1};
  for (const auto& type : types) task.element_bytes += graph.getTarget().getTypeSize(type);
  return plan_sort(graph.getTarget(), task);
}

void map_sorted_rows(Graph& graph, const Tensor& t, const SortPlan& plan) {
  const std::size_t length = t.dim(1);
  const Tensor flat = t.flatten();
  for (std::size_t block = 0; block < t.dim(0) * plan.blocks; ++block) {
    const std::size_t of_row = block % plan.blocks * plan.block_length;
    const std::size_t begin = block / plan.blocks * length + of_row;
    graph.setTileMapping(flat.slice(begin, begin + std::min(plan.block_length, length - of_row)),
                         tile_of(graph, t.dim(0), plan, block));
  }
}

KeysAndValues sort_rows(Graph& graph, Sequence& prog, const KeysAndValues& in, std::size_t kept,
                        RowOrder order, const poplar::DebugContext& context) {
  if (kept == 0 || in.keys.numElements() == 0) {
    return in.slice(0, kept, 1);
  }
  return Sorter(graph, prog, in, kept, order, context).sorted();
}

}  // namespace weft::libraries

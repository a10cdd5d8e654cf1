// SPDX-License-Identifier: Apache-2.0
// popops: sorts what lies on a tile, and merges what two tiles have sorted.

#include <cstdint>

#include "merge.hpp"
#include "poplar/Vertex.hpp"
#include "split.hpp"

using namespace poplar;
using weft::library::NoValues;
using weft::library::Order;
using weft::library::Pairs;
using weft::library::share_of;

namespace popops {

/// Brings the first `kept` elements of each of the `runs` equal shares of `keys` to its begin.
template <typename Key>
class SortRuns : public MultiVertex {
 public:
  InOut<Vector<Key>> keys;
  InOut<Vector<Key>> spareKeys;
  unsigned runs;
  unsigned kept;
  bool descending;

  bool compute(unsigned worker) {
    using Data = Pairs<Key, NoValues>;
    for (unsigned run = worker; run < runs; run += numWorkers()) {
      const auto share = share_of(keys.size(), run, runs);
      weft::library::sort_run(Data{keys.data(), {}} + share.begin,
                              Data{spareKeys.data(), {}} + share.begin, share.end - share.begin,
                              kept, Order{descending, false});
    }
    return true;
  }
};

/// The same with a value beside each key.
template <typename Key, typename Value>
class SortRunsKeyValue : public MultiVertex {
 public:
  InOut<Vector<Key>> keys;
  InOut<Vector<Key>> spareKeys;
  InOut<Vector<Value>> values;
  InOut<Vector<Value>> spareValues;
  unsigned runs;
  unsigned kept;
  bool descending;
  bool ties;

  bool compute(unsigned worker) {
    using Data = Pairs<Key, Value*>;
    for (unsigned run = worker; run < runs; run += numWorkers()) {
      const auto share = share_of(keys.size(), run, runs);
      weft::library::sort_run(Data{keys.data(), values.data()} + share.begin,
                              Data{spareKeys.data(), spareValues.data()} + share.begin,
                              share.end - share.begin, kept, Order{descending, ties});
    }
    return true;
  }
};

/// Elements from `begin` on of what the sorted `keysA` and `keysB` make together; each worker finds
/// by bisection where its share begins.
template <typename Key>
class MergeRuns : public MultiVertex {
 public:
  Input<Vector<Key>> keysA;
  Input<Vector<Key>> keysB;
  Output<Vector<Key>> keys;
  unsigned begin;
  bool descending;

  bool compute(unsigned worker) {
    using In = Pairs<const Key, NoValues>;
    const auto share = share_of(keys.size(), worker, numWorkers());
    weft::library::merge(Pairs<Key, NoValues>{keys.data(), {}} + share.begin,
                         share.end - share.begin, In{keysA.data(), {}}, keysA.size(),
                         In{keysB.data(), {}}, keysB.size(), begin + share.begin,
                         Order{descending, false});
    return true;
  }
};

/// The same with a value beside each key.
template <typename Key, typename Value>
class MergeRunsKeyValue : public MultiVertex {
 public:
  Input<Vector<Key>> keysA;
  Input<Vector<Key>> keysB;
  Output<Vector<Key>> keys;
  Input<Vector<Value>> valuesA;
  Input<Vector<Value>> valuesB;
  Output<Vector<Value>> values;
  unsigned begin;
  bool descending;
  bool ties;

  bool compute(unsigned worker) {
    using In = Pairs<const Key, const Value*>;
    const auto share = share_of(keys.size(), worker, numWorkers());
    weft::library::merge(Pairs<Key, Value*>{keys.data(), values.data()} + share.begin,
                         share.end - share.begin, In{keysA.data(), valuesA.data()}, keysA.size(),
                         In{keysB.data(), valuesB.data()}, keysB.size(), begin + share.begin,
                         Order{descending, ties});
    return true;
  }
};

template class SortRuns<float>;
template class SortRuns<half>;
template class SortRuns<int>;
template class SortRuns<unsigned>;
template class MergeRuns<float>;
template class MergeRuns<half>;
template class MergeRuns<int>;
template class MergeRuns<unsigned>;
template class SortRunsKeyValue<float, float>;
template class SortRunsKeyValue<float, half>;
template class SortRunsKeyValue<float, int>;
template class SortRunsKeyValue<float, unsigned>;
template class SortRunsKeyValue<half, float>;
template class SortRunsKeyValue<half, half>;
template class SortRunsKeyValue<half, int>;
template class SortRunsKeyValue<half, unsigned>;
template class SortRunsKeyValue<int, float>;
template class SortRunsKeyValue<int, half>;
template class SortRunsKeyValue<int, int>;
template class SortRunsKeyValue<int, unsigned>;
template class SortRunsKeyValue<unsigned, float>;
template class SortRunsKeyValue<unsigned, half>;
template class SortRunsKeyValue<unsigned, int>;
template class SortRunsKeyValue<unsigned, unsigned>;
template class MergeRunsKeyValue<float, float>;
template class MergeRunsKeyValue<float, half>;
template class MergeRunsKeyValue<float, int>;
template class MergeRunsKeyValue<float, unsigned>;
template class MergeRunsKeyValue<half, float>;
template class MergeRunsKeyValue<half, half>;
template class MergeRunsKeyValue<half, int>;
template class MergeRunsKeyValue<half, unsigned>;
template class MergeRunsKeyValue<int, float>;
template class MergeRunsKeyValue<int, half>;
template class MergeRunsKeyValue<int, int>;
template class MergeRunsKeyValue<int, unsigned>;
template class MergeRunsKeyValue<unsigned, float>;
template class MergeRunsKeyValue<unsigned, half>;
template class MergeRunsKeyValue<unsigned, int>;
template class MergeRunsKeyValue<unsigned, unsigned>;

}  // namespace popops

// SPDX-License-Identifier: Apache-2.0
// poputil: regions split over vertices, indices, copies.
#include "poputil/Util.hpp"

#include <algorithm>

#include "hosts/poplar/libraries/support.hpp"

namespace poputil {

using poplar::Interval;
using weft::libraries::ceil_divide;
using weft::libraries::need;
using weft::libraries::size_of;
using Region = std::vector<Interval>;
using Partition = std::vector<Region>;

namespace {

/// Into how many parts `elements` go.
std::size_t partitions_of(std::size_t elements, unsigned grain, unsigned most, unsigned least_each,
                          unsigned most_each) {
  const std::size_t grains = ceil_divide<std::size_t>(elements, grain);
  const std::size_t least_grains = std::max<std::size_t>(1, ceil_divide(least_each, grain));
  std::size_t parts = std::min<std::size_t>(most, std::max<std::size_t>(1, grains / least_grains));
  if (most_each != UINT_MAX) {
    const std::size_t most_grains = std::max(1U, most_each / grain);
    parts = std::max(parts, ceil_divide(grains, most_grains));
  }
  return parts;
}

/// Takes up to `count` elements off the front of a list of regions, region by region.
class Taker {
 public:
  explicit Taker(const Partition& regions) : regions_(regions) {}
  Partition take(std::size_t count, std::size_t most_a_region) {
    Partition out;
    bool fresh = true;
    std::size_t room = most_a_region;
    while (count != 0 && region_ < regions_.size()) {
      const Interval& interval = regions_[region_][interval_];
      const std::size_t begin = interval.begin() + done_;
      const std::size_t here = std::min({count, interval.end() - begin, room});
      if (fresh) out.emplace_back();
      if (here != 0) out.back().emplace_back(begin, begin + here);
      count -= here;
      room -= here;
      fresh = advance(here) || room == 0;
      if (fresh) room = most_a_region;
    }
    return out;
  }

 private:
  /// True when the region ends.
  bool advance(std::size_t by) {
    done_ += by;
    if (done_ < regions_[region_][interval_].size()) return false;
    done_ = 0;
    if (++interval_ < regions_[region_].size()) return false;
    interval_ = 0;
    ++region_;
    return true;
  }
  const Partition& regions_;
  std::size_t region_ = 0, interval_ = 0, done_ = 0;
};

Partition without_empty(const Partition& regions) {
  Partition out;
  for (const auto& region : regions) {
    Region kept;
    for (const auto& interval : region) {
      if (interval.size() != 0) kept.push_back(interval);
    }
    if (!kept.empty()) out.push_back(std::move(kept));
  }
  return out;
}

}  // namespace

std::vector<Partition> splitRegions(const std::vector<std::vector<Interval>>& regions,
                                    unsigned grainSize, unsigned maxPartitions,
                                    unsigned minElementsPerPartition,
                                    unsigned maxElementsPerPartition,
                                    unsigned maxElementsPerRegion) {
  need(grainSize != 0 && maxPartitions != 0, "splitRegions: grains or partitions of 0");
  const Partition whole = without_empty(regions);
  std::size_t elements = 0;
  for (const auto& region : whole) elements += size_of(region);
  if (elements == 0) return {};
  const std::size_t parts = partitions_of(elements, grainSize, maxPartitions,
                                          minElementsPerPartition, maxElementsPerPartition);
  const std::size_t grains = ceil_divide<std::size_t>(elements, grainSize);
  Taker taker(whole);
  std::vector<Partition> out;
  std::size_t taken = 0;
  for (std::size_t part = 0; part < parts; ++part) {
    const std::size_t end = std::min(elements, (part + 1) * grains / parts * grainSize);
    if (end == taken) continue;
    out.push_back(taker.take(end - taken, maxElementsPerRegion));
    taken = end;
  }
  return out;
}

std::vector<std::vector<Interval>> splitRegions(const std::vector<Interval>& regions,
                                                unsigned grainSize, unsigned maxPartitions,
                                                unsigned minElementsPerPartition,
                                                unsigned maxElementsPerPartition,
                                                unsigned maxElementsPerRegion) {
  Partition lists;
  for (const auto& interval : regions) lists.push_back({interval});
  std::vector<Region> out;
  for (const auto& part : splitRegions(lists, grainSize, maxPartitions, minElementsPerPartition,
                                       maxElementsPerPartition, maxElementsPerRegion)) {
    Region flat;
    for (const auto& region : part) flat.insert(flat.end(), region.begin(), region.end());
    out.push_back(std::move(flat));
  }
  return out;
}

std::vector<std::vector<Interval>> splitRegionsBetweenWorkers(const poplar::Target& target,
                                                              const std::vector<Interval>& regions,
                                                              unsigned grainSize,
                                                              unsigned minElementsPerPartition,
                                                              unsigned maxElementsPerPartition,
                                                              unsigned maxElementsPerRegion) {
  return splitRegions(regions, grainSize, target.getNumWorkerContexts(), minElementsPerPartition,
                      maxElementsPerPartition, maxElementsPerRegion);
}
std::vector<Partition> splitRegionsBetweenWorkers(const poplar::Target& target,
                                                  const std::vector<std::vector<Interval>>& regions,
                                                  unsigned grainSize,
                                                  unsigned minElementsPerPartition,
                                                  unsigned maxElementsPerPartition,
                                                  unsigned maxElementsPerRegion) {
  return splitRegions(regions, grainSize, target.getNumWorkerContexts(), minElementsPerPartition,
                      maxElementsPerPartition, maxElementsPerRegion);
}

std::vector<std::size_t> unflattenIndex(const std::vector<std::size_t>& shape, std::size_t index) {
  std::vector<std::size_t> out(shape.size());
  for (std::size_t i = shape.size(); i-- > 0;) {
    need(shape[i] != 0, "unflattenIndex: the shape " + shapeToString(shape) + " has no elements");
    out[i] = index % shape[i];
    index /= shape[i];
  }
  need(index == 0, "unflattenIndex: the index is outside the shape " + shapeToString(shape));
  return out;
}

std::size_t flattenIndex(const std::vector<std::size_t>& shape,
                         const std::vector<std::size_t>& indices) {
  need(shape.size() == indices.size(), "flattenIndex: one index a dimension");
  std::size_t flat = 0;
  for (std::size_t i = 0; i < shape.size(); ++i) flat = flat * shape[i] + indices[i];
  return flat;
}

poplar::Tensor duplicate(poplar::Graph& graph, const poplar::Tensor& in,
                         poplar::program::Sequence& prog, const poplar::DebugContext& debugContext,
                         poplar::TensorCloneMethod method) {
  const poplar::Tensor out = graph.clone(in, debugContext, method);
  prog.add(poplar::program::Copy(in, out, false, debugContext));
  return out;
}

std::string shapeToString(const std::vector<std::size_t>& shape) {
  std::string text = "{";
  for (std::size_t i = 0; i < shape.size(); ++i) {
    text += (i == 0 ? "" : ",") + std::to_string(shape[i]);
  }
  return text + "}";
}

}  // namespace poputil

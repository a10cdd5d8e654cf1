// SPDX-License-Identifier: Apache-2.0
// What a tensor is made of: its variables, regions and aliases, and the same as text.
#include "hosts/poplar/graph/regions.hpp"

#include <algorithm>
#include <iostream>
#include <poplar/Tensor.hpp>
#include <sstream>

#include "hosts/poplar/api/state.hpp"

namespace poplar {

using core::Region;
using core::front::Run;

namespace core {

std::vector<Region> regions_of(const front::View& view) {
  std::vector<Region> regions;
  std::uint64_t at = 0;
  const auto add = [&](front::VariableId variable, std::uint64_t first, std::uint64_t count) {
    if (!regions.empty()) {
      Region& last = regions.back();
      if (last.variable == variable && last.first + last.count == first) {
        last.count += count;
        at += count;
        return;
      }
    }
    regions.push_back({at, variable, first, count});
    at += count;
  };
  for (const Run& run : view.runs()) {
    if (run.stride == 1) {
      add(run.variable, run.first, run.count);
      continue;
    }
    for (std::uint64_t i = 0; i < run.count; ++i) {
      add(run.variable, run.first + i * static_cast<std::uint64_t>(run.stride), 1);
    }
  }
  return regions;
}

}  // namespace core

namespace {

/// Ranges of variables sorted, for questions about what is in them.
std::vector<Region> sorted_regions(const Tensor& tensor) {
  std::vector<Region> regions = core::regions_of(core::view_of(tensor));
  std::sort(regions.begin(), regions.end(), [](const Region& a, const Region& b) {
    return a.variable != b.variable ? a.variable < b.variable : a.first < b.first;
  });
  return regions;
}

}  // namespace

bool Tensor::isContiguous() const { return getImpl().view.contiguous(); }
bool Tensor::containsAliases() const { return !getImpl().view.distinct(); }

bool Tensor::containsConstant() const {
  const auto& variables = getImpl().graph->model.variables;
  for (const Run& run : getImpl().view.runs()) {
    if (run.count > 0 && variables[run.variable].constant) return true;
  }
  return false;
}

bool Tensor::isParallelWriteable() const { return !containsConstant() && !containsAliases(); }

std::vector<Interval> Tensor::getContiguousRegions() const {
  std::vector<Interval> out;
  for (const Region& region : core::regions_of(getImpl().view)) {
    out.emplace_back(region.at, region.at + region.count);
  }
  return out;
}

std::vector<VariableInterval> Tensor::getVarRegions() const {
  std::vector<VariableInterval> out;
  for (const Region& region : core::regions_of(getImpl().view)) {
    out.emplace_back(VariableRef(region.variable),
                     Interval(region.first, region.first + region.count));
  }
  return out;
}

bool Tensor::intersectsWith(const Tensor& other) const {
  const std::vector<Region> mine = sorted_regions(*this);
  const std::vector<Region> theirs = sorted_regions(other);
  auto a = mine.begin();
  auto b = theirs.begin();
  while (a != mine.end() && b != theirs.end()) {
    if (a->variable != b->variable) {
      (a->variable < b->variable ? a : b)++;
      continue;
    }
    if (a->first < b->first + b->count && b->first < a->first + a->count) return true;
    (a->first + a->count <= b->first ? a : b)++;
  }
  return false;
}

bool Tensor::operator==(const Tensor& other) const {
  if (impl_ == other.impl_) return true;
  if (!impl_ || !other.impl_) return false;
  return impl_->graph == other.impl_->graph && impl_->type == other.impl_->type &&
         impl_->view.shape() == other.impl_->view.shape() &&
         impl_->view.runs() == other.impl_->view.runs();
}

std::string Tensor::getVarStr() const {
  const auto& variables = getImpl().graph->model.variables;
  std::string text;
  for (const Region& region : core::regions_of(getImpl().view)) {
    text += (text.empty() ? "" : ",") + variables[region.variable].name + "[" +
            std::to_string(region.first) + ":" + std::to_string(region.first + region.count) + "]";
  }
  return text;
}

std::string Tensor::getDebugStr() const {
  return valid() ? elementType().toString() + shapeToString() + " " + getVarStr() : "(no tensor)";
}

void Tensor::dump(std::ostream& out) const { out << getDebugStr() << '\n'; }
void Tensor::dump() const { dump(std::cerr); }

void Tensor::dumpRegions(std::ostream& out) const {
  for (const VariableInterval& region : getVarRegions()) out << region << '\n';
}
void Tensor::dumpRegions() const { dumpRegions(std::cerr); }

std::ostream& operator<<(std::ostream& out, const Tensor& tensor) {
  return out << tensor.getDebugStr();
}

}  // namespace poplar

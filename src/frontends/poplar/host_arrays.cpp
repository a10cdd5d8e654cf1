// SPDX-License-Identifier: Apache-2.0
// Makes host arrays of views.
#include "frontends/poplar/host_arrays.hpp"

#include "frontends/poplar/copies.hpp"

namespace weft::frontends::poplar {

namespace ipu = program::ipu;

namespace {

/// Cheap and coarse: views of other shapes or variables have other hashes most of the time.
std::uint64_t hash_of(const View& view) {
  std::uint64_t hash = view.elements();
  const auto mix = [&hash](std::uint64_t value) { hash = (hash ^ value) * 0x9e3779b97f4a7c15ULL; };
  for (const std::uint64_t length : view.shape()) mix(length);
  if (view.variable()) mix(*view.variable());
  return hash;
}

}  // namespace

HostArrays::HostArrays(LowerContext& context) : context_(context) {
  for (const HostTensor& tensor : context.input.host_tensors) {
    at([&] { return "host tensor '" + tensor.name + "'"; },
       [&] { add(tensor.name, tensor.view, hash_of(tensor.view)); });
  }
}

std::uint32_t HostArrays::number_of(const View& view) {
  const std::uint64_t hash = hash_of(view);
  const auto [begin, end] = made_.equal_range(hash);
  for (auto candidate = begin; candidate != end; ++candidate) {
    const View& other = candidate->second.view;
    if (other.shape() == view.shape() && other.runs() == view.runs()) {
      return candidate->second.number;
    }
  }
  return add(text_of(context_.graph, view), view, hash);
}

std::uint32_t HostArrays::add(const std::string& name, const View& view, std::uint64_t hash) {
  ipu::Program& program = context_.program;
  ipu::HostArray array;
  array.name = name;
  array.shape = view.shape();
  if (view.variable()) array.type = context_.graph.type_of(view);
  array.first = program.runs.size();
  std::vector<Segment> segments;
  context_.placement.append(view.runs(), segments);
  for (const Segment& segment : segments) {
    program.runs.push_back({segment.tile, segment.address, segment.bytes});
    array.bytes += segment.bytes;
  }
  array.count = segments.size();
  const auto number = static_cast<std::uint32_t>(program.arrays.size());
  program.arrays.push_back(std::move(array));
  made_.emplace(hash, Made{view, number});
  return number;
}

}  // namespace weft::frontends::poplar

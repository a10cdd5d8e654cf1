// SPDX-License-Identifier: Apache-2.0
// Every machine that weft knows: a line each.
#include "base/error.hpp"
#include "machine/ipu/ipu.hpp"
#include "machine/ipu/limits.hpp"
#include "machine/limits.hpp"
#include "machine/machine.hpp"
#include "machine/rdu/limits.hpp"
#include "machine/rdu/rdu.hpp"
#include "machine/toy/toy.hpp"
#include "machine/tsp/limits.hpp"
#include "machine/tsp/tsp.hpp"
#include "machine/wse/limits.hpp"
#include "machine/wse/wse.hpp"
#include "topology/topology.hpp"

namespace weft::machine {

namespace {

const std::vector<Family>& families() {
  static const std::vector<Family> list = {
      toy::family(), toy::global_family(), wse::family(),
      ipu::family(), tsp::family(),        rdu::family(),
  };
  return list;
}

/// What runs are compared by; none for those that are made up for tests.
struct Compared {
  const char* family;
  Limits (*limits)(const topology::Topology&);
  std::vector<Traffic> (*traffic)(const CounterSums&);
};
constexpr Compared compared[] = {
    {"wse", wse::limits, wse::traffic},
    {"ipu", ipu::limits, ipu::traffic},
    {"tsp", tsp::limits, tsp::traffic},
    {"rdu", rdu::limits, rdu::traffic},
};

const Compared* find_compared(const std::string& family) {
  for (const Compared& line : compared) {
    if (line.family == family) return &line;
  }
  return nullptr;
}

}  // namespace

Limits limits(const topology::Topology& topology) {
  const Compared* line = find_compared(topology.family());
  return line == nullptr ? Limits() : line->limits(topology);
}

std::vector<Traffic> traffic(const std::string& family, const CounterSums& sums) {
  const Compared* line = find_compared(family);
  return line == nullptr ? std::vector<Traffic>() : line->traffic(sums);
}

const Family* find_family(const std::string& name) {
  for (const Family& f : families()) {
    if (f.name == name) return &f;
  }
  return nullptr;
}

const Family& family(const std::string& name) {
  if (const Family* found = find_family(name)) return *found;
  std::string known;
  for (const Family& f : families()) known += (known.empty() ? "" : ", ") + f.name;
  fail(Category::input, "unknown machine family '" + name + "': known are " + known);
}

std::vector<std::string> family_names() {
  std::vector<std::string> names;
  for (const Family& f : families()) names.push_back(f.name);
  return names;
}

void check_constants(const topology::Topology& topology) {
  family(topology.family()).check_constants(topology);
}

topology::Topology load_topology(const std::string& name_or_path,
                                 const std::vector<topology::Assignment>& overrides) {
  topology::Topology out = topology::load_topology(name_or_path, overrides);
  check_constants(out);
  return out;
}

topology::Topology load_topology(const std::string& name_or_path) {
  return load_topology(name_or_path, {});
}

}  // namespace weft::machine

// SPDX-License-Identifier: Apache-2.0
// Cables of a system of TSP chips, and distances along them.
#include "program/tsp_system.hpp"

#include <algorithm>
#include <string>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "program/tsp.hpp"
#include "topology/topology.hpp"

namespace weft::program::tsp {
namespace {

constexpr std::uint32_t node_links = chips_a_node * global_links;

/// Link number of a chip's n-th link in use: sides take turns, so that what comes in on several
/// links uses the streams of both hemispheres.
std::uint32_t used_link(std::uint32_t n) { return n / 2 + (n % 2 == 0 ? 0 : links_a_hemisphere); }

struct End {
  std::uint32_t chip = 0;
  std::uint32_t link = 0;
};

/// Global links of a node: those to nodes of its group come first on every chip, then those to
/// other groups.
class GlobalLinks {
 public:
  explicit GlobalLinks(const System& system) : system_(system) {
    const std::uint32_t inner = (system.nodes_a_group - 1) * system.cables_a_node_pair;
    inner_a_chip_ = (inner + chips_a_node - 1) / chips_a_node;
    outer_a_chip_ = global_links - inner_a_chip_;
  }

  /// Of `node` of a group, the `copy`-th to another node of it.
  End inner(std::uint32_t group, std::uint32_t node, std::uint32_t other,
            std::uint32_t copy) const {
    const std::uint32_t place = other < node ? other : other - 1;
    const std::uint32_t port = place + copy * (system_.nodes_a_group - 1);
    return at(group, node, port / inner_a_chip_, port % inner_a_chip_);
  }
  /// Of a group, the one to another group.
  End outer(std::uint32_t group, std::uint32_t other) const {
    const std::uint32_t port = other < group ? other : other - 1;
    const std::uint32_t node_ports = chips_a_node * outer_a_chip_;
    const std::uint32_t within = port % node_ports;
    return at(group, port / node_ports, within / outer_a_chip_,
              inner_a_chip_ + within % outer_a_chip_);
  }

 private:
  End at(std::uint32_t group, std::uint32_t node, std::uint32_t chip, std::uint32_t n) const {
    return {(group * system_.nodes_a_group + node) * chips_a_node + chip,
            used_link(local_links + n)};
  }

  const System& system_;
  std::uint32_t inner_a_chip_ = 0;
  std::uint32_t outer_a_chip_ = 0;
};

void add(std::vector<Cable>& out, const End& a, const End& b) {
  out.push_back({a.chip, a.link, b.chip, b.link});
}

void join_chips(std::vector<Cable>& out, std::uint32_t first) {
  for (std::uint32_t a = 0; a < chips_a_node; ++a) {
    for (std::uint32_t b = a + 1; b < chips_a_node; ++b) {
      add(out, {first + a, used_link(b - 1)}, {first + b, used_link(a)});
    }
  }
}

void join_nodes(std::vector<Cable>& out, const System& system, const GlobalLinks& links,
                std::uint32_t group) {
  for (std::uint32_t a = 0; a < system.nodes_a_group; ++a) {
    for (std::uint32_t b = a + 1; b < system.nodes_a_group; ++b) {
      for (std::uint32_t copy = 0; copy < system.cables_a_node_pair; ++copy) {
        add(out, links.inner(group, a, b, copy), links.inner(group, b, a, copy));
      }
    }
  }
}

}  // namespace

System read_system(const topology::Topology& topology) {
  const auto number = [&](const char* key, std::int64_t most) {
    return static_cast<std::uint32_t>(topology.integer(key, 1, most));
  };
  System out;
  const std::uint32_t chips = number("system.chips_a_node", chips_a_node);
  out.nodes_a_group = number("system.nodes_a_group", node_links + 1);
  out.groups = number("system.groups", 4096);
  out.cables_a_node_pair = number("system.cables_a_node_pair", node_links);
  const std::uint32_t nodes = out.nodes_a_group * out.groups;
  out.chips = nodes * chips;
  const std::uint32_t inner = (out.nodes_a_group - 1) * out.cables_a_node_pair;
  const std::uint32_t inner_a_chip = (inner + chips_a_node - 1) / chips_a_node;
  const bool whole_nodes = chips == chips_a_node;
  const bool few =
      inner_a_chip <= global_links &&
      out.groups - 1 <= out.nodes_a_group * chips_a_node * (global_links - inner_a_chip);
  if ((nodes > 1 && !whole_nodes) || (chips != 1 && !whole_nodes) || !few) {
    fail(Category::input, topology.file() + ": system of " + counted(out.groups, "group") + " of " +
                              counted(out.nodes_a_group, "node") + " of " + counted(chips, "chip") +
                              ": a node has 1 or " + counted(chips_a_node, "chip") +
                              ", and eight of them have " + counted(node_links, "link") +
                              " to other nodes");
  }
  return out;
}

std::vector<Cable> cables_of(const System& system) {
  std::vector<Cable> out;
  if (system.chips == 1) return out;
  const GlobalLinks links(system);
  for (std::uint32_t group = 0; group < system.groups; ++group) {
    for (std::uint32_t node = 0; node < system.nodes_a_group; ++node) {
      join_chips(out, (group * system.nodes_a_group + node) * chips_a_node);
    }
    join_nodes(out, system, links, group);
    for (std::uint32_t other = group + 1; other < system.groups; ++other) {
      add(out, links.outer(group, other), links.outer(other, group));
    }
  }
  std::sort(out.begin(), out.end(), [](const Cable& x, const Cable& y) {
    return x.a != y.a ? x.a < y.a : x.a_link < y.a_link;
  });
  return out;
}

Wiring::Wiring(std::uint32_t chips, const std::vector<Cable>& cables)
    : ends_(std::size_t{chips} * links_a_chip, Far{none, none}) {
  for (const Cable& cable : cables) {
    ends_.at(std::size_t{cable.a} * links_a_chip + cable.a_link) = {cable.b, cable.b_link};
    ends_.at(std::size_t{cable.b} * links_a_chip + cable.b_link) = {cable.a, cable.a_link};
  }
}

std::optional<Far> Wiring::far(std::uint32_t chip, std::uint32_t link) const {
  const Far& end = ends_.at(std::size_t{chip} * links_a_chip + link);
  if (end.chip == none) return {};
  return end;
}

std::vector<std::uint32_t> Wiring::between(std::uint32_t from, std::uint32_t to) const {
  std::vector<std::uint32_t> out;
  for (std::uint32_t link = 0; link < links_a_chip; ++link) {
    if (ends_.at(std::size_t{from} * links_a_chip + link).chip == to) out.push_back(link);
  }
  return out;
}

std::vector<std::uint32_t> Wiring::hops_from(std::uint32_t chip) const {
  std::vector<std::uint32_t> hops(chips(), none);
  std::vector<std::uint32_t> queue = {chip};
  hops.at(chip) = 0;
  for (std::size_t next = 0; next < queue.size(); ++next) {
    const std::uint32_t here = queue[next];
    for (std::uint32_t link = 0; link < links_a_chip; ++link) {
      const std::optional<Far> end = far(here, link);
      if (!end || hops[end->chip] != none) continue;
      hops[end->chip] = hops[here] + 1;
      queue.push_back(end->chip);
    }
  }
  return hops;
}

std::uint32_t diameter(const Wiring& wiring, const std::vector<std::uint32_t>& from) {
  std::uint32_t most = 0;
  const auto look = [&](std::uint32_t chip) {
    const std::vector<std::uint32_t> hops = wiring.hops_from(chip);
    most = std::max(most, *std::max_element(hops.begin(), hops.end()));
  };
  if (from.empty()) {
    for (std::uint32_t chip = 0; chip < wiring.chips(); ++chip) look(chip);
  } else {
    for (const std::uint32_t chip : from) look(chip);
  }
  return most;
}

}  // namespace weft::program::tsp

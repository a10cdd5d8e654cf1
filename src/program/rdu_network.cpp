// SPDX-License-Identifier: Apache-2.0
// Places, then routes, then what channels are by them.
#include "program/rdu_network.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "program/rdu_place.hpp"
#include "program/rdu_shape.hpp"

namespace weft::program::rdu {

namespace {

using NetworkKind = NetworkTiming::Kind;

constexpr std::size_t network_users_told = 3;
constexpr std::uint64_t steps_unknown = 16;  ///< of a counter that is bound by tokens
constexpr std::uint64_t estimate_most = std::uint64_t{1} << 48U;

std::uint64_t steps_of(const Context& context, std::size_t counter) {
  const Counter& of = context.counters[counter];
  const bool known = of.first.input == none && of.end.input == none && of.step.input == none;
  if (of.endless || !known || of.step.value == 0) return steps_unknown;
  const std::int64_t width = counter + 1 == context.counters.size() ? context.lanes : 1;
  const std::int64_t apart = std::int64_t{of.step.value} * width;
  const std::int64_t way = std::int64_t{of.end.value} - of.first.value;
  return way / apart > 0 ? static_cast<std::uint64_t>(way / apart) : 1;
}

/// About how many tokens pass at the level in one go through the counters.
std::uint64_t tokens_at(const Context& context, std::uint32_t level) {
  if (level == no_level) return 0;
  std::uint64_t tokens = 1;
  for (std::size_t i = 0; i < level_of(context, level); ++i) {
    tokens = std::min(estimate_most, tokens * steps_of(context, i));
  }
  return tokens;
}

class NetworkLayer {
 public:
  NetworkLayer(const Program& program, const Timing& timing)
      : p_(program), timing_(timing), net_(timing.network), ends_(ends_of(program)) {}

  Networked run() {
    require_one_chip();
    const Placement placement = place_units(p_, timing_);
    out_.placed = p_;
    for (const Placed& of : placement.things) {
      if (of.unit == none) continue;
      out_.placed.units[of.unit].x = of.x;
      out_.placed.units[of.unit].y = of.y;
    }
    out_.program = out_.placed;
    out_.use.routes.resize(p_.channels.size());
    make_nets(placement);
    route();
    for (const Net& net : nets_) lay(net);
    count_links();
    count_shared();
    return std::move(out_);
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const {
    fail(Category::input, place_of(p_, 0, what));
  }

  void require_one_chip() const {
    if (p_.chips() > 1 || !p_.sections.empty()) {
      fail(Category::unsupported,
           place_of(p_, 0,
                    "Unsupported: a network other than an ideal one is there for graphs of one "
                    "chip and no sections"));
    }
    if (net_.kind != NetworkKind::dynamic_mesh && net_.hop_depth < 2 * net_.hop_cycles) {
      fail(Category::unsupported,
           place_of(p_, 0,
                    "Unsupported: network.hop_depth is " + std::to_string(net_.hop_depth) +
                        ", with network.hop_cycles " + std::to_string(net_.hop_cycles) +
                        " a token a cycle wants " + std::to_string(2 * net_.hop_cycles)));
    }
  }

  std::uint64_t tokens_along(const Ends& ends) const {
    std::uint64_t tokens = 1;
    if (ends.producer.context != none) {
      const Context& context = p_.contexts[ends.producer.context];
      tokens = std::max(tokens, tokens_at(context, context.outputs[ends.producer.slot].level));
    }
    if (ends.consumer.context != none) {
      const Context& context = p_.contexts[ends.consumer.context];
      tokens = std::max(tokens, tokens_at(context, context.inputs[ends.consumer.slot].level));
    }
    return tokens;
  }

  void make_nets(const Placement& placement) {
    for (std::uint32_t c = 0; c < p_.channels.size(); ++c) {
      const std::uint32_t from = placement.thing_of(p_, ends_[c].producer);
      const std::uint32_t to = placement.thing_of(p_, ends_[c].consumer);
      if (from == to) continue;
      Net& net = nets_.emplace_back();
      net.channel = c;
      net.kind = p_.channels[c].kind;
      net.from = touched_by(placement.things[from], net_);
      net.to = touched_by(placement.things[to], net_);
      net.tokens = tokens_along(ends_[c]);
    }
  }

  void route() {
    if (net_.kind == NetworkKind::dynamic_mesh) return;
    const std::vector<ShortLink> links = route_nets(nets_, net_);
    if (links.empty()) return;
    if (net_.kind == NetworkKind::static_mesh) refuse_links(links);
    leave_out(nets_, net_);
  }

  /// The fullest link with its channels, and which units have most channels on links that are full.
  [[noreturn]] void refuse_links(const std::vector<ShortLink>& links) const {
    const auto fullest = std::max_element(
        links.begin(), links.end(),
        [](const ShortLink& a, const ShortLink& b) { return a.nets.size() < b.nets.size(); });
    const std::string kind(name_of(fullest->kind));
    std::string text = "the static mesh has " + std::to_string(links_of(fullest->kind, net_)) +
                       " " + kind + " links " + name_of_link(fullest->link, net_) + ", " +
                       std::to_string(fullest->nets.size()) + " are asked for by channels";
    for (std::size_t i = 0; i < std::min(network_users_told, fullest->nets.size()); ++i) {
      text += (i == 0 ? " '" : ", '") + p_.channels[nets_[fullest->nets[i]].channel].name + "'";
    }
    if (fullest->nets.size() > network_users_told) text += " and others";
    std::map<std::uint32_t, std::uint32_t> counts;
    for (const ShortLink& link : links) {
      for (const std::uint32_t n : link.nets) {
        const Ends& ends = ends_[nets_[n].channel];
        ++counts[unit_of(p_, ends.producer)];
        ++counts[unit_of(p_, ends.consumer)];
      }
    }
    std::vector<std::pair<std::uint32_t, std::uint32_t>> users;
    for (const auto& [unit, count] : counts) users.emplace_back(count, unit);
    std::stable_sort(users.begin(), users.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    text += "; " + counted(links.size(), "place is", "places are") +
            " short of links; the largest users:";
    for (std::size_t i = 0; i < std::min(network_users_told, users.size()); ++i) {
      text += std::string(i == 0 ? " '" : ", '") + p_.units[users[i].second].name + "' " +
              std::to_string(users[i].first);
    }
    refuse(text);
  }

  std::uint32_t stages_before(std::uint32_t channel) const {
    const End& producer = ends_[channel].producer;
    if (producer.context == none) return 1;
    return std::max(timing_.stages_of(p_.contexts[producer.context]), 1U);
  }

  void lay(const Net& net) {
    const bool fixed = !net.path.empty();
    const std::uint32_t switches =
        fixed ? static_cast<std::uint32_t>(net.path.size()) : switches_between(net.from, net.to);
    NetworkUse& use = out_.use;
    use.routes[net.channel] = {fixed ? Route::Kind::fixed : Route::Kind::shared, switches};
    ++(fixed ? use.fixed : use.shared);
    use.switches += switches;
    if (fixed) {
      lay_fixed(net.channel, switches);
    } else {
      lay_flow(net);
    }
    if (switches <= use.longest) return;
    use.longest = switches;
    use.longest_channel = net.channel;
  }

  void lay_fixed(std::uint32_t number, std::uint32_t switches) {
    Channel& channel = out_.program.channels[number];
    const std::uint32_t own = channel.latency_cycles;
    channel.latency_cycles += switches * net_.hop_cycles;
    channel.capacity =
        std::max(channel.capacity, 2 * own) + switches * net_.hop_depth + stages_before(number) - 1;
  }

  /// Tokens from the start lie at the consumer.
  void lay_flow(const Net& net) {
    Program& to = out_.program;
    if (to.mesh_unit == none) {
      to.mesh_unit = static_cast<std::uint32_t>(to.units.size());
      const std::string name = unused_name(to.units, "network");
      Unit& unit = to.units.emplace_back();
      unit.name = name;
      unit.kind = Unit::Kind::network;
    }
    Channel leaves = to.channels[net.channel];
    leaves.name = unused_name(to.channels, leaves.name + ".leaves");
    to.channels[net.channel].latency_cycles = net_.hop_cycles;
    to.channels[net.channel].initial = 0;
    Flow& flow = to.flows.emplace_back();
    flow.in = net.channel;
    flow.out = static_cast<std::uint32_t>(to.channels.size());
    std::tie(flow.from_x, flow.to_x) = nearest(net.from.x0, net.from.x1, net.to.x0, net.to.x1);
    std::tie(flow.from_y, flow.to_y) = nearest(net.from.y0, net.from.y1, net.to.y0, net.to.y1);
    to.channels.push_back(std::move(leaves));
    const End& consumer = ends_[net.channel].consumer;
    if (consumer.context != none) {
      to.contexts[consumer.context].inputs[consumer.slot].channel = flow.out;
      return;
    }
    Transfer& transfer = to.transfers[consumer.transfer];
    std::uint32_t* slots[] = {&transfer.address, &transfer.size, &transfer.data, &transfer.done};
    *slots[consumer.slot] = flow.out;
  }

  template <typename Things>
  static std::string unused_name(const Things& things, std::string name) {
    const auto is_used = [&] {
      return std::any_of(things.begin(), things.end(),
                         [&](const auto& thing) { return thing.name == name; });
    };
    while (is_used()) name += "_";
    return name;
  }

  /// Of two ranges, the two numbers that are nearest to each other.
  static std::pair<std::uint32_t, std::uint32_t> nearest(std::uint32_t a0, std::uint32_t a1,
                                                         std::uint32_t b0, std::uint32_t b1) {
    if (a1 < b0) return {a1, b0};
    if (b1 < a0) return {a0, b1};
    return {std::max(a0, b0), std::max(a0, b0)};
  }

  /// Of all kinds of static links.
  void count_links() {
    NetworkUse& use = out_.use;
    std::map<std::pair<Channel::Kind, std::uint32_t>, std::uint32_t> used;
    for (const Net& net : nets_) {
      for (std::size_t hop = 0; hop + 1 < net.path.size(); ++hop) {
        ++used[{net.kind, link_between(net.path[hop], net.path[hop + 1], net_)}];
      }
    }
    if (net_.kind == NetworkKind::dynamic_mesh) return;
    const std::uint32_t lines = net_.columns * (net_.rows + 1) + net_.rows * (net_.columns + 1);
    use.links = 2 * lines * (net_.vector_links + net_.word_links + net_.bit_links);
    for (const auto& [link, count] : used) {
      use.links_used += count;
      const std::uint32_t of = links_of(link.first, net_);
      if (!use.busiest.empty() &&
          std::uint64_t{count} * use.busiest_of <= std::uint64_t{use.busiest_used} * of) {
        continue;
      }
      use.busiest_used = count;
      use.busiest_of = of;
      use.busiest = std::string(name_of(link.first)) + " links " + name_of_link(link.second, net_);
    }
  }

  /// Channels over the links of the dynamic mesh, along their rows and then their columns.
  void count_shared() {
    std::map<std::uint32_t, std::uint32_t> channels;
    const auto number = [&](std::uint32_t x, std::uint32_t y) {
      return y * (net_.columns + 1) + x;
    };
    for (const Flow& flow : out_.program.flows) {
      std::uint32_t x = flow.from_x;
      std::uint32_t y = flow.from_y;
      while (x != flow.to_x || y != flow.to_y) {
        const std::uint32_t at = number(x, y);
        if (x != flow.to_x) {
          x += x < flow.to_x ? 1U : ~0U;
        } else {
          y += y < flow.to_y ? 1U : ~0U;
        }
        ++channels[link_between(at, number(x, y), net_)];
      }
    }
    for (const auto& [link, count] : channels) {
      if (count <= out_.use.most_sharing) continue;
      out_.use.most_sharing = count;
      out_.use.most_shared = name_of_link(link, net_);
    }
  }

  const Program& p_;
  const Timing& timing_;
  const NetworkTiming& net_;
  std::vector<Ends> ends_;
  std::vector<Net> nets_;
  Networked out_;
};

}  // namespace

Networked lay_network(const Program& program, const Timing& timing) {
  if (timing.network.kind == NetworkKind::ideal) return {program, program, {}};
  return NetworkLayer(program, timing).run();
}

std::vector<std::string> describe(const Program& program, const NetworkUse& use) {
  std::vector<std::string> lines;
  if (use.routes.empty()) return lines;
  const auto own = static_cast<std::uint32_t>(use.routes.size()) - use.fixed - use.shared;
  lines.push_back(counted(use.fixed, "channel") + " on static links, " +
                  std::to_string(use.shared) + " on the dynamic mesh, " + std::to_string(own) +
                  " inside a place");
  if (use.longest_channel == none) return lines;
  lines.push_back("switches " + std::to_string(use.switches) + ", longest " +
                  std::to_string(use.longest) + " (channel '" +
                  program.channels[use.longest_channel].name + "')");
  if (use.most_sharing > 0) {
    lines.push_back("one link of the dynamic mesh carries up to " +
                    counted(use.most_sharing, "channel") + ": " + use.most_shared);
  }
  if (use.links == 0) return lines;
  std::string links =
      std::to_string(use.links_used) + " of " + counted(use.links, "link") + " used";
  if (!use.busiest.empty()) {
    links += "; fullest: " + std::to_string(use.busiest_used) + " of " +
             std::to_string(use.busiest_of) + " " + use.busiest;
  }
  lines.push_back(links);
  return lines;
}

}  // namespace weft::program::rdu

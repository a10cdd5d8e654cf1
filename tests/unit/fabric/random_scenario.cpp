// SPDX-License-Identifier: Apache-2.0
// Random scenarios: trees of routes over parts of the mesh, and tiles that use them.
#include "random_scenario.hpp"

#include <algorithm>
#include <map>
#include <random>

namespace weft::fabric::test {
namespace {

constexpr std::uint8_t ramp_bit = bit(Port::ramp);

class Maker {
 public:
  Maker(std::uint64_t seed, Scenario& scenario) : random_(seed), s_(scenario) {}

  void make() {
    parameters();
    const std::uint32_t trees = 1 + below(10);
    for (std::uint32_t k = 0; k < trees; ++k) tree(static_cast<std::uint8_t>(below(24)));
    for (std::uint32_t tile = 0; tile < s_.routes.size(); ++tile) script(tile);
    if (chance(20)) host_ports();
    s_.cycles = 60 + below(150);
  }

 private:
  // Own distributions: the standard ones differ from library to library.
  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(random_() % n); }
  bool chance(std::uint32_t percent) { return below(100) < percent; }

  void parameters() {
    Parameters& p = s_.parameters;
    p.queue_depth = std::array{1U, 2U, 4U}[below(3)];
    p.ramp_up_cycles = 1 + below(3);
    p.ramp_down_cycles = 1 + below(3);
    if (chance(30)) p.input_queue_depth = {1, 2, 3, 4, 1, 2, 3, 4};
    if (chance(30)) p.output_queue_depth = {1, 2, 3, 4, 5, 6, 7, 8};
    p.direct_queue_depth = chance(10) ? 0 : 1 + below(3);
  }

  bool routed(std::uint32_t tile, std::uint8_t color) const {
    return std::any_of(s_.routes[tile].begin(), s_.routes[tile].end(),
                       [color](const ColorRoute& r) { return r.color == color; });
  }

  /// Neighbour over a port; the tile itself at the edge.
  std::uint32_t over(std::uint32_t tile, unsigned port) const {
    const std::uint32_t x = tile % s_.width;
    const std::uint32_t y = tile / s_.width;
    if (port == 0 && x > 0) return tile - 1;
    if (port == 1 && x + 1 < s_.width) return tile + 1;
    if (port == 2 && y + 1 < s_.height) return tile + s_.width;
    if (port == 3 && y > 0) return tile - s_.width;
    return tile;
  }

  /// Grows a tree from a root whose tile sends; or, turned round, one whose root's tile gets all.
  void tree(std::uint8_t color) {
    const std::uint32_t root = below(static_cast<std::uint32_t>(s_.routes.size()));
    if (routed(root, color)) return;
    std::map<std::uint32_t, RoutePosition> nodes{{root, {ramp_bit, 0}}};
    std::vector<std::uint32_t> order{root};
    const std::uint32_t tries = 1 + below(20);
    for (std::uint32_t k = 0; k < tries; ++k) {
      const std::uint32_t from =
          chance(60) ? order.back() : order[below(static_cast<std::uint32_t>(order.size()))];
      const unsigned port = below(4);
      const std::uint32_t to = over(from, port);
      if (to == from || nodes.count(to) != 0 || routed(to, color)) continue;
      nodes[from].transmit = static_cast<std::uint8_t>(nodes[from].transmit | 1U << port);
      nodes[to] = {static_cast<std::uint8_t>(1U << (port ^ 1U)), 0};
      order.push_back(to);
    }
    const bool gather = chance(15);
    for (auto& [tile, position] : nodes) {
      if (position.transmit == 0 || (tile != root && chance(40))) position.transmit |= ramp_bit;
      if (gather) std::swap(position.receive, position.transmit);
      add_route(tile, color, position);
    }
  }

  void add_route(std::uint32_t tile, std::uint8_t color, RoutePosition position) {
    ColorRoute route;
    route.color = color;
    route.positions[0] = position;
    if (chance(4)) route.positions[0].transmit |= static_cast<std::uint8_t>(1U << below(4));
    if (chance(30)) switches(route);
    if (chance(25)) reconfigure(tile, route);
    if ((position.transmit & ramp_bit) != 0 && chance(20)) filter(route.filter);
    s_.routes[tile].push_back(route);
  }

  void switches(ColorRoute& route) {
    route.position_count = static_cast<std::uint8_t>(2 + below(3));
    route.initial_position = static_cast<std::uint8_t>(below(route.position_count));
    route.ring = chance(50);
    route.pop = static_cast<PopMode>(below(4));
    for (unsigned k = 1; k < route.position_count; ++k) {
      RoutePosition position = route.positions[0];
      if (chance(50)) {
        position.receive = static_cast<std::uint8_t>(1U << below(5));
      } else {
        const auto some = static_cast<std::uint8_t>(position.transmit & below(32));
        position.transmit = some != 0 ? some : ramp_bit;
      }
      route.positions[k] = position;
    }
  }

  /// Rewrites of the route, at random times and where it goes into teardown.
  void reconfigure(std::uint32_t tile, ColorRoute& route) {
    route.reconfigurable = true;
    route.teardown = chance(30);
    Script& script = s_.scripts[tile];
    const std::uint32_t rewrites = below(3) + (route.teardown ? 1U : 0U);
    for (std::uint32_t k = 0; k < rewrites; ++k) {
      script.rewrites.push_back({1 + below(60), route.color, other_registers(route)});
    }
    script.after_teardown.push_back({below(5), route.color, other_registers(route)});
  }

  RouteRegisters other_registers(const ColorRoute& of) {
    ColorRoute route = of;
    if (chance(30)) switches(route);
    if (chance(20)) route.positions[0].receive = static_cast<std::uint8_t>(1U << below(5));
    return registers_of(route, below(4), chance(10));
  }

  void filter(Filter& filter) {
    filter.kind = static_cast<FilterKind>(1 + below(3));
    filter.count_data = chance(80);
    filter.count_control = chance(50);
    filter.filter_control = chance(50);
    filter.minimum = static_cast<std::uint16_t>(below(4));
    filter.maximum = static_cast<std::uint16_t>(below(6));
    filter.limit_1 = static_cast<std::uint16_t>(below(8));
    filter.limit_2 = static_cast<std::uint16_t>(below(8));
    filter.initial_counter = static_cast<std::uint16_t>(below(4));
  }

  std::uint32_t control_word() {
    std::uint32_t word = below(64) << 16U;
    const std::array<unsigned, 8> places{22, 25, 28, 1, 4, 7, 10, 13};
    const std::array<unsigned, 8> filters{24, 27, 0, 3, 6, 9, 12, 15};
    for (unsigned k = 0; k < 8; ++k) {
      word |= below(3) << places[k] | (chance(25) ? 1U : 0U) << filters[k];
    }
    if (chance(8)) word |= 3U << 22U;
    return word;
  }

  void timing(StreamPost& post) {
    post.count = 1 + below(chance(20) ? 60 : 12);
    post.interval_cycles = static_cast<std::uint16_t>(chance(70) ? 1 : 1 + below(5));
    post.latency_cycles = static_cast<std::uint16_t>(chance(60) ? 1 : 1 + below(12));
    post.priority = chance(70) ? StreamPriority::above_main : StreamPriority::below_main;
    post.level = static_cast<std::uint8_t>(below(3));
  }

  Job send(std::uint8_t color, std::uint8_t queue) {
    Job job;
    timing(job.post);
    job.post.color = color;
    job.post.output_queue = queue;
    job.post.control = chance(25);
    job.post.advance_switch = chance(20);
    job.delay_cycles = chance(60) ? 0 : below(30);
    if (job.post.control) {
      job.post.count = 1 + below(3);
      for (std::uint32_t k = 0; k < job.post.count; ++k) job.words.push_back(control_word());
    }
    return job;
  }

  void script(std::uint32_t tile) {
    Script& script = s_.scripts[tile];
    std::vector<std::uint8_t> senders;
    std::vector<std::uint8_t> receivers;
    for (const ColorRoute& route : s_.routes[tile]) {
      unsigned receive = 0;
      unsigned transmit = 0;
      for (unsigned k = 0; k < route.position_count; ++k) {
        receive |= route.positions[k].receive;
        transmit |= route.positions[k].transmit;
      }
      if ((receive & ramp_bit) != 0 && chance(90)) senders.push_back(route.color);
      if ((transmit & ramp_bit) != 0) receivers.push_back(route.color);
    }
    std::vector<std::uint8_t> slots{0, 1, 2, 3, 4, 5, 6, 7, 8};
    std::vector<std::uint8_t> outputs;
    for (std::uint8_t q = 0; q < 8; ++q) {
      if (s_.parameters.output_queue_depth[q] != 0) outputs.push_back(q);
    }
    std::uint8_t input = 0;
    for (const std::uint8_t color : receivers) {
      if (chance(25) || input > 7 || slots.size() < 2) {
        if (chance(85)) drain(script, color);
        continue;
      }
      script.bindings.push_back({input, color});
      if (chance(15)) {  // for a stream with two inputs
        spare_.push_back(input++);
        continue;
      }
      Job job;
      timing(job.post);
      job.post.input_queue[0] = input++;
      if (!senders.empty() && !outputs.empty() && chance(40)) {
        job.post.output_queue = take(outputs);
        job.post.color = take(senders);
      }
      if (chance(60) && !spare_.empty()) job.post.input_queue[1] = take(spare_);
      script.jobs[take(slots)].push_back(job);
    }
    spare_.clear();
    for (const std::uint8_t color : senders) {
      if (outputs.empty() || slots.empty()) break;
      const std::uint8_t queue = take(outputs);
      const std::uint8_t slot = take(slots);
      const std::uint32_t jobs = 1 + below(3);
      for (std::uint32_t k = 0; k < jobs; ++k) script.jobs[slot].push_back(send(color, queue));
    }
    if (chance(20)) script.main_issues.push_back({below(40), 40 + below(40)});
  }

  void drain(Script& script, std::uint8_t color) {
    const Cycle period = 1 + below(4);
    script.drains.push_back({static_cast<std::uint8_t>(8 + color), period, below(4) % period});
  }

  std::uint8_t take(std::vector<std::uint8_t>& from) {
    const auto at = from.begin() + below(static_cast<std::uint32_t>(from.size()));
    const std::uint8_t value = *at;
    from.erase(at);
    return value;
  }

  void host_ports() {
    const std::uint32_t tile = below(static_cast<std::uint32_t>(s_.routes.size()));
    std::vector<std::uint8_t> free;
    for (std::uint8_t color = 0; color < color_count; ++color) {
      if (!routed(tile, color)) free.push_back(color);
    }
    Script& script = s_.scripts[tile];
    const std::uint8_t in = take(free);
    s_.host_in[tile] |= 1U << in;
    drain(script, in);
    script.host_words.push_back({in, 1 + below(3), {}});
    for (std::uint32_t k = 0; k < 20; ++k) script.host_words[0].words.push_back(1000 + k);
    if (!script.jobs[0].empty()) return;
    const std::uint8_t out = take(free);
    s_.host_out[tile] |= 1U << out;
    script.jobs[0].push_back(send(out, 0));
    for (const auto& jobs : script.jobs) {
      if (&jobs == &script.jobs[0]) continue;
      for (const Job& job : jobs) {
        if (job.post.output_queue == 0) script.jobs[0].clear();
      }
    }
    script.collect_period = 1 + below(3);
  }

  std::mt19937_64 random_;
  Scenario& s_;
  std::vector<std::uint8_t> spare_;
};

}  // namespace

Scenario random_scenario(std::uint64_t seed) {
  constexpr std::array<std::array<std::uint32_t, 2>, 8> shapes{
      {{1, 1}, {2, 1}, {1, 5}, {3, 3}, {4, 2}, {5, 4}, {7, 1}, {6, 5}}};
  const auto& shape = shapes[seed % shapes.size()];
  Scenario scenario(shape[0], shape[1]);
  Maker(seed * 0x9e3779b97f4a7c15ULL + 1, scenario).make();
  return scenario;
}

}  // namespace weft::fabric::test

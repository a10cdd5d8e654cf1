// SPDX-License-Identifier: Apache-2.0
// The naive fabric: tiles, streams and queues.
#include "naive_fabric.hpp"

#include <algorithm>
#include <tuple>

#include "tile_driver.hpp"

namespace weft::fabric::test {

NaiveFabric::NaiveFabric(const Scenario& scenario)
    : scenario_(scenario), tiles_(scenario.scripts.size()) {
  for (std::size_t t = 0; t < tiles_.size(); ++t) {
    for (const ColorRoute& route : scenario.routes[t]) {
      Color color;
      color.route = route;
      color.position = route.initial_position;
      color.counter = route.filter.initial_counter;
      tiles_[t].colors[route.color] = color;
    }
  }
}

int NaiveFabric::color_of(const Tile& tile, int queue) const {
  if (queue >= 8) return tile.queue_of_color.count(queue - 8) != 0 ? -1 : queue - 8;
  for (const auto& [color, bound] : tile.queue_of_color) {
    if (bound == queue) return color;
  }
  return -1;
}

int NaiveFabric::depth(const Tile& tile, int color) const {
  const auto bound = tile.queue_of_color.find(color);
  return bound == tile.queue_of_color.end()
             ? static_cast<int>(scenario_.parameters.direct_queue_depth)
             : scenario_.parameters.input_queue_depth[static_cast<std::size_t>(bound->second)];
}

int NaiveFabric::capacity(const Tile& tile, int color) const {
  const int places = depth(tile, color);
  return places == 0 ? 0 : places + static_cast<int>(scenario_.parameters.ramp_down_cycles) - 1;
}

// ---- streams ----

bool NaiveFabric::can_step(const Tile& tile, const LiveStream& stream, Cycle now) const {
  const StreamPost& post = stream.post;
  if (now < post.ready + Cycle{stream.done} * post.interval_cycles) return false;
  for (const int queue : post.input_queue) {
    if (queue == no_queue) continue;
    const auto words = tile.to_tile.find(color_of(tile, queue));
    if (words == tile.to_tile.end() || words->second.empty()) return false;
    if (words->second.front().there_from > now) return false;
  }
  if (post.output_queue != no_queue) {
    const std::size_t room = scenario_.parameters.output_queue_depth[post.output_queue];
    if (tile.out[post.output_queue].size() >= room) return false;
  }
  return post.priority == StreamPriority::above_main || now >= tile.main_until;
}

void NaiveFabric::step_streams(Cycle now) {
  now_ = now;
  for (Tile& tile : tiles_) {
    tile.has_span = false;
    tile.popped.clear();
    tile.injected.clear();
    int best = -1;
    std::tuple<int, int, int> best_key;
    for (const auto& [slot, stream] : tile.streams) {
      if (!can_step(tile, stream, now)) continue;
      const int turns = (slot - tile.last_winner - 1 + 2 * int{slot_count}) % int{slot_count};
      const std::tuple key(static_cast<int>(stream.post.priority), int{stream.post.level}, -turns);
      if (best < 0 || key > best_key) {
        best = slot;
        best_key = key;
      }
    }
    if (best >= 0) step(tile, best, now);
  }
}

void NaiveFabric::step(Tile& tile, int slot, Cycle now) {
  LiveStream& stream = tile.streams.at(slot);
  const StreamPost& post = stream.post;
  tile.has_span = true;
  tile.span = Span{};
  tile.span.slot = static_cast<std::uint8_t>(slot);
  tile.span.first_step = stream.done;
  tile.span.count = 1;
  tile.span.first_cycle = now;
  for (std::uint32_t k = 0; k < 2; ++k) {
    tile.span.words[k] = k;
    if (post.input_queue[k] == no_queue) continue;
    const int color = color_of(tile, post.input_queue[k]);
    tile.span_words[k] = tile.to_tile[color].front().payload;
    tile.to_tile[color].pop_front();
    ++tile.popped[color];
    tile.taken[color].push_back(now);
  }
  ++stream.done;
  tile.span.last = stream.done == post.count;
  if (post.output_queue != no_queue) {
    tile.out[post.output_queue].push_back({0, post.color, post.control,
                                           post.advance_switch && tile.span.last,
                                           now + post.latency_cycles});
  }
  tile.provide_queue = post.output_queue;
  tile.last_winner = slot;
  if (tile.span.last) tile.streams.erase(slot);
}

std::uint32_t NaiveFabric::span_count(std::uint32_t tile) const {
  return tiles_[tile].has_span ? 1 : 0;
}

Span NaiveFabric::span(std::uint32_t tile, std::uint32_t) const { return tiles_[tile].span; }

std::uint32_t NaiveFabric::word(std::uint32_t tile, std::uint32_t index) const {
  return tiles_[tile].span_words[index];
}

void NaiveFabric::provide(std::uint32_t tile, std::uint8_t, std::uint32_t word) {
  Tile& t = tiles_[tile];
  t.out.at(static_cast<std::size_t>(t.provide_queue)).back().payload = word;
}

void NaiveFabric::post(const StreamPost& post) { tiles_[post.tile].streams[post.slot] = {post, 0}; }

void NaiveFabric::set_main_issue(std::uint32_t tile, Cycle until) {
  tiles_[tile].main_until = until;
}

// ---- queues of a tile ----

bool NaiveFabric::head_available(std::uint32_t tile, std::uint8_t queue) const {
  const Tile& t = tiles_[tile];
  const auto words = t.to_tile.find(color_of(t, queue));
  return words != t.to_tile.end() && !words->second.empty() &&
         words->second.front().there_from <= now_;
}

Wavelet NaiveFabric::head(std::uint32_t tile, std::uint8_t queue) const {
  const Tile& t = tiles_[tile];
  const Word& word = t.to_tile.at(color_of(t, queue)).front();
  return {word.payload, word.color, word.control};
}

void NaiveFabric::pop(std::uint32_t tile, std::uint8_t queue) {
  Tile& t = tiles_[tile];
  const int color = color_of(t, queue);
  t.to_tile[color].pop_front();
  ++t.popped[color];
  t.taken[color].push_back(now_);
}

void NaiveFabric::bind(std::uint32_t tile, std::uint8_t queue, std::uint8_t color) {
  Tile& t = tiles_[tile];
  std::erase_if(t.queue_of_color, [queue](const auto& entry) { return entry.second == queue; });
  t.queue_of_color[color] = queue;
}

bool NaiveFabric::injectable(std::uint32_t tile, std::uint8_t color) const {
  const Tile& t = tiles_[tile];
  const auto words = t.to_tile.find(color);
  const int held = words == t.to_tile.end() ? 0 : static_cast<int>(words->second.size());
  return held < capacity(t, color);
}

void NaiveFabric::inject(std::uint32_t tile, const Wavelet& wavelet) {
  Tile& t = tiles_[tile];
  t.to_tile[wavelet.color].push_back({wavelet.payload, wavelet.color, false, false, now_ + 1});
  ++t.injected[wavelet.color];
}

bool NaiveFabric::collect(std::uint32_t tile, Wavelet& wavelet) {
  Tile& t = tiles_[tile];
  if (t.host.empty()) return false;
  wavelet = {t.host[0].payload, t.host[0].color, t.host[0].control};
  t.host.clear();
  return true;
}

// ---- a run ----

Outcome run_naive(const Scenario& scenario) {
  NaiveFabric fabric(scenario);
  std::vector<Progress> progress(scenario.scripts.size());
  Outcome outcome;
  const auto for_each_tile = [&](const auto& visit) {
    for (std::uint32_t tile = 0; tile < progress.size(); ++tile) {
      TileDriver<NaiveFabric&> driver(fabric, tile, tile, scenario.scripts[tile], progress[tile],
                                      outcome.events);
      visit(driver);
    }
  };
  for_each_tile([](auto& driver) { driver.start(); });
  for (Cycle now = 0; now < scenario.cycles; ++now) {
    fabric.step_streams(now);
    for_each_tile([now](auto& driver) { driver.run(now); });
    fabric.move(now);
    if (fabric.refusal().cycle != never) break;
  }
  outcome.hops = fabric.hops();
  outcome.departures = fabric.departures();
  outcome.refusal = fabric.refusal();
  std::sort(outcome.events.begin(), outcome.events.end());
  std::sort(outcome.hops.begin(), outcome.hops.end());
  return outcome;
}

}  // namespace weft::fabric::test

// SPDX-License-Identifier: Apache-2.0
// The oracle of the fabric: tiles, streams and queues.
#include "fabric/reference.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace weft::fabric {

ReferenceFabric::ReferenceFabric(const Parameters& parameters, std::uint32_t width,
                                 std::uint32_t height, const RouteTable& routes)
    : parameters_(parameters),
      width_(width),
      height_(height),
      host_out_(routes.host_out),
      tiles_(std::size_t{width} * height) {
  host_out_.resize(tiles_.size());
  for (std::size_t t = 0; t < tiles_.size(); ++t) {
    for (const ColorRoute& route : routes.sets[routes.set_of_tile[t]]) {
      Color color;
      color.route = route;
      color.position = route.initial_position;
      color.counter = route.filter.initial_counter;
      color.torn = route.teardown;
      color.registers = registers_of(route, route.initial_position, route.teardown);
      tiles_[t].colors[route.color] = color;
    }
  }
}

bool ReferenceFabric::to_host(std::uint32_t tile, int color) const {
  return (host_out_[tile] >> color & 1U) != 0;
}

int ReferenceFabric::color_of(const Tile& tile, int queue) const {
  if (queue >= 8) return tile.queue_of_color.count(queue - 8) != 0 ? -1 : queue - 8;
  for (const auto& [color, bound] : tile.queue_of_color) {
    if (bound == queue) return color;
  }
  return -1;
}

int ReferenceFabric::depth(const Tile& tile, int color) const {
  const auto bound = tile.queue_of_color.find(color);
  return bound == tile.queue_of_color.end()
             ? static_cast<int>(parameters_.direct_queue_depth)
             : parameters_.input_queue_depth[static_cast<std::size_t>(bound->second)];
}

int ReferenceFabric::capacity(const Tile& tile, int color) const {
  const int places = depth(tile, color);
  return places == 0 ? 0 : places + static_cast<int>(parameters_.ramp_down_cycles) - 1;
}

// ---- streams ----

bool ReferenceFabric::can_step(const Tile& tile, const LiveStream& stream, Cycle now) const {
  const StreamPost& post = stream.post;
  if (now < post.ready + Cycle{stream.done} * post.interval_cycles) return false;
  for (const int queue : post.input_queue) {
    if (queue == no_queue) continue;
    const auto words = tile.to_tile.find(color_of(tile, queue));
    if (words == tile.to_tile.end() || words->second.empty()) return false;
    if (words->second.front().there_from > now) return false;
  }
  if (post.output_queue != no_queue) {
    const std::size_t room = parameters_.output_queue_depth[post.output_queue];
    if (tile.out[post.output_queue].size() >= room) return false;
  }
  return post.priority == StreamPriority::above_main || now >= tile.main_until;
}

void ReferenceFabric::step_streams(Cycle now) {
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

void ReferenceFabric::step(Tile& tile, int slot, Cycle now) {
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

std::uint32_t ReferenceFabric::span_count(std::uint32_t tile) const {
  return tiles_[tile].has_span ? 1 : 0;
}

Span ReferenceFabric::span(std::uint32_t tile, std::uint32_t) const { return tiles_[tile].span; }

std::uint32_t ReferenceFabric::word(std::uint32_t tile, std::uint32_t index) const {
  return tiles_[tile].span_words[index];
}

void ReferenceFabric::provide(std::uint32_t tile, std::uint8_t, std::uint32_t word) {
  Tile& t = tiles_[tile];
  t.out.at(static_cast<std::size_t>(t.provide_queue)).back().payload = word;
}

void ReferenceFabric::post(const StreamPost& post) {
  tiles_[post.tile].streams[post.slot] = {post, 0};
}

bool ReferenceFabric::read_registers(std::uint32_t tile, std::uint8_t color,
                                     RouteRegisters& registers) const {
  const auto found = tiles_[tile].colors.find(color);
  if (found == tiles_[tile].colors.end() || !found->second.route.reconfigurable) return false;
  registers = found->second.registers;
  if (tiles_[tile].rewritten.count(color) != 0) return true;
  set_state(registers, found->second.position, found->second.torn);
  return true;
}

void ReferenceFabric::write_registers(std::uint32_t tile, std::uint8_t color,
                                      const RouteRegisters& registers) {
  tiles_[tile].colors.at(color).registers = registers;
  tiles_[tile].rewritten.insert(color);
}

std::uint32_t ReferenceFabric::take_torn(std::uint32_t tile) {
  return std::exchange(tiles_[tile].torn, 0U);
}

void ReferenceFabric::set_main_issue(std::uint32_t tile, Cycle until) {
  tiles_[tile].main_until = until;
}

// ---- queues of a tile ----

bool ReferenceFabric::head_available(std::uint32_t tile, std::uint8_t queue) const {
  const Tile& t = tiles_[tile];
  const auto words = t.to_tile.find(color_of(t, queue));
  return words != t.to_tile.end() && !words->second.empty() &&
         words->second.front().there_from <= now_;
}

Wavelet ReferenceFabric::head(std::uint32_t tile, std::uint8_t queue) const {
  const Tile& t = tiles_[tile];
  const Word& word = t.to_tile.at(color_of(t, queue)).front();
  return {word.payload, word.color, word.control};
}

void ReferenceFabric::pop(std::uint32_t tile, std::uint8_t queue) {
  Tile& t = tiles_[tile];
  const int color = color_of(t, queue);
  t.to_tile[color].pop_front();
  ++t.popped[color];
  t.taken[color].push_back(now_);
}

void ReferenceFabric::bind(std::uint32_t tile, std::uint8_t queue, std::uint8_t color) {
  Tile& t = tiles_[tile];
  std::erase_if(t.queue_of_color, [queue](const auto& entry) { return entry.second == queue; });
  t.queue_of_color[color] = queue;
}

bool ReferenceFabric::injectable(std::uint32_t tile, std::uint8_t color) const {
  const Tile& t = tiles_[tile];
  const auto words = t.to_tile.find(color);
  const int held = words == t.to_tile.end() ? 0 : static_cast<int>(words->second.size());
  return held < capacity(t, color);
}

void ReferenceFabric::inject(std::uint32_t tile, const Wavelet& wavelet) {
  Tile& t = tiles_[tile];
  t.to_tile[wavelet.color].push_back({wavelet.payload, wavelet.color, false, false, now_ + 1});
  ++t.injected[wavelet.color];
}

bool ReferenceFabric::collect(std::uint32_t tile, Wavelet& wavelet) {
  Tile& t = tiles_[tile];
  if (t.host.empty()) return false;
  wavelet = {t.host[0].payload, t.host[0].color, t.host[0].control};
  t.host.clear();
  return true;
}

}  // namespace weft::fabric

// SPDX-License-Identifier: Apache-2.0
// The oracle of the fabric: routers, switches, filters.
#include <algorithm>
#include <bitset>
#include <tuple>

#include "fabric/reference.hpp"

namespace weft::fabric {
namespace {

constexpr int ramp = 4;

bool has(std::uint8_t mask, int port) { return std::bitset<8>(mask)[static_cast<unsigned>(port)]; }

/// (command, ce_filter) of a control wavelet, first to eighth.
std::vector<std::pair<unsigned, unsigned>> commands_of(std::uint32_t payload) {
  const auto bits = [payload](unsigned low, unsigned width) {
    return payload / (1U << low) % (1U << width);
  };
  return {{bits(22, 2), bits(24, 1)}, {bits(25, 2), bits(27, 1)}, {bits(28, 2), bits(0, 1)},
          {bits(1, 2), bits(3, 1)},   {bits(4, 2), bits(6, 1)},   {bits(7, 2), bits(9, 1)},
          {bits(10, 2), bits(12, 1)}, {bits(13, 2), bits(15, 1)}};
}

std::uint32_t with_commands(std::uint32_t payload,
                            const std::vector<std::pair<unsigned, unsigned>>& c) {
  const std::uint32_t others = payload & 0xc03f0000U;
  return others | c[0].first << 22U | c[0].second << 24U | c[1].first << 25U | c[1].second << 27U |
         c[2].first << 28U | c[2].second | c[3].first << 1U | c[3].second << 3U | c[4].first << 4U |
         c[4].second << 6U | c[5].first << 7U | c[5].second << 9U | c[6].first << 10U |
         c[6].second << 12U | c[7].first << 13U | c[7].second << 15U;
}

}  // namespace

void ReferenceFabric::refuse(Cycle now, std::uint32_t tile, FabricError code, int color, int port) {
  const Fault found{now, TileId{tile}, code, static_cast<std::uint8_t>(color),
                    static_cast<std::uint8_t>(port)};
  const auto key = [](const Fault& f) {
    return std::tuple(f.cycle, index(f.tile), f.code, f.color, f.port);
  };
  if (!fault_ || key(found) < key(*fault_)) fault_ = found;
}

void ReferenceFabric::leave_region(const Hop& hop) {
  const auto found = std::tuple(hop.cycle, hop.tile, hop.color, hop.port);
  const auto least =
      std::tuple(over_edge_.first_cycle, index(over_edge_.tile), over_edge_.color, over_edge_.port);
  const std::uint64_t before = over_edge_.wavelets;
  if (found < least) over_edge_ = {0, hop.cycle, TileId{hop.tile}, hop.color, hop.port};
  over_edge_.wavelets = before + 1;
}

long ReferenceFabric::neighbour(std::uint32_t tile, int port) const {
  constexpr std::array<long, 4> step_x{-1, 1, 0, 0};
  constexpr std::array<long, 4> step_y{0, 0, 1, -1};
  const long width = width_;
  const long x = long{tile} % width + step_x[static_cast<std::size_t>(port)];
  const long y = long{tile} / width + step_y[static_cast<std::size_t>(port)];
  if (x < 0 || y < 0 || x >= width || y >= long{height_}) return -1;
  return y * width + x;
}

void ReferenceFabric::move(Cycle now) {
  check_arrivals(now);
  std::vector<Choice> choices;
  std::vector<int> leaving;
  for (std::uint32_t tile = 0; tile < tiles_.size(); ++tile) {
    leaving.push_back(choose_output(tile, now));
    choose_moves(tile, now, choices);
  }
  for (std::uint32_t tile = 0; tile < tiles_.size(); ++tile) {
    if (leaving[tile] >= 0) leave_output(tile, leaving[tile], now);
  }
  for (const Choice& choice : choices) carry_out(choice, now);
  for (Tile& tile : tiles_) obey_registers(tile);
}

// ---- arrivals ----

void ReferenceFabric::check_arrivals(Cycle now) {
  for (std::uint32_t t = 0; t < tiles_.size(); ++t) {
    for (auto& [key, words] : tiles_[t].in) {
      if (words.empty()) continue;
      const bool just_came = std::any_of(words.begin(), words.end(),
                                         [now](const Word& w) { return w.there_from == now; });
      if (just_came) check_arrival(t, key.first, key.second, now);
    }
  }
}

void ReferenceFabric::check_arrival(std::uint32_t t, int port, int color, Cycle now) {
  Tile& tile = tiles_[t];
  if (tile.colors.count(color) == 0) return refuse(now, t, FabricError::unrouted, color, port);
  const Color& c = tile.colors[color];
  bool ever = c.route.reconfigurable;
  for (unsigned k = 0; k < c.route.position_count; ++k) {
    ever = ever || has(c.route.positions[k].receive, port);
  }
  if (!ever) return refuse(now, t, FabricError::receive_mismatch, color, port);
  const std::uint8_t receive = c.route.positions[c.position].receive;
  if (c.torn || !has(receive, port)) return;
  for (int other = 0; other < port; ++other) {
    const auto words = tile.in.find({other, color});
    if (words == tile.in.end() || !has(receive, other)) continue;
    for (const Word& word : words->second) {
      if (word.there_from == now) refuse(now, t, FabricError::collision, color, port);
    }
  }
}

// ---- tile to router ----

int ReferenceFabric::choose_output(std::uint32_t t, Cycle now) {
  Tile& tile = tiles_[t];
  for (Cycle k = 0; k < 8; ++k) {
    const auto queue = static_cast<std::size_t>((now + k) % 8);
    if (tile.out[queue].empty() || tile.out[queue].front().there_from > now) continue;
    const int color = tile.out[queue].front().color;
    if (to_host(t, color)) {
      if (tile.host.empty()) return static_cast<int>(queue);
      continue;
    }
    if (tile.colors.count(color) == 0) {
      refuse(now, t, FabricError::unrouted, color, ramp);
      continue;
    }
    const ColorRoute& route = tile.colors[color].route;
    bool ever = route.reconfigurable;
    for (unsigned p = 0; p < route.position_count; ++p) {
      ever = ever || has(route.positions[p].receive, ramp);
    }
    if (!ever) {
      refuse(now, t, FabricError::receive_mismatch, color, ramp);
      continue;
    }
    if (!can_turn_back(tile, color, now)) continue;
    const std::size_t places = parameters_.queue_depth + parameters_.ramp_up_cycles - 1;
    if (tile.in[{ramp, color}].size() < places) return static_cast<int>(queue);
  }
  return -1;
}

/// A word from the ramp to the ramp has to have a place in the input queue before it sets out.
bool ReferenceFabric::can_turn_back(const Tile& tile, int color, Cycle now) const {
  const Color& c = tile.colors.at(color);
  const RoutePosition& position = c.route.positions[c.position];
  const int places = depth(tile, color);
  if (c.torn) return true;
  if (!has(position.receive, ramp) || !has(position.transmit, ramp) || places == 0) return true;
  int used = 0;
  const auto on_the_way = tile.in.find({ramp, color});
  if (on_the_way != tile.in.end()) used += static_cast<int>(on_the_way->second.size());
  const auto arrived = tile.to_tile.find(color);
  if (arrived != tile.to_tile.end()) used += static_cast<int>(arrived->second.size());
  const auto taken = tile.taken.find(color);
  if (taken != tile.taken.end()) {
    for (const Cycle cycle : taken->second) {
      if (now < cycle + 1 + parameters_.own_ramp_credit_cycles) ++used;
    }
  }
  return used < places;
}

void ReferenceFabric::leave_output(std::uint32_t t, int queue, Cycle now) {
  Tile& tile = tiles_[t];
  auto& words = tile.out[static_cast<std::size_t>(queue)];
  Word word = words.front();
  words.pop_front();
  if (to_host(t, word.color)) {
    tile.host.push_back(word);
    return;
  }
  word.there_from = now + parameters_.ramp_up_cycles;
  tile.in[{ramp, word.color}].push_back(word);
}

// ---- router ----

void ReferenceFabric::choose_moves(std::uint32_t t, Cycle now, std::vector<Choice>& choices) const {
  const Tile& tile = tiles_[t];
  std::array<bool, 6> busy{};
  for (Cycle k = 0; k < color_count; ++k) {
    const int number = static_cast<int>((now + k) % color_count);
    const auto found = tile.colors.find(number);
    if (found == tile.colors.end()) continue;
    const Color& color = found->second;
    if (color.torn) continue;
    const RoutePosition& position = color.route.positions[color.position];
    std::vector<std::size_t> outputs;
    for (int port = 0; port <= ramp; ++port) {
      if (has(position.transmit, port)) outputs.push_back(static_cast<std::size_t>(port));
    }
    if (outputs.empty()) outputs.push_back(5);
    if (std::any_of(outputs.begin(), outputs.end(), [&](std::size_t o) { return busy[o]; })) {
      continue;
    }
    for (int port = 0; port <= ramp; ++port) {
      const auto words = tile.in.find({port, number});
      if (!has(position.receive, port) || words == tile.in.end() || words->second.empty()) continue;
      const Word& word = words->second.front();
      if (word.there_from > now) continue;
      const bool room = std::all_of(outputs.begin(), outputs.end(), [&](std::size_t o) {
        return has_room(t, static_cast<int>(o), color, word);
      });
      if (!room) continue;
      for (const std::size_t o : outputs) busy[o] = true;
      choices.push_back({t, port, number});
      break;
    }
  }
}

bool ReferenceFabric::has_room(std::uint32_t t, int port, const Color& color,
                               const Word& word) const {
  const int number = color.route.color;
  if (port > ramp) return true;
  if (port < ramp) {
    const long next = neighbour(t, port);
    if (next < 0) return true;
    const auto& in = tiles_[static_cast<std::size_t>(next)].in;
    const auto words = in.find({port ^ 1, number});
    return words == in.end() || words->second.size() < parameters_.queue_depth;
  }
  if (kept_from_tile(color, word)) return true;
  const Tile& tile = tiles_[t];
  const auto value = [number](const auto& map) {
    const auto entry = map.find(number);
    return entry == map.end() ? 0 : entry->second;
  };
  const auto words = tile.to_tile.find(number);
  const int held = words == tile.to_tile.end() ? 0 : static_cast<int>(words->second.size());
  return held + value(tile.popped) - value(tile.injected) < capacity(tile, number);
}

void ReferenceFabric::carry_out(const Choice& choice, Cycle now) {
  Tile& tile = tiles_[choice.tile];
  Color& color = tile.colors.at(choice.color);
  auto& words = tile.in.at({choice.port, choice.color});
  Word word = words.front();
  words.pop_front();
  const std::uint8_t transmit = color.route.positions[color.position].transmit;
  const auto hop = [&](int port) {
    hops_.push_back({now, choice.tile, static_cast<std::uint8_t>(port), word.color});
  };
  if (has(transmit, ramp)) {
    if (!kept_from_tile(color, word)) hop(ramp);
    deliver(tile, color, word, now);
  }
  const bool advances = word.advance;
  if (word.control) obey(choice.tile, color, word);
  if (advances) advance(color);
  word.advance = false;
  word.there_from = now + 1;
  for (int port = 0; port < ramp; ++port) {
    if (!has(transmit, port)) continue;
    hop(port);
    const long next = neighbour(choice.tile, port);
    if (next < 0) {
      leave_region(hops_.back());
    } else {
      tiles_[static_cast<std::size_t>(next)].in[{port ^ 1, choice.color}].push_back(word);
    }
  }
}

void ReferenceFabric::deliver(Tile& tile, Color& color, const Word& word, Cycle now) {
  const bool kept = kept_from_tile(color, word);
  if (!(word.control && commands_of(word.payload)[0].second != 0)) count(color, word);
  if (kept) return;
  Word copy = word;
  copy.there_from = now + parameters_.ramp_down_cycles;
  tile.to_tile[word.color].push_back(copy);
}

// ---- switches and filters ----

void ReferenceFabric::advance(Color& color) {
  if (color.position + 1 < color.route.position_count) {
    ++color.position;
  } else if (color.route.ring) {
    color.position = 0;
  }
}

void ReferenceFabric::obey_registers(Tile& tile) {
  for (const int number : tile.rewritten) {
    Color& color = tile.colors.at(number);
    configure(color.route, color.registers);
    color.position = position_of(color.registers, color.route);
    color.torn = teardown_of(color.registers);
  }
  tile.rewritten.clear();
}

void ReferenceFabric::obey(std::uint32_t tile, Color& color, Word& word) {
  auto commands = commands_of(word.payload);
  const unsigned command = commands[0].first;
  const auto before = color.position;
  if (command == 1) advance(color);
  const bool moved = color.position != before;
  if (command == 2) color.position = 0;
  if (command == 3) {
    color.torn = true;
    tiles_[tile].torn |= 1U << word.color;
  }
  const PopMode mode = color.route.pop;
  const bool pop =
      mode == PopMode::always_pop || (mode == PopMode::pop_on_advance && command == 1 && moved) ||
      (mode == PopMode::pop_on_advance_nop && (command == 0 || (command == 1 && moved)));
  if (!pop) return;
  commands.erase(commands.begin());
  commands.emplace_back(0, 0);
  word.payload = with_commands(word.payload, commands);
}

bool ReferenceFabric::kept_from_tile(const Color& color, const Word& word) const {
  if (word.control && commands_of(word.payload)[0].second != 0) return true;
  const Filter& filter = color.route.filter;
  switch (filter.kind) {
    case FilterKind::none:
      return false;
    case FilterKind::range: {
      const unsigned number = word.payload / 65536U;
      return !word.control && (number < filter.minimum || number > filter.maximum);
    }
    default:
      return (!word.control || filter.filter_control) && color.counter > filter.maximum;
  }
}

void ReferenceFabric::count(Color& color, const Word& word) {
  const Filter& filter = color.route.filter;
  if (filter.kind != FilterKind::counter && filter.kind != FilterKind::sparse_counter) return;
  if (!(word.control ? filter.count_control : filter.count_data)) return;
  const unsigned limit = color.second_limit ? filter.limit_2 : filter.limit_1;
  if (color.counter != limit) {
    color.counter = (color.counter + 1) % 65536U;
    return;
  }
  color.counter = 0;
  color.second_limit = color.second_limit || filter.kind == FilterKind::sparse_counter;
}

}  // namespace weft::fabric

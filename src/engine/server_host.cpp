// SPDX-License-Identifier: Apache-2.0
// Host commands on one rank: its part of the data, at the same cycle everywhere.
#include <algorithm>
#include <cstring>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "engine/server.hpp"

namespace weft::engine {

namespace {

constexpr const char* copy_in_rate = "host.copy_in_bytes_per_cycle";
constexpr const char* copy_out_rate = "host.copy_out_bytes_per_cycle";

/// Elements a tile, checked when the command was submitted.
std::uint32_t a_tile(const HostCommand& command) {
  return static_cast<std::uint32_t>(command.elements);
}

/// Calls use(words) with bytes as words: in place where they are aligned.
template <typename Use>
void with_words(std::span<const std::byte> bytes, const Use& use) {
  const std::size_t count = bytes.size() / sizeof(std::uint32_t);
  if (reinterpret_cast<std::uintptr_t>(bytes.data()) % alignof(std::uint32_t) == 0) {
    return use(std::span(reinterpret_cast<const std::uint32_t*>(bytes.data()), count));
  }
  std::vector<std::uint32_t> words(count);
  if (count > 0) std::memcpy(words.data(), bytes.data(), count * sizeof(words[0]));
  use(std::span<const std::uint32_t>(words));
}

/// A facet that what the machine exports says it has.
template <typename Facet>
Facet& needed(Facet* facet) {
  if (facet == nullptr)
    fail(Category::internal, "engine: a machine exports what it has no ports for");
  return *facet;
}

}  // namespace

Placement Server::placement(const HostCommand& command) {
  if (!command.is_array) return {command, partition_.slices};
  const auto way = command.kind == CommandKind::copy_in ? Arrays::Way::written : Arrays::Way::read;
  return {command,
          arrays_.parts(communicator_, run_.machine(), command.name, command.data_bytes(), way)};
}

Server::DealtPart Server::deal(const Placement& places, std::span<const std::byte> data) {
  DealtPart mine;
  const bool all = communicator_.is_root() && places.is_whole(0);
  mine.held = communicator_.scatter_in_turn([&](int to) {
    return to == 0 && all ? comm::Bytes{} : places.take(static_cast<std::size_t>(to), data);
  });
  mine.bytes = all ? data : std::span<const std::byte>(mine.held);
  return mine;
}

std::vector<std::byte> Server::collect_parts(const HostCommand& command, const Placement& places,
                                             std::vector<std::byte> mine) {
  std::vector<std::byte> data;
  const bool all = communicator_.is_root() && places.is_whole(0);
  std::optional<Failure> failure;
  communicator_.gather_in_turn(mine, [&](int from, std::span<const std::byte> part) {
    if (all || failure) return;
    try {
      data.resize(command.data_bytes());
      places.put(static_cast<std::size_t>(from), part, data);
    } catch (...) {
      failure = current_failure();
    }
  });
  throw_agreed(communicator_, failure);
  return all ? std::move(mine) : std::move(data);
}

Rectangle Server::part_of(const HostCommand& command) const {
  return intersect(command.where, run_.slice().tiles);
}

void Server::pass_latency(const HostCommand& command, Cycle cycles) {
  if (command.timeless) return;
  const Cycle most = plan_.limits.max_cycles;
  if (now_ > most || cycles > most - now_) {
    now_ = std::max(now_, most);
    throw Stopped(finish(Stop::limit, "stopped at cycle " + std::to_string(now_) +
                                          " (max_cycles): " + name_of(command.kind) + " '" +
                                          command.name + "' was not over by then"));
  }
  now_ += cycles;
  run_.restart(now_);
}

void Server::pass_transfer(const HostCommand& command, const char* rate) {
  if (!plan_.topology->has(rate)) return pass_latency(command, 0);
  // bytes / (numerator / denominator), rounded up.
  const topology::Rational bytes_per_cycle = plan_.topology->rational(rate);
  const auto numerator = static_cast<std::uint64_t>(bytes_per_cycle.numerator);
  const auto denominator = static_cast<std::uint64_t>(bytes_per_cycle.denominator);
  pass_latency(command, (command.data_bytes() * denominator + numerator - 1) / numerator);
}

void Server::copy_in(const HostCommand& command, std::span<const std::byte> data) {
  const DealtPart mine = deal(placement(command), data);
  pass_latency(command, command_latency_cycles_);
  together(communicator_, [&] {
    if (run_.machine() == nullptr) return;
    const machine::Facets facets = run_.machine()->facets();
    if (command.is_array) {
      return needed(facets.array_ports).write_array(command.name, mine.bytes);
    }
    const Rectangle part = part_of(command);
    if (part.empty()) return;
    needed(facets.tile_ports).copy_in(command.name, part, a_tile(command), mine.bytes);
  });
  pass_transfer(command, copy_in_rate);
}

std::vector<std::byte> Server::copy_out(const HostCommand& command) {
  const Placement places = placement(command);
  pass_latency(command, command_latency_cycles_);
  std::vector<std::byte> mine;
  together(communicator_, [&] {
    if (run_.machine() == nullptr) return;
    const machine::Facets facets = run_.machine()->facets();
    const Rectangle part = part_of(command);
    if (command.is_array) {
      mine = needed(facets.array_ports).read_array(command.name);
    } else if (!part.empty()) {
      mine = needed(facets.tile_ports).copy_out(command.name, part, a_tile(command));
    }
  });
  pass_transfer(command, copy_out_rate);
  return collect_parts(command, places, std::move(mine));
}

void Server::launch(const HostCommand& command) {
  const bool open = run_.machine() != nullptr && !run_.machine()->takes_launch(command.name);
  if (communicator_.max(open ? 1U : 0U) != 0) {
    deadlock("'" + command.name + "' cannot be launched before the last function is done");
  }
  pass_latency(command, launch_latency_cycles_);
  together(communicator_, [&] {
    if (run_.machine() != nullptr) run_.machine()->launch(command.name, command.arguments);
  });
}

void Server::flip_bit(const HostCommand& command) {
  together(communicator_, [&] {
    if (run_.machine() == nullptr) return;
    machine::CheckedMemory* const memory = run_.machine()->facets().checked_memory;
    if (memory == nullptr) {
      fail(Category::unsupported, "flip_bit '" + command.name +
                                      "': this machine's arrays have no check bits to flip behind");
    }
    memory->flip_bit(command.name, command.arguments.at(0), command.arguments.at(1));
  });
}

std::optional<machine::HostRequest> Server::host_request() {
  const machine::Requests* requests = run_.machine()->facets().requests;
  return requests != nullptr ? requests->host_request() : std::nullopt;
}

void Server::answer() {
  together(communicator_, [&] {
    if (run_.machine() != nullptr) needed(run_.machine()->facets().requests).answer();
  });
}

void Server::next_stream(const HostCommand& before) {
  std::uint64_t mine = 0;
  if (run_.machine() != nullptr)
    mine = needed(run_.machine()->facets().tile_ports).words_to_enter();
  const std::uint64_t left = communicator_.sum(mine);
  if (left == 0) return;
  deadlock("the host has a stream that waits for its turn: " + std::to_string(left) + " of " +
           counted(before.where.tiles() * before.elements, "word") + " of stream '" + before.name +
           "' are before it, and no tile takes them");
}

void Server::stream_in(const HostCommand& command, std::span<const std::byte> data) {
  const DealtPart mine = deal(placement(command), data);
  together(communicator_, [&] {
    const Rectangle part = part_of(command);
    if (part.empty()) return;
    with_words(mine.bytes, [&](std::span<const std::uint32_t> words) {
      needed(run_.machine()->facets().tile_ports)
          .stream_in(command.name, part, a_tile(command), words);
    });
  });
}

void Server::open_stream(const HostCommand& command) {
  const std::size_t tiles = part_of(command).tiles();
  open_streams_.push_back({command, std::vector<std::uint32_t>(tiles, 0),
                           std::vector<std::uint32_t>(tiles * command.elements, 0)});
}

void Server::take_words(OpenStream& open) {
  const Rectangle part = part_of(open.command);
  machine::TilePorts& ports = needed(run_.machine()->facets().tile_ports);
  std::size_t tile = 0;
  for (std::uint32_t y = part.y0; y < part.y1(); ++y) {
    for (std::uint32_t x = part.x0; x < part.x1(); ++x, ++tile) {
      std::uint32_t& have = open.taken[tile];
      const std::uint32_t wanted = a_tile(open.command);
      if (have == wanted) continue;
      std::vector<std::uint32_t> taken;
      const auto words = ports.stream_out(open.command.name, {x, y, 1, 1}, wanted - have, taken);
      const auto first = static_cast<std::ptrdiff_t>(tile * wanted + have);
      std::copy_n(words.begin(), taken.at(0), open.words.begin() + first);
      have += taken.at(0);
    }
  }
}

std::uint64_t Server::collect(std::uint64_t number) {
  OpenStream& open = open_streams_.at(number);
  std::uint64_t missing = 0;
  together(communicator_, [&] {
    if (!part_of(open.command).empty()) take_words(open);
    for (const std::uint32_t have : open.taken) missing += open.command.elements - have;
  });
  return communicator_.sum(missing);
}

std::vector<std::byte> Server::close_stream(std::uint64_t number) {
  const OpenStream open = std::move(open_streams_.at(number));
  open_streams_.erase(open_streams_.begin() + static_cast<std::ptrdiff_t>(number));
  const auto words = std::as_bytes(std::span(open.words));
  return collect_parts(open.command, placement(open.command), {words.begin(), words.end()});
}

}  // namespace weft::engine

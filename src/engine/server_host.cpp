// SPDX-License-Identifier: Apache-2.0
// Host commands on one rank: its part of the data, at the same cycle everywhere.
#include <algorithm>
#include <cstring>

#include "base/error.hpp"
#include "engine/layout.hpp"
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

/// A rank's part of a host array: root's own is the array itself where that is all of it.
struct Part {
  comm::Bytes held;
  std::span<const std::byte> bytes;
};

/// Root deals `data`; make(rank) copies a rank's part. Collective.
template <typename Make>
Part deal(const comm::Communicator& communicator, std::span<const std::byte> data,
          bool root_has_all, const Make& make) {
  Part mine;
  const bool all = communicator.is_root() && root_has_all;
  mine.held = communicator.scatter_in_turn(
      [&](int to) { return to == 0 && all ? comm::Bytes{} : make(static_cast<std::size_t>(to)); });
  mine.bytes = all ? data : std::span<const std::byte>(mine.held);
  return mine;
}

/// Root's array of `bytes` bytes from every rank's part; put(rank, part, data) places one.
/// Collective.
template <typename Put>
std::vector<std::byte> collect_all(const comm::Communicator& communicator,
                                   std::vector<std::byte> mine, bool root_has_all,
                                   std::uint64_t bytes, const Put& put) {
  std::vector<std::byte> data;
  const bool all = communicator.is_root() && root_has_all;
  std::optional<Failure> failure;
  communicator.gather_in_turn(mine, [&](int from, std::span<const std::byte> part) {
    if (all || failure) return;
    try {
      data.resize(bytes);
      put(static_cast<std::size_t>(from), part, data);
    } catch (...) {
      failure = current_failure();
    }
  });
  throw_agreed(communicator, failure);
  return all ? std::move(mine) : std::move(data);
}

}  // namespace

Rectangle Server::part_of(const HostCommand& command) const {
  return intersect(command.where, run_.slice().tiles);
}

void Server::pass_command_latency() {
  now_ += command_latency_cycles_;
  run_.restart(now_);
}

void Server::pass_transfer(const HostCommand& command, const char* rate) {
  if (plan_.topology->has(rate)) {
    // bytes / (numerator / denominator), rounded up.
    const topology::Rational bytes_per_cycle = plan_.topology->rational(rate);
    const auto numerator = static_cast<std::uint64_t>(bytes_per_cycle.numerator);
    const auto denominator = static_cast<std::uint64_t>(bytes_per_cycle.denominator);
    now_ += (command.data_bytes() * denominator + numerator - 1) / numerator;
  }
  run_.restart(now_);
}

void Server::copy_in(const HostCommand& command, std::span<const std::byte> data) {
  const Part mine =
      deal(communicator_, data, is_whole(command, partition_.slices[0]),
           [&](std::size_t to) { return take_part(command, data, partition_.slices[to]); });
  pass_command_latency();
  together(communicator_, [&] {
    const Rectangle part = part_of(command);
    if (part.empty()) return;
    run_.machine()->copy_in(command.name, part, a_tile(command), mine.bytes);
  });
  pass_transfer(command, copy_in_rate);
}

std::vector<std::byte> Server::copy_out(const HostCommand& command) {
  pass_command_latency();
  std::vector<std::byte> mine;
  together(communicator_, [&] {
    const Rectangle part = part_of(command);
    if (!part.empty()) mine = run_.machine()->copy_out(command.name, part, a_tile(command));
  });
  pass_transfer(command, copy_out_rate);
  return collect_parts(command, std::move(mine));
}

void Server::write_array(const HostCommand& command, std::span<const std::byte> data) {
  const PartsOfRanks& places =
      arrays_.parts(communicator_, run_.machine(), command.name, command.data_bytes());
  const bool all = communicator_.is_root() && is_whole(places[0], command.data_bytes());
  const Part mine =
      deal(communicator_, data, all, [&](std::size_t to) { return take_parts(places[to], data); });
  pass_command_latency();
  together(communicator_, [&] {
    if (run_.machine() != nullptr) run_.machine()->write_array(command.name, mine.bytes);
  });
  pass_transfer(command, copy_in_rate);
}

std::vector<std::byte> Server::read_array(const HostCommand& command) {
  const std::uint64_t bytes = command.data_bytes();
  const PartsOfRanks& places = arrays_.parts(communicator_, run_.machine(), command.name, bytes);
  pass_command_latency();
  std::vector<std::byte> mine;
  together(communicator_, [&] {
    if (run_.machine() != nullptr) mine = run_.machine()->read_array(command.name);
  });
  pass_transfer(command, copy_out_rate);
  const bool all = communicator_.is_root() && is_whole(places[0], bytes);
  return collect_all(communicator_, std::move(mine), all, bytes,
                     [&](std::size_t from, std::span<const std::byte> part,
                         std::span<std::byte> data) { put_parts(places[from], part, data); });
}

std::vector<std::byte> Server::collect_parts(const HostCommand& command,
                                             std::vector<std::byte> mine) {
  return collect_all(
      communicator_, std::move(mine), is_whole(command, partition_.slices[0]), command.data_bytes(),
      [&](std::size_t from, std::span<const std::byte> part, std::span<std::byte> data) {
        put_part(command, part, partition_.slices[from], data);
      });
}

void Server::launch(const HostCommand& command) {
  pass_command_latency();
  together(communicator_, [&] {
    if (run_.machine() != nullptr) run_.machine()->launch(command.name, command.arguments);
  });
}

std::optional<machine::HostRequest> Server::host_request() const {
  return run_.machine()->host_request();
}

void Server::answer() {
  together(communicator_, [&] {
    if (run_.machine() != nullptr) run_.machine()->answer();
  });
}

void Server::next_stream(const HostCommand& before) {
  const machine::Machine* machine = run_.machine();
  const std::uint64_t left =
      communicator_.sum(machine != nullptr ? machine->words_to_enter() : std::uint64_t{0});
  if (left == 0) return;
  deadlock("the host has a stream that waits for its turn: " + std::to_string(left) + " of " +
           std::to_string(before.where.tiles() * before.elements) + " words of stream '" +
           before.name + "' are before it, and no tile takes them");
}

void Server::stream_in(const HostCommand& command, std::span<const std::byte> data) {
  const Part mine =
      deal(communicator_, data, is_whole(command, partition_.slices[0]),
           [&](std::size_t to) { return take_part(command, data, partition_.slices[to]); });
  together(communicator_, [&] {
    const Rectangle part = part_of(command);
    if (part.empty()) return;
    with_words(mine.bytes, [&](std::span<const std::uint32_t> words) {
      run_.machine()->stream_in(command.name, part, a_tile(command), words);
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
  std::size_t tile = 0;
  for (std::uint32_t y = part.y0; y < part.y1(); ++y) {
    for (std::uint32_t x = part.x0; x < part.x1(); ++x, ++tile) {
      std::uint32_t& have = open.taken[tile];
      const std::uint32_t wanted = a_tile(open.command);
      if (have == wanted) continue;
      std::vector<std::uint32_t> taken;
      const auto words =
          run_.machine()->stream_out(open.command.name, {x, y, 1, 1}, wanted - have, taken);
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
  return collect_parts(open.command, {words.begin(), words.end()});
}

}  // namespace weft::engine

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

std::vector<std::uint32_t> words_of(std::span<const std::byte> bytes) {
  std::vector<std::uint32_t> words(bytes.size() / sizeof(std::uint32_t));
  if (!words.empty()) std::memcpy(words.data(), bytes.data(), words.size() * sizeof(words[0]));
  return words;
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
  std::vector<comm::Bytes> parts;
  if (communicator_.is_root()) parts = split(command, data, partition_.slices);
  const comm::Bytes mine = communicator_.scatter(parts);
  pass_command_latency();
  together(communicator_, [&] {
    const Rectangle part = part_of(command);
    if (part.empty()) return;
    run_.machine()->copy_in(command.name, part, a_tile(command), mine);
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
  return collect_parts(command, mine);
}

void Server::write_array(const HostCommand& command, std::span<const std::byte> data) {
  const PartsOfRanks& places =
      arrays_.parts(communicator_, run_.machine(), command.name, command.data_bytes());
  std::vector<comm::Bytes> parts;
  if (communicator_.is_root()) parts = split(places, data);
  const comm::Bytes mine = communicator_.scatter(parts);
  pass_command_latency();
  together(communicator_, [&] {
    if (run_.machine() != nullptr) run_.machine()->write_array(command.name, mine);
  });
  pass_transfer(command, copy_in_rate);
}

std::vector<std::byte> Server::read_array(const HostCommand& command) {
  const PartsOfRanks& places =
      arrays_.parts(communicator_, run_.machine(), command.name, command.data_bytes());
  pass_command_latency();
  std::vector<std::byte> mine;
  together(communicator_, [&] {
    if (run_.machine() != nullptr) mine = run_.machine()->read_array(command.name);
  });
  pass_transfer(command, copy_out_rate);
  const std::vector<comm::Bytes> parts = communicator_.gather(mine);
  std::vector<std::byte> data;
  together(communicator_, [&] {
    if (communicator_.is_root()) data = join(places, parts, command.data_bytes());
  });
  return data;
}

std::vector<std::byte> Server::collect_parts(const HostCommand& command,
                                             std::span<const std::byte> mine) {
  const std::vector<comm::Bytes> parts = communicator_.gather(mine);
  if (!communicator_.is_root()) return {};
  return join(command, parts, partition_.slices);
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

void Server::stream_in(const HostCommand& command, std::span<const std::byte> data) {
  std::vector<comm::Bytes> parts;
  if (communicator_.is_root()) parts = split(command, data, partition_.slices);
  const comm::Bytes mine = communicator_.scatter(parts);
  together(communicator_, [&] {
    const Rectangle part = part_of(command);
    if (part.empty()) return;
    run_.machine()->stream_in(command.name, part, a_tile(command), words_of(mine));
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
  return collect_parts(open.command, std::as_bytes(std::span(open.words)));
}

}  // namespace weft::engine

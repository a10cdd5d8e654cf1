// SPDX-License-Identifier: Apache-2.0
// Host streams in time.
#include "machine/wse/host_ports.hpp"

#include <algorithm>

namespace weft::machine::wse {

HostPorts::HostPorts(const Constants& constants)
    : in_rate_(constants.stream_in_bytes_per_cycle),
      out_rate_(constants.stream_out_bytes_per_cycle) {}

Cycle HostPorts::word_time(std::uint64_t words, const Ratio& bytes_per_cycle) const {
  const std::uint64_t slots = 4 * words * bytes_per_cycle.denominator;
  return (slots + bytes_per_cycle.numerator - 1) / bytes_per_cycle.numerator;
}

void HostPorts::put(std::uint32_t tile, std::uint8_t color, Cycle now, const std::uint32_t* words,
                    std::uint32_t count) {
  if (count == 0) return;
  InPort& port = in_[key(tile, color)];
  if (port.words.empty()) {
    port.start = now;
    port.sent = 0;
    port.next = now + word_time(1, in_rate_);
  }
  port.words.insert(port.words.end(), words, words + count);
}

void HostPorts::run_in(Cycle cycle, const fabric::Ramp& ramp) {
  for (auto at = in_.begin(); at != in_.end();) {
    InPort& port = at->second;
    const auto tile = static_cast<std::uint32_t>(at->first / 32);
    const auto color = static_cast<std::uint8_t>(at->first % 32);
    if (port.next > cycle || !ramp.injectable(tile, color)) {
      port.blocked = port.next <= cycle;
      ++at;
      continue;
    }
    port.blocked = false;
    ramp.inject(tile, {port.words.front(), color, false});
    port.words.pop_front();
    ++port.sent;
    port.next = std::max(cycle + 1, port.start + word_time(port.sent + 1, in_rate_));
    moved_ = true;
    at = port.words.empty() ? in_.erase(at) : std::next(at);
  }
}

void HostPorts::run_out(Cycle cycle, const fabric::Ramp& ramp, std::uint32_t tile) {
  const auto held = held_.find(tile);
  if (held != held_.end() && held->second > cycle) return;
  fabric::Wavelet wavelet;
  if (!ramp.collect(tile, wavelet)) return;
  OutPort& port = out_[key(tile, wavelet.color)];
  port.words.push_back(wavelet.payload);
  port.free_at = cycle + word_time(1, out_rate_);
  held_[tile] = port.free_at;
  moved_ = true;
}

void HostPorts::run(Cycle cycle, const fabric::Ramp& ramp, const std::uint32_t* touched,
                    std::size_t count) {
  moved_ = false;
  run_in(cycle, ramp);
  for (std::size_t i = 0; i < count; ++i) run_out(cycle, ramp, touched[i]);
  for (auto at = held_.begin(); at != held_.end();) {
    if (at->second > cycle) {
      ++at;
      continue;
    }
    const std::uint32_t tile = at->first;
    at = held_.erase(at);
    run_out(cycle, ramp, tile);
    at = held_.upper_bound(tile);
  }
}

Cycle HostPorts::next_activity() const {
  Cycle least = never;
  for (const auto& [k, port] : in_) {
    if (!port.blocked) least = std::min(least, port.next);
  }
  for (const auto& [tile, due] : held_) least = std::min(least, due);
  return least;
}

std::uint32_t HostPorts::take(std::uint32_t tile, std::uint8_t color, std::uint32_t most,
                              std::uint32_t* words) {
  const auto at = out_.find(key(tile, color));
  if (at == out_.end()) return 0;
  auto& queue = at->second.words;
  const auto count = static_cast<std::uint32_t>(std::min<std::size_t>(most, queue.size()));
  std::copy_n(queue.begin(), count, words);
  queue.erase(queue.begin(), queue.begin() + count);
  return count;
}

std::uint64_t HostPorts::words_to_enter() const {
  std::uint64_t words = 0;
  for (const auto& [k, port] : in_) words += port.words.size();
  return words;
}

std::size_t HostPorts::available(std::uint32_t tile, std::uint8_t color) const {
  const auto at = out_.find(key(tile, color));
  return at == out_.end() ? 0 : at->second.words.size();
}

void HostPorts::save(ByteWriter& out) const {
  const auto words = [&](const std::deque<std::uint32_t>& queue) {
    out.values(std::vector<std::uint32_t>(queue.begin(), queue.end()));
  };
  out.value(std::uint64_t{in_.size()});
  for (const auto& [k, port] : in_) {
    for (const std::uint64_t value : {k, port.start, port.sent, port.next}) out.value(value);
    out.value(port.blocked);
    words(port.words);
  }
  out.value(std::uint64_t{out_.size()});
  for (const auto& [k, port] : out_) {
    out.value(k);
    out.value(port.free_at);
    words(port.words);
  }
  out.value(std::uint64_t{held_.size()});
  for (const auto& [tile, due] : held_) {
    out.value(tile);
    out.value(due);
  }
}

void HostPorts::load(ByteReader& in) {
  const auto words = [&](std::deque<std::uint32_t>& queue) {
    const auto values = in.values<std::uint32_t>();
    queue.assign(values.begin(), values.end());
  };
  in_.clear();
  out_.clear();
  held_.clear();
  for (std::uint64_t n = in.count(); n > 0; --n) {
    InPort& port = in_[in.value<std::uint64_t>()];
    for (auto* value : {&port.start, &port.sent, &port.next}) *value = in.value<std::uint64_t>();
    port.blocked = in.value<bool>();
    words(port.words);
  }
  for (std::uint64_t n = in.count(); n > 0; --n) {
    OutPort& port = out_[in.value<std::uint64_t>()];
    port.free_at = in.value<Cycle>();
    words(port.words);
  }
  for (std::uint64_t n = in.count(); n > 0; --n) {
    const auto tile = in.value<std::uint32_t>();
    held_[tile] = in.value<Cycle>();
  }
}

}  // namespace weft::machine::wse

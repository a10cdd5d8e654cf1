// SPDX-License-Identifier: Apache-2.0
// A transfer in one cycle: what it gives out, and the burst that it issues.
#include <algorithm>

#include "machine/rdu/rdu.hpp"

namespace weft::machine::rdu {

using form::none;
using TransferKind = form::Transfer::Kind;

namespace {
constexpr std::uint64_t burst_words = form::burst_bytes / form::word_bytes;
constexpr std::size_t ways_held = 1024;
}  // namespace

Bursts::Bursts(Rdu& rdu, std::uint32_t transfer, Cycle cycle)
    : rdu_(rdu),
      number_(transfer),
      at_(cycle),
      t_(rdu.program_.transfers[transfer]),
      timing_(rdu.constants_.timing.dram_of(rdu.program_.units[t_.unit].kind)),
      s_(rdu.transfers_[transfer]),
      dram_(rdu.drams_[rdu.dram_of_[t_.unit]]) {}

bool Bursts::gives_data() const {
  return t_.kind == TransferKind::load || t_.kind == TransferKind::gather;
}
bool Bursts::is_dense() const {
  return t_.kind == TransferKind::load || t_.kind == TransferKind::store;
}

Cycle Bursts::run() {
  bool acts = false;
  Line& to = rdu_.lines_[out()];
  if (!s_.pending.empty() && s_.pending.front().ready <= at_ && to.rooms.is_ready(at_)) {
    rdu_.push(out(), at_, s_.pending.front().token);
    ++did_.sent;
    s_.pending.pop_front();
    acts = true;
  }
  const std::uint64_t most = std::uint64_t{timing_.outstanding} * form::lanes_most;
  if (s_.pending.size() * t_.lanes < most) {
    acts = (is_dense() ? issue_dense() : issue_sparse()) || acts;
  }
  did_.cycle = at_;
  did_.actor = static_cast<std::uint32_t>(rdu_.contexts_.size()) + number_;
  if (acts && rdu_.is_seen(at_)) rdu_.note(did_);
  if (acts && !rdu_.is_seen(at_)) rdu_.ahead_.add(did_);
  if (acts) return at_ + 1;
  Cycle next = never;
  if (!s_.pending.empty()) {
    const Cycle ready = s_.pending.front().ready;
    next = ready > at_ ? ready : to.rooms.next_after(at_);
  }
  for (const std::uint32_t channel : {t_.address, t_.size, gives_data() ? none : t_.data}) {
    if (channel != none) next = std::min(next, rdu_.lines_[channel].tokens.next_after(at_));
  }
  return next;
}

bool Bursts::is_good(std::int64_t address, std::int64_t bytes) {
  const std::int64_t end = static_cast<std::int64_t>(dram_.words.size()) * form::word_bytes;
  form::Fault fault{at_, rdu_.tiles_[t_.unit], form::FaultCode::count_, none, number_, 0, address};
  if (address % form::word_bytes != 0 || bytes % form::word_bytes != 0) {
    fault.code = form::FaultCode::unaligned_dram;
    if (address % form::word_bytes == 0) fault.value = bytes;
  } else if (bytes < 0 || address + bytes > end) {
    fault.code = form::FaultCode::beyond_dram;
    fault.value = bytes < 0 ? bytes : address + bytes - 1;
  } else {
    return true;
  }
  rdu_.refuse(fault);
  return false;
}

/// Where the command begins; none, the run being refused, where its table has no such row.
std::optional<std::int64_t> Bursts::begin_of_command() {
  const std::uint32_t given = *rdu_.lines_[t_.address].head_words();
  if (t_.table.rows == 0) return given;
  const auto number = static_cast<std::int32_t>(given);
  const std::optional<std::int64_t> address = t_.table.address_of(number);
  if (!address) {
    rdu_.refuse(
        {at_, rdu_.tiles_[t_.unit], form::FaultCode::beyond_table, none, number_, 0, number});
  }
  return address;
}

bool Bursts::is_open(std::uint64_t bank, std::uint64_t row) const {
  const std::uint64_t first = bank * form::rows_held;
  if (dram_.rows[first] == row) return true;
  for (std::uint64_t i = first + 1; i < first + form::rows_held; ++i) {
    if (dram_.rows[i] == row && at_ <= dram_.opened[i] + timing_.row_window_cycles) return true;
  }
  return false;
}

void Bursts::open(std::uint64_t bank, std::uint64_t row) {
  const auto rows = dram_.rows.begin() + static_cast<std::ptrdiff_t>(bank * form::rows_held);
  const auto opened = dram_.opened.begin() + static_cast<std::ptrdiff_t>(bank * form::rows_held);
  std::rotate(rows, rows + form::rows_held - 1, rows + form::rows_held);
  std::rotate(opened, opened + form::rows_held - 1, opened + form::rows_held);
  *rows = row;
  *opened = at_;
  ++did_.row_changes;
}

void Bursts::issue(std::uint64_t burst) {
  if (t_.kind == TransferKind::add) {
    read(burst);
    give_channel(burst);
  } else if (gives_data()) {
    read(burst);
  } else {
    s_.ready = std::max(s_.ready, give_channel(burst) + timing_.write_latency_cycles);
  }
}

/// Unless it is on its way.
void Bursts::read(std::uint64_t burst) {
  const auto found = dram_.on_the_way.find(burst);
  if (found != dram_.on_the_way.end() && found->second > at_) {
    s_.ready = std::max(s_.ready, found->second);
    return;
  }
  const Cycle comes = give_channel(burst) + timing_.latency_cycles;
  if (dram_.on_the_way.size() >= ways_held) forget_ways();
  dram_.on_the_way[burst] = comes;
  s_.ready = std::max(s_.ready, comes);
}

/// The cycle in which the burst's channel has given or taken it.
Cycle Bursts::give_channel(std::uint64_t burst) {
  const std::uint64_t channel = burst % timing_.channels;
  const std::uint64_t row = burst / timing_.channels * form::burst_bytes / timing_.row_bytes;
  const std::uint64_t bank = channel * timing_.banks + row % timing_.banks;
  const bool other_row = !is_open(bank, row);
  const Cycle ready = std::max(at_, dram_.bank_free[bank]) + (other_row ? timing_.row_cycles : 0);
  dram_.free[channel] = std::max(ready, dram_.free[channel]) + timing_.burst_cycles;
  dram_.bank_free[bank] = dram_.free[channel];
  ++did_.bursts;
  if (other_row) open(bank, row);
  return dram_.free[channel];
}

/// Bursts that have come need not be known any longer.
void Bursts::forget_ways() {
  std::erase_if(dram_.on_the_way, [this](const auto& way) { return way.second <= at_; });
}

void Bursts::finish(const Token& token, form::Dropped dropped) {
  const Cycle leaves = std::max(s_.ready, s_.next) + dropped.before;
  s_.next = leaves + 1 + dropped.after;
  s_.pending.push_back({leaves, token});
}

void Bursts::ended(std::uint64_t bytes) {
  ++s_.commands;
  rdu_.moved(number_, bytes, at_);
}

bool Bursts::issue_dense() {
  Line& addresses = rdu_.lines_[t_.address];
  Line& sizes = rdu_.lines_[t_.size];
  if (!addresses.tokens.is_ready(at_) || !sizes.tokens.is_ready(at_)) return false;
  const std::optional<std::int64_t> address = begin_of_command();
  const std::int64_t bytes = static_cast<std::int32_t>(*sizes.head_words());
  if (!address || !is_good(*address, bytes)) return false;
  const std::uint64_t first = static_cast<std::uint64_t>(*address) / form::word_bytes;
  const std::uint64_t count = static_cast<std::uint64_t>(bytes) / form::word_bytes;
  if (s_.word == 0) s_.ready = at_;
  if (count > 0) {
    const std::uint64_t burst = (first + s_.word) / burst_words;
    const std::uint64_t end = std::min(count, (burst + 1) * burst_words - first);
    if (t_.kind == TransferKind::store && (end - 1) / t_.lanes >= s_.taken) {
      Line& data = rdu_.lines_[t_.data];
      if (!data.tokens.is_ready(at_)) return false;
      Token& held = s_.held[s_.taken % s_.held.size()];
      held.mask = data.head_mask();
      std::copy_n(data.head_words(), form::lanes_most, held.words.begin());
      rdu_.pop(t_.data, at_);
      if ((end - 1) / t_.lanes > s_.taken++) return true;  // the burst wants more
    }
    issue(burst);
    move_words(first, end, count);
  }
  if (s_.word < count) return true;
  rdu_.pop(t_.address, at_);
  rdu_.pop(t_.size, at_);
  if (t_.kind == TransferKind::store) finish({1, {1}});
  s_.word = 0;
  s_.taken = 0;
  ended(count * form::word_bytes);
  return true;
}

/// Words of a command up to `end`, which lie in the burst that is issued.
void Bursts::move_words(std::uint64_t first, std::uint64_t end, std::uint64_t count) {
  const bool loads = t_.kind == TransferKind::load;
  (loads ? did_.bytes_read : did_.bytes_written) += (end - s_.word) * form::word_bytes;
  for (; s_.word < end; ++s_.word) {
    const std::uint64_t lane = s_.word % t_.lanes;
    std::uint32_t& word = dram_.words[first + s_.word];
    if (!loads) {
      const Token& data = s_.held[s_.word / t_.lanes % s_.held.size()];
      if (((data.mask >> lane) & 1U) != 0) word = data.words[lane];
      continue;
    }
    s_.part.words[lane] = word;
    s_.part.mask |= 1U << lane;
    if (lane + 1 < t_.lanes && s_.word + 1 < count) continue;
    form::Dropped dropped = form::dropped_of(first, count, t_.lanes);
    if (s_.word >= t_.lanes) dropped.before = 0;
    if (s_.word + 1 < count) dropped.after = 0;
    finish(s_.part, dropped);
    s_.part = {0, {}};
  }
}

/// True where another burst is needed for the lane.
bool Bursts::move_lane(std::uint32_t lane, std::uint32_t address, bool& issued) {
  const std::uint64_t at = address / form::word_bytes;
  const std::uint64_t burst = at / burst_words;
  if (!issued || burst != s_.bursts.back()) {
    if (std::find(s_.bursts.begin(), s_.bursts.end(), burst) != s_.bursts.end()) return false;
    if (issued) return true;
    issue(burst);
    s_.bursts.push_back(burst);
    issued = true;
  }
  if (t_.kind == TransferKind::gather) {
    s_.part.words[lane] = dram_.words[at];
    s_.part.mask |= 1U << lane;
    did_.bytes_read += form::word_bytes;
  } else if (t_.kind == TransferKind::add) {
    std::uint32_t& word = dram_.words[at];
    word = numerics::apply(form::WordOperation::add, t_.type, t_.type, word,
                           rdu_.lines_[t_.data].head_words()[lane], 0);
    s_.part.words[lane] = word;
    s_.part.mask |= 1U << lane;
    did_.bytes_read += form::word_bytes;
    did_.bytes_written += form::word_bytes;
  } else {
    dram_.words[at] = rdu_.lines_[t_.data].head_words()[lane];
    did_.bytes_written += form::word_bytes;
  }
  return false;
}

bool Bursts::issue_sparse() {
  const bool gathers = t_.kind == TransferKind::gather;
  const Line& addresses = rdu_.lines_[t_.address];
  const Line& data = rdu_.lines_[t_.data];
  if (!addresses.tokens.is_ready(at_)) return false;
  if (!gathers && !data.tokens.is_ready(at_)) return false;
  const std::uint32_t mask = addresses.head_mask() & (gathers ? ~0U : data.head_mask());
  if (s_.bursts.empty()) s_.ready = at_;
  bool issued = false;
  bool more = false;
  std::uint64_t words = 0;
  for (std::uint32_t lane = 0; lane < form::lanes_most; ++lane) {
    if (((mask >> lane) & 1U) == 0) continue;
    ++words;
    const std::uint32_t address = addresses.head_words()[lane];
    if (!is_good(address, form::word_bytes)) return false;
    more = move_lane(lane, address, issued) || more;
  }
  if (more) return true;
  rdu_.pop(t_.address, at_);
  if (!gathers) rdu_.pop(t_.data, at_);
  finish(t_.kind == TransferKind::scatter ? Token{1, {1}} : s_.part);
  s_.part = {0, {}};
  s_.bursts.clear();
  ended(words * form::word_bytes);
  return true;
}

}  // namespace weft::machine::rdu

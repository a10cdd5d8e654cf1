// SPDX-License-Identifier: Apache-2.0
// The naive RDU's transfers: a burst a cycle.
#include "program/rdu_oracle_parts.hpp"

namespace weft::program::rdu::oracle {

namespace {
constexpr std::uint64_t burst_words = burst_bytes / word_bytes;
}

bool Engine::check(Cycle t, std::int64_t address, std::int64_t bytes) {
  const std::int64_t end = static_cast<std::int64_t>(dram_.words.size()) * word_bytes;
  FaultCode code = FaultCode::count_;
  std::int64_t value = address;
  if (address % word_bytes != 0 || bytes % word_bytes != 0) {
    code = FaultCode::unaligned_dram;
    if (address % word_bytes == 0) value = bytes;
  } else if (address < 0 || bytes < 0 || address + bytes > end) {
    code = FaultCode::beyond_dram;
    if (address >= 0) value = bytes < 0 ? bytes : address + bytes - 1;
  }
  if (code == FaultCode::count_) return true;
  fault_ = Fault{t, 0, code, none, number_, 0, value};
  return false;
}

/// Where the command begins; none with a fault where its table has no such row.
std::optional<std::int64_t> Engine::begin_of_command(Cycle t) {
  const std::uint32_t given = line(t_.address).head().words[0];
  if (t_.table.rows == 0) return given;
  const auto number = static_cast<std::int32_t>(given);
  const std::optional<std::int64_t> address = t_.table.address_of(number);
  if (!address) fault_ = Fault{t, 0, FaultCode::beyond_table, none, number_, 0, number};
  return address;
}

void Engine::finish(Cycle ready, const Token& token, Dropped dropped) {
  const Cycle leaves = std::max(ready, next_) + dropped.before;
  next_ = leaves + 1 + dropped.after;
  pending_.emplace_back(leaves, token);
  last_ = std::max(last_, leaves);
}

bool Engine::tick(Cycle t) {
  bool acts = false;
  if (!pending_.empty() && pending_.front().first <= t && line(out()).has_room(t)) {
    line(out()).push(t, pending_.front().second);
    pending_.pop_front();
    acts = true;
  }
  if (pending_.size() * t_.lanes >= std::uint64_t{timing_.outstanding} * lanes_most) return acts;
  const bool issues = is_dense() ? issue_dense(t) : issue_sparse(t);
  if (issues) last_ = std::max(last_, t + 1);
  return acts || issues;
}

bool Engine::issue_dense(Cycle t) {
  if (!line(t_.address).has_token(t) || !line(t_.size).has_token(t)) return false;
  const std::optional<std::int64_t> address = begin_of_command(t);
  const std::int64_t bytes = static_cast<std::int32_t>(line(t_.size).head().words[0]);
  if (!address || !check(t, *address, bytes)) return false;
  const std::uint64_t first = static_cast<std::uint64_t>(*address) / word_bytes;
  const std::uint64_t count = static_cast<std::uint64_t>(bytes) / word_bytes;
  const bool loads = t_.kind == Transfer::Kind::load;
  if (word_ == 0) ready_ = t;
  if (count > 0) {
    const std::uint64_t burst = (first + word_) / burst_words;
    const std::uint64_t end = std::min(count, (burst + 1) * burst_words - first);
    if (!loads && (end - 1) / t_.lanes >= taken_) {
      if (!line(t_.data).has_token(t)) return false;
      held_[taken_ % std::size(held_)] = line(t_.data).head();
      line(t_.data).pop(t);
      if ((end - 1) / t_.lanes > taken_++) return true;  // the burst wants more
    }
    ready_ = std::max(ready_, dram_.issue(t, burst, timing_, !loads));
    for (; word_ < end; ++word_) {
      const std::uint64_t lane = word_ % t_.lanes;
      std::uint32_t& word = dram_.words[first + word_];
      if (loads) {
        part_.words[lane] = word;
        part_.mask |= 1U << lane;
        if (lane + 1 < t_.lanes && word_ + 1 < count) continue;
        Dropped dropped = dropped_of(first, count, t_.lanes);
        if (word_ >= t_.lanes) dropped.before = 0;
        if (word_ + 1 < count) dropped.after = 0;
        finish(ready_, part_, dropped);
        part_ = {0, {}};
        // The rest of this burst is of the next vector.
      } else {
        const Token& data = held_[word_ / t_.lanes % std::size(held_)];
        if (((data.mask >> lane) & 1U) != 0) word = data.words[lane];
      }
    }
  }
  if (word_ < count) return true;
  line(t_.address).pop(t);
  line(t_.size).pop(t);
  if (!loads) finish(ready_, Token{1, {1}});
  word_ = 0;
  taken_ = 0;
  return true;
}

bool Engine::issue_sparse(Cycle t) {
  const bool gathers = t_.kind == Transfer::Kind::gather;
  const bool adds = t_.kind == Transfer::Kind::add;
  if (!line(t_.address).has_token(t)) return false;
  if (!gathers && !line(t_.data).has_token(t)) return false;
  const Token& addresses = line(t_.address).head();
  const Token data = gathers ? Token{} : line(t_.data).head();
  const std::uint32_t mask = gathers ? addresses.mask : addresses.mask & data.mask;
  if (bursts_.empty()) ready_ = t;
  bool issued = false;
  bool more = false;
  for (std::uint32_t lane = 0; lane < lanes_most; ++lane) {
    if (((mask >> lane) & 1U) == 0) continue;
    const std::int64_t address = addresses.words[lane];
    if (!check(t, address, word_bytes)) return false;
    const auto at = static_cast<std::uint64_t>(address) / word_bytes;
    const std::uint64_t burst = at / burst_words;
    if (issued && burst == bursts_.back()) {
      // Of the burst that goes now.
    } else if (std::find(bursts_.begin(), bursts_.end(), burst) != bursts_.end()) {
      continue;
    } else if (issued) {
      more = true;
      continue;
    } else {
      ready_ = std::max(ready_, dram_.issue(t, burst, timing_, !gathers && !adds));
      if (adds) dram_.issue(t, burst, timing_, true);
      bursts_.push_back(burst);
      issued = true;
    }
    if (gathers) {
      part_.words[lane] = dram_.words[at];
      part_.mask |= 1U << lane;
    } else if (adds) {
      part_.words[lane] = dram_.words[at] =
          apply(WordOperation::add, t_.type, t_.type, dram_.words[at], data.words[lane], 0);
      part_.mask |= 1U << lane;
    } else {
      dram_.words[at] = data.words[lane];
    }
  }
  if (more) return true;
  line(t_.address).pop(t);
  if (!gathers) line(t_.data).pop(t);
  finish(ready_, gathers || adds ? part_ : Token{1, {1}});
  part_ = {0, {}};
  bursts_.clear();
  return true;
}

std::optional<Wait> Engine::wait(Cycle t) const {
  const End who{none, number_, 0};
  const auto on = [&](std::uint32_t channel, bool for_room) {
    const Line& at = line(channel);
    const auto held = for_room ? at.channel->capacity - at.rooms.size() : at.tokens.size();
    return Wait{who, channel, for_room, static_cast<std::uint32_t>(held)};
  };
  if (!pending_.empty()) return on(out(), true);
  bool any = word_ > 0 || !bursts_.empty();
  std::optional<Wait> first;
  for (const std::uint32_t channel : {t_.address, t_.size, gives_data() ? none : t_.data}) {
    if (channel == none) continue;
    if (line(channel).tokens.size() > line(channel).channel->initial) any = true;
    if (!first && !line(channel).has_token(t)) first = on(channel, false);
  }
  return any ? first : std::nullopt;
}

}  // namespace weft::program::rdu::oracle

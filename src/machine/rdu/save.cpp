// SPDX-License-Identifier: Apache-2.0
// A slice's state as bytes: tokens and room on their way, contexts, memories, DRAMs.
#include <algorithm>
#include <optional>
#include <span>

#include "base/bytes.hpp"
#include "machine/rdu/rdu.hpp"

namespace weft::machine::rdu {

using form::none;

namespace {

void write(ByteWriter& out, const Ring& ring) {
  out.value(ring.size());
  for (std::uint32_t k = 0; k < ring.size(); ++k) out.value(ring.cycle(k));
}

std::uint32_t read_count(ByteReader& in, const Ring& ring) {
  const auto count = in.value<std::uint32_t>();
  if (count > ring.capacity()) in.refuse("holds more tokens than a channel");
  return count;
}

void read(ByteReader& in, Ring& ring) {
  ring.clear();
  for (std::uint32_t left = read_count(in, ring); left > 0; --left) ring.push(in.value<Cycle>());
}

void write_tokens(ByteWriter& out, const Line& line) {
  write(out, line.tokens);
  for (std::uint32_t k = 0; k < line.tokens.size(); ++k) {
    const std::uint32_t place = line.tokens.place_of(k);
    out.value(line.masks[place]);
    for (std::uint32_t lane = 0; lane < line.width(); ++lane) {
      out.value(line.words[std::size_t{place} * line.width() + lane]);
    }
  }
}

void read_tokens(ByteReader& in, Line& line) {
  read(in, line.tokens);
  for (std::uint32_t k = 0; k < line.tokens.size(); ++k) {
    const std::uint32_t place = line.tokens.place_of(k);
    line.masks[place] = in.value<std::uint32_t>();
    for (std::uint32_t lane = 0; lane < line.width(); ++lane) {
      line.words[std::size_t{place} * line.width() + lane] = in.value<std::uint32_t>();
    }
  }
}

/// Writes or reads, by the archive.
template <typename Archive>
void visit_state(Archive& archive, ContextState& state) {
  visit_all(archive, state.free, state.begun, state.firings, state.started, state.fired, state.done,
            state.since, state.reason, state.slot, state.recorded, state.did.firings,
            state.did.busy, state.did.first, state.did.last);
  for (auto& cycles : state.slots) visit(archive, cycles);
  for (Scope& scope : state.scopes) {
    visit_all(archive, scope.begun, scope.firings, scope.number);
  }
  for (auto& waited : state.waited) visit(archive, waited);
  visit(archive, state.tally.firings);
  for (auto& waited : state.tally.waited) visit(archive, waited);
  for (auto& at : state.at) visit(archive, at);
  for (auto& word : state.registers) visit(archive, word);
  for (auto& turn : state.load_turns) visit(archive, turn);
  for (auto& turn : state.store_turns) visit(archive, turn);
  for (numerics::OutputStationaryBody& body : state.bodies) {
    for (auto& sum : body.sums) visit(archive, sum);
    for (auto& sum : body.done) visit(archive, sum);
  }
  for (Sum& sum : state.sums) {
    visit(archive, sum.any);
    for (auto& word : sum.words) visit(archive, word);
  }
}

template <typename Archive>
void visit_token(Archive& archive, Token& token) {
  visit(archive, token.mask);
  for (auto& word : token.words) visit(archive, word);
}

template <typename Archive>
void visit_state(Archive& archive, TransferState& state) {
  visit_all(archive, state.word, state.taken, state.ready, state.next, state.commands,
            state.bursts);
  visit_token(archive, state.part);
  for (Token& token : state.held) visit_token(archive, token);
  std::uint64_t pending = state.pending.size();
  visit(archive, pending);
  if constexpr (Archive::reading) {
    if (pending > archive.left() / sizeof(Cycle)) archive.refuse("holds more than its bytes");
    state.pending.assign(pending, {});
  }
  for (Pending& one : state.pending) {
    visit(archive, one.ready);
    visit_token(archive, one.token);
  }
}

void check(ByteReader& in, const form::Program& program, const form::Context& context,
           const ContextState& state) {
  bool good = state.reason <= Reason::rests;
  good = good && (state.slot == none || state.slot < state.slots.size());
  good = good && state.recorded <= state.scopes.size();
  for (std::size_t n = 0; n < context.nodes.size(); ++n) {
    const form::Node& node = context.nodes[n];
    if (node.kind != form::Node::Kind::load) continue;
    good = good && state.load_turns[n] < program.memories[node.at].buffers;
  }
  for (std::size_t s = 0; s < context.stores.size(); ++s) {
    good = good && state.store_turns[s] < program.memories[context.stores[s].memory].buffers;
  }
  for (const std::int64_t at : state.at) good = good && at >= 0;
  if (!good) in.refuse("holds what a context can't have");
}

}  // namespace

std::vector<std::byte> Rdu::save() const {
  ByteWriter out;
  out.value(now_);
  out.value(floor_);
  out.value(last_done_);
  out.value(last_arrival_);
  out.value(error_.has_value());
  if (error_) out.value(*error_);
  out.values(wake_);
  out.values(busy_);
  out.values(sent_);
  for (const Line& line : lines_) {
    write_tokens(out, line);
    write(out, line.rooms);
    for (const auto count : {line.sent, line.blocked, line.starved, line.rested}) out.value(count);
  }
  for (const std::uint32_t actor : actors_) {
    if (actor < contexts_.size()) {
      ContextState state = contexts_[actor];
      visit_state(out, state);
    } else if (actor == mesh_actor()) {
      mesh_.save(out);
    } else {
      TransferState state = transfers_[actor - contexts_.size()];
      visit_state(out, state);
    }
  }
  for (const auto& words : memories_) out.values(words);
  for (const Dram& dram : drams_) {
    out.values(dram.words);
    out.values(dram.free);
    out.values(dram.bank_free);
    out.values(dram.rows);
    out.values(dram.opened);
    out.value(static_cast<std::uint64_t>(dram.on_the_way.size()));
    for (const auto& [burst, comes] : dram.on_the_way) {
      out.value(burst);
      out.value(comes);
    }
    for (const auto count : {dram.bytes_read, dram.bytes_written, dram.bursts, dram.row_changes}) {
      out.value(count);
    }
  }
  for (const auto& records : departures_) out.values(records);
  out.values(ahead_.all());
  out.values(ahead_rows_);
  return out.take();
}

void Rdu::load(std::span<const std::byte> state) {
  std::fill(known_.begin(), known_.end(), std::uint8_t{0});
  std::fill(orders_.begin(), orders_.end(), Order{});
  ByteReader in(state, "saved state");
  now_ = in.value<Cycle>();
  visible_ = now_;
  floor_ = in.value<Cycle>();
  last_done_ = in.value<Cycle>();
  last_arrival_ = in.value<Cycle>();
  error_.reset();
  if (in.value<bool>()) error_ = in.value<KernelError>();
  in.values_into(std::span(wake_));
  in.values_into(std::span(busy_));
  in.values_into(std::span(sent_));
  for (Line& line : lines_) {
    read_tokens(in, line);
    read(in, line.rooms);
    for (auto* count : {&line.sent, &line.blocked, &line.starved, &line.rested}) {
      *count = in.value<std::uint64_t>();
    }
  }
  for (const std::uint32_t actor : actors_) {
    if (actor < contexts_.size()) {
      visit_state(in, contexts_[actor]);
      check(in, program_, program_.contexts[actor], contexts_[actor]);
    } else if (actor == mesh_actor()) {
      mesh_.load(in);
    } else {
      visit_state(in, transfers_[actor - contexts_.size()]);
    }
  }
  for (auto& words : memories_) in.values_into(std::span(words));
  for (Dram& dram : drams_) {
    in.values_into(std::span(dram.words));
    in.values_into(std::span(dram.free));
    in.values_into(std::span(dram.bank_free));
    in.values_into(std::span(dram.rows));
    in.values_into(std::span(dram.opened));
    dram.on_the_way.clear();
    for (auto ways = in.value<std::uint64_t>(); ways > 0; --ways) {
      const auto burst = in.value<std::uint64_t>();
      dram.on_the_way[burst] = in.value<Cycle>();
    }
    for (auto* count : {&dram.bytes_read, &dram.bytes_written, &dram.bursts, &dram.row_changes}) {
      *count = in.value<std::uint64_t>();
    }
  }
  for (auto& records : departures_) records = in.values<CutRecord>();
  ahead_.clear();
  for (const Happened& happened : in.values<Happened>()) ahead_.add(happened);
  ahead_rows_ = in.values<LaterRow>();
  in.finish();
}

}  // namespace weft::machine::rdu

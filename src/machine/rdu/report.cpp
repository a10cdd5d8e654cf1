// SPDX-License-Identifier: Apache-2.0
// What a slice tells: rows, counts, who waits for what.
#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "machine/layer_rows.hpp"
#include "machine/rdu/rdu.hpp"

namespace weft::machine::rdu {

using form::none;

std::vector<StreamInfo> Rdu::streams() const {
  std::vector<StreamInfo> list = {
      {"scopes",
       "goes of contexts through their counters, and commands of transfers, by their last cycle",
       "context, or transfer",
       "firings, or bytes",
       {"context", "transfer"},
       TraceLevel::runs},
      {"tokens",
       "tokens by the cycle in which they leave their producer",
       "channel",
       "hash of mask and words",
       {"token"},
       TraceLevel::full},
      {"iterations",
       "iterations of contexts' counters, by their last cycle; of each counter the first 256",
       "context",
       "count of firings; from bit 32 on the iteration's number",
       {"level 1", "level 2", "level 3", "level 4", "level 5", "level 6", "level 7", "level 8"},
       TraceLevel::runs},
      {"waits",
       "of the whole run: what contexts did, and what they waited for on their channels",
       "context, or channel",
       "firings, cycles, a cycle, or tokens",
       {"fired", "busy", "first", "last", "tokens", "input", "dram", "rest", "room"},
       TraceLevel::phases}};
  if (!program_.layers.empty()) {
    list.push_back(told_of_layers(
        "layers run at the same time: begin is the first firing of a context that works for the "
        "layer, loads of its operands among them, cycles are those in which its busiest context "
        "fired"));
  }
  return list;
}

void Rdu::conclude_layers(Cycle cycle, Recorder& recorder) const {
  for (const std::uint32_t actor : actors_) {
    if (actor >= contexts_.size()) continue;
    const form::Context& context = program_.contexts[actor];
    const Did& did = contexts_[actor].did;
    if (context.layer == none || did.firings == 0) continue;
    append_layer(recorder, layers_stream, cycle, TileId{tiles_[context.unit]}, actor, context.layer,
                 {did.first, did.last + 1, did.busy});
  }
}

void Rdu::went_through(std::uint32_t number, Cycle cycle) {
  const form::Context& context = program_.contexts[number];
  ContextState& state = contexts_[number];
  if (!context.counters.empty()) {
    const Cycle duration = std::min<Cycle>(cycle - state.begun + 1, 0xffffffffU);
    append(scopes_stream, cycle,
           {cycle, TileId{tiles_[context.unit]}, number, 0, number,
            static_cast<std::uint32_t>(duration), 0, state.firings});
  }
  state.begun = never;
  state.firings = 0;
}

void Rdu::moved(std::uint32_t transfer, std::uint64_t bytes, Cycle cycle) {
  const auto sequence = static_cast<std::uint32_t>(program_.contexts.size()) + transfer;
  append(scopes_stream, cycle,
         {cycle, TileId{tiles_[program_.transfers[transfer].unit]}, sequence, 1, transfer, 0, 0,
          bytes});
}

/// The counter outside of the level has made a step.
void Rdu::went_round(std::uint32_t number, std::uint32_t level, Cycle cycle,
                     std::uint64_t firings) {
  Scope& scope = contexts_[number].scopes[level];
  if (scope.number == iterations_most) return;
  const Cycle duration = std::min<Cycle>(cycle - scope.begun + 1, 0xffffffffU);
  const std::uint64_t count = std::min<std::uint64_t>(firings - scope.firings, 0xffffffffU);
  append(iterations_stream, cycle,
         {cycle, TileId{tiles_[program_.contexts[number].unit]},
          number * iteration_levels + level - 1, level - 1, number,
          static_cast<std::uint32_t>(duration), 0, std::uint64_t{scope.number++} << 32U | count});
}

void Rdu::conclude(Cycle cycle, Recorder& recorder) {
  enum Kind : std::uint32_t { fired, busy, first, last, tokens, input, dram, rest, room, kinds };
  const auto contexts = static_cast<std::uint32_t>(contexts_.size());
  const auto add = [&](std::uint32_t unit, Kind kind, std::uint32_t sequence, std::uint32_t id,
                       std::uint64_t number) {
    recorder.append(waits_stream,
                    {cycle, TileId{tiles_[unit]}, sequence * kinds + kind, kind, id, 0, 0, number});
  };
  for (const std::uint32_t actor : actors_) {
    if (actor >= contexts) continue;
    const Did& did = contexts_[actor].did;
    const std::uint32_t unit = program_.contexts[actor].unit;
    add(unit, fired, actor, actor, did.firings);
    if (did.firings == 0) continue;
    add(unit, busy, actor, actor, did.busy);
    add(unit, first, actor, actor, did.first);
    add(unit, last, actor, actor, did.last);
  }
  for (std::uint32_t c = 0; c < lines_.size(); ++c) {
    const Line& line = lines_[c];
    const auto count = [&](const form::End& end, Kind kind, std::uint64_t number) {
      if (number > 0) add(form::unit_of(program_, end), kind, contexts + c, c, number);
    };
    count(ends_[c].producer, tokens, line.sent);
    const bool from_dram = form::comes_from_dram(program_, ends_, c);
    count(ends_[c].consumer, from_dram ? dram : input, line.starved);
    count(ends_[c].consumer, rest, line.rested);
    count(ends_[c].producer, room, line.blocked);
  }
  conclude_layers(cycle, recorder);
}

std::vector<CounterArray> Rdu::counters() const {
  std::vector<CounterArray> list = {
      {"tile_busy", "cycle", "cycles in which a context fired or a transfer did something", {}, {}},
      {"context_cycles",
       "cycle",
       "of all contexts: firings; and before firings: without an input, without one from DRAM, "
       "without room",
       {"fired", "starved", "dram", "blocked"},
       {}},
      {"busiest_context", "cycle", "firings of the context that fired most", {}, {}},
      {"tokens_sent", "1", "tokens that contexts and transfers pushed", {}, {}},
      {"dram_bytes", "B", "bytes of commands that were read and written", {"read", "written"}, {}},
      {"dram_bursts", "1", "bursts, and those that found another row", {"all", "row_changes"}, {}}};
  std::map<std::uint32_t, std::uint32_t> unit_at;  // tile
  for (std::uint32_t u = 0; u < tiles_.size(); ++u) unit_at[tiles_[u]] = u;
  for (std::uint32_t y = slice_.tiles.y0; y < slice_.tiles.y1(); ++y) {
    for (std::uint32_t x = slice_.tiles.x0; x < slice_.tiles.x1(); ++x) {
      const auto found = unit_at.find(y * slice_.region.width + x);
      const std::vector<std::uint64_t> row = counted(found == unit_at.end() ? none : found->second);
      std::size_t column = 0;
      for (CounterArray& array : list) {
        const std::size_t width = std::max<std::size_t>(1, array.channels.size());
        for (std::size_t k = 0; k < width; ++k) array.values.push_back(row[column++]);
      }
    }
  }
  return list;
}

std::vector<std::uint64_t> Rdu::counted(std::uint32_t unit) const {
  std::vector<std::uint64_t> row(11, 0);
  if (unit == none) return row;
  row[0] = busy_[unit];
  for (std::uint32_t c = 0; c < contexts_.size(); ++c) {
    if (program_.contexts[c].unit != unit) continue;
    const Tally& tally = contexts_[c].tally;
    row[1] += tally.firings;
    for (std::size_t r = 0; r < tally.waited.size(); ++r) row[2 + r] += tally.waited[r];
    row[5] = std::max(row[5], tally.firings);
  }
  row[6] = sent_[unit];
  if (dram_of_[unit] == none) return row;
  const Dram& dram = drams_[dram_of_[unit]];
  row[7] = dram.bytes_read;
  row[8] = dram.bytes_written;
  row[9] = dram.bursts;
  row[10] = dram.row_changes;
  return row;
}

Cycle Rdu::last_activity() const {
  Cycle last = last_done_;
  for (const Line& line : lines_) {
    if (line.consumer == none) continue;
    for (std::uint32_t k = line.tokens.size(); k-- > 0;) {
      if (line.tokens.cycle(k) >= now_) continue;
      last = std::max(last, line.tokens.cycle(k));
      break;
    }
  }
  return last;
}

bool Rdu::has_begun(std::uint32_t context) const {
  const ContextState& state = contexts_[context];
  if (program_.contexts[context].once) return state.started && !state.done;
  return std::any_of(state.at.begin(), state.at.end(), [](std::int64_t at) { return at != 0; });
}

bool Rdu::is_given(std::uint32_t channel) const {
  return lines_[channel].tokens.size() > program_.channels[channel].initial;
}

bool Rdu::has_work(std::uint32_t actor) const {
  if (actor < contexts_.size()) {
    const form::Context& context = program_.contexts[actor];
    if (context.once && contexts_[actor].done) return false;
    return has_begun(actor) ||
           std::any_of(context.inputs.begin(), context.inputs.end(),
                       [this](const form::Input& input) { return is_given(input.channel); });
  }
  if (actor == mesh_actor()) {
    for (std::uint32_t f = 0; f < program_.flows.size(); ++f) {
      if (has_work_in_flow(f)) return true;
    }
    return false;
  }
  const auto number = actor - contexts_.size();
  const form::Transfer& transfer = program_.transfers[number];
  const TransferState& state = transfers_[number];
  if (!state.pending.empty() || state.word > 0 || !state.bursts.empty()) return true;
  const bool takes_data = transfer.done != none;
  return is_given(transfer.address) || (transfer.size != none && is_given(transfer.size)) ||
         (takes_data && is_given(transfer.data));
}

bool Rdu::work_left() const {
  return error_ || std::any_of(actors_.begin(), actors_.end(),
                               [this](std::uint32_t actor) { return has_work(actor); });
}

form::Wait Rdu::wait_on(const form::End& who, std::uint32_t channel, bool for_room) const {
  const Line& line = lines_[channel];
  const std::uint32_t fill =
      for_room ? program_.channels[channel].capacity - line.rooms.size() : line.tokens.size();
  return {who, channel, for_room, fill};
}

std::optional<form::Wait> Rdu::wait_of_transfer(std::uint32_t number) const {
  const form::Transfer& t = program_.transfers[number];
  const form::End who{none, number, 0};
  const bool gives = t.kind == form::Transfer::Kind::load || t.kind == form::Transfer::Kind::gather;
  if (!transfers_[number].pending.empty()) return wait_on(who, gives ? t.data : t.done, true);
  for (const std::uint32_t channel : {t.address, t.size, gives ? none : t.data}) {
    if (channel == none || lines_[channel].tokens.is_ready(now_)) continue;
    return wait_on(who, channel, false);
  }
  return std::nullopt;
}

bool Rdu::has_work_in_flow(std::uint32_t flow) const {
  return lines_[program_.flows[flow].in].tokens.size() > 0 || mesh_.has_on_the_way(flow);
}

form::Wait Rdu::wait_of_flow(std::uint32_t flow) const {
  const form::Flow& of = program_.flows[flow];
  const bool enters = lines_[of.in].tokens.size() > 0;
  return wait_on({none, none, 0, flow}, enters ? of.out : of.in, enters);
}

Stop Rdu::stop_of(std::uint32_t context) const {
  // Asked when nothing moves any more: all that is on its way counts as there. Only the scratch is
  // another afterwards.
  return Run(const_cast<Rdu&>(*this), context).look(never - 1);
}

std::vector<form::Wait> Rdu::waits() const {
  std::vector<form::Wait> list;
  for (const std::uint32_t actor : actors_) {
    if (!has_work(actor)) continue;
    if (actor == mesh_actor()) {
      for (std::uint32_t f = 0; f < program_.flows.size(); ++f) {
        if (has_work_in_flow(f)) list.push_back(wait_of_flow(f));
      }
    } else if (actor >= contexts_.size()) {
      const auto number = static_cast<std::uint32_t>(actor - contexts_.size());
      if (const auto wait = wait_of_transfer(number)) list.push_back(*wait);
    } else if (const Stop stop = stop_of(actor); stop.channel != none) {
      list.push_back(wait_on({actor, none, 0}, stop.channel, stop.for_room));
    }
  }
  return list;
}

std::vector<Waiting> Rdu::waiting(std::size_t most) const {
  std::map<std::uint32_t, std::string> by_tile;
  for (const form::Wait& wait : waits()) {
    std::string& text = by_tile[tiles_[form::unit_of(program_, wait.who)]];
    text += (text.empty() ? "" : "; ") + form::describe(program_, wait);
  }
  std::vector<Waiting> list;
  for (auto& [tile, text] : by_tile) {
    if (list.size() == most) break;
    list.push_back({TileId{tile}, std::move(text)});
  }
  return list;
}

std::vector<WaitFor> Rdu::waits_for() const {
  std::vector<WaitFor> list;
  const auto add = [&](const form::Wait& wait, bool work) {
    list.push_back({form::actor_of(program_, wait.who), form::awaited_by(program_, ends_, wait),
                    work, form::describe(program_, wait), wait.fill,
                    program_.channels[wait.channel].capacity});
  };
  for (const form::Wait& wait : waits()) add(wait, true);
  for (const std::uint32_t actor : actors_) {
    if (actor == mesh_actor()) {
      for (std::uint32_t f = 0; f < program_.flows.size(); ++f) {
        if (!has_work_in_flow(f)) add(wait_of_flow(f), false);
      }
      continue;
    }
    if (has_work(actor)) continue;
    if (const auto wait = wait_at_rest(actor)) add(*wait, false);
  }
  return list;
}

std::optional<form::Wait> Rdu::wait_at_rest(std::uint32_t actor) const {
  if (actor >= contexts_.size()) {
    return wait_of_transfer(static_cast<std::uint32_t>(actor - contexts_.size()));
  }
  const form::Context& context = program_.contexts[actor];
  if (context.once && contexts_[actor].done) return std::nullopt;
  for (const form::Input& input : context.inputs) {
    const bool empty = lines_[input.channel].tokens.size() == 0;
    if (input.when == none && empty) return wait_on({actor, none, 0}, input.channel, false);
  }
  return std::nullopt;
}

std::string Rdu::describe(const KernelError& error) const {
  const auto contexts = static_cast<std::uint32_t>(program_.contexts.size());
  const auto who = static_cast<std::uint32_t>(error.detail[0]);
  form::Fault fault;
  fault.cycle = error.cycle;
  fault.tile = index(error.tile);
  fault.code = static_cast<form::FaultCode>(error.code);
  (who < contexts ? fault.context : fault.transfer) = who < contexts ? who : who - contexts;
  fault.thing = static_cast<std::uint32_t>(error.detail[1]);
  fault.value = static_cast<std::int64_t>(error.detail[2]);
  return form::describe(program_, fault);
}

std::uint64_t Rdu::bytes() const {
  std::uint64_t bytes = 0;
  for (const Line& line : lines_) {
    bytes += sizeof(Line) + 4 * (line.masks.size() + line.words.size());
    bytes += (line.tokens.capacity() + line.rooms.capacity()) * sizeof(Cycle);
  }
  for (const ContextState& state : contexts_) {
    bytes += sizeof(ContextState) + state.sums.size() * (sizeof(Sum) + 4);
  }
  for (const auto& words : memories_) bytes += 4 * words.size();
  for (const Dram& dram : drams_) bytes += 4 * dram.words.size();
  bytes += mesh_.bytes();
  for (const TransferState& state : transfers_) bytes += state.pending.size() * sizeof(Pending);
  return bytes;
}

}  // namespace weft::machine::rdu

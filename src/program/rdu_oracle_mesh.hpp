// SPDX-License-Identifier: Apache-2.0
// The naive dynamic mesh: every switch looks at all that waits at it, every cycle.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "program/rdu_oracle_parts.hpp"

namespace weft::program::rdu::oracle {

/// A token a flit. Switches (x, y) have links east, west, north (y + 1) and south, in this order; a
/// flit goes east or west until it is below its last switch, then north or south. It waits at the
/// switch in the queue of the link that it came over, or, at its first, on its own channel. In a
/// cycle each queue's head may go on, and each link takes one of those that want it: the first from
/// number (cycle modulo queues) on, of the four links' queues and then the channels that enter
/// there, by number. It wants a place in the queue behind the link, whose credit comes back as it
/// leaves, a hop later; to enter the mesh at all it wants room on the channel that it leaves by.
class Mesh {
 public:
  Mesh(const Program& program, const NetworkTiming& network, std::vector<Line>& lines)
      : p_(program), lines_(lines) {
    hop_.latency_cycles = network.hop_cycles;
    hop_.capacity = network.queue_depth;
    for (std::uint32_t f = 0; f < p_.flows.size(); ++f) {
      const Flow& flow = p_.flows[f];
      enters_[{flow.from_x, flow.from_y}].push_back(f);
      std::pair<std::uint32_t, std::uint32_t> at{flow.from_x, flow.from_y};
      switches_[at];
      for (std::uint32_t way = direction(at, f); way != leaves; way = direction(at, f)) {
        Link& link = links_[{at.first, at.second, way}];
        if (link.line.channel == nullptr) link.line.start(hop_);
        at = behind(at, way);
        switches_[at];
      }
    }
  }

  bool tick(Cycle t) {
    std::vector<Move> moves;
    for (const auto& [at, unused] : switches_) decide(at, t, moves);
    for (const Move& move : moves) make(move, t);
    return !moves.empty();
  }

  Cycle last() const {
    Cycle last = 0;
    for (const auto& [at, link] : links_) last = std::max(last, link.line.last);
    return last;
  }

  /// Of flows whose tokens can't enter.
  std::vector<Wait> waits() const {
    std::vector<Wait> out;
    for (std::uint32_t f = 0; f < p_.flows.size(); ++f) {
      if (lines_[p_.flows[f].in].tokens.empty()) continue;
      const Line& line = lines_[p_.flows[f].out];
      const auto held = line.channel->capacity - line.rooms.size();
      out.push_back({{none, none, 0, f}, p_.flows[f].out, true, static_cast<std::uint32_t>(held)});
    }
    return out;
  }

 private:
  using At = std::pair<std::uint32_t, std::uint32_t>;
  static constexpr std::uint32_t leaves = 4;

  /// The queue at its far end, and whose its flits are.
  struct Link {
    Line line;
    std::deque<std::uint32_t> flows;
  };
  struct Move {
    At at;
    Link* from = nullptr;  ///< none: from its own channel
    std::uint32_t flow = 0;
    std::uint32_t way = leaves;
  };

  static At behind(At at, std::uint32_t way) {
    constexpr int x[] = {1, -1, 0, 0};
    constexpr int y[] = {0, 0, 1, -1};
    return {at.first + static_cast<std::uint32_t>(x[way]),
            at.second + static_cast<std::uint32_t>(y[way])};
  }
  std::uint32_t direction(At at, std::uint32_t flow) const {
    const Flow& of = p_.flows[flow];
    if (at.first != of.to_x) return at.first < of.to_x ? 0 : 1;
    if (at.second != of.to_y) return at.second < of.to_y ? 2 : 3;
    return leaves;
  }

  /// What may go on at a switch, by queue: nothing where its head is not there yet.
  std::vector<std::optional<Move>> heads(At at, Cycle t) {
    std::vector<std::optional<Move>> out;
    constexpr std::uint32_t opposite[] = {1, 0, 3, 2};
    for (std::uint32_t way = 0; way < leaves; ++way) {
      const At from = behind(at, opposite[way]);
      const auto found = links_.find({from.first, from.second, way});
      if (found == links_.end() || !found->second.line.has_token(t)) {
        out.emplace_back();
        continue;
      }
      const std::uint32_t flow = found->second.flows.front();
      out.push_back(Move{at, &found->second, flow, direction(at, flow)});
    }
    for (const std::uint32_t flow : enters_[at]) {
      const bool can =
          lines_[p_.flows[flow].in].has_token(t) && lines_[p_.flows[flow].out].has_room(t);
      out.push_back(can ? std::optional(Move{at, nullptr, flow, direction(at, flow)})
                        : std::nullopt);
    }
    return out;
  }

  void decide(At at, Cycle t, std::vector<Move>& moves) {
    const auto waiting = heads(at, t);
    for (const auto& move : waiting) {
      if (move && move->way == leaves) moves.push_back(*move);
    }
    for (std::uint32_t way = 0; way < leaves; ++way) {
      const auto link = links_.find({at.first, at.second, way});
      if (link == links_.end() || !link->second.line.has_room(t)) continue;
      for (std::size_t k = 0; k < waiting.size(); ++k) {
        const auto& move = waiting[(t + k) % waiting.size()];
        if (!move || move->way != way) continue;
        moves.push_back(*move);
        break;
      }
    }
  }

  void make(const Move& move, Cycle t) {
    const Flow& flow = p_.flows[move.flow];
    Line& from = move.from != nullptr ? move.from->line : lines_[flow.in];
    const Token token = from.head();
    from.pop(t);
    if (move.from != nullptr) move.from->flows.pop_front();
    Line& out = lines_[flow.out];
    if (move.from == nullptr) out.rooms.pop_front();
    if (move.way != leaves) {
      Link& to = links_[{move.at.first, move.at.second, move.way}];
      to.line.push(t, token);
      to.flows.push_back(move.flow);
      return;
    }
    out.tokens.emplace_back(t + out.channel->latency_cycles, token);
    out.last = std::max(out.last, t + out.channel->latency_cycles);
    out.sent.push_back({t, token});
    ++out.waited.tokens;
  }

  const Program& p_;
  std::vector<Line>& lines_;
  Channel hop_;
  std::map<At, std::vector<std::uint32_t>> enters_;
  std::map<At, bool> switches_;
  std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>, Link> links_;
};

}  // namespace weft::program::rdu::oracle

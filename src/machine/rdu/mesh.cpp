// SPDX-License-Identifier: Apache-2.0
// A cycle of the dynamic mesh: who goes on at each switch.
#include "machine/rdu/mesh.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "machine/rdu/rdu.hpp"

namespace weft::machine::rdu {

using form::none;

Mesh::Mesh(const form::Program& program, const form::NetworkTiming& network)
    : flows(program.flows), on_the_way(program.flows.size()), depth(network.queue_depth) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> places;
  const auto place = [&](std::uint32_t x, std::uint32_t y) {
    const auto [found, fresh] =
        places.emplace(std::pair(y, x), static_cast<std::uint32_t>(switches.size()));
    if (fresh) {
      Switch& made = switches.emplace_back();
      made.x = x;
      made.y = y;
      made.behind.fill(none);
      made.before.fill(none);
    }
    return found->second;
  };
  for (std::uint32_t f = 0; f < flows.size(); ++f) {
    std::uint32_t at = place(flows[f].from_x, flows[f].from_y);
    switches[at].enters.push_back(f);
    for (std::uint32_t way = way_from(switches[at], f); way != leaves;
         way = way_from(switches[at], f)) {
      constexpr std::array<std::uint32_t, form::directions> x = {1, ~0U, 0, 0};
      constexpr std::array<std::uint32_t, form::directions> y = {0, 0, 1, ~0U};
      const std::uint32_t next = place(switches[at].x + x[way], switches[at].y + y[way]);
      if (switches[at].behind[way] == none) switches[at].rooms[way].assign(depth, 0);
      switches[at].behind[way] = next;
      switches[next].before[way] = at;
      at = next;
    }
  }
}

std::uint32_t Mesh::way_from(const Switch& at, std::uint32_t flow) const {
  using form::Direction;
  const form::Flow& of = flows[flow];
  if (at.x != of.to_x) {
    return static_cast<std::uint32_t>(at.x < of.to_x ? Direction::east : Direction::west);
  }
  if (at.y == of.to_y) return leaves;
  return static_cast<std::uint32_t>(at.y < of.to_y ? Direction::north : Direction::south);
}

Cycle Mesh::next_after(Cycle cycle) const {
  Cycle next = never;
  for (const Switch& at : switches) {
    for (std::uint32_t way = 0; way < leaves; ++way) {
      if (!at.queues[way].empty() && at.queues[way].front().arrives > cycle) {
        next = std::min(next, at.queues[way].front().arrives);
      }
      if (!at.rooms[way].empty() && at.rooms[way].front() > cycle) {
        next = std::min(next, at.rooms[way].front());
      }
    }
  }
  return next;
}

std::uint64_t Mesh::bytes() const {
  std::uint64_t bytes = switches.size() * sizeof(Switch);
  for (const auto& tokens : on_the_way) bytes += tokens.size() * (sizeof(Token) + sizeof(Flit));
  return bytes;
}

void Mesh::save(ByteWriter& out) const {
  for (const Switch& at : switches) {
    for (std::uint32_t way = 0; way < leaves; ++way) {
      out.value(static_cast<std::uint64_t>(at.queues[way].size()));
      for (const Flit& flit : at.queues[way]) {
        out.value(flit.flow);
        out.value(flit.arrives);
      }
      out.value(static_cast<std::uint64_t>(at.rooms[way].size()));
      for (const Cycle cycle : at.rooms[way]) out.value(cycle);
    }
  }
  for (const auto& tokens : on_the_way) {
    out.value(static_cast<std::uint64_t>(tokens.size()));
    for (const Token& token : tokens) out.value(token);
  }
}

void Mesh::load(ByteReader& in) {
  for (Switch& at : switches) {
    at.waiting = 0;
    for (std::uint32_t way = 0; way < leaves; ++way) {
      at.queues[way].clear();
      at.rooms[way].clear();
      const auto flits = in.value<std::uint64_t>();
      if (flits > depth) in.refuse("holds more flits than a queue");
      for (std::uint64_t k = 0; k < flits; ++k) {
        const auto flow = in.value<std::uint32_t>();
        if (flow >= flows.size()) in.refuse("holds a flit of no flow");
        at.queues[way].push_back({flow, in.value<Cycle>()});
        ++at.waiting;
      }
      const auto rooms = in.value<std::uint64_t>();
      if (rooms > depth) in.refuse("holds more credits than a queue");
      for (std::uint64_t k = 0; k < rooms; ++k) at.rooms[way].push_back(in.value<Cycle>());
    }
  }
  for (auto& tokens : on_the_way) {
    const auto count = in.value<std::uint64_t>();
    if (count > in.left() / sizeof(Token)) in.refuse("holds more than its bytes");
    tokens.clear();
    for (std::uint64_t k = 0; k < count; ++k) tokens.push_back(in.value<Token>());
  }
}

MeshCycle::MeshCycle(Rdu& rdu, Cycle cycle) : rdu_(rdu), mesh_(rdu.mesh_), at_(cycle) {}

Cycle MeshCycle::run() {
  bool moved = false;
  for (Mesh::Switch& at : mesh_.switches) moved = run(at) || moved;
  if (moved) {
    did_.cycle = at_;
    did_.actor = rdu_.mesh_actor();
    if (rdu_.is_seen(at_)) {
      rdu_.note(did_);
    } else {
      rdu_.ahead_.add(did_);
    }
    return at_ + 1;
  }
  Cycle next = mesh_.next_after(at_);
  for (const form::Flow& flow : mesh_.flows) {
    next = std::min(next, rdu_.lines_[flow.in].tokens.next_after(at_));
    next = std::min(next, rdu_.lines_[flow.out].rooms.next_after(at_));
  }
  return next;
}

/// Where the head of each queue wants to go: of the links' queues, then of flows that enter.
bool MeshCycle::find_wants(const Mesh::Switch& at) {
  wants_.clear();
  bool any = false;
  for (const auto& queue : at.queues) {
    const bool there = !queue.empty() && queue.front().arrives <= at_;
    wants_.push_back(there ? mesh_.way_from(at, queue.front().flow) : Mesh::nowhere);
    any = any || there;
  }
  for (const std::uint32_t flow : at.enters) {
    const form::Flow& of = mesh_.flows[flow];
    const bool there =
        rdu_.lines_[of.in].tokens.is_ready(at_) && rdu_.lines_[of.out].rooms.is_ready(at_);
    wants_.push_back(there ? mesh_.way_from(at, flow) : Mesh::nowhere);
    any = any || there;
  }
  return any;
}

bool MeshCycle::run(Mesh::Switch& at) {
  if (at.waiting == 0 && at.enters.empty()) return false;
  if (!find_wants(at)) return false;
  bool moved = false;
  const auto queues = static_cast<std::uint32_t>(wants_.size());
  for (std::uint32_t queue = 0; queue < queues; ++queue) {
    if (wants_[queue] != Mesh::leaves) continue;
    move(at, queue, Mesh::leaves);
    moved = true;
  }
  for (std::uint32_t way = 0; way < Mesh::leaves; ++way) {
    if (at.rooms[way].empty() || at.rooms[way].front() > at_) continue;
    const auto first = static_cast<std::uint32_t>(at_ % queues);
    for (std::uint32_t k = 0; k < queues; ++k) {
      const std::uint32_t queue = first + k < queues ? first + k : first + k - queues;
      if (wants_[queue] != way) continue;
      move(at, queue, way);
      moved = true;
      break;
    }
  }
  return moved;
}

void MeshCycle::move(Mesh::Switch& at, std::uint32_t queue, std::uint32_t way) {
  const std::uint32_t flow = take(at, queue);
  const Cycle hop = rdu_.constants_.timing.network.hop_cycles;
  if (way != Mesh::leaves) {
    Mesh::Switch& next = mesh_.switches[at.behind[way]];
    at.rooms[way].pop_front();
    next.queues[way].push_back({flow, at_ + hop});
    ++next.waiting;
    return;
  }
  const std::uint32_t channel = mesh_.flows[flow].out;
  Line& line = rdu_.lines_[channel];
  rdu_.send(channel, line, at_, at_, mesh_.on_the_way[flow].front());
  mesh_.on_the_way[flow].pop_front();
  ++did_.sent;
  ++line.sent;
  if (line.consumer != none) rdu_.wake(line.consumer, at_ + line.latency);
}

/// The head of a queue, whose flow it gives: a credit goes back, or room to the flow's producer.
std::uint32_t MeshCycle::take(Mesh::Switch& at, std::uint32_t queue) {
  if (queue < Mesh::leaves) {
    const std::uint32_t flow = at.queues[queue].front().flow;
    at.queues[queue].pop_front();
    --at.waiting;
    mesh_.switches[at.before[queue]].rooms[queue].push_back(
        at_ + rdu_.constants_.timing.network.hop_cycles);
    return flow;
  }
  const std::uint32_t flow = at.enters[queue - Mesh::leaves];
  const form::Flow& of = mesh_.flows[flow];
  Line& in = rdu_.lines_[of.in];
  mesh_.on_the_way[flow].push_back(in.token_at(in.tokens.head()));
  rdu_.pop(of.in, at_);
  rdu_.lines_[of.out].rooms.pop();
  return flow;
}

}  // namespace weft::machine::rdu

// SPDX-License-Identifier: Apache-2.0
// Results that cross from slice to slice: a record each, their bytes as payload in the same order.
#include <algorithm>
#include <string>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "machine/tsp/kernels.hpp"
#include "machine/tsp/tsp.hpp"

namespace weft::machine::tsp {

namespace form = program::tsp;

namespace {

constexpr std::uint32_t directions = 2;

/// Channels of records.
constexpr std::uint16_t of_stream = 0;  ///< word: the task whose result passes a cut
constexpr std::uint16_t of_link = 1;    ///< word: a delivery

/// Stops of a tile by which values leave: link = tile * 2 + direction.
LinkId link_of(const Part& part, std::size_t side) {
  const bool west = side == static_cast<std::size_t>(form::Direction::west);
  const std::uint32_t stop = west ? part.plan->begin : part.plan->end - 1;
  return LinkId{(part.chip * form::stops + stop) * directions + static_cast<std::uint32_t>(side)};
}

/// Flipped bits of an extent.
std::vector<Flip> flips_in(const Result& result, const Extent& extent) {
  std::vector<Flip> out;
  for (const Flip& flip : result.flips) {
    if (flip.element - extent.element < extent.count && flip.byte - extent.byte < extent.width) {
      out.push_back(flip);
    }
  }
  return out;
}

}  // namespace

void Tsp::give(Part& part, std::size_t side, std::uint32_t at, CutRecord& record,
               std::vector<std::byte>& payload) {
  const Passage& passage = part.plan->leaving[side].at(at);
  const Extent& extent = passage.extent;
  const Result& result = part.results.at(passage.task);
  const std::size_t element_bytes = extent.width * vector_bytes;
  const std::size_t bytes = extent.count * element_bytes;
  DeviceArray<std::byte> packed = shop_.buffers.take(bytes);
  copy_vectors({result.at(extent.element, extent.byte),
                static_cast<std::ptrdiff_t>(result.extent.width * vector_bytes)},
               extent.width, extent.count, packed.data(),
               static_cast<std::ptrdiff_t>(element_bytes));
  const std::vector<std::byte> host = to_host(packed.data(), bytes);
  shop_.buffers.give(std::move(packed));
  payload.insert(payload.end(), host.begin(), host.end());
  const std::vector<Flip> flips = flips_in(result, extent);
  const auto* first = reinterpret_cast<const std::byte*>(flips.data());
  payload.insert(payload.end(), first, first + flips.size() * sizeof(Flip));
  record = {shop_.launch + passage.cycle, link_of(part, side),
            static_cast<std::uint16_t>(flips.size()), 0, passage.task};
  release(part, passage.task, shop_);
  part.given[side][at] = 1;
  std::size_t& left = part.first_left[side];
  while (left < part.given[side].size() && part.given[side][left] != 0) ++left;
}

void Tsp::take_departures(std::size_t n, std::vector<CutRecord>& out) {
  struct Leaving {
    CutRecord record;
    const Border* border = nullptr;  ///< null: vectors of a link
    std::uint32_t at = 0;            ///< in its list of passages
  };
  Neighbour& to = neighbours_[n];
  std::vector<Leaving> list;
  for (const Border& border : to.borders) {
    Part& part = parts_[border.part];
    for (const std::uint32_t at : part.ready[border.side]) {
      const Cycle cycle = shop_.launch + part.plan->leaving[border.side][at].cycle;
      list.push_back({{cycle, link_of(part, border.side), 0, of_stream, 0}, &border, at});
    }
    part.ready[border.side].clear();
  }
  for (const auto& [number, vectors] : to.vectors) {
    const Delivery& d = deliveries_[number];
    const std::uint32_t send =
        flows_[program_.schedule_of_chip[d.from_chip]].task(d.task).instruction;
    list.push_back({{shop_.launch + d.cycle, LinkId{tile_of(d.from_chip, send) * directions}, 0,
                     of_link, number}});
  }
  std::stable_sort(list.begin(), list.end(), [](const Leaving& a, const Leaving& b) {
    return std::tuple(a.record.cycle, index(a.record.link), a.record.channel, a.at) <
           std::tuple(b.record.cycle, index(b.record.link), b.record.channel, b.at);
  });
  for (Leaving& l : list) {
    if (l.border != nullptr) {
      give(parts_[l.border->part], l.border->side, l.at, l.record, to.outgoing);
    } else {
      const auto vectors = to.vectors.find(static_cast<std::uint32_t>(l.record.word));
      to.outgoing.insert(to.outgoing.end(), vectors->second.begin(), vectors->second.end());
      to.vectors.erase(vectors);
    }
    out.push_back(l.record);
  }
}

void Tsp::take_payload(std::size_t n, std::vector<std::byte>& out) {
  auto& outgoing = neighbours_[n].outgoing;
  out.insert(out.end(), outgoing.begin(), outgoing.end());
  outgoing.clear();
}

void Tsp::accept_payload(std::size_t n, std::span<const std::byte> payload) {
  neighbours_[n].incoming.assign(payload.begin(), payload.end());
}

const Tsp::Border& Tsp::border_of(std::size_t n, const CutRecord& record) const {
  const std::uint32_t chip = index(record.link) / directions / form::stops;
  const std::uint32_t direction = index(record.link) % directions;
  for (const Border& border : neighbours_[n].borders) {
    // What travels east comes in from the west.
    if (parts_[border.part].chip == chip && border.side != direction) return border;
  }
  fail(Category::internal, "tsp: a record came over no cut");
}

void Tsp::accept(std::size_t n, std::span<const CutRecord> records) {
  std::span<const std::byte> payload = neighbours_[n].incoming;
  for (const CutRecord& record : records) {
    if (record.channel == of_stream) {
      accept_result(border_of(n, record), record, payload);
      continue;
    }
    const Delivery& delivery = deliveries_.at(static_cast<std::size_t>(record.word));
    const std::size_t bytes = delivery.count * vector_bytes;
    if (payload.size() < bytes) {
      fail(Category::internal, "tsp: a payload is shorter than its records say");
    }
    deliver(delivery, payload.first(bytes));
    payload = payload.subspan(bytes);
  }
  if (!payload.empty()) fail(Category::internal, "tsp: a payload is longer than its records say");
  neighbours_[n].incoming.clear();
}

void Tsp::accept_result(const Border& border, const CutRecord& record,
                        std::span<const std::byte>& payload) {
  Part& part = parts_[border.part];
  const auto task = static_cast<std::uint32_t>(record.word);
  const auto coming = part.plan->coming[border.side].find(task);
  if (coming == part.plan->coming[border.side].end() || part.results.count(task) != 0) {
    fail(Category::internal, "tsp: a result came that was not due");
  }
  Result result;
  result.extent = coming->second;
  result.uses = part.plan->uses[task];
  result.bytes = shop_.buffers.take(result.size());
  result.flips.resize(record.kind);
  const std::size_t flips_bytes = result.flips.size() * sizeof(Flip);
  if (payload.size() < result.size() + flips_bytes) {
    fail(Category::internal, "tsp: a payload is shorter than its records say");
  }
  to_device(payload.first(result.size()), result.bytes.data());
  payload = payload.subspan(result.size());
  std::copy_n(payload.begin(), flips_bytes, reinterpret_cast<std::byte*>(result.flips.data()));
  payload = payload.subspan(flips_bytes);
  part.results[task] = std::move(result);
  note_leaving(part, task);
}

}  // namespace weft::machine::tsp

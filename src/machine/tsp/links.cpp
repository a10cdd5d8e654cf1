// SPDX-License-Identifier: Apache-2.0
// Vectors that go from chip to chip: who sends which to whom is known, and when.
#include <algorithm>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "machine/tsp/kernels.hpp"
#include "machine/tsp/tsp.hpp"

namespace weft::machine::tsp {

namespace form = program::tsp;

std::uint32_t Tsp::tile_of(std::uint32_t chip, std::uint32_t instruction) const {
  const Flow& flow = flows_[program_.schedule_of_chip[chip]];
  return chip * form::stops + flow.stop_of_instruction(instruction);
}

void Tsp::add_deliveries() {
  for (const form::Crossing& c : checked_.crossings) {
    const Flow& flow = flows_[program_.schedule_of_chip[c.from_chip]];
    const form::Instruction& send = flow.schedule().instructions[c.send];
    for (std::uint32_t k = 0; k < c.count;) {
      const std::uint32_t element = c.send_element + k;
      const std::uint32_t number = flow.task_with(c.send, element);
      const form::Task& task = flow.task(number);
      const std::uint32_t more = std::min(c.count - k, task.first + task.count - element);
      deliveries_.push_back({send.cycle + Cycle{element} * send.interval_cycles, c.from_chip,
                             c.to_chip, number, element, c.receive, c.receive_element + k, more});
      k += more;
    }
  }
  for (std::uint32_t d = 0; d < deliveries_.size(); ++d) {
    const Delivery& delivery = deliveries_[d];
    deliveries_of_[{delivery.from_chip, delivery.task}].push_back(d);
    const std::uint32_t send =
        flows_[program_.schedule_of_chip[delivery.from_chip]].task(delivery.task).instruction;
    const std::uint32_t from = tile_of(delivery.from_chip, send);
    const std::uint32_t to = tile_of(delivery.to_chip, delivery.receive);
    if (!slice_.tiles.contains(from % form::stops, from / form::stops)) continue;
    for (std::size_t n = 0; n < neighbours_.size(); ++n) {
      const Rectangle& there = slice_.neighbours[n].tiles;
      if (there.contains(to % form::stops, to / form::stops)) {
        neighbours_[n].deliveries.push_back(d);
      }
    }
  }
  for (Neighbour& n : neighbours_) {
    std::stable_sort(n.deliveries.begin(), n.deliveries.end(),
                     [&](std::uint32_t a, std::uint32_t b) {
                       return deliveries_[a].cycle < deliveries_[b].cycle;
                     });
    n.given.assign(n.deliveries.size(), 0);
  }
}

void Tsp::send_vectors(Part& part, std::uint32_t task) {
  const Result& sent = part.results.at(task);
  for (const std::uint32_t number : deliveries_of_[{part.chip, task}]) {
    const Delivery& d = deliveries_[number];
    std::vector<std::byte> vectors = to_host(sent.at(d.element, 0), d.count * vector_bytes);
    const std::uint32_t to = tile_of(d.to_chip, d.receive);
    if (slice_.tiles.contains(to % form::stops, to / form::stops)) {
      deliver(d, vectors);
      continue;
    }
    for (Neighbour& n : neighbours_) {
      const auto at = std::find(n.deliveries.begin(), n.deliveries.end(), number);
      if (at == n.deliveries.end()) continue;
      n.given[static_cast<std::size_t>(at - n.deliveries.begin())] = 1;
      while (n.first_left < n.given.size() && n.given[n.first_left] != 0) ++n.first_left;
      n.vectors[number] = std::move(vectors);
      break;
    }
  }
  release(part, task, shop_);
}

void Tsp::deliver(const Delivery& delivery, std::span<const std::byte> vectors) {
  const auto part = std::find_if(parts_.begin(), parts_.end(), [&](const Part& candidate) {
    return candidate.chip == delivery.to_chip;
  });
  if (part == parts_.end()) fail(Category::internal, "tsp: vectors came for another chip");
  for (std::uint32_t k = 0; k < delivery.count;) {
    const std::uint32_t element = delivery.receive_element + k;
    const std::uint32_t number = part->flow->task_with(delivery.receive, element);
    const form::Task& task = part->flow->task(number);
    const std::uint32_t more = std::min(delivery.count - k, task.first + task.count - element);
    Inbox& inbox = part->inboxes[number];
    inbox.bytes.resize(task.count * vector_bytes);
    inbox.is_here.resize(task.count);
    const auto at = static_cast<std::ptrdiff_t>(element - task.first);
    std::copy_n(vectors.begin() + static_cast<std::ptrdiff_t>(k * vector_bytes),
                more * vector_bytes,
                inbox.bytes.begin() + at * static_cast<std::ptrdiff_t>(vector_bytes));
    std::fill_n(inbox.is_here.begin() + at, more, std::uint8_t{1});
    k += more;
  }
}

}  // namespace weft::machine::tsp

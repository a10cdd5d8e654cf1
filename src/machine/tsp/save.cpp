// SPDX-License-Identifier: Apache-2.0
// A slice's state as bytes: memory with its faults, weights, accumulators, results on their way.
#include <algorithm>
#include <optional>
#include <utility>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "machine/tsp/kernels.hpp"
#include "machine/tsp/tsp.hpp"

namespace weft::machine::tsp {

namespace form = program::tsp;

namespace {

void write(ByteWriter& out, const DeviceArray<std::byte>& array) {
  out.values(to_host(array.data(), array.extent(0)));
}

void read(ByteReader& in, const DeviceArray<std::byte>& array) {
  std::vector<std::byte> bytes(array.extent(0));
  in.values_into(std::span(bytes));
  to_device(bytes, array.data());
}

void write(ByteWriter& out, const std::optional<KernelError>& error) {
  out.value(error.has_value());
  if (error) out.value(*error);
}

void read(ByteReader& in, std::optional<KernelError>& error) {
  error.reset();
  if (in.value<bool>()) error = in.value<KernelError>();
}

void write(ByteWriter& out, const WordFaults& faults) {
  out.value(std::uint64_t{faults.size()});
  for (const auto& [word, bits] : faults) {
    out.value(word.first);
    out.value(word.second);
    out.values(bits);
  }
}

void read(ByteReader& in, const ChipMemory& memory, WordFaults& faults) {
  faults.clear();
  for (std::uint64_t left = in.count(); left > 0; --left) {
    const auto bank = in.value<std::uint32_t>();
    const auto address = in.value<std::uint32_t>();
    const bool known = bank < banks_a_chip && address < form::words_a_bank;
    if (!known || !memory.holds(bank, address)) in.refuse("holds a fault of a word that is none");
    faults[{bank, address}] = in.values<std::uint16_t>();
    for (const std::uint16_t bit : faults[{bank, address}]) {
      if (bit >= 8 * form::lanes) in.refuse("holds a fault of a bit that is none");
    }
  }
}

void write(ByteWriter& out, const Part& part) {
  out.value(std::uint64_t{part.next});
  out.value(std::uint64_t{part.next_row});
  for (std::size_t side = 0; side < 2; ++side) {
    out.values(part.given[side]);
    out.values(part.ready[side]);
  }
  write(out, part.memory.words());
  write(out, part.memory.faults);
  for (const auto& [stop, plane] : part.planes) {
    write(out, plane.buffer);
    write(out, plane.accumulators);
  }
  out.value(std::uint64_t{part.inboxes.size()});
  for (const auto& [task, inbox] : part.inboxes) {
    out.value(task);
    out.values(inbox.bytes);
    out.values(inbox.is_here);
  }
  out.value(std::uint64_t{part.results.size()});
  for (const auto& [task, result] : part.results) {
    out.value(task);
    out.value(result.uses);
    out.values(to_host(result.bytes.data(), result.size()));
    out.values(result.flips);
  }
}

/// What of a task's result a slice holds: its own whole, of another's what comes in.
Extent extent_of(const Part& part, std::uint32_t task) {
  const form::Task& of = part.flow->task(task);
  for (const auto& coming : part.plan->coming) {
    if (const auto found = coming.find(task); found != coming.end()) return found->second;
  }
  return {of.first, of.count, 0, result_width(part.flow->instruction_of(task))};
}

void read_result(ByteReader& in, Part& part, Shop& shop) {
  const auto task = in.value<std::uint32_t>();
  if (part.flow == nullptr || task >= part.plan->uses.size()) {
    in.refuse("holds a result of a task that is none");
  }
  Result result;
  result.extent = extent_of(part, task);
  result.uses = in.value<std::uint32_t>();
  if (result.uses == 0 || result.uses > part.plan->uses[task]) {
    in.refuse("holds a result that nothing takes");
  }
  std::vector<std::byte> bytes = in.values<std::byte>();
  if (bytes.size() != result.size()) in.refuse("holds a result of another size");
  result.bytes = shop.buffers.take(result.size());
  to_device(bytes, result.bytes.data());
  result.flips = in.values<Flip>();
  part.results[task] = std::move(result);
  if (part.flow->instruction_of(task).opcode == form::Opcode::install_weights) {
    install(part, task, shop);
  }
}

void read_inbox(ByteReader& in, Part& part) {
  const auto task = in.value<std::uint32_t>();
  if (part.flow == nullptr || task >= part.plan->uses.size()) {
    in.refuse("holds vectors for a task that is none");
  }
  const std::size_t count = part.flow->task(task).count;
  Inbox inbox{in.values<std::byte>(), in.values<std::uint8_t>()};
  if (inbox.bytes.size() != count * vector_bytes || inbox.is_here.size() != count) {
    in.refuse("holds vectors of another size");
  }
  part.inboxes[task] = std::move(inbox);
}

void read(ByteReader& in, Part& part, Shop& shop) {
  const auto place = [&](std::size_t most) {
    const auto at = in.value<std::uint64_t>();
    if (at > most) in.refuse("is of another program or slice");
    return static_cast<std::size_t>(at);
  };
  part.next = place(part.plan ? part.plan->tasks.size() : 0);
  part.next_row = place(part.plan ? part.plan->instructions.size() : 0);
  for (std::size_t side = 0; side < 2; ++side) {
    auto& given = part.given[side];
    in.values_into(std::span(given));
    part.first_left[side] =
        static_cast<std::size_t>(std::find(given.begin(), given.end(), 0) - given.begin());
    part.ready[side] = in.values<std::uint32_t>();
    for (const std::uint32_t at : part.ready[side]) {
      if (at >= given.size()) in.refuse("holds a passage that is none");
    }
  }
  read(in, part.memory.words());
  read(in, part.memory, part.memory.faults);
  for (const auto& [stop, plane] : part.planes) {
    read(in, plane.buffer);
    read(in, plane.accumulators);
  }
  part.inboxes.clear();
  for (std::uint64_t left = in.count(); left > 0; --left) read_inbox(in, part);
  part.results.clear();
  part.arrays.clear();
  for (std::uint64_t left = in.count(); left > 0; --left) read_result(in, part, shop);
}

}  // namespace

std::vector<std::byte> Tsp::save() const {
  ByteWriter out;
  for (const Cycle cycle : {now_, last_end_, completed_, shop_.launch, first_launch_}) {
    out.value(cycle);
  }
  out.value(running_);
  write(out, error_);
  write(out, shop_.error);
  out.values(shop_.corrections);
  for (const Part& part : parts_) write(out, part);
  for (const Neighbour& n : neighbours_) {
    out.values(n.outgoing);
    out.values(n.given);
    out.value(std::uint64_t{n.vectors.size()});
    for (const auto& [number, vectors] : n.vectors) {
      out.value(number);
      out.values(vectors);
    }
  }
  return out.take();
}

void Tsp::load(std::span<const std::byte> state) {
  ByteReader in(state, "saved state");
  for (Cycle* cycle : {&now_, &last_end_, &completed_, &shop_.launch, &first_launch_}) {
    *cycle = in.value<Cycle>();
  }
  running_ = in.value<bool>();
  read(in, error_);
  read(in, shop_.error);
  shop_.corrections = in.values<Correction>();
  for (Part& part : parts_) read(in, part, shop_);
  for (Neighbour& n : neighbours_) {
    n.outgoing = in.values<std::byte>();
    in.values_into(std::span(n.given));
    n.first_left =
        static_cast<std::size_t>(std::find(n.given.begin(), n.given.end(), 0) - n.given.begin());
    n.vectors.clear();
    for (std::uint64_t left = in.count(); left > 0; --left) {
      const auto number = in.value<std::uint32_t>();
      if (number >= deliveries_.size()) in.refuse("holds vectors that nothing takes");
      n.vectors[number] = in.values<std::byte>();
      if (n.vectors[number].size() != deliveries_[number].count * vector_bytes) {
        in.refuse("holds vectors of another size");
      }
    }
  }
  in.finish();
}

}  // namespace weft::machine::tsp

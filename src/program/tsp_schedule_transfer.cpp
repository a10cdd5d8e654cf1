// SPDX-License-Identifier: Apache-2.0
// Sends rows of a tensor over a link: reads and sends on one chip, receives and writes on another.
#include "program/tsp_schedule_transfer.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "program/tsp_cable.hpp"
#include "program/tsp_collective_chip.hpp"
#include "program/tsp_links.hpp"
#include "program/tsp_schedule_linear.hpp"

namespace weft::program::tsp {
namespace {

constexpr std::uint64_t rows_sent_at_once = 8;  // more find a gap between passes later
/// Streams that links use: weights have those above, and what passes read and write those below.
constexpr std::uint8_t link_streams = 8;
constexpr std::uint8_t link_streams_behind = 16;

Offset cycles_a_vector() { return Offset{link_vector_cycles}; }

/// Of one byte of rows that go behind each other.
std::uint32_t interval_of(std::uint32_t rows, std::uint32_t width) {
  return rows == 1 ? 1 : width * link_vector_cycles;
}

}  // namespace

/// Rows that lie in one segment, in the order in which they are made.
std::vector<ChipLink::Rows> ChipLink::blocks(const Placed& source) const {
  std::vector<Rows> out;
  for (const Segment& segment : source.segments) {
    if (segment.copy != 0) continue;
    for (std::uint64_t at = 0; at < segment.rows; at += rows_sent_at_once) {
      Rows rows{segment.tile, segment.first + at, std::min(rows_sent_at_once, segment.rows - at),
                0};
      for (std::uint64_t row = rows.first; row < rows.first + rows.count; ++row) {
        rows.ready = std::max(rows.ready, segment.ready_at(row));
      }
      out.push_back(rows);
    }
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const Rows& a, const Rows& b) { return a.ready < b.ready; });
  return out;
}

void ChipLink::carry(TensorId from, TensorId to) {
  const std::string name = from_.program.at(from).name;
  const Placed& source = from_.place_of(from);
  const std::vector<Share> shares = quarters_of(to_.rows_of(to));
  to_.place_result(to, [&](std::uint32_t) { return shares; }, {});
  label_out_ = from_.label(name + " leaves");
  label_in_ = to_.label(name + " arrives");
  for (const Rows& rows : blocks(source)) send(rows, source, to_.placed[to], name);
}

void ChipLink::send(const Rows& rows, const Placed& source, Placed& target,
                    const std::string& name) {
  const Segment& own = *source.find(rows.tile, rows.first);
  // Rows go to the same segments until one of those ends.
  for (std::uint64_t first = rows.first; first < rows.first + rows.count;) {
    std::uint64_t behind = rows.first + rows.count;
    std::vector<Segment*> targets;
    for (Segment& segment : target.segments) {
      if (segment.tile != rows.tile || !segment.has(first)) continue;
      targets.push_back(&segment);
      behind = std::min(behind, segment.first + segment.rows);
    }
    RowRuns all;
    std::vector<AddressRef> refs;
    for (std::uint64_t row = first; row < behind; ++row) refs.push_back({0, own.address_of(row)});
    all.add(std::move(refs));
    for (const Segment* segment : targets) {
      std::vector<AddressRef> places;
      for (std::uint64_t row = first; row < behind; ++row) {
        places.push_back({0, segment->address_of(row)});
      }
      all.add(std::move(places));
    }
    const auto runs = all.runs();
    for (std::size_t n = 0; n < runs[0].size(); ++n) {
      std::vector<AddressRun> own_runs;
      for (const auto& of_source : runs) own_runs.push_back(of_source[n]);
      send_run(own_runs, own, targets, first + own_runs[0].first, name);
    }
    first = behind;
  }
}

/// Cycle 0: the first byte of the first row is sent.
Fragment ChipLink::sends(const AddressRun& run, const Store& store) const {
  Fragment out;
  const std::uint32_t stop = stop_of_link(out_);
  const std::uint32_t interval = interval_of(run.count, store.width);
  for (std::uint32_t byte = 0; byte < store.width; ++byte) {
    const std::uint32_t slice = stop_of_slice(store.hemisphere, store.slices.at(byte));
    const Offset cycle = Offset{byte} * cycles_a_vector();
    Fragment::Streams request;
    request.direction = direction_to(slice, stop);
    request.low = link_streams;
    request.high = link_streams_behind;
    request.zones = zones_between(slice, stop);
    request.phase = stream_phase(request.direction, stop, cycle);
    request.count = run.count;
    request.interval = interval;
    const std::int32_t stream = out.streams(request);
    Fragment::Item read;
    read.instruction = memory_run(Opcode::read, store, byte, run);
    read.instruction.interval_cycles = interval;
    read.cycle = cycle - hops_between(slice, stop) -
                 static_cast<Offset>(result_delay_cycles(from_.timing, read.instruction));
    read.result = stream;
    read.result_width = 1;
    const std::uint32_t item = out.add(std::move(read));
    Fragment::Item send;
    send.instruction.opcode = Opcode::send;
    send.instruction.queue = static_cast<std::uint16_t>(number_of(queue_of_link(out_)));
    send.instruction.count = run.count;
    send.instruction.interval_cycles = interval;
    send.cycle = cycle;
    send.in[0].kind = Operand::Kind::stream;
    send.in[0].streams = stream;
    send.in[0].sources = {{false, item, 0, 1}};
    out.add(std::move(send));
  }
  return out;
}

/// From a receive to the write of what it brings.
Offset ChipLink::written_after(const Store& store, std::uint32_t byte) const {
  Instruction receive;
  receive.opcode = Opcode::receive;
  receive.queue = static_cast<std::uint16_t>(number_of(queue_of_link(in_)));
  return static_cast<Offset>(result_delay_cycles(to_.timing, receive)) +
         hops_between(stop_of_link(in_), stop_of_slice(store.hemisphere, store.slices.at(byte)));
}

/// Cycle 0: the first byte of the first row is received.
Fragment ChipLink::receives(const std::vector<AddressRun>& runs,
                            const std::vector<Segment*>& targets) const {
  Fragment out;
  const std::uint32_t stop = stop_of_link(in_);
  const std::uint8_t width = targets[0]->store.width;
  const std::uint32_t interval = interval_of(runs[0].count, width);
  for (std::uint32_t byte = 0; byte < width; ++byte) {
    const Offset cycle = Offset{byte} * cycles_a_vector();
    Fragment::Item receive;
    receive.instruction.opcode = Opcode::receive;
    receive.instruction.queue = static_cast<std::uint16_t>(number_of(queue_of_link(in_)));
    receive.instruction.count = runs[0].count;
    receive.instruction.interval_cycles = interval;
    receive.cycle = cycle;
    Fragment::Streams request;
    request.direction = direction_to(stop, vxm_stop);
    request.low = link_streams;
    request.high = link_streams_behind;
    for (const Segment* target : targets) {
      request.zones |= zones_between(
          stop, stop_of_slice(target->store.hemisphere, target->store.slices.at(byte)));
    }
    request.phase = stream_phase(
        request.direction, stop,
        cycle + static_cast<Offset>(result_delay_cycles(to_.timing, receive.instruction)));
    request.count = runs[0].count;
    request.interval = interval;
    const std::int32_t stream = out.streams(request);
    receive.result = stream;
    receive.result_width = 1;
    const std::uint32_t item = out.add(std::move(receive));
    for (std::size_t t = 0; t < targets.size(); ++t) {
      Fragment::Item write;
      write.instruction = memory_run(Opcode::write, targets[t]->store, byte, runs[t]);
      write.instruction.interval_cycles = interval;
      write.cycle = cycle + written_after(targets[t]->store, byte);
      write.in[0].kind = Operand::Kind::stream;
      write.in[0].streams = stream;
      write.in[0].sources = {{false, item, 0, 1}};
      out.add(std::move(write));
    }
  }
  return out;
}

void ChipLink::send_run(const std::vector<AddressRun>& runs, const Segment& source,
                        const std::vector<Segment*>& targets, std::uint64_t row,
                        const std::string& name) {
  const Fragment out = sends(runs[0], source.store);
  const Fragment in = receives({runs.begin() + 1, runs.end()}, targets);
  if (in.clashes_with_itself()) {
    fail(Category::limit, "tensor '" + name + "': no slices apart for copies of what arrives");
  }
  const auto width = static_cast<Offset>(source.store.width);
  const Offset interval = width * cycles_a_vector();
  const Offset length = Offset{runs[0].count} * interval;
  Offset earliest = std::max(sent_, from_.barrier);
  const Offset first_read = out.first_cycle();
  for (std::uint32_t k = 0; k < runs[0].count; ++k) {
    const auto ready = static_cast<Offset>(source.ready_at(row + k));
    // Of whichever byte is read first.
    earliest = std::max(earliest, ready - first_read - Offset{k} * interval);
  }
  Offset receivable = std::max(received_, to_.barrier);
  for (const Segment* target : targets) {
    receivable = std::max(
        receivable, static_cast<Offset>(target->store.free_from) - written_after(target->store, 0));
  }
  Offset sent = 0;
  Offset received = 0;
  for (bool waits = true; waits;) {
    sent = from_.placer.find(out, earliest);
    const auto flight =
        static_cast<Offset>(crossing_cycles(to_.timing, static_cast<Cycle>(sent + length)));
    // So long may the first of them wait that those behind it find room.
    const Offset room = Offset{to_.timing.link_receive_vectors - 2} * cycles_a_vector() -
                        (flight - static_cast<Offset>(to_.timing.link_least_cycles));
    if (room < 0) {
      fail(Category::unsupported, "tensor '" + name + "': goes to another chip in cycle " +
                                      std::to_string(sent) +
                                      ", when the chips' clocks may be too far apart");
    }
    received = to_.placer.find(in, std::max(receivable, sent + flight));
    waits = received - sent - flight > room;
    if (waits) earliest = std::max(sent + 1, received - flight - room);
  }
  from_.placer.place(out, sent, label_out_);
  to_.placer.place(in, received, label_in_);
  sent_ = sent + length;
  received_ = received + length;
  from_.note(sent_);
  const auto written = static_cast<Offset>(to_.timing.mem_write_cycles);
  for (Segment* target : targets) {
    for (std::uint32_t k = 0; k < runs[0].count; ++k) {
      Offset ready = 0;
      for (std::uint32_t byte = 0; byte < target->store.width; ++byte) {
        ready = std::max(ready, received + Offset{k} * interval + Offset{byte} * cycles_a_vector() +
                                    written_after(target->store, byte) + written);
      }
      target->ready.at(row + k - target->low) = static_cast<Cycle>(ready);
      to_.note(ready);
    }
  }
}

}  // namespace weft::program::tsp

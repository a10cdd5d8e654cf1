// SPDX-License-Identifier: Apache-2.0
// What a slice tells: rows of its instructions, counts of its stops, errors in words.
#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "machine/layer_rows.hpp"
#include "machine/tsp/tsp.hpp"
#include "program/tsp_shape.hpp"

namespace weft::machine::tsp {

namespace form = program::tsp;

namespace {

constexpr std::uint32_t instructions_stream = 0;
constexpr std::uint32_t layers_stream = 1;
constexpr unsigned interval_shift = 32;

/// A counter of a slice's stops, filled column by column.
CounterArray counter(std::string name, std::string unit, std::string long_name,
                     std::vector<std::string> channels) {
  return {std::move(name), std::move(unit), std::move(long_name), std::move(channels), {}};
}

std::string opcode_names(form::Opcode opcode) { return std::string(name_of(opcode)); }

}  // namespace

std::vector<StreamInfo> Tsp::streams() const {
  StreamInfo runs{"instructions",
                  "runs of instructions, by the dispatch of their last; durations from the first",
                  "instruction queue",
                  "count + 2^32 * interval in cycles",
                  {},
                  TraceLevel::runs};
  for (std::size_t o = 0; o < static_cast<std::size_t>(form::Opcode::count_); ++o) {
    runs.kinds.push_back(opcode_names(static_cast<form::Opcode>(o)));
  }
  if (program_.layers.empty()) return {runs};
  return {runs, told_of_layers(
                    "layers run at the same time: begin is the first dispatch for the layer, "
                    "loads of its weights among them, cycles are those in which the queue that is "
                    "busiest with it dispatched for it")};
}

namespace {

/// What each layer of a schedule takes, in cycles of the schedule.
std::vector<LayerPart> layers_of(const form::Program& program, const form::Schedule& schedule,
                                 const form::Timing& timing) {
  std::vector<LayerPart> out(program.layers.size());
  std::vector<std::map<std::uint32_t, Cycle>> dispatched(out.size());  // [layer]: by queue
  for (const form::Instruction& i : schedule.instructions) {
    if (i.label >= program.layer_of_text.size()) continue;
    const std::uint32_t layer = program.layer_of_text[i.label];
    if (layer == form::none) continue;
    LayerPart& part = out[layer];
    part.begin = std::min(part.begin, i.cycle);
    part.end = std::max(part.end, i.last_cycle() + form::end_delay_cycles(timing, i));
    part.busy = std::max(part.busy, dispatched[layer][i.queue] += i.count);
  }
  return out;
}

}  // namespace

// From the first run of the schedule to the last.
void Tsp::conclude(Cycle cycle, Recorder& recorder) {
  if (program_.layers.empty() || completed_ == 0 || slice_.tiles.x0 > 0) return;
  for (const Part& part : parts_) {
    if (part.flow == nullptr) continue;
    const std::vector<LayerPart> layers =
        layers_of(program_, part.flow->schedule(), constants_.timing);
    for (std::uint32_t layer = 0; layer < layers.size(); ++layer) {
      LayerPart did = layers[layer];
      if (!did.worked()) continue;
      did.begin += first_launch_;
      did.end += shop_.launch;
      did.busy *= completed_;
      append_layer(recorder, layers_stream, cycle, TileId{part.chip * form::stops}, layer, layer,
                   did);
    }
  }
}

void Tsp::record_runs(Cycle until, Recorder& recorder) {
  for (Part& part : parts_) {
    if (part.flow == nullptr) continue;
    const auto& order = part.plan->instructions;
    for (; part.next_row < order.size(); ++part.next_row) {
      const std::uint32_t number = order[part.next_row];
      const form::Instruction& i = part.flow->schedule().instructions[number];
      const Cycle end = shop_.launch + i.last_cycle();
      if (end >= until) break;
      const Cycle duration = std::min<Cycle>(i.last_cycle() - i.cycle + 1, 0xffffffffU);
      const std::uint32_t stop = part.flow->stop_of_instruction(number);
      recorder.append(
          instructions_stream,
          {end, TileId{part.chip * form::stops + stop}, number,
           static_cast<std::uint32_t>(i.opcode), i.queue, static_cast<std::uint32_t>(duration), 0,
           i.count | std::uint64_t{i.interval_cycles} << interval_shift});
    }
  }
}

std::vector<std::uint64_t> Tsp::counted(const Part& part) const {
  const std::uint32_t begin = slice_.tiles.x0;
  const std::uint32_t end = slice_.tiles.x1();
  std::vector<std::uint64_t> values(std::size_t{slice_.tiles.width} * columns, 0);
  if (part.flow == nullptr) return values;
  if (completed_ > 0) {
    count_before(*part.flow, begin, end, checked_.cycles, values);
    for (std::uint64_t& value : values) value *= completed_;
  }
  if (running_) count_before(*part.flow, begin, end, now_ - shop_.launch, values);
  return values;
}

std::uint64_t Tsp::busy_at(const Part& part, std::uint32_t stop) const {
  if (part.flow == nullptr) return 0;
  const auto schedule = static_cast<std::size_t>(part.flow - flows_.data());
  std::uint64_t cycles = 0;
  for (const Progression& run : busy_[schedule * form::stops + stop]) {
    cycles += completed_ * run.count;
    if (running_) cycles += run.before(now_ - shop_.launch);
  }
  return cycles;
}

std::vector<CounterArray> Tsp::counters() const {
  CounterArray busy = counter("tile_busy", "cycle", "cycles with an instruction dispatched", {});
  CounterArray ran = counter("schedule_cycles", "cycle", "cycles in which a schedule ran", {});
  std::vector<CounterArray> list = {
      counter("instructions", "1", "instructions dispatched, and Repeats begun",
              {"dispatched", "repeats"}),
      counter("memory_bytes", "B", "bytes of words read and written", {"read", "written"}),
      counter("stream_bytes", "B",
              "bytes driven onto streams here; passed here to who takes any of their run",
              {"driven", "passed"}),
      counter("alu_operations", "1", "operations of the ALUs of all lanes", {}),
      counter("mxm_macs", "1", "multiply-adds with rows of weights that hold any", {}),
      counter("plane_cycles", "cycle", "cycles in which an MXM plane took an activation",
              {"w1", "w0", "e0", "e1"}),
      counter("ecc_words", "1", "128-bit words checked; single bits corrected",
              {"checked", "corrected"})};
  const auto cycles = completed_ * checked_.cycles + (running_ ? now_ - shop_.launch : 0);
  for (const Part& part : parts_) {
    const std::vector<std::uint64_t> values = counted(part);
    for (std::uint32_t stop = slice_.tiles.x0; stop < slice_.tiles.x1(); ++stop) {
      busy.values.push_back(busy_at(part, stop));
      ran.values.push_back(part.flow == nullptr ? 0 : cycles);
      std::size_t column = std::size_t{stop - slice_.tiles.x0} * columns;
      for (CounterArray& array : list) {
        const std::size_t width = std::max<std::size_t>(1, array.channels.size());
        for (std::size_t channel = 0; channel < width; ++channel) {
          const bool corrected = &array == &list.back() && channel == 1;
          array.values.push_back(corrected ? corrections_at(part.chip * form::stops + stop)
                                           : values[column++]);
        }
      }
    }
  }
  list.insert(list.begin(), {std::move(busy), std::move(ran)});
  return list;
}

std::uint64_t Tsp::corrections_at(std::uint32_t tile) const {
  return static_cast<std::uint64_t>(
      std::count_if(shop_.corrections.begin(), shop_.corrections.end(),
                    [&](const Correction& c) { return c.tile == tile && c.cycle < now_; }));
}

std::vector<Remark> Tsp::remarks() const {
  Remark remark;
  remark.what = "single flipped bits of memory words, corrected where they were taken";
  for (const Correction& c : shop_.corrections) {
    if (c.cycle >= now_) continue;
    ++remark.count;
    if (std::tuple(c.cycle, c.tile) >= std::tuple(remark.cycle, index(remark.tile))) continue;
    remark.cycle = c.cycle;
    remark.tile = TileId{c.tile};
    remark.first = "at " + form::stop_name(c.tile % form::stops);
  }
  if (remark.count == 0) return {};
  return {remark};
}

std::uint64_t Tsp::bytes() const {
  std::uint64_t bytes = shop_.buffers.bytes();
  for (const form::Schedule& schedule : program_.schedules) {
    bytes += schedule.instructions.size() * sizeof(form::Instruction);
  }
  for (const form::CheckedSchedule& checked : checked_.schedules) {
    bytes += checked.edges.size() * sizeof(form::Edge) + checked.tasks.size() * sizeof(form::Task);
  }
  for (const Part& part : parts_) {
    bytes += part.memory.bytes();
    for (const auto& [stop, plane] : part.planes) {
      bytes += plane.buffer.extent(0) + plane.accumulators.extent(0);
    }
  }
  return bytes;
}

namespace {

/// ", word 2 of bank 0 of mem.e0": where the word with two flipped bits was read, or else which
/// instruction drove it.
std::string word_text(const form::Program& program, const form::Schedule& schedule,
                      const form::CheckedSchedule& checked, const KernelError& error) {
  const auto number = static_cast<std::size_t>(error.detail[0]);
  const auto element = static_cast<std::uint32_t>(error.detail[1]);
  const auto stream = static_cast<std::uint32_t>(error.detail[2] >> 8U) % 256;
  const auto operand = static_cast<std::uint32_t>(error.detail[2] >> 16U);
  for (std::uint64_t e = checked.edges_from[number]; e < checked.edges_from[number + 1]; ++e) {
    const form::Edge& edge = checked.edges[e];
    if (edge.operand != operand || element < edge.first || element - edge.first >= edge.count) {
      continue;
    }
    if (stream < edge.stream || stream - edge.stream >= edge.width) continue;
    const form::Instruction& from = schedule.instructions[edge.producer];
    const std::int64_t at =
        edge.producer_first + std::int64_t{element - edge.first} * edge.producer_step;
    if (from.opcode == form::Opcode::read) {
      return ", word " + std::to_string(from.address_of(static_cast<std::uint32_t>(at))) +
             " of bank " + std::to_string(from.bank) + " of " +
             form::name_of(form::queue_of(from.queue));
    }
    return ", of element " + std::to_string(at) + " of " +
           form::text_of(program, schedule, edge.producer);
  }
  return "";
}

}  // namespace

std::string Tsp::describe(const KernelError& error) const {
  const std::uint32_t chip = index(error.tile) / form::stops;
  const form::Schedule& schedule = program_.schedules.at(program_.schedule_of_chip.at(chip));
  const auto number = static_cast<std::uint32_t>(error.detail[0]);
  const form::Instruction& i = schedule.instructions.at(number);
  const std::string where =
      form::place_text(program_, i) + "cycle " + std::to_string(error.cycle) + ", chip " +
      std::to_string(chip) + ", " + form::stop_name(index(error.tile) % form::stops) + ": " +
      form::text_of(program_, schedule, number) + ", element " + std::to_string(error.detail[1]);
  if (error.code == static_cast<std::uint32_t>(TspError::two_bits)) {
    const form::CheckedSchedule& checked =
        checked_.schedules.at(program_.schedule_of_chip.at(chip));
    return where + ": two bits of a 128-bit word are flipped" +
           word_text(program_, schedule, checked, error) + ", superlane " +
           std::to_string(error.detail[2] % 256);
  }
  return where + ": word " + std::to_string(static_cast<std::int64_t>(error.detail[2])) +
         " is beyond its bank of " + std::to_string(form::words_a_bank);
}

}  // namespace weft::machine::tsp

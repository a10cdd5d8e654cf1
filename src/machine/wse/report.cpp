// SPDX-License-Identifier: Apache-2.0
// What a slice says about itself: refusals, waiting tiles, streams, counters.
#include <algorithm>

#include "base/counted.hpp"
#include "machine/layer_rows.hpp"
#include "machine/wse/errors.hpp"
#include "machine/wse/pe.hpp"
#include "machine/wse/wse.hpp"

namespace weft::machine::wse {
namespace {

std::string address_text(std::uint64_t address) {
  return std::to_string(static_cast<std::int64_t>(address));
}

/// The symbol that an address lies in.
std::string symbol_text(const form::TileCode& code, std::uint64_t address) {
  for (const form::Symbol& symbol : code.symbols) {
    const std::uint64_t end =
        symbol.address + std::uint64_t{symbol.elements} * form::bytes_of(symbol.type);
    if (address >= symbol.address && address < end) {
      return " (" + symbol.name + "[" +
             std::to_string((address - symbol.address) / form::bytes_of(symbol.type)) + "])";
    }
  }
  return "";
}

std::string line_text(std::uint64_t line) {
  return line == 0 ? std::string() : ", line " + std::to_string(line);
}

std::string instruction_line(const form::TileCode& code, std::uint64_t at) {
  return at < code.lines.size() ? line_text(code.lines[at]) : std::string();
}

std::string operation_text(std::uint64_t number) {
  return form::name_of(static_cast<form::VectorOperation>(number));
}

std::string message_of(const form::TileCode& code, PeError error, const std::uint64_t* d) {
  switch (error) {
    case PeError::unwritten:
      return "reads " + counted(d[1], "byte") + " of SRAM at " + address_text(d[0]) +
             symbol_text(code, d[0]) + " that were never written";
    case PeError::out_of_bounds:
      return "touches " + counted(d[1], "byte") + " at address " + address_text(d[0]) +
             ", outside the " + counted(d[2], "byte") + " of SRAM of its program";
    case PeError::microthread_busy:
      return "uses microthread " + std::to_string(d[0]) +
             " while it is still busy with the operation of" +
             (d[1] == 0 ? " another instruction" : line_text(d[1]).substr(1)) + line_text(d[2]);
    case PeError::fabric_inputs:
      return "an operation with " + counted(d[0], "fabric input") + "; the machine allows " +
             std::to_string(d[1]) + line_text(d[2]);
    case PeError::operands:
      return "operation " + operation_text(d[0]) +
             " with operands that it cannot have (asynchronous ones need a fabric operand)" +
             line_text(d[1]);
    case PeError::division_by_zero:
      return "division by zero" + instruction_line(code, d[0]);
    case PeError::shift:
      return "shift by " + std::to_string(d[1]) + instruction_line(code, d[0]);
    case PeError::assertion:
      return "assertion failed: " + (d[0] < code.messages.size() ? code.messages[d[0]] : "");
    case PeError::call_target:
      return "calls function number " + std::to_string(d[0]) + ", which does not exist";
    case PeError::stack:
      return "calls nested deeper than " + std::to_string(d[0]);
    case PeError::unbound_control_task:
      return "a control wavelet for task id " + std::to_string(d[0]) +
             ", which is not bound, at the head of input queue " + std::to_string(d[1]);
    case PeError::fifo_conflict:
      return "two operations at the same end of FIFO " + std::to_string(d[0]);
    case PeError::task_number:
      return "names task number " + std::to_string(d[0]) + ", which does not exist";
    case PeError::descriptor_kind:
      return "reads or writes an element of descriptor " + std::to_string(d[0]) +
             ", which is not in memory";
    case PeError::length:
      return "sets the length of descriptor " + std::to_string(d[0]) +
             ", which has more than one dimension";
    case PeError::no_time:
      return "executes more than " + counted(d[1], "instruction") + " without a cycle passing" +
             instruction_line(code, d[0]);
    case PeError::fixed_route:
      return "reads or rewrites the route of color " + std::to_string(d[0]) +
             ", which the program does not mark as one that changes";
  }
  return "refused for an unknown reason";
}

}  // namespace

std::string Wse::describe(const KernelError& error) const {
  if (error.code < static_cast<std::uint32_t>(fabric::FabricError::end)) {
    fabric::Fault fault;
    fault.cycle = error.cycle;
    fault.tile = error.tile;
    fault.code = static_cast<fabric::FabricError>(error.code);
    fault.color = static_cast<std::uint8_t>(error.detail[0]);
    fault.port = static_cast<std::uint8_t>(error.detail[1]);
    return fabric_.describe(fault);
  }
  const form::TileCode& code = program_.codes[program_.code_of_tile[weft::index(error.tile)]];
  return "cycle " + std::to_string(error.cycle) + ", " + tile_name(error.tile) + " (" + code.name +
         "): " + message_of(code, static_cast<PeError>(error.code), error.detail);
}

bool Wse::work_left() const {
  // A program that a host drives may keep receiving for ever: only what the host waits for is work.
  bool driven = !program_.host_streams.empty();
  for (const form::TileCode& code : program_.codes) driven |= !code.entry_points.empty();
  for (std::uint32_t i = 0; i < state_.tiles; ++i) {
    const Tile& t = state_.tile(i);
    if (t.command_open) return true;
    if (!driven && (t.main != Main::idle || t.live_threads > 0)) return true;
  }
  return ports_.any_waiting_to_enter();
}

std::string Wse::thread_reason(std::uint32_t tile, std::uint32_t slot) const {
  const Tile& t = state_.tile(tile);
  const CodeInfo& info = state_.info(t.code);
  const auto before = static_cast<unsigned>(__builtin_popcount(info.slots & ((1U << slot) - 1U)));
  const Thread& th = state_.thread(t.threads + before);
  const std::string who =
      slot == fabric::main_slot ? "main thread" : "microthread " + std::to_string(slot);
  const VectorCode& v = state_.vector(th.vector);
  const std::string what = std::string(" (") + form::name_of(v.name) + line_text(v.line) + ")";
  if (th.state == Thread::State::waits_for_fifo) {
    return who + what + " waits for a FIFO after " + std::to_string(th.done) + " of " +
           counted(th.count, "element");
  }
  const fabric::StreamStatus status = fabric_.ramp().status(tile, static_cast<std::uint8_t>(slot));
  const std::string progress =
      " after " + std::to_string(th.done) + " of " + counted(th.count, "wavelet");
  if (status.wait == fabric::StreamWait::blocked) {
    return who + what + " is blocked on output queue " + std::to_string(status.output_queue) +
           ", color " + std::to_string(status.color) + progress;
  }
  const unsigned queue = status.input_queue[0];
  std::string color;
  for (const form::QueueBinding& q : program_.codes[t.code].input_queues) {
    if (q.queue == queue) color = ", color " + std::to_string(q.color);
  }
  return who + what + " waits for input queue " + std::to_string(queue) + color + progress;
}

std::string Wse::waiting_reason(std::uint32_t tile) const {
  const Tile& t = state_.tile(tile);
  const CodeInfo& info = state_.info(t.code);
  std::string reason;
  const auto append = [&](const std::string& more) {
    reason += (reason.empty() ? "" : "; ") + more;
  };
  std::uint32_t before = 0;
  for (std::uint32_t slot = 0; slot < fabric::slot_count; ++slot) {
    if ((info.slots >> slot & 1U) == 0) continue;
    const Thread& th = state_.thread(t.threads + before++);
    if (th.state != Thread::State::free) append(thread_reason(tile, slot));
  }
  for (std::uint32_t k = 0; k < info.task_count; ++k) {
    const TaskCode& task = state_.task(info.tasks + k);
    const bool held = (t.activated & t.blocked) >> k & 1U;
    if (held && task.bound)
      append("task id " + std::to_string(task.id) + " is activated but blocked");
  }
  if (t.command_open) append("the launched function has not unblocked the command stream");
  return reason;
}

std::vector<Waiting> Wse::waiting(std::size_t most) const {
  std::vector<Waiting> list;
  for (std::uint32_t i = 0; i < state_.tiles && list.size() < most; ++i) {
    const Tile& t = state_.tile(i);
    if (!t.command_open && t.main == Main::idle && t.live_threads == 0) continue;
    list.push_back({TileId{t.global}, waiting_reason(i)});
  }
  for (const fabric::StuckQueue& stuck : fabric_.stuck(most - list.size())) {
    const std::uint32_t x = slice_.tiles.x0 + stuck.tile % slice_.tiles.width;
    const std::uint32_t y = slice_.tiles.y0 + stuck.tile / slice_.tiles.width;
    static const char* const ports[] = {"west", "east", "south", "north", "ramp"};
    list.push_back({TileId{y * slice_.region.width + x},
                    counted(stuck.words, "wavelet") + " of color " + std::to_string(stuck.color) +
                        " wait at the router's " + ports[stuck.port] + " port" +
                        (stuck.torn      ? ", and the color is in teardown here"
                         : stuck.refused ? ", from which its position does not receive"
                                         : "")});
  }
  std::stable_sort(list.begin(), list.end(), [](const Waiting& a, const Waiting& b) {
    return weft::index(a.tile) < weft::index(b.tile);
  });
  if (list.size() > most) list.resize(most);
  return list;
}

std::vector<StreamInfo> Wse::streams() const {
  std::vector<StreamInfo> list = {
      {"tasks",
       "tasks from their start to their end",
       "task id",
       "instructions issued",
       {"data", "local", "control", "launched"},
       TraceLevel::runs},
      {"vector_operations",
       "vector (DSD) operations from issue to end",
       "vector operation",
       "elements",
       {"memory", "send", "receive", "chain"},
       TraceLevel::runs},
      {"flows",
       "wavelets of one color that left by one port, one a cycle",
       "color",
       "wavelets",
       {"west", "east", "south", "north", "ramp"},
       TraceLevel::runs},
      {"words",
       "words that vector operations took from the ramp or gave to it, and those of data tasks",
       "color",
       "the word's 32 bits",
       {"received", "sent", "data_task"},
       TraceLevel::full}};
  if (!program_.layers.empty()) {
    list.push_back(told_of_layers(
        "layers run at the same time: begin is the first cycle in which a PE of the layer took a "
        "word (or began, where none takes any), cycles are those in which its busiest PE issued "
        "something"));
  }
  return list;
}

// A task that only waits for words has begun long before they come.
void Wse::conclude(Cycle cycle, Recorder& recorder) {
  if (program_.layers.empty()) return;
  for (std::uint32_t i = 0; i < state_.tiles; ++i) {
    const Tile& t = state_.tile(i);
    const std::uint32_t layer = program_.layer_of_tile[t.global];
    if (layer == form::no_layer) continue;
    LayerPart part;
    part.busy = t.scalar_cycles + t.vector_cycles;
    part.begin = t.first_word != 0 ? t.first_word : t.first_task;
    part.end = std::max(t.main_time, t.last_step + 1);
    if (t.first_task == 0 || !part.worked()) continue;
    append_layer(recorder, static_cast<std::uint32_t>(RowStream::layers), cycle, TileId{t.global},
                 0, layer, part);
  }
}

std::vector<CounterArray> Wse::counters() const {
  CounterArray busy{"tile_busy", "cycle", "cycles in which the tile issued something", {}, {}};
  CounterArray scalar{"scalar_cycles", "cycle", "cycles of scalar instructions", {}, {}};
  CounterArray vector{"vector_cycles", "cycle", "cycles of vector instructions", {}, {}};
  CounterArray stalls{"stalls",
                      "cycle",
                      "cycles in which something waited",
                      {"starved", "blocked", "dependency", "bank", "issue"},
                      {}};
  CounterArray instructions{"instructions", "1", "scalar and vector instructions issued", {}, {}};
  const fabric::Ramp ramp = fabric_.ramp();
  for (CounterArray* counter : {&busy, &scalar, &vector, &instructions}) {
    counter->values.reserve(state_.tiles);
  }
  stalls.values.reserve(std::size_t{stall_count} * state_.tiles);
  for (std::uint32_t i = 0; i < state_.tiles; ++i) {
    const Tile& t = state_.tile(i);
    busy.values.push_back(t.scalar_cycles + t.vector_cycles);
    scalar.values.push_back(t.scalar_cycles);
    vector.values.push_back(t.vector_cycles);
    instructions.values.push_back(t.instructions);
    std::uint64_t own[stall_count];
    std::copy_n(t.stalls, stall_count, own);
    own[static_cast<unsigned>(Stall::starved)] +=
        ramp.stalled_cycles(i, fabric::StreamWait::starved);
    own[static_cast<unsigned>(Stall::blocked)] +=
        ramp.stalled_cycles(i, fabric::StreamWait::blocked);
    own[static_cast<unsigned>(Stall::issue)] += ramp.stalled_cycles(i, fabric::StreamWait::issue);
    stalls.values.insert(stalls.values.end(), own, own + stall_count);
  }
  CounterArray links{"link_wavelets",
                     "wavelet",
                     "wavelets that left by each port",
                     {"west", "east", "south", "north", "ramp"},
                     fabric_.link_wavelets()};
  std::vector<CounterArray> list;
  for (CounterArray* counter : {&busy, &scalar, &vector, &stalls, &instructions, &links}) {
    list.push_back(std::move(*counter));
  }
  return list;
}

std::vector<Remark> Wse::remarks() const {
  std::vector<Remark> out;
  const fabric::OverEdge over = fabric_.over_edge();
  if (over.wavelets != 0) {
    out.push_back(
        {"wavelets that left the region", over.wavelets, over.first_cycle, over.tile,
         "of color " + std::to_string(over.color) + " went " + fabric::port_name(over.port)});
  }
  for (std::size_t k = 0; k < program_.wavelet_flips.size(); ++k) {
    const form::WaveletFlip& flip = program_.wavelet_flips[k];
    if ((flips_left_ >> k & 1U) == 0 || !slice_.tiles.contains(flip.x, flip.y)) continue;
    out.push_back({"wavelet flips that met no wavelet", 1, flip.cycle,
                   TileId{flip.y * slice_.region.width + flip.x},
                   "waited for color " + std::to_string(flip.color)});
  }
  return out;
}

}  // namespace weft::machine::wse

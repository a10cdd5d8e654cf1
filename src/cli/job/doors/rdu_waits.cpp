// SPDX-License-Identifier: Apache-2.0
// `weft trace waits`: what the contexts of a unit graph did with their time.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "analysis/text_table.hpp"
#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/number_text.hpp"
#include "base/output_file.hpp"
#include "cli/job/doors/rdu_trace.hpp"
#include "cli/trace/trace_command.hpp"

namespace weft::cli {
namespace {

using analysis::TableRow;

std::string share(std::uint64_t cycles, Cycle all) {
  if (cycles == 0) return "-";
  return fixed(100.0 * static_cast<double>(cycles) / static_cast<double>(all), 1);
}

/// Cycles in which it neither fired nor waited inside of its counters.
std::uint64_t idle_of(const RduRun& run, const ContextTime& time) {
  const std::uint64_t known = time.busy + time.input + time.dram + time.room;
  return run.cycles() - std::min<std::uint64_t>(run.cycles(), known);
}

/// The channel on which it waited most, and for what.
std::string most_awaited(const RduRun& run, std::uint32_t context) {
  const program::rdu::Context& of = run.program.contexts[context];
  std::uint64_t most = 0;
  std::string what;
  const auto look = [&](std::uint64_t cycles, std::uint32_t channel, const char* why) {
    if (cycles <= most) return;
    most = cycles;
    what = why + (" " + run.program.channels[channel].name);
  };
  for (const auto& input : of.inputs) {
    look(run.channels[input.channel].input, input.channel, "token of");
  }
  for (const auto& output : of.outputs) {
    look(run.channels[output.channel].room, output.channel, "room in");
  }
  return what;
}

/// By busy cycles, most first.
std::vector<std::uint32_t> in_order(const RduRun& run) {
  std::vector<std::uint32_t> order(run.contexts.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&run](std::uint32_t a, std::uint32_t b) {
    return run.contexts[a].busy > run.contexts[b].busy;
  });
  return order;
}

std::string table_of_contexts(const RduRun& run, std::size_t top) {
  std::vector<TableRow> rows{{"context", "unit", "source", "busy", "input", "DRAM", "room", "idle",
                              "firings", "waited most for"}};
  std::size_t left = 0;
  for (const std::uint32_t c : in_order(run)) {
    if (rows.size() > top) {
      ++left;
      continue;
    }
    const ContextTime& of = run.contexts[c];
    rows.push_back({run.program.contexts[c].name, run.unit_name(c), run.places[c],
                    share(of.busy, run.cycles()), share(of.input, run.cycles()),
                    share(of.dram, run.cycles()), share(of.room, run.cycles()),
                    share(idle_of(run, of), run.cycles()), grouped(of.firings),
                    most_awaited(run, c)});
  }
  std::string text = "percent of cycles " + grouped(run.begin) + " to " + grouped(run.end) + " (" +
                     grouped(run.cycles()) + ")\n" + analysis::table_text(rows);
  if (left > 0) text += grouped(left, "more context") + ": --top\n";
  return text;
}

std::string table_of_channels(const RduRun& run, std::uint32_t context) {
  const program::rdu::Context& of = run.program.contexts[context];
  const ContextTime& time = run.contexts[context];
  std::string text = "context '" + of.name + "' in unit '" + run.unit_name(context) + "'";
  if (!run.places[context].empty()) text += ", " + run.places[context];
  text += ": " + grouped(time.firings, "firing");
  if (time.firings > 0) text += " in cycles " + grouped(time.first) + " to " + grouped(time.last);
  text += "\n";
  std::vector<TableRow> rows{{"cycles", "%", "what"}};
  const auto add = [&](std::uint64_t cycles, const std::string& what) {
    if (cycles > 0) rows.push_back({grouped(cycles), share(cycles, run.cycles()), what});
  };
  add(time.busy, "fires");
  for (const auto& input : of.inputs) {
    const program::rdu::End& from = run.ends[input.channel].producer;
    const std::string name = "'" + run.program.channels[input.channel].name + "' from " +
                             program::rdu::name_of(run.program, from);
    add(run.channels[input.channel].input, "waits for a token on " + name);
    add(run.channels[input.channel].rest, "rests, without a token on " + name);
  }
  for (const auto& output : of.outputs) {
    const program::rdu::End& to = run.ends[output.channel].consumer;
    add(run.channels[output.channel].room, "waits for room in '" +
                                               run.program.channels[output.channel].name + "' to " +
                                               program::rdu::name_of(run.program, to));
  }
  const std::uint64_t idle = idle_of(run, time);
  add(idle - std::min(idle, time.rest), "idle: before its first firing, or behind its last one");
  return text + analysis::table_text(rows);
}

Json json_of_channel(const RduRun& run, std::uint32_t channel) {
  const ChannelTime& time = run.channels[channel];
  return {{"channel", run.program.channels[channel].name},
          {"from", program::rdu::name_of(run.program, run.ends[channel].producer)},
          {"to", program::rdu::name_of(run.program, run.ends[channel].consumer)},
          {"tokens", time.tokens},
          {"token_cycles", time.input},
          {"rest_cycles", time.rest},
          {"room_cycles", time.room}};
}

Json json_of_run(const RduRun& run) {
  Json contexts = Json::array();
  for (const std::uint32_t c : in_order(run)) {
    const ContextTime& time = run.contexts[c];
    contexts.push_back({{"context", run.program.contexts[c].name},
                        {"unit", run.unit_name(c)},
                        {"source", run.places[c]},
                        {"firings", time.firings},
                        {"busy_cycles", time.busy},
                        {"input_cycles", time.input},
                        {"dram_cycles", time.dram},
                        {"room_cycles", time.room},
                        {"idle_cycles", idle_of(run, time)}});
  }
  Json channels = Json::array();
  for (std::uint32_t c = 0; c < run.channels.size(); ++c) {
    channels.push_back(json_of_channel(run, c));
  }
  return {{"begin", run.begin}, {"end", run.end}, {"contexts", contexts}, {"channels", channels}};
}

int waits(const Context& context, const TraceOptions& options) {
  options.json.require_writable();
  const trace::Reader reader(options.file);
  const RduRun run = read_rdu_run(reader);
  log::print(options.name.empty() ? table_of_contexts(run, options.top)
                                  : table_of_channels(run, run.context_named(options.name)));
  options.json.write(context.world, [&] { return json_of_run(run); });
  return 0;
}

}  // namespace

void add_trace_waits(CLI::App& trace, Context& context) {
  auto options = std::make_shared<TraceOptions>();
  options->top = 40;
  CLI::App* command = add_trace_command(
      trace, context, options, waits, "waits",
      "What the contexts of a unit graph waited for: tokens, DRAM, room; of one, by channel");
  command->add_option("context", options->name, "Context whose channels are shown; all contexts");
  command->add_option("--top", options->top, "Contexts that are shown, the busiest first")
      ->capture_default_str();
}

}  // namespace weft::cli

// SPDX-License-Identifier: Apache-2.0
// A unit graph's run from its trace: the text of the graph, and the rows of stream "waits".
#include "cli/job/doors/rdu_trace.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "analysis/bsp_rows.hpp"
#include "base/error.hpp"
#include "cli/job/doors/trace_machine.hpp"
#include "frontends/rdu/rdu.hpp"
#include "program/rdu_shape.hpp"
#include "topology/suggest.hpp"

namespace weft::cli {
namespace {

constexpr std::array<std::string_view, 9> wait_kinds = {"fired", "busy", "first", "last", "tokens",
                                                        "input", "dram", "rest",  "room"};
enum Kind : std::size_t { fired, busy, first_cycle, last_cycle, tokens, input, dram, rest, room };

void add_context(ContextTime& to, std::size_t kind, std::uint64_t number) {
  std::uint64_t& of = kind == fired         ? to.firings
                      : kind == busy        ? to.busy
                      : kind == first_cycle ? to.first
                                            : to.last;
  of = number;
}

void add_channel(RduRun& run, std::uint32_t channel, std::size_t kind, std::uint64_t number) {
  ChannelTime& to = run.channels[channel];
  const program::rdu::Ends& ends = run.ends[channel];
  const auto context = [&](const program::rdu::End& end) -> ContextTime& {
    if (end.context == program::rdu::none) {
      fail(Category::input, "channel '" + run.program.channels[channel].name +
                                "': no context is at the end that waited");
    }
    return run.contexts[end.context];
  };
  if (kind == tokens) to.tokens = number;
  if (kind == input || kind == dram) {
    to.input = number;
    (kind == dram ? context(ends.consumer).dram : context(ends.consumer).input) += number;
  }
  if (kind == rest) context(ends.consumer).rest += to.rest = number;
  if (kind == room) context(ends.producer).room += to.room = number;
}

void read_waits(const trace::Reader& reader, RduRun& run) {
  const trace::StreamRecord& stream =
      analysis::kept_stream(reader, "waits", "phases",
                            "its machine does not count what contexts wait for, or it is older");
  const std::vector<std::size_t> kinds = analysis::kinds_of(stream, wait_kinds);
  for (std::uint64_t at = 0; at < stream.rows; at += analysis::rows_at_once) {
    for (const EventRow& row : reader.rows("waits", at, analysis::rows_at_once)) {
      const std::size_t kind = analysis::kind_of(kinds, row);
      const std::size_t most = kind < tokens ? run.contexts.size() : run.channels.size();
      if (row.id >= most) {
        fail(Category::input, "'" + reader.path() + "': stream 'waits' is of another graph");
      }
      if (kind < tokens) {
        add_context(run.contexts[row.id], kind, row.argument);
      } else {
        add_channel(run, row.id, kind, row.argument);
      }
    }
  }
  if (stream.rows == 0) {
    fail(Category::input,
         "'" + reader.path() +
             "': the run did not come to its own end, and only then is it written what "
             "contexts waited for");
  }
}

}  // namespace

program::rdu::Rates RduRun::rates() const {
  program::rdu::Rates out;
  for (const ContextTime& context : contexts) {
    out.firings.push_back(context.firings);
    out.busy.push_back(context.busy);
  }
  for (const ChannelTime& channel : channels) out.tokens.push_back(channel.tokens);
  return out;
}

const std::string& RduRun::unit_name(std::uint32_t context) const {
  return program.units[program.contexts[context].unit].name;
}

std::uint32_t RduRun::context_named(const std::string& name) const {
  std::vector<std::string> known;
  for (std::uint32_t c = 0; c < program.contexts.size(); ++c) {
    if (program.contexts[c].name == name) return c;
    known.push_back(program.contexts[c].name);
  }
  fail(Category::input, "no context '" + name + "'" + topology::did_you_mean(name, known));
}

RduGraph read_rdu_graph(const trace::Reader& reader) {
  const std::string& path = reader.path();
  if (reader.header().family != "rdu") {
    fail(Category::input, "'" + path + "' is of a " + reader.header().family + ", '" +
                              reader.header().machine + "': unit graphs run on RDUs");
  }
  const std::string text = reader.program();
  if (text.empty()) fail(Category::input, "'" + path + "': holds no unit graph");
  RduGraph out;
  out.timing = program::rdu::read_timing(machine_of(reader, path));
  out.program = rdu::parse(text, path, out.timing);
  return out;
}

RduRun read_rdu_run(const trace::Reader& reader) {
  RduRun run;
  static_cast<RduGraph&>(run) = read_rdu_graph(reader);
  run.ends = program::rdu::ends_of(run.program);
  run.contexts.resize(run.program.contexts.size());
  run.channels.resize(run.program.channels.size());
  run.places.resize(run.contexts.size());
  for (const trace::StringTable& table : reader.definitions()) {
    if (table.name == "context_sources") run.places = table.entries;
  }
  run.places.resize(run.contexts.size());
  read_waits(reader, run);
  run.begin = never;
  for (const ContextTime& context : run.contexts) {
    if (context.firings == 0) continue;
    run.begin = std::min(run.begin, context.first);
    run.end = std::max(run.end, context.last + 1);
  }
  if (run.end == 0) fail(Category::input, "'" + reader.path() + "': nothing fired");
  return run;
}

}  // namespace weft::cli

// SPDX-License-Identifier: Apache-2.0
// `weft trace critical`: the loop of tokens and credits that bounds a unit graph's rate.
#include <nlohmann/json.hpp>

#include "analysis/text_table.hpp"
#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/number_text.hpp"
#include "cli/job/doors/rdu_trace.hpp"
#include "cli/trace/trace_command.hpp"

namespace weft::cli {
namespace {

using program::rdu::Critical;
using program::rdu::CriticalStep;
using program::rdu::Deepest;
using program::rdu::none;

Deepest critical_of(const RduRun& run, const TraceOptions& options) {
  const program::rdu::Rates rates = run.rates();
  if (!options.depth) return program::rdu::find_most_critical(run.program, run.timing, rates);
  Deepest out = program::rdu::find_busiest_counted(run.program, rates);
  const auto depths = program::rdu::iterations_of(run.program, rates, out.context);
  if (*options.depth >= depths.size()) {
    fail(Category::input, "--depth " + std::to_string(*options.depth) + ": context '" +
                              run.program.contexts[out.context].name + "' has depths 0 to " +
                              std::to_string(depths.size() - 1));
  }
  out.depth = *options.depth;
  if (depths[out.depth] < 2) {
    fail(Category::input, "--depth " + std::to_string(out.depth) + ": nothing goes round twice");
  }
  auto found = program::rdu::find_critical(run.program, run.timing, rates, depths[out.depth]);
  if (!found) {
    fail(Category::unsupported, "--depth " + std::to_string(out.depth) +
                                    ": an iteration has more than " +
                                    grouped(program::rdu::critical_firings_most, "firing") +
                                    ", all of which are looked at");
  }
  out.critical = std::move(*found);
  return out;
}

std::string place_of(const RduRun& run, const program::rdu::End& who) {
  return who.context == none ? "" : run.places[who.context];
}

std::string what_of(const RduRun& run, const CriticalStep& step) {
  const std::string who = program::rdu::name_of(run.program, step.who);
  if (step.channel == none) return who + " fires " + grouped(step.firings, "time");
  const program::rdu::Channel& channel = run.program.channels[step.channel];
  const program::rdu::Ends& ends = run.ends[step.channel];
  if (!step.is_credit) {
    return "token on '" + channel.name + "' to " +
           program::rdu::name_of(run.program, ends.consumer);
  }
  return "room in '" + channel.name + "' (" + std::to_string(channel.capacity) + ") to " +
         program::rdu::name_of(run.program, ends.producer);
}

/// Of the loop the context that fires most in it; of transfers alone, the one that iterations are
/// of.
std::uint32_t context_in(const Deepest& of) {
  std::uint32_t best = of.context;
  std::uint64_t most = 0;
  for (const CriticalStep& step : of.critical.steps) {
    if (step.who.context == none || step.firings + 1 <= most) continue;
    best = step.who.context;
    most = step.firings + 1;
  }
  return best;
}

/// Cycles from one of a context's iterations to the next one, from its first firing to the last
/// iteration's first one, if that one's firings follow each other.
double measured(const RduRun& run, const Deepest& of) {
  const ContextTime& time = run.contexts[context_in(of)];
  const std::uint64_t iterations = of.critical.iterations;
  const Cycle inside = time.busy / iterations;
  return static_cast<double>(time.last + 1 - time.first - inside) /
         static_cast<double>(iterations - 1);
}

std::string describe(const RduRun& run, const Deepest& of) {
  const Critical& loop = of.critical;
  std::string text = "iterations: " + grouped(loop.iterations) + ", at depth " +
                     std::to_string(of.depth) + " of context '" +
                     run.program.contexts[of.context].name + "'\n";
  text += "critical cycle: " + grouped(static_cast<std::uint64_t>(loop.cycles), "cycle") +
          " over " + std::to_string(loop.reach) +
          (loop.reach == 1 ? " iteration: " : " iterations: ") +
          fixed(loop.cycles_an_iteration(), 2) + " cycles an iteration at least\n";
  text += "the run:        " + fixed(measured(run, of), 2) + " cycles an iteration of context '" +
          run.program.contexts[context_in(of)].name + "', the first ones included\n";
  std::vector<analysis::TableRow> rows{{"cycles", "iterations", "what", "source"}};
  for (const CriticalStep& step : loop.steps) {
    rows.push_back({grouped(static_cast<std::uint64_t>(step.cycles)),
                    step.iterations == 0 ? "" : std::to_string(step.iterations), what_of(run, step),
                    place_of(run, step.who)});
  }
  text += analysis::table_text(rows);
  text += "of " + grouped(loop.actors + loop.outside, "context") + " and transfers " +
          grouped(loop.actors) + " take part";
  if (loop.outside > 0) {
    text += "; the others do not fire equally often in each iteration";
  }
  if (loop.irregular > 0) {
    text += "; without " + grouped(loop.irregular, "channel") + " whose tokens data decide";
  }
  return text + "\n";
}

Json json_of_critical(const RduRun& run, const Deepest& of) {
  Json steps = Json::array();
  for (const CriticalStep& step : of.critical.steps) {
    Json one{{"who", program::rdu::name_of(run.program, step.who)},
             {"source", place_of(run, step.who)},
             {"cycles", step.cycles},
             {"iterations", step.iterations}};
    if (step.channel == none) {
      one["firings"] = step.firings;
    } else {
      one["channel"] = run.program.channels[step.channel].name;
      one["is_credit"] = step.is_credit;
    }
    steps.push_back(std::move(one));
  }
  return {{"depth", of.depth},
          {"context", run.program.contexts[of.context].name},
          {"iterations", of.critical.iterations},
          {"cycles", of.critical.cycles},
          {"spans_iterations", of.critical.reach},
          {"cycles_an_iteration", of.critical.cycles_an_iteration()},
          {"measured_cycles_an_iteration", measured(run, of)},
          {"take_part", of.critical.actors},
          {"outside", of.critical.outside},
          {"irregular_channels", of.critical.irregular},
          {"steps", steps}};
}

int critical(const Context& context, const TraceOptions& options) {
  options.json.require_writable();
  const trace::Reader reader(options.file);
  const RduRun run = read_rdu_run(reader);
  const Deepest found = critical_of(run, options);
  log::print(describe(run, found));
  options.json.write(context.world, [&] { return json_of_critical(run, found); });
  return 0;
}

}  // namespace

void add_trace_critical(CLI::App& trace, Context& context) {
  auto options = std::make_shared<TraceOptions>();
  CLI::App* command =
      add_trace_command(trace, context, options, critical, "critical",
                        "The loop of tokens and credits that bounds a unit graph's rate");
  command->add_option("--depth", options->depth,
                      "Counters of the busiest context around an iteration; that with the largest "
                      "bound");
}

}  // namespace weft::cli

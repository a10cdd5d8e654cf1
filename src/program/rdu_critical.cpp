// SPDX-License-Identifier: Apache-2.0
// One iteration's firings one by one, with what each awaits: a firing before, a token, room.
#include "program/rdu_critical.hpp"

#include <algorithm>
#include <utility>

#include "base/counted.hpp"
#include "base/cycle_ratio.hpp"
#include "base/error.hpp"
#include "program/rdu_stop.hpp"

namespace weft::program::rdu {
namespace {

/// Who takes part, and which of the nodes are its firings.
struct Actor {
  std::uint64_t firings = 0;  ///< an iteration; 0: it takes no part
  std::int64_t interval = 1;
  std::int64_t lead = 0;   ///< from what it awaits to the firing
  std::int64_t delay = 0;  ///< from a firing to what it pushes
  std::uint32_t first = 0;
};

struct Side {
  std::uint32_t actor = none;
  std::uint64_t each = 0;  ///< firings for a token
};

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

class Expansion {
 public:
  Expansion(const Program& program, const Timing& timing, const Rates& rates,
            std::uint64_t iterations)
      : p_(program), timing_(timing), rates_(rates), iterations_(iterations) {
    ends_ = ends_of(program);
    find_contexts();
    find_transfers();
    std::uint64_t nodes = 0;
    for (Actor& actor : actors_) {
      actor.first = static_cast<std::uint32_t>(std::min<std::uint64_t>(nodes, none));
      nodes += actor.firings;
    }
    nodes_ = nodes;
  }

  std::uint64_t nodes() const { return nodes_; }

  Critical solve() {
    out_.iterations = iterations_;
    for (const Actor& actor : actors_) ++(actor.firings > 0 ? out_.actors : out_.outside);
    for (std::uint32_t a = 0; a < actors_.size(); ++a) go_on(a);
    for (std::uint32_t c = 0; c < p_.channels.size(); ++c) connect(c);
    const CycleRatio loop = greatest_cycle_ratio(static_cast<std::uint32_t>(nodes_), edges_);
    out_.cycles = loop.cycles;
    out_.reach = loop.tokens;
    describe(loop);
    return std::move(out_);
  }

 private:
  /// As many in each iteration; 0 where they are not.
  std::uint64_t share(std::uint64_t all) const {
    return iterations_ > 0 && all % iterations_ == 0 ? all / iterations_ : 0;
  }

  void find_contexts() {
    for (std::uint32_t c = 0; c < p_.contexts.size(); ++c) {
      Actor& actor = actors_.emplace_back();
      actor.firings = share(rates_.firings[c]);
      if (actor.firings == 0) continue;
      actor.interval = static_cast<std::int64_t>(rates_.busy[c] / rates_.firings[c]);
      actor.delay = std::max<std::int64_t>(timing_.stages_of(p_.contexts[c]), 1) - 1;
    }
  }

  /// A transfer fires for each token of data: it takes one, or gives one that has come from DRAM,
  /// which waits for room only then.
  void find_transfers() {
    for (const Transfer& transfer : p_.transfers) {
      Actor& actor = actors_.emplace_back();
      actor.firings = share(rates_.tokens[transfer.data]);
      const DramTiming& dram = timing_.dram_of(p_.units[transfer.unit].kind);
      const bool writes = transfer.done != none;
      const std::int64_t burst = dram.burst_cycles;
      if (writes) actor.delay = burst + dram.write_latency_cycles;
      if (!writes) actor.lead = burst + dram.latency_cycles;
    }
  }

  void add(std::uint32_t from, std::uint32_t to, std::int64_t cycles, std::int64_t iterations,
           std::uint32_t channel, bool is_credit) {
    edges_.push_back({from, to, cycles, iterations});
    marks_.push_back({channel, is_credit});
  }

  void go_on(std::uint32_t number) {
    const Actor& actor = actors_[number];
    const auto count = static_cast<std::uint32_t>(actor.firings);
    for (std::uint32_t i = 0; i + 1 < count; ++i) {
      add(actor.first + i, actor.first + i + 1, actor.interval, 0, none, false);
    }
    if (count > 0) add(actor.first + count - 1, actor.first, actor.interval, 1, none, false);
  }

  /// Whether tokens pass by the counters alone.
  bool is_regular(std::uint32_t channel) const {
    const End& from = ends_[channel].producer;
    const End& to = ends_[channel].consumer;
    if (from.context != none && p_.contexts[from.context].outputs[from.slot].when != none) {
      return false;
    }
    if (to.context == none) return true;
    const Input& input = p_.contexts[to.context].inputs[to.slot];
    return input.when == none && input.pop_when == none && input.level != no_level;
  }

  Side side(const End& end, std::uint64_t tokens) const {
    Side out{actor_of(p_, end), 0};
    const std::uint64_t firings = actors_[out.actor].firings;
    if (firings > 0 && firings % tokens == 0) out.each = firings / tokens;
    return out;
  }

  void connect(std::uint32_t channel) {
    const std::uint64_t tokens = share(rates_.tokens[channel]);
    if (tokens == 0) return;
    const Side from = side(ends_[channel].producer, tokens);
    const Side to = side(ends_[channel].consumer, tokens);
    if (from.each == 0 || to.each == 0) return;
    if (!is_regular(channel)) {
      ++out_.irregular;
      return;
    }
    const Actor& producer = actors_[from.actor];
    const Actor& consumer = actors_[to.actor];
    const Channel& of = p_.channels[channel];
    const auto count = static_cast<std::int64_t>(tokens);
    const auto initial = static_cast<std::int64_t>(of.initial);
    const std::int64_t latency = of.latency_cycles;
    // The firing of an iteration that pushes, or pops, or first sees the k-th of its tokens.
    const auto last = [](const Actor& actor, const Side& side, std::int64_t k) {
      return actor.first +
             static_cast<std::uint32_t>((k + 1) * static_cast<std::int64_t>(side.each)) - 1;
    };
    for (std::int64_t k = 0; k < count; ++k) {
      const std::int64_t token = k - initial;  // of those that were pushed
      const std::int64_t back = floor_div(token, count);
      const auto sees =
          consumer.first + static_cast<std::uint32_t>(k * static_cast<std::int64_t>(to.each));
      add(last(producer, from, token - back * count), sees,
          producer.delay + latency + consumer.lead, -back, channel, false);
      // A request leaves its channel long before the answer: its room is no bound here.
      if (consumer.lead > 0) continue;
      const std::int64_t popped = k - (static_cast<std::int64_t>(of.capacity) - initial);
      const std::int64_t before = floor_div(popped, count);
      add(last(consumer, to, popped - before * count), last(producer, from, k), latency, -before,
          channel, true);
    }
  }

  End end_of_node(std::uint32_t node) const {
    const auto after =
        std::upper_bound(actors_.begin(), actors_.end(), node,
                         [](std::uint32_t n, const Actor& actor) { return n < actor.first; });
    auto number = static_cast<std::uint32_t>(after - actors_.begin()) - 1;
    while (actors_[number].firings == 0) --number;
    const auto contexts = static_cast<std::uint32_t>(p_.contexts.size());
    if (number < contexts) return {number, none, 0};
    return {none, number - contexts, 0};
  }

  /// From a token or credit on, where the loop has one.
  void describe(const CycleRatio& loop) {
    const std::size_t count = loop.edges.size();
    std::size_t begin = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (marks_[loop.edges[i]].first == none) continue;
      begin = i + 1;
      break;
    }
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t place = loop.edges[(begin + i) % count];
      const RatioEdge& edge = edges_[place];
      const auto& [channel, is_credit] = marks_[place];
      const bool more = channel == none && !out_.steps.empty() && out_.steps.back().channel == none;
      if (!more) out_.steps.push_back({end_of_node(edge.from), channel, is_credit, 0, 0, 0});
      CriticalStep& step = out_.steps.back();
      step.firings += channel == none ? 1 : 0;
      step.cycles += edge.cycles;
      step.iterations += edge.tokens;
    }
  }

  const Program& p_;
  const Timing& timing_;
  const Rates& rates_;
  std::uint64_t iterations_;
  std::vector<Ends> ends_;
  std::vector<Actor> actors_;  ///< as actor_of()
  std::uint64_t nodes_ = 0;
  std::vector<RatioEdge> edges_;
  std::vector<std::pair<std::uint32_t, bool>> marks_;  ///< [edge]: channel, is_credit
  Critical out_;
};

}  // namespace

std::optional<Critical> find_critical(const Program& program, const Timing& timing,
                                      const Rates& rates, std::uint64_t iterations) {
  Expansion expansion(program, timing, rates, iterations);
  if (expansion.nodes() > critical_firings_most) return std::nullopt;
  return expansion.solve();
}

std::vector<std::uint64_t> iterations_of(const Program& program, const Rates& rates,
                                         std::uint32_t number) {
  const Context& context = program.contexts[number];
  std::uint64_t inside = 1;
  std::vector<std::uint64_t> each(context.counters.size(), 0);  // firings of an iteration
  for (std::size_t c = context.counters.size(); c-- > 0;) {
    const Counter& of = context.counters[c];
    each[c] = inside;
    if (of.endless || of.first.input != none || of.end.input != none || of.step.input != none) {
      return {};
    }
    const std::int64_t width = c + 1 == context.counters.size() ? context.lanes : 1;
    const std::int64_t step = of.step.value * width;
    const std::int64_t span = std::int64_t{of.end.value} - of.first.value;
    if (step == 0) return {};
    const std::int64_t steps =
        std::max<std::int64_t>(1, step > 0 ? (span + step - 1) / step : (-span - step - 1) / -step);
    inside *= static_cast<std::uint64_t>(steps);
  }
  std::vector<std::uint64_t> out{rates.firings[number] / inside};
  for (std::size_t c = 0; c + 1 < each.size(); ++c) {
    out.push_back(rates.firings[number] / each[c]);
  }
  return out;
}

Deepest find_busiest_counted(const Program& program, const Rates& rates) {
  Deepest best;
  for (std::uint32_t c = 0; c < program.contexts.size(); ++c) {
    if (best.context != none && rates.firings[c] <= rates.firings[best.context]) continue;
    const std::vector<std::uint64_t> depths = iterations_of(program, rates, c);
    const auto round = [](std::uint64_t iterations) { return iterations > 1; };
    if (std::any_of(depths.begin(), depths.end(), round)) best.context = c;
  }
  if (best.context == none) {
    fail(Category::input,
         "no context went round counters of constant bounds twice: a loop of "
         "tokens bounds nothing");
  }
  return best;
}

Deepest find_most_critical(const Program& program, const Timing& timing, const Rates& rates) {
  Deepest best = find_busiest_counted(program, rates);
  const std::vector<std::uint64_t> depths = iterations_of(program, rates, best.context);
  double longest = -1;
  for (std::uint32_t depth = 0; depth < depths.size(); ++depth) {
    if (depths[depth] < 2) continue;
    std::optional<Critical> found = find_critical(program, timing, rates, depths[depth]);
    if (!found) continue;
    const double cycles = found->cycles_an_iteration() * static_cast<double>(depths[depth]);
    if (cycles <= longest) continue;
    longest = cycles;
    best.depth = depth;
    best.critical = std::move(*found);
  }
  if (longest < 0) {
    fail(Category::unsupported, "an iteration has more than " +
                                    counted(critical_firings_most, "firing") +
                                    ", all of which are looked at");
  }
  return best;
}

}  // namespace weft::program::rdu

// SPDX-License-Identifier: Apache-2.0
// Sums over kinds of layers.
#include "advice/emulation.hpp"

#include <algorithm>

namespace weft::advice {

namespace {

constexpr const char* sum_note =
    "The sum is an estimate: one layer of each kind ran alone, and counts as often as the model "
    "has it. It leaves out that layers overlap, that they share the chip, that a result has to get "
    "to where the next layer wants it, and that weights have to be loaded; where layers of a "
    "machine run at the same time, ways of inputs and outputs are in it.";

constexpr const char* second_run_note =
    " What rests on assumed or fitted constants: how much longer it would be if each of these "
    "times were twice as long; asked of the layers that take most of the cycles.";

bool was_asked(const RunCost& cost) { return cost.slower_cycles || !cost.why_not.empty(); }

}  // namespace

std::string estimate_note(const Emulation& emulation) {
  const bool has_second_run =
      std::any_of(emulation.layers.begin(), emulation.layers.end(),
                  [](const EmulatedLayer& one) { return was_asked(one.cost); }) ||
      (emulation.whole && was_asked(emulation.whole->cost));
  return std::string(sum_note) + (has_second_run ? second_run_note : "");
}

LayerSum sum_of(const Emulation& emulation) {
  LayerSum sum;
  std::uint64_t slower = 0;
  for (const EmulatedLayer& layer : emulation.layers) {
    const auto count = static_cast<std::int64_t>(layer.nodes.size());
    const double products = layer.multiplications * static_cast<double>(count);
    sum.layers += count;
    sum.multiplications += products;
    if (!layer.cost.is_known()) {
      sum.not_known += count;
      sum.multiplications_not_known += products;
      continue;
    }
    const auto times = static_cast<std::uint64_t>(count);
    sum.cost.cycles += times * layer.cost.cycles;
    sum.cost.seconds += static_cast<double>(count) * layer.cost.seconds;
    if (layer.cost.slower_cycles) {
      sum.cost.asked_cycles += times * layer.cost.cycles;
      slower += times * *layer.cost.slower_cycles;
    } else if (!layer.cost.why_not.empty()) {
      sum.cost.why_not = layer.cost.why_not;
    }
  }
  if (sum.cost.asked_cycles > 0 && sum.cost.why_not.empty()) sum.cost.slower_cycles = slower;
  return sum;
}

void sort_layers(Emulation& emulation) {
  const auto all = [](const EmulatedLayer& layer) {
    return layer.cost.cycles * layer.nodes.size();
  };
  std::stable_sort(emulation.layers.begin(), emulation.layers.end(),
                   [&](const EmulatedLayer& a, const EmulatedLayer& b) {
                     if (a.cost.is_known() != b.cost.is_known()) return a.cost.is_known();
                     return all(a) > all(b);
                   });
}

std::optional<double> share_on_choices(const RunCost& cost) {
  const std::uint64_t cycles = cost.asked_cycles > 0 ? cost.asked_cycles : cost.cycles;
  if (!cost.is_known() || !cost.slower_cycles || cycles == 0) return {};
  return static_cast<double>(*cost.slower_cycles) / static_cast<double>(cycles) - 1;
}

double asked_share(const RunCost& cost) {
  if (cost.asked_cycles == 0 || cost.cycles == 0) return 1;
  return static_cast<double>(cost.asked_cycles) / static_cast<double>(cost.cycles);
}

}  // namespace weft::advice

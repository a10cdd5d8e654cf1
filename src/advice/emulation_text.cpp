// SPDX-License-Identifier: Apache-2.0
// Sentences, and a paragraph a kind of layer.
#include "advice/emulation_text.hpp"

#include <cmath>

#include "advice/columns.hpp"
#include "base/counted.hpp"
#include "base/number_text.hpp"
#include "base/short_text.hpp"

namespace weft::advice {
namespace {

const std::string indent(11, ' ');

std::string cost_text(const RunCost& cost) {
  return grouped(cost.cycles, "cycle") + ", " + small_text(cost.seconds, "s");
}

std::string choices_text(const RunCost& cost) {
  if (const auto share = share_on_choices(cost)) {
    const double asked = asked_share(cost);
    return "; " + percent_text(*share) + " of it rests on assumed or fitted constants" +
           (asked < 1 ? ", by layers that take " + percent_text(asked) : "");
  }
  return cost.why_not.empty() ? ""
                              : "; what rests on assumed or fitted constants is not known: " +
                                    in_one_line(cost.why_not);
}

double all_cycles(const EmulatedLayer& layer) {
  return static_cast<double>(layer.cost.cycles) * static_cast<double>(layer.nodes.size());
}

std::string padded_left(const std::string& text, std::size_t width) {
  return std::string(width > text.size() ? width - text.size() : 0, ' ') + text;
}

std::string known_layer_text(const EmulatedLayer& layer, const LayerSum& sum) {
  const std::string head = "  " + padded_left(share_of(layer, sum), 7) +
                           padded_left(grouped(layer.cost.cycles), 14) + " x " +
                           std::to_string(layer.nodes.size()) + "  ";
  const std::string place = place_of(layer);
  return wrapped(head, (place.empty() ? "" : place + "  ") + layer.what);
}

std::string layers_text(const Emulation& emulation) {
  constexpr double worth_a_line = 0.01;
  const LayerSum sum = sum_of(emulation);
  std::string out;
  std::size_t small = 0;
  double small_cycles = 0;
  for (const EmulatedLayer& layer : emulation.layers) {
    if (!layer.cost.is_known()) continue;
    if (all_cycles(layer) < worth_a_line * static_cast<double>(sum.cost.cycles)) {
      ++small;
      small_cycles += all_cycles(layer);
    } else {
      out += known_layer_text(layer, sum);
    }
  }
  if (small > 0) {
    out += wrapped(indent, counted(small, "kind") + " of less than 1 %, together " +
                               percent_text(small_cycles / static_cast<double>(sum.cost.cycles)));
  }
  for (const EmulatedLayer& layer : emulation.layers) {
    if (layer.cost.is_known()) continue;
    const std::string place = place_of(layer);
    out += wrapped("  not known  ", counted(layer.nodes.size(), "layer") + ": " +
                                        (place.empty() ? "" : place + "  ") + layer.what + ": " +
                                        reason_of(layer.cost));
  }
  return out;
}

}  // namespace

std::string sum_text(const Emulation& emulation) {
  if (!emulation.refused.empty()) return "not emulated: " + in_one_line(emulation.refused);
  const LayerSum sum = sum_of(emulation);
  const std::string title = std::string(sum_name) + ": ";
  if (sum.layers == 0) return title + "there are none";
  const std::string head = title + counted(emulation.layers.size(), "kind") + " of " +
                           counted(static_cast<std::uint64_t>(sum.layers), "layer") +
                           (emulation.precision.empty() ? "" : " in " + emulation.precision);
  if (sum.is_whole()) return head + ", " + cost_text(sum.cost) + choices_text(sum.cost);
  std::string out = head + ", of which " + number(sum.not_known);
  if (sum.multiplications > 0) {
    out += " with " + percent_text(sum.multiplications_not_known / sum.multiplications) +
           " of the multiplications";
  }
  out += " are not known: nor is the sum";
  if (sum.not_known == sum.layers) return out;
  return out + ". The others take " + cost_text(sum.cost) + choices_text(sum.cost);
}

std::string whole_text(const EmulatedWhole& whole) {
  const std::string title = std::string(whole_name) + ": ";
  if (!whole.cost.is_known()) return title + "not known: " + reason_of(whole.cost);
  return title + cost_text(whole.cost) + " on " + counted(whole.chips, whole.chip) + ", " +
         grouped(whole.tiles_used) + " " + whole.unit + " at work" + choices_text(whole.cost);
}

std::string place_of(const EmulatedLayer& layer) {
  for (const auto& origins : layer.nodes) {
    for (auto one = origins.rbegin(); one != origins.rend(); ++one) {
      if (one->stack.empty()) continue;
      Place place;
      place.file = one->stack.back().file;
      place.line = one->stack.back().line;
      return line_text(place) + (layer.nodes.size() > 1 ? " ..." : "");
    }
  }
  return "";
}

std::string share_of(const EmulatedLayer& layer, const LayerSum& sum) {
  if (!layer.cost.is_known() || sum.cost.cycles == 0) return "";
  return percent_text(all_cycles(layer) / static_cast<double>(sum.cost.cycles));
}

std::string reason_of(const RunCost& cost) { return in_one_line(cost.refused); }

std::string beside_text(const PublishedRow& row) {
  std::string out;
  for (const Beside& one : row.beside) {
    out += out.empty() ? "here " : "; ";
    if (!one.value) {
      out += "not known (" + one.of + "): " + in_one_line(one.why_not);
      continue;
    }
    const bool is_whole = *one.value == std::floor(*one.value) && *one.value < 1e15;
    out += (is_whole ? grouped(static_cast<std::uint64_t>(*one.value)) : general(*one.value, 6)) +
           " " + row.unit + " (" + one.of + ")" +
           (one.ratio ? ", " + general(*one.ratio, 3) + " times as much" : "");
  }
  return out;
}

std::string differs_text(const PublishedRow& row) {
  std::string out;
  for (const std::string& one : row.differs) out += (out.empty() ? "differs in " : ", ") + one;
  return out;
}

std::string emulation_text(const TargetReport& target) {
  if (!target.emulation) return "";
  const Emulation& emulation = *target.emulation;
  std::string out = wrapped("  emulated ", sum_text(emulation));
  out += layers_text(emulation);
  if (!emulation.layers.empty()) out += wrapped(indent, estimate_note(emulation));
  if (emulation.whole) out += wrapped("  whole    ", whole_text(*emulation.whole));
  return out;
}

}  // namespace weft::advice

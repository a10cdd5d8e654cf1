// SPDX-License-Identifier: Apache-2.0
// How far a run has come, in words.

#include "base/number_text.hpp"
#include "engine/plan.hpp"

namespace weft::engine {

namespace {

std::string scaled_seconds(double seconds) {
  const char* unit = "s";
  for (const char* smaller : {"ms", "us", "ns"}) {
    if (seconds >= 1 || seconds == 0) break;
    seconds *= 1000;
    unit = smaller;
  }
  return fixed(seconds, 1) + " " + unit;
}

}  // namespace

std::string text_of(const Progress& progress) {
  const double speed = progress.cycles_per_second;
  std::string text = "cycle " + std::to_string(progress.cycle);
  if (progress.max_cycles != never) text += " of " + std::to_string(progress.max_cycles);
  text += ", " + scaled_seconds(progress.emulated_seconds) + " emulated, " + scientific(speed, 1) +
          " cycles/s";
  if (progress.max_cycles == never || speed <= 0) return text;
  const auto left = static_cast<double>(progress.max_cycles - progress.cycle);
  return text + ", at most " + fixed(left / speed, 0) + " s left";
}

}  // namespace weft::engine

// SPDX-License-Identifier: Apache-2.0
// What a summary says of an IPU's counters: where its cycles went, and what those of compute rest
// on.
#include "machine/ipu/words.hpp"

#include <utility>

#include "base/number_text.hpp"
#include "program/ipu.hpp"

namespace weft::machine::ipu {

namespace {

/// What a tile spends its time with, and the counter of it.
constexpr std::pair<const char*, const char*> parts[] = {{"compute", "compute_cycles"},
                                                         {"copy", "copy_cycles"},
                                                         {"sync", "sync_cycles"},
                                                         {"exchange", "exchange_cycles"}};

void add(std::string& list, const std::string& item) { list += (list.empty() ? "" : ", ") + item; }

}  // namespace

CounterWords counter_words(const CounterSums& sums) {
  CounterWords out;
  std::string cycles;
  for (const auto& [phase, name] : parts) {
    add(cycles, std::to_string(sum_of(sums, name)) + " " + phase);
    out.keys.emplace_back(name);
  }
  const double all = static_cast<double>(sum_of(sums, "compute_cycles"));
  std::string shares;
  for (std::size_t i = 0; i < program::ipu::cost_origins; ++i) {
    const std::string origin(name_of(static_cast<program::ipu::CostOrigin>(i)));
    out.keys.push_back("compute_by_origin." + origin);
    const double part = static_cast<double>(sum_of(sums, out.keys.back()));
    add(shares, fixed(all > 0.0 ? 100.0 * part / all : 0.0, 1) + " % " + origin);
  }
  out.lines = {{"tile-cycles", cycles}, {"compute rests on", shares}};
  return out;
}

}  // namespace weft::machine::ipu

// SPDX-License-Identifier: Apache-2.0
// /phases by length.
#include "analysis/host_calls.hpp"

#include <algorithm>

#include "analysis/text_table.hpp"
#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/number_text.hpp"

namespace weft::analysis {
namespace {

Cycle length_of(const trace::Phase& call) { return call.end - std::min(call.begin, call.end); }

}  // namespace

std::vector<trace::Phase> read_host_calls(const trace::Reader& reader) {
  std::vector<trace::Phase> out = reader.phases();
  std::erase_if(out, [](const trace::Phase& one) { return one.kind.starts_with("host: "); });
  if (out.empty()) {
    fail(Category::input, reader.path() + ": no call of the host is in it: they are from level " +
                              "'phases' on; this trace is at level '" + reader.header().level +
                              "'");
  }
  std::stable_sort(out.begin(), out.end(), [](const trace::Phase& a, const trace::Phase& b) {
    return length_of(a) > length_of(b);
  });
  return out;
}

std::string describe(const std::vector<trace::Phase>& calls, Cycle run_cycles, std::size_t most) {
  std::vector<TableRow> rows{{"call", "kind", "begin", "end", "cycles", "% of the run"}};
  for (std::size_t k = 0; k < std::min(most, calls.size()); ++k) {
    const trace::Phase& call = calls[k];
    rows.push_back({call.name, call.kind, grouped(call.begin), grouped(call.end),
                    grouped(length_of(call)), percent(length_of(call), run_cycles)});
  }
  std::string text = table_text(rows, true);
  if (calls.size() > most) text += "  and " + counted(calls.size() - most, "shorter call") + "\n";
  return text;
}

}  // namespace weft::analysis

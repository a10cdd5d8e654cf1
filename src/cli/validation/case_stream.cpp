// SPDX-License-Identifier: Apache-2.0
// Case STREAM: one vector operation with constant DSDs between two time stamps.
#include <algorithm>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "cli/validation/cases.hpp"
#include "cli/validation/kernel_run.hpp"

namespace weft::cli::validation {
namespace {

struct Kernel {
  const char* name;
  std::int64_t number;
  float result;        ///< of arrays of 1, 2 and 0.5 and the factor 3
  std::uint16_t bits;  ///< of the same in fp16
};

constexpr Kernel copy{"copy", 0, 1, 0x3c00};
constexpr Kernel scale{"scale", 1, 1.5, 0x3e00};
constexpr Kernel add{"add", 2, 3, 0x4200};
constexpr Kernel triad{"triad", 3, 3.5, 0x4300};

struct Figure {
  const Kernel& kernel;
  bool half;
  std::int64_t n;
  double cycles;
};

template <typename Value>
void check(engine::Session& session, std::int64_t n, Value expected) {
  const auto all = values_of<Value>(session, "result", static_cast<std::uint32_t>(n));
  const bool right = std::all_of(all.begin(), all.end(), [&](Value v) { return v == expected; });
  if (!right) fail(Category::check, "a validation program computed a wrong result");
}

double stream_cycles(Context& context, const Figure& figure) {
  const KernelRun kernel{"cerebras-wse2",
                         "kernels/wse/stream/layout.csl",
                         {{"n", figure.n},
                          {"kernel", figure.kernel.number},
                          {"half", std::int64_t{figure.half ? 1 : 0}}}};
  double cycles = 0;
  run_kernel(context, kernel, [&](engine::Session& session) {
    launch(session, "run", {});
    cycles = between_stamps(session, "begin", "end");
    if (figure.half) {
      check<std::uint16_t>(session, figure.n, figure.kernel.bits);
    } else {
      check<float>(session, figure.n, figure.kernel.result);
    }
  });
  return share(context, cycles);
}

Row stream_row(Context& context, const Figure& figure) {
  Row row;
  row.name = std::string("STREAM ") + figure.kernel.name + (figure.half ? " f16" : " f32") +
             ", n " + std::to_string(figure.n);
  row.machine = "cerebras-wse2";
  row.published = figure.cycles;
  row.ours = stream_cycles(context, figure);
  row.bound_absolute = 2;
  row.source = "STREAM on one PE, SDK simulator, cycles between two time stamps";
  row.rests_on = take_grounds(context);
  return row;
}

}  // namespace

std::vector<Row> stream(Context& context) {
  std::vector<Figure> figures = {
      {copy, false, 128, 74},   {copy, false, 1152, 586},   {copy, false, 2048, 1034},
      {scale, false, 128, 139}, {scale, false, 1152, 1163}, {scale, false, 2048, 2059},
      {triad, false, 128, 140}, {triad, false, 1152, 1164}, {triad, false, 2048, 2060}};
  // Published for fp16: n / 4 and a fixed part.
  constexpr double elements_a_cycle = 4;
  const std::pair<const Kernel&, double> fixed[] = {
      {copy, 10}, {scale, 11}, {add, 12}, {triad, 13}};
  for (const auto& [kernel, cycles] : fixed) {
    for (const std::int64_t n : {256, 2304, 4096}) {
      figures.push_back({kernel, true, n, static_cast<double>(n) / elements_a_cycle + cycles});
    }
  }
  std::vector<Row> rows;
  for (const Figure& figure : figures) {
    if (context.quick && figure.n > 256) continue;
    rows.push_back(stream_row(context, figure));
  }
  return rows;
}

}  // namespace weft::cli::validation

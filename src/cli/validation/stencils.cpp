// SPDX-License-Identifier: Apache-2.0
// Cases A4 and A5: 5-point stencils of Jorineg/cerebras, as our own CSL, on both generations.
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "cli/validation/cases.hpp"
#include "cli/validation/kernel_run.hpp"

namespace weft::cli::validation {
namespace {

constexpr const char* cell_source = "Jorineg/cerebras non-tiled-tencil/experiment_results.md";
constexpr const char* tile_source = "Jorineg/cerebras tiled-stencil/*_results.md";

struct Figure {
  int size;
  double cycles;
};

/// First cycle in which the last vector operation of PE (1, 1) is done.
double last_operation(Context& context, const std::string& machine, int size, int steps) {
  const KernelRun kernel{machine,
                         "kernels/wse/cell_stencil/layout.csl",
                         {{"width", std::int64_t{size}},
                          {"height", std::int64_t{size}},
                          {"steps", std::int64_t{steps}}}};
  const auto body = [](engine::Session& session) {
    copy_to_all(session, "cell", {1.0F});
    launch(session, "compute", {});
  };
  const TileId tile{static_cast<std::uint32_t>(size + 1)};
  const auto rows = run_kernel_traced(context, kernel, body, "vector_operations", tile);
  return share(context, rows.empty() ? 0 : static_cast<double>(rows.back().cycle));
}

/// As published: half the difference between 4 and 2 iterations, rounded down.
Row cell_row(Context& context, const std::string& machine, const Figure& figure) {
  Row row;
  row.name = "A4 " + std::to_string(figure.size) + "x" + std::to_string(figure.size);
  row.machine = machine;
  row.published = figure.cycles;
  row.ours = std::floor((last_operation(context, machine, figure.size, 4) -
                         last_operation(context, machine, figure.size, 2)) /
                        2);
  row.bound_absolute = 1.5;
  row.unit = "cycle/iteration";
  row.source = cell_source;
  row.rests_on = take_grounds(context);
  return row;
}

/// Cycles an iteration in the steady state; 3 x 3 PEs inside the border, as in the published runs.
double tile_cycles(Context& context, const std::string& machine, int tile) {
  constexpr std::uint32_t few = 4;
  constexpr std::uint32_t many = 12;
  const KernelRun kernel{
      machine,
      "kernels/wse/tiled_stencil/layout.csl",
      {{"columns", std::int64_t{5}}, {"rows", std::int64_t{5}}, {"tile", std::int64_t{tile}}}};
  double cycles = 0;
  const auto body = [&](engine::Session& session) {
    const auto cells = static_cast<std::size_t>((tile + 2) * (tile + 3));
    copy_to_all(session, "field", std::vector<float>(cells, 1.0F));
    copy_to_all(session, "weights", {0.5F, 0.125F});
    const double first = static_cast<double>(launch(session, "start", {few}));
    const double second = static_cast<double>(launch(session, "start", {many}));
    cycles = (second - first) / (many - few);
  };
  run_kernel(context, kernel, body);
  return share(context, cycles);
}

Row tile_row(Context& context, const std::string& machine, const Figure& figure) {
  Row row;
  row.name = "A5 tile " + std::to_string(figure.size) + "x" + std::to_string(figure.size);
  row.machine = machine;
  row.published = figure.cycles;
  row.ours = tile_cycles(context, machine, figure.size);
  row.bound_relative = 0.10;
  row.unit = "cycle/iteration";
  row.source = tile_source;
  row.rests_on = take_grounds(context);
  return row;
}

}  // namespace

std::vector<Row> a4(Context& context) {
  const std::map<std::string, std::vector<Figure>> published = {
      {"cerebras-wse2",
       {{3, 12},
        {4, 15},
        {5, 16},
        {6, 16},
        {7, 16},
        {8, 16},
        {9, 16},
        {10, 16},
        {15, 16},
        {20, 15}}},
      {"cerebras-wse3",
       {{3, 17},
        {4, 21},
        {5, 23},
        {6, 23},
        {7, 22},
        {8, 24},
        {9, 23},
        {10, 23},
        {15, 23},
        {20, 23}}},
  };
  std::vector<Row> rows;
  for (const auto& [machine, figures] : published) {
    for (const Figure& figure : figures) {
      if (context.quick && figure.size > 5) continue;
      rows.push_back(cell_row(context, machine, figure));
    }
  }
  return rows;
}

std::vector<Row> a5(Context& context) {
  const std::vector<Figure> second = {{1, 127}, {2, 141},  {3, 188},   {5, 285},
                                      {6, 338}, {10, 781}, {20, 2669}, {64, 25270}};
  std::vector<Row> rows;
  for (const Figure& figure : second) {
    if (context.quick && figure.size > 5) continue;
    rows.push_back(tile_row(context, "cerebras-wse2", figure));
  }
  // From 4 x 4 on the published WSE-3 program computes without waiting for its halo, which no
  // race-free program can be compared with.
  for (const Figure& figure : {Figure{1, 156}, Figure{2, 177}, Figure{3, 197}}) {
    rows.push_back(tile_row(context, "cerebras-wse3", figure));
  }
  return rows;
}

}  // namespace weft::cli::validation

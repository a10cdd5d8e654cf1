// SPDX-License-Identifier: Apache-2.0
// `weft trace placement`: the units of a chip, how busy each was, as text and picture.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>
#include <utility>

#include "analysis/picture_file.hpp"
#include "analysis/placement_picture.hpp"
#include "analysis/text_table.hpp"
#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/number_text.hpp"
#include "cli/job/doors/rdu_trace.hpp"
#include "cli/trace/trace_command.hpp"
#include "program/rdu_place.hpp"
#include "program/rdu_shape.hpp"
#include "topology/suggest.hpp"

namespace weft::cli {
namespace {

using analysis::Board;
using analysis::BoardUnit;
using program::rdu::none;
using program::rdu::Unit;

BoardUnit::Kind board_kind(Unit::Kind kind) {
  switch (kind) {
    case Unit::Kind::compute:
      return BoardUnit::Kind::compute;
    case Unit::Kind::memory:
      return BoardUnit::Kind::memory;
    case Unit::Kind::address:
      return BoardUnit::Kind::address;
    default:
      return BoardUnit::Kind::other;
  }
}

/// What is shown of a run.
struct Placed {
  Board board;
  std::vector<BoardUnit> units;
  std::string section;
  std::uint32_t chip = 0;
  std::size_t in_order = 0;  ///< units without a place of their own
};

/// Whether the machine knows where a graph's units lie.
bool has_places(const RduRun& run) {
  return run.timing.network.columns > 0 && run.program.chips() == 1 && run.program.sections.empty();
}

/// Of a place (x, y) as program/rdu_place.hpp has them, where x = 0 and the last are the sides.
void put_on_board(BoardUnit& unit, const Board& board, std::uint32_t x, std::uint32_t y,
                  std::set<std::pair<std::int32_t, std::int32_t>>& taken) {
  const auto columns = static_cast<std::int32_t>(board.columns());
  const auto row = static_cast<std::int32_t>(y);
  std::int32_t column = static_cast<std::int32_t>(x) - 1;
  // A side has room for several in a row: from the checkerboard outwards.
  while (!taken.insert({row, column}).second) column += column < 0 ? -1 : 1;
  if (column < columns + static_cast<std::int32_t>(board.side_columns())) {
    unit.column = column;
    unit.row = row;
  }
}

/// The section asked for; of a program with sections that in which most was busy.
std::uint32_t section_of(const RduRun& run, const std::vector<std::uint64_t>& busy,
                         const std::string& name) {
  const auto& sections = run.program.sections;
  std::vector<std::string> known;
  std::vector<std::uint64_t> sums(sections.size(), 0);
  for (const auto& section : sections) known.push_back(section.name);
  const auto found = std::find(known.begin(), known.end(), name);
  if (found != known.end()) return static_cast<std::uint32_t>(found - known.begin());
  if (!name.empty()) {
    fail(Category::input, "no section '" + name + "'" + topology::did_you_mean(name, known));
  }
  if (sections.empty()) return none;
  for (std::size_t u = 0; u < busy.size(); ++u) {
    if (run.program.units[u].section != none) sums[run.program.units[u].section] += busy[u];
  }
  return static_cast<std::uint32_t>(std::max_element(sums.begin(), sums.end()) - sums.begin());
}

/// Cycles in which anything of a unit happened.
std::vector<std::uint64_t> busy_cycles(const trace::Reader& reader, const RduRun& run) {
  const trace::CounterGrid grid = reader.counter("tile_busy");
  std::vector<std::uint64_t> out;
  for (const std::uint32_t tile : program::rdu::tiles_of(run.program)) {
    out.push_back(tile < grid.values.size() ? grid.values[tile] : 0);
  }
  return out;
}

Placed place(const trace::Reader& reader, const RduRun& run, const TraceOptions& options) {
  Placed out;
  out.chip = options.tile.value_or(0);
  if (out.chip >= run.program.chips()) {
    fail(Category::input, "--chip " + std::to_string(out.chip) + ": the program has " +
                              std::to_string(run.program.chips()) +
                              (run.program.chips() == 1 ? " chip" : " chips"));
  }
  out.board = {run.timing.compute_units, run.timing.memory_units, run.timing.address_units,
               run.timing.network.columns};
  program::rdu::Placement places;
  if (has_places(run)) places = program::rdu::place_units(run.program, run.timing);
  std::set<std::pair<std::int32_t, std::int32_t>> taken;
  const std::vector<std::uint64_t> busy = busy_cycles(reader, run);
  const std::uint32_t section = section_of(run, busy, options.name);
  if (section != none) out.section = run.program.sections[section].name;
  for (std::size_t u = 0; u < run.program.units.size(); ++u) {
    const Unit& unit = run.program.units[u];
    if (unit.chip != out.chip || (unit.section != none && unit.section != section)) continue;
    BoardUnit& one = out.units.emplace_back();
    one.name = unit.name;
    one.kind_name = std::string(name_of(unit.kind));
    one.kind = board_kind(unit.kind);
    one.busy = static_cast<double>(busy[u]) / static_cast<double>(run.cycles());
    if (one.kind == BoardUnit::Kind::other || places.of_unit.empty()) continue;
    const program::rdu::Placed& at = places.things[places.of_unit[u]];
    put_on_board(one, out.board, at.x, at.y, taken);
  }
  out.in_order = analysis::place_units(out.board, out.units);
  return out;
}

std::string facts_of(const Placed& placed, const RduRun& run, const std::string& machine) {
  std::string facts = machine;
  if (run.program.chips() > 1) facts += ", chip " + std::to_string(placed.chip);
  if (!placed.section.empty()) facts += ", section " + placed.section;
  facts += ", shares of " + grouped(run.cycles(), "cycle");
  if (placed.in_order > 0) {
    facts += "; places are not known, units stand in the program's order";
  } else if (run.timing.network.kind == program::rdu::NetworkTiming::Kind::ideal) {
    facts += "; the network is ideal, places are what a static one would have";
  }
  return facts;
}

std::string place_text(const BoardUnit& unit) {
  if (!unit.column || !unit.row) return "-";
  return "(" + std::to_string(*unit.column) + ", " + std::to_string(*unit.row) + ")";
}

std::string table_of(const Placed& placed) {
  std::vector<std::size_t> order(placed.units.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return placed.units[a].busy > placed.units[b].busy;
  });
  std::vector<analysis::TableRow> rows{{"unit", "kind", "drawn at", "busy %"}};
  for (const std::size_t u : order) {
    const BoardUnit& unit = placed.units[u];
    rows.push_back({unit.name, unit.kind_name, place_text(unit), fixed(100 * unit.busy, 1)});
  }
  return analysis::table_text(rows);
}

Json json_of_placement(const Placed& placed) {
  Json units = Json::array();
  for (const BoardUnit& unit : placed.units) {
    Json one{{"unit", unit.name}, {"kind", unit.kind_name}, {"busy", unit.busy}};
    if (unit.column && unit.row) {
      one["column"] = *unit.column;
      one["row"] = *unit.row;
    }
    units.push_back(std::move(one));
  }
  return {{"chip", placed.chip},
          {"section", placed.section},
          {"columns", placed.board.columns()},
          {"rows", placed.board.rows()},
          {"units", units}};
}

int placement(const Context& context, const TraceOptions& options) {
  options.json.require_writable();
  require_picture(options);
  const trace::Reader reader(options.file);
  const RduRun run = read_rdu_run(reader);
  const Placed placed = place(reader, run, options);
  log::print(table_of(placed));
  if (!options.output.empty()) {
    const std::string facts = facts_of(placed, run, reader.header().machine);
    const auto picture = analysis::draw_placement(
        placed.board, placed.units,
        {"placement: compute units (large), memory units (small), address units at the sides",
         facts});
    analysis::write_picture(picture, options.output);
  }
  options.json.write(context.world, [&] { return json_of_placement(placed); });
  return 0;
}

}  // namespace

void add_trace_placement(CLI::App& trace, Context& context) {
  auto options = std::make_shared<TraceOptions>();
  CLI::App* command =
      add_trace_command(trace, context, options, placement, "placement",
                        "Units of a chip that a unit graph uses, and how busy they were");
  command->add_option("-o,--output", options->output, picture_help);
  command->add_option("--chip", options->tile, "Chip; 0");
  command->add_option("--section", options->name, "Section; the busiest");
}

}  // namespace weft::cli

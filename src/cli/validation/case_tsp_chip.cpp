// SPDX-License-Identifier: Apache-2.0
// Cases T1 to T6: what is published of one TSP chip without a network. Schedules are checked, and
// refused with their last instruction a cycle earlier.
#include <algorithm>
#include <functional>
#include <string>

#include "base/error.hpp"
#include "cli/validation/cases.hpp"
#include "machine/machine.hpp"
#include "program/tsp_check.hpp"
#include "program/tsp_figures.hpp"
#include "topology/topology.hpp"

namespace weft::cli::validation {
namespace {

using namespace program::tsp;

constexpr const char* machine_name = "groq-tsp";
constexpr const char* gates =
    "rakytap/sequential-quantum-gate-decomposer, gsquander.py: had to line up on hardware";

Row row_of(const std::string& name, double published, double ours, const char* source) {
  Row row;
  row.name = name;
  row.machine = machine_name;
  row.published = published;
  row.ours = ours;
  row.source = source;
  return row;
}

Row arithmetic(const std::string& name, double published, double ours, const char* unit,
               const char* source) {
  Row row = row_of(name, published, ours, source);
  row.claim = Claim::arithmetic;
  row.unit = unit;
  return row;
}

/// Cycles of a schedule that is as early as it can be.
double checked_cycles(const figures::Figure& figure, const Timing& timing) {
  validate(figure.program);
  require_sound(figure.program, check(figure.program, timing));
  Program early = figure.program;
  early.schedules.front().instructions.at(figure.last).cycle -= 1;
  if (!check(early, timing).fault) {
    fail(Category::check, "a schedule of a published figure could be a cycle earlier");
  }
  return static_cast<double>(figure.cycles);
}

using Schedules = std::function<figures::Figure(const Timing&)>;

Row figure_row(const std::string& name, double published, const Schedules& make,
               const char* source) {
  const topology::Topology topology = machine::load_topology(machine_name);
  const Timing timing = read_timing(topology);
  Row row = row_of(name, published, checked_cycles(make(timing), timing), source);
  row.rests_on = grounds_of(topology);
  return row;
}

}  // namespace

std::vector<Row> t1(Context&) {
  const topology::Topology topology = machine::load_topology(machine_name);
  const double words = 2.0 * slices_a_hemisphere * banks_a_slice * words_a_bank;
  const double planes = 2.0 * planes_a_hemisphere;
  const double products_i8 = planes * lanes * lanes;           // a cycle
  const double products_f16 = planes / 2 * lanes * lanes / 2;  // K is 160, a pair of planes
  const auto hertz = static_cast<double>(topology.clock_hz());
  const char* isca = "ISCA 2020";
  std::vector<Row> rows = {
      arithmetic("T1 memory", 220, words * lanes / 0x1p20, "MiB", isca),
      arithmetic("T1 stream registers", 20'480, 2.0 * streams_a_direction * lanes, "B/cycle", isca),
      arithmetic("T1 memory, all banks", 56'320, 2.0 * slices_a_hemisphere * banks_a_slice * lanes,
                 "B/cycle", isca),
      arithmetic("T1 instruction fetch", 2'304,
                 double{queues} * read_timing(topology).text_bytes_an_instruction, "B/cycle", isca),
      arithmetic("T1 int8 at 1 GHz", 819.2, 2 * products_i8 * 1e9 / 1e12, "Top/s", isca),
      arithmetic("T1 fp16", 184.3, 2 * products_f16 * hertz / 1e12, "Tflop/s",
                 "GroqChip product brief v1.7, less the vector unit"),
  };
  rows.back().bound_absolute = 0.05;  // as printed
  for (Row& row : rows) row.rests_on = grounds_of(topology);
  return rows;
}

std::vector<Row> t2(Context&) {
  Row row = figure_row("T2 four planes of weights, below 40", 39, figures::four_planes,
                       "ISCA 2020: read and installed in less than 40 cycles");
  row.bound_absolute = std::max(0.0, row.published - row.ours);  // any less is within
  return {row};
}

std::vector<Row> t3(Context&) {
  return {figure_row("T3 notify to release", 35, figures::barrier, "ISCA 2020")};
}

std::vector<Row> t4(Context&) {
  return {figure_row("T4 transpose, gather, three ALUs, distribute", 50,
                     figures::transpose_to_distribute, gates)};
}

std::vector<Row> t5(Context&) {
  return {figure_row("T5 transpose, gather, distribute", 15, figures::transpose_gather_distribute,
                     gates)};
}

std::vector<Row> t6(Context&) {
  return {
      figure_row("T6 a vector to 320, 18 hops before and 11 behind", 720, figures::unpack, gates)};
}

}  // namespace weft::cli::validation

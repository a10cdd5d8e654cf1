// SPDX-License-Identifier: Apache-2.0
// `weft trace streams`: the stream registers of a TSP in one cycle, as a picture and as text.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

#include "analysis/cell_picture.hpp"
#include "analysis/picture_file.hpp"
#include "base/error.hpp"
#include "base/output_file.hpp"
#include "cli/job/doors/trace_machine.hpp"
#include "cli/trace/trace_command.hpp"
#include "frontends/tsp/tsp.hpp"
#include "program/tsp_stream_map.hpp"
#include "topology/topology.hpp"
#include "trace/reader.hpp"

namespace weft::cli {
namespace {

using namespace program::tsp;

constexpr analysis::Color empty_register{238, 238, 238};
/// By unit, in the order of Unit: far apart in hue and lightness.
constexpr std::array<analysis::Color, 5> unit_colors = {
    {{164, 50, 16}, {70, 218, 127}, {129, 35, 213}, {99, 132, 182}, {232, 189, 29}}};
constexpr std::array<std::string_view, 5> unit_names = {"MXM", "SXM", "C2C", "MEM", "VXM"};

struct Shown {
  Program program;
  std::uint32_t chip = 0;
  Cycle cycle = 0;
  StreamMap map;
  const Schedule& schedule() const { return program.schedules[program.schedule_of_chip[chip]]; }
};

/// Behind the schedule's end there is nothing to see: whoever asks for that counts otherwise.
void require_cycle(const Shown& shown, const Timing& timing, const std::string& file) {
  Cycle end = 0;
  for (const Instruction& one : shown.schedule().instructions) {
    end = std::max(end, one.last_cycle() + end_delay_cycles(timing, one));
  }
  if (shown.cycle < end) return;
  fail(Category::input, file + ": cycle " + std::to_string(shown.cycle) +
                            " is behind the schedule, whose cycles are 0 to " +
                            std::to_string(end == 0 ? 0 : end - 1) +
                            ", counted from its start, not the run's");
}

Shown read_shown(const trace::Reader& reader, const TraceOptions& options) {
  const std::string text = reader.program();
  if (text.empty()) {
    fail(Category::input, options.file + ": holds no schedule");
  }
  const Timing timing = read_timing(machine_of(reader, options.file));
  Shown shown;
  shown.program = weft::tsp::parse(text, options.file, timing);
  shown.chip = options.tile.value_or(0);
  shown.cycle = options.from_cycle;
  const bool known = shown.chip < shown.program.chips();
  if (!known || shown.program.schedule_of_chip[shown.chip] == none) {
    fail(Category::input, options.file + ": chip " + std::to_string(shown.chip) +
                              (known ? " runs no schedule" : " is none of its chips"));
  }
  shown.map = stream_map(shown.schedule(), timing, shown.cycle);
  require_cycle(shown, timing, options.file);
  return shown;
}

std::string stream_name(Direction direction, std::uint32_t stream) {
  return (direction == Direction::east ? "e" : "w") + std::to_string(stream);
}

Unit unit_of(const Shown& shown, const StreamValue& value) {
  return queue_of(shown.schedule().instructions[value.instruction].queue).unit;
}

/// What registers that one instruction drove hold: the label, from the first of them on, and the
/// element, in the first and where the label has ended.
std::string words_of(const Shown& shown, Direction direction, std::uint32_t stream,
                     std::uint32_t stop, int cell_width) {
  const StreamValue& value = shown.map.at(direction, stream, stop);
  if (value.instruction == none) return "";
  const auto same = [&](std::uint32_t other) {
    return shown.map.at(direction, stream, other).instruction == value.instruction;
  };
  std::uint32_t first = stop;
  while (first > 0 && same(first - 1)) --first;
  std::uint32_t end = stop + 1;
  while (end < stops && same(end)) ++end;
  const Instruction& one = shown.schedule().instructions[value.instruction];
  std::string words =
      one.label == none ? name_of(queue_of(one.queue)) : shown.program.texts[one.label];
  if (one.count > 1) {
    words += "[" + std::to_string(shown.map.at(direction, stream, first).element) + "]";
  }
  const auto pixels = [&](const std::string& text) {
    return analysis::Image::text_width(text, analysis::small_text_height) + 4;
  };
  while (!words.empty() && pixels(words) > static_cast<int>(end - first) * cell_width) {
    words.pop_back();
  }
  if (stop == first) return words;
  const bool covered = pixels(words) > static_cast<int>(stop - first) * cell_width;
  return covered || one.count == 1 ? "" : std::to_string(value.element);
}

analysis::CellPicture picture_of(const Shown& shown, const std::string& machine) {
  constexpr int cell_width = 34;
  constexpr int cell_height = 18;
  analysis::CellPicture picture;
  picture.title = "streams that leave the stops in cycle " + std::to_string(shown.cycle);
  picture.subtitle = machine + ", chip " + std::to_string(shown.chip) +
                     ", by the unit that drove; label of its instruction, and element";
  picture.cell_width = cell_width;
  picture.cell_height = cell_height;
  picture.gaps = true;
  for (const Direction direction : {Direction::east, Direction::west}) {
    picture.groups.push_back(
        {picture.rows.size(), direction == Direction::east ? "east >" : "< west"});
    for (std::uint32_t stream = 0; stream < streams_a_direction; ++stream) {
      picture.rows.push_back(stream_name(direction, stream));
      for (std::uint32_t stop = 0; stop < stops; ++stop) {
        const StreamValue& value = shown.map.at(direction, stream, stop);
        picture.cells.push_back(value.instruction == none
                                    ? empty_register
                                    : unit_colors[std::size_t(unit_of(shown, value))]);
        picture.words.push_back(words_of(shown, direction, stream, stop, cell_width));
      }
    }
  }
  for (std::uint32_t stop = 0; stop < stops; ++stop) picture.columns.push_back(stop_name(stop));
  picture.legend.push_back({empty_register, "nothing"});
  for (std::size_t unit = 0; unit < unit_names.size(); ++unit) {
    picture.legend.push_back({unit_colors[unit], std::string(unit_names[unit])});
  }
  return picture;
}

std::string csv_of(const Shown& shown) {
  std::string text = "stream,stop,queue,label,element,byte\n";
  for (const Direction direction : {Direction::east, Direction::west}) {
    for (std::uint32_t stream = 0; stream < streams_a_direction; ++stream) {
      for (std::uint32_t stop = 0; stop < stops; ++stop) {
        const StreamValue& value = shown.map.at(direction, stream, stop);
        if (value.instruction == none) continue;
        const Instruction& one = shown.schedule().instructions[value.instruction];
        const std::string label = one.label == none ? "" : shown.program.texts[one.label];
        text += stream_name(direction, stream) + "," + stop_name(stop) + "," +
                name_of(queue_of(one.queue)) + "," + label + "," + std::to_string(value.element) +
                "," + std::to_string(value.byte) + "\n";
      }
    }
  }
  return text;
}

int streams(const Context& context, const TraceOptions& options) {
  require_output(options, "streams");
  options.json.require_writable();
  const trace::Reader reader(options.file);
  const Shown shown = read_shown(reader, options);
  if (!options.output.empty()) {
    const auto picture = picture_of(shown, reader.header().machine);
    analysis::write_picture(analysis::draw(picture), options.output);
  }
  if (!options.csv.empty()) write_file(options.csv, csv_of(shown));
  options.json.write(context.world, [&] {
    std::array<std::uint64_t, 5> counts{};
    for (const auto& direction : shown.map.values) {
      for (const auto& stream : direction) {
        for (const StreamValue& value : stream) {
          if (value.instruction != none) ++counts[std::size_t(unit_of(shown, value))];
        }
      }
    }
    Json json{{"cycle", shown.cycle}, {"chip", shown.chip}};
    for (std::size_t unit = 0; unit < counts.size(); ++unit) {
      json["registers"][std::string(unit_names[unit])] = counts[unit];
    }
    return json;
  });
  return 0;
}

}  // namespace

void add_trace_streams(CLI::App& trace, Context& context) {
  auto options = std::make_shared<TraceOptions>();
  CLI::App* command =
      add_trace_command(trace, context, options, streams, "streams",
                        "What a schedule's stream registers hold in a cycle, as a picture");
  command->add_option("--cycle", options->from_cycle, "Counted from the start of the schedule")
      ->required();
  command->add_option("--chip", options->tile, "Which of several; 0");
  command->add_option("-o,--output", options->output, picture_help);
  command->add_option("--csv", options->csv, "Register by register: who drove it, which element");
}

}  // namespace weft::cli

// SPDX-License-Identifier: Apache-2.0
// What a job file says (docs/jobs.md), checked for form and not yet against machine or program.
#pragma once

#include <any>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/geometry.hpp"
#include "base/ids.hpp"
#include "base/recorder.hpp"
#include "topology/document.hpp"
#include "topology/topology.hpp"

namespace weft::cli {

/// Which element of a host array belongs to which element of which tile.
enum class Arrangement : std::uint8_t {
  tiles,   ///< [tile row][tile column][element], or [element][tile column][tile row]
  blocks,  ///< a matrix, cut into one block a tile
  same,    ///< one tile's elements, for every tile
};
enum class ElementOrder : std::uint8_t { row_major, column_major };

/// Value of element e of tile (x, y): ((constant + x*tile_x + y*tile_y + element*e) mod modulo +
/// offset) * scale.
struct Pattern {
  std::int64_t constant = 0, tile_x = 0, tile_y = 0, element = 0, modulo = 1, offset = 0;
  double scale = 1.0;
};

/// Where the elements of a command come from: exactly one of the four.
struct DataSource {
  enum class Kind : std::uint8_t { none, file, values, fill, pattern };
  Kind kind = Kind::none;
  std::string path;     ///< file: resolved against the job's folder
  std::string dataset;  ///< file: inside HDF5
  std::vector<double> values;
  double fill = 0.0;
  Pattern pattern;
};

/// How elements lie, on the host and on the tiles.
struct DataLayout {
  std::optional<Rectangle> region;  ///< absent: the whole program
  std::uint32_t elements = 0;       ///< a tile (streams: a tile and item); 0: from data or symbol
  Arrangement arrangement = Arrangement::tiles;
  ElementOrder order = ElementOrder::row_major;
  std::uint32_t block_rows = 0;  ///< blocks; 0: from the data
  std::string type;              ///< "f32" ...; empty: the symbol's, or f32 for streams
};

enum class Verb : std::uint8_t { copy_in, copy_out, launch, stream_in, stream_out, stream };
std::string name_of(Verb verb);

struct JobCommand {
  explicit JobCommand(topology::Table table) : where(std::move(table)) {}
  Verb verb = Verb::launch;
  std::string name;    ///< for progress, phases and checks; by default verb and target
  std::string target;  ///< symbol, function or stream
  DataSource data;
  DataLayout layout;
  std::vector<double> arguments;  ///< launch
  std::string result;             ///< copy_out, stream_out, stream: name of what comes out
  bool appends = false;           ///< copy_out: behind what other copies have put to the result
  std::uint64_t items = 1;        ///< stream_out: items to wait for
  std::uint64_t first_item = 0;   ///< copy_in, stream_in, stream: first item of the data
  std::uint64_t most_items = 0;   ///< copy_in (1), stream_in, stream: how many; 0: all
  std::string answer;             ///< stream: the stream that answers
  DataLayout answer_layout;
  std::uint64_t at_a_time = 0;  ///< stream: items sent before waiting for answers; 0: all
  topology::Table where;        ///< for messages
};

/// Data for a handle of a program that is its own host: as if it had connected or written it
/// itself.
struct JobInput {
  explicit JobInput(topology::Table table) : where(std::move(table)) {}
  enum class Kind : std::uint8_t { stream, tensor };
  Kind kind = Kind::stream;
  std::string handle;
  DataSource data;               ///< a file or values
  std::uint64_t first_item = 0;  ///< of the file's first axis
  std::uint64_t most_items = 0;  ///< 0: all
  topology::Table where;
};

struct JobCheck {
  explicit JobCheck(topology::Table table) : where(std::move(table)) {}
  enum class Kind : std::uint8_t {
    equals,
    same_as,
    accuracy,
    sum_over_tiles,
    perceptron,
    faster,
    in_flight,
    exit_code,
    computes,
    within
  };
  Kind kind = Kind::equals;
  std::string name;
  std::string result;
  std::string other;    ///< same_as: result; sum_over_tiles: copy_in command; faster: command
  DataSource expected;  ///< equals: data; accuracy: labels; perceptron: inputs; within: low
  DataSource high;      ///< within
  double tolerance = 0.0;
  double at_least = 0.0;
  std::uint64_t classes = 0;     ///< accuracy, perceptron: scores of an item that count; 0: all
  std::uint64_t first_item = 0;  ///< accuracy, perceptron: of the expected data
  std::uint64_t most_items = 0;  ///< 0: all
  std::vector<DataSource> weights, biases;  ///< perceptron, by layer
  std::uint64_t slices = 1;                 ///< perceptron: input slices summed apart
  int exit_code = 0;                        ///< exit_code: what main() must return
  std::string expression;  ///< computes: what the host computes; empty: the program says it
  topology::Table where;
};

struct JobTrace {
  std::string path;
  TraceLevel level = TraceLevel::off;
  std::optional<Cycle> epoch_cycles;
  std::optional<double> seal_seconds;
  std::optional<std::pair<Cycle, Cycle>> window;
  std::optional<Rectangle> region;
  std::vector<std::pair<std::string, std::string>> heat_maps;  ///< counter, picture
};

/// A fault put in on purpose, to see that it shows.
struct MemoryFlip {
  explicit MemoryFlip(topology::Table place) : where(std::move(place)) {}
  topology::Table where;  ///< for errors found later
  std::string symbol;
  std::optional<std::pair<std::uint32_t, std::uint32_t>> tile;  ///< none: of an array
  std::uint32_t element = 0, bit = 0;
  std::uint64_t before_command = 0;
};
class Door;

struct Job {
  std::string file;
  std::string name;
  std::string topology;
  std::vector<topology::Assignment> constants;  ///< overrides
  std::optional<Rectangle> region;
  const Door* door = nullptr;  ///< by which its program comes in
  std::any program;            ///< what the door read of [program], and of [debug]
  std::vector<JobInput> inputs;
  std::vector<JobCommand> commands;
  std::vector<JobCheck> checks;
  JobTrace trace;
  std::optional<Cycle> max_cycles;
  std::optional<double> wall_seconds;
  std::optional<std::uint64_t> memory_bytes;
  std::vector<std::pair<std::string, DataSource>> outputs;  ///< result, file
  std::vector<MemoryFlip> memory_flips;
  std::string summary_path;  ///< of --json; may be empty
  double began_seconds = 0;  ///< after the process's start: where wall_seconds counts from
  topology::Value document;  ///< the file's tree, overrides applied
};

/// Reads a job file. Category::input with file, line and key for every fault of form, unknown keys
/// and names of commands or results that do not exist included.
Job read_job(const std::string& path, const std::vector<topology::Assignment>& overrides);
Job read_job(topology::Document document);

/// Refuses checks and outputs of results that the program, or its job's commands, do not give.
void check_result_names(const Job& job, const std::vector<std::string>& results);

}  // namespace weft::cli

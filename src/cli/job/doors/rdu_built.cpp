// SPDX-License-Identifier: Apache-2.0
// The door for models that weft makes unit graphs of itself, by name and size.
#include <any>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "cli/job/command_door.hpp"
#include "cli/job/doors/doors.hpp"
#include "cli/job/doors/rdu_patterns.hpp"
#include "cli/job/doors/rdu_units.hpp"
#include "program/rdu_models.hpp"

namespace weft::cli {

using topology::Limits;
using topology::Table;
using namespace program::rdu;

namespace {

constexpr std::int64_t most_extent = 1 << 20;

std::uint32_t extent(Table& table, const char* key, std::int64_t least = 1) {
  return static_cast<std::uint32_t>(table.integer(key, Limits{least, most_extent}));
}

std::function<Patterns()> perceptron_of(Table& table) {
  Perceptron of;
  of.rows = extent(table, "rows");
  of.par = static_cast<std::uint32_t>(table.integer_or("par", 1, Limits{1, most_extent}));
  for (const std::int64_t width : table.integers("widths", Limits{1, most_extent})) {
    of.widths.push_back(static_cast<std::uint32_t>(width));
  }
  return [of] { return perceptron(of); };
}

std::function<Patterns()> decoder_of(Table& table) {
  DecoderLayer of;
  of.tokens = extent(table, "tokens");
  of.width = extent(table, "width");
  of.heads = extent(table, "heads");
  of.hidden = extent(table, "hidden");
  of.par = static_cast<std::uint32_t>(table.integer_or("par", 1, Limits{1, most_extent}));
  return [of] { return decoder_layer(of); };
}

class BuiltRduDoor : public PatternDoor {
 public:
  BuiltRduDoor()
      : PatternDoor({"rdu_built", "RDU models that weft builds", "a model that weft builds", "rdu",
                     "models built by name run on RDUs"}) {}

  void read_program(Table& table, const std::string& /*folder*/, Job& job) const override {
    PatternSource source;
    source.name = table.choice(traits().key, {"decoder_layer", "perceptron"});
    Table parameters = table.table("parameters");
    source.make = source.name == "perceptron" ? perceptron_of(parameters) : decoder_of(parameters);
    read_pattern_options(parameters, source);
    source.timing_only = is_timing_only(table);
    job.program = std::move(source);
  }
};

}  // namespace

std::unique_ptr<const Door> rdu_built_door() { return std::make_unique<BuiltRduDoor>(); }

}  // namespace weft::cli

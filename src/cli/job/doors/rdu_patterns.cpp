// SPDX-License-Identifier: Apache-2.0
// The door for patterns as text: what `weft compile` writes for RDUs, and what users do.
#include "cli/job/doors/rdu_patterns.hpp"

#include <any>
#include <utility>

#include "cli/job/doors/doors.hpp"
#include "cli/job/doors/rdu_units.hpp"
#include "cli/job/job_read.hpp"
#include "frontends/rdu/patterns.hpp"

namespace weft::cli {

namespace {

class RduPatternDoor : public PatternDoor {
 public:
  RduPatternDoor()
      : PatternDoor({"rdu_patterns", "patterns for RDUs", "patterns in text", "rdu",
                     "patterns run on RDUs"}) {}

  void read_program(topology::Table& table, const std::string& folder, Job& job) const override {
    PatternSource source;
    source.name = beside(folder, table.text(traits().key));
    bool nodes = false;
    if (table.has("parameters")) {
      topology::Table parameters = table.table("parameters");
      read_pattern_options(parameters, source);
      nodes = parameters.choice_or("outputs", {"model", "nodes"}, "model") == "nodes";
    }
    source.make = [path = source.name, nodes] { return rdu::read_patterns(path, nodes); };
    source.timing_only = is_timing_only(table);
    job.program = std::move(source);
  }
};

}  // namespace

std::unique_ptr<const Door> rdu_patterns_door() { return std::make_unique<RduPatternDoor>(); }

}  // namespace weft::cli

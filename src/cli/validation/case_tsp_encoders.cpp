// SPDX-License-Identifier: Apache-2.0
// Case T31: how long encoders take, beside what the vendor's compiler made of them.
#include <string>

#include "base/error.hpp"
#include "cli/validation/cases.hpp"
#include "comm/communicator.hpp"
#include "engine/agreement.hpp"
#include "machine/machine.hpp"
#include "program/tsp_bert.hpp"
#include "program/tsp_check.hpp"
#include "program/tsp_schedule.hpp"
#include "topology/topology.hpp"

namespace weft::cli::validation {
namespace {

using namespace program::tsp;

constexpr const char* encoder_machine = "groq-tsp";

double encoder_cycles(const BertSizes& sizes, const Timing& timing) {
  ScheduleOptions options;
  options.timing_only = true;
  const ScheduledProgram scheduled = schedule(bert(sizes), timing, options);
  const Checked checked = check(scheduled.program, timing);
  require_sound(scheduled.program, checked);
  if (checked.cycles != scheduled.cycles) fail(Category::internal, "tsp: foretold wrongly");
  return static_cast<double>(scheduled.cycles);
}

struct Found {
  double tiny = 0, minilm = 0;
};

Row encoder_row(const char* name, double published, double ours, const char* source) {
  Row row;
  row.name = name;
  row.machine = encoder_machine;
  row.claim = Claim::schedule;
  row.published = published;
  row.ours = ours;
  row.source = source;
  return row;
}

}  // namespace

std::vector<Row> t31(Context& context) {
  const topology::Topology topology = machine::load_topology(encoder_machine);
  const Timing timing = read_timing(topology);
  Found found;
  engine::together(context.world, [&] {
    if (context.world.rank() != 0) return;
    found = {encoder_cycles(bert_tiny, timing), encoder_cycles(minilm_v2, timing)};
  });
  found = context.world.broadcast_value(found);
  std::vector<Row> rows = {
      encoder_row("T31 BERT-tiny fp16, another schedule", 27'813, found.tiny,
                  "GroqFlow logs of ALCF: 32358.97 sequences a second on chip, 900 MHz"),
      encoder_row("T31 MiniLM-v2 fp16, another schedule", 343'435, found.minilm,
                  "GroqFlow logs of ALCF: 2620.58 sequences a second on chip, 900 MHz")};
  for (Row& row : rows) row.rests_on = grounds_of(topology);
  return rows;
}

}  // namespace weft::cli::validation

// SPDX-License-Identifier: Apache-2.0
// A machine from the job that a trace keeps.
#include "cli/job/doors/trace_machine.hpp"

#include <vector>

#include "machine/machine.hpp"
#include "topology/document.hpp"

namespace weft::cli {

topology::Topology machine_of(const trace::Reader& reader, const std::string& file) {
  std::string name = reader.header().machine;
  std::vector<topology::Assignment> overrides;
  const std::string config = reader.config();
  if (!config.empty()) {
    const topology::Document job = topology::Document::parse_text(config, file + ":/config");
    const topology::Value* const machine = job.tree().find("machine");
    const topology::Value* const given = machine == nullptr ? nullptr : machine->find("topology");
    if (given != nullptr) name = given->text;
    const topology::Value* const set = machine == nullptr ? nullptr : machine->find("constants");
    for (std::size_t i = 0; set != nullptr && i < set->items.size(); ++i) {
      overrides.emplace_back(set->items[i].text, file + ":/config: " + set->items[i].text);
    }
  }
  return machine::load_topology(name, overrides);
}

}  // namespace weft::cli

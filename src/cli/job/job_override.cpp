// SPDX-License-Identifier: Apache-2.0
// --set on a job: a key of the job, or a constant of its machine.
#include <algorithm>

#include "base/error.hpp"
#include "cli/job/job_read.hpp"
#include "topology/suggest.hpp"

namespace weft::cli {
namespace {

using topology::Document;
using topology::Kind;
using topology::Value;

const std::vector<std::string>& tables_of_a_job() {
  static const std::vector<std::string> names{"job",    "machine", "program", "command",
                                              "input",  "check",   "trace",   "limits",
                                              "output", "debug",   "layers"};
  return names;
}

/// "fabric" of "fabric.queue_depth_wavelets=5".
std::string first_part(const std::string& assignment) {
  const std::string key = assignment.substr(0, assignment.find('='));
  std::string part = key.substr(0, key.find('.'));
  std::erase(part, ' ');
  return part;
}

bool is_of_job(const Document& document, const std::string& assignment) {
  const std::string part = first_part(assignment);
  const auto& tables = tables_of_a_job();
  return assignment.find('=') == std::string::npos || document.tree().find(part) != nullptr ||
         std::find(tables.begin(), tables.end(), part) != tables.end();
}

/// The groups of a machine's constants: "clock", "region" ...
std::vector<std::string> groups_of(const std::string& machine) {
  const topology::Topology topology = topology::load_topology(machine);
  std::vector<std::string> groups;
  if (!topology.facts().empty()) groups.emplace_back("facts");
  for (const topology::Constant& constant : topology.constants()) {
    groups.push_back(first_part(constant.key));
  }
  std::sort(groups.begin(), groups.end());
  groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
  return groups;
}

void set_constant(Document& document, const topology::Assignment& given) {
  const std::string& assignment = given.text;
  Value* machine = document.tree().find("machine");
  const Value* name = machine == nullptr ? nullptr : machine->find("topology");
  if (name == nullptr || name->kind != Kind::text) return document.set(assignment, given.where);
  const std::string part = first_part(assignment);
  std::vector<std::string> known = groups_of(name->text);
  if (std::find(known.begin(), known.end(), part) == known.end()) {
    known.insert(known.end(), tables_of_a_job().begin(), tables_of_a_job().end());
    fail(Category::input, given.where + ": '" + part +
                              "' is no table of a job and no group of constants of " + name->text +
                              topology::did_you_mean(part, known));
  }
  Value& constants = machine->make("constants");
  if (constants.kind == Kind::table && constants.members.empty()) {
    constants.kind = Kind::array;
    constants.place = machine->place;
  }
  if (constants.kind != Kind::array) return;  // reading it says so
  Value text;
  text.kind = Kind::text;
  text.text = assignment;
  text.place = {std::make_shared<const std::string>(given.where), 0, 0};
  constants.items.push_back(std::move(text));
}

}  // namespace

void override_job(Document& document, const std::vector<topology::Assignment>& assignments) {
  std::vector<topology::Assignment> of_machine;
  for (const topology::Assignment& assignment : assignments) {
    if (is_of_job(document, assignment.text)) {
      document.set(assignment.text, assignment.where);
    } else {
      of_machine.push_back(assignment);
    }
  }
  // After the others, one of which may name another machine.
  for (const topology::Assignment& assignment : of_machine) set_constant(document, assignment);
}

}  // namespace weft::cli

// SPDX-License-Identifier: Apache-2.0
// Which door a job comes in by.
#include "cli/job/door.hpp"

#include "base/error.hpp"
#include "machine/machine.hpp"
#include "topology/suggest.hpp"

namespace weft::cli {

const Door& choose_door(topology::Table& program) {
  const Door* found = nullptr;
  std::vector<std::string> known;
  for (const Door* door : doors()) {
    known.push_back(door->traits().key);
    if (!program.has(known.back())) continue;
    if (found != nullptr) {
      program.fail(known.back(),
                   "cannot stand beside '" + found->traits().key + "': a job has one program");
    }
    found = door;
  }
  if (found != nullptr) return *found;
  for (const std::string& key : program.keys()) {
    const std::string guess = topology::did_you_mean(key, known);
    if (!guess.empty()) program.fail(key, "is not known" + guess);
  }
  std::string others;
  for (std::size_t k = 1; k < known.size(); ++k) {
    others += (k == 1 ? "'" : ", '") + known[k] + "'";
  }
  program.fail(known.front(), "is missing, and so " +
                                  std::string(known.size() > 2 ? "are " : "is ") + others +
                                  ": a job has one of them");
}

std::string door_languages(bool has_main) {
  std::vector<std::string> all;
  for (const Door* door : doors()) {
    if (door->traits().has_main == has_main) all.push_back(door->traits().language);
  }
  std::string out;
  for (std::size_t k = 0; k < all.size(); ++k) {
    out += (k == 0 ? "" : k + 1 < all.size() ? ", " : " or ") + all[k];
  }
  return out;
}

std::shared_ptr<const topology::Topology> load_machine(const Job& job) {
  auto out = std::make_shared<const topology::Topology>(
      machine::load_topology(job.topology, job.constants));
  const Door::Traits& door = job.door->traits();
  if (out->family() == door.family) return out;
  fail(Category::unsupported, job.file + ": machine '" + job.topology + "' is of the family '" +
                                  out->family() + "'; " + door.runs_on + " (family '" +
                                  door.family + "')");
}

}  // namespace weft::cli

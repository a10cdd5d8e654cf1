// SPDX-License-Identifier: Apache-2.0
// Jobs on the toy machine, run on as many of the test's ranks as asked for.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/session.hpp"
#include "machine/toy/program.hpp"
#include "support/world.hpp"

namespace weft::test {

/// Words as the bytes of a host command.
inline std::vector<std::byte> bytes_of(const std::vector<std::uint32_t>& words) {
  const auto bytes = std::as_bytes(std::span(words));
  return {bytes.begin(), bytes.end()};
}

inline engine::HostCommand launch(const std::string& name, std::vector<std::uint32_t> arguments) {
  engine::HostCommand command;
  command.kind = engine::CommandKind::launch;
  command.name = name;
  command.arguments = std::move(arguments);
  return command;
}

inline engine::HostCommand transfer(engine::CommandKind kind, const std::string& name,
                                    const Rectangle& where, std::uint32_t elements) {
  engine::HostCommand command;
  command.kind = kind;
  command.name = name;
  command.where = where;
  command.elements = elements;
  return command;
}

/// A toy job: what may vary, and the host program.
struct ToyJob {
  std::string family = "toy";
  machine::toy::Program program;
  Rectangle region{0, 0, 9, 8};
  partition::Cut cut = partition::Cut::rectangles;
  engine::Limits limits;
  trace::Settings trace;
  std::function<void(engine::Session&)> host;

  engine::Plan plan() const {
    engine::Plan made;
    made.topology = std::make_shared<const topology::Topology>(topology::load_topology("toy"));
    made.family = family;
    made.program = machine::toy::to_bytes(program);
    made.region = region;
    made.cut = cut;
    made.limits = limits;
    made.trace = trace;
    made.hashed_config = "toy job";
    return made;
  }
};

/// What a job came to on one rank: a result, or an error's words.
struct Ending {
  std::optional<engine::Result> result;
  std::optional<Category> category;
  std::string error;
};

/// Runs the job on the first `ranks` ranks of the test; the others return nothing. Collective.
inline std::optional<Ending> run_on(int ranks, const ToyJob& job) {
  const bool member = world().rank() < ranks;
  const comm::Communicator group = world().split(member ? 0 : 1, world().rank());
  if (!member) return std::nullopt;
  Ending ending;
  try {
    ending.result = engine::run_session(
        group, [&] { return job.plan(); }, job.host);
  } catch (const Error& error) {
    ending.category = error.category();
    ending.error = error.what();
  }
  return ending;
}

/// The rank counts of the determinism tests that this run has ranks for.
inline std::vector<int> rank_counts() {
  std::vector<int> counts;
  for (const int ranks : {1, 2, 3, 4, 7}) {
    if (ranks <= world().size()) counts.push_back(ranks);
  }
  return counts;
}

}  // namespace weft::test

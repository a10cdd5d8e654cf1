// SPDX-License-Identifier: Apache-2.0
// What `weft check` says about a program in C++.
#include <algorithm>
#include <utility>

#include "cli/job/doors/poplar_run.hpp"
#include "cli/job/job_rests_on.hpp"
#include "cli/job/job_run.hpp"
#include "hosts/poplar/engine/session_plan.hpp"

namespace weft::cli {

using ::poplar::core::ExecutableImpl;
using program::ipu::Program;

namespace {

std::string count(std::uint64_t number, const std::string& what) {
  return std::to_string(number) + " " + what;
}

/// Bytes of SRAM a tile, and what fills the fullest.
std::string memory_text(const Program& program, const topology::Topology& machine) {
  const std::size_t uses = program::ipu::memory_uses;
  std::uint64_t sum = 0;
  std::uint64_t most = 0;
  std::size_t fullest = 0;
  for (std::size_t tile = 0; tile < program.tiles(); ++tile) {
    std::uint64_t bytes = 0;
    for (std::size_t use = 0; use < uses; ++use) bytes += program.memory_use[tile * uses + use];
    sum += bytes;
    if (bytes > most) fullest = tile;
    most = std::max(most, bytes);
  }
  std::string out = "bytes a tile: at most " + std::to_string(most) + " (tile " +
                    std::to_string(fullest) + "), " + std::to_string(sum / program.tiles()) +
                    " on average, of " + std::to_string(machine.integer("tile.memory_bytes")) +
                    "\n";
  for (std::size_t use = 0; use < uses; ++use) {
    const std::uint64_t bytes = program.memory_use[fullest * uses + use];
    if (bytes == 0) continue;
    out += "  " + std::string(name_of(static_cast<program::ipu::MemoryUse>(use))) + " " +
           std::to_string(bytes) + "\n";
  }
  return out;
}

template <typename Handles>
std::string names(const std::string& title, const Handles& handles) {
  std::string out;
  for (const auto& [name, handle] : handles) out += (out.empty() ? "" : ", ") + name;
  return out.empty() ? out : "  " + title + ": " + out + "\n";
}

std::string handles_text(const ExecutableImpl& executable) {
  std::map<std::string, bool> in;
  std::map<std::string, bool> out;
  for (const auto& [name, stream] : executable.streams) (stream.to_device ? in : out)[name] = true;
  return "handles\n" + names("tensors written by the host", executable.writes) +
         names("streams to the device", in) + names("tensors read by the host", executable.reads) +
         names("streams to the host", out);
}

}  // namespace

std::string describe_poplar_job(Job job, std::optional<partition::Cut> cut, int ranks) {
  PoplarJob checked(std::move(job));
  const ExecutableImpl& executable = checked.compile();
  const topology::Topology& machine = checked.machine();
  const Program& program = executable.program;
  std::string out = checked.job().name + ": " +
                    count(program.ipus, program.ipus == 1 ? "IPU of " : "IPUs of ") +
                    count(program.tiles_per_ipu, "tiles of ") + machine.name() + "\n";
  const auto& summary = executable.summary;
  out += count(program.entries.size(), "programs, ") + count(summary.variables, "variables, ") +
         count(summary.vertices, "vertices in ") + count(summary.compute_sets, "compute sets, ") +
         count(summary.exchanges, "exchanges\n");
  for (const auto& [codelet, instances] : summary.instances_of_codelet) {
    out += "  " + codelet + " " + std::to_string(instances) + "\n";
  }
  out += memory_text(program, machine) + handles_text(executable);
  engine::Plan plan = ::poplar::core::plan_of(executable);
  apply_settings(checked.job(), plan);
  plan.cut = cut;
  const std::string placed = engine::describe(plan, ranks);  // reads constants of the machine
  return out + describe_rests_on(*plan.topology) + "\n" + placed;
}

}  // namespace weft::cli

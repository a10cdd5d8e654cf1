// SPDX-License-Identifier: Apache-2.0
// What a session needs to know of an executable.
#include "hosts/poplar/engine/session_plan.hpp"

#include <algorithm>

#include "hosts/poplar/api/program_support.hpp"
#include "hosts/poplar/engine/program_identity.hpp"
#include "hosts/poplar/target/target_impl.hpp"
#include "topology/identity.hpp"

namespace poplar::core {

namespace ipu = weft::program::ipu;

namespace {

template <typename Items>
weft::trace::StringTable names_of(const char* table, const Items& items) {
  weft::trace::StringTable out{table, {}};
  for (const auto& item : items) out.entries.push_back(item.name);
  return out;
}

}  // namespace

namespace {

/// Each tensor that is read, and one transfer of each stream to the host, is kept by somebody.
weft::engine::HostMemory host_memory(const ExecutableImpl& executable) {
  weft::engine::HostMemory memory;
  for (const ipu::HostArray& array : executable.program.arrays) {
    memory.copies_bytes = std::max(memory.copies_bytes, 2 * array.bytes);
  }
  for (const auto& [name, handle] : executable.reads) {
    memory.results_bytes += executable.program.arrays.at(handle.array).bytes;
  }
  return memory;
}

}  // namespace

weft::engine::Plan plan_of(const ExecutableImpl& executable) {
  const ipu::Program& program = executable.program;
  const TargetImpl& target = executable.target.getImpl();
  weft::engine::Plan plan;
  plan.topology = target.topology;
  plan.family = "ipu";
  plan.program = ipu::serialize(program);
  plan.host = host_memory(executable);
  plan.region = {0, 0, program.tiles_per_ipu, program.ipus};
  plan.hashed_config = weft::topology::identity_text(*target.topology) + program_identity(program);
  plan.trace.config = target.topology->text();
  plan.link_directions = {"west", "east", "south", "north"};
  plan.definitions = {names_of("compute_sets", program.compute_sets),
                      names_of("rearrangements", program.rearrangements),
                      names_of("exchanges", program.exchanges),
                      names_of("codelets", program.codelets), names_of("arrays", program.arrays)};
  weft::trace::StringTable requests{"requests", {}};
  for (const ipu::HostRequest& request : program.requests) {
    requests.entries.push_back(decode(request.name).title);
  }
  // What else crosses the exchange has ids behind those of the program's own (Ipu::exchange_id).
  std::vector<std::string>& exchanges = plan.definitions.at(2).entries;
  for (const std::string& name : requests.entries) exchanges.push_back("request " + name);
  exchanges.push_back("branch");
  plan.definitions.push_back(std::move(requests));
  if (ipu::has_layers(program)) plan.definitions.push_back({"layers", program.texts});
  return plan;
}

namespace {

/// Where control may go from an instruction besides the next one; its place otherwise.
std::uint32_t branch_target(const ipu::Instruction& instruction, std::uint32_t otherwise) {
  switch (instruction.operation) {
    case ipu::Operation::repeat:
    case ipu::Operation::skip_if_zero:
    case ipu::Operation::jump:
    case ipu::Operation::branch_true:
    case ipu::Operation::branch_false:
    case ipu::Operation::branch_equal:
    case ipu::Operation::call:
      return instruction.b;
    default:
      return otherwise;
  }
}

bool goes_on(ipu::Operation operation) {
  return operation != ipu::Operation::jump && operation != ipu::Operation::return_ &&
         operation != ipu::Operation::halt;
}

}  // namespace

std::set<std::uint32_t> requests_of(const ipu::Program& program, std::uint32_t entry) {
  std::set<std::uint32_t> found;
  std::vector<bool> seen(program.code.size(), false);
  std::vector<std::uint32_t> open = {program.entries.at(entry)};
  while (!open.empty()) {
    const std::uint32_t at = open.back();
    open.pop_back();
    if (at >= seen.size() || seen[at]) continue;
    seen[at] = true;
    const ipu::Instruction& instruction = program.code[at];
    if (instruction.operation == ipu::Operation::request) found.insert(instruction.a);
    if (goes_on(instruction.operation)) open.push_back(at + 1);
    open.push_back(branch_target(instruction, at));
  }
  return found;
}

}  // namespace poplar::core

// SPDX-License-Identifier: Apache-2.0
// Row programs in a session.
#include "cli/validation/run_row.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "comm/communicator.hpp"
#include "engine/session.hpp"
#include "machine/machine.hpp"
#include "topology/topology.hpp"

namespace weft::cli::validation {
namespace {

engine::Plan make_plan(const RowProgram& row) {
  engine::Plan plan;
  const bool wse2 = row.program.generation == program::wse::Generation::wse2;
  plan.topology = std::make_shared<const topology::Topology>(
      machine::load_topology(wse2 ? "cerebras-wse2" : "cerebras-wse3"));
  plan.program = program::wse::serialize(row.program);
  plan.region = {0, 0, row.program.width, row.program.height};
  return plan;
}

template <typename Value>
std::vector<Value> read(engine::Session& session, const std::string& name, std::uint32_t tile,
                        std::uint32_t elements) {
  engine::HostCommand command;
  command.kind = engine::CommandKind::copy_out;
  command.name = name;
  command.where = {tile, 0, 1, 1};
  command.elements = elements;
  command.element_bytes = sizeof(Value);
  const engine::Reply reply = session.wait(session.submit(command));
  std::vector<Value> values(reply.data.size() / sizeof(Value));
  std::memcpy(values.data(), reply.data.data(), values.size() * sizeof(Value));
  return values;
}

}  // namespace

RowTimes run_row(Context& context, const RowProgram& row) {
  RowTimes times;
  std::vector<Ground> grounds;
  const engine::Result result = engine::run_session(
      context.world, [&] { return make_plan(row); },
      [&](engine::Session& session) {
        times.begin = read<std::uint32_t>(session, "begin", row.first, 1).at(0);
        times.end = read<std::uint32_t>(session, "end", row.last, 1).at(0);
        const auto data = read<float>(session, "data", row.last, row.words);
        const bool right = std::all_of(data.begin(), data.end(),
                                       [&](float value) { return value == row.expected; });
        grounds = grounds_of(*session.plan().topology);
        if (!right) fail(Category::check, "a validation program computed a wrong result");
      });
  if (result.stop != engine::Stop::done) fail(engine::category_of(result.stop), result.message);
  rest_on(context, grounds);
  return context.world.broadcast_value(times);
}

}  // namespace weft::cli::validation

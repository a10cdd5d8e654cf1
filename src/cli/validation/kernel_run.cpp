// SPDX-License-Identifier: Apache-2.0
// From a kernel's layout file to rows and cycles.
#include "cli/validation/kernel_run.hpp"

#include <unistd.h>

#include <algorithm>
#include <bit>
#include <filesystem>
#include <span>
#include <utility>

#include "base/error.hpp"
#include "machine/machine.hpp"
#include "topology/topology.hpp"
#include "trace/reader.hpp"

namespace weft::cli::validation {
namespace {

namespace fs = std::filesystem;

engine::Plan plan_of(const KernelRun& kernel) {
  engine::Plan plan;
  auto topology = std::make_shared<topology::Topology>(machine::load_topology(kernel.topology));
  csl::Options options;
  options.limits = program::wse::read_limits(*topology);
  options.rules = csl::read_float_rules(*topology);
  options.parameters = kernel.parameters;
  const program::wse::Program program = csl::compile(find_data(kernel.layout), options);
  plan.topology = std::move(topology);
  plan.program = program::wse::serialize(program);
  plan.region = {0, 0, program.width, program.height};
  plan.limits.max_cycles = Cycle{1} << 32U;
  return plan;
}

Rectangle whole(const engine::Session& session) { return session.plan().region; }

std::string temporary_trace() {
  const std::string name = "weft-validate-" + std::to_string(::getpid()) + ".h5";
  return (fs::temp_directory_path() / name).string();
}

/// Removes a file when it goes out of scope, whatever happened in between.
class Temporary {
 public:
  explicit Temporary(std::string path) : path_(std::move(path)) {}
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  ~Temporary() {
    std::error_code ignored;
    fs::remove(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace

std::string find_data(const std::string& relative) {
  std::string tried;
  for (const std::string& folder : topology::search_folders()) {
    const fs::path path = fs::path(folder).parent_path() / relative;
    std::error_code ignored;
    if (fs::is_regular_file(path, ignored)) return path.string();
    tried += " " + path.string();
  }
  fail(Category::input, "no file " + relative + "; looked for:" + tried);
}

namespace {

engine::Result run_plan(Context& context, const std::function<engine::Plan()>& make_plan,
                        const std::function<void(engine::Session&)>& body) {
  std::vector<Ground> grounds;
  engine::Result result =
      engine::run_session(context.world, make_plan, [&](engine::Session& session) {
        body(session);
        grounds = grounds_of(*session.plan().topology);
      });
  rest_on(context, grounds);
  return result;
}

}  // namespace

engine::Result run_kernel(Context& context, const KernelRun& kernel,
                          const std::function<void(engine::Session&)>& body) {
  return run_plan(
      context, [&] { return plan_of(kernel); }, body);
}

std::vector<EventRow> run_kernel_traced(Context& context, const KernelRun& kernel,
                                        const std::function<void(engine::Session&)>& body,
                                        const std::string& stream, TileId tile) {
  const Temporary file(temporary_trace());
  const auto make_plan = [&] {
    engine::Plan plan = plan_of(kernel);
    plan.trace.path = file.path();
    plan.trace.level = TraceLevel::runs;
    plan.trace.crash_safe = false;
    return plan;
  };
  run_plan(context, make_plan, body);
  std::vector<EventRow> rows;
  if (context.world.rank() != 0) return rows;
  const trace::Reader reader(file.path());
  for (const EventRow& row : reader.rows(stream, 0, ~std::uint64_t{0} >> 1U)) {
    if (row.tile == tile) rows.push_back(row);
  }
  return rows;
}

void copy_to_all(engine::Session& session, const std::string& symbol,
                 const std::vector<float>& values) {
  engine::HostCommand command;
  command.kind = engine::CommandKind::copy_in;
  command.name = symbol;
  command.where = whole(session);
  command.elements = static_cast<std::uint32_t>(values.size());
  std::vector<float> all;
  for (std::uint64_t tile = 0; tile < command.where.tiles(); ++tile) {
    all.insert(all.end(), values.begin(), values.end());
  }
  session.wait(session.submit(command, std::as_bytes(std::span(all))));
}

Cycle launch(engine::Session& session, const std::string& function,
             const std::vector<std::uint32_t>& arguments) {
  engine::HostCommand command;
  command.kind = engine::CommandKind::launch;
  command.name = function;
  command.where = whole(session);
  command.arguments = arguments;
  const engine::Reply reply = session.wait(session.submit(command));
  return reply.end - reply.begin;
}

std::vector<std::byte> bytes_of(engine::Session& session, const std::string& symbol,
                                std::uint32_t elements, std::uint32_t element_bytes,
                                std::uint32_t x) {
  engine::HostCommand command;
  command.kind = engine::CommandKind::copy_out;
  command.name = symbol;
  command.where = {x, 0, 1, 1};
  command.elements = elements;
  command.element_bytes = element_bytes;
  return session.wait(session.submit(command)).data;
}

double between_stamps(engine::Session& session, const std::string& begin, const std::string& end) {
  const auto stamp = [&](const std::string& symbol) {
    const auto words = values_of<std::uint16_t>(session, symbol, 3);
    return std::uint64_t{words[2]} << 32U | std::uint64_t{words[1]} << 16U | words[0];
  };
  return static_cast<double>(stamp(end) - stamp(begin));
}

double share(const Context& context, double value) {
  auto bits = std::bit_cast<std::uint64_t>(value);
  if (context.world.rank() != 0) bits = 0;
  return std::bit_cast<double>(context.world.sum(bits));
}

}  // namespace weft::cli::validation

// SPDX-License-Identifier: Apache-2.0
// From a job file to a plan: everything that can fail before the run.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/output_file.hpp"
#include "base/output_paths.hpp"
#include "cli/job/job_element.hpp"
#include "cli/job/job_faults.hpp"
#include "cli/job/job_run.hpp"
#include "engine/identity.hpp"
#include "engine/signals.hpp"

namespace weft::cli {

PreparedJob::PreparedJob(const CommandDoor& door, Job job)
    : job_(std::move(job)),
      topology_(load_machine(job_)),
      program_(door.compile(job_, *topology_)),
      index_(program_->region(), program_->exports()) {
  outcome_.multiply_add = door.multiply_add(*topology_);
  if (!program_->has_values()) leave_values_out();
  resolve();
  HostArrays arrays;
  for (std::size_t index = 0; index < resolved_.size(); ++index) {
    const Target& target = resolved_[index].target;
    const bool in = job_.commands[index].verb == Verb::copy_in;
    if (in && target.is_array) arrays[target.name] = array_shape(target);
  }
  outcome_.host_values = host_values();
  require_check_data(job_, result_shapes(), arrays, outcome_.host_values);
  require_trace_region(job_, index_.rectangle());
  require_outputs(job_);
}

HostValues PreparedJob::host_values() const {
  const HostValues of_array = program_->host_values();
  if (!of_array) return {};
  std::map<std::string, std::string> array_of;  // by result
  for (const JobCommand& command : job_.commands) {
    if (command.verb == Verb::copy_out) array_of[command.result] = command.target;
  }
  return [of_array, array_of](const HostArrays& arrays, const std::string& result) {
    return of_array(arrays, array_of.at(result));
  };
}

void PreparedJob::leave_values_out() {
  using Kind = JobCheck::Kind;
  const std::size_t before = job_.checks.size() + job_.outputs.size();
  std::erase_if(job_.checks, [](const JobCheck& check) { return check.kind != Kind::faster; });
  job_.outputs.clear();
  const std::size_t left_out = before - job_.checks.size();
  std::erase_if(job_.commands, [](const JobCommand& one) { return one.verb == Verb::copy_out; });
  if (left_out == 0) return;
  log::say(job_.name + ": without data; " + counted(left_out, "check") +
           " and outputs of results are left out");
}

void PreparedJob::resolve() {
  Faults faults;
  for (const JobCommand& command : job_.commands) {
    faults.in([&] { resolved_.push_back(resolve(command)); });
  }
  faults.raise();
  require_inputs();
  for (const MemoryFlip& flip : job_.memory_flips) require_flip(flip);
}

/// Memory that nobody wrote is zero: a launch would compute, and with what nobody meant.
void PreparedJob::require_inputs() const {
  if (!program_->has_values()) return;
  std::set<std::string> given;
  for (const JobCommand& command : job_.commands) {
    if (command.verb == Verb::copy_in) given.insert(command.target);
    if (command.verb != Verb::launch) continue;
    for (const ArrayExport& one : index_.arrays()) {
      if (!one.is_input || given.count(one.entry.name) != 0) continue;
      command.where.fail("launch", "comes before input '" + one.entry.name +
                                       "' is copied in; where it is to be zero, say 'fill = 0'");
    }
    return;
  }
}

void PreparedJob::require_flip(const MemoryFlip& flip) const {
  const Target target = flip_target(flip);
  const std::size_t bits = 8 * trace::size_bytes(target.type);
  if (flip.element >= target.elements) {
    flip.where.fail("element", "is " + std::to_string(flip.element) + "; '" + flip.symbol +
                                   "' has " + counted(target.elements, "element"));
  }
  if (flip.bit >= bits) {
    flip.where.fail("bit", "is " + std::to_string(flip.bit) + "; elements of '" + flip.symbol +
                               "' have " + counted(bits, "bit"));
  }
  if (flip.before_command >= job_.commands.size()) {
    flip.where.fail("before_command", "is " + std::to_string(flip.before_command) +
                                          "; the job's commands are 0 to " +
                                          std::to_string(job_.commands.size() - 1));
  }
  if (!program_->has_values()) {
    flip.where.fail("symbol", "is of a program without data: there is no bit to flip");
  }
}

Target PreparedJob::flip_target(const MemoryFlip& flip) const {
  const auto array = index_.array(flip.symbol);
  if (array && flip.tile) {
    flip.where.fail("tile", "is for what tiles hold; '" + flip.symbol + "' is a whole tensor");
  }
  if (array) return *array;
  if (!flip.tile && !index_.has_arrays()) flip.where.fail("tile", "is missing");
  const auto [x, y] = flip.tile.value_or(std::pair{0U, 0U});
  const Rectangle all = index_.rectangle();
  if (x >= all.width || y >= all.height) {
    flip.where.fail("tile", "leaves the program's " + std::to_string(all.width) + " x " +
                                std::to_string(all.height) + " tiles");
  }
  return index_.variable({flip.where, "symbol"}, flip.symbol, {x, y, 1, 1});
}

PreparedJob::Resolved PreparedJob::resolve(const JobCommand& command) {
  Resolved out;
  if (command.verb == Verb::launch) {
    out.arguments = index_.arguments(command);
    return out;
  }
  const bool copies = command.verb == Verb::copy_in || command.verb == Verb::copy_out;
  const bool streams_in = command.verb == Verb::stream_in || command.verb == Verb::stream;
  const auto array = copies ? index_.array(command.target) : std::nullopt;
  if (array) ProgramIndex::require_whole(command);
  if (command.appends && !array) command.where.fail("appends", "is for tensors");
  out.region = array ? Rectangle{0, 0, 1, 1} : index_.region(command, command.layout);
  if (array) {
    out.target = *array;
  } else {
    out.target =
        copies ? index_.variable({command.where, name_of(command.verb)}, command.target, out.region)
               : index_.stream(command, command.target, command.layout, streams_in);
  }
  if (command.verb == Verb::stream) {
    out.answer_region = index_.region(command, command.answer_layout);
    out.answer = index_.stream(command, command.answer, command.answer_layout, false);
    if (command.answer_layout.elements == 0) {
      command.where.fail("answer", "needs 'elements': how many a tile and item?");
    }
  }
  if (command.verb == Verb::stream_out && command.layout.elements == 0) {
    command.where.fail("elements", "is missing: how many a tile and item?");
  }
  if (command.verb == Verb::copy_out && command.layout.elements > out.target.elements) {
    command.where.fail("elements", "is more than the " + std::to_string(out.target.elements) +
                                       " of '" + command.target + "'");
  }
  if (command.data.kind == DataSource::Kind::file) {
    out.data = tile_data(command, out.target, out.region, streams_in || command.most_items != 0);
  } else if (command.most_items != 0) {
    command.where.fail("items", "are of 'data', a file's");
  } else if (command.data.kind != DataSource::Kind::none && out.region.tiles() < 4096) {
    tile_data(command, out.target, out.region, streams_in);  // to find its faults now
  }
  return out;
}

std::uint64_t PreparedJob::copies_of(const std::string& result) const {
  return static_cast<std::uint64_t>(
      std::count_if(job_.commands.begin(), job_.commands.end(), [&](const JobCommand& command) {
        return command.verb == Verb::copy_out && command.result == result;
      }));
}

std::map<std::string, trace::Tensor> PreparedJob::result_shapes() const {
  std::map<std::string, trace::Tensor> shapes;
  for (std::size_t index = 0; index < job_.commands.size(); ++index) {
    const JobCommand& command = job_.commands[index];
    if (command.result.empty()) continue;
    const Resolved& resolved = resolved_[index];
    const bool answers = command.verb == Verb::stream;
    const DataLayout& layout = answers ? command.answer_layout : command.layout;
    const Target& target = answers ? resolved.answer : resolved.target;
    TileData data;
    data.type = target.type;
    data.elements = layout.elements != 0 ? layout.elements : target.elements;
    data.items = answers && resolved.data ? resolved.data->items : command.items;
    const Rectangle& region = answers ? resolved.answer_region : resolved.region;
    trace::Tensor shape =
        target.is_array ? array_shape(target) : host_shape(command, layout, region, data);
    if (command.appends) shape.shape.insert(shape.shape.begin(), copies_of(command.result));
    shapes[command.result] = std::move(shape);
  }
  return shapes;
}

void require_trace_region(const Job& job, const Rectangle& all) {
  if (!job.trace.region || intersect(*job.trace.region, all) == *job.trace.region) return;
  fail(Category::input, job.file + ": key 'trace.region' leaves the program's " +
                            std::to_string(all.width) + " x " + std::to_string(all.height) +
                            " tiles");
}

void require_outputs(const Job& job) {
  OutputPaths paths(job.file + ": keys ");
  const auto once = [&paths](const std::string& path, const std::string& key) {
    paths.writes(path, "'" + key + "'");
  };
  if (job.trace.level != TraceLevel::off) {
    require_regular(job.trace.path, "a trace");
    once(job.trace.path, "trace.path");
  }
  for (const auto& [result, file] : job.outputs) {
    if (file.dataset.empty()) {
      require_writable(file.path);
    } else {
      require_regular(file.path, "an HDF5 file");
    }
    once(file.path, "output." + result);
  }
  for (const auto& [counter, picture] : job.trace.heat_maps) {
    require_writable(picture);
    once(picture, "trace.heat_maps." + counter);
  }
  if (!job.summary_path.empty()) once(job.summary_path, "--json");
}

double wall_seconds_left(const Job& job) {
  constexpr double moment = 1e-6;
  const double used = engine::seconds_since_start() - job.began_seconds;
  return std::max(moment, *job.wall_seconds - used);
}

void apply_settings(const Job& job, engine::Plan& plan) {
  if (job.max_cycles) plan.limits.max_cycles = *job.max_cycles;
  if (job.wall_seconds) {
    plan.limits.wall_seconds = *job.wall_seconds;
    plan.limits.wall_seconds_left = wall_seconds_left(job);
  }
  if (job.memory_bytes) plan.limits.node_bytes_max = *job.memory_bytes;
  plan.trace.path = job.trace.path;
  plan.trace.level = job.trace.level;
  if (job.trace.epoch_cycles) plan.trace.epoch_cycles = *job.trace.epoch_cycles;
  if (job.trace.seal_seconds) plan.trace.seal_seconds = *job.trace.seal_seconds;
  if (job.trace.window) {
    plan.trace.window.begin = job.trace.window->first;
    plan.trace.window.end = job.trace.window->second;
  }
  if (job.trace.region) plan.trace.window.tiles = *job.trace.region;
  plan.trace.config = topology::canonical_text(job.document);
  if (job.trace.level == TraceLevel::off) return;
  for (const auto& [counter, picture] : job.trace.heat_maps) {
    plan.trace.wanted_counters.push_back({counter, job.file + ": key 'trace.heat_maps'"});
  }
}

void write_outputs(const Job& job, const JobOutcome& outcome) {
  for (const auto& [result, file] : job.outputs) {
    trace::write_tensor(file.path, file.dataset, *outcome.results.at(result));
  }
}

engine::Plan PreparedJob::plan(std::optional<partition::Cut> cut) const {
  engine::Plan plan;
  plan.topology = topology_;
  plan.program = program_->bytes();
  plan.region = program_->region();
  plan.cut = cut;
  apply_settings(job_, plan);
  plan.hashed_config =
      job_identity(job_) + engine::machine_and_program(*topology_, program_->content());
  plan.host = host_memory();
  plan.link_directions = program_->link_directions();
  plan.definitions = program_->definitions();
  if (plan.trace.level != TraceLevel::off) plan.trace.program = program_->text();
  return plan;
}

}  // namespace weft::cli

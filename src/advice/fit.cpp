// SPDX-License-Identifier: Apache-2.0
// Four rules of fit, and the memory that they speak of.
#include "advice/fit.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/number_text.hpp"

namespace weft::advice {
namespace {

std::int64_t ceiling(std::int64_t a, std::int64_t b) { return a / b + (a % b > 0 ? 1 : 0); }

std::int64_t power_of_two_from(std::int64_t least) {
  std::int64_t power = 1;
  while (power < least) power *= 2;
  return power;
}

/// Training keeps a gradient for each weight; what optimisers keep beside may lie elsewhere.
std::int64_t copies_of_weights(Task task) { return task == Task::training ? 2 : 1; }

/// Whole numbers and conditions as the file has them, floats in the target's format.
std::int64_t in_format(std::int64_t bytes, std::int64_t floats, std::int64_t file_bytes_a_float,
                       std::int64_t bytes_a_float) {
  return bytes + floats * (bytes_a_float - file_bytes_a_float);
}

std::int64_t file_bytes_a_float(const Profile& profile) {
  for (const std::string& name : profile.elements) {
    if (name == "f64") return 8;
    if (name == "f32") return 4;
    if (name == "f16" || name == "bf16") return 2;
  }
  return 4;
}

std::int64_t capacity_of(const MemoryLevel& level, const topology::Topology& machine) {
  std::int64_t bytes = level.times;
  for (const std::string& key : level.capacity) {
    if (!machine.has(key)) return 0;
    bytes *= machine.integer(key);
  }
  return bytes / level.divided_by;
}

std::string_view holds_text(MemoryLevel::Holds holds) {
  constexpr std::string_view words[] = {"weights and what is live", "weights", "activations",
                                        "largest operator"};
  return words[static_cast<std::size_t>(holds)];
}

std::int64_t needed_of(MemoryLevel::Holds holds, const Profile& profile, std::int64_t bytes_a_float,
                       Task task) {
  const std::int64_t file = file_bytes_a_float(profile);
  const std::int64_t weights = profile.work.parameters * bytes_a_float * copies_of_weights(task);
  const std::int64_t live =
      in_format(profile.live_bytes, profile.live_elements, file, bytes_a_float);
  switch (holds) {
    case MemoryLevel::Holds::all:
      return weights + live;
    case MemoryLevel::Holds::weights:
      return weights;
    case MemoryLevel::Holds::activations:
      return live;
    case MemoryLevel::Holds::largest_operator:
      break;
  }
  return in_format(profile.largest.bytes, profile.largest.floats, file, bytes_a_float);
}

std::string units_text(std::int64_t value) { return grouped(static_cast<std::uint64_t>(value)); }

std::string counted_units(std::int64_t units, const FitRule& rule) {
  return units_text(units) + " " + rule.unit + (units == 1 ? "" : "s");
}

void fit_by_parameters(const FitRule& rule, const Profile& profile, Fit& fit) {
  fit.units = units_by_parameters(profile.work.parameters, rule.parameters_a_unit);
  fit.fits = rule.most_units == 0 || fit.units <= rule.most_units;
  fit.reason = units_text(profile.work.parameters) + " parameters / " +
               units_text(rule.parameters_a_unit) + " = " +
               units_text(ceiling(profile.work.parameters, rule.parameters_a_unit)) + " -> " +
               counted_units(fit.units, rule);
  if (!fit.fits) {
    fit.reason += ", and " + units_text(rule.most_units) + " are the most";
  }
  fit.reason += "; " + rule.reason;
}

/// Units that the parameters ask for must hold what is live, too. Whether the flow would take more
/// of them for it no source says, unless there are none.
void hold_in_units(const FitRule& rule, Fit& fit) {
  if (!fit.fits || fit.memory.empty()) return;
  const MemoryUse& memory = fit.memory.front();
  if (memory.capacity_bytes == 0) return;
  const std::int64_t holding = ceiling(memory.needed_bytes, memory.capacity_bytes);
  if (holding <= fit.units) return;
  fit.fits = false;
  const std::int64_t most = rule.most_units;
  const bool is_beyond = most != 0 && holding > most;
  fit.lack = is_beyond ? Severity::blocked : Severity::unknown;
  fit.reason = memory.holds + " fill the " + memory.name + " of " + counted_units(holding, rule) +
               (is_beyond ? ", and " + units_text(most) + " are the most"
                          : ", and no source says that the flow takes more than its parameters "
                            "ask for") +
               "; " + fit.reason;
}

void fit_in_memory(const FitRule& rule, Fit& fit) {
  fit.reason = rule.reason;
  const MemoryUse& memory = fit.memory.front();
  if (memory.capacity_bytes == 0) return;
  fit.units = power_of_two_from(ceiling(memory.needed_bytes, memory.capacity_bytes));
  fit.at_least = true;
  fit.fits = rule.most_units == 0 || fit.units <= rule.most_units;
}

void fit_streamed(const FitRule& rule, const Profile& profile, Fit& fit) {
  fit.reason = rule.reason;
  const MemoryUse& memory = fit.memory.front();
  const bool few = rule.most_parameters == 0 || profile.work.parameters <= rule.most_parameters;
  fit.fits = few && (memory.capacity_bytes == 0 || memory.needed_bytes <= memory.capacity_bytes);
}

/// The first outer level of one unit that holds weights and what is live decides; several units
/// share the last.
void fit_in_sections(const FitRule& rule, Fit& fit) {
  fit.reason = rule.reason;
  const MemoryUse* last = nullptr;
  for (const MemoryUse& level : fit.memory) {
    if (level.holds != holds_text(MemoryLevel::Holds::all) || level.capacity_bytes == 0) {
      continue;
    }
    last = &level;
    if (level.needed_bytes <= level.capacity_bytes) {
      fit.reason =
          level.holds + " lie in one " + rule.unit + "'s " + level.name + "; " + rule.reason;
      return;
    }
  }
  if (last == nullptr) return;
  fit.units = ceiling(last->needed_bytes, last->capacity_bytes);
  fit.at_least = true;
  fit.fits = rule.most_units == 0 || fit.units <= rule.most_units;
  if (fit.fits) return;
  fit.lack = Severity::unknown;
  fit.reason = last->holds + " fill the " + last->name + " of " + counted_units(fit.units, rule) +
               ", and models are known on up to " + units_text(rule.most_units) + "; " + fit.reason;
}

}  // namespace

std::int64_t units_by_parameters(std::int64_t parameters, std::int64_t parameters_a_unit) {
  return power_of_two_from(ceiling(parameters, parameters_a_unit));
}

double call_seconds(const CallRule& rule, double cycles, std::int64_t units, std::int64_t bytes) {
  return cycles * static_cast<double>(units) / static_cast<double>(rule.clock_hz) +
         2 * rule.host_seconds_a_way + static_cast<double>(bytes) / rule.host_bytes_a_second;
}

namespace {

/// A call of one item of the batch: values shrink with it, weights do not.
Profile of_one_item(const Profile& profile) {
  Profile one = profile;
  const std::int64_t items = profile.batch->extent;
  for (std::int64_t* count :
       {&one.live_bytes, &one.live_elements, &one.largest.bytes, &one.largest.floats}) {
    *count = ceiling(*count, items);
  }
  return one;
}

Fit fit_as_asked(const TargetFacts& target, const Profile& profile, std::int64_t bytes_a_float,
                 Task task, const topology::Topology& machine) {
  Fit fit;
  const FitRule& rule = target.fit;
  fit.unit = rule.unit;
  fit.sources = rule.sources;
  for (const MemoryLevel& level : rule.memory) {
    fit.memory.push_back({level.name, std::string(holds_text(level.holds)),
                          needed_of(level.holds, profile, bytes_a_float, task),
                          capacity_of(level, machine)});
  }
  switch (rule.kind) {
    case FitRule::Kind::by_parameters:
      fit_by_parameters(rule, profile, fit);
      hold_in_units(rule, fit);
      break;
    case FitRule::Kind::in_memory:
      fit_in_memory(rule, fit);
      break;
    case FitRule::Kind::streamed:
      fit_streamed(rule, profile, fit);
      break;
    case FitRule::Kind::in_sections:
      fit_in_sections(rule, fit);
      break;
  }
  return fit;
}

}  // namespace

Fit fit_of(const TargetFacts& target, const Profile& profile, std::int64_t bytes_a_float, Task task,
           const topology::Topology& machine) {
  Fit fit = fit_as_asked(target, profile, bytes_a_float, task, machine);
  const bool has_batch = profile.batch && profile.batch->extent > 1;
  if (!fit.fits && has_batch &&
      fit_as_asked(target, of_one_item(profile), bytes_a_float, task, machine).fits) {
    fit.lack = Severity::change;
    fit.rewrite = "smaller-batch";
  }
  if (target.call) {
    const std::int64_t bytes = profile.host_floats * bytes_a_float + profile.host_whole_bytes;
    fit.host_seconds = call_seconds(*target.call, 0, fit.units, bytes);
  }
  return fit;
}

}  // namespace weft::advice

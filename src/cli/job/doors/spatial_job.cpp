// SPDX-License-Identifier: Apache-2.0
// See spatial_job.hpp.
#include "cli/job/doors/spatial_job.hpp"

#include <algorithm>
#include <any>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <utility>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "cli/job/door.hpp"
#include "cli/job/doors/rdu_units.hpp"
#include "cli/job/job_run.hpp"
#include "engine/signals.hpp"
#include "hosts/joined_result.hpp"
#include "hosts/spatial/memory_words.hpp"
#include "program/rdu_network.hpp"
#include "program/rdu_shape.hpp"

namespace weft::cli {

using program::rdu_tree::HostContents;
using program::rdu_tree::Memory;
using program::rdu_tree::MemoryKind;
using program::rdu_tree::NumberKind;
using program::rdu_tree::NumberType;
using program::rdu_tree::Raw;
using program::rdu_tree::Tree;
using trace::ElementType;
using trace::Tensor;

namespace {

/// Ends main() behind its first Accel. Of no type that the front end catches.
struct EnoughSeen {};

std::optional<std::string> scala_text(const std::string& path) {
  std::error_code none;
  if (!std::filesystem::is_regular_file(path, none)) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::vector<std::string> sources_beside(const std::string& path) {
  namespace fs = std::filesystem;
  const fs::path own(path);
  const fs::path folder = own.has_parent_path() ? own.parent_path() : fs::path(".");
  std::vector<std::string> out;
  std::error_code none;
  for (const auto& entry : fs::recursive_directory_iterator(folder, none)) {
    if (entry.path().extension() != ".scala" || fs::equivalent(entry.path(), own, none)) continue;
    out.push_back(entry.path().lexically_normal().string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

ElementType element_type(NumberType type) {
  if (type.kind == NumberKind::bit) return ElementType::u8;
  if (type.kind == NumberKind::floating) {
    return type.bits() == 16 ? ElementType::f16
                             : (type.bits() == 32 ? ElementType::f32 : ElementType::f64);
  }
  if (type.fraction != 0) return ElementType::f64;
  const bool sign = type.is_signed;
  switch (type.whole) {
    case 8:
      return sign ? ElementType::i8 : ElementType::u8;
    case 16:
      return sign ? ElementType::i16 : ElementType::u16;
    case 32:
      return sign ? ElementType::i32 : ElementType::u32;
    case 64:
      return sign ? ElementType::i64 : ElementType::u64;
    default:
      return ElementType::f64;
  }
}

/// Names of the memories that the host reads, by their numbers; "x.3" for the second x.
std::map<std::uint32_t, std::string> result_names(const Tree& tree) {
  std::map<std::uint32_t, std::string> out;
  std::set<std::string> taken;
  for (std::uint32_t k = 0; k < tree.memories.size(); ++k) {
    const Memory& memory = tree.memories[k];
    if (!hosts::spatial::is_taken(tree, k)) continue;
    std::string name = memory.name.empty() ? std::string(to_text(memory.kind)) : memory.name;
    if (!taken.insert(name).second) name += "." + std::to_string(k);
    out[k] = std::move(name);
  }
  return out;
}

}  // namespace

spatial::Options spatial_options(const std::string& path) {
  spatial::Options options;
  options.read_file = scala_text;
  options.neighbours = sources_beside(path);
  return options;
}

Verdict verdict_of(const spatial::Outcome& outcome) {
  Verdict found = outcome.assertions != 0 ? Verdict::passed : Verdict::none;
  const std::string mark = "PASS: ";
  std::size_t begin = 0;
  while (begin < outcome.printed.size()) {
    const std::size_t end = std::min(outcome.printed.find('\n', begin), outcome.printed.size());
    const std::string line = outcome.printed.substr(begin, end - begin);
    begin = end + 1;
    if (!line.starts_with(mark)) continue;
    const std::string said = line.substr(mark.size());
    if (said.starts_with("false") || said.starts_with("0")) return Verdict::failed;
    if (said.starts_with("true") || said.starts_with("1")) found = Verdict::passed;
  }
  return found;
}

void require_verdict(const SpatialSource& source, const spatial::Outcome& outcome) {
  if (outcome.trees.empty()) {
    fail(Category::input, source.path + ": the program ended without an Accel");
  }
  if (verdict_of(outcome) != Verdict::failed) return;
  fail(Category::check, source.path + ": " + source.class_name + " says that it failed");
}

Tensor tensor_of(const Memory& memory, const std::vector<Raw>& contents) {
  Tensor out{element_type(memory.type), {}, {}};
  for (const std::int64_t size : memory.sizes) {
    out.shape.push_back(static_cast<std::uint64_t>(size));
  }
  if (memory.kind != MemoryKind::dram) out.shape = {contents.size()};
  const std::size_t size = trace::size_bytes(out.type);
  const bool real = out.type == ElementType::f64;
  out.bytes.resize(contents.size() * size);
  for (std::size_t i = 0; i < contents.size(); ++i) {
    const double value = program::rdu_tree::to_double(contents[i], memory.type);
    const void* from = real ? static_cast<const void*>(&value) : &contents[i];
    std::memcpy(out.bytes.data() + i * size, from, size);  // little-endian: the low bytes
  }
  return out;
}

SpatialJob::SpatialJob(Job job) : job_(std::move(job)), topology_(load_machine(job_)) {
  outcome_.multiply_add = {false, false};
  if (source().timing_only) leave_results_out();
  for (const JobInput& input : job_.inputs) {
    input.where.fail(input.kind == JobInput::Kind::stream ? "stream" : "tensor",
                     "cannot be given: a Spatial program makes or reads its data itself");
  }
  require_outputs(job_);
}

void SpatialJob::leave_results_out() {
  const std::size_t before = job_.checks.size() + job_.outputs.size();
  std::erase_if(job_.checks,
                [](const JobCheck& check) { return check.kind != JobCheck::Kind::faster; });
  job_.outputs.clear();
  const std::size_t left_out = before - job_.checks.size();
  if (left_out == 0) return;
  log::say(job_.name + ": without data; " + counted(left_out, "check") +
           " and outputs of results are left out");
}

const SpatialSource& SpatialJob::source() const {
  return std::any_cast<const SpatialSource&>(job_.program);
}

// --- main() ---

void SpatialJob::mapped(const Tree& tree, const program::rdu::Program& program) {
  if (region_.empty()) {
    region_ = program::rdu::region_of(program);
    require_trace_region(job_, region_);
    std::vector<std::string> names;
    for (const auto& [number, name] : result_names(tree)) names.push_back(name);
    check_result_names(job_, names);
  }
}

void SpatialJob::keep(const Tree& tree, const HostContents& contents) {
  if (source().timing_only) return;
  for (const auto& [number, name] : result_names(tree)) {
    results_[name] = tensor_of(tree.memories[number], contents[number]);
  }
}

void SpatialJob::call_main(const spatial::Options& options) {
  const engine::HostProgram running;
  spatial::run_program(source().path, source().class_name, source().arguments, options, said_);
}

void SpatialJob::run(hosts::Runtime& runtime, const hosts::spatial::Mapper& mapper) {
  const bool only_timing = source().timing_only;
  const hosts::spatial::Mapper units = [&](const auto& tree, const auto& timing,
                                           const auto& numbers) {
    program::rdu::Program program = mapper(tree, timing, numbers);
    if (!only_timing) return program;
    program::rdu::validate(program);
    hosts::spatial::require_fit(program, timing, *topology_);
    said_timing_ = leave_values_out(program, timing);
    return program;
  };
  hosts::spatial::Accelerator accelerator(
      runtime, topology_, units,
      {[this](const auto& tree, const auto& program) { mapped(tree, program); },
       [this](const auto& tree, const auto& contents) { keep(tree, contents); }});
  const auto show = [this] {
    log::print(said_.printed.substr(shown_));
    shown_ = said_.printed.size();
  };
  spatial::Options options = spatial_options(source().path);
  options.accelerate = [&](const Tree& tree, HostContents& contents) {
    show();
    accelerator.run(tree, contents);
    if (only_timing) throw EnoughSeen();
  };
  try {
    call_main(options);
    require_verdict(source(), said_);
  } catch (const EnoughSeen&) {
  } catch (const engine::Stopped& stopped) {
    closed(stopped.result());
  } catch (const Error& error) {
    outcome_.exit_code = error.code();
    failure_ = error;
  }
  launches_ = accelerator.launches();
  show();
}

program::rdu::Networked SpatialJob::compile(const hosts::spatial::Mapper& mapper) {
  const program::rdu::Timing timing = program::rdu::read_timing(*topology_);
  std::optional<program::rdu::Networked> first;
  spatial::Options options = spatial_options(source().path);
  options.accelerate = [&](const Tree& tree, HostContents& contents) {
    auto program = mapper(tree, timing, program::rdu::numbers_of(contents));
    program::rdu::validate(program);
    program::rdu::check_fit(program, timing);
    if (source().timing_only) said_timing_ = leave_values_out(program, timing);
    first = program::rdu::lay_network(program, timing);
    hosts::spatial::require_fit(first->program, timing, *topology_);
    mapped(tree, first->program);
    throw EnoughSeen();
  };
  try {
    call_main(options);
    require_verdict(source(), said_);
  } catch (const EnoughSeen&) {
  }
  return std::move(first).value();
}

// --- sessions ---

void SpatialJob::prepare(engine::Plan& plan, unsigned number) const {
  const std::string program = std::move(plan.hashed_config);
  const std::string text = std::move(plan.trace.program);
  apply_settings(job_, plan);
  plan.trace.path = hosts::numbered(job_.trace.path, number);
  plan.hashed_config = job_identity(job_) + program;
  if (plan.trace.level != TraceLevel::off) plan.trace.program = text;
}

void SpatialJob::closing(engine::Session& session) {
  for (auto& [name, tensor] : results_) {
    outcome_.results[name] = std::make_shared<const Tensor>(std::move(tensor));
    session.add_result({name, outcome_.results[name]});
  }
  results_.clear();
}

void SpatialJob::closed(const engine::Result& result) { result_ = hosts::joined(result_, result); }

}  // namespace weft::cli

// SPDX-License-Identifier: Apache-2.0
// A job's CSL to a program that fits its machine.
#include "base/error.hpp"
#include "cli/job/job_program.hpp"
#include "frontends/csl/csl.hpp"

namespace weft::cli {

using program::wse::Program;

namespace {

std::map<std::string, csl::ParameterValue> parameters_of(const Job& job) {
  std::map<std::string, csl::ParameterValue> out;
  for (const auto& [name, value] : job.parameters) {
    switch (value.kind) {
      case topology::Kind::boolean:
        out[name] = value.boolean;
        break;
      case topology::Kind::integer:
        out[name] = value.integer;
        break;
      case topology::Kind::real:
        out[name] = value.real;
        break;
      default:
        fail(Category::input, value.place.describe() + ": key 'program.parameters." + name +
                                  "' must be a number or a boolean");
    }
  }
  return out;
}

std::string sides(std::uint32_t width, std::uint32_t height) {
  return std::to_string(width) + " x " + std::to_string(height);
}

}  // namespace

Program compile_program(const Job& job, const topology::Topology& topology) {
  csl::Options options;
  options.limits = program::wse::read_limits(topology);
  options.parameters = parameters_of(job);
  const Rectangle most = topology.max_region();
  options.tile_limit = most.tiles();
  Program program = csl::compile(job.program, options);
  if (program.width > most.width || program.height > most.height) {
    fail(Category::input, job.program + ": the rectangle is " +
                              sides(program.width, program.height) + "; " + topology.name() +
                              " has room for " + sides(most.width, most.height));
  }
  if (job.region && (job.region->width != program.width || job.region->height != program.height)) {
    fail(Category::input, job.file + ": key 'machine.region' is " +
                              sides(job.region->width, job.region->height) + "; the program's " +
                              "rectangle is " + sides(program.width, program.height));
  }
  program::wse::validate(program);
  program::wse::check_limits(program, options.limits);
  return program;
}

}  // namespace weft::cli

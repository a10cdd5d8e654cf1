// SPDX-License-Identifier: Apache-2.0
// A job's CSL to a program that fits its machine.
#include "base/error.hpp"
#include "cli/job/command_door.hpp"
#include "cli/job/doors/csl.hpp"
#include "frontends/csl/csl.hpp"

namespace weft::cli {

using program::wse::Program;

namespace {

std::map<std::string, csl::ParameterValue> parameters_of(const CslSources& sources) {
  std::map<std::string, csl::ParameterValue> out;
  for (const auto& [name, value] : sources.parameters) {
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

}  // namespace

Program compile_csl(const Job& job, const topology::Topology& topology,
                    const program::wse::Limits& limits) {
  const CslSources& sources = csl_sources(job);
  csl::Options options;
  options.limits = limits;
  options.rules = csl::read_float_rules(topology);
  options.parameters = parameters_of(sources);
  options.tile_limit = topology.max_region().tiles();
  Program program = csl::compile(sources.layout, options);
  require_region(job, topology, sources.layout, {0, 0, program.width, program.height});
  program::wse::validate(program);
  program::wse::check_limits(program, options.limits);
  return program;
}

}  // namespace weft::cli

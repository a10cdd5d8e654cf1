// SPDX-License-Identifier: Apache-2.0
// The door for CSL: what its files share.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "cli/job/door.hpp"
#include "program/wse.hpp"
#include "program/wse_limits.hpp"

namespace weft::cli {

/// A fault put in on purpose: a bit of the first wavelet that waits in the router at or after the
/// cycle.
struct WaveletFlip {
  std::uint32_t x = 0, y = 0, color = 0, bit = 0;
  Cycle cycle = 0;
};

/// Job::program of a job in CSL.
struct CslSources {
  std::string layout;  ///< resolved path of the layout file
  std::map<std::string, topology::Value> parameters;
  std::optional<WaveletFlip> wavelet_flip;
};
const CslSources& csl_sources(const Job& job);

/// With the CSL file's line in what is refused.
program::wse::Program compile_csl(const Job& job, const topology::Topology& topology,
                                  const program::wse::Limits& limits);

/// CompiledProgram::describe(): memory a PE, routes by color.
std::string describe_csl(const program::wse::Program& program, const program::wse::Limits& limits);

}  // namespace weft::cli

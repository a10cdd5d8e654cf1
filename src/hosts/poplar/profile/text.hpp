// SPDX-License-Identifier: Apache-2.0
// The sections of a profile, as text.
#pragma once

#include <cstddef>
#include <ostream>
#include <string>

#include "hosts/poplar/graph/executable.hpp"
#include "hosts/poplar/profile/sums.hpp"

namespace poplar::core {

/// "  label:        value".
void profile_line(std::ostream& out, std::size_t indent, const std::string& label,
                  const std::string& value, std::size_t column = 40);

void print_target(std::ostream& out, const Target& target);
void print_graph(std::ostream& out, const ExecutableImpl& executable);
/// By tile, by use, the fullest tiles; with `storage` the largest pieces of the fullest tile.
void print_memory(std::ostream& out, const ExecutableImpl& executable, bool storage);
void print_execution(std::ostream& out, const ExecutableImpl& executable,
                     const ExecutionTotals& totals);
/// The control programs step by step, with times run and cycles.
void print_execution_steps(std::ostream& out, const ExecutableImpl& executable,
                           const ExecutionTotals& totals);

}  // namespace poplar::core

// SPDX-License-Identifier: Apache-2.0
// Tensor programs for a TSP, scheduled, and their sessions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "hosts/python/module/host_session.hpp"
#include "program/tsp_tensor.hpp"

namespace weft::hosts::python {

/// A program whose every instruction has its cycle.
struct ScheduledBytes {
  std::vector<std::byte> bytes;  ///< program::tsp::serialize()'s
  Cycle cycles = 0;
  std::uint64_t instructions = 0;  ///< dispatches, repeats counted
  std::string machine;
  std::int64_t clock_hz = 0;
};

/// For the machine that WEFT_TOPOLOGY names, else one chip.
ScheduledBytes schedule_for_machine(const program::tsp::TensorProgram& tensors);

/// A session of that program on that machine, with an array a tensor and one function, "run".
std::unique_ptr<HostSession> open_tsp(std::span<const std::byte> program);

/// The parts of the module.
void add_tsp_programs(pybind11::module_& module);

}  // namespace weft::hosts::python

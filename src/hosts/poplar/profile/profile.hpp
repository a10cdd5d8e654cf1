// SPDX-License-Identifier: Apache-2.0
// Profiles of compiled and run graphs, for people and as trees of values.
#pragma once

#include <ostream>
#include <poplar/OptionFlags.hpp>
#include <poplar/ProfileValue.hpp>

#include "hosts/poplar/engine/engine_impl.hpp"

namespace poplar::core {

/// Target, graph and memory; then what ran, while the engine is loaded or after it was.
void print_profile_summary(std::ostream& out, EngineImpl& engine, const OptionFlags& options);
ProfileValue graph_profile(const ExecutableImpl& executable);
ProfileValue execution_profile(EngineImpl& engine);

}  // namespace poplar::core

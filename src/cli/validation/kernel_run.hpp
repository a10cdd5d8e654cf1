// SPDX-License-Identifier: Apache-2.0
// Runs a shipped CSL kernel for a validation case.
#pragma once

#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/recorder.hpp"
#include "cli/validation/cases.hpp"
#include "engine/session.hpp"
#include "frontends/csl/csl.hpp"

namespace weft::cli::validation {

/// Path of a file of the installation or source tree, such as "kernels/wse/hello/layout.csl".
/// Category::input when it is not there.
std::string find_data(const std::string& relative);

struct KernelRun {
  std::string topology;  ///< "cerebras-wse2"
  std::string layout;    ///< relative to the data folder
  std::map<std::string, csl::ParameterValue> parameters;
};

/// Collective: compiles on rank 0 and runs `body` there. Every rank gets the result, and what the
/// run looked up joins what the next row rests on.
engine::Result run_kernel(Context& context, const KernelRun& kernel,
                          const std::function<void(engine::Session&)>& body);

/// As run_kernel with a trace of level `runs` in a temporary file; rank 0 gets the rows of `stream`
/// on one tile, the other ranks none.
std::vector<EventRow> run_kernel_traced(Context& context, const KernelRun& kernel,
                                        const std::function<void(engine::Session&)>& body,
                                        const std::string& stream, TileId tile);

/// copy_in of the same values on every tile.
void copy_to_all(engine::Session& session, const std::string& symbol,
                 const std::vector<float>& values);

/// Launches and waits; cycles from its begin to its end.
Cycle launch(engine::Session& session, const std::string& function,
             const std::vector<std::uint32_t>& arguments);

/// Whole of an exported variable on tile (x, 0), on rank 0 (the thread of the session's body).
std::vector<std::byte> bytes_of(engine::Session& session, const std::string& symbol,
                                std::uint32_t elements, std::uint32_t element_bytes,
                                std::uint32_t x = 0);
template <typename Value>
std::vector<Value> values_of(engine::Session& session, const std::string& symbol,
                             std::uint32_t elements, std::uint32_t x = 0) {
  const std::vector<std::byte> bytes = bytes_of(session, symbol, elements, sizeof(Value), x);
  std::vector<Value> values(elements);
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

/// Cycles between two time stamps of <time> that tile 0 exports.
double between_stamps(engine::Session& session, const std::string& begin, const std::string& end);

/// Rank 0's number on every rank.
double share(const Context& context, double value);

}  // namespace weft::cli::validation

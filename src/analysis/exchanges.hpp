// SPDX-License-Identifier: Apache-2.0
// The exchanges of a bulk-synchronous run, one after the other.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "trace/reader.hpp"

namespace weft::analysis {

struct ExchangeTime {
  std::uint64_t number = 0;  ///< in the run, from 1
  std::string name;          ///< of /definitions/exchanges
  Cycle begin = 0;
  Cycle end = 0;
  std::uint64_t bytes = 0;  ///< received, over all tiles
};

/// From stream "supersteps". Category::input where the trace does not keep it or has no exchange.
std::vector<ExchangeTime> read_exchanges(const trace::Reader& reader);

/// A line an exchange; the first `most` of them, and what all moved.
std::string describe(const std::vector<ExchangeTime>& exchanges, std::size_t most);

}  // namespace weft::analysis

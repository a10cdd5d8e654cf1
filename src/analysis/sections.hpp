// SPDX-License-Identifier: Apache-2.0
// How long each section of an RDU's program was loaded, told its arguments, and run.
#pragma once

#include <string>
#include <vector>

#include "base/ids.hpp"
#include "trace/reader.hpp"

namespace weft::analysis {

/// One go of a section, in cycles.
struct SectionTime {
  std::string name;
  Cycle begin = 0;           ///< first cycle of its program load
  Cycle program_cycles = 0;  ///< program load
  Cycle argument_cycles = 0;
  Cycle execute_cycles = 0;
  Cycle idle_cycles = 0;  ///< from its end to the next one's begin
  // Of matrices, as its graph says; the trace's rows don't know them.
  std::uint64_t sram_bytes = 0;  ///< of its memories, while it is on the chip
  std::uint64_t hbm_bytes = 0;   ///< moved
  std::uint64_t dram_bytes = 0;
};

/// In order of time, of all launches. Category::input where the trace has no sections, or not the
/// rows of "scopes" that say when they began.
std::vector<SectionTime> read_sections(const trace::Reader& reader);

/// The shares in percent as the vendor's sntilestat names them, a line a section and one for all,
/// the bytes that it has in SRAM (the most of a section, for all), and those that it moves.
std::string describe_sections(const std::vector<SectionTime>& sections);

}  // namespace weft::analysis

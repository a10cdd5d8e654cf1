// SPDX-License-Identifier: Apache-2.0
// What was emulated, in words: sentences that text and page share, and the text's lines; private to
// this room.
#pragma once

#include <string>

#include "advice/report.hpp"

namespace weft::advice {

/// "layers alone, summed: 512,345 cycles, 569 us; 34.1 % of it rests on ..."; of layers of which
/// some are not known what is, and that the sum is not.
std::string sum_text(const Emulation& emulation);
std::string whole_text(const EmulatedWhole& whole);
/// "model.py:12  Mlp" of the first node that has a line.
std::string place_of(const EmulatedLayer& layer);
/// What a layer takes of the sum of those that are known; "" where it is none of these.
std::string share_of(const EmulatedLayer& layer, const LayerSum& sum);
/// Why there is no run, in one line.
std::string reason_of(const RunCost& cost);
/// "here 512,345 cycles (layers alone, summed), 1.70 times; ..."; "" where nothing was emulated.
std::string beside_text(const PublishedRow& row);
std::string differs_text(const PublishedRow& row);

/// All of a target's; "" where nothing was emulated. Kinds of less than 1 % of the cycles are told
/// together.
std::string emulation_text(const TargetReport& target);

}  // namespace weft::advice

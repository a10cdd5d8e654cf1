// SPDX-License-Identifier: Apache-2.0
// Broken inputs made from good ones: the same seed and case give the same bytes on every machine.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace weft::fuzz {

/// Numbers from a seed alone (SplitMix64), because std:: distributions differ between libraries.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  /// In [0, bound); 0 when bound is 0.
  std::size_t below(std::size_t bound);

 private:
  std::uint64_t state_;
};

/// Case `number` of `seed`: an input of the corpus with a few mutations, at most `longest` bytes.
/// Words are spliced in as they are; give what the format is made of.
std::string make_case(std::uint64_t seed, std::uint64_t number,
                      const std::vector<std::string>& corpus, const std::vector<std::string>& words,
                      std::size_t longest);

}  // namespace weft::fuzz

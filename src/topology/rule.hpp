// SPDX-License-Identifier: Apache-2.0
// What a machine family takes as the value of each constant; checked before anything reads it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "topology/rational.hpp"

namespace weft::topology {

class Topology;

/// One constant of a family. Made by the functions below.
struct Rule {
  enum class Form : std::uint8_t { boolean, integer, ratio, word, integers, only };
  std::string key;  ///< "fabric.queue_depth_wavelets"; "cost.*" stands for all constants below it
  Form form = Form::integer;
  Rational least;               ///< integer, ratio, and each of integers; both bounds included
  Rational most;                ///< likewise
  std::int64_t multiple = 1;    ///< of which an integer must be one
  std::size_t items_least = 0;  ///< integers: how many
  std::size_t items_most = 0;
  std::vector<std::string> words;  ///< word: the allowed ones
  std::string value;               ///< only: the one that the model has, as text
  std::string because;             ///< only: why

  bool covers(std::string_view other) const;
};

Rule boolean(std::string key);
Rule integer(std::string key, std::int64_t least, std::int64_t most, std::int64_t multiple = 1);
/// An exact ratio whose terms fit 32 bits.
Rule ratio(std::string key, Rational least, Rational most);
Rule word(std::string key, std::vector<std::string> words);
/// `least` and `most` bound each of them.
Rule integers(std::string key, std::size_t items_least, std::size_t items_most, std::int64_t least,
              std::int64_t most);
/// The model has one value of this constant: another is Category::unsupported. `because` says what
/// holds it, as in "the fabric model moves a wavelet by one router a cycle".
Rule only(std::string key, std::string value, std::string because);

/// Of clock and region, which every machine has.
std::vector<Rule> common_rules();

/// Holds every constant of the topology against its rule, and wants one for each rule. Throws
/// Category::input (or unsupported) with file, line, key, value and what is allowed. Looking is no
/// use: rests_on() stays as it is.
void check_constants(const Topology& topology, const std::vector<Rule>& rules);

}  // namespace weft::topology

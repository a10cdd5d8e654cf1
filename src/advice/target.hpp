// SPDX-License-Identifier: Apache-2.0
// What is known of a target beside its operators: numbers, rules of its tools, what fits, in words.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "advice/table.hpp"
#include "graph/type.hpp"

namespace weft::advice {

/// Numbers that a target computes in.
struct Format {
  std::string name;  ///< "bf16"
  std::int64_t bytes = 0;
  std::optional<graph::Element> element;  ///< nothing for one that models' files have not
};

/// A line of a target's card.
struct CardLine {
  std::string title;
  std::string text;
  SourceKeys sources;
};

/// What its tools ask of a model as a whole.
struct Rule {
  enum class Kind : std::uint8_t {
    newest_opset,       ///< operator sets above `opset`
    oldest_opset,       ///< operator sets below it
    training,           ///< asked for training
    cache_input,        ///< an input that grows by what is computed: a cache of keys and values
    sequence_of_one,    ///< token numbers of a sequence of length 1
    tied_weights,       ///< a table that is looked up in and multiplied by
    long_whole_inputs,  ///< inputs of 64-bit whole numbers
    double_inputs,      ///< inputs of doubles
    frozen_extents,     ///< extents that the file leaves open
    product_fill,       ///< products that leave much of what they take unused
  };
  Kind kind{};
  std::int64_t opset = 0;
  std::vector<std::string> plane;  ///< constants of the topology: rows and columns of a unit
  Severity severity = Severity::note;
  Evidence evidence = Evidence::none;
  SourceKeys sources;
  std::string reason;
  std::string rewrite;
};

/// A level of memory: its capacity is the product of constants of the topology.
struct MemoryLevel {
  enum class Holds : std::uint8_t { all, weights, activations, largest_operator };
  std::string name;
  Holds holds = Holds::all;
  std::vector<std::string> capacity;
  std::int64_t times = 1;
  std::int64_t divided_by = 1;
};

struct FitRule {
  enum class Kind : std::uint8_t {
    by_parameters,  ///< a power of two of units, not below parameters / parameters_a_unit
    in_memory,      ///< all in the units' memory
    streamed,       ///< weights come by; activations in memory
    in_sections,    ///< weights in the outer memory
  };
  Kind kind{};
  std::string unit;  ///< "chip"
  std::int64_t parameters_a_unit = 0;
  std::int64_t most_units = 0;             ///< 0: not said
  std::int64_t most_parameters = 0;        ///< 0: not said
  std::vector<std::int64_t> other_builds;  ///< units of builds beside the powers of two
  std::vector<MemoryLevel> memory;
  std::string reason;
  SourceKeys sources;
};

/// What a call costs beside the cycles of the program.
struct CallRule {
  std::int64_t clock_hz = 0;
  double host_bytes_a_second = 0;
  double host_seconds_a_way = 0;
};

struct TargetFacts {
  std::string family;
  std::string flow;
  std::vector<Task> tasks;
  std::vector<Format> formats;
  std::string default_format;
  SourceKeys format_sources;
  FitRule fit;
  std::optional<CallRule> call;
  std::vector<CardLine> card;
  std::vector<Rule> rules;
  SupportTable operators;

  const Format* format(std::string_view name) const;
};

}  // namespace weft::advice

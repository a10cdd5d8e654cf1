// SPDX-License-Identifier: Apache-2.0
// Published end-to-end figures of models, and under what conditions they hold.
#pragma once

#include <cstdint>
#include <string>

#include "advice/evidence.hpp"

namespace weft::advice {

/// Under what a figure holds, as far as its source says it.
struct Conditions {
  std::string precision;   ///< "fp16"; "" where it is not said
  std::int64_t batch = 0;  ///< 0: not said
  std::string compiler;    ///< "GroqFlow"
  std::int64_t chips = 0;  ///< 0: not said
  bool with_host = false;  ///< with the ways from the host and back
};

/// A published result of a model.
struct Published {
  std::string model;
  std::string family;
  Task task = Task::inference;
  std::string setting;
  double value = 0;
  std::string unit;
  SourceKeys sources;
  Conditions conditions;
  std::string date;  ///< when it was measured, else that of the newest source
};

/// What a published model takes on a machine that is no target.
struct PublishedBaseline {
  std::string model;
  std::string machine;
  Task task = Task::inference;
  std::string setting;
  double value = 0;
  std::string unit;
  SourceKeys sources;
};

/// How many parameters a model has, and who says so.
struct ParameterCount {
  std::int64_t value = 0;
  SourceKeys sources;
  std::string counted;  ///< the formula where it is our arithmetic; "" where a source gives it
};

/// How to know a published model by its file.
struct KnownModel {
  std::string key;
  std::string title;
  ParameterCount parameters;
  std::string operation;  ///< that it has
};

}  // namespace weft::advice

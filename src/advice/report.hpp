// SPDX-License-Identifier: Apache-2.0
// Advice about a model: what text, JSON and page say, each all of it.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "advice/emulation.hpp"
#include "advice/evidence.hpp"
#include "advice/profile.hpp"
#include "advice/published.hpp"

namespace weft::advice {

/// Nodes of one operator and one line of the user's program that meet the same on a target.
struct Finding {
  Severity severity = Severity::note;
  std::string operation;  ///< "" of what is about the model as a whole
  std::vector<std::string> nodes;
  Place place;  ///< without a module where its nodes are of several
  std::set<std::string> modules{};
  std::string reason;
  Support support = Support::unknown;
  Evidence evidence = Evidence::none;
  SourceKeys sources;
  std::string date;
  double share = 0;                        ///< of `share_of`, from 0 to 1
  std::string share_of;                    ///< "cycles", "multiplications", "bytes", "parameters"
  std::string rewrite;                     ///< a key of the catalogue; "" where none is known
  std::vector<graph::SourceNodeId> ids{};  ///< of `nodes`; none of what is about the whole
};

/// A level of memory, what has to lie there, and what has room.
struct MemoryUse {
  std::string name;
  std::string holds;  ///< "weights"
  std::int64_t needed_bytes = 0;
  std::int64_t capacity_bytes = 0;  ///< of one unit
};

struct Fit {
  bool fits = true;
  std::int64_t units = 1;  ///< how many it takes, also where there are not so many
  std::string unit;        ///< "chip"
  bool at_least = false;   ///< what is not counted may ask for more
  /// Of what does not fit: blocked, a change where a smaller batch would, unknown where no source
  /// says whether it goes.
  Severity lack = Severity::blocked;
  std::string rewrite;  ///< what would make it fit; "" where none is known
  std::vector<MemoryUse> memory;
  std::string reason;
  SourceKeys sources;
  /// What a call costs beside the program's cycles: seconds for the bytes that go in and out.
  std::optional<double> host_seconds;
};

/// What was emulated beside a published figure, in its unit.
struct Beside {
  std::string of;               ///< "layers alone, summed", "the whole model"
  std::optional<double> value;  ///< nothing: not known, or of another unit
  std::string why_not;
  std::optional<double> ratio;  ///< by the published value
};

/// A row of published results about the same model, or the nearest one.
struct PublishedRow {
  std::string model;
  std::string setting;
  Task task = Task::inference;
  double value = 0;
  std::string unit;
  SourceKeys sources;
  bool alike = false;  ///< of the task that was asked for
  Conditions conditions{};
  std::string date{};
  std::vector<Beside> beside{};        ///< none where nothing was emulated
  std::vector<std::string> differs{};  ///< what of its conditions is not as was emulated
};

/// The worst that an operator meets on a target.
struct OperatorUse {
  std::string operation;
  std::int64_t nodes = 0;
  Support support = Support::unknown;
  Evidence evidence = Evidence::none;
};

/// Where to cut a graph whose tail a target does not take, and what it says of the rest.
struct Cut {
  std::vector<std::string> tensors;  ///< the last ones before it, with their types
  std::int64_t nodes_behind = 0;
  Verdict body = Verdict::ready;
  std::vector<Finding> findings;  ///< of the body
};

struct TargetReport {
  std::string target;  ///< as the user named it
  std::string family;
  std::string flow;
  std::string precision;
  Verdict verdict = Verdict::ready;
  Fit fit;
  std::vector<Finding> findings;  ///< the most deciding first, then by share
  std::vector<OperatorUse> operators;
  std::int64_t nodes_by_support[support_count] = {};
  std::optional<Cut> cut;
  std::string known_model;    ///< "ResNet-50"; "" where it is like none
  SourceKeys model_sources;   ///< of its parameters, by which it is known
  std::string nearest_model;  ///< then the one that `published` is about; "" where none is near
  std::vector<PublishedRow> published;
  std::optional<Emulation> emulation;  ///< nothing: not asked for
};

/// What the model takes on a machine that is no target.
struct Baseline {
  std::string machine;  ///< "this host", "1 A100"
  double value = 0;
  std::string unit;  ///< "s", "tokens/s"
  std::string setting;
  SourceKeys sources;  ///< none: measured here
};

struct Report {
  Profile profile;
  std::string path;
  Task task = Task::inference;
  std::vector<Baseline> baselines;  ///< the one that was measured, else published ones
  /// Why this host has not timed the model; "" where it has.
  std::string why_not_timed = "not asked for (--baseline)";
  std::vector<TargetReport> targets;
  /// Of all targets the worst.
  Verdict verdict = Verdict::ready;
};

}  // namespace weft::advice

// SPDX-License-Identifier: Apache-2.0
// What a trace is told: settings of the job, the machine's shape, and how the run ended.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/geometry.hpp"
#include "base/ids.hpp"
#include "base/recorder.hpp"
#include "trace/tensor.hpp"

namespace weft::trace {

/// A counter that somebody will read from the trace.
struct WantedCounter {
  std::string name;
  std::string by;  ///< who asks for it, for messages: "a.toml: key 'trace.heat_maps'"
};

/// What the job says about its trace. Nothing here enters the trace hash.
struct Settings {
  std::string path;  ///< final name; written as `<path>.tmp`; unused at level off
  TraceLevel level = TraceLevel::off;
  /// Length of an epoch: rows are ordered, written and sealed once an epoch at least. From the job,
  /// never from ranks, memory or wall time.
  Cycle epoch_cycles = Cycle{1} << 20U;
  /// Rows in a chunk of the file and between two entries of the seek index.
  std::uint64_t chunk_rows = 65536;
  /// Most bytes of rows, over all ranks and streams, that are put into order at once.
  std::uint64_t epoch_bytes_max = std::uint64_t{1} << 30U;
  /// Bytes of rows on one rank from which on they are written, be the epoch over or not.
  std::uint64_t rank_bytes_max = std::uint64_t{1} << 24U;
  /// Cycles and tiles whose streams of level full are recorded.
  TraceWindow window;
  /// Bins of /timeline; their length starts at `bin_cycles` and doubles whenever the run outgrows
  /// them, so the timeline's size is bounded. Even; 0: no timeline.
  std::uint32_t timeline_bins = 32;
  Cycle bin_cycles = 1024;
  /// Keeps the last sealed epoch readable in `<path>.tmp` through a kill at any instant, by writing
  /// two files in turn (twice the writing from the second epoch on). Without it a killed run may
  /// leave a file that does not open.
  bool crash_safe = true;
  /// Wall time after which a crash-safe file is sealed inside an epoch, so that a killed run loses
  /// no more than that; 0: at the ends of epochs only. Neither content nor hash depend on it.
  double seal_seconds = 30;
  /// Refused before the run where the machine has no such counter.
  std::vector<WantedCounter> wanted_counters;
  std::string config;   ///< the resolved job, stored as /config; read on rank 0
  std::string program;  ///< the program as text, stored as /program; read on rank 0; may be empty
};

/// A table of names that integers elsewhere in the trace index: /definitions/<name>.
struct StringTable {
  std::string name;  ///< e.g. "colors", "tasks", "opcodes"
  std::vector<std::string> entries;
};

/// The machine as the trace shows it. The same on every rank, but for `slice`.
struct MachineInfo {
  std::string family;                        ///< "wse", "toy"
  std::string name;                          ///< topology's name, "cerebras-wse2"
  std::uint64_t clock_hz = 0;                ///< cycles a second; 0: the machine has no clock rate
  Rectangle region;                          ///< whole emulated region, (0, 0) based
  Rectangle slice;                           ///< this rank's part of it
  std::vector<std::string> link_directions;  ///< e.g. west, east, south, north
  std::vector<StringTable> definitions;
};

/// A host command, or another stretch of the run that has a name.
struct Phase {
  std::string name;  ///< "launch compute"
  std::string kind;  ///< "copy_in", "launch", "stream_out" ...
  Cycle begin = 0;
  Cycle end = 0;  ///< first cycle after it
};

/// How the run ended. Read on rank 0; the other ranks may pass an empty one.
struct Summary {
  Cycle cycles = 0;
  std::string stop;   ///< "done", "deadlock", "limit" ...
  bool whole = true;  ///< the run came to its own end: no limit and no signal cut it short
  /// Content of job, machine, program: lines "<key> = <value>"; enters the hash, is /identity.
  std::string hashed_config;
  std::vector<Phase> phases;
  std::vector<NamedTensor> results;
};

}  // namespace weft::trace

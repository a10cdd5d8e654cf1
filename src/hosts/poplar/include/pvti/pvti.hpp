// SPDX-License-Identifier: Apache-2.0
// Marks of the host's own work. They become rows of the trace's /phases, in cycles of the emulated
// machine (the host takes none): kind "host: <channel>". No wall time enters a trace. Without a
// trace they go nowhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace pvti {

/// What belongs together, by its name.
class TraceChannel {
 public:
  TraceChannel(const char* name) : name_(name) {}
  TraceChannel(std::string name) : name_(std::move(name)) {}
  const std::string& name() const { return name_; }

 private:
  std::string name_;
};

/// What a tracepoint may bring along; a trace does not hold it.
class Metadata {};

/// A stretch from construction to destruction, or between begin() and end() of the same label.
class Tracepoint {
 public:
  Tracepoint(TraceChannel* channel, std::string traceLabel);
  Tracepoint(TraceChannel* channel, const char* traceLabel)
      : Tracepoint(channel, std::string(traceLabel)) {}
  Tracepoint(TraceChannel* channel, const char* traceLabel, std::size_t length,
             Metadata* /*metadata*/ = nullptr)
      : Tracepoint(channel, std::string(traceLabel, length)) {}
  Tracepoint(const Tracepoint&) = delete;
  Tracepoint& operator=(const Tracepoint&) = delete;
  ~Tracepoint();

  static void begin(TraceChannel* channel, const std::string& traceLabel);
  /// Ends the latest of that label that was begun; nothing where none was.
  static void end(TraceChannel* channel, const std::string& traceLabel);
  static void event(TraceChannel* channel, const std::string& traceLabel);

 private:
  std::string channel_;
  std::string label_;
};

/// Numbers as they come, each a row of no length: "<graph>/<series> = 3 <unit>".
class Series {
 public:
  Series(std::string name, std::string unit) : name_(std::move(name)), unit_(std::move(unit)) {}
  void add(double value);

 private:
  std::string name_;
  std::string unit_;
};

class Graph {
 public:
  explicit Graph(std::string name, std::string unit = "")
      : name_(std::move(name)), unit_(std::move(unit)) {}
  Series addSeries(const std::string& name) const { return Series(name_ + "/" + name, unit_); }

 private:
  std::string name_;
  std::string unit_;
};

}  // namespace pvti

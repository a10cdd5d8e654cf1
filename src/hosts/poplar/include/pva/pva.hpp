// SPDX-License-Identifier: Apache-2.0
// Reports as libpva gives them: of an engine, what was compiled and for what. What ran, block by
// block, is not recorded, and weft writes no profile.pop: asking for these throws poplar_error.
#pragma once

#include <cstdint>
#include <poplar/ProfileValue.hpp>
#include <string>
#include <utility>

namespace pva {

/// The Poplar that this is compatible with.
class PoplarVersion {
 public:
  unsigned major() const;
  unsigned minor() const;
  unsigned point() const;
  std::string string() const;
};

class Target {
 public:
  explicit Target(poplar::ProfileValue profile) : profile_(std::move(profile)) {}
  std::string architecture() const;
  std::uint64_t numIPUs() const;
  std::uint64_t numTiles() const;
  std::uint64_t tilesPerIpu() const;
  std::uint64_t bytesPerTile() const;
  double clockFrequency() const;  ///< Hz

 private:
  poplar::ProfileValue profile_;
};

class Graph {
 public:
  explicit Graph(poplar::ProfileValue profile) : profile_(std::move(profile)) {}
  std::uint64_t numVars() const;
  std::uint64_t numEdges() const;
  std::uint64_t numVertices() const;
  std::uint64_t numComputeSets() const;

 private:
  poplar::ProfileValue profile_;
};

class CompilationReport {
 public:
  explicit CompilationReport(poplar::ProfileValue profile) : profile_(std::move(profile)) {}
  Graph graph() const;
  Target target() const;

 private:
  poplar::ProfileValue profile_;  ///< Engine::getGraphProfile()
};

class ExecutionReport;

class Report {
 public:
  explicit Report(poplar::ProfileValue graph) : graph_(std::move(graph)) {}
  PoplarVersion poplarVersion() const { return {}; }
  CompilationReport compilation() const { return CompilationReport(graph_); }
  /// Throws: Engine::getExecutionProfile() and printProfileSummary() say what ran.
  [[noreturn]] const ExecutionReport& execution() const;

 private:
  poplar::ProfileValue graph_;
};

/// Throws: there are no such files.
[[noreturn]] Report openReport(const std::string& profilePath, const std::string& debugPath = "");

}  // namespace pva

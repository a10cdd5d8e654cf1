// SPDX-License-Identifier: Apache-2.0
// libpva's reports, out of the profile of a compiled graph.
#include <poplar/Engine.hpp>
#include <poplar/Version.hpp>
#include <poplar/exceptions.hpp>
#include <pva/pva.hpp>

namespace pva {

unsigned PoplarVersion::major() const { return POPLAR_VERSION_MAJOR; }
unsigned PoplarVersion::minor() const { return POPLAR_VERSION_MINOR; }
unsigned PoplarVersion::point() const { return POPLAR_VERSION_POINT; }
std::string PoplarVersion::string() const { return poplar::versionString(); }

std::string Target::architecture() const { return profile_["architecture"].asString(); }
std::uint64_t Target::numIPUs() const { return profile_["numIPUs"].asUint(); }
std::uint64_t Target::numTiles() const { return profile_["numTiles"].asUint(); }
std::uint64_t Target::tilesPerIpu() const { return profile_["tilesPerIpu"].asUint(); }
std::uint64_t Target::bytesPerTile() const { return profile_["bytesPerTile"].asUint(); }
double Target::clockFrequency() const { return profile_["clockFrequency"].asDouble(); }

std::uint64_t Graph::numVars() const { return profile_["numVars"].asUint(); }
std::uint64_t Graph::numEdges() const { return profile_["numEdges"].asUint(); }
std::uint64_t Graph::numVertices() const { return profile_["numVertices"].asUint(); }
std::uint64_t Graph::numComputeSets() const { return profile_["numComputeSets"].asUint(); }

Graph CompilationReport::graph() const { return Graph(profile_["graph"]); }
Target CompilationReport::target() const { return Target(profile_["target"]); }

const ExecutionReport& Report::execution() const {
  throw poplar::poplar_error(
      "pva: a report's execution is unsupported: what ran is not kept block by block; "
      "Engine::getExecutionProfile() and printProfileSummary() have its cycles");
}

Report openReport(const std::string& profilePath, const std::string&) {
  throw poplar::poplar_error("pva: '" + profilePath +
                             "' is unsupported: weft reads and writes no profile.pop; "
                             "Engine::getReport() gives a report, WEFT_TRACE a trace");
}

}  // namespace pva

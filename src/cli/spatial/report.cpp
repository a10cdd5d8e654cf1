// SPDX-License-Identifier: Apache-2.0
// See report.hpp.
#include "cli/spatial/report.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/number_text.hpp"
#include "cli/job/job_rests_on.hpp"

namespace weft::cli {

using hosts::spatial::Launch;
using program::rdu::Unit;

namespace {

std::string report_line(const std::string& label, const std::string& text) {
  return "  " + label + std::string(label.size() < 12 ? 12 - label.size() : 1, ' ') + text + "\n";
}

std::uint64_t units_of(const Launch& launch, Unit::Kind kind) {
  const auto found = launch.units.find(kind);
  return found == launch.units.end() ? 0 : found->second;
}

double percent_of(std::uint64_t part, std::uint64_t all) {
  return all == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(all);
}

/// Of the machine's clock, over the launch's cycles.
double gigabytes_per_second(std::uint64_t bytes, const Launch& launch,
                            const topology::Topology& machine) {
  const double seconds = machine.seconds(launch.cycles);
  return seconds > 0 ? static_cast<double>(bytes) / seconds / 1e9 : 0.0;
}

std::string launch_lines(const Launch& launch, const SpatialJob& done) {
  const topology::Topology& machine = done.machine();
  std::string out = report_line(
      "cycles", std::to_string(launch.cycles) + (launch.ended ? "" : ", when it was stopped"));
  if (!launch.busiest_unit.empty()) {
    const std::string at =
        launch.busiest_line == 0 ? "" : ", line " + std::to_string(launch.busiest_line);
    out += report_line("busiest", "unit '" + launch.busiest_unit + "'" + at + ": " +
                                      counted(launch.busiest_cycles, "cycle") + ", " +
                                      fixed(percent_of(launch.busiest_cycles, launch.cycles), 2) +
                                      " %");
  }
  out += report_line("units", "PCU " + std::to_string(units_of(launch, Unit::Kind::compute)) +
                                  ", PMU " + std::to_string(units_of(launch, Unit::Kind::memory)) +
                                  ", MC " + std::to_string(launch.transfers) + ", address " +
                                  std::to_string(units_of(launch, Unit::Kind::address)));
  out += report_line(
      "GB/s", fixed(gigabytes_per_second(launch.read_bytes, launch, machine), 3) + " read, " +
                  fixed(gigabytes_per_second(launch.written_bytes, launch, machine), 3) +
                  " written");
  for (std::size_t i = 0; i < launch.network_lines.size(); ++i) {
    out += report_line(i == 0 ? "network" : "", launch.network_lines[i]);
  }
  return out;
}

Json network_of(const program::rdu::NetworkUse& use) {
  return {{"static_channels", use.fixed},      {"dynamic_channels", use.shared},
          {"switches", use.switches},          {"longest_switches", use.longest},
          {"links_used", use.links_used},      {"links", use.links},
          {"busiest_link", use.busiest},       {"busiest_link_used", use.busiest_used},
          {"busiest_link_of", use.busiest_of}, {"most_channels_sharing_a_link", use.most_sharing}};
}

const char* word_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::passed:
      return "passed";
    case Verdict::failed:
      return "failed";
    case Verdict::none:
      return "unchecked";
  }
  return "unchecked";
}

}  // namespace

std::string spatial_verdict(const std::string& class_name, const std::string& how, Verdict verdict,
                            std::uint32_t assertions) {
  const std::string held =
      std::to_string(assertions) + (assertions == 1 ? " assertion held" : " assertions held");
  switch (verdict) {
    case Verdict::passed:
      return class_name + ": PASS, " + held + "; " + how;
    case Verdict::failed:
      return class_name + ": FAIL; " + how;
    case Verdict::none:
      return class_name + ": ended, and checks nothing itself; " + how;
  }
  return class_name;
}

std::string spatial_summary(const SpatialJob& done) {
  const engine::Result& result = done.result();
  const std::vector<Launch>& launches = done.launches();
  std::string out;
  for (std::size_t i = 0; i < launches.size(); ++i) {
    if (launches.size() > 1) {
      out += "Accel " + std::to_string(i + 1) + " of " + std::to_string(launches.size()) +
             ", line " + std::to_string(launches[i].line) + "\n";
    }
    out += launch_lines(launches[i], done);
  }
  out += report_line("rests on", rests_on_counts(done.machine()));
  for (const std::string& row : rests_on_choices(done.machine())) out += report_line("", row);
  if (!result.trace_hash.empty()) out += report_line("trace hash", result.trace_hash);
  out.pop_back();
  return out;
}

Json spatial_json_head(const std::string& file, const std::string& class_name, Verdict verdict,
                       const std::string& why) {
  Json out;
  out["file"] = file;
  out["class"] = class_name;
  out["verdict"] = word_of(verdict);
  out["message"] = why;
  return out;
}

void add_spatial_launches(Json& out, const SpatialJob& done) {
  out["machine"] = done.machine().name();
  out["ranks"] = done.result().ranks;
  out["assertions"] = done.said().assertions;
  std::uint64_t cycles = 0;
  out["launches"] = Json::array();
  for (const Launch& launch : done.launches()) {
    cycles += launch.cycles;
    out["launches"].push_back({{"line", launch.line},
                               {"ended", launch.ended},
                               {"cycles", launch.cycles},
                               {"busiest_unit", launch.busiest_unit},
                               {"busiest_line", launch.busiest_line},
                               {"busiest_cycles", launch.busiest_cycles},
                               {"compute", units_of(launch, Unit::Kind::compute)},
                               {"memory", units_of(launch, Unit::Kind::memory)},
                               {"address", units_of(launch, Unit::Kind::address)},
                               {"transfers", launch.transfers},
                               {"read_bytes", launch.read_bytes},
                               {"written_bytes", launch.written_bytes}});
    if (launch.network.routes.empty()) continue;
    out["launches"].back()["network"] = network_of(launch.network);
  }
  out["cycles"] = cycles;
  out["trace_hash"] = done.result().trace_hash;
}

}  // namespace weft::cli

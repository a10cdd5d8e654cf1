// SPDX-License-Identifier: Apache-2.0
// Control code as a list of steps, loops indented, each with what it has cost so far.
#include <algorithm>
#include <cstdio>
#include <set>

#include "base/number_text.hpp"
#include "hosts/poplar/api/program_support.hpp"
#include "hosts/poplar/profile/text.hpp"

namespace poplar::core {

namespace ipu = weft::program::ipu;
using ipu::Instruction;
using ipu::Operation;
using weft::grouped;
using weft::mean_text;
using weft::machine::StageTotals;

namespace {

bool jumps_back(const Instruction& i, std::uint32_t at) {
  switch (i.operation) {
    case Operation::repeat:
    case Operation::jump:
    case Operation::branch_true:
    case Operation::branch_false:
    case Operation::branch_equal:
      return i.b <= at;
    default:
      return false;
  }
}

class Steps {
 public:
  Steps(std::ostream& out, const ExecutableImpl& executable, const ExecutionTotals& totals)
      : out_(out),
        program_(executable.program),
        sets_(stages_of(totals, "compute set")),
        copies_(stages_of(totals, "copy")),
        exchanges_(stages_of(totals, "exchange")),
        hosts_(stages_of(totals, "host")),
        host_exchanges_(stages_of(totals, "host exchange")),
        depth_(program_.code.size(), 0) {
    for (std::uint32_t at = 0; at < program_.code.size(); ++at) {
      if (!jumps_back(program_.code[at], at)) continue;
      ++loops_[program_.code[at].b];
      for (std::uint32_t k = program_.code[at].b; k <= at; ++k) ++depth_[k];
    }
  }

  void print() {
    row("", "times", "cycles", "tile average", "bytes");
    for (std::size_t entry = 0; entry < program_.entries.size(); ++entry) {
      out_ << "  Program " << entry << ":\n";
      section(program_.entries[entry], Operation::halt);
    }
    // A function may call others, which then come later in the set or have been seen.
    for (std::set<std::uint32_t> done; done.size() < functions_.size();) {
      for (const std::uint32_t begin : std::set<std::uint32_t>(functions_)) {
        if (!done.insert(begin).second) continue;
        out_ << "  Function at " << begin << ":\n";
        section(begin, Operation::return_);
      }
    }
  }

 private:
  void section(std::uint32_t begin, Operation last) {
    for (std::uint32_t at = begin; at < program_.code.size(); ++at) {
      step(at);
      if (program_.code[at].operation == last) return;
    }
  }

  void step(std::uint32_t at) {
    const Instruction& i = program_.code[at];
    const auto loop = loops_.find(at);
    if (loop != loops_.end()) {
      for (std::uint32_t k = 0; k < loop->second; ++k) {
        row(indent(depth_[at] - loop->second + k) + "Loop:");
      }
    }
    const std::string before = indent(depth_[at]);
    switch (i.operation) {
      case Operation::execute:
        return stage(before + "OnTileExecute: ", sets_, i.a);
      case Operation::rearrange:
        return stage(before + "OnTileCopy: ", copies_, i.a);
      case Operation::exchange:
        return stage(before + "DoExchange: ", exchanges_, i.a);
      case Operation::request:
        return request(before, i.a);
      case Operation::sync:
        return row(before + (i.a == 0 ? "Sync: internal" : "Sync: external"));
      case Operation::branch_true:
      case Operation::branch_false:
      case Operation::branch_equal:
        return row(before + "Branch");
      case Operation::call:
        functions_.insert(i.b);
        return row(before + "Call: function at " + std::to_string(i.b));
      case Operation::abort:
        return row(before + "Abort");
      default:
        return;
    }
  }

  static std::string indent(std::uint32_t depth) { return std::string(4 + 2 * depth, ' '); }

  void stage(const std::string& kind, const std::vector<StageTotals>& stages, std::uint32_t at) {
    if (at >= stages.size()) return row(kind);
    const StageTotals& s = stages[at];
    const bool tiles = s.tile_cycles != 0;
    row(kind + s.name, grouped(s.times), grouped(s.cycles),
        tiles ? mean_text(s.tile_cycles, program_.tiles()) : "",
        s.bytes == 0 ? "" : grouped(s.bytes));
  }

  void request(const std::string& before, std::uint32_t at) {
    if (at >= hosts_.size() || at >= host_exchanges_.size()) return;
    const ipu::HostRequest& asked = program_.requests[at];
    const bool print = asked.kind == ipu::RequestKind::print;
    const std::string name = print ? decode(asked.name).title : asked.name;
    const StageTotals& host = hosts_[at];
    row(before + (print ? "PrintTensor: " : "StreamCopy: ") + name, grouped(host.times),
        grouped(host.cycles + host_exchanges_[at].cycles));
  }

  void row(const std::string& what, const std::string& times = "", const std::string& cycles = "",
           const std::string& average = "", const std::string& bytes = "") {
    char numbers[120];
    std::snprintf(numbers, sizeof numbers, " %9s %15s %15s %15s", times.c_str(), cycles.c_str(),
                  average.c_str(), bytes.c_str());
    std::string text = what;
    constexpr std::size_t wide = 52;
    if (text.size() < wide) text.resize(wide, ' ');
    text += numbers;
    out_ << text.substr(0, text.find_last_not_of(' ') + 1) << '\n';
  }

  std::ostream& out_;
  const ipu::Program& program_;
  std::vector<StageTotals> sets_, copies_, exchanges_, hosts_, host_exchanges_;
  std::vector<std::uint32_t> depth_;              ///< [instruction]: loops around it
  std::map<std::uint32_t, std::uint32_t> loops_;  ///< where loops begin, and how many
  std::set<std::uint32_t> functions_;
};

}  // namespace

void print_execution_steps(std::ostream& out, const ExecutableImpl& executable,
                           const ExecutionTotals& totals) {
  out << "\nExecution steps (all times together):\n";
  Steps(out, executable, totals).print();
}

}  // namespace poplar::core

// SPDX-License-Identifier: Apache-2.0
// Job, machine and checks; the program's part is the lowering's.
#include "cli/compile/job_text.hpp"

#include <filesystem>

namespace weft::cli {

using lower::quoted;

std::string job_text(const JobFacts& facts, const lower::Lowered& lowered, bool nodes) {
  const std::filesystem::path model(facts.model);
  const std::string name = model.stem().string() + (nodes ? "-nodes" : "");
  std::string out = "# Written by weft compile from " + model.filename().string() + ".\n\n";
  out += "[job]\nname = " + quoted(name) + "\ndescription = " +
         quoted(std::to_string(facts.runs) +
                (facts.runs == 1 ? " run of the model" : " runs of the model") +
                (nodes ? ", every node's value a result" : "")) +
         "\n\n[machine]\ntopology = " + quoted(facts.target) + "\n\n" +
         lowered.job(facts.runs, nodes);
  for (const lower::Result& result : lowered.results) {
    if (!nodes && !result.output) continue;
    out += "\n[[check]]\nkind = \"equals\"\nname = " +
           quoted("same arithmetic: " + (nodes ? result.node : result.name)) +
           "\nresult = " + quoted(result.name) +
           "\ndata = " + quoted("expected.h5:" + result.name) + "\n";
  }
  out += "\n[trace]\npath = " + quoted(name + ".h5") + "\nlevel = \"phases\"\n";
  return out;
}

}  // namespace weft::cli

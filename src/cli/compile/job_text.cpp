// SPDX-License-Identifier: Apache-2.0
// Job, machine and checks; the program's part is the lowering's.
#include "cli/compile/job_text.hpp"

#include <filesystem>

namespace weft::cli {

using lower::quoted;

namespace {

/// The head of a check.
std::string check(const char* kind, const std::string& name, const std::string& result) {
  return "\n[[check]]\nkind = " + quoted(kind) + "\nname = " + quoted(name) +
         "\nresult = " + quoted(result) + "\n";
}

/// Where each layer comes from, for tables by layer.
std::string layers_text(const lower::Lowered& lowered) {
  std::string out;
  for (const lower::Result& result : lowered.results) {
    out += quoted(result.name) + " = " + quoted(result.node) + "\n";
  }
  return out.empty() ? out : "\n[layers]\n" + out;
}

}  // namespace

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
    if (!facts.checked || (!nodes && !result.output)) continue;
    const std::string& what = nodes ? result.node : result.name;
    out += check("equals", "same arithmetic: " + what, result.name) +
           "data = " + quoted("expected.h5:" + result.name) + "\n";
    if (facts.bounded.count(result.name) == 0) continue;
    out += check("within", "node bounds: " + what, result.name) +
           "low = " + quoted("bounds.h5:" + result.name + ".low") +
           "\nhigh = " + quoted("bounds.h5:" + result.name + ".high") + "\n";
  }
  // The inputs may be called as the model is, and other machines run it in the same folder.
  const std::string trace = name + "-" + std::filesystem::path(facts.target).stem().string();
  out += layers_text(lowered);
  out += "\n[trace]\npath = " + quoted(trace + ".h5") + "\nlevel = \"phases\"\n";
  return out;
}

}  // namespace weft::cli

// SPDX-License-Identifier: Apache-2.0
// Compile into a folder that goes again, run its job, read report and trace.
#include "cli/compare/model_run.hpp"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "analysis/bsp_rows.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "cli/compare/choices.hpp"
#include "cli/job/job_start.hpp"
#include "cli/job/job_summary.hpp"
#include "cli/silence.hpp"
#include "engine/agreement.hpp"
#include "graph/evaluate.hpp"
#include "graph/products.hpp"
#include "lower/registry.hpp"
#include "machine/machine.hpp"
#include "trace/reader.hpp"

namespace weft::cli::compare {
namespace {

namespace fs = std::filesystem;

/// A model in a folder of its own.
struct Prepared {
  CompiledModel compiled;
  ModelInputs inputs;
  Expected expected;
  std::unique_ptr<TemporaryFolder> folder;

  std::string trace() const { return folder->file("trace.h5"); }
};

std::unique_ptr<TemporaryFolder> scratch() {
  return std::make_unique<TemporaryFolder>((fs::temp_directory_path() / "weft-compare").string());
}

/// The job of the folder, its trace there too; `constants` change its machine. Nobody looks at what
/// an unchecked one computes.
Job job_of(const TemporaryFolder& folder, const CompiledModel& compiled, bool checked,
           const std::vector<topology::Assignment>& constants) {
  std::vector<topology::Assignment> overrides{
      "trace.path=" + nlohmann::json(folder.file("trace.h5")).dump(), "trace.level=\"phases\""};
  if (!checked && !compiled.lowered.without_data.empty()) {
    overrides.push_back(compiled.lowered.without_data);
  }
  overrides.insert(overrides.end(), constants.begin(), constants.end());
  return read_job(folder.file("job.toml"), overrides);
}

bool ended(const engine::Result& result) {
  return result.stop == engine::Stop::done || result.stop == engine::Stop::host_wait;
}

/// Collective: runs what rank 0 has prepared. `what`: on which machine, for who waits.
std::unique_ptr<FinishedJob> run_folder(const comm::Communicator& world, const Prepared& prepared,
                                        const std::vector<topology::Assignment>& constants,
                                        const std::string& what) {
  const Silence silence;  // programs print what they like
  const auto tell = [&what](const engine::Progress& now) {
    if (log::progress_due()) log::progress(what + ": " + text_of(now));
  };
  auto done = run_through_door(
      world,
      [&] {
        return job_of(*prepared.folder, prepared.compiled, prepared.expected.checked, constants);
      },
      RunSettings{{}, tell, {}});
  if (done && !ended(done->result())) {
    fail(engine::category_of(done->result().stop), done->result().message);
  }
  return done;
}

/// What makes a machine have no room for a model, or no words for it.
bool refuses(Category category) {
  return category == Category::unsupported || category == Category::limit;
}

/// A defect of weft's, on this machine: the others can still be compared. A program that weft wrote
/// itself is not to deadlock, nor to do what the machine forbids.
bool is_wrong(Category category) {
  return category == Category::check || category == Category::internal ||
         category == Category::deadlock || category == Category::program;
}

/// Of a defect: what was the case where it was told.
ModelRun::Fault fault_of(Category category, bool compiled) {
  if (!compiled) return ModelRun::Fault::not_compiled;
  return category == Category::check ? ModelRun::Fault::wrong_values : ModelRun::Fault::not_run;
}

/// What the machine gave for output `o` of a run.
graph::Numbers given_by(const Prepared& prepared, const JobOutcome& outcome, graph::ValueId value,
                        std::uint64_t run) {
  const auto& results = prepared.compiled.lowered.results;
  const auto result = std::find_if(results.begin(), results.end(), [&](const auto& one) {
    return one.value == value && one.output;
  });
  const auto& bytes = outcome.results.at(result->name)->bytes;
  const std::size_t each = bytes.size() / prepared.inputs.runs;
  const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(run * each);
  const auto end = begin + static_cast<std::ptrdiff_t>(each);
  return numbers_of(graph::Tensor(result->type, std::vector<std::byte>(begin, end)));
}

Rounding rounding_of(const Subject& subject, const Prepared& prepared, const JobOutcome& outcome) {
  Rounding out;
  for (std::uint64_t run = 0; run < subject.exact.size(); ++run) {
    for (std::size_t o = 0; o < subject.exact[run].size(); ++o) {
      add_output(out, subject.exact[run][o],
                 given_by(prepared, outcome, subject.graph->outputs[o], run));
    }
  }
  return out;
}

std::uint64_t busy_tiles(const trace::Reader& reader) {
  const trace::CounterGrid busy = reader.counter("tile_busy");
  return static_cast<std::uint64_t>(std::count_if(
      busy.values.begin(), busy.values.end(), [](std::uint64_t cycles) { return cycles != 0; }));
}

/// Cycles in which the host copied arrays to or from the machine. Not those of streams: the machine
/// works while it takes them.
std::uint64_t host_cycles(const trace::Reader& reader) {
  std::uint64_t cycles = 0;
  for (const trace::Phase& phase : reader.phases()) {
    if (phase.kind == "copy_in" || phase.kind == "copy_out") cycles += phase.end - phase.begin;
  }
  return cycles;
}

std::optional<double> peak_of(const machine::Limits& limits, const std::string& format,
                              std::uint64_t chips) {
  for (const machine::Limits::Peak& peak : limits.peaks) {
    if (peak.format == format) return peak.operations_a_cycle * static_cast<double>(chips);
  }
  return {};
}

analysis::Layers layers_of(const trace::Reader& reader) {
  const bool tells = analysis::find_stream(reader, "layers") != nullptr;
  return tells ? analysis::read_layers(reader) : analysis::Layers{};
}

std::optional<std::uint64_t> cycles_of(const analysis::Layers& layers) {
  if (layers.list.empty() || layers.together) return {};
  std::uint64_t cycles = 0;
  for (const analysis::LayerTime& layer : layers.list) cycles += layer.cycles;
  return cycles;
}

/// What the report of a run and its trace say.
void fill(const Subject& subject, const Prepared& prepared, const FinishedJob& done,
          ModelRun& out) {
  const RunFacts facts = done.facts();
  const engine::Result& result = done.result();
  const machine::Family& family = machine::family(out.family);
  const std::vector<CheckResult> checks = evaluate_checks(facts.job, facts.outcome);
  for (const CheckResult& check : checks) {
    if (check.passed) continue;
    fail(Category::check, out.machine + ": check '" + check.name + "' did not hold: " + check.text);
  }
  const trace::Reader reader(prepared.trace());
  out.language = facts.job.door->traits().language;
  out.precision = name_of(prepared.compiled.precision);
  out.arithmetic = name_of(prepared.compiled.arithmetic());
  out.runs = prepared.inputs.runs;
  out.chip = family.chip.empty() ? "wafer" : family.chip;
  out.chips = family.chip.empty() ? 1 : facts.height;
  out.tiles_used = busy_tiles(reader);
  out.layers = layers_of(reader);
  out.layer_cycles = cycles_of(out.layers);
  if (out.layer_cycles) out.layer_seconds = facts.topology.seconds(*out.layer_cycles);
  out.limits = machine::limits(facts.topology);
  out.host_cycles = host_cycles(reader);
  out.cycles = result.cycles - out.host_cycles;
  out.seconds = facts.topology.seconds(out.cycles);
  out.host_seconds = facts.topology.seconds(out.host_cycles);
  out.clock_origin = facts.topology.constant("clock.frequency_hz").origin;
  out.operations = 2 * subject.products * static_cast<double>(out.runs);
  out.peak = peak_of(out.limits, out.arithmetic, out.chips);
  out.traffic = machine::traffic(out.family, result.counters);
  out.rounding = rounding_of(subject, prepared, facts.outcome);
  out.energy = energy_of(facts.topology, subject.products * static_cast<double>(out.runs),
                         out.arithmetic, static_cast<double>(out.chips), out.seconds);
  out.trace_hash = result.trace_hash;
  out.report = summary_json(facts, result, checks);
}

/// With `constants` for a machine that is changed so.
Prepared prepare(const Subject& subject, const std::string& target,
                 const std::vector<topology::Assignment>& constants) {
  Prepared out;
  out.compiled = compile_model(subject.options, subject.graph, target, constants);
  out.inputs = inputs_of(subject.options, out.compiled.lowered, *subject.graph);
  out.expected.checked = subject.checked;
  if (subject.checked) out.expected = expected_values(out.compiled, out.inputs);
  out.folder = scratch();
  write_model(subject.options, out.compiled, out.inputs, out.expected, *out.folder);
  return out;
}

/// The model once more for a changed machine. What is given and expected stays.
void prepare_again(const Subject& subject, const std::vector<topology::Assignment>& constants,
                   Prepared& prepared) {
  prepared.compiled =
      compile_model(subject.options, subject.graph, prepared.compiled.target, constants);
  prepared.folder = scratch();
  write_model(subject.options, prepared.compiled, prepared.inputs, prepared.expected,
              *prepared.folder);
}

/// Collective: runs what `make` prepares on rank 0, on a machine that takes twice as long for what
/// nobody knows.
template <typename Make>
void run_changed(const comm::Communicator& world, const std::string& target,
                 const std::vector<topology::Assignment>& changes, Prepared& prepared,
                 const Make& make, Choices& out) {
  std::unique_ptr<FinishedJob> done;
  try {
    engine::together(world, [&] {
      if (world.is_root()) make();
    });
    engine::together(world, [&] {
      done = run_folder(world, prepared, changes, target);
      if (!done) return;
      const trace::Reader reader(prepared.trace());
      out.cycles = done->result().cycles - host_cycles(reader);
      out.layer_cycles = cycles_of(layers_of(reader));
    });
  } catch (const Error& error) {  // the same on every rank
    out.why = error.what();
  }
}

}  // namespace

Subject read_subject(const ModelOptions& options) {
  Subject out;
  out.options = options;
  out.graph = read_model(options);
  out.products = graph::products_of(*out.graph);
  lower::Lowered own;  // inputs in the model's own types
  for (const graph::ValueId id : out.graph->inputs) {
    own.inputs.push_back({(*out.graph)[id].name, (*out.graph)[id].type});
  }
  const ModelInputs inputs = inputs_of(options, own, *out.graph);
  for (std::uint64_t run = 0; run < inputs.runs; ++run) {
    std::vector<graph::Numbers> given;
    for (const graph::Tensor& tensor : inputs.of_run(run)) given.push_back(numbers_of(tensor));
    out.exact.push_back(graph::outputs_of(*out.graph, graph::evaluate(*out.graph, given)));
  }
  return out;
}

double ModelRun::utilisation() const {
  return peak && cycles > 0 ? operations / (*peak * static_cast<double>(cycles)) : 0;
}

std::string_view name_of(ModelRun::Fault fault) {
  constexpr std::string_view names[] = {"no room", "did not compile", "did not run",
                                        "gives wrong values"};
  return names[static_cast<std::size_t>(fault)];
}

ModelRun run_model(const comm::Communicator& world, const Subject& subject,
                   const std::string& target) {
  ModelRun out;
  out.machine = target;
  Prepared prepared;
  std::unique_ptr<FinishedJob> done;
  bool compiled = false;  // the same on every rank
  try {
    engine::together(world, [&] {
      if (!world.is_root()) return;
      const topology::Topology machine = machine::load_topology(target);
      out.machine = machine.name();
      out.family = machine.family();
      prepared = prepare(subject, target, {});
    });
    compiled = true;
    engine::together(world, [&] { done = run_folder(world, prepared, {}, target); });
    engine::together(world, [&] {
      if (done) fill(subject, prepared, *done, out);
    });
  } catch (const Error& error) {  // the same on every rank
    const Category category = error.category();
    if (!refuses(category) && !is_wrong(category)) throw;
    out.refused = error.what();
    if (!is_wrong(category)) return out;
    out.fault = fault_of(category, compiled);
    out.exit_code = error.code();
    return out;
  }
  Doubled doubled;
  engine::together(world, [&] {
    if (!done) return;
    doubled = doubled_choices(done->facts().topology, target);
    out.choices.keys = doubled.keys;
    out.choices.left_out = doubled.left_out;
    for (const topology::Assignment& change : doubled.changes) {
      out.choices.changes.push_back(change.text);
    }
  });
  if (!subject.choices) return out;
  run_changed(
      world, target, doubled.changes, prepared,
      [&] { prepare_again(subject, doubled.changes, prepared); }, out.choices);
  if (world.is_root() && out.choices.why.empty()) {
    const auto cycles = static_cast<double>(out.cycles);
    out.choices.share = (static_cast<double>(out.choices.cycles) - cycles) / cycles;
  }
  return out;
}

Choices run_slower(const comm::Communicator& world, const Subject& subject,
                   const std::string& target, const std::vector<std::string>& changes) {
  Choices out;
  out.changes = changes;
  Prepared prepared;
  const std::vector<topology::Assignment> constants(changes.begin(), changes.end());
  run_changed(
      world, target, constants, prepared, [&] { prepared = prepare(subject, target, constants); },
      out);
  return out;
}

}  // namespace weft::cli::compare

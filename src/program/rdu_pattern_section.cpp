// SPDX-License-Identifier: Apache-2.0
// Patterns into sections: which patterns a section has, where matrices lie between them, and who
// starts one behind the other.
#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "program/rdu_pattern_graph.hpp"
#include "program/rdu_pattern_launch.hpp"
#include "program/rdu_pattern_place.hpp"
#include "program/rdu_pattern_sections.hpp"

namespace weft::program::rdu {

using ChannelKind = Channel::Kind;
using PatternKind = Pattern::Kind;
using UnitKind = Unit::Kind;

std::vector<std::uint32_t> sections_of(const Patterns& patterns, bool fused, const Cuts& cuts) {
  std::vector<std::uint32_t> out;
  std::uint32_t sections = 0;
  for (const Pattern& pattern : patterns.list()) {
    if (pattern.kind == PatternKind::input) {
      out.push_back(none);
      continue;
    }
    if (sections == 0 || !fused || pattern.cuts || cuts[out.size()]) ++sections;
    out.push_back(sections - 1);
  }
  return out;
}

namespace {

std::uint64_t bytes_of(const Pattern& of) {
  if (of.whole) return std::uint64_t{of.rows} * word_bytes;
  return std::uint64_t{of.rows} * vectors_of_row(of.columns_count) * burst_bytes;
}

class PatternsMaker {
 public:
  PatternsMaker(const Patterns& patterns, const Timing& timing, const PatternOptions& options,
                const Cuts& cuts)
      : list_(patterns.list()),
        timing_(timing),
        options_(options),
        sections_(sections_of(patterns, options.fused, cuts)),
        g_(timing),
        graph_(g_, timing_, options_),
        launcher_(g_, timing_, options_) {}

  Program make() {
    choose_places();
    make_drams();
    host_ = g_.unit("host", UnitKind::host, 0);
    launcher_.make_unit();
    make_arrays();
    std::uint32_t count = 0;
    for (const std::uint32_t section : sections_) {
      if (section != none) count = std::max(count, section + 1);
    }
    if (count == 0) fail(Category::input, "patterns: there are inputs only");
    for (std::uint32_t s = 0; s < count; ++s) make_section(s);
    ContextMaker done = g_.context("finished", host_);
    done.input(launcher_.finished());
    launcher_.place_programs(dram_);
    return g_.take();
  }
  const std::vector<PatternUnits>& units() const { return units_; }

 private:
  /// Chips that spill have both: their matrices lie in HBM, and in DRAM what has no room there.
  void make_drams() {
    std::uint32_t chips = 1;
    for (const Pattern& of : list_) {
      if (of.chip != none) chips = std::max(chips, of.chip + 1);
    }
    dram_ = g_.unit("dram", UnitKind::dram, 0);
    for (std::uint32_t chip = 0; chip < chips; ++chip) {
      const std::string number = chip == 0 ? "" : std::to_string(chip);
      const auto dram = [&] {
        return chip == 0 ? dram_ : g_.unit("dram" + number, UnitKind::dram, chip);
      };
      tensors_.push_back(options_.hbm ? g_.unit("hbm" + number, UnitKind::hbm, chip) : dram());
      const bool spills = std::any_of(places_.begin(), places_.end(), [&](const Matrix& of) {
        return of.spilled && of.chip == chip;
      });
      spilled_.push_back(spills ? dram() : none);
    }
  }

  bool is_here(std::uint32_t pattern, std::uint32_t section) const {
    return sections_[pattern] == section;
  }
  /// Who takes a pattern: (pattern, slot of its operands).
  std::vector<std::pair<std::uint32_t, std::uint32_t>> users_of(std::uint32_t pattern) const {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> out;
    for (std::uint32_t p = 0; p < list_.size(); ++p) {
      for (std::uint32_t slot = 0; slot < list_[p].operands.size(); ++slot) {
        if (list_[p].operands[slot] == pattern) out.emplace_back(p, slot);
      }
    }
    return out;
  }
  bool is_stored(std::uint32_t pattern) const {
    if (list_[pattern].is_output) return true;
    const auto users = users_of(pattern);
    return std::any_of(users.begin(), users.end(),
                       [&](const auto& user) { return !is_here(user.first, sections_[pattern]); });
  }

  /// Which of them are in memory at all, from when to when, and in which memory each.
  void choose_places() {
    place_of_.assign(list_.size(), none);
    for (std::uint32_t p = 0; p < list_.size(); ++p) {
      const Pattern& of = list_[p];
      const bool is_input = of.kind == PatternKind::input;
      const auto users = users_of(p);
      if (users.empty() && !of.is_output) {
        fail(Category::input, "pattern '" + of.name + "' is taken by none, and no output");
      }
      if (!is_input && !is_stored(p)) continue;
      Matrix made;
      made.name = of.name;
      made.chip = of.chip == none ? 0 : of.chip;
      made.bytes = (bytes_of(of) + burst_bytes - 1) / burst_bytes * burst_bytes;
      made.role = is_input       ? Matrix::Role::given
                  : of.is_output ? Matrix::Role::result
                                 : Matrix::Role::passed;
      if (!is_input) {
        made.moved_bytes = made.bytes;
        made.first = made.last = sections_[p];
      }
      for (const auto& user : users) {
        if (is_here(user.first, sections_[p])) continue;
        made.moved_bytes += made.bytes;
        made.last = std::max(made.last, sections_[user.first]);
      }
      place_of_[p] = static_cast<std::uint32_t>(places_.size());
      places_.push_back(std::move(made));
    }
    place_matrices(places_, timing_, options_.hbm);
  }

  std::uint32_t unit_of(const Matrix& of) const {
    return of.spilled ? spilled_[of.chip] : tensors_[of.chip];
  }

  /// What the host sees lies in front, each an array; then what is passed, an array a memory.
  void make_arrays() {
    matrices_.resize(list_.size());
    for (std::uint32_t p = 0; p < list_.size(); ++p) {
      if (place_of_[p] == none) continue;
      const Matrix& of = places_[place_of_[p]];
      matrices_[p] = {of.chip, unit_of(of), 0, static_cast<std::uint32_t>(bytes_of(list_[p]))};
      if (of.role == Matrix::Role::passed) continue;
      const auto role = of.role == Matrix::Role::given ? Array::Role::input : Array::Role::output;
      matrices_[p].address_bytes =
          g_.dram_array(of.name, role, list_[p].whole ? numerics::word_i32 : numerics::word_f32,
                        {list_[p].rows, list_[p].columns_count}, unit_of(of), !list_[p].whole);
    }
    for (std::uint32_t chip = 0; chip < tensors_.size(); ++chip) {
      make_scratch("scratch" + std::to_string(chip), chip, false);
      make_scratch("spill" + std::to_string(chip), chip, true);
    }
  }

  void make_scratch(const std::string& name, std::uint32_t chip, bool spilled) {
    const std::uint64_t bytes = passed_bytes(places_, chip, spilled);
    if (bytes == 0) return;
    const std::uint32_t base =
        g_.dram_array(name, Array::Role::output, numerics::word_i32, {bytes / word_bytes},
                      spilled ? spilled_[chip] : tensors_[chip]);
    for (std::uint32_t p = 0; p < list_.size(); ++p) {
      if (place_of_[p] == none) continue;
      const Matrix& of = places_[place_of_[p]];
      if (of.role != Matrix::Role::passed || of.chip != chip || of.spilled != spilled) continue;
      matrices_[p].address_bytes = base + static_cast<std::uint32_t>(of.offset_bytes);
    }
  }

  std::uint32_t start(const std::string& name, std::uint32_t chip) {
    starts_.push_back(g_.channel(name + ".start", ChannelKind::bit));
    if (chip > 0) graph_.lengthen(starts_.back());
    return starts_.back();
  }

  std::string name_of_section(std::uint32_t section) const {
    std::string first;
    std::string last;
    for (std::uint32_t p = 0; p < list_.size(); ++p) {
      if (!is_here(p, section)) continue;
      if (first.empty()) first = list_[p].name;
      last = list_[p].name;
    }
    return first == last ? first : first + ".to." + last;
  }

  void make_section(std::uint32_t section) {
    starts_.clear();
    dones_.clear();
    inputs_.assign(list_.size(), {});
    const std::string name = name_of_section(section);
    g_.begin_section(name);
    const std::size_t first_unit = g_.program().units.size();
    for (std::uint32_t p = 0; p < list_.size(); ++p) {
      if (is_here(p, section)) count_units(p, [&] { make_operands(p, section); });
    }
    for (std::uint32_t p = 0; p < list_.size(); ++p) {
      if (is_here(p, section)) count_units(p, [&] { make_pattern(p, section); });
    }
    g_.end_section();
    if (dones_.empty()) {
      fail(Category::input, "patterns: section '" + name + "' gives nothing");
    }
    const auto units = static_cast<std::uint32_t>(g_.program().units.size() - first_unit);
    launcher_.launch(dram_, units, starts_, dones_);
  }

  template <typename Make>
  void count_units(std::uint32_t p, const Make& make) {
    const auto first = static_cast<std::uint32_t>(g_.program().units.size());
    make();
    units_.push_back({p, first, static_cast<std::uint32_t>(g_.program().units.size()) - first});
  }

  void make_operands(std::uint32_t p, std::uint32_t section) {
    for (std::uint32_t slot = 0; slot < list_[p].operands.size(); ++slot) {
      const std::string name = list_[p].name + ".in" + std::to_string(slot);
      const std::uint32_t operand = list_[p].operands[slot];
      if (list_[p].kind == PatternKind::gather && slot == 0) {  // its rows are taken one by one
        inputs_[p].push_back(none);
        continue;
      }
      inputs_[p].push_back(graph_.stream(name));
      if (is_here(operand, section)) continue;
      const DramMatrix& from = matrices_[operand];
      std::uint32_t out = inputs_[p].back();
      g_.on_chip(from.chip);
      if (from.chip != list_[p].chip) {
        out = graph_.stream(name + ".here");
        graph_.link(name + ".link", out, inputs_[p].back());
      }
      graph_.load(name, from, start(name, from.chip), out);
    }
  }

  std::vector<std::uint32_t> of_operands(const Pattern& of, std::uint32_t Pattern::*extent) const {
    std::vector<std::uint32_t> out;
    for (const std::uint32_t operand : of.operands) out.push_back(list_[operand].*extent);
    return out;
  }

  void make_pattern(std::uint32_t p, std::uint32_t section) {
    const Pattern& of = list_[p];
    std::vector<std::uint32_t> outs;
    std::vector<std::uint32_t> stores;
    g_.on_chip(of.chip);
    for (const auto& [user, slot] : users_of(p)) {
      if (!is_here(user, section)) continue;
      outs.push_back(inputs_[user][slot]);
      if (list_[user].chip == of.chip) continue;
      const std::string name = list_[user].name + ".in" + std::to_string(slot);
      outs.back() = graph_.stream(name + ".here");
      graph_.link(name + ".link", outs.back(), inputs_[user][slot]);
    }
    if (is_stored(p)) {
      const std::string name = of.name + ".out";
      stores.push_back(graph_.stream(name));
      dones_.push_back(g_.channel(name + ".done", ChannelKind::bit));
      if (of.chip > 0) graph_.lengthen(dones_.back());
      graph_.store(name, matrices_[p], start(name, of.chip), stores.back(), dones_.back());
    }
    std::uint32_t out = outs.empty() ? stores.front() : outs.front();
    if (outs.size() + stores.size() > 1) {
      out = graph_.stream(of.name + ".all");
      graph_.share(of, out, outs, stores);
    }
    const std::vector<std::uint32_t>& ins = inputs_[p];
    const Pattern& x = list_[of.operands.front()];
    switch (of.kind) {
      case PatternKind::product:
      case PatternKind::convolution:
        return graph_.product(of, x, ins, out);
      case PatternKind::map:
        return graph_.map(of, ins[0], out);
      case PatternKind::add:
      case PatternKind::multiply:
      case PatternKind::subtract:
      case PatternKind::divide:
      case PatternKind::maximum:
      case PatternKind::minimum:
      case PatternKind::power:
      case PatternKind::equal:
      case PatternKind::less:
      case PatternKind::less_equal:
        return graph_.zip(of, ins[0], ins[1], list_[of.operands[1]].rows < of.rows, out);
      case PatternKind::select:
        return graph_.select(of, ins, of_operands(of, &Pattern::rows), out);
      case PatternKind::softmax:
        return graph_.softmax(of, ins[0], out);
      case PatternKind::normalise:
        return graph_.normalise(of, ins, out);
      case PatternKind::transpose:
        return graph_.transpose(of, x, ins[0], out);
      case PatternKind::columns:
        return graph_.columns(of, x, ins[0], out);
      case PatternKind::largest:
      case PatternKind::smallest:
      case PatternKind::times:
      case PatternKind::mean:
      case PatternKind::depthwise:
        return graph_.windows(of, x, ins, out);
      case PatternKind::view:
        return graph_.view(of, x, ins[0], out);
      case PatternKind::stack:
        return graph_.stack(of, of_operands(of, &Pattern::rows), ins, out);
      case PatternKind::lstm:
      case PatternKind::gru:
        return graph_.recurrent(of, ins, out);
      case PatternKind::pick:
        return graph_.pick(of, x, list_[of.operands[1]], ins, out);
      case PatternKind::gather:
        return graph_.gather(of, matrices_[of.operands[0]], ins[1], out);
      default:
        return graph_.join(of, of_operands(of, &Pattern::columns_count), ins, out);
    }
  }

  const std::vector<Pattern>& list_;
  Timing timing_;
  PatternOptions options_;
  std::vector<std::uint32_t> sections_;
  std::vector<PatternUnits> units_;
  GraphMaker g_;
  PatternGraph graph_;
  SectionLauncher launcher_;
  std::uint32_t dram_ = none, host_ = none;
  std::vector<std::uint32_t> tensors_;  ///< [chip]: unit in which matrices lie
  std::vector<std::uint32_t> spilled_;  ///< [chip]: in which those that have no room there
  std::vector<Matrix> places_;
  std::vector<std::uint32_t> place_of_;  ///< [pattern]: its number there; none: it is in no memory
  std::vector<DramMatrix> matrices_;
  // Of the section that is made.
  std::vector<std::uint32_t> starts_, dones_;
  std::vector<std::vector<std::uint32_t>> inputs_;  ///< [pattern][slot]
};

/// What works for a pattern is of its layer.
void name_layers(Program& program, const Patterns& patterns,
                 const std::vector<PatternUnits>& units) {
  const std::vector<Pattern>& list = patterns.list();
  const bool named = !patterns.layers().empty();
  program.layers = patterns.layers();
  std::vector<std::uint32_t> layer_of(list.size(), none);
  for (std::uint32_t p = 0; p < list.size(); ++p) {
    if (named) {
      layer_of[p] = list[p].layer;
    } else if (list[p].kind != PatternKind::input) {
      layer_of[p] = static_cast<std::uint32_t>(program.layers.size());
      program.layers.push_back(list[p].name);
    }
  }
  std::vector<std::uint32_t> of_unit(program.units.size(), none);
  for (const PatternUnits& of : units) {
    std::fill_n(of_unit.begin() + of.first, of.count, layer_of[of.pattern]);
  }
  for (Context& context : program.contexts) context.layer = of_unit[context.unit];
}

}  // namespace

Program make_patterns(const Patterns& patterns, const Timing& timing,
                      const PatternOptions& options) {
  if (!timing.section || timing.body.rows == 0) {
    fail(Category::unsupported,
         "Unsupported: patterns are made for machines with sections and output-stationary bodies");
  }
  if (options.hbm && !timing.hbm) {
    fail(Category::input, "patterns: the machine has no HBM");
  }
  Cuts cuts(patterns.list().size(), false);
  for (;;) {
    PatternsMaker maker(patterns, timing, options, cuts);
    Program program = maker.make();
    const std::uint32_t cut = find_cut(program, timing, maker.units());
    if (cut != none) {
      cuts[cut] = true;
      continue;
    }
    name_layers(program, patterns, maker.units());
    validate(program);
    check_fit(program, timing);
    return program;
  }
}

}  // namespace weft::program::rdu

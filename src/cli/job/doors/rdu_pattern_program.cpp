// SPDX-License-Identifier: Apache-2.0
// Patterns compiled for a machine, whoever made them.
#include <algorithm>
#include <any>
#include <bit>
#include <cstring>
#include <utility>

#include "base/error.hpp"
#include "cli/job/doors/rdu_patterns.hpp"
#include "cli/job/doors/rdu_units.hpp"
#include "frontends/rdu/rdu.hpp"
#include "hosts/spatial/accelerator.hpp"
#include "program/rdu_shape.hpp"

namespace weft::cli {

using machine::Export;
using topology::Limits;
using topology::Table;
using namespace program::rdu;

void read_pattern_options(Table& table, PatternSource& source) {
  PatternOptions& out = source.options;
  out.fused = table.choice_or("fusion", {"o0", "o1"}, "o1") == "o1";
  out.by_host = table.choice_or("sections_by", {"chip", "host"}, "chip") == "host";
  if (table.has("tensors_in")) {
    source.hbm = table.choice("tensors_in", {"dram", "hbm"}) == "hbm";
  }
  out.at_random = table.choice_or("rounding", {"nearest", "stochastic"}, "nearest") == "stochastic";
  if (table.has("seed")) {
    out.seed = static_cast<std::uint32_t>(table.integer("seed", Limits{0, 0xffffffffLL}));
  }
}

namespace {

HostMatrices matrices_of(const HostArrays& arrays) {
  HostMatrices out;
  for (const auto& [name, tensor] : arrays) {
    auto& to = out[name];
    to.resize(tensor.bytes.size() / sizeof(float));
    std::memcpy(to.data(), tensor.bytes.data(), to.size() * sizeof(float));
    if (tensor.type != trace::ElementType::i32) continue;
    for (float& number : to) {
      number = static_cast<float>(std::bit_cast<std::int32_t>(number));
    }
  }
  return out;
}

class PatternProgram : public CompiledProgram {
 public:
  PatternProgram(Program program, const Timing& timing, std::shared_ptr<const Patterns> patterns,
                 PatternOptions options, std::string left_out)
      : program_(std::move(program)),
        timing_(timing),
        patterns_(std::move(patterns)),
        options_(options),
        left_out_(std::move(left_out)) {}

  Rectangle region() const override { return region_of(program_); }
  ProgramExports exports() const override {
    ProgramExports out;
    out.groups.push_back({{Export::Kind::function, "run", 0, 0, ""}});
    const auto is_pattern = [this](const std::string& name) {
      return std::any_of(patterns_->list().begin(), patterns_->list().end(),
                         [&name](const program::rdu::Pattern& of) { return of.name == name; });
    };
    for (const Array& array : program_.arrays) {
      if (!is_pattern(array.name)) continue;  // what the graph keeps for itself
      out.arrays.push_back({{Export::Kind::array, array.name, word_bytes, array.elements(),
                             numerics::name_of(array.type)},
                            array.shape,
                            array.role == Array::Role::input});
    }
    return out;
  }
  std::vector<std::byte> bytes() const override { return serialize(program_); }
  std::vector<std::byte> content() const override { return program::rdu::content(program_); }
  std::vector<trace::StringTable> definitions() const override {
    std::vector<trace::StringTable> tables = hosts::spatial::names_of(program_);
    trace::StringTable& sections = tables.emplace_back();
    sections.name = "sections";
    for (const Section& section : program_.sections) sections.entries.push_back(section.name);
    tables.push_back({"layers", program_.layers});
    return tables;
  }
  std::string text() const override { return rdu::print(program_); }
  bool has_values() const override { return left_out_.empty(); }
  std::string describe() const override {
    std::string text = describe_units(program_, timing_) + "\nsections";
    for (const Section& section : program_.sections) text += " " + section.name;
    return text + left_out_;
  }
  HostValues host_values() const override {
    return [patterns = patterns_, options = options_](const HostArrays& arrays,
                                                      const std::string& output) {
      trace::Tensor out;
      for (const program::rdu::Pattern& of : patterns->list()) {
        if (of.name == output) out.shape = {of.rows, of.columns_count};
      }
      for (const auto& [name, tensor] : arrays) {
        if (tensor.bytes.empty()) return out;  // type and shape only
      }
      const HostMatrices values = evaluate_patterns(*patterns, options, matrices_of(arrays));
      const auto found = values.find(output);
      if (found == values.end()) {
        fail(Category::unsupported,
             "Unsupported: the host computes outputs, '" + output + "' is none");
      }
      out.bytes.resize(found->second.size() * sizeof(float));
      std::memcpy(out.bytes.data(), found->second.data(), out.bytes.size());
      return out;
    };
  }

 private:
  Program program_;
  Timing timing_;
  std::shared_ptr<const Patterns> patterns_;
  PatternOptions options_;
  std::string left_out_;
};

}  // namespace

std::unique_ptr<const CompiledProgram> PatternDoor::compile(
    const Job& job, const topology::Topology& topology) const {
  const auto& source = std::any_cast<const PatternSource&>(job.program);
  const Timing timing = read_timing(topology);
  auto patterns = std::make_shared<const Patterns>(source.make());
  PatternOptions options = source.options;
  options.hbm = source.hbm.value_or(timing.hbm.has_value());
  Program program = make_patterns(*patterns, timing, options);
  require_region(job, topology, source.name, region_of(program));
  std::string left_out;
  if (source.timing_only) left_out = leave_values_out(program, timing);
  return std::make_unique<PatternProgram>(std::move(program), timing, std::move(patterns), options,
                                          std::move(left_out));
}

}  // namespace weft::cli

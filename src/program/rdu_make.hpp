// SPDX-License-Identifier: Apache-2.0
// Unit graphs, made piece by piece: for mappers and tests.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "program/rdu.hpp"
#include "program/rdu_timing.hpp"

namespace weft::program::rdu {

/// A context on its way. Values are numbers of its nodes; types follow from operands.
class ContextMaker {
 public:
  ContextMaker(Program& program, std::uint32_t context) : p_(&program), c_(context) {}

  std::uint32_t number() const { return c_; }
  Context& context() { return p_->contexts[c_]; }

  /// Inside of those before; gives its level's number.
  std::uint32_t counter(std::string name, Bound first, Bound end, Bound step = {1, none});
  std::uint32_t counter(std::string name, std::int32_t end) {
    return counter(std::move(name), {0, none}, {end, none});
  }
  /// An input for bounds and tokens; gives its number.
  std::uint32_t input(std::uint32_t channel, std::uint32_t level = every, std::uint32_t when = none,
                      std::uint32_t pop_when = none);
  /// The value of an input made before.
  std::uint32_t value_of(std::uint32_t input, WordType type);
  /// Both at once.
  std::uint32_t take(std::uint32_t channel, WordType type, std::uint32_t level = every) {
    return value_of(input(channel, level), type);
  }

  std::uint32_t constant(WordType type, std::uint32_t word);
  std::uint32_t integer(std::int32_t value);
  std::uint32_t real(float value);
  std::uint32_t index(std::uint32_t counter);
  std::uint32_t lane();
  std::uint32_t first(std::uint32_t level);
  std::uint32_t last(std::uint32_t level);
  std::uint32_t operation(WordOperation operation, std::uint32_t a, std::uint32_t b = none,
                          std::uint32_t c = none);
  std::uint32_t convert(std::uint32_t a, WordType to);
  std::uint32_t pair(PairOperation operation, std::uint32_t a, std::uint32_t b = none,
                     std::uint32_t c = none);
  std::uint32_t body(std::uint32_t rows, std::uint32_t columns, std::uint32_t level,
                     std::uint32_t when = none);
  /// Half 0: columns 0, 2 ...; half 1: columns 1, 3 ...
  std::uint32_t row(std::uint32_t body, std::uint32_t index, std::uint32_t half);
  std::uint32_t reduce(WordOperation operation, std::uint32_t a);
  std::uint32_t accumulate(WordOperation operation, std::uint32_t a, std::uint32_t level,
                           std::uint32_t start = none, std::uint32_t when = none);
  /// Gives its number; its value by value_of_register(), what it takes by leave().
  std::uint32_t reg(std::string name, WordType type, std::uint32_t start,
                    std::uint32_t level = no_level);
  std::uint32_t value_of_register(std::uint32_t reg);
  void leave(std::uint32_t reg, std::uint32_t next, std::uint32_t when = none);
  std::uint32_t load(std::uint32_t memory, WordType type, std::uint32_t address,
                     std::uint32_t turn = no_level);
  void store(std::uint32_t memory, std::uint32_t address, std::uint32_t value,
             std::uint32_t turn = no_level, std::uint32_t when = none);
  void give(std::uint32_t channel, std::uint32_t value = none, std::uint32_t level = every,
            std::uint32_t when = none);

 private:
  std::uint32_t add(Node node);
  WordType type_of(std::uint32_t node) const;

  Program* p_;
  std::uint32_t c_;
};

class GraphMaker {
 public:
  explicit GraphMaker(Timing timing = {}) : timing_(timing) {}

  Program& program() { return program_; }
  const Program& program() const { return program_; }
  Program take() { return std::move(program_); }

  std::uint32_t unit(std::string name, Unit::Kind kind, std::uint32_t chip);
  std::uint32_t unit(std::string name, Unit::Kind kind) {
    return unit(std::move(name), kind, chip_);
  }
  /// Units made from now on lie there, where nothing else is said.
  void on_chip(std::uint32_t chip) { chip_ = chip; }
  /// Units made from now on belong to it, until the next begins or end_section() is called.
  void begin_section(std::string name);
  void end_section() { section_ = none; }
  /// Capacity `none`: as deep as the machine's of that kind.
  std::uint32_t channel(std::string name, Channel::Kind kind, std::uint32_t capacity = none,
                        std::uint32_t latency_cycles = 1, std::uint32_t initial = 0);
  std::uint32_t memory(std::string name, std::uint32_t unit, std::uint32_t words,
                       std::uint32_t buffers = 1);
  ContextMaker context(std::string name, std::uint32_t unit, std::uint32_t lanes = 1,
                       bool once = false);
  std::uint32_t transfer(std::string name, std::uint32_t unit, Transfer::Kind kind,
                         std::uint32_t address, std::uint32_t size, std::uint32_t data,
                         std::uint32_t done = none);
  std::uint32_t array(std::string name, Array::Role role, WordType type,
                      std::vector<std::uint64_t> shape, std::uint32_t memory);
  /// In a DRAM, behind what lies there already, at a burst's begin; gives its address.
  std::uint32_t dram_array(std::string name, Array::Role role, WordType type,
                           std::vector<std::uint64_t> shape, std::uint32_t unit,
                           bool as_pairs = false);

  /// A word that the host writes: a once context of the host's unit sends it along `channel`.
  void argument(const std::string& name, WordType type, std::uint32_t host, std::uint32_t channel);
  /// A word that the host reads: what comes along `channel` last.
  void result(const std::string& name, WordType type, std::uint32_t host, std::uint32_t channel);

  /// Lets `reader` begin a scope of its level where `writer` has ended one of its own, and `writer`
  /// be up to `depth` scopes ahead: tokens "NAME.token" and credits "NAME.credit".
  void hand_over(const std::string& name, ContextMaker& writer, std::uint32_t writer_level,
                 ContextMaker& reader, std::uint32_t reader_level, std::uint32_t depth,
                 std::uint32_t latency_cycles = 1);

 private:
  Timing timing_;
  Program program_;
  std::uint32_t section_ = none;
  std::uint32_t chip_ = 0;
};

}  // namespace weft::program::rdu

// SPDX-License-Identifier: Apache-2.0
// Runs of the RDU's words: what most programs are made of in loops of its own, the rest a word at a
// time.
#include <algorithm>
#include <bit>

#include "numerics/rdu_word_parts.hpp"

namespace weft::numerics {

namespace {

using Operation = WordOperation;
using Kind = WordType::Kind;

struct WordRun {
  const std::uint32_t* a;
  const std::uint32_t* b;
  const std::uint32_t* c;
  std::uint32_t* __restrict out;
  std::size_t count;

  template <typename One>
  bool each(const One& one) const {
    for (std::size_t i = 0; i < count; ++i) out[i] = one(a[i], b[i]);
    return true;
  }
};

/// Whole numbers of 32 bits.
bool run_whole(Operation operation, const WordRun& run) {
  switch (operation) {
    case Operation::add:
      return run.each([](std::uint32_t a, std::uint32_t b) { return a + b; });
    case Operation::subtract:
      return run.each([](std::uint32_t a, std::uint32_t b) { return a - b; });
    case Operation::multiply:
      return run.each([](std::uint32_t a, std::uint32_t b) { return a * b; });
    default:
      return false;
  }
}

bool run_fixed(Operation operation, const WordType type, const WordRun& run) {
  const auto places = [type](std::uint32_t word) { return words::places_of(type, word); };
  switch (operation) {
    case Operation::add:
      return run.each([=](auto a, auto b) { return words::wrapped(type, places(a) + places(b)); });
    case Operation::subtract:
      return run.each([=](auto a, auto b) { return words::wrapped(type, places(a) - places(b)); });
    case Operation::multiply:
      return run.each([=](auto a, auto b) { return words::multiply_fixed(type, a, b); });
    case Operation::minimum:
      return run.each([=](auto a, auto b) { return places(a) < places(b) ? a : b; });
    case Operation::maximum:
      return run.each([=](auto a, auto b) { return places(b) < places(a) ? a : b; });
    case Operation::equal:
      return run.each([](auto a, auto b) { return a == b ? 1U : 0U; });
    case Operation::unequal:
      return run.each([](auto a, auto b) { return a != b ? 1U : 0U; });
    case Operation::less:
      return run.each([=](auto a, auto b) { return places(a) < places(b) ? 1U : 0U; });
    case Operation::less_equal:
      return run.each([=](auto a, auto b) { return places(a) <= places(b) ? 1U : 0U; });
    default:
      return false;
  }
}

bool run_f32(Operation operation, const WordRun& run) {
  using words::single_of;
  using words::word_of;
  switch (operation) {
    case Operation::add:
      return run.each([](auto a, auto b) { return word_of(single_of(a) + single_of(b)); });
    case Operation::subtract:
      return run.each([](auto a, auto b) { return word_of(single_of(a) - single_of(b)); });
    case Operation::multiply:
      return run.each([](auto a, auto b) { return word_of(single_of(a) * single_of(b)); });
    default:
      return false;
  }
}

bool run_bits(Operation operation, const WordRun& run) {
  switch (operation) {
    case Operation::bit_and:
      return run.each([](std::uint32_t a, std::uint32_t b) { return a & b & 1U; });
    case Operation::bit_or:
      return run.each([](std::uint32_t a, std::uint32_t b) { return (a | b) & 1U; });
    case Operation::bit_not:
      return run.each([](std::uint32_t a, std::uint32_t) { return ~a & 1U; });
    default:
      return false;
  }
}

/// Without looking at types or operations a word; false where there is no such loop.
bool run_at_once(Operation operation, const WordType& type, const WordRun& run) {
  switch (type.kind) {
    case Kind::f32:
      return run_f32(operation, run);
    case Kind::f16:
      return false;
    case Kind::bit:
      return run_bits(operation, run);
    default:
      if (type.fraction_bits == 0 && words::width_of(type) == 32 && run_whole(operation, run)) {
        return true;
      }
      return run_fixed(operation, type, run);
  }
}

}  // namespace

void apply_all(WordOperation operation, const WordType& type, const WordType& to,
               const std::uint32_t* a, const std::uint32_t* b, const std::uint32_t* c,
               std::uint32_t* out, std::size_t count) {
  const std::uint32_t operands = operands_of(operation);
  const WordRun run{a, operands < 2 ? a : b, operands < 3 ? a : c, out, count};
  switch (operation) {
    case Operation::copy:
      std::copy_n(a, count, out);
      return;
    case Operation::select:
      for (std::size_t i = 0; i < count; ++i) out[i] = (a[i] & 1U) != 0 ? b[i] : c[i];
      return;
    case Operation::convert:
      for (std::size_t i = 0; i < count; ++i) out[i] = words::convert(type, to, a[i]);
      return;
    default:
      break;
  }
  if (run_at_once(operation, type, run)) return;
  for (std::size_t i = 0; i < count; ++i) {
    out[i] = apply(operation, type, to, run.a[i], run.b[i], run.c[i]);
  }
}

void fold_all(WordOperation operation, const WordType& type, std::uint32_t start,
              const std::uint32_t* a, std::uint32_t* out, std::size_t count) {
  std::uint32_t word = start;
  if (operation == Operation::add && type.kind == Kind::fixed) {
    for (std::size_t i = 0; i < count; ++i) {
      word = words::wrapped(type, words::places_of(type, word) + words::places_of(type, a[i]));
      out[i] = word;
    }
  } else if (operation == Operation::add && type.kind == Kind::f32) {
    for (std::size_t i = 0; i < count; ++i) {
      word = words::word_of(words::single_of(word) + words::single_of(a[i]));
      out[i] = word;
    }
  } else {
    for (std::size_t i = 0; i < count; ++i) {
      word = apply(operation, type, type, word, a[i], 0);
      out[i] = word;
    }
  }
}

}  // namespace weft::numerics

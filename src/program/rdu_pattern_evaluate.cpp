// SPDX-License-Identifier: Apache-2.0
// What patterns give, computed number by number on the host.
#include <bit>
#include <functional>
#include <optional>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "program/rdu_pattern_host.hpp"

namespace weft::program::rdu {
namespace {

using PatternKind = Pattern::Kind;

/// To bf16, pair by pair.
void round_all(HostMatrix& of, const PatternOptions& options) {
  const std::uint32_t words = (of.columns + 1) / 2;
  for (std::uint32_t row = 0; row < of.rows; ++row) {
    for (std::uint32_t word = 0; word < words; ++word) {
      const bool odd = 2 * word + 1 < of.columns;
      const std::uint32_t low = of.at(row, 2 * word);
      const std::uint32_t high = odd ? of.at(row, 2 * word + 1) : 0;
      const std::uint32_t random =
          options.at_random ? random_bits_of(HostArithmetic(), row * words + word, options.seed)
                            : 0;
      const PairOperation operation =
          options.at_random ? PairOperation::pack_random : PairOperation::pack;
      const std::uint32_t pair = numerics::apply(operation, low, high, random);
      of.at(row, 2 * word) = numerics::apply(PairOperation::low, pair, 0, 0);
      if (odd) of.at(row, 2 * word + 1) = numerics::apply(PairOperation::high, pair, 0, 0);
    }
  }
}

/// Neighbours first, then pairs of pairs; what is not there counts as nothing.
std::optional<std::uint32_t> tree(WordOperation operation,
                                  std::vector<std::optional<std::uint32_t>> words) {
  for (std::size_t apart = 1; apart < words.size(); apart *= 2) {
    for (std::size_t i = 0; i + apart < words.size(); i += 2 * apart) {
      if (!words[i + apart]) continue;
      words[i] = words[i] ? operate(operation, *words[i], *words[i + apart]) : words[i + apart];
    }
  }
  return words[0];
}

/// A row as its context sums it: of each vector of 16 pairs the even and the odd elements in trees.
/// `otherwise` stands for an odd element that is missing.
std::uint32_t total(WordOperation operation, std::uint32_t columns, std::uint32_t otherwise,
                    const std::function<std::uint32_t(std::uint32_t)>& element) {
  const std::uint32_t words = (columns + 1) / 2;
  std::optional<std::uint32_t> all;
  for (std::uint32_t first = 0; first < words; first += lanes_most) {
    std::vector<std::optional<std::uint32_t>> low(lanes_most);
    std::vector<std::optional<std::uint32_t>> high(lanes_most);
    for (std::uint32_t lane = 0; lane < lanes_most && first + lane < words; ++lane) {
      const std::uint32_t column = 2 * (first + lane);
      low[lane] = element(column);
      high[lane] = column + 1 < columns ? element(column + 1) : otherwise;
    }
    const std::uint32_t part = operate(operation, *tree(operation, low), *tree(operation, high));
    all = all ? operate(operation, *all, part) : part;
  }
  return *all;
}

class Evaluator {
 public:
  Evaluator(const Patterns& patterns, const PatternOptions& options, const HostMatrices& inputs)
      : list_(patterns.list()), options_(options), inputs_(inputs) {}

  HostMatrices run() {
    HostMatrices out;
    for (const Pattern& of : list_) {
      values_.push_back(evaluate(of));
      if (of.kind != PatternKind::input && computes_values(of)) round_all(values_.back(), options_);
      if (!of.is_output) continue;
      auto& to = out[of.name];
      for (const std::uint32_t word : values_.back().words) {
        to.push_back(of.whole ? static_cast<float>(static_cast<std::int32_t>(word))
                              : std::bit_cast<float>(word));
      }
    }
    return out;
  }

 private:
  /// Rounded as the options say; states are rounded to nearest, others move only.
  static bool computes_values(const Pattern& of) {
    switch (of.kind) {
      case PatternKind::transpose:
      case PatternKind::columns:
      case PatternKind::join:
      case PatternKind::view:
      case PatternKind::stack:
      case PatternKind::gather:
      case PatternKind::pick:
      case PatternKind::lstm:
      case PatternKind::gru:
        return false;
      default:
        return true;
    }
  }
  const HostMatrix& operand(const Pattern& of, std::size_t slot) const {
    return values_[of.operands[slot]];
  }

  HostOperands operands(const Pattern& of) const {
    HostOperands out;
    for (const std::uint32_t operand : of.operands) out.push_back(&values_[operand]);
    return out;
  }

  HostMatrix evaluate(const Pattern& of) const {
    switch (of.kind) {
      case PatternKind::input:
        return input(of);
      case PatternKind::product:
        return product(of);
      case PatternKind::convolution:
        return convolution(of);
      case PatternKind::map:
        return each(of, [&](std::size_t i) { return operand(of, 0).words[i]; });
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
        return both(of);
      case PatternKind::select:
        return select(of);
      case PatternKind::softmax:
        return softmax(of);
      case PatternKind::normalise:
        return normalise(of);
      case PatternKind::lstm:
      case PatternKind::gru:
        return recurrent_on_host(of, operands(of));
      case PatternKind::largest:
      case PatternKind::smallest:
      case PatternKind::times:
      case PatternKind::mean:
      case PatternKind::depthwise:
        return windows_on_host(of, operands(of));
      default:
        return moved_on_host(of, operands(of));
    }
  }

  /// A second operand of one row counts for all.
  HostMatrix both(const Pattern& of) const {
    const std::vector<std::uint32_t>& a = operand(of, 0).words;
    const std::vector<std::uint32_t>& b = operand(of, 1).words;
    return each(of, [&](std::size_t i) {
      return combined(HostArithmetic(), of.kind, a[i], b[i % b.size()]);
    });
  }

  HostMatrix select(const Pattern& of) const {
    const std::vector<std::uint32_t>& a = operand(of, 1).words;
    const std::vector<std::uint32_t>& b = operand(of, 2).words;
    return each(of, [&](std::size_t i) {
      return chosen(HostArithmetic(), operand(of, 0).words[i], a[i % a.size()], b[i % b.size()]);
    });
  }

  HostMatrix input(const Pattern& of) const {
    HostMatrix out(of.rows, of.columns_count);
    const auto given = inputs_.find(of.name);
    if (given == inputs_.end()) return out;
    if (given->second.size() != out.words.size()) {
      fail(Category::input, "pattern '" + of.name + "' takes " +
                                counted(out.words.size(), "number") + ", " +
                                std::to_string(given->second.size()) + " are given");
    }
    for (std::size_t i = 0; i < out.words.size(); ++i) {
      if (of.whole) {
        out.words[i] = static_cast<std::uint32_t>(static_cast<std::int32_t>(given->second[i]));
        continue;
      }
      const std::uint32_t half = numerics::bfloat16_from_float(given->second[i]);
      out.words[i] = numerics::apply(PairOperation::low, half, 0, 0);
    }
    return out;
  }

  HostMatrix product(const Pattern& of) const {
    const HostMatrix& x = operand(of, 0);
    const HostMatrix& w = operand(of, 1);
    HostMatrix out(of.rows, of.columns_count);
    for (std::uint32_t row = 0; row < out.rows; ++row) {
      const std::uint32_t first = row / (out.rows / of.groups) * (w.rows / of.groups);
      const std::uint32_t* numbers = x.words.data() + std::size_t{row} * x.columns;
      if (!of.transposed) {
        add_products(of, row, numbers, w, first, out);
        continue;
      }
      for (std::uint32_t column = 0; column < out.columns; ++column) {
        float sum = 0.0F;
        for (std::uint32_t k = 0; k < x.columns; ++k) {
          sum += std::bit_cast<float>(numbers[k]) * std::bit_cast<float>(w.at(first + column, k));
        }
        out.at(row, column) = behind_sum(of, row, column, sum);
      }
    }
    return out;
  }

  /// The tail of a body.
  std::uint32_t behind_sum(const Pattern& of, std::uint32_t row, std::uint32_t column,
                           float sum) const {
    std::uint32_t word = numerics::bfloat_word_of(sum);
    if (of.has_bias()) word = operate(WordOperation::add, word, operand(of, 2).at(0, column));
    if (of.adds) {
      const HostMatrix& more = operand(of, of.operands.size() - 1);
      word = operate(WordOperation::add, word, more.at(row, column));
    }
    return apply_steps(HostArithmetic(), of.steps, word);
  }

  HostMatrix convolution(const Pattern& of) const {
    const HostMatrix& x = operand(of, 0);
    const HostMatrix& w = operand(of, 1);
    const std::uint32_t places = of.window.window_height * of.window.window_width;
    HostMatrix out(of.rows, of.columns_count);
    std::vector<std::uint32_t> seen(w.rows);
    for (std::uint32_t row = 0; row < out.rows; ++row) {
      for (std::uint32_t place = 0; place < places; ++place) {
        const std::uint32_t pixel = pixel_on_host(of.window, row, place);
        for (std::uint32_t channel = 0; channel < x.columns; ++channel) {
          seen[place * x.columns + channel] = pixel == none ? 0 : x.at(pixel, channel);
        }
      }
      add_products(of, row, seen.data(), w, 0, out);
    }
    return out;
  }

  /// A row of results: numbers times rows of w from row `first` on, K in order for each column.
  void add_products(const Pattern& of, std::uint32_t row, const std::uint32_t* numbers,
                    const HostMatrix& w, std::uint32_t first, HostMatrix& out) const {
    const std::uint32_t inner = w.rows / of.groups;
    std::vector<float> sums(out.columns);
    for (std::uint32_t k = 0; k < inner; ++k) {
      const auto number = std::bit_cast<float>(numbers[k]);
      const std::uint32_t* factors = w.words.data() + std::size_t{first + k} * w.columns;
      for (std::uint32_t column = 0; column < out.columns; ++column) {
        sums[column] += number * std::bit_cast<float>(factors[column]);
      }
    }
    for (std::uint32_t column = 0; column < out.columns; ++column) {
      out.at(row, column) = behind_sum(of, row, column, sums[column]);
    }
  }

  HostMatrix each(const Pattern& of,
                  const std::function<std::uint32_t(std::size_t)>& element) const {
    HostMatrix out(of.rows, of.columns_count);
    for (std::size_t i = 0; i < out.words.size(); ++i) {
      out.words[i] = apply_steps(HostArithmetic(), of.steps, element(i));
    }
    return out;
  }

  HostMatrix softmax(const Pattern& of) const {
    const HostMatrix& x = operand(of, 0);
    HostMatrix out(of.rows, of.columns_count);
    for (std::uint32_t row = 0; row < out.rows; ++row) {
      const std::uint32_t most = total(
          WordOperation::maximum, x.columns, word_of_real(-__builtin_inff()),
          [&](std::uint32_t column) {
            return of.causal && column > row ? word_of_real(-__builtin_inff()) : x.at(row, column);
          });
      const auto exponent = [&](std::uint32_t column) {
        if (of.causal && column > row) return std::uint32_t{0};
        return operate(WordOperation::exponent,
                       operate(WordOperation::subtract, x.at(row, column), most));
      };
      const std::uint32_t sum = total(WordOperation::add, x.columns, 0, exponent);
      const std::uint32_t factor = operate(WordOperation::reciprocal, sum);
      for (std::uint32_t column = 0; column < out.columns; ++column) {
        const std::uint32_t pair = numerics::apply(PairOperation::pack, exponent(column), 0, 0);
        out.at(row, column) = operate(WordOperation::multiply,
                                      numerics::apply(PairOperation::low, pair, 0, 0), factor);
      }
    }
    return out;
  }

  HostMatrix normalise(const Pattern& of) const {
    const HostMatrix& x = operand(of, 0);
    HostMatrix out(of.rows, of.columns_count);
    const std::uint32_t share = word_of_real(1.0F / static_cast<float>(x.columns));
    for (std::uint32_t row = 0; row < out.rows; ++row) {
      const auto element = [&](std::uint32_t column) { return x.at(row, column); };
      const std::uint32_t sum = total(WordOperation::add, x.columns, 0, element);
      const std::uint32_t mean = of.uncentred ? 0 : operate(WordOperation::multiply, sum, share);
      const auto square = [&](std::uint32_t column) {
        const std::uint32_t off = operate(WordOperation::subtract, x.at(row, column), mean);
        return operate(WordOperation::multiply, off, off);
      };
      const std::uint32_t variance =
          operate(WordOperation::multiply, total(WordOperation::add, x.columns, 0, square), share);
      const std::uint32_t root =
          operate(WordOperation::square_root,
                  operate(WordOperation::add, variance, word_of_real(of.epsilon)));
      const std::uint32_t factor = operate(WordOperation::reciprocal, root);
      for (std::uint32_t column = 0; column < out.columns; ++column) {
        const std::uint32_t centred = operate(WordOperation::subtract, x.at(row, column), mean);
        const std::uint32_t unit = operate(WordOperation::multiply, centred, factor);
        out.at(row, column) =
            operate(WordOperation::add,
                    operate(WordOperation::multiply, unit, operand(of, 1).at(0, column)),
                    operand(of, 2).at(0, column));
      }
    }
    return out;
  }

  const std::vector<Pattern>& list_;
  const PatternOptions& options_;
  const HostMatrices& inputs_;
  std::vector<HostMatrix> values_;
};

}  // namespace

HostMatrices evaluate_patterns(const Patterns& patterns, const PatternOptions& options,
                               const HostMatrices& inputs) {
  return Evaluator(patterns, options, inputs).run();
}

}  // namespace weft::program::rdu

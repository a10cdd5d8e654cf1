// SPDX-License-Identifier: Apache-2.0
// Random patterns.
#include "support/rdu_patterns.hpp"

#include <bit>
#include <string>
#include <vector>

#include "numerics/stochastic.hpp"

namespace weft::test {

namespace form = program::rdu;

namespace {

class RandomPatterns {
 public:
  explicit RandomPatterns(std::uint64_t seed) : state_(numerics::mix_bits(seed)) {}

  PatternCase make() {
    const std::uint32_t rows = 1 + below(14);
    std::uint32_t x = input(rows, 1 + below(70));
    const std::uint32_t steps = 1 + below(4);
    for (std::uint32_t i = 0; i < steps; ++i) {
      if (i > 0 && below(4) == 0) c_.patterns.cut();
      if (i > 0 && below(4) == 0) c_.patterns.on_chip(below(3));
      x = next(x);
    }
    c_.patterns.output(x);
    c_.options.fused = below(3) > 0;
    c_.options.by_host = below(2) == 0;
    c_.options.hbm = below(2) == 0;
    c_.options.at_random = below(3) == 0;
    c_.options.seed = below(1000);
    return c_;
  }

 private:
  std::uint32_t below(std::uint32_t end) { return numerics::random_bits(state_) % end; }
  std::string name() { return "p" + std::to_string(c_.patterns.list().size()); }
  const form::Pattern& of(std::uint32_t pattern) const { return c_.patterns.list()[pattern]; }

  std::uint32_t input(std::uint32_t rows, std::uint32_t columns) {
    const std::uint32_t made = c_.patterns.input(name(), rows, columns);
    auto& values = c_.inputs[of(made).name];
    for (std::uint32_t i = 0; i < rows * columns; ++i) {
      values.push_back((static_cast<float>(below(2001)) - 1000.0F) * 0.002F);
    }
    return made;
  }

  std::uint32_t product(std::uint32_t x) {
    form::Patterns::ProductOptions options;
    const std::uint32_t columns = 1 + below(100);
    const std::uint32_t inner = of(x).columns_count;
    options.transposed = below(2) == 0;
    options.par = 1 + below((columns + 31) / 32);
    if (below(2) == 0) options.bias = input(1, columns);
    if (below(2) == 0) options.steps.push_back({form::Step::Kind::relu, 1.0F});
    if (below(3) == 0) options.addend = input(of(x).rows, columns);
    const std::uint32_t w = options.transposed ? input(columns, inner) : input(inner, columns);
    return c_.patterns.product(name(), x, w, options);
  }

  std::uint32_t indices(std::uint32_t rows, std::uint32_t end) {
    const std::uint32_t made = c_.patterns.indices(name(), rows);
    auto& values = c_.inputs[of(made).name];
    for (std::uint32_t i = 0; i < rows; ++i) {
      const auto number = static_cast<float>(below(end));
      values.push_back(below(4) == 0 ? number - static_cast<float>(end) : number);
    }
    return made;
  }

  /// All rows are one image, or each is a column of pixels of its own.
  form::Window windows(std::uint32_t rows) {
    form::Window window;
    const bool whole = below(2) == 0;
    window.height = whole ? 1 : rows;
    window.width = whole ? rows : 1;
    if (rows % 2 == 0 && below(2) == 0) window.height = window.width = 1;
    if (rows % 6 == 0) window = {2, 3, 1, 1};
    window.window_height = 1 + below(window.height < 3 ? window.height : 3);
    window.window_width = 1 + below(window.width < 3 ? window.width : 3);
    const auto steps = [this](std::uint32_t extent, std::uint32_t places) {
      form::WindowSteps made;
      made.stride = 1 + below(2);
      if ((places - 1) * 2 < extent) made.dilation = 1 + below(2);
      const auto reach = static_cast<std::uint32_t>(made.reach(places));
      made.before = below(reach);
      made.behind = below(2) == 0 ? made.before : below(reach);
      return made;
    };
    window.down = steps(window.height, window.window_height);
    window.across = steps(window.width, window.window_width);
    return window;
  }

  /// Transposed backward, with a row given twice, or cut short.
  std::uint32_t view(std::uint32_t x) {
    const std::uint32_t rows = of(x).rows;
    const std::uint32_t columns = of(x).columns_count;
    const auto row = static_cast<std::int32_t>(columns);
    switch (below(3)) {
      case 0:
        return c_.patterns.view(name(), x, rows, {columns - 1, {columns, rows}, {-1, row}});
      case 1:
        return c_.patterns.view(name(), x, columns, {0, {rows, 2, columns}, {row, 0, 1}});
      default:
        return c_.patterns.view(name(), x, rows * columns, {0, {rows * columns}, {1}});
    }
  }

  /// Where one is less, or equal, or both: x or a row, else another row.
  std::uint32_t chosen(std::uint32_t x) {
    using form::Pattern;
    constexpr Pattern::Kind kinds[] = {Pattern::Kind::less, Pattern::Kind::less_equal,
                                       Pattern::Kind::equal};
    const std::uint32_t columns = of(x).columns_count;
    const std::uint32_t other = input(1, columns);
    const std::uint32_t condition = c_.patterns.combine(name(), kinds[below(3)], x, other);
    const std::uint32_t a = below(2) == 0 ? x : input(1, columns);
    return c_.patterns.select(name(), condition, a, input(1, columns));
  }

  /// Rows by numbers, or each element by a number of its own.
  std::uint32_t pick(std::uint32_t x) {
    const std::uint32_t rows = of(x).rows;
    const std::uint32_t columns = of(x).columns_count;
    const auto row = static_cast<std::int32_t>(columns);
    const std::uint32_t count = 1 + below(6);
    if (below(2) == 0) {
      const std::uint32_t numbers = indices(count, rows);
      return c_.patterns.pick(name(), x, numbers, columns, {0, {count, columns}, {0, 1}},
                              {{0, {count, columns}, {1, 0}}, {rows}, {row}});
    }
    const std::uint32_t most = rows < columns ? rows : columns;
    const std::uint32_t numbers = indices(2 * count, most);
    return c_.patterns.pick(name(), x, numbers, 1, {0, {count}, {0}},
                            {{0, {count}, {2}}, {rows, columns}, {row, 1}});
  }

  /// As many steps as there are rows, or half as many of two sequences.
  std::uint32_t recurrent(std::uint32_t x) {
    const bool lstm = below(2) == 0;
    const std::uint32_t units = 32 * (1 + below(2));
    const std::uint32_t gates = (lstm ? 4 : 3) * units;
    const std::uint32_t sequences = of(x).rows % 2 == 0 ? 2 : 1;
    form::Patterns::RecurrentOptions options;
    options.gates = c_.patterns.product(name(), x, input(of(x).columns_count, gates));
    options.recurrence = input(units, gates);
    options.bias = input(1, gates);
    options.hidden = input(sequences, units);
    if (lstm) options.cell = input(sequences, units);
    options.length = of(x).rows / sequences;
    options.par = 1 + below(3);
    options.reset_first = !lstm && below(2) == 0;
    return c_.patterns.recurrent(
        name(), lstm ? form::Pattern::Kind::lstm : form::Pattern::Kind::gru, options);
  }

  std::uint32_t next(std::uint32_t x) {
    using form::Pattern;
    using Kind = form::Step::Kind;
    const std::uint32_t rows = of(x).rows;
    const std::uint32_t columns = of(x).columns_count;
    switch (below(19)) {
      case 9: {
        constexpr Pattern::Kind kinds[] = {Pattern::Kind::mean, Pattern::Kind::largest,
                                           Pattern::Kind::smallest, Pattern::Kind::times};
        const Pattern::Kind kind = kinds[below(4)];
        const bool inside = kind == Pattern::Kind::mean && below(2) == 0;
        return c_.patterns.pool(name(), kind, x, windows(rows), inside);
      }
      case 16:
        return chosen(x);
      case 17:
        return pick(x);
      case 18:
        return recurrent(x);
      case 10: {
        const form::Window window = windows(rows);
        form::Patterns::ProductOptions options;
        if (below(2) == 0) options.bias = input(1, columns);
        if (below(2) == 0) options.steps.push_back({Kind::clip, -0.5F, 1.0F});
        const std::uint32_t places = window.window_height * window.window_width;
        return c_.patterns.depthwise(name(), x, input(places, columns), window, options);
      }
      case 11:
        return view(x);
      case 12:
        return c_.patterns.stack(name(), {x, input(1 + below(5), columns), x});
      case 13: {
        const std::uint32_t table = input(3 + below(40), columns);
        const std::uint32_t rows_of = indices(rows, of(table).rows);
        const std::uint32_t row = input(1, columns);
        const std::uint32_t taken = c_.patterns.gather(name(), table, rows_of);
        return c_.patterns.add(name(), c_.patterns.multiply(name(), x, row), taken,
                               {{Kind::plus, 0.25F}});
      }
      case 14: {
        const std::uint32_t groups = 1 + below(3);
        const std::uint32_t many = c_.patterns.stack(name(), std::vector(groups, x));
        const std::uint32_t outputs = 1 + below(70);
        form::Patterns::ProductOptions options;
        options.groups = groups;
        options.transposed = below(2) == 0;
        const std::uint32_t w = options.transposed ? input(groups * outputs, columns)
                                                   : input(groups * columns, outputs);
        return c_.patterns.product(name(), many, w, options);
      }
      case 8: {
        const form::Window window = windows(rows);
        form::Patterns::ProductOptions options;
        const std::uint32_t outputs = 1 + below(70);
        options.par = 1 + below((outputs + 31) / 32);
        if (below(2) == 0) options.bias = input(1, outputs);
        const std::uint32_t inner = window.window_height * window.window_width * columns;
        const std::uint32_t places =
            rows / (window.height * window.width) * window.rows() * window.columns();
        if (below(2) == 0) options.addend = input(places, outputs);
        return c_.patterns.convolution(name(), x, input(inner, outputs), window, options);
      }
      case 0: {
        const auto kind = static_cast<Kind>(below(static_cast<std::uint32_t>(Kind::count_)));
        return c_.patterns.map(name(), x, {{Kind::scale, 0.75F}, {Kind::silu, 1.0F}, {kind, 0.5F}});
      }
      case 15: {
        constexpr Pattern::Kind kinds[] = {Pattern::Kind::subtract, Pattern::Kind::divide,
                                           Pattern::Kind::maximum, Pattern::Kind::minimum,
                                           Pattern::Kind::power};
        const std::uint32_t other = below(2) == 0 ? input(rows, columns) : input(1, columns);
        return c_.patterns.combine(name(), kinds[below(5)], x, other, {{Kind::gelu, 1.0F}});
      }
      case 1: {
        // Both ways of a fork come together again.
        const std::uint32_t a = c_.patterns.map(name(), x, {{Kind::sigmoid, 1.0F}});
        return c_.patterns.add(name(), a, x, {{Kind::tanh, 1.0F}});
      }
      case 2:
        return c_.patterns.softmax(name(), x, below(2) == 0);
      case 3: {
        const std::uint32_t gain = input(1, columns);
        const std::uint32_t shift = input(1, columns);
        return c_.patterns.normalise(name(), x, gain, shift, 0.001F, below(3) == 0);
      }
      case 4:
        return c_.patterns.transpose(name(), x);
      case 5: {
        const std::uint32_t first = below((columns + 31) / 32) * 32;
        const std::uint32_t part = c_.patterns.columns(name(), x, first, columns - first);
        return c_.patterns.multiply(name(), part, input(rows, columns - first));
      }
      case 6: {
        const std::uint32_t a = input(rows, 32);
        const std::uint32_t b = c_.patterns.map(name(), a, {{Kind::exponent, 1.0F}});
        const std::uint32_t both = c_.patterns.join(name(), {b, a, input(rows, 1 + below(70))});
        form::Patterns::ProductOptions options;  // rows x rows, then rows x all of them
        options.transposed = true;
        const std::uint32_t square = c_.patterns.product(name(), x, x, options);
        return c_.patterns.product(name(), square, both);
      }
      default:
        return product(x);
    }
  }

  PatternCase c_;
  std::uint64_t state_;
};

}  // namespace

PatternCase random_patterns(std::uint64_t seed) { return RandomPatterns(seed).make(); }

form::Timing pattern_timing() {
  form::Timing timing;
  timing.compute_units = timing.memory_units = 400;
  timing.memory_words = 131072;
  timing.dram.latency_cycles = 20;
  timing.hbm = timing.dram;
  timing.hbm->channels = 7;
  timing.hbm->burst_cycles = 1;
  timing.body = {6, 32, 38};
  timing.link = {30, 2};
  timing.section = form::SectionTiming{64, 4, 300, 10};
  return timing;
}

form::oracle::Arrays words_of(const form::HostMatrices& matrices) {
  form::oracle::Arrays out;
  for (const auto& [name, values] : matrices) {
    for (const float value : values) out[name].push_back(std::bit_cast<std::uint32_t>(value));
  }
  return out;
}

form::oracle::Arrays input_words(const PatternCase& of) {
  form::oracle::Arrays out = words_of(of.inputs);
  for (const form::Pattern& pattern : of.patterns.list()) {
    if (!pattern.whole) continue;
    auto& words = out[pattern.name];
    for (std::uint32_t& word : words) {
      word = static_cast<std::uint32_t>(static_cast<std::int32_t>(std::bit_cast<float>(word)));
    }
  }
  return out;
}

}  // namespace weft::test

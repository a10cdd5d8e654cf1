// SPDX-License-Identifier: Apache-2.0
// What windows of images and patterns that only move give, on the host.
#include <optional>

#include "base/error.hpp"
#include "program/rdu_pattern_host.hpp"

namespace weft::program::rdu {

using PatternKind = Pattern::Kind;

std::uint32_t pixel_on_host(const Window& window, std::uint32_t row, std::uint32_t of_window) {
  const std::uint32_t places = window.rows() * window.columns();
  const std::uint32_t image = row / places;
  const std::uint32_t place = row % places;
  const auto pixel = [](const WindowSteps& of, std::uint32_t window, std::uint32_t place_in) {
    return std::int64_t{window} * of.stride + std::int64_t{place_in} * of.dilation -
           std::int64_t{of.before};
  };
  const std::int64_t y =
      pixel(window.down, place / window.columns(), of_window / window.window_width);
  const std::int64_t x =
      pixel(window.across, place % window.columns(), of_window % window.window_width);
  if (y < 0 || x < 0 || y >= window.height || x >= window.width) return none;
  return (image * window.height + static_cast<std::uint32_t>(y)) * window.width +
         static_cast<std::uint32_t>(x);
}

namespace {

/// Of one channel of one window, in the order of its places.
std::uint32_t over_window(const Pattern& of, const HostOperands& operands, std::uint32_t row,
                          std::uint32_t column) {
  const HostMatrix& x = *operands[0];
  const std::uint32_t outside = word_of_real(beside_image(of.kind));
  const std::uint32_t places = of.window.window_height * of.window.window_width;
  std::optional<std::uint32_t> sum;
  std::uint32_t inside = 0;
  for (std::uint32_t k = 0; k < places; ++k) {
    const std::uint32_t pixel = pixel_on_host(of.window, row, k);
    inside += pixel == none ? 0 : 1;
    std::uint32_t value = pixel == none ? outside : x.at(pixel, column);
    if (of.kind == PatternKind::depthwise) {
      value = operate(WordOperation::multiply, value, operands[1]->at(k, column));
    }
    sum = sum ? operate(window_operation_of(of.kind), *sum, value) : value;
  }
  if (operands.size() > 2) {
    sum = operate(WordOperation::add, *sum, operands[2]->at(0, column));
  }
  if (of.kind != PatternKind::mean) return *sum;
  if (of.inside) {
    return operate(WordOperation::divide, *sum, word_of_real(static_cast<float>(inside)));
  }
  return operate(WordOperation::multiply, *sum, word_of_real(1.0F / static_cast<float>(places)));
}

HostMatrix stacked(const Pattern& of, const HostOperands& operands) {
  HostMatrix out(of.rows, of.columns_count);
  out.words.clear();
  for (const HostMatrix* part : operands) {
    out.words.insert(out.words.end(), part->words.begin(), part->words.end());
  }
  return out;
}

HostMatrix joined(const Pattern& of, const HostOperands& operands) {
  HostMatrix out(of.rows, of.columns_count);
  std::uint32_t first = 0;
  for (const HostMatrix* part : operands) {
    for (std::uint32_t row = 0; row < out.rows; ++row) {
      for (std::uint32_t column = 0; column < part->columns; ++column) {
        out.at(row, first + column) = part->at(row, column);
      }
    }
    first += part->columns;
  }
  return out;
}

HostMatrix gathered(const Pattern& of, const HostOperands& operands) {
  HostMatrix out(of.rows, of.columns_count);
  const HostMatrix& table = *operands[0];
  for (std::uint32_t row = 0; row < of.rows; ++row) {
    const auto number = static_cast<std::int32_t>(operands[1]->at(row, 0));
    const std::int64_t from = number < 0 ? std::int64_t{number} + table.rows : number;
    if (from < 0 || from >= table.rows) {
      fail(Category::input, "pattern '" + of.name + "' takes row " + std::to_string(number) +
                                " of " + std::to_string(table.rows));
    }
    for (std::uint32_t column = 0; column < of.columns_count; ++column) {
      out.at(row, column) = table.at(static_cast<std::uint32_t>(from), column);
    }
  }
  return out;
}

HostMatrix picked(const Pattern& of, const HostOperands& operands) {
  HostMatrix out(of.rows, of.columns_count);
  const Picks& by = of.picks;
  for (std::size_t e = 0; e < out.words.size(); ++e) {
    std::int64_t at = of.strides.at(e);
    const auto first = static_cast<std::size_t>(by.numbers.at(e));
    for (std::size_t i = 0; i < by.extents.size(); ++i) {
      const auto given = static_cast<std::int32_t>(operands[1]->words[first + i]);
      const std::int64_t place = given < 0 ? std::int64_t{given} + by.extents[i] : given;
      if (place < 0 || place >= by.extents[i]) {
        fail(Category::input, "pattern '" + of.name + "' picks by number " + std::to_string(given) +
                                  " of " + std::to_string(by.extents[i]));
      }
      at += place * by.strides[i];
    }
    out.words[e] = operands[0]->words[static_cast<std::size_t>(at)];
  }
  return out;
}

}  // namespace

HostMatrix windows_on_host(const Pattern& of, const HostOperands& operands) {
  HostMatrix out(of.rows, of.columns_count);
  for (std::uint32_t row = 0; row < out.rows; ++row) {
    for (std::uint32_t column = 0; column < out.columns; ++column) {
      out.at(row, column) =
          apply_steps(HostArithmetic(), of.steps, over_window(of, operands, row, column));
    }
  }
  return out;
}

HostMatrix moved_on_host(const Pattern& of, const HostOperands& operands) {
  if (of.kind == PatternKind::stack) return stacked(of, operands);
  if (of.kind == PatternKind::join) return joined(of, operands);
  if (of.kind == PatternKind::gather) return gathered(of, operands);
  if (of.kind == PatternKind::pick) return picked(of, operands);
  const HostMatrix& x = *operands[0];
  HostMatrix out(of.rows, of.columns_count);
  if (of.kind == PatternKind::view) {
    for (std::size_t e = 0; e < out.words.size(); ++e) {
      out.words[e] = x.words[static_cast<std::size_t>(of.strides.at(e))];
    }
    return out;
  }
  for (std::uint32_t row = 0; row < out.rows; ++row) {
    for (std::uint32_t column = 0; column < out.columns; ++column) {
      out.at(row, column) =
          of.kind == PatternKind::transpose ? x.at(column, row) : x.at(row, of.first + column);
    }
  }
  return out;
}

}  // namespace weft::program::rdu

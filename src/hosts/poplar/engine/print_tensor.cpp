// SPDX-License-Identifier: Apache-2.0
// Tensors as PrintTensor writes them: aligned, nested by dimension, abridged when long.
#include "hosts/poplar/engine/print_tensor.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "base/number_text.hpp"
#include "base/text_stream.hpp"
#include "hosts/poplar/api/elements.hpp"

namespace poplar::core {
namespace {

constexpr char separator = '\x1f';  // in no title: between it and how to print

struct Numbers {
  bool real = false;
  std::vector<double> reals;
  std::vector<std::string> texts;  ///< of integers
};

Numbers read_numbers(const Type& type, std::span<const std::byte> data) {
  const ElementType element = element_type(type);
  const std::size_t count = data.size() / bytes_of(element);
  Numbers out;
  out.real = type.isFloatingPoint();
  if (out.real) {
    out.reals.resize(count);
    from_elements(data.data(), element, count, out.reals.data(), TypeTraits::make<double>());
  } else if (type == UNSIGNED_LONGLONG) {
    std::vector<std::uint64_t> values(count);
    from_elements(data.data(), element, count, values.data(), TypeTraits::make<std::uint64_t>());
    for (const std::uint64_t value : values) out.texts.push_back(std::to_string(value));
  } else {
    std::vector<std::int64_t> values(count);
    from_elements(data.data(), element, count, values.data(), TypeTraits::make<std::int64_t>());
    for (const std::int64_t value : values) out.texts.push_back(std::to_string(value));
  }
  return out;
}

/// Numbers far from 1 are read more easily with an exponent.
bool wants_exponent(const std::vector<double>& values) {
  double least = INFINITY;
  double most = 0;
  for (const double value : values) {
    const double size = std::fabs(value);
    if (!std::isfinite(size) || size == 0) continue;
    least = std::min(least, size);
    most = std::max(most, size);
  }
  return most >= 1e8 || (most > 0 && least < 1e-4);
}

std::vector<std::string> element_texts(const PrintJob& job, std::span<const std::byte> data) {
  Numbers numbers = read_numbers(job.type, data);
  if (!numbers.real) return std::move(numbers.texts);
  using Format = PrintTensorFmt::FloatFormat;
  Format format = job.format.floatFormat;
  if (format == Format::Auto) {
    format = wants_exponent(numbers.reals) ? Format::Scientific : Format::Fixed;
  }
  const int precision = std::max(0, static_cast<int>(job.format.digits) - 1);
  std::vector<std::string> texts;
  for (const double value : numbers.reals) {
    if (format == Format::Fixed) texts.push_back(weft::fixed(value, precision));
    if (format == Format::Scientific) texts.push_back(weft::scientific(value, precision));
    if (format == Format::None) texts.push_back(weft::general(value, precision + 1));
  }
  return texts;
}

/// Writes the dimensions one inside the other.
class Layout {
 public:
  Layout(const PrintJob& job, const std::vector<std::uint64_t>& shape,
         std::vector<std::string> texts)
      : format_(job.format), shape_(shape), texts_(std::move(texts)) {
    for (const std::string& text : texts_) width_ = std::max(width_, text.size());
    if (format_.floatFormat == PrintTensorFmt::FloatFormat::None) width_ = 0;
    abridged_ = texts_.size() > format_.summariseThreshold;
  }

  std::string text() {
    if (shape_.empty()) {
      out_ = texts_.empty() ? "" : texts_.front();
    } else {
      dimension(0, 0);
    }
    return out_;
  }

 private:
  /// Items of a dimension that are shown; `gap` stands for those that are not.
  static constexpr std::uint64_t gap = ~std::uint64_t{0};
  std::vector<std::uint64_t> shown(std::uint64_t length) const {
    std::vector<std::uint64_t> items;
    const std::uint64_t edge = format_.edgeItems;
    for (std::uint64_t i = 0; i < length; ++i) {
      if (!abridged_ || length <= 2 * edge + 1 || i < edge || i >= length - edge) {
        items.push_back(i);
      } else if (items.empty() || items.back() != gap) {
        items.push_back(gap);
      }
    }
    return items;
  }

  void dimension(std::size_t d, std::uint64_t first) {
    out_ += format_.openBracket;
    if (d + 1 == shape_.size()) {
      row(d, first);
    } else {
      const std::uint64_t step = elements_of(d + 1);
      for (const std::uint64_t i : shown(shape_[d])) {
        out_ += '\n' + std::string(d + 1, ' ');
        if (i == gap) {
          out_ += "...";
        } else {
          dimension(d + 1, first + i * step);
        }
      }
      out_ += '\n' + std::string(d, ' ');
    }
    out_ += format_.closeBracket;
  }

  void row(std::size_t d, std::uint64_t first) {
    std::size_t line = d + 1;
    bool begin = true;
    for (const std::uint64_t i : shown(shape_[d])) {
      std::string text = i == gap ? "..." : texts_[first + i];
      if (text.size() < width_) text.insert(0, width_ - text.size(), ' ');
      if (!begin && line + 1 + text.size() > format_.maxLineWidth) {
        out_ += '\n' + std::string(d + 1, ' ');
        line = d + 1;
      } else if (!begin) {
        out_ += format_.separator;
        ++line;
      }
      out_ += text;
      line += text.size();
      begin = false;
    }
  }

  std::uint64_t elements_of(std::size_t d) const {
    std::uint64_t count = 1;
    for (; d < shape_.size(); ++d) count *= shape_[d];
    return count;
  }

  const PrintTensorFmt& format_;
  const std::vector<std::uint64_t>& shape_;
  std::vector<std::string> texts_;
  std::size_t width_ = 0;
  bool abridged_ = false;
  std::string out_;
};

}  // namespace

std::string encode(const PrintJob& job) {
  const PrintTensorFmt& f = job.format;
  weft::TextStream out;
  out << job.title << separator << static_cast<int>(job.type.code()) << ' ' << f.summariseThreshold
      << ' ' << f.edgeItems << ' ' << f.maxLineWidth << ' ' << f.digits << ' '
      << static_cast<int>(f.floatFormat) << ' ' << static_cast<int>(f.separator) << ' '
      << static_cast<int>(f.openBracket) << ' ' << static_cast<int>(f.closeBracket);
  return out.str();
}

PrintJob decode(const std::string& name) {
  const std::size_t at = name.find(separator);
  PrintJob job;
  job.title = name.substr(0, at);
  if (at == std::string::npos) return job;
  std::istringstream in(name.substr(at + 1));
  in.imbue(std::locale::classic());
  int type = 0;
  int format = 0;
  int signs[3] = {};
  PrintTensorFmt& f = job.format;
  in >> type >> f.summariseThreshold >> f.edgeItems >> f.maxLineWidth >> f.digits >> format >>
      signs[0] >> signs[1] >> signs[2];
  job.type = Type(static_cast<Type::Code>(type));
  f.floatFormat = static_cast<PrintTensorFmt::FloatFormat>(format);
  f.separator = static_cast<char>(signs[0]);
  f.openBracket = static_cast<char>(signs[1]);
  f.closeBracket = static_cast<char>(signs[2]);
  return job;
}

std::string printed(const PrintJob& job, const std::vector<std::uint64_t>& shape,
                    std::span<const std::byte> data) {
  return job.title + ": " + Layout(job, shape, element_texts(job, data)).text() + "\n";
}

}  // namespace poplar::core

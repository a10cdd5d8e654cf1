// SPDX-License-Identifier: Apache-2.0
// Reads and computes a check's expression in one walk.
#include "cli/job/host_expression.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "base/number_text.hpp"
#include "cli/job/job_element.hpp"
#include "numerics/tsp_host.hpp"
#include "topology/suggest.hpp"

namespace weft::cli {

using numerics::VectorType;
using trace::ElementType;
using trace::Tensor;

namespace {

constexpr std::array<ElementType, 5> element_types = {
    ElementType::i8, ElementType::i16, ElementType::i32, ElementType::f16, ElementType::f32};

bool in_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '-';
}

/// The expression's words and signs.
std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && in_word(text[end])) ++end;
    if (end == at) ++end;
    if (text[at] != ' ') words.push_back(text.substr(at, end - at));
    at = end;
  }
  return words;
}

class Walk {
 public:
  Walk(const JobCheck& check, const HostArrays& arrays)
      : check_(check), arrays_(arrays), words_(words_of(check.expression)) {}

  Tensor whole() {
    Tensor value = expression(0);
    if (at_ != words_.size()) fail("has '" + words_[at_] + "' behind its end");
    return value;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const { check_.where.fail("expression", what); }

  std::string take() {
    if (at_ == words_.size()) fail("ends too soon");
    return words_[at_++];
  }
  void expect(const std::string& sign) {
    const std::string found = take();
    if (found != sign) fail("needs '" + sign + "' in place of '" + found + "'");
  }

  Tensor expression(std::uint32_t depth) {
    constexpr std::uint32_t deepest = 100;
    if (depth > deepest) fail("is nested too deeply");
    const std::string word = take();
    if (at_ == words_.size() || words_[at_] != "(") return array(word);
    ++at_;
    if (word == "fill") return fill();
    Tensor a = expression(depth + 1);
    if (word == "convert") {
      expect(",");
      const VectorType type = vector_type();
      expect(")");
      return convert(type, a);
    }
    if (word == "largest" || word == "lane_sum" || word == "total") {
      expect(")");
      if (word == "lane_sum") return lane_sum(std::move(a));
      return word == "total" ? total(std::move(a)) : largest(std::move(a));
    }
    if (word == "part") return part(a);
    const auto operation = numerics::find_vector_operation(word);
    if (word != "matmul" && !operation) unknown(word);
    if (operation && numerics::traits_of(*operation).operands == 1) {
      expect(")");
      return apply(*operation, a, a);
    }
    expect(",");
    const Tensor b = expression(depth + 1);
    expect(")");
    return operation ? apply(*operation, a, b) : matmul(a, b);
  }

  [[noreturn]] void unknown(const std::string& word) const {
    std::vector<std::string> known = {"fill",   "convert", "largest", "lane_sum",
                                      "matmul", "part",    "total"};
    using numerics::VectorOperation;
    for (unsigned i = 0; i < static_cast<unsigned>(VectorOperation::count_); ++i) {
      known.emplace_back(numerics::traits_of(static_cast<VectorOperation>(i)).name);
    }
    fail("has no function '" + word + "'" + topology::did_you_mean(word, known));
  }

  Tensor array(const std::string& word) const {
    const auto found = arrays_.find(word);
    if (found != arrays_.end()) return found->second;
    std::vector<std::string> known;
    for (const auto& [name, tensor] : arrays_) known.push_back(name);
    fail("names '" + word + "', which no command copies in" + topology::did_you_mean(word, known));
  }

  VectorType vector_type() {
    const std::string word = take();
    const auto type = numerics::find_vector_type(word);
    if (!type) fail("has no type '" + word + "'");
    return *type;
  }
  VectorType type_of(const Tensor& tensor) const {
    const auto found = std::find(element_types.begin(), element_types.end(), tensor.type);
    if (found == element_types.end()) {
      fail("can't compute with " + std::string(trace::name_of(tensor.type)));
    }
    return static_cast<VectorType>(found - element_types.begin());
  }
  static ElementType element_of(VectorType type) {
    return element_types.at(static_cast<std::size_t>(type));
  }
  Tensor shaped(VectorType type, std::vector<std::uint64_t> shape) const {
    Tensor out{element_of(type), std::move(shape), {}};
    if (has_values()) out.bytes.resize(out.elements() * trace::size_bytes(out.type));
    return out;
  }
  bool has_values() const {
    return std::all_of(arrays_.begin(), arrays_.end(),
                       [](const auto& one) { return !one.second.bytes.empty(); });
  }

  Tensor fill() {
    const auto value = real_of(take());
    if (!value) fail("fills with what is no number");
    expect(",");
    const VectorType type = vector_type();
    std::vector<std::uint64_t> shape;
    std::uint64_t elements = 1;
    while (take() == ",") {
      const auto extent = whole_of(take());
      constexpr std::uint64_t most = 1U << 28U;
      if (!extent || *extent == 0 || *extent > most / elements) fail("fills no such shape");
      elements *= *extent;
      shape.push_back(*extent);
    }
    --at_;
    expect(")");
    Tensor out = shaped(type, std::move(shape));
    const std::size_t size = trace::size_bytes(out.type);
    for (std::size_t i = 0; i < out.bytes.size(); i += size) {
      if (!store_number(*value, out.type, out.bytes.data() + i)) {
        fail("fills with what is no " + std::string(trace::name_of(out.type)));
      }
    }
    return out;
  }

  Tensor convert(VectorType type, const Tensor& a) const {
    Tensor out = shaped(type, a.shape);
    numerics::tsp::host_convert(type_of(a), a.bytes, type, out.bytes);
    return out;
  }

  /// Whether `small` can be repeated to be like `large`.
  static bool repeats(const Tensor& small, const Tensor& large) {
    if (small.elements() == 1) return true;
    return small.shape.size() <= large.shape.size() &&
           std::equal(small.shape.rbegin(), small.shape.rend(), large.shape.rbegin());
  }

  Tensor apply(numerics::VectorOperation operation, const Tensor& a, const Tensor& b) const {
    const auto& traits = numerics::traits_of(operation);
    const VectorType type = type_of(a);
    const bool takes = numerics::is_float(type) ? traits.floats : traits.integers;
    if (a.type != b.type || !takes || !(repeats(a, b) || repeats(b, a))) {
      fail("has " + std::string(traits.name) + " of " + trace::describe(a) +
           (traits.operands == 2 ? " and " + trace::describe(b) : ""));
    }
    Tensor out = shaped(type, a.elements() >= b.elements() ? a.shape : b.shape);
    numerics::tsp::host_apply(operation, type, a.bytes, b.bytes, out.bytes);
    return out;
  }

  Tensor matmul(const Tensor& a, const Tensor& b) const {
    const bool whole = a.type == ElementType::i8 || a.type == ElementType::i32;
    const bool real = a.type == ElementType::f16 || a.type == ElementType::f32;
    if (a.type != b.type || !(whole || real) || a.shape.empty() || b.shape.size() != 2 ||
        a.shape.back() != b.shape[0]) {
      fail("has matmul of " + trace::describe(a) + " and " + trace::describe(b));
    }
    std::vector<std::uint64_t> shape = a.shape;
    shape.back() = b.shape[1];
    Tensor out = shaped(whole ? VectorType::i32 : VectorType::f32, std::move(shape));
    numerics::tsp::host_matmul(type_of(a), a.bytes, b.bytes, b.shape[0], b.shape[1], out.bytes);
    return out;
  }

  Tensor largest(Tensor a) const {
    const std::uint64_t row = a.shape.empty() ? 1 : a.shape.back();
    numerics::tsp::host_largest(type_of(a), row, a.bytes);
    return a;
  }

  Tensor total(Tensor a) const {
    if (a.type != ElementType::i32 || a.shape.empty()) fail("has total of " + trace::describe(a));
    numerics::tsp::host_total(a.shape[0], a.bytes);
    return a;
  }

  /// Behind the tensor: axis, first, count.
  Tensor part(const Tensor& a) {
    std::array<std::uint64_t, 3> numbers{};
    for (std::uint64_t& number : numbers) {
      expect(",");
      const auto value = whole_of(take());
      if (!value) fail("has a part that is told by no numbers");
      number = *value;
    }
    expect(")");
    const auto [axis, first, count] = numbers;
    if (axis >= a.shape.size() || count == 0 || first >= a.shape[axis] ||
        count > a.shape[axis] - first) {
      fail("has a part of " + trace::describe(a) + " that is not there");
    }
    std::uint64_t inner = trace::size_bytes(a.type);
    for (std::size_t i = axis + 1; i < a.shape.size(); ++i) inner *= a.shape[i];
    Tensor out{a.type, a.shape, {}};
    out.shape[axis] = count;
    for (std::uint64_t at = first * inner; at < a.bytes.size(); at += a.shape[axis] * inner) {
      const auto begin = a.bytes.begin() + static_cast<std::ptrdiff_t>(at);
      out.bytes.insert(out.bytes.end(), begin, begin + static_cast<std::ptrdiff_t>(count * inner));
    }
    return out;
  }

  Tensor lane_sum(Tensor a) const {
    if (type_of(a) != VectorType::f32) fail("has lane_sum of " + trace::describe(a));
    numerics::tsp::host_lane_sum(a.shape.empty() ? 1 : a.shape.back(), a.bytes);
    return a;
  }

  const JobCheck& check_;
  const HostArrays& arrays_;
  std::vector<std::string> words_;
  std::size_t at_ = 0;
};

}  // namespace

bool names(const std::string& expression, const std::string& name) {
  const std::vector<std::string> words = words_of(expression);
  return std::find(words.begin(), words.end(), name) != words.end();
}

Tensor computed(const JobCheck& check, const HostArrays& arrays) {
  return Walk(check, arrays).whole();
}

}  // namespace weft::cli

// SPDX-License-Identifier: Apache-2.0
// popops: partials combined to one value an output.

#include "operations.hpp"
#include "poplar/Vertex.hpp"
#include "popops/Operation.hpp"
#include "split.hpp"

using namespace poplar;

namespace weft::library {

using popops::Operation;

/// Sums of halves are formed in float.
template <class T>
using Accumulator = std::conditional_t<std::is_same_v<T, half>, float, T>;

/// What an element contributes.
template <Operation op, class T>
T contribution(T x) {
  if constexpr (op == Operation::SQUARE_ADD) {
    return binary<BinaryOpType::MULTIPLY>(x, x);
  } else {
    return x;
  }
}

template <class T>
T log_add(T a, T b) {
  if constexpr (std::is_same_v<T, float>) {
    const double high = static_cast<double>(larger(a, b));
    const double low = static_cast<double>(smaller(a, b));
    if (high == low && std::isinf(high)) return static_cast<float>(high);
    return static_cast<float>(high + log1p(elementary::exp(low - high)));
  } else {
    fault("sums of logarithms are for floating-point numbers");
  }
}

template <Operation op, class T>
T combined(T a, T b) {
  constexpr bool boolean = is_boolean<T>;
  if constexpr (op == Operation::LOGICAL_AND) return a != T{} && b != T{};
  if constexpr (op == Operation::LOGICAL_OR) return a != T{} || b != T{};
  if constexpr (op == Operation::LOG_ADD) return log_add(a, b);
  if constexpr (boolean) {
    fault("booleans are reduced by LOGICAL_AND and LOGICAL_OR only");
  } else {
    if constexpr (op == Operation::MUL) return binary<BinaryOpType::MULTIPLY>(a, b);
    if constexpr (op == Operation::MIN) return binary<BinaryOpType::MINIMUM>(a, b);
    if constexpr (op == Operation::MAX) return binary<BinaryOpType::MAXIMUM>(a, b);
    return binary<BinaryOpType::ADD>(a, b);
  }
}

/// Outputs [begin, end) of `width`; the partials of one output lie one after the other.
template <Operation op, class In, class Out>
void reduce_rows(const In* in, std::uint32_t partials, Out* out, Share share) {
  using Sum = Accumulator<In>;
  for (std::uint32_t o = share.begin; o < share.end; ++o) {
    const In* row = in + static_cast<std::size_t>(o) * partials;
    Sum sum = contribution<op>(static_cast<Sum>(row[0]));
    for (std::uint32_t p = 1; p < partials; ++p) {
      sum = combined<op>(sum, contribution<op>(static_cast<Sum>(row[p])));
    }
    out[o] = static_cast<Out>(sum);
  }
}

/// The same where the partials of one output lie `width` elements apart.
template <Operation op, class In, class Out>
void reduce_columns(const In* in, std::uint32_t partials, Out* out, std::uint32_t width,
                    Share share) {
  using Sum = Accumulator<In>;
  constexpr std::uint32_t block = 16;
  Sum sums[block];
  for (std::uint32_t o = share.begin; o < share.end; o += block) {
    const std::uint32_t count = share.end - o < block ? share.end - o : block;
    for (std::uint32_t j = 0; j < count; ++j) {
      sums[j] = contribution<op>(static_cast<Sum>(in[o + j]));
    }
    for (std::uint32_t p = 1; p < partials; ++p) {
      const In* row = in + static_cast<std::size_t>(p) * width + o;
      for (std::uint32_t j = 0; j < count; ++j) {
        sums[j] = combined<op>(sums[j], contribution<op>(static_cast<Sum>(row[j])));
      }
    }
    for (std::uint32_t j = 0; j < count; ++j) out[o + j] = static_cast<Out>(sums[j]);
  }
}

template <class In, class Out>
void reduce(Operation op, bool continuous, const In* in, std::uint32_t partials, Out* out,
            std::uint32_t width, Share share) {
  const auto run = [&](auto constant) {
    constexpr Operation operation = decltype(constant)::value;
    if (continuous) {
      reduce_rows<operation>(in, partials, out, share);
    } else {
      reduce_columns<operation>(in, partials, out, width, share);
    }
  };
  switch (op) {
    case Operation::ADD:
      return run(std::integral_constant<Operation, Operation::ADD>{});
    case Operation::MUL:
      return run(std::integral_constant<Operation, Operation::MUL>{});
    case Operation::MIN:
      return run(std::integral_constant<Operation, Operation::MIN>{});
    case Operation::MAX:
      return run(std::integral_constant<Operation, Operation::MAX>{});
    case Operation::LOGICAL_AND:
      return run(std::integral_constant<Operation, Operation::LOGICAL_AND>{});
    case Operation::LOGICAL_OR:
      return run(std::integral_constant<Operation, Operation::LOGICAL_OR>{});
    case Operation::SQUARE_ADD:
      return run(std::integral_constant<Operation, Operation::SQUARE_ADD>{});
    case Operation::LOG_ADD:
      return run(std::integral_constant<Operation, Operation::LOG_ADD>{});
  }
}

}  // namespace weft::library

namespace popops {

/// Row r of `out` from row r of `in`, which holds a whole number of partials for each output. The
/// workers share the outputs of all rows.
template <typename In, typename Out>
class Reduce : public MultiVertex {
 public:
  Vector<Input<Vector<In>>> in;
  Vector<Output<Vector<Out>>> out;
  unsigned op;
  bool continuous;

  bool compute(unsigned worker) {
    unsigned outputs = 0;
    for (unsigned row = 0; row < out.size(); ++row) outputs += out[row].size();
    const auto all = weft::library::share_of(outputs, worker, numWorkers());
    unsigned before = 0;
    for (unsigned row = 0; row < out.size(); ++row) {
      const unsigned width = out[row].size();
      const unsigned begin = all.begin > before ? all.begin - before : 0;
      const unsigned end = all.end < before + width ? all.end - before : width;
      if (all.end > before && begin < end) {
        weft::library::reduce(static_cast<Operation>(op), continuous, in[row].data(),
                              in[row].size() / width, out[row].data(), width,
                              weft::library::Share{begin, end});
      }
      before += width;
    }
    return true;
  }
};

template class Reduce<float, float>;
template class Reduce<float, half>;
template class Reduce<half, float>;
template class Reduce<half, half>;
template class Reduce<int, int>;
template class Reduce<unsigned, unsigned>;
template class Reduce<bool, bool>;

}  // namespace popops

// SPDX-License-Identifier: Apache-2.0
// poprand: random numbers that are functions of seed, modifier and place in the tensor.

#include <cmath>
#include <cstdint>
#include <type_traits>

#include "poplar/Vertex.hpp"
#include "special.hpp"
#include "split.hpp"

using namespace poplar;

namespace weft::library {

/// Independent 64-bit numbers of a stream: element `place`, draw 0, 1, ...
class Draws {
 public:
  Draws(const unsigned* seed, unsigned modifier, unsigned place) {
    state_ = mix(seed[0] | static_cast<std::uint64_t>(seed[1]) << 32U);
    state_ = mix(state_ ^ mix(modifier + 0x9e3779b97f4a7c15ULL));
    state_ = mix(state_ ^ mix(place + 0xd1b54a32d192ed03ULL));
  }
  std::uint64_t bits() {
    state_ += 0x9e3779b97f4a7c15ULL;
    return mix(state_);
  }
  /// In [0, 1), a multiple of 2^-24, so that it is a float.
  double uniform() { return static_cast<double>(bits() >> 40U) * 0x1p-24; }
  /// Of mean 0 and deviation 1: Box and Muller.
  double normal() {
    const double radius = (static_cast<double>(bits() >> 40U) + 1.0) * 0x1p-24;
    const double angle = 6.283185307179586 * uniform();
    return std::sqrt(-2.0 * elementary::log(radius)) * elementary::cos(angle);
  }

 private:
  /// The finaliser of splitmix64.
  static std::uint64_t mix(std::uint64_t x) {
    x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27U)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31U);
  }
  std::uint64_t state_;
};

enum class Distribution : unsigned { uniform, log_uniform, bernoulli, normal, truncated_normal };

/// One number; what a and b are depends on the distribution.
inline double drawn(Distribution distribution, Draws& draws, double a, double b, double limit) {
  switch (distribution) {
    case Distribution::uniform:
      return a + (b - a) * draws.uniform();
    case Distribution::log_uniform:
      return elementary::exp(a + (b - a) * draws.uniform());
    case Distribution::bernoulli:
      return draws.uniform() < a ? 1.0 : 0.0;
    case Distribution::normal:
      return a + b * draws.normal();
    case Distribution::truncated_normal: {
      double x = draws.normal();
      for (int turn = 0; turn < 64 && std::fabs(x) > limit; ++turn) x = draws.normal();
      if (std::fabs(x) > limit) x = std::copysign(limit, x);
      return a + b * x;
    }
  }
  return 0.0;
}

}  // namespace weft::library

namespace poprand {

/// out[i] belongs to element first + i of the tensor.
template <typename T>
class Random : public MultiVertex {
 public:
  Output<Vector<T>> out;
  Input<Vector<unsigned>> seed;
  unsigned modifier;
  unsigned first;
  unsigned distribution;
  float a;
  float b;
  float limit;
  long long least;
  unsigned long long count;

  bool compute(unsigned worker) {
    using namespace weft::library;
    const auto share = share_of(out.size(), worker, numWorkers());
    for (unsigned i = share.begin; i < share.end; ++i) {
      Draws draws(seed.data(), modifier, first + i);
      const auto kind = static_cast<Distribution>(distribution);
      if constexpr (std::is_integral_v<T>) {
        if (kind == Distribution::uniform) {
          out[i] = whole(draws);
          continue;
        }
      }
      out[i] = static_cast<T>(static_cast<float>(drawn(kind, draws, a, b, limit)));
    }
    return true;
  }

 private:
  /// One of `count` whole numbers from `least` on; at most 2^32.
  T whole(weft::library::Draws& draws) const {
    const std::uint64_t turn = ((draws.bits() >> 32U) * count) >> 32U;
    return static_cast<T>(least + static_cast<long long>(turn));
  }
};

/// out[i] = in[i] * scale with probability `keep`, else 0.
template <typename T>
class Dropout : public MultiVertex {
 public:
  Input<Vector<T>> in;
  Output<Vector<T>> out;
  Input<Vector<unsigned>> seed;
  unsigned modifier;
  unsigned first;
  float keep;
  float scale;

  bool compute(unsigned worker) {
    const auto share = weft::library::share_of(out.size(), worker, numWorkers());
    for (unsigned i = share.begin; i < share.end; ++i) {
      weft::library::Draws draws(seed.data(), modifier, first + i);
      const bool kept = draws.uniform() < static_cast<double>(keep);
      out[i] = kept ? static_cast<T>(static_cast<float>(in[i]) * scale) : static_cast<T>(0.0F);
    }
    return true;
  }
};

/// Counts a seed of the graph's own on.
class NextSeed : public Vertex {
 public:
  InOut<Vector<unsigned>> seed;

  bool compute() {
    if (++seed[0] == 0) ++seed[1];
    return true;
  }
};

template class Random<float>;
template class Random<half>;
template class Random<int>;
template class Random<unsigned>;
template class Dropout<float>;
template class Dropout<half>;

}  // namespace poprand

// SPDX-License-Identifier: Apache-2.0
// popops: elements converted to another type.

#include <cstdint>
#include <limits>
#include <type_traits>

#include "poplar/Vertex.hpp"
#include "split.hpp"

using namespace poplar;

namespace weft::library {

/// Towards zero; what the type cannot hold becomes the nearest that it can; NaN becomes 0.
template <class Out>
Out integer_from(float x) {
  constexpr auto least = std::numeric_limits<Out>::min();
  constexpr auto most = std::numeric_limits<Out>::max();
  if (x != x) return Out{0};
  if (static_cast<double>(x) <= static_cast<double>(least)) return least;
  if (static_cast<double>(x) >= static_cast<double>(most)) return most;
  return static_cast<Out>(x);
}

template <class Out, class In>
Out converted(In x) {
  constexpr bool from_floating = std::is_same_v<In, float> || std::is_same_v<In, half>;
  constexpr bool to_floating = std::is_same_v<Out, float> || std::is_same_v<Out, half>;
  if constexpr (std::is_same_v<Out, bool>) {
    if constexpr (from_floating) return static_cast<float>(x) != 0.0F;
    return x != In{};
  } else if constexpr (from_floating && !to_floating) {
    return integer_from<Out>(static_cast<float>(x));
  } else if constexpr (std::is_same_v<Out, half> && !from_floating) {
    return static_cast<half>(static_cast<double>(x));  // rounded once
  } else {
    return static_cast<Out>(x);
  }
}

}  // namespace weft::library

namespace popops {

template <typename In, typename Out>
class Cast1D : public MultiVertex {
 public:
  Input<Vector<In>> in;
  Output<Vector<Out>> out;

  bool compute(unsigned worker) {
    const auto share = weft::library::share_of(out.size(), worker, numWorkers());
    const In* from = in.data();
    Out* to = out.data();
    for (unsigned i = share.begin; i < share.end; ++i) {
      to[i] = weft::library::converted<Out>(from[i]);
    }
    return true;
  }
};

/// The same, row by row.
template <typename In, typename Out>
class Cast2D : public Vertex {
 public:
  Vector<Input<Vector<In>>> in;
  Vector<Output<Vector<Out>>> out;

  bool compute() {
    for (unsigned row = 0; row < out.size(); ++row) {
      const In* from = in[row].data();
      Out* to = out[row].data();
      const unsigned size = out[row].size();
      for (unsigned i = 0; i < size; ++i) to[i] = weft::library::converted<Out>(from[i]);
    }
    return true;
  }
};

template class Cast1D<float, half>;
template class Cast1D<float, int>;
template class Cast1D<float, unsigned>;
template class Cast1D<float, bool>;
template class Cast1D<half, float>;
template class Cast1D<half, int>;
template class Cast1D<half, unsigned>;
template class Cast1D<half, bool>;
template class Cast1D<int, float>;
template class Cast1D<int, half>;
template class Cast1D<int, unsigned>;
template class Cast1D<int, bool>;
template class Cast1D<unsigned, float>;
template class Cast1D<unsigned, half>;
template class Cast1D<unsigned, int>;
template class Cast1D<unsigned, bool>;
template class Cast1D<bool, float>;
template class Cast1D<bool, half>;
template class Cast1D<bool, int>;
template class Cast1D<bool, unsigned>;
template class Cast1D<float, short>;
template class Cast1D<float, unsigned short>;
template class Cast1D<float, char>;
template class Cast1D<float, signed char>;
template class Cast1D<float, unsigned char>;
template class Cast1D<half, short>;
template class Cast1D<half, unsigned short>;
template class Cast1D<half, char>;
template class Cast1D<half, signed char>;
template class Cast1D<half, unsigned char>;
template class Cast1D<int, short>;
template class Cast1D<int, unsigned short>;
template class Cast1D<int, char>;
template class Cast1D<int, signed char>;
template class Cast1D<int, unsigned char>;
template class Cast1D<unsigned, short>;
template class Cast1D<unsigned, unsigned short>;
template class Cast1D<unsigned, char>;
template class Cast1D<unsigned, signed char>;
template class Cast1D<unsigned, unsigned char>;
template class Cast1D<bool, short>;
template class Cast1D<bool, unsigned short>;
template class Cast1D<bool, char>;
template class Cast1D<bool, signed char>;
template class Cast1D<bool, unsigned char>;
template class Cast1D<short, float>;
template class Cast1D<short, half>;
template class Cast1D<short, int>;
template class Cast1D<short, unsigned>;
template class Cast1D<short, bool>;
template class Cast1D<unsigned short, float>;
template class Cast1D<unsigned short, half>;
template class Cast1D<unsigned short, int>;
template class Cast1D<unsigned short, unsigned>;
template class Cast1D<unsigned short, bool>;
template class Cast1D<char, float>;
template class Cast1D<char, half>;
template class Cast1D<char, int>;
template class Cast1D<char, unsigned>;
template class Cast1D<char, bool>;
template class Cast1D<signed char, float>;
template class Cast1D<signed char, half>;
template class Cast1D<signed char, int>;
template class Cast1D<signed char, unsigned>;
template class Cast1D<signed char, bool>;
template class Cast1D<unsigned char, float>;
template class Cast1D<unsigned char, half>;
template class Cast1D<unsigned char, int>;
template class Cast1D<unsigned char, unsigned>;
template class Cast1D<unsigned char, bool>;
template class Cast2D<float, half>;
template class Cast2D<float, int>;
template class Cast2D<float, unsigned>;
template class Cast2D<float, bool>;
template class Cast2D<half, float>;
template class Cast2D<half, int>;
template class Cast2D<half, unsigned>;
template class Cast2D<half, bool>;
template class Cast2D<int, float>;
template class Cast2D<int, half>;
template class Cast2D<int, unsigned>;
template class Cast2D<int, bool>;
template class Cast2D<unsigned, float>;
template class Cast2D<unsigned, half>;
template class Cast2D<unsigned, int>;
template class Cast2D<unsigned, bool>;
template class Cast2D<bool, float>;
template class Cast2D<bool, half>;
template class Cast2D<bool, int>;
template class Cast2D<bool, unsigned>;
template class Cast2D<float, short>;
template class Cast2D<float, unsigned short>;
template class Cast2D<float, char>;
template class Cast2D<float, signed char>;
template class Cast2D<float, unsigned char>;
template class Cast2D<half, short>;
template class Cast2D<half, unsigned short>;
template class Cast2D<half, char>;
template class Cast2D<half, signed char>;
template class Cast2D<half, unsigned char>;
template class Cast2D<int, short>;
template class Cast2D<int, unsigned short>;
template class Cast2D<int, char>;
template class Cast2D<int, signed char>;
template class Cast2D<int, unsigned char>;
template class Cast2D<unsigned, short>;
template class Cast2D<unsigned, unsigned short>;
template class Cast2D<unsigned, char>;
template class Cast2D<unsigned, signed char>;
template class Cast2D<unsigned, unsigned char>;
template class Cast2D<bool, short>;
template class Cast2D<bool, unsigned short>;
template class Cast2D<bool, char>;
template class Cast2D<bool, signed char>;
template class Cast2D<bool, unsigned char>;
template class Cast2D<short, float>;
template class Cast2D<short, half>;
template class Cast2D<short, int>;
template class Cast2D<short, unsigned>;
template class Cast2D<short, bool>;
template class Cast2D<unsigned short, float>;
template class Cast2D<unsigned short, half>;
template class Cast2D<unsigned short, int>;
template class Cast2D<unsigned short, unsigned>;
template class Cast2D<unsigned short, bool>;
template class Cast2D<char, float>;
template class Cast2D<char, half>;
template class Cast2D<char, int>;
template class Cast2D<char, unsigned>;
template class Cast2D<char, bool>;
template class Cast2D<signed char, float>;
template class Cast2D<signed char, half>;
template class Cast2D<signed char, int>;
template class Cast2D<signed char, unsigned>;
template class Cast2D<signed char, bool>;
template class Cast2D<unsigned char, float>;
template class Cast2D<unsigned char, half>;
template class Cast2D<unsigned char, int>;
template class Cast2D<unsigned char, unsigned>;
template class Cast2D<unsigned char, bool>;

}  // namespace popops

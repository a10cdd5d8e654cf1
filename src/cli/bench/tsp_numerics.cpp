// SPDX-License-Identifier: Apache-2.0
// The arithmetic of the TSP: passes of its matrix unit over layers of ResNet-50 beside a bare loop
// nest over the same layers, and its vector operations beside a bare loop.
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "base/mix.hpp"
#include "cli/bench/groups.hpp"
#include "comm/communicator.hpp"
#include "numerics/tsp_products.hpp"
#include "numerics/tsp_vector.hpp"

namespace weft::cli::bench {
namespace {

using namespace numerics::tsp;
using numerics::Half;
using numerics::VectorOperation;
using numerics::VectorType;

/// A layer as a product: output pixels, taps x channels in, channels out.
struct Layer {
  std::size_t pixels;
  std::size_t depth;
  std::size_t channels;
  double products() const {
    return static_cast<double>(pixels) * static_cast<double>(depth) * static_cast<double>(channels);
  }
};
// The 3 x 3 convolutions of conv2_x to conv5_x, and the 1 x 1 before one of conv4_x.
constexpr std::array<Layer, 5> layers = {
    {{3136, 576, 64}, {784, 1152, 128}, {196, 2304, 256}, {49, 4608, 512}, {196, 1024, 256}}};

std::size_t tiles_of(std::size_t size, std::size_t tile) { return (size + tile - 1) / tile; }

/// Numbers of a kind, the same in every run.
template <typename T>
class Draw {
 public:
  explicit Draw(bool any_bits = false) : any_bits_(any_bits) {}
  T operator()() {
    const std::uint64_t word = mix(++state_);
    if constexpr (std::is_same_v<T, std::int8_t>) return static_cast<T>(word);
    if constexpr (std::is_same_v<T, Half>) {
      const auto bits = static_cast<Half>(word);
      if (any_bits_) return (bits & 0x7c00U) == 0x7c00U ? static_cast<Half>(bits & 0xbfffU) : bits;
      double sum = 0;  // about normal, deviation 1
      for (unsigned i = 0; i < 4; ++i) {
        sum += static_cast<double>(word >> (16U * i) & 0xffffU) * 0x1p-16 - 0.5;
      }
      return numerics::half_from_double(sum * 1.732);
    }
  }

 private:
  bool any_bits_;
  std::uint64_t state_ = 0;
};

/// `elements` elements whose first `lanes` lanes are drawn, the others zero.
template <typename T>
DeviceArray<std::byte> drawn_run(Draw<T>& draw, std::size_t elements, std::size_t lanes) {
  std::vector<std::byte> run(elements * sizeof(T) * lane_count);
  for (std::size_t i = 0; i < elements; ++i) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      store_lane(run.data() + i * sizeof(T) * lane_count, lane, draw());
    }
  }
  return device_array("bench", std::span<const std::byte>(run));
}

/// The best of three turns: others use the machine too.
double seconds_of(const std::function<void()>& body) {
  double best = 1e300;
  for (int turn = 0; turn < 3; ++turn) {
    const double start = cpu_seconds();
    body();
    fence();
    best = std::min(best, cpu_seconds() - start);
  }
  return std::max(best, 1e-6);
}

struct Int8 {
  using Number = std::int8_t;
  using Bare = std::int8_t;
  using Sum = std::int32_t;
  static constexpr std::size_t depth = int8_depth;
  static constexpr std::size_t depth_of_run = int8_depth;

  void pass(const std::byte* activations, std::size_t /*tile*/, std::size_t count, Sum* sums,
            Sums mode) {
    int8_pass(weights, activations, count, sums, mode);
  }
  Int8Weights weights;
};

struct Fp16 {
  using Number = Half;
  using Bare = float;
  using Sum = float;
  static constexpr std::size_t depth = fp16_depth;
  static constexpr std::size_t depth_of_run = lane_count;

  void pass(const std::byte* activations, std::size_t tile, std::size_t count, Sum* sums,
            Sums mode) {
    fp16_pass(weights, activations, tile % 2 == 0 ? LaneHalf::low : LaneHalf::high, count, sums,
              mode, counters);
  }
  Fp16Weights weights;
  DotCounters counters;
};

/// Seconds of the passes of a layer: for each tile of weights, install it and multiply all pixels.
template <typename Format>
double pass_seconds(const Layer& layer, Format& format) {
  Draw<typename Format::Number> draw;
  const std::size_t depth = tiles_of(layer.depth, Format::depth);
  const std::size_t wide = tiles_of(layer.channels, lane_count);
  std::vector<DeviceArray<std::byte>> activations;
  for (std::size_t k = 0; k < layer.depth; k += Format::depth_of_run) {
    activations.push_back(drawn_run(draw, layer.pixels, lane_count));
  }
  std::vector<DeviceArray<std::byte>> weights;
  for (std::size_t n = 0; n < wide; ++n) {
    const std::size_t lanes = std::min(lane_count, layer.channels - n * lane_count);
    for (std::size_t k = 0; k < depth; ++k)
      weights.push_back(drawn_run(draw, Format::depth, lanes));
  }
  const DeviceArray<typename Format::Sum> sums("sums", layer.pixels * lane_count);
  return seconds_of([&] {
    for (std::size_t n = 0; n < wide; ++n) {
      for (std::size_t k = 0; k < depth; ++k) {
        const std::size_t rows = std::min(Format::depth, layer.depth - k * Format::depth);
        format.weights.install(weights[n * depth + k].data(), rows);
        format.pass(activations[k * Format::depth / Format::depth_of_run].data(), k, layer.pixels,
                    sums.data(), k == 0 ? Sums::replace : Sums::add);
      }
    }
  });
}

/// The bare loop nest: numbers as plain arrays, sums of a pixel in a row.
template <typename T, typename Sum>
void nest(const Layer& layer, const T* activations, const T* weights, Sum* sums) {
  for (std::size_t i = 0; i < layer.pixels; ++i) {
    Sum* row = sums + i * layer.channels;
    std::fill_n(row, layer.channels, Sum{0});
    for (std::size_t k = 0; k < layer.depth; ++k) {
      const Sum a = activations[i * layer.depth + k];
      const T* w = weights + k * layer.channels;
      for (std::size_t n = 0; n < layer.channels; ++n) row[n] += a * static_cast<Sum>(w[n]);
    }
  }
}
/// The same with the sum over the depth inside and weights transposed.
template <typename T, typename Sum>
void nest_of_sums(const Layer& layer, const T* activations, const T* weights, Sum* sums) {
  for (std::size_t i = 0; i < layer.pixels; ++i) {
    for (std::size_t n = 0; n < layer.channels; ++n) {
      Sum sum = 0;
      for (std::size_t k = 0; k < layer.depth; ++k) {
        sum += static_cast<Sum>(activations[i * layer.depth + k]) *
               static_cast<Sum>(weights[n * layer.depth + k]);
      }
      sums[i * layer.channels + n] = sum;
    }
  }
}

/// Seconds of the faster of the two.
template <typename Format>
double bare_seconds(const Layer& layer) {
  using T = typename Format::Bare;
  using Sum = typename Format::Sum;
  std::vector<T> activations(layer.pixels * layer.depth);
  std::vector<T> weights(layer.depth * layer.channels);
  Draw<std::int8_t> draw;
  for (T& a : activations) a = static_cast<T>(draw());
  for (T& w : weights) w = static_cast<T>(draw());
  std::vector<Sum> sums(layer.pixels * layer.channels);
  const double rows =
      seconds_of([&] { nest(layer, activations.data(), weights.data(), sums.data()); });
  const double dots =
      seconds_of([&] { nest_of_sums(layer, activations.data(), weights.data(), sums.data()); });
  return std::min(rows, dots);
}

template <typename Format>
Row layers_row(const std::string& name, const std::string& against, bool quick) {
  Format format;
  double products = 0;
  double ours = 0;
  double bare = 0;
  for (const Layer& layer : std::span(layers).last(quick ? 1 : layers.size())) {
    products += layer.products();
    ours += pass_seconds(layer, format);
    bare += bare_seconds<Format>(layer);
  }
  return {name + " passes, ResNet-50 layers", products / ours / 1e9, "GMAC/s", against,
          bare / ours};
}

/// Whole passes on many elements, and for fp16 how their sums were found.
template <typename Format>
void whole_pass_rows(const std::string& name, bool any_bits, bool quick, std::vector<Row>& rows) {
  const std::size_t count = quick ? 64 : 2048;
  Format format;
  Draw<typename Format::Number> draw(any_bits);
  const auto activations = drawn_run(draw, count, lane_count);
  format.weights.install(drawn_run(draw, Format::depth, lane_count).data());
  const DeviceArray<typename Format::Sum> sums("sums", count * lane_count);
  const double seconds =
      seconds_of([&] { format.pass(activations.data(), 0, count, sums.data(), Sums::replace); });
  const auto products = static_cast<double>(count * Format::depth * lane_count);
  rows.push_back({name + " whole passes", products / seconds / 1e9, "GMAC/s", "", 0});
  if constexpr (std::is_same_v<Format, Fp16>) {
    const DotCounts counts = format.counters.read();
    rows.push_back(
        {name + " sums added exactly",
         100.0 * static_cast<double>(counts.by_exact_sum) / static_cast<double>(counts.all()),
         "% of the sums", "", 0});
  }
}

/// A vector operation beside a bare loop over arrays of the same values.
template <typename T, typename F>
Row vector_row(const std::string& name, const VectorCall& call, bool quick, const F& f) {
  const std::size_t count = quick ? 16 : 256;
  const std::size_t turns = quick ? 4 : 64;
  const std::vector<T> ones(count * lane_count, T{1});
  const auto values = device_array("values", std::span<const T>(ones));
  const DeviceArray<std::byte> a("a", run_bytes(call.type, count));
  const DeviceArray<std::byte> result("result", run_bytes(call.result_type, count));
  if constexpr (sizeof(T) > 1) to_planes(values.data(), count, a.data());
  const double ours = seconds_of([&] {
    for (std::size_t turn = 0; turn < turns; ++turn) {
      apply(call, count, a.data(), a.data(), result.data());
    }
  });
  std::vector<T> out(ones.size());
  const double bare = seconds_of([&] {
    for (std::size_t turn = 0; turn < turns; ++turn) {
      for (std::size_t i = 0; i < out.size(); ++i) out[i] = f(ones[i], out[i]);
    }
  });
  const auto all = static_cast<double>(turns * count * lane_count);
  return {name, all / ours / 1e9, "G lanes/s", "a bare loop over arrays", bare / ours};
}

}  // namespace

std::vector<Row> tsp_numerics(Context& context) {
  if (context.world.rank() != 0) return {};
  const bool quick = context.quick;
  std::vector<Row> rows = {layers_row<Int8>("int8", "a bare int8 loop nest", quick),
                           layers_row<Fp16>("fp16", "a bare fp32 loop nest", quick)};
  whole_pass_rows<Int8>("int8", false, quick, rows);
  whole_pass_rows<Fp16>("fp16", false, quick, rows);
  whole_pass_rows<Fp16>("fp16, any bits,", true, quick, rows);
  const auto sum = [](auto a, auto b) { return static_cast<decltype(a)>(a + b); };
  const auto same = [](VectorOperation operation, VectorType type) {
    return VectorCall{operation, type, type};
  };
  rows.push_back(
      vector_row<std::int8_t>("i8 add", same(VectorOperation::add, VectorType::i8), quick, sum));
  rows.push_back(
      vector_row<float>("f32 add", same(VectorOperation::add, VectorType::f32), quick, sum));
  rows.push_back(vector_row<std::int32_t>(
      "i32 to i8", {VectorOperation::convert, VectorType::i32, VectorType::i8}, quick, sum));
  rows.push_back(vector_row<float>("f32 exp", same(VectorOperation::exponential, VectorType::f32),
                                   quick,
                                   [](float a, float b) { return std::exp(a + b * 1e-9F); }));
  return rows;
}

}  // namespace weft::cli::bench

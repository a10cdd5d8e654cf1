// SPDX-License-Identifier: Apache-2.0
// fp32 multiply-add over arrays by the host's fused instruction, found at run time.
#include "numerics/array_parts.hpp"
#include "numerics/float32.hpp"

namespace weft::numerics {

#if defined(__x86_64__) && defined(__GNUC__)
namespace {

bool host_has_fma() {
  static const bool has =
      (__builtin_cpu_supports("fma") != 0) && (__builtin_cpu_supports("avx2") != 0);
  return has;
}

__attribute__((target("avx2,fma"))) void run_arrays(std::byte* out, const std::byte* z,
                                                    const std::byte* x, const std::byte* y,
                                                    std::size_t count) {
  WEFT_INDEPENDENT
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = i * sizeof(float);
    const float r = __builtin_fmaf(load<float>(x + at), load<float>(y + at), load<float>(z + at));
    store(out + at, r == r ? r : float_of(quiet_nan_bits));
  }
}

__attribute__((target("avx2,fma"))) void run_scalar(std::byte* out, const std::byte* z,
                                                    const std::byte* x, float y,
                                                    std::size_t count) {
  WEFT_INDEPENDENT
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = i * sizeof(float);
    const float r = __builtin_fmaf(load<float>(x + at), y, load<float>(z + at));
    store(out + at, r == r ? r : float_of(quiet_nan_bits));
  }
}

}  // namespace

bool apply_fmacs_by_instruction(const ArrayCall& c) {
  constexpr auto step = static_cast<std::ptrdiff_t>(sizeof(float));
  const FloatRules& rules = c.rules;
  if (!rules.fused_f32 || rules.flush_subnormals || !rules.canonical_nan) return false;
  const Source* s = c.sources;
  const bool fits = c.destination.stride_bytes == step && s[0].stride_bytes == step &&
                    s[1].stride_bytes == step &&
                    (s[2].stride_bytes == step || s[2].stride_bytes == 0);
  if (c.count == 0 || !fits || !host_has_fma()) return false;
  for (int i = 0; i < 3; ++i) {
    if (overlap<float, float>(c.destination, s[i], c.count)) return false;
  }
  if (s[2].stride_bytes == 0) {
    run_scalar(c.destination.data, s[0].data, s[1].data, load<float>(s[2].data), c.count);
  } else {
    run_arrays(c.destination.data, s[0].data, s[1].data, s[2].data, c.count);
  }
  return true;
}

#else

bool apply_fmacs_by_instruction(const ArrayCall&) { return false; }

#endif

}  // namespace weft::numerics

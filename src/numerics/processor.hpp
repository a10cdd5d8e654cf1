// SPDX-License-Identifier: Apache-2.0
// What the host's processor offers beyond what weft is compiled for. Private
// to this room, its tests and benchmarks.
#pragma once

// Functions marked WEFT_FOR_AVX2 are compiled for processors with AVX2, and called where
// host_has_avx2(). They compute the same bits as without the mark: there is no fused multiply-add
// in it, and no operation of ours depends on the width of a register.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__CUDACC__) && !defined(__HIPCC__)
#define WEFT_HAS_AVX2 1
#define WEFT_FOR_AVX2 __attribute__((target("avx2")))
#else
#define WEFT_HAS_AVX2 0
#endif

namespace weft::numerics {

/// False makes this process do without: tests and benchmarks compare. Not while kernels run.
inline bool avx2_is_allowed = true;

#if WEFT_HAS_AVX2
inline bool host_has_avx2() {
  static const bool has = __builtin_cpu_supports("avx2") != 0;
  return has && avx2_is_allowed;
}
#endif

}  // namespace weft::numerics

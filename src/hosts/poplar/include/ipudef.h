// SPDX-License-Identifier: Apache-2.0
// The IPU's vector types. Aligned to 8 bytes at most, as tile memory is, so that pointers into it
// may be cast to them.
#pragma once

#include <stdint.h>

#include "poplar/codelet/half_vector.hpp"

#define WEFT_VECTOR(type, name, bytes) \
  typedef type name __attribute__((vector_size(bytes), aligned(bytes < 8 ? bytes : 8), may_alias))

WEFT_VECTOR(float, float2, 8);
WEFT_VECTOR(float, float4, 16);
WEFT_VECTOR(int, int2, 8);
WEFT_VECTOR(int, int4, 16);
WEFT_VECTOR(unsigned int, uint2, 8);
WEFT_VECTOR(unsigned int, uint4, 16);
WEFT_VECTOR(short, short2, 4);
WEFT_VECTOR(short, short4, 8);
WEFT_VECTOR(short, short8, 16);
WEFT_VECTOR(unsigned short, ushort2, 4);
WEFT_VECTOR(unsigned short, ushort4, 8);
WEFT_VECTOR(unsigned short, ushort8, 16);
WEFT_VECTOR(signed char, char2, 2);
WEFT_VECTOR(signed char, char4, 4);
WEFT_VECTOR(signed char, char8, 8);
WEFT_VECTOR(unsigned char, uchar2, 2);
WEFT_VECTOR(unsigned char, uchar4, 4);
WEFT_VECTOR(unsigned char, uchar8, 8);
WEFT_VECTOR(long long, longlong2, 16);
WEFT_VECTOR(unsigned long long, ulonglong2, 16);
#undef WEFT_VECTOR

typedef weft::codelet::HalfVector<2> half2;
typedef weft::codelet::HalfVector<4> half4;
typedef weft::codelet::HalfVector<8> half8;

typedef signed char schar;
typedef unsigned char uchar;

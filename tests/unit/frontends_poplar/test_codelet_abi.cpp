// SPDX-License-Identifier: Apache-2.0
// What codelets are compiled against is what machines call: two headers, one layout.
#include <gtest/gtest.h>

#include <cstddef>

#include "hosts/poplar/include/poplar/codelet/abi.hpp"
#include "hosts/poplar/include/poplar/codelet/fault.hpp"
#include "program/ipu_codelet.hpp"

namespace {

namespace ours = weft::program::ipu;
namespace theirs = weft::codelet;

#define WEFT_SAME_SIZE(a, b) static_assert(sizeof(ours::a) == sizeof(theirs::b))
#define WEFT_SAME_PLACE(a, b, member) \
  static_assert(offsetof(ours::a, member) == offsetof(theirs::b, member))
#define WEFT_SAME_VALUE(type, value) \
  static_assert(static_cast<int>(ours::type::value) == static_cast<int>(theirs::type::value))

WEFT_SAME_SIZE(VectorReference, VectorReference);
WEFT_SAME_PLACE(VectorReference, VectorReference, data);
WEFT_SAME_PLACE(VectorReference, VectorReference, size);

WEFT_SAME_SIZE(FieldInfo, FieldInfo);
WEFT_SAME_PLACE(FieldInfo, FieldInfo, name);
WEFT_SAME_PLACE(FieldInfo, FieldInfo, role);
WEFT_SAME_PLACE(FieldInfo, FieldInfo, shape);
WEFT_SAME_PLACE(FieldInfo, FieldInfo, type);
WEFT_SAME_PLACE(FieldInfo, FieldInfo, layout);
WEFT_SAME_PLACE(FieldInfo, FieldInfo, offset);
WEFT_SAME_PLACE(FieldInfo, FieldInfo, bytes);
WEFT_SAME_PLACE(FieldInfo, FieldInfo, alignment);
WEFT_SAME_PLACE(FieldInfo, FieldInfo, interleaved);

WEFT_SAME_SIZE(CodeletContext, Context);
WEFT_SAME_PLACE(CodeletContext, Context, tile);
WEFT_SAME_PLACE(CodeletContext, Context, worker);
WEFT_SAME_PLACE(CodeletContext, Context, workers);
WEFT_SAME_PLACE(CodeletContext, Context, cycle);
WEFT_SAME_PLACE(CodeletContext, Context, after);
WEFT_SAME_PLACE(CodeletContext, Context, random);
WEFT_SAME_PLACE(CodeletContext, Context, stochastic_rounding);
WEFT_SAME_PLACE(CodeletContext, Context, math);
WEFT_SAME_PLACE(CodeletContext, Context, trap);

WEFT_SAME_SIZE(CodeletMath, Math);
WEFT_SAME_PLACE(CodeletMath, Math, exp);
WEFT_SAME_PLACE(CodeletMath, Math, exp2);
WEFT_SAME_PLACE(CodeletMath, Math, log);
WEFT_SAME_PLACE(CodeletMath, Math, log2);
WEFT_SAME_PLACE(CodeletMath, Math, sin);
WEFT_SAME_PLACE(CodeletMath, Math, cos);
WEFT_SAME_PLACE(CodeletMath, Math, tan);
WEFT_SAME_PLACE(CodeletMath, Math, tanh);
WEFT_SAME_PLACE(CodeletMath, Math, atan);
WEFT_SAME_PLACE(CodeletMath, Math, pow);

WEFT_SAME_SIZE(CodeletInfo, CodeletInfo);
WEFT_SAME_PLACE(CodeletInfo, CodeletInfo, name);
WEFT_SAME_PLACE(CodeletInfo, CodeletInfo, kind);
WEFT_SAME_PLACE(CodeletInfo, CodeletInfo, bytes);
WEFT_SAME_PLACE(CodeletInfo, CodeletInfo, alignment);
WEFT_SAME_PLACE(CodeletInfo, CodeletInfo, fields);
WEFT_SAME_PLACE(CodeletInfo, CodeletInfo, field_count);
WEFT_SAME_PLACE(CodeletInfo, CodeletInfo, construct);
WEFT_SAME_PLACE(CodeletInfo, CodeletInfo, compute);

WEFT_SAME_SIZE(CodeletModule, Module);
WEFT_SAME_PLACE(CodeletModule, Module, abi);
WEFT_SAME_PLACE(CodeletModule, Module, count);
WEFT_SAME_PLACE(CodeletModule, Module, codelets);
WEFT_SAME_PLACE(CodeletModule, Module, set_context);
static_assert(ours::codelet_abi == theirs::abi);

WEFT_SAME_VALUE(ElementType, boolean);
WEFT_SAME_VALUE(ElementType, unsigned_int);
WEFT_SAME_VALUE(ElementType, half);
WEFT_SAME_VALUE(ElementType, single);
WEFT_SAME_VALUE(VertexKind, worker);
WEFT_SAME_VALUE(VertexKind, multi);
WEFT_SAME_VALUE(VertexKind, supervisor);
WEFT_SAME_VALUE(FieldRole, input);
WEFT_SAME_VALUE(FieldRole, output);
WEFT_SAME_VALUE(FieldRole, in_out);
WEFT_SAME_VALUE(FieldRole, state);
WEFT_SAME_VALUE(FieldShape, scalar_edge);
WEFT_SAME_VALUE(FieldShape, vector);
WEFT_SAME_VALUE(FieldShape, vector_list);
WEFT_SAME_VALUE(FieldShape, state);
WEFT_SAME_VALUE(FieldLayout, span);
WEFT_SAME_VALUE(FieldLayout, one_ptr);
WEFT_SAME_VALUE(FieldLayout, scaled_ptr128);
WEFT_SAME_VALUE(FieldLayout, compact_delta_n);
WEFT_SAME_VALUE(FieldLayout, delta_n);

TEST(CodeletAbi, IsOne) { EXPECT_EQ(ours::codelet_abi, theirs::abi); }

}  // namespace

// SPDX-License-Identifier: Apache-2.0
// What a check has the host compute from the arrays that a job copies in, bit for bit as the
// machine's units do.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "cli/job/job.hpp"
#include "trace/tensor.hpp"

namespace weft::cli {

/// Arrays by the name that they were copied to.
using HostArrays = std::map<std::string, trace::Tensor>;

/// An array of a program that says itself what its arrays hold in the end, as the host computes it
/// from those that were copied in. Of arrays without bytes: type and shape only.
using HostValues = std::function<trace::Tensor(const HostArrays&, const std::string& array)>;

/// True where the expression uses array `name`.
bool names(const std::string& expression, const std::string& name);

/// The value of check.expression: `add(mul(x, a), b)`. A word is an array; functions are the vector
/// operations of numerics/tsp_operation.hpp, lane by lane (the smaller operand is repeated along
/// the leading axes), and
///   convert(x, f16)         to another type
///   matmul(a, w)            i8: exact in i32. f16: f32, exact over each 160 of K and rounded once,
///                           these added in their order
///   largest(x)              of the last axis, in each of its places
///   total(x)                i32: of the first axis, wrapping, in each of its places
///   part(x, 1, 320, 64)     of axis 1 the elements from 320 on, 64 of them
///   fill(1, f16, 320, 320)  a tensor of one number
/// Category::input, naming the key, for what is no such expression or does not fit. With arrays
/// that have no bytes the value has none: type and shape only.
trace::Tensor computed(const JobCheck& check, const HostArrays& arrays);

}  // namespace weft::cli

// SPDX-License-Identifier: Apache-2.0
// Codelets for tests of the IPU machine, written against the contract without a compiler at run
// time.
#pragma once

#include "program/ipu_codelet.hpp"

namespace weft::test {

/// Makes these findable by name, once a process:
///   Mix     Input<Vector<int>> in, Output<Vector<int>> out, int bias: out[i] = 3 in[i] + in[i+1] +
///   bias, and
///           bias grows by one each call (plain members keep their value)
///   Spread  multi vertex, InOut<Vector<int>> data: worker w adds w + 1 to elements w, w + 6 ...
///   Below   Input<int> value, Output<int> flag, int limit: flag = value < limit, both first
///   elements Fail    Input<int> value, int when: throws a CodeletFault when value == when; divides
///   by zero when
///           value == when + 1
void register_test_codelets();

}  // namespace weft::test

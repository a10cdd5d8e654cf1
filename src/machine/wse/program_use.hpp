// SPDX-License-Identifier: Apache-2.0
// What a program can meet of a WSE: which of the machine's constants its run rests on.
#pragma once

#include "machine/wse/constants.hpp"

namespace weft::machine::wse {

struct ProgramUse {
  bool scalar[operation_count][type_count] = {};
  bool math[math_count] = {};
  bool vector[vector_count] = {};
  bool vectors = false;           ///< any vector operation
  bool two_sources = false;       ///< of a vector operation: they may meet in a bank
  bool descriptor_loads = false;  ///< operands that are in no DSR
  bool mem4d = false;
  bool streams = false;   ///< vector operations with a fabric operand
  std::size_t tasks = 0;  ///< of the code with the most
  bool floats = false;
  bool routes = false;  ///< any color goes anywhere
  bool host_in = false;
  bool host_out = false;
};

ProgramUse use_of(const form::Program& program);

}  // namespace weft::machine::wse

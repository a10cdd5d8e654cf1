// SPDX-License-Identifier: Apache-2.0
// Which fields of a scalar instruction are registers, descriptors, tasks, targets: for whoever
// relocates, checks or prints code.
#pragma once

#include <cstdint>

#include "program/wse_operations.hpp"

namespace weft::program::wse {

/// Meaning of a field of an Instruction.
enum class Field : std::uint8_t { unused, input, output, descriptor };

/// Meaning of `immediate`.
enum class ImmediateField : std::uint8_t {
  unused,
  value,
  wide_constant,
  tile_constant,
  target,
  function,
  vector,
  task,
  type,
  math,
  message,
  register_load,  ///< bits: load_saves_address, load_of_constant
};

/// The fields of an operation. `b_may_be_immediate`: b may be `use_immediate`. `a_optional`: a may
/// be `no_register`. `d_optional` likewise.
struct Fields {
  Field d = Field::unused;
  Field a = Field::unused;
  Field b = Field::unused;
  ImmediateField immediate = ImmediateField::unused;
  bool b_may_be_immediate = false;
  bool a_optional = false;
  bool d_optional = false;
};

Fields fields_of(Operation operation);

}  // namespace weft::program::wse

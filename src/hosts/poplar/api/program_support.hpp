// SPDX-License-Identifier: Apache-2.0
// Programs of the API as steps of the front end.
#pragma once

#include <memory>
#include <poplar/Program.hpp>
#include <string>
#include <vector>

#include "frontends/poplar/step.hpp"

namespace poplar::core {

using weft::frontends::poplar::Step;
using weft::frontends::poplar::StepKind;
using weft::frontends::poplar::StepPointer;

/// The step of a program; a sequence of nothing for an empty one.
StepPointer step_of(const program::Program& program);
std::shared_ptr<Step> new_step(StepKind kind, std::string name = "");
/// Appends a program to a sequence, as Sequence::add does.
void append_step(program::Sequence& sequence, std::shared_ptr<Step> step);

/// What a print request carries in its name besides the title: how the tensor is to be written.
struct PrintJob {
  std::string title;
  Type type;
  PrintTensorFmt format;
};
std::string encode(const PrintJob& job);
PrintJob decode(const std::string& name);

}  // namespace poplar::core

// SPDX-License-Identifier: Apache-2.0
// A session as Python holds it: reopened by whoever needs it, told of errors as Python is.
#pragma once

#include <pybind11/pybind11.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/plan.hpp"
#include "hosts/runtime.hpp"

namespace weft::hosts::python {

/// Brings the ranks up, in rank 0's import of the module; the other ranks exit in here.
void start_ranks();

/// Ends the other ranks; at the interpreter's end, with the code of an interrupt or 0 for whatever
/// the process will exit with.
void interpreter_ends(bool interrupted);

/// The runtime of this process. Category::input outside the thread that imported the module, which
/// is the one that may communicate.
Runtime& runtime();
/// What summaries call the program from now on.
void name_program(const std::string& name);

/// The machine that WEFT_TOPOLOGY names, else the given one; of that family, or Category::input.
std::shared_ptr<const topology::Topology> find_machine(const std::string& family,
                                                       const std::string& otherwise);

/// A program on a machine. Opened by its maker; over once another was opened or at close().
class HostSession {
 public:
  explicit HostSession(engine::Plan plan) : open_(runtime().open(std::move(plan))) {}

  bool is_open() const { return open_->session.has_value(); }
  /// Arrays, the whole of one; `bytes` in the order that the program states.
  void copy_in(const std::string& name, std::span<const std::byte> bytes,
               std::uint32_t element_bytes);
  std::vector<std::byte> copy_out(const std::string& name, std::uint64_t elements,
                                  std::uint32_t element_bytes);
  /// The cycles in which the machine began and was done: the host's command has arrived.
  std::pair<Cycle, Cycle> launch(const std::string& name, std::vector<std::uint32_t> arguments);
  /// Any command; no emulated time passes. Its number, for wait().
  engine::CommandId submit(engine::HostCommand command, std::span<const std::byte> bytes);
  /// Runs until that command is done. Once a command.
  engine::Reply wait(engine::CommandId command);
  /// Session::is_done(): begins nothing.
  bool is_done(engine::CommandId command);
  Cycle now();
  /// Nothing where it is over.
  void close();

 private:
  engine::Session& session();
  /// A failure of the run ends the session; wrong arguments leave it as it was.
  template <typename Action>
  auto attempt(const Action& action);
  engine::Reply run(engine::HostCommand command, std::span<const std::byte> bytes = {});

  std::shared_ptr<OpenSession> open_;
};

/// From weft's errors to those of package weft.
void translate_errors();

/// The parts of the module.
void add_sessions(pybind11::module_& module);

}  // namespace weft::hosts::python

// SPDX-License-Identifier: Apache-2.0
// Each refusal names the command and what it would have needed.
#include "engine/check_command.hpp"

#include <string>

#include "base/error.hpp"

namespace weft::engine {

namespace {

using Kind = machine::Export::Kind;

Kind kind_of(CommandKind kind) {
  switch (kind) {
    case CommandKind::copy_in:
    case CommandKind::copy_out:
      return Kind::variable;
    case CommandKind::stream_in:
      return Kind::stream_in;
    case CommandKind::stream_out:
      return Kind::stream_out;
    case CommandKind::launch:
      return Kind::function;
  }
  return Kind::function;
}

const char* word_for(Kind kind) {
  switch (kind) {
    case Kind::variable:
      return "variable";
    case Kind::function:
      return "function";
    case Kind::stream_in:
      return "input stream";
    case Kind::stream_out:
      return "output stream";
    case Kind::array:
      return "array";
  }
  return "symbol";
}

const machine::Export& find_export(const HostCommand& command,
                                   std::span<const machine::Export> exports,
                                   const std::string& what) {
  const Kind kind = kind_of(command.kind);
  std::string known;
  for (const machine::Export& e : exports) {
    if (e.kind != kind) continue;
    if (e.name == command.name) return e;
    known += (known.empty() ? "" : ", ") + e.name;
  }
  fail(Category::input, what + ": the program exports no such " + word_for(kind) +
                            (known.empty() ? "" : "; it exports " + known));
}

void check_area(const HostCommand& command, const Rectangle& region, const std::string& what) {
  if (command.where.empty()) fail(Category::input, what + ": the rectangle holds no tiles");
  if (intersect(command.where, region) != command.where) {
    fail(Category::input, what + ": the rectangle leaves the region of " +
                              std::to_string(region.width) + " x " + std::to_string(region.height) +
                              " tiles");
  }
  if (command.elements == 0) fail(Category::input, what + ": zero elements a tile");
}

}  // namespace

void check_command(const HostCommand& command, std::size_t data_bytes,
                   std::span<const machine::Export> exports, const Rectangle& region) {
  const std::string what = name_of(command.kind) + " '" + command.name + "'";
  const machine::Export& target = find_export(command, exports, what);
  if (command.kind == CommandKind::launch) return;
  check_area(command, region, what);
  if (target.kind == Kind::variable) {
    if (command.elements > target.elements) {
      fail(Category::input, what + ": " + std::to_string(command.elements) +
                                " elements a tile asked for, the variable has " +
                                std::to_string(target.elements));
    }
    if (command.element_bytes != target.element_bytes) {
      fail(Category::input, what + ": elements of " + std::to_string(command.element_bytes) +
                                " bytes, the variable's have " +
                                std::to_string(target.element_bytes));
    }
  } else if (command.element_bytes != 4) {
    fail(Category::input, what + ": streams carry words of 4 bytes");
  }
  const bool inward =
      command.kind == CommandKind::copy_in || command.kind == CommandKind::stream_in;
  const std::size_t wanted = inward ? command.data_bytes() : 0;
  if (data_bytes != wanted) {
    fail(Category::input, what + ": " + std::to_string(wanted) + " bytes of data needed, " +
                              std::to_string(data_bytes) + " given");
  }
}

}  // namespace weft::engine

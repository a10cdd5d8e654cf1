// SPDX-License-Identifier: Apache-2.0
// Each refusal names the command and what it would have needed.
#include "engine/check_command.hpp"

#include <limits>
#include <string>

#include "base/counted.hpp"
#include "base/error.hpp"

namespace weft::engine {

namespace {

using Kind = machine::Export::Kind;

bool fits(Kind target, CommandKind command) {
  switch (command) {
    case CommandKind::copy_in:
    case CommandKind::copy_out:
      return target == Kind::variable || target == Kind::array;
    case CommandKind::stream_in:
      return target == Kind::stream_in;
    case CommandKind::stream_out:
      return target == Kind::stream_out;
    case CommandKind::launch:
      return target == Kind::function;
    case CommandKind::flip_bit:
      return target == Kind::array;
  }
  return false;
}

const char* word_for(CommandKind command) {
  switch (command) {
    case CommandKind::copy_in:
    case CommandKind::copy_out:
      return "variable";
    case CommandKind::stream_in:
      return "input stream";
    case CommandKind::stream_out:
      return "output stream";
    case CommandKind::launch:
      return "function";
    case CommandKind::flip_bit:
      return "array";
  }
  return "symbol";
}

const machine::Export& require_export(const HostCommand& command,
                                      std::span<const machine::Export> exports,
                                      const std::string& what) {
  const machine::Export* found = find_export(command.kind, command.name, exports);
  if (found != nullptr) return *found;
  std::string known;
  for (const machine::Export& e : exports) {
    if (fits(e.kind, command.kind)) known += (known.empty() ? "" : ", ") + e.name;
  }
  fail(Category::input, what + ": the program exports no such " + word_for(command.kind) +
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

void check_array(const HostCommand& command, const machine::Export& target,
                 const std::string& what) {
  if (command.where != Rectangle{0, 0, 1, 1}) {
    fail(Category::input, what + ": an array is copied whole, with rectangle 1 x 1 at (0, 0)");
  }
  if (command.elements != target.elements) {
    fail(Category::input, what + ": " + counted(command.elements, "element") +
                              " asked for, the array has " + std::to_string(target.elements) +
                              " and is copied whole");
  }
}

void check_flip(const HostCommand& command, const machine::Export& target,
                const std::string& what) {
  const std::vector<std::uint32_t>& place = command.arguments;  // element, bit
  if (place.size() == 2 && place[0] < target.elements && place[1] < 8 * target.element_bytes) {
    return;
  }
  fail(Category::input, what + ": the array has " + counted(target.elements, "element") + " of " +
                            counted(8 * target.element_bytes, "bit"));
}

void check_variable(const HostCommand& command, const machine::Export& target,
                    const std::string& what) {
  if (command.elements > target.elements) {
    fail(Category::input, what + ": " + counted(command.elements, "element") +
                              " a tile asked for, the variable has " +
                              std::to_string(target.elements));
  }
}

void check_stream(const HostCommand& command, const std::string& what) {
  if (command.element_bytes != 4) fail(Category::input, what + ": streams carry words of 4 bytes");
  if (command.elements > std::numeric_limits<std::uint32_t>::max()) {
    fail(Category::input, what + ": more words a tile than 32 bits can count");
  }
}

}  // namespace

const machine::Export* find_export(CommandKind kind, const std::string& name,
                                   std::span<const machine::Export> exports) {
  for (const machine::Export& e : exports) {
    if (fits(e.kind, kind) && e.name == name) return &e;
  }
  return nullptr;
}

void check_command(const HostCommand& command, std::size_t data_bytes,
                   std::span<const machine::Export> exports, const Rectangle& region) {
  const std::string what = name_of(command.kind) + " '" + command.name + "'";
  const machine::Export& target = require_export(command, exports, what);
  if (command.kind == CommandKind::launch) return;
  if (command.kind == CommandKind::flip_bit) return check_flip(command, target, what);
  if (target.kind == Kind::array) {
    check_array(command, target, what);
  } else {
    check_area(command, region, what);
  }
  if (target.kind == Kind::variable) check_variable(command, target, what);
  if (target.kind == Kind::stream_in || target.kind == Kind::stream_out) {
    check_stream(command, what);
  } else if (command.element_bytes != target.element_bytes) {
    fail(Category::input, what + ": elements of " + counted(command.element_bytes, "byte") +
                              ", the " + (target.kind == Kind::array ? "array" : "variable") +
                              "'s have " + std::to_string(target.element_bytes));
  }
  const bool inward =
      command.kind == CommandKind::copy_in || command.kind == CommandKind::stream_in;
  const std::size_t wanted = inward ? command.data_bytes() : 0;
  if (data_bytes != wanted) {
    fail(Category::input, what + ": " + counted(wanted, "byte") + " of data needed, " +
                              std::to_string(data_bytes) + " given");
  }
}

}  // namespace weft::engine

// SPDX-License-Identifier: Apache-2.0
#include "hosts/python/module/wafer_session.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "engine/identity.hpp"
#include "hosts/csl/compiled.hpp"
#include "hosts/csl/definitions.hpp"
#include "program/wse_content.hpp"
#include "program/wse_limits.hpp"

namespace weft::hosts::python {

namespace wse = program::wse;

namespace {

/// Copies to the host move bytes from a variable on, whatever lies there: up to the end of the
/// data. And all of the data have a name.
wse::Program with_readable_memory(wse::Program program) {
  for (wse::TileCode& code : program.codes) {
    const auto end = static_cast<std::uint32_t>(code.data.size());
    for (wse::Symbol& symbol : code.symbols) {
      if (symbol.exported.empty() || symbol.by_pointer || symbol.address > end) continue;
      const std::uint32_t most = (end - symbol.address) / wse::bytes_of(symbol.type);
      symbol.elements = std::max(symbol.elements, most);
    }
    if (end == 0) continue;
    code.symbols.push_back(
        {WaferProgram::memory_name, WaferProgram::memory_name, wse::Type::u8, 0, end, false});
  }
  return program;
}

}  // namespace

WaferProgram::WaferProgram(const std::string& folder) : folder_(folder) {
  csl::Compiled compiled = csl::read_compiled(folder);
  offset_ = {compiled.place.x, compiled.place.y};
  machine_ = std::move(compiled.machine);
  program_ = std::move(compiled.program);
  exports_ = wse::exports_of(program_);
}

const wse::TileCode& WaferProgram::code_at(std::uint32_t x, std::uint32_t y) const {
  if (x >= program_.width || y >= program_.height) {
    fail(Category::input, folder_ + ": there is no PE (" + std::to_string(x) + ", " +
                              std::to_string(y) + ") in the program's rectangle");
  }
  return program_.codes[program_.code_of_tile[std::size_t{y} * program_.width + x]];
}

std::uint32_t WaferProgram::memory_bytes(std::uint32_t x, std::uint32_t y) const {
  return static_cast<std::uint32_t>(code_at(x, y).data.size());
}

WaferProgram::Place WaferProgram::symbol(std::uint32_t x, std::uint32_t y,
                                         const std::string& name) const {
  const wse::TileCode& code = code_at(x, y);
  for (const wse::Symbol& symbol : code.symbols) {
    if (symbol.name != name && symbol.exported != name) continue;
    return {symbol.address, symbol.elements * wse::bytes_of(symbol.type)};
  }
  fail(Category::input, folder_ + ": PE (" + std::to_string(x) + ", " + std::to_string(y) + "), " +
                            code.name + ", has no variable '" + name + "'");
}

std::unique_ptr<HostSession> WaferProgram::open() const {
  engine::Plan plan;
  plan.topology = find_machine("wse", machine_);
  wse::check_limits(program_, wse::read_limits(*plan.topology));
  plan.family = "wse";
  plan.program = wse::serialize(with_readable_memory(program_));
  plan.region = {0, 0, program_.width, program_.height};
  plan.hashed_config =
      engine::machine_and_program(*plan.topology, wse::serialize(wse::content(program_)));
  plan.trace.config = plan.topology->text();
  plan.link_directions = {"west", "east", "south", "north"};
  plan.definitions = csl::definitions(program_);
  return std::make_unique<HostSession>(std::move(plan));
}

}  // namespace weft::hosts::python

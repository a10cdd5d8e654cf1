// SPDX-License-Identifier: Apache-2.0
// A compiled CSL program on a wafer, as the SDK's runtime in Python holds it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "hosts/python/module/host_session.hpp"
#include "program/wse.hpp"
#include "program/wse_exports.hpp"

namespace weft::hosts::python {

/// What cslc left in a folder.
class WaferProgram {
 public:
  /// Category::input where the folder holds none.
  explicit WaferProgram(const std::string& folder);

  /// Where the memory of a tile has a name.
  struct Place {
    std::uint32_t address = 0;  ///< bytes
    std::uint32_t bytes = 0;
  };
  std::uint32_t width() const { return program_.width; }
  std::uint32_t height() const { return program_.height; }
  /// Where the rectangle lies on the fabric: x, y.
  std::pair<std::uint32_t, std::uint32_t> offset() const { return offset_; }
  const std::vector<program::wse::ExportedVariable>& variables() const {
    return exports_.variables;
  }
  const std::vector<program::wse::ExportedFunction>& functions() const {
    return exports_.functions;
  }
  const std::vector<program::wse::HostStream>& streams() const { return program_.host_streams; }

  /// Bytes of a tile's memory that its data take; memory_name reads them.
  std::uint32_t memory_bytes(std::uint32_t x, std::uint32_t y) const;
  /// Of a variable of that name, exported or not. Category::input where the tile has none.
  Place symbol(std::uint32_t x, std::uint32_t y, const std::string& name) const;
  /// A variable that each tile has in a session: all of its data.
  static constexpr const char* memory_name = "(memory)";

  /// On the machine that it was compiled for, or on WEFT_TOPOLOGY's.
  std::unique_ptr<HostSession> open() const;

 private:
  const program::wse::TileCode& code_at(std::uint32_t x, std::uint32_t y) const;

  std::string folder_;
  std::string machine_;
  std::pair<std::uint32_t, std::uint32_t> offset_;
  program::wse::Program program_;
  program::wse::Exports exports_;
};

/// The parts of the module.
void add_wafer_programs(pybind11::module_& module);

}  // namespace weft::hosts::python

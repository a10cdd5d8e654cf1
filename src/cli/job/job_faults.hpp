// SPDX-License-Identifier: Apache-2.0
// Several faults of one input, told together.
#pragma once

#include <string>

#include "base/error.hpp"
#include "topology/document.hpp"

namespace weft::cli {

/// Runs the parts of a reading; a part that is wrong does not keep the others from being read.
class Faults {
 public:
  /// Runs `part`; what it finds wrong with the input is kept, other failures are thrown on.
  template <typename Part>
  void in(const Part& part) {
    try {
      part();
    } catch (const Error& error) {
      keep(error);
    }
  }
  /// The same for a table. One that is read only in part can't say which of its keys are unknown.
  template <typename Part>
  void in(topology::Table table, const Part& part) {
    in([&] {
      try {
        part(table);
      } catch (...) {
        table.abandon();
        throw;
      }
    });
  }
  /// Throws what was kept: a message a line, all but the first indented, in the order of reading.
  void raise() const;

 private:
  void keep(const Error& error);

  std::string messages_;
  Category category_ = Category::input;
};

}  // namespace weft::cli

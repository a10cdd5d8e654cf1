// SPDX-License-Identifier: Apache-2.0
// For programs of models that run in the midst of a table.
#pragma once

namespace weft::cli {

/// What this process prints to standard output while one lives goes nowhere.
class Silence {
 public:
  Silence();
  ~Silence();
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;

 private:
  int kept_;
};

}  // namespace weft::cli

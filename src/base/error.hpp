// SPDX-License-Identifier: Apache-2.0
// The one exception type of weft: a category that says whose fault it is, and one clear sentence.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace weft {

/// Whose fault a failure is; decides the exit code of the command line.
enum class Category {
  input,        ///< the user's file, option or data is wrong                        exit 2
  unsupported,  ///< weft does not do this yet; never approximated silently          exit 2
  program,      ///< the emulated program did what the hardware forbids              exit 1
  deadlock,     ///< work is left and nothing can move                               exit 1
  limit,        ///< --max-cycles, or memory, or an epoch too large for its buffers  exit 1
  system,       ///< the operating system refused: disk full, no permission          exit 1
  check,        ///< the run ended and a check of its job did not hold               exit 3
  interrupted,  ///< SIGINT or SIGTERM                                               exit 130
  internal,     ///< a defect of weft                                                exit 1
};

constexpr int exit_code(Category category) {
  switch (category) {
    case Category::input:
    case Category::unsupported:
      return 2;
    case Category::check:
      return 3;
    case Category::interrupted:
      return 130;
    case Category::program:
    case Category::deadlock:
    case Category::limit:
    case Category::system:
    case Category::internal:
      return 1;
  }
  return 1;
}

/// Every failure of weft. `what()` is complete as it stands: it names file, line, key or tile.
class Error : public std::runtime_error {
 public:
  Error(Category category, const std::string& message)
      : std::runtime_error(message), category_(category) {}
  Category category() const { return category_; }
  int code() const { return exit_code(category_); }

 private:
  Category category_;
};

[[noreturn]] inline void fail(Category category, const std::string& message) {
  throw Error(category, message);
}

}  // namespace weft

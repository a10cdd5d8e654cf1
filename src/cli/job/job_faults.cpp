// SPDX-License-Identifier: Apache-2.0
// Faults, kept until all is read.
#include "cli/job/job_faults.hpp"

namespace weft::cli {

void Faults::keep(const Error& error) {
  if (error.category() != Category::input && error.category() != Category::unsupported) throw error;
  if (messages_.empty()) {
    category_ = error.category();
  } else {
    messages_ += "\n  ";
  }
  messages_ += error.what();
}

void Faults::raise() const {
  if (!messages_.empty()) fail(category_, messages_);
}

}  // namespace weft::cli

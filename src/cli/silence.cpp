// SPDX-License-Identifier: Apache-2.0
// Standard output is lent to /dev/null.
#include "cli/silence.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

namespace weft::cli {

Silence::Silence() : kept_(dup(STDOUT_FILENO)) {
  std::fflush(stdout);
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere < 0) return;
  dup2(nowhere, STDOUT_FILENO);
  close(nowhere);
}

Silence::~Silence() {
  std::fflush(stdout);
  if (kept_ < 0) return;
  dup2(kept_, STDOUT_FILENO);
  close(kept_);
}

}  // namespace weft::cli

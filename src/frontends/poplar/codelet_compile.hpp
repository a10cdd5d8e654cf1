// SPDX-License-Identifier: Apache-2.0
// The steps of a codelet compilation, for addCodelets and for popc.
#pragma once

#include <string>
#include <vector>

#include "frontends/poplar/codelets.hpp"

namespace weft::frontends::poplar {

struct CodeletSource {
  std::string path;
  std::string name;  ///< in messages; empty: the path
  std::string text;  ///< where there is no file
};

struct CompiledCodelets {
  std::string library;   ///< bytes of a shared object
  std::string messages;  ///< the compiler's warnings; none when it came from the cache
};
CompiledCodelets build_library(const std::vector<CodeletSource>& sources,
                               const CodeletOptions& options);

/// What `popc --version` says, in the form that build scripts cut up: "POPLAR version 3.4.0 (weft
/// 0.1.0)", and in a second line the compiler by its own words.
std::string popc_version();

/// The generated translation unit of one source, to be compiled into a program, which calls
/// `extern "C" void weft_register_<stem>()`. Where `dependencies` is not empty, a make rule with
/// the files that were read is written there.
std::string build_wrapper(const std::string& path, const std::string& stem,
                          const std::string& target, const std::string& dependencies,
                          const CodeletOptions& options);

}  // namespace weft::frontends::poplar

// SPDX-License-Identifier: Apache-2.0
// Codelets from C++ source: host compiler in, shared object out, cached by content.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace weft::frontends::poplar {

/// How codelets are compiled. Defaults come from the environment: WEFT_CXX (else the clang++ that
/// is installed, else CXX, else c++), WEFT_CODELET_CACHE (else $XDG_CACHE_HOME/weft or
/// ~/.cache/weft), WEFT_CODELET_CHECKS=1 for bounds checks, WEFT_DATA_DIR for the headers.
struct CodeletOptions {
  std::string compiler;
  std::string cache_folder;
  std::vector<std::string> include_folders;  ///< where poplar/Vertex.hpp is
  std::string user_flags;                    ///< addCodelets' compileFlags: -D, -I, -O, -std
  bool bounds_checks = false;
  bool portable = false;  ///< for any processor of the kind; WEFT_CODELET_PORTABLE=1
};
CodeletOptions default_codelet_options();

/// A codelet library: the bytes of a shared object that exports weft_codelet_module().
using Library = std::vector<std::byte>;

/// Compiles codelet sources, one translation unit each, into one library. A path that ends in .gp
/// is a library that popc wrote. Category::input with the compiler's own messages (files and lines
/// of the source) when it does not compile, naming files that cannot be read.
Library compile_codelets(const std::vector<std::string>& paths, const CodeletOptions& options);
/// The same for source text; `name` stands for the file in messages.
Library compile_codelet_text(const std::string& text, const std::string& name,
                             const CodeletOptions& options);

}  // namespace weft::frontends::poplar

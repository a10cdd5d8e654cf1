// SPDX-License-Identifier: Apache-2.0
// Which compiler codelets go to, and what every one of them is told. Poplar's own is clang: where
// clang++ is installed it is taken, and what g++ can't compile is told apart from what nobody can.
#pragma once

#include <string>
#include <vector>

namespace weft::frontends::poplar {

/// The clang++ of the PATH: under that name, else with a number (the highest, 14 at least); empty
/// where there is none.
std::string installed_clang();

/// What a compiler says of itself in the first line of its `--version`.
std::string first_line(const std::string& text);

/// Whether a compiler is clang, by what its `--version` says.
bool is_clang(const std::string& version);

/// What decides bits and speed, the same for every codelet. `portable`: for any processor; `clang`:
/// of that compiler; `checks`: traps where a shift or a conversion has no value.
std::vector<std::string> fixed_flags(bool portable, bool clang, bool checks);
/// What is given last where a library is linked; beside fixed_flags().
std::vector<std::string> link_flags(bool clang, bool checks);

/// Category::unsupported when a preprocessed source says what only clang takes, and g++ would
/// silently take for something else; `version` is the compiler's.
void refuse_clang_only(const std::string& preprocessed, const std::string& name,
                       const std::string& version);

/// A sentence to add to a failed compiler's messages when they complain of what clang takes; else
/// empty.
std::string clang_would_take(const std::string& messages, const std::string& version);

}  // namespace weft::frontends::poplar

// SPDX-License-Identifier: Apache-2.0
// Asks the user's Python: a script with arguments, what it prints, and never for longer than asked.
#pragma once

#include <string>
#include <vector>

namespace weft::cli::advising {

/// What a script printed, or why there is nothing.
struct PythonAnswer {
  std::string text;     ///< its standard output
  std::string why_not;  ///< one sentence without a dot; "" where there is an answer
  bool has() const { return why_not.empty(); }
};

/// Runs `script` by the first python3 of the PATH, in which sys.argv[1:] are `arguments`. It has an
/// answer when it ends with 0 after at most `most_seconds` and has printed at most 64 KiB; whatever
/// else it does is a `why_not`. What it started in its own process group has ended when this
/// returns.
PythonAnswer ask_python(const std::string& script, const std::vector<std::string>& arguments,
                        double most_seconds);

/// The words behind `key` and a blank in the first of the answer's lines that begins so; "" where
/// none does. Printable ASCII, '?' for all else, and not without end: somebody else wrote it.
std::string answer_line(const PythonAnswer& answer, const std::string& key);

}  // namespace weft::cli::advising

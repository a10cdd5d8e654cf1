// SPDX-License-Identifier: Apache-2.0
// A stream into memory whose numbers look the same in every process.
#pragma once

#include <locale>
#include <sstream>

namespace weft {

/// A program may set a global locale that groups digits or has a decimal comma; this one does not
/// follow it.
class TextStream : public std::ostringstream {
 public:
  TextStream() { imbue(std::locale::classic()); }
};

}  // namespace weft

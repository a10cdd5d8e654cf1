// SPDX-License-Identifier: Apache-2.0
// Which files a trace may be written over.
#pragma once

#include <string>

namespace weft::trace {

/// A trace takes the place of an earlier one, of an empty file, and of a file that HDF5 cannot
/// read. Category::input for another file: it would be lost. Every writer asks; ask before long
/// work.
void require_replaceable(const std::string& path);

}  // namespace weft::trace

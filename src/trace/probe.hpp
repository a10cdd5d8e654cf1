// SPDX-License-Identifier: Apache-2.0
// Looks at HDF5 files that may be damaged, in a process of its own; internal to trace.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "trace/hdf5.hpp"

namespace weft::trace {

/// Whether the signature is where HDF5 looks for it: at 0, 512, 1024, 2048 ...
bool is_hdf5(const std::string& path);

/// How a look ended; `unreadable`: the library says that it cannot open the file.
enum class ProbeEnd : std::uint8_t { yes, no, unreadable, crashed, endless };

/// HDF5 1.10 can crash or loop on damaged metadata, so a child process opens the file and calls
/// `look`, which answers 0 for `yes`, else `no`. Category::system where no process can be had.
ProbeEnd probe(const std::string& path, const std::function<int(hid_t file)>& look);

/// Read-only, without a lock.
Id open_for_reading(const Hdf5Check& check, const std::string& path);

}  // namespace weft::trace

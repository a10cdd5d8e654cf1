// SPDX-License-Identifier: Apache-2.0
// The names under which a trace lives while it is written, and the room on its disk; internal to
// trace. Plain files, no HDF5, no ranks.
#pragma once

#include <cstdint>
#include <string>

namespace weft::trace {

/// Where a trace is written: `sealed` always opens, `open` is being written, `final` appears last.
struct Place {
  std::string final;
  std::string sealed;  ///< <final>.tmp
  std::string open;    ///< <final>.tmp.next
};

/// `path` leads to a file or to none (base/output_file.hpp).
Place place_of(const std::string& path);

/// Removes leftovers of runs that are no more (the path must be owned, base/path_owner.hpp) and
/// makes sure that files can be made here. Category::system otherwise.
void prepare(const Place& place);

/// Reserves `bytes` beyond the file's present size, so that a full disk or a file size limit is met
/// here and not inside HDF5. Where the file system cannot reserve, checks the limit only.
/// Category::system with the reason.
void reserve(const std::string& file, std::uint64_t bytes);

/// Gives back what was reserved and not used.
void give_back(const std::string& file);

/// The same, and brings the file to the disk.
void settle(const std::string& file);

/// Makes the file at `open` the one at `sealed`, at once; what was at `sealed` goes to `open`.
void exchange_names(const Place& place);

/// Moves the finished file from `from` to its final name and removes the others.
void publish(const Place& place, const std::string& from);

/// Removes both temporary files; silent when they are not there.
void remove_temporaries(const Place& place) noexcept;

}  // namespace weft::trace

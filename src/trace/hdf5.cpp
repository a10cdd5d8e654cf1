// SPDX-License-Identifier: Apache-2.0
// Starts HDF5 silently and finds the one useful line of its error stack.
#include "trace/hdf5.hpp"

#include <array>
#include <string_view>

namespace weft::trace {
namespace {

/// What the operating system said, where HDF5 or MPI passes it on within a line of its own.
std::string_view words_of_system(std::string_view text) {
  constexpr std::array<std::string_view, 2> marks{"error message = '", "MPI error string is '"};
  for (const std::string_view mark : marks) {
    const std::size_t at = text.find(mark);
    if (at == std::string_view::npos) continue;
    const std::string_view words = text.substr(at + mark.size());
    return words.substr(0, words.find('\''));
  }
  return {};
}

herr_t keep_innermost(unsigned, const H5E_error2_t* error, void* text) {
  if (error->desc != nullptr && error->desc[0] != '\0') {
    *static_cast<std::string*>(text) = error->desc;
  }
  return 0;
}

/// What HDF5 said last, in one line.
std::string innermost_line() {
  std::string text;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, keep_innermost, &text);
  return text.empty() ? "HDF5 gives no reason" : text;
}

}  // namespace

void start_hdf5() {
  // Not once and for all: HDF5 goes down with MPI, and comes back with its printing on.
  H5open();
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

void Hdf5Check::fault(const std::string& what) const {
  const std::string line = innermost_line();
  const std::string system(words_of_system(line));
  if (category == Category::system && !system.empty()) fail(category, subject + ": " + system);
  fail(category, subject + ": " + what + " (" + (system.empty() ? line : system) + ")");
}

}  // namespace weft::trace

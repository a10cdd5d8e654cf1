// SPDX-License-Identifier: Apache-2.0
// MPI's return codes as weft errors; internal to comm.
#pragma once

#include <mpi.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/error.hpp"

namespace weft::comm {

/// Throws Category::system with MPI's own words when `code` is not MPI_SUCCESS.
inline void check(int code, const char* call) {
  if (code == MPI_SUCCESS) return;
  char text[MPI_MAX_ERROR_STRING] = {};
  int length = 0;
  MPI_Error_string(code, text, &length);
  fail(Category::system, std::string(call) + " failed: " + std::string(text));
}

/// MPI counts are int: longer buffers go in pieces of this many bytes.
inline constexpr std::size_t chunk_bytes = std::size_t{1} << 30;

/// Calls piece(offset, count) for consecutive pieces of `size` bytes.
template <typename Piece>
void in_chunks(std::size_t size, const Piece& piece) {
  for (std::size_t offset = 0; offset < size; offset += chunk_bytes) {
    piece(offset, static_cast<int>(std::min(chunk_bytes, size - offset)));
  }
}

}  // namespace weft::comm

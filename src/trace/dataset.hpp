// SPDX-License-Identifier: Apache-2.0
// Attributes, datasets and collective writes of a file that all ranks hold open; internal to trace.
// Every function is collective; arguments but for the data written are equal on all ranks.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "comm/communicator.hpp"
#include "trace/hdf5.hpp"
#include "trace/tensor.hpp"

namespace weft::trace {

using Extent = std::vector<hsize_t>;

/// What the functions below share: the ranks, and how failures are reported.
struct Output {
  const comm::Communicator* communicator;
  Hdf5Check check;
};

void set_attribute(const Output& out, hid_t object, const char* name, std::string_view value);
/// Creates the attribute or changes its value.
void set_attribute(const Output& out, hid_t object, const char* name, std::uint64_t value);

Id make_group(const Output& out, hid_t parent, const std::string& name);

/// A dataset with chunks, shuffle and deflate 1; unlimited in dimension 0 when `extensible`.
Id make_chunked(const Output& out, hid_t parent, const std::string& name, ElementType type,
                const Extent& extent, const Extent& chunk, bool extensible);
/// A plain dataset, its space allocated at once.
Id make_plain(const Output& out, hid_t parent, const std::string& name, hid_t type,
              const Extent& extent);

/// Writes this rank's box; count with a 0 writes nothing. Fails on all ranks when it fails on one.
void write_box(const Output& out, const Id& dataset, hid_t type, const Extent& start,
               const Extent& count, const void* data);

/// Reads this rank's box, which holds count's product of elements; count with a 0 reads nothing.
void read_box(const Output& out, const Id& dataset, hid_t type, const Extent& start,
              const Extent& count, void* data);

/// Rank 0 writes the whole dataset.
void write_from_root(const Output& out, const Id& dataset, hid_t type, const void* data);

/// A text of rank 0 as one string, with room for the zero that ends it: without it netCDF's library
/// reads past the text. Names as one such text, each ended by a line feed: of arrays of strings or
/// of characters netCDF's ncdump does not survive the ones, octave the others. In a name `\\`,
/// `\n`,
/// `\r` and `\0` stand for a backslash, a line feed, a carriage return and a zero.
Id write_text(const Output& out, hid_t parent, const std::string& name, std::string_view text);
Id write_names(const Output& out, hid_t parent, const std::string& name,
               const std::vector<std::string>& names);

/// Makes `scale` a dimension scale and the coordinate of dimension `dimension` of `dataset`.
void make_scale(const Output& out, const Id& scale, const char* name);
void attach_scale(const Output& out, const Id& dataset, const Id& scale, unsigned dimension);

/// A dimension without coordinates, as netCDF-4 files have them: its name and extent.
Id make_dimension(const Output& out, hid_t parent, const std::string& name, hsize_t extent);
/// Gives every dimension of `dataset` one of these from the file's root: `axis<number>_<extent>`,
/// made where it is not there yet; arrays of one shape share theirs.
void attach_plain_dimensions(const Output& out, const Id& dataset, const Extent& extent);

}  // namespace weft::trace

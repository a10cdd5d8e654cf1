// SPDX-License-Identifier: Apache-2.0
// Thin, checked forms of the HDF5 calls that the writer needs.
#include "trace/dataset.hpp"

#include <hdf5_hl.h>

#include <algorithm>

#include "trace/agree.hpp"
#include "trace/element_hdf5.hpp"

namespace weft::trace {
namespace {

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x80; });
}

/// Text that is pure ASCII says so: octave reads no other, and no file beyond one.
Id string_type(const Output& out, std::size_t bytes, H5T_str_t padding, bool ascii) {
  Id type = out.check.id(H5Tcopy(H5T_C_S1), H5Tclose, "string type");
  out.check.ok(H5Tset_size(type.get(), std::max<std::size_t>(1, bytes)), "string length");
  out.check.ok(H5Tset_cset(type.get(), ascii ? H5T_CSET_ASCII : H5T_CSET_UTF8), "string encoding");
  out.check.ok(H5Tset_strpad(type.get(), padding), "string padding");
  return type;
}

Id space_of(const Output& out, const Extent& extent, const Extent* most = nullptr) {
  if (extent.empty()) return out.check.id(H5Screate(H5S_SCALAR), H5Sclose, "scalar space");
  return out.check.id(H5Screate_simple(static_cast<int>(extent.size()), extent.data(),
                                       most == nullptr ? nullptr : most->data()),
                      H5Sclose, "data space");
}

std::string name_of_object(hid_t object) {
  char name[256] = {};
  return H5Iget_name(object, name, sizeof name) > 0 ? name : "a dataset";
}

void replace_attribute(const Output& out, hid_t object, const char* name, hid_t type,
                       const void* value) {
  const htri_t exists = H5Aexists(object, name);
  out.check.ok(exists, std::string("attribute ") + name);
  const Id space = space_of(out, {});
  const Id attribute = out.check.id(
      exists > 0 ? H5Aopen(object, name, H5P_DEFAULT)
                 : H5Acreate2(object, name, type, space.get(), H5P_DEFAULT, H5P_DEFAULT),
      H5Aclose, std::string("attribute ") + name);
  out.check.ok(H5Awrite(attribute.get(), type, value), std::string("attribute ") + name);
}

}  // namespace

void set_attribute(const Output& out, hid_t object, const char* name, std::string_view value) {
  const Id type = string_type(out, value.size(), H5T_STR_NULLPAD, is_ascii(value));
  const std::string padded = value.empty() ? std::string(1, '\0') : std::string(value);
  replace_attribute(out, object, name, type.get(), padded.data());
}

void set_attribute(const Output& out, hid_t object, const char* name, std::uint64_t value) {
  replace_attribute(out, object, name, H5T_STD_U64LE, &value);
}

Id make_group(const Output& out, hid_t parent, const std::string& name) {
  return out.check.id(H5Gcreate2(parent, name.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                      H5Gclose, "group " + name);
}

Id make_chunked(const Output& out, hid_t parent, const std::string& name, ElementType type,
                const Extent& extent, const Extent& chunk, bool extensible) {
  Extent most = extent;
  if (extensible) most[0] = H5S_UNLIMITED;
  const Id space = space_of(out, extent, &most);
  const Id list = out.check.id(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "creation list");
  out.check.ok(H5Pset_chunk(list.get(), static_cast<int>(chunk.size()), chunk.data()), "chunks");
  out.check.ok(H5Pset_shuffle(list.get()), "shuffle filter");
  out.check.ok(H5Pset_deflate(list.get(), 1), "deflate filter");
  return out.check.id(H5Dcreate2(parent, name.c_str(), hdf5_type(type).get(), space.get(),
                                 H5P_DEFAULT, list.get(), H5P_DEFAULT),
                      H5Dclose, "dataset " + name);
}

Id make_plain(const Output& out, hid_t parent, const std::string& name, hid_t type,
              const Extent& extent) {
  const Id space = space_of(out, extent);
  return out.check.id(
      H5Dcreate2(parent, name.c_str(), type, space.get(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
      H5Dclose, "dataset " + name);
}

namespace {

/// The two spaces and the property list of a collective transfer of one box a rank.
struct Transfer {
  Transfer(const Output& out, const Id& dataset, const Extent& start, const Extent& count)
      : none(std::find(count.begin(), count.end(), 0U) != count.end()),
        file(out.check.id(H5Dget_space(dataset.get()), H5Sclose, "data space")),
        memory(space_of(out, none ? Extent(count.size(), 1) : count)),
        list(out.check.id(H5Pcreate(H5P_DATASET_XFER), H5Pclose, "transfer list")) {
    if (none) {
      out.check.ok(H5Sselect_none(file.get()), "selection");
      out.check.ok(H5Sselect_none(memory.get()), "selection");
    } else if (!count.empty()) {
      out.check.ok(H5Sselect_hyperslab(file.get(), H5S_SELECT_SET, start.data(), nullptr,
                                       count.data(), nullptr),
                   "selection");
    }
    out.check.ok(H5Pset_dxpl_mpio(list.get(), H5FD_MPIO_COLLECTIVE), "collective transfer");
  }
  bool none;
  Id file;
  Id memory;
  Id list;
};

}  // namespace

void write_box(const Output& out, const Id& dataset, hid_t type, const Extent& start,
               const Extent& count, const void* data) {
  agree(*out.communicator, [&] {
    const Transfer t(out, dataset, start, count);
    static constexpr std::uint64_t nothing = 0;
    out.check.ok(H5Dwrite(dataset.get(), type, t.memory.get(), t.file.get(), t.list.get(),
                          t.none ? &nothing : data),
                 "write " + name_of_object(dataset.get()));
  });
}

void read_box(const Output& out, const Id& dataset, hid_t type, const Extent& start,
              const Extent& count, void* data) {
  agree(*out.communicator, [&] {
    const Transfer t(out, dataset, start, count);
    std::uint64_t nothing = 0;
    out.check.ok(H5Dread(dataset.get(), type, t.memory.get(), t.file.get(), t.list.get(),
                         t.none ? &nothing : data),
                 "read " + name_of_object(dataset.get()));
  });
}

void write_from_root(const Output& out, const Id& dataset, hid_t type, const void* data) {
  const Id space = out.check.id(H5Dget_space(dataset.get()), H5Sclose, "data space");
  const int rank = H5Sget_simple_extent_ndims(space.get());
  Extent extent(static_cast<std::size_t>(std::max(rank, 0)));
  if (rank > 0) H5Sget_simple_extent_dims(space.get(), extent.data(), nullptr);
  const Extent start(extent.size());
  if (std::find(extent.begin(), extent.end(), 0U) != extent.end()) return;
  agree(*out.communicator, [&] {
    // Plain datasets have their space from the start, so one rank may write them alone.
    if (!out.communicator->is_root()) return;
    out.check.ok(H5Dwrite(dataset.get(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data), "write");
  });
}

namespace {

/// The dimension `name` of the file's root, made where it is not there yet.
Id root_dimension(const Output& out, hid_t object, const std::string& name, hsize_t extent) {
  const Id file = out.check.id(H5Iget_file_id(object), H5Fclose, "file of " + name);
  const htri_t known = H5Lexists(file.get(), name.c_str(), H5P_DEFAULT);
  out.check.ok(known, "dimension " + name);
  if (known == 0) return make_dimension(out, file.get(), name, extent);
  return out.check.id(H5Dopen2(file.get(), name.c_str(), H5P_DEFAULT), H5Dclose, name);
}

void attach_axis(const Output& out, const Id& dataset, unsigned axis, hsize_t extent) {
  const std::string name = "axis" + std::to_string(axis) + "_" + std::to_string(extent);
  attach_scale(out, dataset, root_dimension(out, dataset.get(), name, extent), axis);
}

/// A name as one line: what would end the line or the text, and the mark of that, has a mark.
void append_line(std::string& lines, std::string_view name) {
  for (const char c : name) {
    switch (c) {
      case '\0':
        lines += "\\0";
        break;
      case '\n':
        lines += "\\n";
        break;
      case '\r':
        lines += "\\r";
        break;
      case '\\':
        lines += "\\\\";
        break;
      default:
        lines += c;
    }
  }
  lines += '\n';
}

}  // namespace

Id write_text(const Output& out, hid_t parent, const std::string& name, std::string_view text) {
  const std::uint64_t bytes = out.communicator->broadcast_value(std::uint64_t{text.size()}) + 1;
  const bool ascii = out.communicator->broadcast_value(std::uint8_t{is_ascii(text)}) != 0;
  const Id type = string_type(out, bytes, H5T_STR_NULLTERM, ascii);
  Id dataset = make_plain(out, parent, name, type.get(), {});
  const std::string ended(out.communicator->is_root() ? text : std::string_view());
  write_from_root(out, dataset, type.get(), ended.c_str());
  return dataset;
}

Id write_names(const Output& out, hid_t parent, const std::string& name,
               const std::vector<std::string>& names) {
  std::string lines;
  for (const auto& entry : names) append_line(lines, entry);
  return write_text(out, parent, name, lines);
}

void make_scale(const Output& out, const Id& scale, const char* name) {
  out.check.ok(H5DSset_scale(scale.get(), name), std::string("dimension scale ") + name);
}

void attach_scale(const Output& out, const Id& dataset, const Id& scale, unsigned dimension) {
  out.check.ok(H5DSattach_scale(dataset.get(), scale.get(), dimension), "dimension scale");
}

Id make_dimension(const Output& out, hid_t parent, const std::string& name, hsize_t extent) {
  // Nobody reads its elements; deflated they take next to nothing.
  constexpr hsize_t chunk_max = hsize_t{1} << 20U;
  Id dimension = extent == 0 ? make_plain(out, parent, name, H5T_STD_U8LE, {0})
                             : make_chunked(out, parent, name, ElementType::u8, {extent},
                                            {std::min(extent, chunk_max)}, false);
  // The words by which netCDF tells a bare dimension from one with coordinates.
  make_scale(out, dimension, "This is a netCDF dimension but not a netCDF variable.");
  return dimension;
}

void attach_plain_dimensions(const Output& out, const Id& dataset, const Extent& extent) {
  for (unsigned axis = 0; axis < extent.size(); ++axis) {
    attach_axis(out, dataset, axis, extent[axis]);
  }
}

}  // namespace weft::trace

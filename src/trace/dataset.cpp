// SPDX-License-Identifier: Apache-2.0
// Thin, checked forms of the HDF5 calls that the writer needs.
#include "trace/dataset.hpp"

#include <hdf5_hl.h>

#include <algorithm>
#include <cstring>

#include "trace/agree.hpp"
#include "trace/element_hdf5.hpp"

namespace weft::trace {
namespace {

Id string_type(const Output& out, std::size_t length) {
  Id type = out.check.id(H5Tcopy(H5T_C_S1), H5Tclose, "string type");
  out.check.ok(H5Tset_size(type.get(), std::max<std::size_t>(1, length)), "string length");
  out.check.ok(H5Tset_cset(type.get(), H5T_CSET_UTF8), "string encoding");
  out.check.ok(H5Tset_strpad(type.get(), H5T_STR_NULLPAD), "string padding");
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
  const Id type = string_type(out, value.size());
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

Id write_text(const Output& out, hid_t parent, const std::string& name, std::string_view text) {
  const Id type = string_type(out, text.size());
  Id dataset = make_plain(out, parent, name, type.get(), {});
  const std::string padded = text.empty() ? std::string(1, '\0') : std::string(text);
  write_from_root(out, dataset, type.get(), padded.data());
  return dataset;
}

Id write_names(const Output& out, hid_t parent, const std::string& name,
               const std::vector<std::string>& names) {
  std::size_t length = 1;
  for (const auto& entry : names) length = std::max(length, entry.size());
  std::vector<char> packed(length * names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::memcpy(packed.data() + i * length, names[i].data(), names[i].size());
  }
  const Id type = string_type(out, length);
  Id dataset = make_plain(out, parent, name, type.get(), {names.size()});
  write_from_root(out, dataset, type.get(), packed.data());
  return dataset;
}

void make_scale(const Output& out, const Id& scale, const char* name) {
  out.check.ok(H5DSset_scale(scale.get(), name), std::string("dimension scale ") + name);
}

void attach_scale(const Output& out, const Id& dataset, const Id& scale, unsigned dimension) {
  out.check.ok(H5DSattach_scale(dataset.get(), scale.get(), dimension), "dimension scale");
}

}  // namespace weft::trace

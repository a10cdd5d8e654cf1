// SPDX-License-Identifier: Apache-2.0
// HDF5 files from a test's side: what is in an object, and a trace as format 1.2 had it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "trace/hdf5.hpp"

namespace weft::test {

using trace::Id;

#if H5_VERSION_GE(1, 12, 0)
using ObjectInfo = H5O_info1_t;
#else
using ObjectInfo = H5O_info_t;
#endif

/// Every object below `file` and itself.
inline void visit(hid_t file, herr_t (*look)(hid_t, const char*, const ObjectInfo*, void*),
                  void* more = nullptr) {
  EXPECT_GE(
      H5Ovisit2(file, H5_INDEX_NAME, H5_ITER_INC, look, more, H5O_INFO_BASIC | H5O_INFO_NUM_ATTRS),
      0);
}

inline std::vector<std::uint64_t> numbers_of(hid_t dataset) {
  const Id space(H5Dget_space(dataset), H5Sclose);
  std::vector<std::uint64_t> values(
      static_cast<std::size_t>(H5Sget_simple_extent_npoints(space.get())));
  if (values.empty()) return values;
  EXPECT_GE(H5Dread(dataset, H5T_NATIVE_UINT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), 0);
  return values;
}

/// The bytes of a dataset that is one string of fixed length.
inline std::string bytes_of(hid_t dataset) {
  const Id type(H5Dget_type(dataset), H5Tclose);
  std::string text(H5Tget_size(type.get()), '\0');
  EXPECT_GE(H5Dread(dataset, type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, text.data()), 0);
  return text;
}

inline H5T_cset_t encoding_of(hid_t file, const char* name) {
  const Id dataset(H5Dopen2(file, name, H5P_DEFAULT), H5Dclose);
  const Id type(H5Dget_type(dataset.get()), H5Tclose);
  return H5Tget_cset(type.get());
}

/// Where the object is of strings: it is a single one, marked by what is in it; a dataset's ends
/// with a zero.
inline void expect_one_marked_string(hid_t object, H5I_type_t kind, const std::string& name) {
  const bool attribute = kind == H5I_ATTR;
  const Id type(attribute ? H5Aget_type(object) : H5Dget_type(object), H5Tclose);
  if (H5Tget_class(type.get()) != H5T_STRING) return;
  const Id space(attribute ? H5Aget_space(object) : H5Dget_space(object), H5Sclose);
  EXPECT_EQ(H5Sget_simple_extent_type(space.get()), H5S_SCALAR) << name;
  ASSERT_EQ(H5Tis_variable_str(type.get()), 0) << name;
  std::string text(H5Tget_size(type.get()), '\0');
  if (attribute) {
    ASSERT_GE(H5Aread(object, type.get(), text.data()), 0) << name;
  } else {
    text = bytes_of(object);
    EXPECT_EQ(text.back(), '\0') << name;
  }
  const bool ascii =
      std::all_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x80; });
  EXPECT_EQ(H5Tget_cset(type.get()), ascii ? H5T_CSET_ASCII : H5T_CSET_UTF8) << name;
}

/// Gives `object` the attribute, of any type, anew.
inline void put_attribute(hid_t object, const char* name, hid_t type, const void* value) {
  H5Adelete(object, name);
  const Id space(H5Screate(H5S_SCALAR), H5Sclose);
  const Id attribute(H5Acreate2(object, name, type, space.get(), H5P_DEFAULT, H5P_DEFAULT),
                     H5Aclose);
  ASSERT_GE(H5Awrite(attribute.get(), type, value), 0) << name;
}

inline Id string_of_bytes(std::size_t bytes) {
  Id type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.get(), bytes);
  return type;
}

inline void set_version(const std::string& path, const std::string& version) {
  const Id file(H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose);
  put_attribute(file.get(), "format_version", string_of_bytes(version.size()).get(),
                version.data());
}

/// Puts characters where the text `name` stood: of one text (length,), of lines (lines, longest).
inline void make_characters(hid_t file, const std::string& name, bool lines) {
  const Id old(H5Dopen2(file, name.c_str(), H5P_DEFAULT), H5Dclose);
  std::string text = bytes_of(old.get());
  text.resize(text.find('\0'));
  std::vector<std::string> rows{text};
  std::vector<hsize_t> extent{std::max<std::size_t>(1, text.size())};
  if (lines) {
    rows.clear();
    hsize_t longest = 1;
    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
      rows.push_back(text.substr(at, text.find('\n', at) - at));
      longest = std::max<hsize_t>(longest, rows.back().size());
    }
    extent = {rows.size(), longest};
  }
  std::string packed;
  for (std::string& row : rows) {
    row.resize(extent.back());
    packed += row;
  }
  ASSERT_GE(H5Ldelete(file, name.c_str(), H5P_DEFAULT), 0) << name;
  const Id space(H5Screate_simple(static_cast<int>(extent.size()), extent.data(), nullptr),
                 H5Sclose);
  const Id type = string_of_bytes(1);
  const Id dataset(H5Dcreate2(file, name.c_str(), type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT,
                              H5P_DEFAULT),
                   H5Dclose);
  ASSERT_TRUE(static_cast<bool>(dataset)) << name;
  if (!packed.empty()) {
    ASSERT_GE(H5Dwrite(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, packed.data()), 0);
  }
  put_attribute(dataset.get(), trace::text_attribute_name, string_of_bytes(5).get(), "utf-8");
}

/// Writes a trace over as format 1.2 had it: texts as arrays of characters, all of the root's
/// attributes at the root.
inline void make_former(const std::string& path) {
  const Id file(H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose);
  const Id writer(H5Gopen2(file.get(), "writer", H5P_DEFAULT), H5Gclose);
  for (const char* name : {"software", "software_version", "epoch_cycles", "epochs"}) {
    const Id from(H5Aopen(writer.get(), name, H5P_DEFAULT), H5Aclose);
    const Id type(H5Aget_type(from.get()), H5Tclose);
    std::string value(H5Tget_size(type.get()), '\0');
    H5Aread(from.get(), type.get(), value.data());
    put_attribute(file.get(), name, type.get(), value.data());
  }
  H5Ldelete(file.get(), "writer", H5P_DEFAULT);
  std::vector<std::string> names;
  visit(
      file.get(),
      [](hid_t root, const char* name, const ObjectInfo* info, void* found) -> herr_t {
        if (info->type != H5O_TYPE_DATASET) return 0;
        const Id dataset(H5Dopen2(root, name, H5P_DEFAULT), H5Dclose);
        const Id type(H5Dget_type(dataset.get()), H5Tclose);
        if (H5Tget_class(type.get()) == H5T_STRING) {
          static_cast<std::vector<std::string>*>(found)->emplace_back(name);
        }
        return 0;
      },
      &names);
  EXPECT_GE(names.size(), 8U);
  for (const std::string& name : names) {
    make_characters(file.get(), name, name != "config" && name != "identity");
  }
  put_attribute(file.get(), "format_version", string_of_bytes(3).get(), "1.2");
}

}  // namespace weft::test

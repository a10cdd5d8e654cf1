// SPDX-License-Identifier: Apache-2.0
// HDF5 files open for reading, on one process, by callers who do not trust them; internal to trace.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "trace/hdf5.hpp"
#include "trace/tensor.hpp"

namespace weft::trace {

/// An open file and how its faults are reported: Category::input, naming it.
struct Input {
  std::string path;
  Hdf5Check check;
  Id file;
};

/// Category::input for a file that is missing, unreadable, truncated, not HDF5, or one that brings
/// the HDF5 library itself down.
Input open_input(const std::string& path);

bool has_link(const Input& in, hid_t parent, const std::string& name);
/// Names of the members of a group, in name order.
std::vector<std::string> members(const Input& in, hid_t group);
Id open_group(const Input& in, hid_t parent, const std::string& name);

/// Attributes of an object; `where` names the object in errors.
std::uint64_t integer_attribute(const Input& in, hid_t object, const std::string& where,
                                const std::string& name);
std::string text_attribute(const Input& in, hid_t object, const std::string& where,
                           const std::string& name);
bool has_attribute(const Input& in, hid_t object, const std::string& name);

/// A dataset with its type and shape.
struct Dataset {
  Id id;
  std::string name;
  std::vector<std::uint64_t> shape;
};
Dataset open_dataset(const Input& in, hid_t parent, const std::string& name);

/// A numeric dataset, whole; f16 where its attribute says that its singles are halves.
Tensor read_dataset(const Input& in, hid_t parent, const std::string& name);
/// A box of a numeric dataset, converted to u64.
std::vector<std::uint64_t> read_box(const Input& in, const Dataset& dataset,
                                    const std::vector<std::uint64_t>& start,
                                    const std::vector<std::uint64_t>& count);
/// A dataset that is a text: one string or (format 1.2) characters.
std::string read_text(const Input& in, hid_t parent, const std::string& name);
/// A dataset that is a list of names: one string with a name a line, or rows of characters (format
/// 1.2), or strings of fixed length (before).
std::vector<std::string> read_names(const Input& in, hid_t parent, const std::string& name);

}  // namespace weft::trace

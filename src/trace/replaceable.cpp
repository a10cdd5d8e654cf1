// SPDX-License-Identifier: Apache-2.0
// Whose file is it? A trace says so in an attribute of its root.
#include "trace/replaceable.hpp"

#include <filesystem>

#include "base/error.hpp"
#include "trace/file.hpp"
#include "trace/input.hpp"
#include "trace/probe.hpp"

namespace weft::trace {

namespace {

int is_trace(const std::string& path, hid_t root) {
  const Input in{path, {Category::input, path}, Id()};
  if (!has_attribute(in, root, "format")) return 1;
  return text_attribute(in, root, "the file", "format") == format_name ? 0 : 1;
}

}  // namespace

void require_replaceable(const std::string& path) {
  std::error_code error;
  start_hdf5();
  if (std::filesystem::file_size(path, error) == 0 || error) return;
  const bool other = !is_hdf5(path) ||
                     probe(path, [&](hid_t root) { return is_trace(path, root); }) == ProbeEnd::no;
  if (!other) return;
  fail(Category::input, "cannot write trace '" + path +
                            "': a file is there that is no trace; remove it, or give the trace " +
                            "another name");
}

}  // namespace weft::trace

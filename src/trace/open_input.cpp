// SPDX-License-Identifier: Apache-2.0
// Opens an HDF5 file that may be damaged: a child process walks the whole file first.
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <optional>
#include <set>

#include "trace/input.hpp"
#include "trace/probe.hpp"

namespace weft::trace {
namespace {

/// Datasets up to this size are read by the probe; of larger ones it walks the chunk index alone.
constexpr hsize_t probe_read_bytes = hsize_t{1} << 20U;

void probe_dataset(hid_t object) {
  const hsize_t stored = H5Dget_storage_size(object);
  const Id space(H5Dget_space(object), H5Sclose);
  const Id type(H5Dget_type(object), H5Tclose);
  const hssize_t points = H5Sget_simple_extent_npoints(space.get());
  const std::size_t size = H5Tget_size(type.get());
  if (stored == 0 || points <= 0 || size == 0) return;
  if (static_cast<hsize_t>(points) > probe_read_bytes / size) return;
  std::vector<char> data(static_cast<std::size_t>(points) * size);
  H5Dread(object, type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, data.data());
}

herr_t probe_attribute(hid_t object, const char* name, const H5A_info_t*, void*) {
  const Id attribute(H5Aopen(object, name, H5P_DEFAULT), H5Aclose);
  const Id type(H5Aget_type(attribute.get()), H5Tclose);
  if (H5Tget_class(type.get()) == H5T_INTEGER && H5Aget_storage_size(attribute.get()) == 8) {
    std::uint64_t value = 0;
    H5Aread(attribute.get(), H5T_NATIVE_UINT64, &value);
  }
  return 0;
}

herr_t probe_object(hid_t root, const char* name, const H5O_info_t* info, void*) {
  const Id object(H5Oopen(root, name, H5P_DEFAULT), H5Oclose);
  if (!object) return 0;
  H5Aiterate2(object.get(), H5_INDEX_NAME, H5_ITER_INC, nullptr, probe_attribute, nullptr);
  if (info->type == H5O_TYPE_DATASET) probe_dataset(object.get());
  return 0;
}

/// H5O_info_t is another structure from HDF5 1.12 on, and the function that fills it has another
/// name.
void probe_objects(hid_t file) {
#if H5_VERSION_GE(1, 12, 0)
  H5Ovisit3(file, H5_INDEX_NAME, H5_ITER_INC, probe_object, nullptr, H5O_INFO_BASIC);
#else
  H5Ovisit2(file, H5_INDEX_NAME, H5_ITER_INC, probe_object, nullptr, H5O_INFO_BASIC);
#endif
}

/// A file as it was looked at: device, number, bytes, seconds and nanoseconds of its last change.
using FileState = std::array<std::int64_t, 5>;

/// None of a file that changed just now: its next change may come within a tick of the file
/// system's clock.
std::optional<FileState> state_of(const std::string& path) {
  constexpr std::time_t ticks_seconds = 2;
  struct stat found = {};
  if (::stat(path.c_str(), &found) != 0) return std::nullopt;
  if (found.st_mtim.tv_sec + ticks_seconds > std::time(nullptr)) return std::nullopt;
  return FileState{static_cast<std::int64_t>(found.st_dev), static_cast<std::int64_t>(found.st_ino),
                   found.st_size, found.st_mtim.tv_sec, found.st_mtim.tv_nsec};
}

void survive_probe(const std::string& path) {
  // A process for each of many tensors of a file would copy this one's page tables as often.
  static std::mutex lock;
  static std::set<FileState> survived;
  const std::lock_guard hold(lock);
  const std::optional<FileState> state = state_of(path);
  if (state && survived.count(*state) != 0) return;
  const ProbeEnd end = probe(path, [](hid_t file) {
    probe_objects(file);
    return 0;
  });
  if (end == ProbeEnd::crashed || end == ProbeEnd::endless) {
    fail(Category::input,
         "'" + path + "' is broken: the HDF5 library " +
             (end == ProbeEnd::endless ? "does not come to an end on it" : "crashes on it"));
  }
  if (state) survived.insert(*state);
}

void require_signature(const std::string& path) {
  std::error_code error;
  std::ifstream in(path, std::ios::binary);
  if (!in || std::filesystem::is_directory(path, error)) {
    const int reason = in ? EISDIR : errno;
    fail(Category::input, "'" + path + "': cannot open it (" + std::strerror(reason) + ")");
  }
  if (!is_hdf5(path)) fail(Category::input, "'" + path + "' is not an HDF5 file");
}

}  // namespace

Input open_input(const std::string& path) {
  start_hdf5();
  require_signature(path);
  survive_probe(path);
  const Hdf5Check check{Category::input, "'" + path + "'"};
  return {path, check, open_for_reading(check, path)};
}

}  // namespace weft::trace

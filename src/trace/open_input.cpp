// SPDX-License-Identifier: Apache-2.0
// Opens an HDF5 file that may be damaged. HDF5 1.10 can crash or loop on damaged metadata, so a
// child process walks the whole file first; what happens to the child becomes an error here.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "trace/input.hpp"

namespace weft::trace {
namespace {

constexpr std::string_view hdf5_signature = "\x89HDF\r\n\x1a\n";
constexpr rlim_t probe_cpu_seconds = 5;
constexpr rlim_t probe_bytes_max = rlim_t{8} << 30U;
/// Datasets up to this size are read by the probe; of larger ones it walks the chunk index alone.
constexpr hsize_t probe_read_bytes = hsize_t{1} << 20U;

Id open_file(const Hdf5Check& check, const std::string& path) {
  const Id access = check.id(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "access list");
  // Reading needs no lock, and shared file systems often have none.
  check.ok(H5Pset_file_locking(access.get(), false, true), "locking");
  return check.id(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.get()), H5Fclose,
                  "is truncated or broken");
}

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

/// The child's whole life: whatever it meets, it ends by itself.
[[noreturn]] void probe(const std::string& path) {
  for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGILL, SIGXCPU}) {
    std::signal(number, SIG_DFL);
  }
#if !defined(__SANITIZE_ADDRESS__)
  const rlimit memory{probe_bytes_max, probe_bytes_max};
  ::setrlimit(RLIMIT_AS, &memory);
#endif
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  const rlimit processor{probe_cpu_seconds, probe_cpu_seconds + 1};
  ::setrlimit(RLIMIT_CPU, &processor);
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere >= 0) ::dup2(nowhere, STDERR_FILENO);
  try {
    const Id file = open_file({Category::input, path}, path);
    probe_objects(file.get());
  } catch (...) {
    // The caller opens the file itself and reports what is wrong with it.
  }
  ::_exit(0);
}

void survive_probe(const std::string& path) {
  const pid_t child = ::fork();
  if (child < 0) fail(Category::system, "cannot start a process to check '" + path + "'");
  if (child == 0) probe(path);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) fail(Category::system, "lost the process that checks '" + path + "'");
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
  fail(Category::input,
       "'" + path + "' is broken: the HDF5 library " +
           (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU ? "does not come to an end on it"
                                                               : "crashes on it"));
}

/// True when the signature is where HDF5 looks for it: at 0, 512, 1024, 2048 ...
bool has_signature(std::ifstream& in) {
  std::array<char, hdf5_signature.size()> found{};
  for (std::streamoff at = 0; at < (std::streamoff{1} << 24U); at = at == 0 ? 512 : 2 * at) {
    if (!in.seekg(at).read(found.data(), found.size())) return false;
    if (std::string_view(found.data(), found.size()) == hdf5_signature) return true;
  }
  return false;
}

void require_signature(const std::string& path) {
  std::error_code error;
  std::ifstream in(path, std::ios::binary);
  if (!in || std::filesystem::is_directory(path, error)) {
    const int reason = in ? EISDIR : errno;
    fail(Category::input, "'" + path + "': cannot open it (" + std::strerror(reason) + ")");
  }
  if (!has_signature(in)) fail(Category::input, "'" + path + "' is not an HDF5 file");
}

}  // namespace

Input open_input(const std::string& path) {
  start_hdf5();
  require_signature(path);
  survive_probe(path);
  const Hdf5Check check{Category::input, "'" + path + "'"};
  return {path, check, open_file(check, path)};
}

}  // namespace weft::trace

// SPDX-License-Identifier: Apache-2.0
// Opens, checks type and shape against what is stored, reads whole.
#include "trace/tensor_hdf5.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/output_file.hpp"
#include "trace/element_hdf5.hpp"
#include "trace/input.hpp"

namespace weft::trace {

Tensor read_hdf5_tensor(const std::string& path, const std::string& dataset) {
  const Input in = open_input(path);
  if (dataset.empty()) {
    fail(Category::input, "'" + path + "': which dataset of this HDF5 file? none is named");
  }
  return read_dataset(in, in.file.get(), dataset);
}

namespace {

/// At most what the file takes of the disk: HDF5 describes each dataset, and each group on its way.
std::uint64_t bytes_bound(const std::vector<std::pair<std::string, const Tensor*>>& tensors) {
  constexpr std::uint64_t of_file = 8192;
  constexpr std::uint64_t of_dataset = 2048;
  std::uint64_t bytes = of_file;
  for (const auto& [name, tensor] : tensors) {
    bytes += of_dataset + name.size() + tensor->bytes.size();
  }
  return bytes;
}

/// Keeps room on the disk for the file before HDF5 writes to it: where it cannot, HDF5 1.10 keeps
/// the file open, and the process falls when MPI ends. Nothing on file systems that keep no room.
void keep_room(const std::string& path, const std::string& file, std::uint64_t bytes) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CLOEXEC);
  int reason = descriptor < 0 ? errno : 0;
  if (descriptor >= 0) {
    const auto size = static_cast<off_t>(bytes);
    if (::fallocate(descriptor, FALLOC_FL_KEEP_SIZE, 0, size) != 0) reason = errno;
    ::close(descriptor);
  }
  if (reason == 0 || reason == EOPNOTSUPP || reason == ENOSYS || reason == EINVAL ||
      reason == EINTR)
    return;
  fail(Category::system, "cannot write " + path + ": " + std::strerror(reason));
}

/// Gives back what was kept and not needed.
void give_room_back(const std::string& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return;
  if (::truncate(file.c_str(), status.st_size) != 0) return;  // it is only kept longer
}

void write_dataset(const Hdf5Check& check, hid_t file, hid_t links, const std::string& dataset,
                   const Tensor& tensor) {
  const std::vector<hsize_t> shape(tensor.shape.begin(), tensor.shape.end());
  const Id space = check.id(
      shape.empty() ? H5Screate(H5S_SCALAR)
                    : H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr),
      H5Sclose, "data space");
  const Id type = hdf5_type(tensor.type);
  const Id target = check.id(
      H5Dcreate2(file, dataset.c_str(), type.get(), space.get(), links, H5P_DEFAULT, H5P_DEFAULT),
      H5Dclose, "dataset '" + dataset + "'");
  if (tensor.bytes.empty()) return;
  check.ok(H5Dwrite(target.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, tensor.bytes.data()),
           "write");
}

}  // namespace

void write_hdf5_tensors(const std::string& path,
                        const std::vector<std::pair<std::string, const Tensor*>>& tensors) {
  start_hdf5();
  require_regular(path, "an HDF5 file");
  OutputFile output(path, OutputFile::Opened::by_name);
  const Hdf5Check check{Category::system, "cannot write " + path};
  const std::uint64_t bytes = bytes_bound(tensors);
  keep_room(path, output.open_name(), bytes);
  Id file = check.id(H5Fcreate(output.open_name().c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT),
                     H5Fclose, "create");
  keep_room(path, output.open_name(), bytes);  // which creating it gave back
  {
    const Id links = check.id(H5Pcreate(H5P_LINK_CREATE), H5Pclose, "link list");
    check.ok(H5Pset_create_intermediate_group(links.get(), 1), "link list");
    for (const auto& [name, tensor] : tensors) {
      write_dataset(check, file.get(), links.get(), name, *tensor);
    }
  }
  check.ok(H5Fclose(file.release()), "close");
  give_room_back(output.open_name());
  output.commit();
}

void write_hdf5_tensor(const std::string& path, const std::string& dataset, const Tensor& tensor) {
  write_hdf5_tensors(path, {{dataset, &tensor}});
}

}  // namespace weft::trace

// SPDX-License-Identifier: Apache-2.0
// Opens, checks type and shape against what is stored, reads whole.
#include "trace/tensor_hdf5.hpp"

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
  Id file = check.id(H5Fcreate(output.open_name().c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT),
                     H5Fclose, "create");
  {
    const Id links = check.id(H5Pcreate(H5P_LINK_CREATE), H5Pclose, "link list");
    check.ok(H5Pset_create_intermediate_group(links.get(), 1), "link list");
    for (const auto& [name, tensor] : tensors) {
      write_dataset(check, file.get(), links.get(), name, *tensor);
    }
  }
  check.ok(H5Fclose(file.release()), "close");
  output.commit();
}

void write_hdf5_tensor(const std::string& path, const std::string& dataset, const Tensor& tensor) {
  write_hdf5_tensors(path, {{dataset, &tensor}});
}

}  // namespace weft::trace

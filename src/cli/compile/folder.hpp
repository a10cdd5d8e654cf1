// SPDX-License-Identifier: Apache-2.0
// The folder that a compiled model is: there as a whole, or not at all.
#pragma once

#include <string>

namespace weft::cli {

/// A folder in the making, beside its place. Goes with what is in it unless it is put in place.
class NewFolder {
 public:
  /// Category::input where something stands at `path` that is no empty folder; Category::system
  /// where nothing can be written there.
  explicit NewFolder(const std::string& path);
  ~NewFolder();
  NewFolder(const NewFolder&) = delete;
  NewFolder& operator=(const NewFolder&) = delete;

  /// Where a file of the folder is written; makes the folders above it.
  std::string file(const std::string& name) const;
  void put_in_place();

 private:
  std::string path_, making_;
};

}  // namespace weft::cli

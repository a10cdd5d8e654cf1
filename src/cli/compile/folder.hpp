// SPDX-License-Identifier: Apache-2.0
// The folder that a compiled model is: there as a whole, or not at all.
#pragma once

#include <optional>
#include <string>

namespace weft::cli {

/// A folder under a name that nobody else has; goes with what is in it.
class TemporaryFolder {
 public:
  /// Its path begins with `prefix`. Category::system where none can be made there.
  explicit TemporaryFolder(const std::string& prefix);
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }
  /// Where a file of the folder is written; makes the folders above it.
  std::string file(const std::string& name) const;
  /// The folder has another name now and stays.
  void keep() { path_.clear(); }

 private:
  std::string path_;
};

/// A folder that comes to be under a name: one that is not there yet, or one that is there, empty,
/// and may be written to. That one is filled where it is, also behind a link: it keeps its owner
/// and its mode.
class NewFolder {
 public:
  /// Category::input where something stands at `path` that is no empty folder, or a link to
  /// nothing; Category::system where nothing may be written there. Makes nothing yet.
  explicit NewFolder(const std::string& path);

  /// As it was named, without '/' at its end.
  const std::string& path() const { return path_; }
  /// Where it is made, from the first call on; what is in it when it is not put in place goes.
  const TemporaryFolder& making();
  /// All of it or nothing; `last` is the file that comes last. Category::input where somebody else
  /// was faster.
  void put_in_place(const std::string& last);

 private:
  void fill(const std::string& last);

  std::string path_;
  bool fills_ = false;  ///< a folder that is there
  std::optional<TemporaryFolder> making_;
};

}  // namespace weft::cli

// SPDX-License-Identifier: Apache-2.0
// A folder beside a model's path, for files that are not yet known to be right.
#pragma once

#include <string>

namespace weft::cli::advising {

/// Gone at its end, with what is left in it.
class UnprovedFolder {
 public:
  /// Category::system, naming `path`, where none can be made.
  explicit UnprovedFolder(const std::string& path);
  UnprovedFolder(const UnprovedFolder&) = delete;
  UnprovedFolder& operator=(const UnprovedFolder&) = delete;
  ~UnprovedFolder();

  /// A name for the model in a folder of its own, which is made: its data lie beside it.
  std::string model(const std::string& part) const;
  /// `text` with the user's path for those of the folder, which nobody else knows.
  std::string in_words_of_user(std::string text) const;
  /// The model of this part, and its data, in their places.
  void put_in_place(const std::string& part) const;

 private:
  std::string path_;
  std::string folder_;
};

}  // namespace weft::cli::advising

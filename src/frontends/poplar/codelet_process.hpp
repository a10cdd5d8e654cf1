// SPDX-License-Identifier: Apache-2.0
// Runs the host compiler, and a folder for its files.
#pragma once

#include <string>
#include <vector>

namespace weft::frontends::poplar {

struct ProcessResult {
  int status = 0;        ///< exit status; 128 + n when signal n ended it
  std::string messages;  ///< what it wrote to standard output and error
};
/// Runs a command found on PATH, messages in English. Category::system when it cannot be started.
ProcessResult run_process(const std::vector<std::string>& command);

/// A new folder in $TMPDIR (else /tmp), removed with everything in it at the end.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  std::string file(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// All bytes of a file; Category::input, naming it as `what`, when it cannot be read.
std::string read_file(const std::string& path, const std::string& what);
/// Category::system when it cannot be written.
void write_file(const std::string& path, const std::string& content);

}  // namespace weft::frontends::poplar

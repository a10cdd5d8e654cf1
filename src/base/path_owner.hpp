// SPDX-License-Identifier: Apache-2.0
// Keeps two runs from writing one file piece by piece: the one that comes later is refused.
#pragma once

#include <memory>
#include <string>

namespace weft {

/// The right to write `path` and the files that belong to it, as <path>.lock tells others: who has
/// it stands there, and is locked with flock() for as long as the process lives. A file whose owner
/// is dead (killed, on a machine that was started again) is taken over; so is one of another host
/// where the file system's locks reach all hosts. Where neither lock nor process can be seen, the
/// path is refused and the message says which file to remove.
class PathOwner {
 public:
  ~PathOwner();
  PathOwner(const PathOwner&) = delete;
  PathOwner& operator=(const PathOwner&) = delete;

 private:
  friend class PathClaim;
  PathOwner(std::string lock, int descriptor) : lock_(std::move(lock)), descriptor_(descriptor) {}
  std::string lock_;
  int descriptor_;
};

/// Owns `path`, whose links have been followed (output_file.hpp), until the last copy is gone.
/// Asked again in the same process it gives the same owner. Category::system naming path and owner
/// otherwise.
std::shared_ptr<const PathOwner> own_path(const std::string& path);

/// flock(), or what a test puts in its place.
using LockFunction = int (*)(int descriptor, int operation);
void set_lock_function(LockFunction function);
LockFunction usual_lock_function();

}  // namespace weft

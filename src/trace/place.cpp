// SPDX-License-Identifier: Apache-2.0
// Renames are atomic, so at any instant a name means one whole file.
#include "trace/place.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

#include "base/counted.hpp"
#include "base/error.hpp"

namespace weft::trace {
namespace {

[[noreturn]] void refuse(const std::string& file, const std::string& what, int reason) {
  fail(Category::system,
       "cannot write trace '" + file + "': " + what + " (" + std::strerror(reason) + ")");
}

/// An open file descriptor; closed at the end of the scope.
class Descriptor {
 public:
  Descriptor(const std::string& path, int flags)
      : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {
    if (fd_ < 0) refuse(path, "cannot open it", errno);
  }
  ~Descriptor() { ::close(fd_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

std::uint64_t size_of(const Descriptor& file, const std::string& path) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) refuse(path, "cannot stat it", errno);
  return static_cast<std::uint64_t>(status.st_size);
}

void rename_or_refuse(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) != 0) refuse(to, "cannot rename " + from, errno);
}

}  // namespace

Place place_of(const std::string& path) { return {path, path + ".tmp", path + ".tmp.next"}; }

void prepare(const Place& place) {
  remove_temporaries(place);
  // Past a file size limit the kernel would otherwise kill the process instead of failing the
  // write.
  std::signal(SIGXFSZ, SIG_IGN);
  const Descriptor probe(place.sealed, O_CREAT | O_RDWR);
}

void reserve(const std::string& file, std::uint64_t bytes) {
  const Descriptor target(file, O_RDWR);
  const std::uint64_t size = size_of(target, file);
  const std::string what =
      "it may need " + counted(bytes, "byte") + " more than its " + std::to_string(size);
  rlimit limit{};
  if (::getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
      size + bytes > limit.rlim_cur) {
    refuse(file, what + " and the limit for a file is " + std::to_string(limit.rlim_cur), EFBIG);
  }
  if (::fallocate(target.get(), FALLOC_FL_KEEP_SIZE, static_cast<off_t>(size),
                  static_cast<off_t>(bytes)) == 0) {
    return;
  }
  if (errno == ENOSPC || errno == EDQUOT || errno == EFBIG) refuse(file, what, errno);
}

void give_back(const std::string& file) {
  const Descriptor target(file, O_RDWR);
  if (::ftruncate(target.get(), static_cast<off_t>(size_of(target, file))) != 0) {
    refuse(file, "cannot cut it to its size", errno);
  }
}

void settle(const std::string& file) {
  give_back(file);
  const Descriptor target(file, O_RDWR);
  if (::fsync(target.get()) != 0) refuse(file, "cannot bring it to the disk", errno);
}

void exchange_names(const Place& place) {
  if (::renameat2(AT_FDCWD, place.open.c_str(), AT_FDCWD, place.sealed.c_str(), RENAME_EXCHANGE) ==
      0) {
    return;
  }
  // Where the file system cannot exchange: a second name keeps the old sealed file meanwhile.
  const std::string aside = place.open + ".old";
  ::unlink(aside.c_str());
  if (::link(place.sealed.c_str(), aside.c_str()) != 0) {
    refuse(place.sealed, "cannot exchange it with " + place.open, errno);
  }
  rename_or_refuse(place.open, place.sealed);
  rename_or_refuse(aside, place.open);
}

void publish(const Place& place, const std::string& from) {
  rename_or_refuse(from, place.final);
  remove_temporaries(place);
}

void remove_temporaries(const Place& place) noexcept {
  ::unlink(place.sealed.c_str());
  ::unlink(place.open.c_str());
}

}  // namespace weft::trace

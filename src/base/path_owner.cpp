// SPDX-License-Identifier: Apache-2.0
// A lock file appears with its owner's name in it, by a link; its lock says whether that one lives.
#include "base/path_owner.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>
#include <mutex>
#include <random>
#include <utility>

#include "base/error.hpp"
#include "base/lock_reach.hpp"
#include "base/process_identity.hpp"

namespace weft {

namespace {

LockFunction lock_function = ::flock;

enum class Answer { got, held, unsupported };

Answer try_lock(int descriptor) {
  if (lock_function(descriptor, LOCK_EX | LOCK_NB) == 0) return Answer::got;
  return errno == EWOULDBLOCK ? Answer::held : Answer::unsupported;
}

bool same_file(int descriptor, const std::string& name) {
  struct stat mine {};
  struct stat there {};
  return ::fstat(descriptor, &mine) == 0 && ::lstat(name.c_str(), &there) == 0 &&
         mine.st_dev == there.st_dev && mine.st_ino == there.st_ino;
}

std::string random_ending() {
  std::random_device random;
  return "." + std::to_string(random()) + std::to_string(random());
}

std::string read_all(int descriptor) {
  std::array<char, 4096> text{};
  const ssize_t count = ::pread(descriptor, text.data(), text.size(), 0);
  return {text.data(), count > 0 ? static_cast<std::size_t>(count) : 0};
}

}  // namespace

/// One attempt to own a path.
class PathClaim {
  /// Closes itself.
  class Descriptor {
   public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() {
      if (number_ >= 0) ::close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return number_; }
    int release() { return std::exchange(number_, -1); }

   private:
    int number_;
  };

 public:
  explicit PathClaim(const std::string& path)
      : path_(path),
        lock_(path + ".lock"),
        mine_(lock_ + random_ending()),
        file_(::open(mine_.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0666)) {
    if (file_.get() < 0) refuse(std::strerror(errno));
    try {
      const std::string text = to_text(this_process());
      if (::write(file_.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
          ::fsync(file_.get()) != 0) {
        refuse(std::strerror(errno));
      }
      try_lock(file_.get());
      take();
    } catch (...) {
      ::unlink(mine_.c_str());
      throw;
    }
    ::unlink(mine_.c_str());
  }

  std::shared_ptr<const PathOwner> owner() {
    return std::shared_ptr<const PathOwner>(new PathOwner(lock_, file_.release()));
  }

 private:
  [[noreturn]] void refuse(const std::string& reason) const {
    fail(Category::system, "cannot write " + path_ + ": " + reason);
  }

  void take() {
    constexpr int most_attempts = 50;
    for (int attempt = 0; attempt < most_attempts; ++attempt) {
      if (appear()) return;
      if (take_over(attempt + 1 == most_attempts)) return;
    }
    refuse("its lock file " + lock_ + " comes and goes");
  }

  /// Makes the lock file, unless one is there. Without hard links by a rename that replaces
  /// nothing.
  bool appear() {
    struct stat status {};
    if (::link(mine_.c_str(), lock_.c_str()) == 0) return true;
    const int reason = errno;
    // NFS may have made the link and lost the answer.
    if (::fstat(file_.get(), &status) == 0 && status.st_nlink == 2) return true;
    if (reason == EEXIST) return false;
    if (::renameat2(AT_FDCWD, mine_.c_str(), AT_FDCWD, lock_.c_str(), RENAME_NOREPLACE) == 0) {
      return true;
    }
    if (errno != EEXIST) refuse(std::strerror(errno));
    return false;
  }

  /// True: it was a dead owner's and is ours. False: to be tried again.
  bool take_over(bool last) {
    int number = ::open(lock_.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (number < 0 && errno == EACCES) {
      number = ::open(lock_.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    }
    const Descriptor there(number);
    if (there.get() < 0) {
      if (errno == ENOENT) return false;
      refuse(std::strerror(errno));
    }
    const Answer answer = try_lock(there.get());
    const ProcessIdentity owner = process_from(read_all(there.get()));
    const Life life = life_of(owner);
    const bool is_me = same_process(owner, this_process());
    if (answer == Answer::held || (life == Life::alive && !is_me)) {
      // A dead owner's file is locked while somebody else takes it over.
      if (life != Life::dead || last) refuse("another run is writing it: " + describe(owner));
      ::usleep(20000);
      return false;
    }
    const bool proven = life == Life::dead || is_me ||
                        (answer == Answer::got && locks_reach_all_hosts(there.get()));
    if (!same_file(there.get(), lock_)) return false;
    if (!proven) {
      refuse("another run was writing it: " + describe(owner) + "; whether it still does cannot " +
             "be seen from here: if not, remove " + lock_);
    }
    return answer == Answer::got ? replace() : set_aside(there.get());
  }

  /// The lock on the dead owner's file is ours, so nobody else is here.
  bool replace() {
    if (::rename(mine_.c_str(), lock_.c_str()) != 0) refuse(std::strerror(errno));
    return true;
  }

  /// Without locks: of several that see the dead owner one gets to move its file away. A file that
  /// came in between is put back.
  bool set_aside(int dead) {
    const std::string aside = mine_ + ".old";
    if (::rename(lock_.c_str(), aside.c_str()) != 0) return false;
    if (!same_file(dead, aside) && ::link(aside.c_str(), lock_.c_str()) != 0) {
      refuse("its lock file " + lock_ + " changed hands");
    }
    ::unlink(aside.c_str());
    return false;
  }

  std::string path_;
  std::string lock_;
  std::string mine_;  ///< our file before it is the lock file
  Descriptor file_;
};

PathOwner::~PathOwner() {
  if (same_file(descriptor_, lock_)) ::unlink(lock_.c_str());
  ::close(descriptor_);
}

std::shared_ptr<const PathOwner> own_path(const std::string& path) {
  static std::mutex mutex;
  static auto& owners = *new std::map<std::string, std::weak_ptr<const PathOwner>>;
  const std::lock_guard guard(mutex);
  std::weak_ptr<const PathOwner>& known = owners[path];
  if (auto owner = known.lock()) return owner;
  auto owner = PathClaim(path).owner();
  known = owner;
  return owner;
}

void set_lock_function(LockFunction function) { lock_function = function; }
LockFunction usual_lock_function() { return ::flock; }

}  // namespace weft

// SPDX-License-Identifier: Apache-2.0
// A path is followed to its end; a file without a name, or with one of its own, takes its place by
// a rename; every step checked.
#include "base/output_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <locale>
#include <random>
#include <streambuf>

#include "base/error.hpp"

namespace weft {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const std::string& path, const std::string& reason) {
  fail(Category::system, "cannot write " + path + ": " + reason);
}

[[noreturn]] void refuse(const std::string& path, int reason) {
  refuse(path, std::string(std::strerror(reason)));
}

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

/// N of /proc/self/fd/N, however it is spelled; -1 otherwise.
int descriptor_of(const fs::path& path) {
  const std::string name = path.filename().string();
  int number = -1;
  const auto read = std::from_chars(name.data(), name.data() + name.size(), number);
  if (name.empty() || read.ec != std::errc{} || read.ptr != name.data() + name.size()) return -1;
  std::error_code error;
  const fs::path folder = fs::canonical(folder_of(path), error);
  const fs::path mine = fs::canonical("/proc/self/fd", error);
  return !error && !mine.empty() && folder == mine ? number : -1;
}

constexpr mode_t usual_mode = 0666;

std::string name_beside(const std::string& path) {
  static constexpr std::array<char, 33> letters{"abcdefghijklmnopqrstuvwxyz234567"};
  std::random_device random;
  std::string out = path + ".tmp.";
  for (int i = 0; i < 8; ++i) out += letters[random() % 32];
  return out;
}

std::string name_of_descriptor(int descriptor) {
  return "/proc/self/fd/" + std::to_string(descriptor);
}

}  // namespace

OutputTarget output_target(const std::string& path) {
  if (path == "-") return {OutputTarget::Kind::descriptor, path, STDOUT_FILENO};
  constexpr int most_links = 40;
  fs::path at = path;
  for (int links = 0; links < most_links; ++links) {
    if (at.filename().empty()) refuse(path, at.empty() ? ENOENT : EISDIR);
    if (const int number = descriptor_of(at); number >= 0) {
      return {OutputTarget::Kind::descriptor, at.string(), number};
    }
    struct stat status {};
    if (::lstat(at.c_str(), &status) != 0) {
      if (errno != ENOENT) refuse(path, errno);
      return {OutputTarget::Kind::file, at.string(), -1};
    }
    if (S_ISREG(status.st_mode)) return {OutputTarget::Kind::file, at.string(), -1};
    if (S_ISDIR(status.st_mode)) refuse(path, EISDIR);
    if (S_ISSOCK(status.st_mode)) refuse(path, "it is a socket");
    if (!S_ISLNK(status.st_mode)) return {OutputTarget::Kind::in_place, at.string(), -1};
    std::error_code error;
    const fs::path next = fs::read_symlink(at, error);
    if (error) refuse(path, error.value());
    at = next.is_absolute() ? next : folder_of(at) / next;
  }
  refuse(path, ELOOP);
}

void require_writable(const std::string& path) {
  const OutputTarget target = output_target(path);
  if (target.kind == OutputTarget::Kind::descriptor) return;
  const bool is_file = target.kind == OutputTarget::Kind::file;
  const std::string place = is_file ? folder_of(target.path).string() : target.path;
  if (::access(place.c_str(), is_file ? W_OK | X_OK : W_OK) != 0) refuse(path, errno);
  if (!is_file) return;
  // What permissions do not tell: a name with no room for the file beside, a folder of no files.
  const std::string beside = name_beside(target.path);
  const int descriptor = ::open(beside.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, usual_mode);
  if (descriptor < 0) refuse(path, errno);
  ::close(descriptor);
  ::unlink(beside.c_str());
}

void require_kind(const std::string& path, const std::vector<std::string_view>& begins,
                  const std::string& kind) {
  const OutputTarget target = output_target(path);
  std::error_code ignored;
  if (target.kind != OutputTarget::Kind::file || !fs::is_regular_file(target.path, ignored)) return;
  std::ifstream in(target.path, std::ios::binary);
  std::array<char, 64> first{};
  in.read(first.data(), first.size());
  const std::string_view held(first.data(), static_cast<std::size_t>(in.gcount()));
  const auto has = [held](std::string_view begin) { return held.starts_with(begin); };
  if (held.empty() || std::any_of(begins.begin(), begins.end(), has)) return;
  fail(Category::input, path + ": is not " + kind + " and would be replaced: name a new file");
}

std::string require_regular(const std::string& path, const std::string& what) {
  const OutputTarget target = output_target(path);
  if (target.kind != OutputTarget::Kind::file) {
    refuse(path, "it is a device or a pipe, and " + what + " needs a file");
  }
  require_writable(path);
  return target.path;
}

/// Bytes on their way to a descriptor; the first failure is kept and ends the writing.
class OutputFile::Buffer : public std::streambuf {
 public:
  explicit Buffer(int descriptor) : descriptor_(descriptor) {
    setp(bytes_.data(), bytes_.data() + bytes_.size());
  }
  int failure() const { return failure_; }

 protected:
  int overflow(int character) override {
    if (!flush()) return traits_type::eof();
    if (!traits_type::eq_int_type(character, traits_type::eof())) {
      sputc(traits_type::to_char_type(character));
    }
    return traits_type::not_eof(character);
  }
  int sync() override { return flush() ? 0 : -1; }
  std::streamsize xsputn(const char* text, std::streamsize count) override {
    if (count < static_cast<std::streamsize>(bytes_.size())) {
      return std::streambuf::xsputn(text, count);
    }
    return flush() && write(text, static_cast<std::size_t>(count)) ? count : 0;
  }

 private:
  bool flush() {
    const bool done = write(pbase(), static_cast<std::size_t>(pptr() - pbase()));
    setp(bytes_.data(), bytes_.data() + bytes_.size());
    return done;
  }
  bool write(const char* text, std::size_t count) {
    while (count > 0 && failure_ == 0) {
      const ssize_t written = ::write(descriptor_, text, count);
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) failure_ = errno;
      if (written == 0) failure_ = EIO;
      if (written <= 0) break;
      text += written;
      count -= static_cast<std::size_t>(written);
    }
    return failure_ == 0;
  }

  int descriptor_;
  int failure_ = 0;
  std::array<char, 1U << 16U> bytes_{};
};

OutputFile::OutputFile(const std::string& path, Opened opened)
    : path_(path), target_(output_target(path)), stream_(nullptr) {
  // Past a file size limit the kernel would otherwise end the process instead of the write.
  std::signal(SIGXFSZ, SIG_IGN);
  switch (target_.kind) {
    case OutputTarget::Kind::file:
      open_beside(opened);
      break;
    case OutputTarget::Kind::in_place:
      descriptor_ = ::open(target_.path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
      break;
    case OutputTarget::Kind::descriptor:
      std::fflush(nullptr);
      descriptor_ = ::fcntl(target_.descriptor, F_DUPFD_CLOEXEC, 3);
      break;
  }
  if (descriptor_ < 0) refuse(path_, errno);
  buffer_ = std::make_unique<Buffer>(descriptor_);
  stream_.rdbuf(buffer_.get());
  stream_.imbue(std::locale::classic());
}

void OutputFile::open_beside(Opened opened) {
  if (opened == Opened::here) {
    const std::string folder = folder_of(target_.path).string();
    descriptor_ = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, usual_mode);
    if (descriptor_ >= 0 && ::access(name_of_descriptor(descriptor_).c_str(), F_OK) == 0) return;
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  do {
    temporary_ = name_beside(target_.path);
    descriptor_ = ::open(temporary_.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, usual_mode);
  } while (descriptor_ < 0 && errno == EEXIST);
  if (descriptor_ < 0) temporary_.clear();
}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

std::string OutputFile::open_name() const {
  if (temporary_.empty()) fail(Category::internal, path_ + " is written without a name");
  return temporary_;
}

void OutputFile::put_in_place() {
  struct stat old {};
  if (::stat(target_.path.c_str(), &old) == 0) {  // a file that is replaced keeps mode and owner
    if (::fchown(descriptor_, old.st_uid, old.st_gid) == 0 || old.st_uid == ::geteuid()) {
      ::fchmod(descriptor_, old.st_mode & 0777U);
    }
  }
  if (temporary_.empty()) {
    const std::string name = name_beside(target_.path);
    if (::linkat(AT_FDCWD, name_of_descriptor(descriptor_).c_str(), AT_FDCWD, name.c_str(),
                 AT_SYMLINK_FOLLOW) != 0) {
      refuse(path_, errno);
    }
    temporary_ = name;
  }
  // Network file systems tell of a full disk here and at close(), not in write().
  if (::fsync(descriptor_) != 0 && errno != EINVAL && errno != EROFS) refuse(path_, errno);
  if (std::rename(temporary_.c_str(), target_.path.c_str()) != 0) refuse(path_, errno);
  temporary_.clear();
}

void OutputFile::commit() {
  stream_.flush();
  if (buffer_->failure() != 0) refuse(path_, buffer_->failure());
  if (!stream_) refuse(path_, EIO);
  if (target_.kind == OutputTarget::Kind::file) put_in_place();
  const int descriptor = descriptor_;
  descriptor_ = -1;
  if (::close(descriptor) != 0) refuse(path_, errno);
}

void write_file(const std::string& path, std::string_view text) {
  OutputFile file(path);
  file.stream() << text;
  file.commit();
}

}  // namespace weft

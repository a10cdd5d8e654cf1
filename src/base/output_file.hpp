// SPDX-License-Identifier: Apache-2.0
// Every file that weft writes at once: whole or not at all, through links, devices in place.
#pragma once

#include <sys/types.h>

#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

/// Where an output path leads once its links are followed.
struct OutputTarget {
  enum class Kind {
    file,        ///< a regular file, there or not: it is replaced as a whole
    in_place,    ///< a device or FIFO: it is written to and stays what it is
    descriptor,  ///< /dev/stdout, /dev/fd/N: a descriptor that this process already has
  };
  Kind kind = Kind::file;
  std::string path;  ///< what is replaced or written to; "." and ".." may stand in it
  int descriptor = -1;
};

/// "-" is standard output. Follows links, the last component's too. Category::system naming `path`
/// for a folder, a socket, a loop of links, or a link that cannot be read.
OutputTarget output_target(const std::string& path);

/// Category::system naming `path` when it could not be written later. Opens nothing: a FIFO would
/// wait.
void require_writable(const std::string& path);
/// A user's file is not replaced by one of another kind: Category::input for a file at `path` that
/// holds something, and does not begin with one of `begins`. `kind` says what would be written.
void require_kind(const std::string& path, const std::vector<std::string_view>& begins,
                  const std::string& kind);
/// The same for what is written piece by piece and read again (`what`: "a trace"): a regular file,
/// there or not, and no device. What the path leads to.
std::string require_regular(const std::string& path, const std::string& what);

/// A file being written. Until commit() nothing stands under its name that was not there before,
/// and another writer of the same name is not disturbed: the last to commit stands, whole. A
/// process that is killed leaves nothing where the file system has files without a name.
class OutputFile {
 public:
  /// How a library that writes the file opens it: not at all, or by name (HDF5 takes no file
  /// without one).
  enum class Opened { here, by_name };
  /// Category::system naming `path`, here and in the members.
  explicit OutputFile(const std::string& path, Opened opened = Opened::here);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  /// Takes text and bytes; its failures are kept for commit().
  std::ostream& stream() { return stream_; }
  /// A name under which a library can open what is being written; of regular files only, opened by
  /// name.
  std::string open_name() const;
  /// Brings everything to its place.
  void commit();

 private:
  class Buffer;
  void open_beside(Opened opened);
  void put_in_place();

  std::string path_;
  OutputTarget target_;
  int descriptor_ = -1;
  std::string temporary_;  ///< empty: the file has no name yet
  std::unique_ptr<Buffer> buffer_;
  std::ostream stream_;
};

/// Writes one text.
void write_file(const std::string& path, std::string_view text);

}  // namespace weft

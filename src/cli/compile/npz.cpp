// SPDX-License-Identifier: Apache-2.0
// Zip files as APPNOTE.TXT of PKWARE has them (sections 4.3.7 to 4.3.16 and 4.5.3), and arrays as
// numpy.lib.format has them.
#include "cli/compile/npz.hpp"

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "cli/compile/npy.hpp"
#include "topology/suggest.hpp"

namespace weft::cli {

namespace {

constexpr std::uint32_t local_signature = 0x04034b50;
constexpr std::uint32_t entry_signature = 0x02014b50;
constexpr std::uint32_t end_signature = 0x06054b50;
constexpr std::uint32_t wide_end_signature = 0x06064b50;
constexpr std::uint64_t end_bytes = 22;
constexpr std::uint64_t entry_bytes = 46;
constexpr std::uint64_t local_bytes = 30;
constexpr std::uint64_t locator_bytes = 20;
constexpr std::uint64_t longest_comment = 65535;
constexpr std::uint64_t wide = 0xffffffff;     ///< stands for a number in the wide fields
constexpr std::uint64_t most_deflated = 1032;  ///< bytes that one byte of deflate can become

std::vector<std::byte> bytes_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) fail(Category::system, "cannot read '" + path + "': " + std::strerror(errno));
  const auto size = static_cast<std::streamoff>(file.tellg());
  std::vector<std::byte> out(size < 0 ? 0 : static_cast<std::size_t>(size));
  file.seekg(0);
  file.read(reinterpret_cast<char*>(out.data()), static_cast<std::streamsize>(out.size()));
  if (!file) fail(Category::system, "cannot read '" + path + "'");
  return out;
}

/// Deflated data without a head; nothing where they are not as many bytes as they should be.
std::optional<std::vector<std::byte>> inflated(const std::byte* from, std::uint64_t stored,
                                               std::uint64_t bytes) {
  if (stored > wide || bytes > wide || bytes > stored * most_deflated + 64) return std::nullopt;
  std::vector<std::byte> out(bytes);
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return std::nullopt;
  // zlib does not write to its input, whose pointer is not const in all versions.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(from));
  stream.avail_in = static_cast<uInt>(stored);
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(bytes);
  const int end = inflate(&stream, Z_FINISH);
  const bool whole = end == Z_STREAM_END && stream.avail_out == 0 && stream.avail_in == 0;
  inflateEnd(&stream);
  if (!whole) return std::nullopt;
  return out;
}

std::uint32_t checksum_of(const std::vector<std::byte>& bytes) {
  return static_cast<std::uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

}  // namespace

NpzFile::NpzFile(const std::string& path) : path_(path), file_(bytes_of_file(path)) {
  read_directory();
}

void NpzFile::broken(const std::string& why) const {
  fail(Category::input, "'" + path_ + "' is no archive of NumPy (.npz): " + why);
}

const std::byte* NpzFile::part(std::uint64_t at, std::uint64_t bytes) const {
  if (at > file_.size() || bytes > file_.size() - at) {
    broken("byte " + std::to_string(at) + " and what follows lie beyond its " +
           counted(file_.size(), "byte"));
  }
  return file_.data() + at;
}

std::uint64_t NpzFile::number(std::uint64_t at, unsigned bytes) const {
  const std::byte* from = part(at, bytes);
  std::uint64_t out = 0;
  for (unsigned i = 0; i < bytes; ++i) out |= std::to_integer<std::uint64_t>(from[i]) << (8 * i);
  return out;
}

void NpzFile::read_directory() {
  if (file_.size() < end_bytes) broken("it has " + counted(file_.size(), "byte"));
  std::uint64_t end = file_.size() - end_bytes;
  const std::uint64_t least = end - std::min(end, longest_comment);
  while (number(end, 4) != end_signature) {
    if (end == least) broken("it has no directory at its end");
    --end;
  }
  std::uint64_t count = number(end + 10, 2);
  std::uint64_t at = number(end + 16, 4);
  if ((count == 0xffff || at == wide) && end >= locator_bytes) {
    const std::uint64_t wide_end = number(end - locator_bytes + 8, 8);
    if (number(wide_end, 4) != wide_end_signature) broken("its wide directory is not there");
    count = number(wide_end + 32, 8);
    at = number(wide_end + 48, 8);
  }
  for (std::uint64_t i = 0; i < count; ++i) {
    if (number(at, 4) != entry_signature) broken("entry " + std::to_string(i) + " is not there");
    Member member;
    member.encrypted = (number(at + 8, 2) & 1U) != 0;
    member.method = static_cast<unsigned>(number(at + 10, 2));
    member.checksum = static_cast<std::uint32_t>(number(at + 16, 4));
    const std::uint64_t name_bytes = number(at + 28, 2);
    const std::uint64_t extra_bytes = number(at + 30, 2);
    const auto* name = reinterpret_cast<const char*>(part(at + entry_bytes, name_bytes));
    // Numbers that 32 bits do not hold stand in the extra field of kind 1, in this order.
    std::uint64_t extra = at + entry_bytes + name_bytes;
    const std::uint64_t extra_end = extra + extra_bytes;
    while (extra + 4 <= extra_end && number(extra, 2) != 1) extra += 4 + number(extra + 2, 2);
    extra += 4;
    const auto field = [&](std::uint64_t offset) {
      const std::uint64_t narrow = number(at + offset, 4);
      if (narrow != wide) return narrow;
      if (extra + 8 > extra_end) broken("entry " + std::to_string(i) + " lacks its wide numbers");
      extra += 8;
      return number(extra - 8, 8);
    };
    member.bytes = field(24);
    member.stored_bytes = field(20);
    member.local_header = field(42);
    if (!members_.emplace(std::string(name, name_bytes), member).second) {
      broken("it has '" + std::string(name, name_bytes) + "' twice");
    }
    at = extra_end + number(at + 32, 2);
  }
}

std::vector<std::byte> NpzFile::unpacked(const std::string& name, const Member& member) const {
  const std::string where = path_ + ":" + name;
  if (member.encrypted) fail(Category::unsupported, where + " is encrypted");
  if (number(member.local_header, 4) != local_signature) broken("'" + name + "' has no head");
  const std::uint64_t data = member.local_header + local_bytes +
                             number(member.local_header + 26, 2) +
                             number(member.local_header + 28, 2);
  const std::byte* from = part(data, member.stored_bytes);
  constexpr unsigned stored = 0;
  constexpr unsigned deflated = 8;
  std::optional<std::vector<std::byte>> out;
  if (member.method == deflated) {
    out = inflated(from, member.stored_bytes, member.bytes);
  } else if (member.method != stored) {
    fail(Category::unsupported, where + " is packed by method " + std::to_string(member.method) +
                                    "; stored and deflated arrays are read");
  } else if (member.stored_bytes == member.bytes) {
    out.emplace(from, from + member.bytes);
  }
  if (!out || checksum_of(*out) != member.checksum) {
    fail(Category::input, where + " is broken: its bytes are not those that were packed");
  }
  return *std::move(out);
}

trace::Tensor NpzFile::read(const std::string& name) const {
  const auto found = members_.find(name + ".npy");
  if (found != members_.end()) {
    return tensor_of_npy(unpacked(name, found->second), path_ + ":" + name);
  }
  std::vector<std::string> known;
  std::string list;
  for (const auto& [member, where] : members_) {
    if (!member.ends_with(".npy")) continue;
    known.push_back(member.substr(0, member.size() - 4));
    list += (list.empty() ? "" : ", ") + known.back();
  }
  fail(Category::input, "'" + path_ + "' has no array '" + name + "'" +
                            topology::did_you_mean(name, known) + "; it has " +
                            (list.empty() ? "none" : list));
}

}  // namespace weft::cli

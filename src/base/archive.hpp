// SPDX-License-Identifier: Apache-2.0
// The wrapping of bytes that are kept beyond a run: what they are, in which version, who wrote
// them, and a checksum.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

/// A kind of stored bytes. The version changes with anything in them.
struct StoredForm {
  std::string_view name;  ///< "Poplar executable": as a user calls it
  std::uint32_t version = 1;
};

/// The content (what a ByteWriter wrote), wrapped.
std::vector<std::byte> seal(const StoredForm& form, std::span<const std::byte> content);

/// The content of sealed bytes, which it lies in. Category::input, with a sentence that begins with
/// `what`, unless they are whole, of this form and version, and as they were written.
std::span<const std::byte> unseal(const StoredForm& form, std::span<const std::byte> bytes,
                                  const std::string& what);

}  // namespace weft

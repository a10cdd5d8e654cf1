// SPDX-License-Identifier: Apache-2.0
// Names that the ids of a stream's rows stand for.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "trace/reader.hpp"

namespace weft::analysis {

/// Of one stream: by kind the table of /definitions that `id` indexes.
class NamesOfIds {
 public:
  NamesOfIds(const trace::Reader& reader, const trace::StreamRecord& stream);
  /// Empty where the trace has no name for it.
  std::string_view of(const EventRow& row) const;

 private:
  std::vector<trace::StringTable> tables_;
  std::vector<const trace::StringTable*> table_of_kind_;
};

/// A field of CSV (RFC 4180): in quotes where it needs them.
std::string csv_field(std::string_view text);

}  // namespace weft::analysis

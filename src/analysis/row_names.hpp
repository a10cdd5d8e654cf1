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
class RowNames {
 public:
  RowNames(const trace::Reader& reader, const trace::StreamRecord& stream);
  /// Whether ids of rows of the kind stand for something, be it named in the trace or not.
  bool has(std::size_t kind) const;
  /// Empty where the trace has no name for it.
  std::string_view of(std::size_t kind, std::size_t id) const;
  std::string_view of(const EventRow& row) const { return of(row.kind, row.id); }
  /// The same, or the id.
  std::string or_number(std::size_t kind, std::size_t id) const;

 private:
  struct Kind {
    bool has_table = false;
    std::vector<std::string> names;
  };
  std::vector<Kind> kinds_;
};

}  // namespace weft::analysis

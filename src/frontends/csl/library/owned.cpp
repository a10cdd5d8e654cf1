// SPDX-License-Identifier: Apache-2.0
// The table of what <memcpy/memcpy> owns: see owned.hpp.
#include "frontends/csl/library/owned.hpp"

#include <algorithm>
#include <vector>

namespace weft::csl::library {
namespace {

using program::wse::Generation;
using program::wse::Limits;

/// The numbers first to last of a resource. Heads of all programs of csl-examples list colors and
/// task ids; queues: csl-examples (all use 2 and up on WSE-3, 25-pt-stencil and histogram-torus
/// output queues 0 to 3 on WSE-2) and the SDK's pages on DSDs and on task ids.
struct Row {
  Resource resource;
  std::int64_t first;
  std::int64_t last;
  bool wse2;
  bool wse3;
  const char* exception;  ///< the one use that is allowed, null: none
};
constexpr Row memcpy_rows[] = {
    {Resource::color, 21, 23, true, true, nullptr},
    {Resource::local_task, 27, 28, true, true, nullptr},
    {Resource::local_task, 29, 29, true, true, "only @set_teardown_handler binds a task to it"},
    {Resource::local_task, 30, 31, true, true, nullptr},
    {Resource::input_queue, 0, 1, false, true, nullptr},
    {Resource::output_queue, 0, 1, false, true, nullptr},
};

const Row* row_of(Resource resource, std::int64_t number, const Limits& limits) {
  for (const Row& row : memcpy_rows) {
    const bool here = limits.generation == Generation::wse2 ? row.wse2 : row.wse3;
    if (here && row.resource == resource && number >= row.first && number <= row.last) return &row;
  }
  return nullptr;
}

/// Name of a resource and the numbers that the machine has of it.
struct Range {
  const char* name;
  std::int64_t first;
  std::int64_t last;
};

Range range_of(Resource resource, const Limits& limits) {
  switch (resource) {
    case Resource::color:
      return {"color", 0, program::wse::color_count - 1};
    case Resource::local_task:
      return {"local task id", limits.local_task_first, limits.local_task_last};
    case Resource::input_queue:
      return {"input queue", 0, std::int64_t{limits.input_queues} - 1};
    case Resource::output_queue:
      return {"output queue", 0, std::int64_t{limits.output_queues} - 1};
  }
  return {"", 0, -1};
}

/// "0 to 20", "8 to 26 and 29".
std::string free_numbers(Resource resource, const Limits& limits) {
  const Range all = range_of(resource, limits);
  std::string out;
  for (std::int64_t first = all.first; first <= all.last; ++first) {
    if (row_of(resource, first, limits) != nullptr) continue;
    std::int64_t last = first;
    while (last < all.last && row_of(resource, last + 1, limits) == nullptr) ++last;
    out += (out.empty() ? "" : " and ") + std::to_string(first);
    if (last > first) out += " to " + std::to_string(last);
    first = last;
  }
  return out;
}

}  // namespace

std::optional<std::string> owned(Resource resource, std::int64_t number, const Limits& limits) {
  const Row* row = row_of(resource, number, limits);
  if (row == nullptr) return std::nullopt;
  const Range range = range_of(resource, limits);
  std::string sentence = std::string(range.name) + " " + std::to_string(number) + " belongs to " +
                         memcpy_owner + ", which this program imports";
  if (row->exception != nullptr) sentence += " (" + std::string(row->exception) + ")";
  return sentence + "; free for a program: " + free_numbers(resource, limits);
}

}  // namespace weft::csl::library

// SPDX-License-Identifier: Apache-2.0
// Rows become columns; every chunk_rows-th row enters the index.
#include "trace/event_table.hpp"

#include <algorithm>
#include <utility>

#include "trace/element_hdf5.hpp"

namespace weft::trace {
namespace {

constexpr std::uint64_t index_chunk = 1024;

template <typename T>
void write_column(const Output& out, const Id& dataset, ElementType type, std::size_t column,
                  const Slab& slab) {
  const Extent extent{slab.total};
  out.check.ok(H5Dset_extent(dataset.get(), extent.data()), "longer column");
  std::vector<T> values(slab.rows.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<T>(get_column(slab.rows[i], column));
  }
  write_box(out, dataset, hdf5_type(type).get(), {slab.first}, {values.size()}, values.data());
}

/// Chunks that a rank copies at a time: bounds its buffer.
constexpr std::uint64_t copied_chunks = 16;

template <typename T>
void copy_column(const Output& out, const Id& from, const Id& to, ElementType type,
                 std::uint64_t first, std::uint64_t count) {
  std::vector<T> values(count);
  read_box(out, from, hdf5_type(type).get(), {first}, {count}, values.data());
  write_box(out, to, hdf5_type(type).get(), {first}, {count}, values.data());
}

/// Deals rows `begin` to `end` to the ranks in turns of a few chunks, whole ones but for one begun
/// earlier; `body` takes this rank's first row and count, and is collective.
template <typename Body>
void deal_chunks(const Output& out, std::uint64_t chunk_rows, std::uint64_t begin,
                 std::uint64_t end, const Body& body) {
  const auto size = static_cast<std::uint64_t>(out.communicator->size());
  const auto rank = static_cast<std::uint64_t>(out.communicator->rank());
  for (std::uint64_t chunk = begin / chunk_rows; chunk * chunk_rows < end;
       chunk += size * copied_chunks) {
    const auto row = [&](std::uint64_t r) {
      return std::clamp((chunk + r * copied_chunks) * chunk_rows, begin, end);
    };
    body(row(rank), row(rank + 1) - row(rank));
  }
}

}  // namespace

std::uint64_t get_column(const EventRow& row, std::size_t column) {
  switch (column) {
    case 0:
      return row.cycle;
    case 1:
      return index(row.tile);
    case 2:
      return row.sequence;
    case 3:
      return row.kind;
    case 4:
      return row.id;
    case 5:
      return row.duration_cycles;
    default:
      return row.argument;
  }
}

void set_column(EventRow& row, std::size_t column, std::uint64_t value) {
  const auto narrow = static_cast<std::uint32_t>(value);
  switch (column) {
    case 0:
      row.cycle = value;
      break;
    case 1:
      row.tile = TileId{narrow};
      break;
    case 2:
      row.sequence = narrow;
      break;
    case 3:
      row.kind = narrow;
      break;
    case 4:
      row.id = narrow;
      break;
    case 5:
      row.duration_cycles = narrow;
      break;
    default:
      row.argument = value;
      break;
  }
}

std::uint64_t event_bytes_bound(std::uint64_t rows, std::uint64_t chunk_rows) {
  if (rows == 0) return 0;
  // A chunk that does not compress is stored as it is; the first one may be a rewritten old one.
  const std::uint64_t chunks = rows / chunk_rows + 2;
  std::uint64_t row_bytes = 0;
  for (const Column& column : event_columns) row_bytes += size_bytes(column.type);
  return chunks * (chunk_rows * row_bytes + 4096);
}

std::uint64_t low_bytes_bound(std::uint64_t rows, std::uint64_t chunk_rows) {
  return (rows / chunk_rows + 2) * (chunk_rows * sizeof(std::uint32_t) + 4096);
}

EventTable::EventTable(const Output& out, hid_t events, const StreamInfo& stream,
                       std::uint64_t position, const Settings& settings)
    : group_(make_group(out, events, stream.name)), chunk_rows_(settings.chunk_rows) {
  const bool kept = stream.level <= settings.level;
  // Eight attributes with the two of finish(): jsfive shows none of an object that has more.
  set_attribute(out, group_.get(), "position", position);
  set_attribute(out, group_.get(), "description", stream.description);
  set_attribute(out, group_.get(), "id_meaning", stream.id_meaning);
  set_attribute(out, group_.get(), "argument_meaning", stream.argument_meaning);
  set_attribute(out, group_.get(), "level", static_cast<std::uint64_t>(stream.level));
  set_attribute(out, group_.get(), "rows", 0);
  write_names(out, group_.get(), "kinds", stream.kinds);
  if (!kept) return;
  for (std::size_t c = 0; c < event_columns.size(); ++c) {
    const Column& column = event_columns[c];
    columns_[c] =
        make_chunked(out, group_.get(), column.name, column.type, {0}, {chunk_rows_}, true);
    set_attribute(out, columns_[c].get(), "units", column.units);
    set_attribute(out, columns_[c].get(), "long_name", column.long_name);
    // The cycle, by which rows are sorted, is the coordinate of the others.
    if (c == 0) {
      make_scale(out, columns_[0], column.name);
    } else {
      attach_scale(out, columns_[c], columns_[0], 0);
    }
  }
  const Id index = make_group(out, group_.get(), "index");
  set_attribute(out, index.get(), "rows_per_entry", chunk_rows_);
  index_row_ =
      make_chunked(out, index.get(), "first_row", ElementType::u64, {0}, {index_chunk}, true);
  index_cycle_ =
      make_chunked(out, index.get(), "first_cycle", ElementType::u64, {0}, {index_chunk}, true);
  make_scale(out, index_cycle_, "first_cycle");
  attach_scale(out, index_row_, index_cycle_, 0);
}

void EventTable::append(const Output& out, const Slab& slab) {
  if (slab.total == rows_) return;
  for (std::size_t c = 0; c < event_columns.size(); ++c) {
    const ElementType type = event_columns[c].type;
    if (type == ElementType::u64) {
      write_column<std::uint64_t>(out, columns_[c], type, c, slab);
    } else {
      write_column<std::uint32_t>(out, columns_[c], type, c, slab);
    }
  }
  append_index(out, slab);
  rows_ = slab.total;
  if (slab.wide || low_) extend_low(out);
  set_attribute(out, group_.get(), "rows", rows_);
}

void EventTable::catch_up(const Output& out, const EventTable& ahead) {
  const std::uint64_t total = ahead.rows_;
  if (total <= rows_) return;
  for (const Id& column : columns_) {
    out.check.ok(H5Dset_extent(column.get(), Extent{total}.data()), "longer column");
  }
  deal_chunks(out, chunk_rows_, rows_, total, [&](std::uint64_t first, std::uint64_t count) {
    for (std::size_t c = 0; c < event_columns.size(); ++c) {
      const ElementType type = event_columns[c].type;
      if (type == ElementType::u64) {
        copy_column<std::uint64_t>(out, ahead.columns_[c], columns_[c], type, first, count);
      } else {
        copy_column<std::uint32_t>(out, ahead.columns_[c], columns_[c], type, first, count);
      }
    }
  });
  copy_index(out, ahead);
  rows_ = total;
  if (ahead.low_ || low_) extend_low(out);
  set_attribute(out, group_.get(), "rows", rows_);
}

void EventTable::extend_low(const Output& out) {
  if (!low_) {
    low_ =
        make_chunked(out, group_.get(), "argument_low", ElementType::u32, {0}, {chunk_rows_}, true);
    set_attribute(out, low_.get(), "units", "1");
    set_attribute(out, low_.get(), "long_name", "argument modulo 2^32");
    attach_scale(out, low_, columns_[0], 0);
  }
  out.check.ok(H5Dset_extent(low_.get(), Extent{rows_}.data()), "longer column");
  // From the argument's own column: rows of earlier epochs want theirs as well.
  deal_chunks(out, chunk_rows_, low_rows_, rows_, [&](std::uint64_t first, std::uint64_t count) {
    std::vector<std::uint64_t> arguments(count);
    read_box(out, columns_.back(), H5T_NATIVE_UINT64, {first}, {count}, arguments.data());
    std::vector<std::uint32_t> low(count);
    std::transform(arguments.begin(), arguments.end(), low.begin(),
                   [](std::uint64_t argument) { return static_cast<std::uint32_t>(argument); });
    write_box(out, low_, H5T_STD_U32LE, {first}, {count}, low.data());
  });
  low_rows_ = rows_;
}

void EventTable::copy_index(const Output& out, const EventTable& ahead) {
  const std::uint64_t first = entries(rows_);
  const std::uint64_t end = entries(ahead.rows_);
  const std::uint64_t mine = out.communicator->is_root() ? end - first : 0;
  for (const auto& [from, to] :
       {std::pair(&ahead.index_row_, &index_row_), std::pair(&ahead.index_cycle_, &index_cycle_)}) {
    out.check.ok(H5Dset_extent(to->get(), Extent{end}.data()), "longer index");
    copy_column<std::uint64_t>(out, *from, *to, ElementType::u64, first, mine);
  }
}

void EventTable::append_index(const Output& out, const Slab& slab) {
  const Extent extent{entries(slab.total)};
  out.check.ok(H5Dset_extent(index_row_.get(), extent.data()), "longer index");
  out.check.ok(H5Dset_extent(index_cycle_.get(), extent.data()), "longer index");
  const std::uint64_t first = entries(slab.first);
  std::vector<std::uint64_t> rows;
  std::vector<std::uint64_t> cycles;
  for (std::uint64_t row = first * chunk_rows_; row < slab.first + slab.rows.size();
       row += chunk_rows_) {
    rows.push_back(row);
    cycles.push_back(slab.rows[row - slab.first].cycle);
  }
  const hid_t type = H5T_STD_U64LE;
  write_box(out, index_row_, type, {first}, {rows.size()}, rows.data());
  write_box(out, index_cycle_, type, {first}, {cycles.size()}, cycles.data());
}

void EventTable::finish(const Output& out, const std::string& digest, std::uint64_t rows_hashed) {
  set_attribute(out, group_.get(), "digest", digest);
  set_attribute(out, group_.get(), "rows_hashed", rows_hashed);
}

}  // namespace weft::trace

// SPDX-License-Identifier: Apache-2.0
// Scales first, then one array a counter.
#include "trace/grid_group.hpp"

#include <algorithm>
#include <numeric>

#include "trace/element_hdf5.hpp"

namespace weft::trace {

namespace {

/// A dataset 0, 1 ... count - 1.
Id make_numbers(const Output& out, hid_t group, const std::string& name, std::uint64_t count) {
  std::vector<std::uint32_t> numbers(count);
  std::iota(numbers.begin(), numbers.end(), 0U);
  Id dataset = make_plain(out, group, name, H5T_STD_U32LE, {count});
  write_from_root(out, dataset, H5T_STD_U32LE, numbers.data());
  return dataset;
}

}  // namespace

GridGroup::GridGroup(const Output& out, hid_t file, const char* name, const Rectangle& region,
                     const std::vector<CounterShape>& counters, bool binned)
    : group_(make_group(out, file, name)),
      definitions_(
          out.check.id(H5Gopen2(file, "definitions", H5P_DEFAULT), H5Gclose, "definitions")),
      region_(region),
      binned_(binned) {
  y_ = make_positions(out, "y", region.height);
  x_ = make_positions(out, "x", region.width);
  if (binned) {
    // A chunk a bin: HDF5 1.10 with MPI damages a chunk that a shrinking extent cuts.
    bin_cycle_ = make_chunked(out, group_.get(), "cycle", ElementType::u64, {0}, {1}, true);
    make_scale(out, bin_cycle_, "cycle");
    set_attribute(out, bin_cycle_.get(), "units", "cycle");
    set_attribute(out, bin_cycle_.get(), "long_name", "first cycle of the bin");
  }
  for (const auto& counter : counters) make_counter(out, counter);
}

Id GridGroup::make_positions(const Output& out, const char* name, std::uint32_t count) {
  Id scale = make_numbers(out, group_.get(), name, count);
  make_scale(out, scale, name);
  set_attribute(out, scale.get(), "long_name", std::string("tile ") + name);
  return scale;
}

const GridGroup::ChannelScale& GridGroup::channel_scale(const Output& out,
                                                        const CounterShape& counter) {
  auto found = channel_scales_.find(counter.channels);
  if (found == channel_scales_.end()) {
    const std::string name = counter.name + "_channel";
    // Numbers, because netCDF's library crashes on coordinates that are strings of fixed length;
    // the attribute is how the CF conventions name numbers.
    Id scale = make_numbers(out, group_.get(), name, counter.width());
    make_scale(out, scale, name.c_str());
    // Blanks part the words of this attribute, so none may stand in one.
    std::string meanings;
    for (std::string word : counter.channels) {
      std::replace(word.begin(), word.end(), ' ', '_');
      meanings += (meanings.empty() ? "" : " ") + word;
    }
    set_attribute(out, scale.get(), "flag_meanings", meanings);
    set_attribute(out, scale.get(), "long_name", "names in /definitions/" + name);
    const htri_t known = H5Lexists(definitions_.get(), name.c_str(), H5P_DEFAULT);
    out.check.ok(known, "definition " + name);
    if (known == 0) write_names(out, definitions_.get(), name, counter.channels);
    found = channel_scales_.emplace(counter.channels, ChannelScale{name, std::move(scale)}).first;
  }
  return found->second;
}

void GridGroup::make_counter(const Output& out, const CounterShape& counter) {
  Extent extent{region_.height, region_.width};
  Extent chunk{rows_per_chunk(region_, counter.width()), region_.width};
  if (!counter.channels.empty()) {
    extent.push_back(counter.width());
    chunk.push_back(counter.width());
  }
  if (binned_) {
    extent.insert(extent.begin(), 0);
    chunk.insert(chunk.begin(), 1);
  }
  Id dataset =
      make_chunked(out, group_.get(), counter.name, ElementType::u64, extent, chunk, binned_);
  set_attribute(out, dataset.get(), "units", counter.unit);
  set_attribute(out, dataset.get(), "long_name", counter.long_name);
  unsigned dimension = 0;
  if (binned_) attach_scale(out, dataset, bin_cycle_, dimension++);
  attach_scale(out, dataset, y_, dimension++);
  attach_scale(out, dataset, x_, dimension++);
  if (!counter.channels.empty()) {
    const ChannelScale& scale = channel_scale(out, counter);
    attach_scale(out, dataset, scale.id, dimension);
    set_attribute(out, dataset.get(), "channel_scale", scale.name);
  }
  datasets_.push_back(std::move(dataset));
  widths_.push_back(counter.channels.size());
}

void GridGroup::set_bins(const Output& out, std::uint64_t bins, Cycle bin_cycles) {
  const Extent extent{bins};
  out.check.ok(H5Dset_extent(bin_cycle_.get(), extent.data()), "number of bins");
  std::vector<std::uint64_t> first_cycles(bins);
  for (std::uint64_t b = 0; b < bins; ++b) first_cycles[b] = b * bin_cycles;
  const std::uint64_t mine = out.communicator->is_root() ? bins : 0;
  write_box(out, bin_cycle_, H5T_STD_U64LE, {0}, {mine}, first_cycles.data());
  set_attribute(out, group_.get(), "bin_cycles", bin_cycles);
  for (std::size_t c = 0; c < datasets_.size(); ++c) {
    Extent shape{bins, region_.height, region_.width};
    if (widths_[c] > 0) shape.push_back(widths_[c]);
    out.check.ok(H5Dset_extent(datasets_[c].get(), shape.data()), "number of bins");
  }
}

GridGroup::Box GridGroup::box(std::size_t counter, std::uint64_t bin, const Band& band) const {
  Box box{{band.y0, 0}, {band.y1 - band.y0, region_.width}};
  if (widths_[counter] > 0) {
    box.start.push_back(0);
    box.count.push_back(widths_[counter]);
  }
  if (binned_) {
    box.start.insert(box.start.begin(), bin);
    box.count.insert(box.count.begin(), 1);
  }
  return box;
}

void GridGroup::write(const Output& out, std::size_t counter, std::uint64_t bin, const Band& band,
                      const std::vector<std::uint64_t>& values) {
  const Box at = box(counter, bin, band);
  write_box(out, datasets_[counter], H5T_STD_U64LE, at.start, at.count, values.data());
}

void GridGroup::add_to(const Output& out, std::size_t counter, std::uint64_t bin, const Band& band,
                       std::vector<std::uint64_t>& values) const {
  const Box at = box(counter, bin, band);
  std::vector<std::uint64_t> have(values.size());
  read_box(out, datasets_[counter], H5T_NATIVE_UINT64, at.start, at.count, have.data());
  for (std::size_t i = 0; i < values.size(); ++i) values[i] += have[i];
}

}  // namespace weft::trace

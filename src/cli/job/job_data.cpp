// SPDX-License-Identifier: Apache-2.0
// Values of a command's data, and their way to the tiles.
#include "cli/job/job_data.hpp"

#include <cmath>
#include <cstring>
#include <utility>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "cli/job/job_element.hpp"

namespace weft::cli {

using trace::ElementType;
using trace::Tensor;

std::string describe(const DataSource& source) {
  return source.dataset.empty() ? source.path : source.path + ":" + source.dataset;
}

trace::Tensor read_source(const DataSource& source) {
  Tensor tensor = trace::read_tensor(source.path, source.dataset);
  const std::uint64_t bad = first_nan(tensor);
  if (bad < tensor.elements()) {
    fail(Category::input,
         describe(source) + ": element " + std::to_string(bad) + " is not a number");
  }
  return tensor;
}

namespace {

std::uint32_t element_count(const JobCommand& command, const Target& target, std::uint64_t given,
                            std::uint64_t tiles) {
  std::uint64_t elements = command.layout.elements;
  if (command.layout.arrangement == Arrangement::same) tiles = 1;
  if (target.is_array && given != target.elements) {
    command.where.fail("data", "has " + counted(given, "element") + "; tensor '" + target.name +
                                   "' is " + trace::describe(array_shape(target)));
  }
  if (elements == 0) {
    if (given % tiles != 0 || given == 0) {
      command.where.fail("data", "has " + counted(given, "element") + ", which " +
                                     counted(tiles, "tile") + " cannot share evenly");
    }
    elements = given / tiles;
  }
  if (elements * tiles != given) {
    command.where.fail("data", "has " + counted(given, "element") + "; " + counted(tiles, "tile") +
                                   " of " + std::to_string(elements) + " need " +
                                   std::to_string(tiles * elements));
  }
  if (target.elements != 0 && elements > target.elements) {
    command.where.fail("data", "gives " + counted(elements, "element") + " a tile; '" +
                                   target.name + "' has " + std::to_string(target.elements));
  }
  return static_cast<std::uint32_t>(elements);
}

/// Rows of a block, from the data's shape.
std::uint32_t rows_of_block(const JobCommand& command, const Tensor& tensor,
                            const Rectangle& region) {
  if (command.layout.arrangement != Arrangement::blocks) return 1;
  if (tensor.shape.size() != 2 || tensor.shape[0] % region.height != 0 ||
      tensor.shape[1] % region.width != 0) {
    command.where.fail("data", "is " + trace::describe(tensor) +
                                   "; layout 'blocks' needs a matrix that " +
                                   std::to_string(region.height) + " x " +
                                   std::to_string(region.width) + " tiles cut evenly");
  }
  return static_cast<std::uint32_t>(tensor.shape[0] / region.height);
}

TileData from_file(const JobCommand& command, const Target& target, const Rectangle& region,
                   bool in_items) {
  Tensor tensor = read_source(command.data);
  if (!same_bits(tensor.type, target.type)) {
    command.where.fail("data", "is " + trace::describe(tensor) + "; '" + target.name + "' holds " +
                                   std::string(trace::name_of(target.type)));
  }
  const std::string other = other_values(tensor, target.type);
  if (!other.empty()) command.where.fail("data", "is " + trace::describe(tensor) + ": " + other);
  TileData out;
  out.type = target.type;
  const bool counted = in_items && tensor.shape.size() > 1;
  const std::uint64_t all = counted ? tensor.shape[0] : 1;
  if (tensor.elements() == 0) command.where.fail("data", "is empty");
  if (command.first_item + command.most_items > all) {
    command.where.fail("items", "reach to item " +
                                    std::to_string(command.first_item + command.most_items) +
                                    "; the data have " + std::to_string(all));
  }
  out.items = command.most_items == 0 ? all : command.most_items;
  const std::uint64_t each = tensor.elements() / all;
  out.elements = element_count(command, target, each, region.tiles());
  const HostIndex place(command.layout, region, out.elements,
                        rows_of_block(command, tensor, region));
  const std::vector<std::uint64_t> wanted = target.is_array ? target.shape : place.shape();
  if (!read_alike({tensor.shape.begin() + (counted ? 1 : 0), tensor.shape.end()}, wanted)) {
    command.where.fail(
        "data", "is " + trace::describe(tensor) + "; '" + target.name + "' takes " +
                    trace::describe({target.type, wanted, {}}) + (counted ? " an item" : "") +
                    ": lengths in that order, of which neighbours may stand multiplied");
  }
  if (place.is_identity() && out.items == all) {
    out.bytes = std::move(tensor.bytes);
    return out;
  }
  const std::size_t size = trace::size_bytes(out.type);
  out.bytes.resize(out.items * region.tiles() * out.elements * size);
  std::byte* to = out.bytes.data();
  for (std::uint64_t item = 0; item < out.items; ++item) {
    const std::byte* from = tensor.bytes.data() + (command.first_item + item) * each * size;
    for (std::uint32_t y = 0; y < region.height; ++y) {
      for (std::uint32_t x = 0; x < region.width; ++x) {
        for (std::uint32_t e = 0; e < out.elements; ++e, to += size) {
          std::memcpy(to, from + place(x, y, e) * size, size);
        }
      }
    }
  }
  return out;
}

TileData from_numbers(const JobCommand& command, const Target& target, const Rectangle& region) {
  TileData out;
  out.type = target.type;
  const DataSource& data = command.data;
  if (data.kind == DataSource::Kind::values) {
    out.elements = element_count(command, target, data.values.size(), region.tiles());
  } else {
    out.elements = command.layout.elements != 0 ? command.layout.elements : target.elements;
    if (out.elements == 0) command.where.fail("elements", "is missing: how many a tile?");
    if (target.elements != 0 && out.elements > target.elements) {
      command.where.fail("elements", "is " + std::to_string(out.elements) + "; '" + target.name +
                                         "' has " + std::to_string(target.elements));
    }
  }
  if (command.layout.arrangement == Arrangement::blocks) {
    command.where.fail("layout", "'blocks' needs data from a file");
  }
  const HostIndex place(command.layout, region, out.elements, 1);
  const Pattern& p = data.pattern;
  const std::string key = data.kind == DataSource::Kind::values ? "values"
                          : data.kind == DataSource::Kind::fill ? "fill"
                                                                : "pattern";
  const std::size_t size = trace::size_bytes(out.type);
  out.bytes.resize(region.tiles() * out.elements * size);
  std::byte* to = out.bytes.data();
  for (std::uint32_t y = 0; y < region.height; ++y) {
    for (std::uint32_t x = 0; x < region.width; ++x) {
      for (std::uint32_t e = 0; e < out.elements; ++e, to += size) {
        double value = data.fill;
        if (data.kind == DataSource::Kind::values) value = data.values[place(x, y, e)];
        if (data.kind == DataSource::Kind::pattern) {
          const std::int64_t sum = p.constant + p.tile_x * x + p.tile_y * y + p.element * e;
          const std::int64_t within = (sum % p.modulo + p.modulo) % p.modulo;
          value = static_cast<double>(within + p.offset) * p.scale;
        }
        if (!store_number(value, out.type, to)) {
          command.where.fail(key, "gives " + not_a_number_of(value, out.type));
        }
      }
    }
  }
  return out;
}

}  // namespace

TileData tile_data(const JobCommand& command, const Target& target, const Rectangle& region,
                   bool in_items) {
  if (command.data.kind == DataSource::Kind::file)
    return from_file(command, target, region, in_items);
  return from_numbers(command, target, region);
}

}  // namespace weft::cli

// SPDX-License-Identifier: Apache-2.0
// The toy machine's host side: variables, functions, streams.
#include <algorithm>
#include <cstring>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "machine/toy/toy.hpp"

namespace weft::machine::toy {

namespace {

struct Variable {
  const char* name;
  const char* type;
  std::uint32_t offset_bytes;
  std::uint32_t element_bytes;
  std::uint32_t elements;
};
constexpr Variable variables[] = {
    {"bias", "u32", 0, 4, 4}, {"value", "u32", 16, 4, 2}, {"small", "u16", 24, 2, 3}};

const Variable& variable(const std::string& name, std::uint32_t elements) {
  for (const Variable& v : variables) {
    if (name != v.name) continue;
    if (elements > v.elements) {
      fail(Category::input, "toy: variable '" + name + "' has " + counted(v.elements, "element") +
                                " a tile, " + std::to_string(elements) + " asked for");
    }
    return v;
  }
  fail(Category::input, "toy: no variable '" + name + "'");
}

void need(const std::string& name, std::size_t given, std::size_t wanted) {
  if (given == wanted) return;
  fail(Category::input, "toy: function '" + name + "' takes " + counted(wanted, "argument") + ", " +
                            std::to_string(given) + " given");
}

}  // namespace

std::uint32_t Toy::local_tile(std::uint32_t x, std::uint32_t y) const {
  return (y - slice_.tiles.y0) * slice_.tiles.width + x - slice_.tiles.x0;
}

std::vector<Export> Toy::exports() const {
  using Kind = Export::Kind;
  std::vector<Export> list;
  for (const Variable& v : variables) {
    list.push_back({Kind::variable, v.name, v.element_bytes, v.elements, v.type});
  }
  list.push_back({Kind::function, "run", 0, 0, "u32,u32"});
  list.push_back({Kind::function, "spin", 0, 0, "u32"});
  list.push_back({Kind::function, "await", 0, 0, "u32"});
  list.push_back({Kind::function, "fail", 0, 0, "u32,u32,u32"});
  list.push_back({Kind::function, "fail_all", 0, 0, "u32"});
  list.push_back({Kind::stream_in, "in", 4, 0, "u32"});
  list.push_back({Kind::stream_out, "out", 4, 0, "u32"});
  if (bulk_) {
    list.push_back({Kind::function, "share", 0, 0, "u32,u32"});
    list.push_back({Kind::array, "shared", 4, 2 * slice_.region.tiles(), "u32"});
  }
  return list;
}

void Toy::set_now(Cycle cycle) {
  now_ = cycle;
  find_due();
}

void Toy::copy_in(const std::string& name, const Rectangle& where, std::uint32_t elements,
                  std::span<const std::byte> data) {
  const Variable& v = variable(name, elements);
  const std::size_t bytes = std::size_t{elements} * v.element_bytes;
  std::size_t at = 0;
  for (std::uint32_t y = where.y0; y < where.y1(); ++y) {
    for (std::uint32_t x = where.x0; x < where.x1(); ++x, at += bytes) {
      auto* memory = reinterpret_cast<std::byte*>(state_.tile(local_tile(x, y)).memory);
      std::memcpy(memory + v.offset_bytes, data.data() + at, bytes);
    }
  }
}

std::vector<std::byte> Toy::copy_out(const std::string& name, const Rectangle& where,
                                     std::uint32_t elements) {
  const Variable& v = variable(name, elements);
  const std::size_t bytes = std::size_t{elements} * v.element_bytes;
  std::vector<std::byte> data(where.tiles() * bytes);
  std::size_t at = 0;
  for (std::uint32_t y = where.y0; y < where.y1(); ++y) {
    for (std::uint32_t x = where.x0; x < where.x1(); ++x, at += bytes) {
      const auto* memory = reinterpret_cast<const std::byte*>(state_.tile(local_tile(x, y)).memory);
      std::memcpy(data.data() + at, memory + v.offset_bytes, bytes);
    }
  }
  return data;
}

void Toy::launch(const std::string& name, std::span<const std::uint32_t> arguments) {
  if (name == "share" && bulk_) {
    need(name, arguments.size(), 2);
    bulk_->launch(arguments[0], arguments[1], now_);
    return;
  }
  if (name == "run") {
    need(name, arguments.size(), 2);
  } else if (name == "fail") {
    need(name, arguments.size(), 3);
  } else if (name == "spin" || name == "await" || name == "fail_all") {
    need(name, arguments.size(), 1);
  } else {
    fail(Category::input, "toy: no function '" + name + "'");
  }
  for (std::uint32_t t = 0; t < state_.tiles; ++t) {
    Tile& tile = state_.tile(t);
    if (name == "run") {
      tile.source_left += arguments[0];
      tile.source_hops = arguments[1];
    } else if (name == "spin") {
      tile.spin_period = std::max(arguments[0], 1U);
      tile.spin_next = now_;
    } else if (name == "await") {
      tile.await_left += arguments[0];
      tile.await_total = tile.await_left;
    } else if (name == "fail_all") {
      const std::uint32_t global = state_.global_tile(t);
      tile.fail_cycle = now_ + arguments[0] + mix(global) % 16;
      tile.fail_code = 1 + global % 5;
    } else if (state_.global_tile(t) == arguments[1]) {
      tile.fail_cycle = now_ + arguments[0];
      tile.fail_code = arguments[2];
    }
  }
  find_due();
}

std::optional<HostRequest> Toy::host_request() const { return bulk_->host_request(); }

void Toy::answer() { bulk_->answer(now_); }

void Toy::need_array(const std::string& name) const {
  if (name != "shared") fail(Category::internal, "toy: no array '" + name + "'");
}

std::vector<ArrayPart> Toy::array_parts(const std::string& name) const {
  need_array(name);
  return bulk_->array_parts();
}

void Toy::write_array(const std::string& name, std::span<const std::byte> data) {
  need_array(name);
  bulk_->write_array(data);
}

std::vector<std::byte> Toy::read_array(const std::string& name) const {
  need_array(name);
  return bulk_->read_array();
}

void Toy::stream_in(const std::string& name, const Rectangle& where, std::uint32_t words,
                    std::span<const std::uint32_t> data) {
  if (name != "in") fail(Category::input, "toy: no input stream '" + name + "'");
  std::uint32_t most = 0;
  for (std::uint32_t t = 0; t < state_.tiles; ++t) most = std::max(most, state_.tile(t).in_count);
  const std::uint32_t capacity = std::max(most + words, state_.in_capacity);
  Array<std::uint32_t> larger("toy_host_in", std::size_t{state_.tiles} * capacity);
  for (std::uint32_t t = 0; t < state_.tiles; ++t) {
    Tile& tile = state_.tile(t);
    for (std::uint32_t i = 0; i < tile.in_count; ++i) {
      const std::uint32_t from = (tile.in_head + i) % state_.in_capacity;
      larger(std::size_t{t} * capacity + i) =
          state_.host_in(std::size_t{t} * state_.in_capacity + from);
    }
    tile.in_head = 0;
  }
  state_.host_in = larger;
  state_.in_capacity = capacity;
  std::size_t at = 0;
  for (std::uint32_t y = where.y0; y < where.y1(); ++y) {
    for (std::uint32_t x = where.x0; x < where.x1(); ++x) {
      const std::uint32_t t = local_tile(x, y);
      Tile& tile = state_.tile(t);
      for (std::uint32_t i = 0; i < words; ++i) {
        state_.host_in(std::size_t{t} * capacity + tile.in_count++) = data[at++];
      }
    }
  }
  find_due();
}

std::uint64_t Toy::words_to_enter() const {
  std::uint64_t words = 0;
  for (std::uint32_t t = 0; t < state_.tiles; ++t) words += state_.tile(t).in_count;
  return words;
}

std::vector<std::uint32_t> Toy::stream_out(const std::string& name, const Rectangle& where,
                                           std::uint32_t words, std::vector<std::uint32_t>& taken) {
  if (name != "out") fail(Category::input, "toy: no output stream '" + name + "'");
  std::vector<std::uint32_t> data(where.tiles() * words, 0);
  taken.assign(where.tiles(), 0);
  std::size_t at = 0;
  for (std::uint32_t y = where.y0; y < where.y1(); ++y) {
    for (std::uint32_t x = where.x0; x < where.x1(); ++x, ++at) {
      auto& queue = host_out_[local_tile(x, y)];
      while (taken[at] < words && !queue.empty()) {
        data[at * words + taken[at]++] = queue.front();
        queue.pop_front();
      }
    }
  }
  return data;
}

}  // namespace weft::machine::toy

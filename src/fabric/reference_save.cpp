// SPDX-License-Identifier: Apache-2.0
// State of the reference engine as bytes, and back.
#include <cstring>
#include <string>

#include "base/error.hpp"
#include "fabric/reference_impl.hpp"

namespace weft::fabric {

using namespace reference;

namespace {

/// Calls visit(pointer, bytes) for every part of the state whose size the build decides.
template <typename Impl, typename Visit>
void for_each_array(Impl& m, const Visit& visit) {
  const auto part = [&visit](auto& array) {
    visit(array.data(), array.extent(0) * sizeof(*array.data()));
  };
  part(m.routers);
  part(m.ends);
  part(m.streams);
  part(m.pool);
  part(m.output_words);
  part(m.wavelets);
  part(m.shared);
  part(m.router_flags.tile);
  part(m.router_flags.block);
  part(m.stream_flags.tile);
  part(m.stream_flags.block);
  part(m.attention.tile);
  part(m.attention.block);
}

void put(std::vector<std::byte>& out, const void* data, std::size_t size) {
  if (size == 0) return;
  const std::size_t at = out.size();
  out.resize(at + size);
  std::memcpy(out.data() + at, data, size);
}

class Reader {
 public:
  explicit Reader(std::span<const std::byte> bytes) : bytes_(bytes) {}
  void get(void* data, std::size_t size) {
    if (size > bytes_.size()) fail(Category::input, "fabric: the saved state is too short");
    if (size != 0) std::memcpy(data, bytes_.data(), size);
    bytes_ = bytes_.subspan(size);
  }
  std::uint64_t number() {
    std::uint64_t value = 0;
    get(&value, sizeof value);
    return value;
  }
  std::size_t left() const { return bytes_.size(); }

 private:
  std::span<const std::byte> bytes_;
};

void put_boxes(std::vector<std::byte>& out, const std::vector<std::vector<CutRecord>>& boxes) {
  for (const auto& box : boxes) {
    const std::uint64_t count = box.size();
    put(out, &count, sizeof count);
    put(out, box.data(), box.size() * sizeof(CutRecord));
  }
}

void get_boxes(Reader& in, std::vector<std::vector<CutRecord>>& boxes) {
  for (auto& box : boxes) {
    const std::uint64_t count = in.number();
    if (count > in.left() / sizeof(CutRecord)) {
      fail(Category::input, "fabric: the saved state is too short");
    }
    box.resize(count);
    in.get(box.data(), count * sizeof(CutRecord));
  }
}

}  // namespace

std::vector<std::byte> ReferenceFabric::save() const {
  Impl& m = *impl_;
  std::vector<std::byte> out;
  for_each_array(m, [&out](const void* data, std::uint64_t size) {
    put(out, &size, sizeof size);
    put(out, data, size);
  });
  put(out, &m.fault_cycle, sizeof m.fault_cycle);
  put_boxes(out, m.outbox);
  put_boxes(out, m.inbox);
  return out;
}

void ReferenceFabric::load(std::span<const std::byte> state) {
  Impl& m = *impl_;
  Reader in(state);
  for_each_array(m, [&in](void* data, std::uint64_t size) {
    if (in.number() != size) {
      fail(Category::input, "fabric: the saved state is of a slice of another shape");
    }
    in.get(data, size);
  });
  in.get(&m.fault_cycle, sizeof m.fault_cycle);
  get_boxes(in, m.outbox);
  get_boxes(in, m.inbox);
  if (in.left() != 0) fail(Category::input, "fabric: the saved state is too long");
  m.ended_runs.clear();
  m.touched_count = 0;
}

}  // namespace weft::fabric

// SPDX-License-Identifier: Apache-2.0
// Memory of a tile: values[6] at 0, halo-extended input[8] at 32, flag at 64, counter at 68.
#include "support/ipu_program.hpp"

#include <algorithm>
#include <cstring>

#include "support/ipu_codelets.hpp"

namespace weft::test {

namespace {

using namespace program::ipu;

constexpr std::uint32_t values = 0, input = 32, flag = 64, memory = 72, length = 6;

class Ring {
 public:
  Ring(std::uint32_t tiles_per_ipu, std::uint32_t ipus) : tiles_(tiles_per_ipu * ipus) {
    p.tiles_per_ipu = tiles_per_ipu;
    p.ipus = ipus;
    p.memory_bytes.assign(tiles_, memory);
    p.memory_use.assign(std::size_t{tiles_} * memory_uses, 0);
    for (std::uint32_t t = 0; t < tiles_; ++t) p.memory_use[t * memory_uses] = memory;
    p.codelets = {{"Mix"}, {"Spread"}, {"Below"}, {"Fail"}};
    initial_values();
    exchange();
    rearrange();
    mix();
    spread();
    below();
    fail();
    arrays();
  }

  void emit(Operation operation, std::uint32_t a = 0, std::uint32_t b = 0, std::uint32_t c = 0) {
    p.code.push_back({operation, a, b, c});
  }
  std::uint32_t here() const { return static_cast<std::uint32_t>(p.code.size()); }

  void round() {
    emit(Operation::exchange, 0);
    emit(Operation::rearrange, 0);
    emit(Operation::execute, 0);
  }

  Program p;

 private:
  void initial_values() {
    for (std::uint32_t t = 0; t < tiles_; ++t) {
      p.initial.push_back({t, values, p.initial_bytes.size(), 4 * length});
      for (std::uint32_t i = 0; i < length; ++i) add_int(p.initial_bytes, t * 7 + i * i);
    }
  }

  static void add_int(std::vector<std::byte>& bytes, std::uint32_t value) {
    const std::size_t at = bytes.size();
    bytes.resize(at + 4);
    std::memcpy(bytes.data() + at, &value, 4);
  }

  /// The last value of the tile before and the first of the tile after, round the ring.
  void exchange() {
    for (std::uint32_t t = 0; t < tiles_; ++t) {
      const std::uint32_t before = (t + tiles_ - 1) % tiles_;
      const std::uint32_t after = (t + 1) % tiles_;
      if (before != t) p.moves.push_back({before, values + 4 * (length - 1), t, input, 4});
      if (after != t) p.moves.push_back({after, values, t, input + 4 * (length + 1), 4});
    }
    p.exchanges.push_back({"ring", 0, p.moves.size()});
  }

  void rearrange() {
    const std::uint64_t first = p.moves.size();
    for (std::uint32_t t = 0; t < tiles_; ++t) {
      p.moves.push_back({t, values, t, input + 4, 4 * length});
    }
    p.rearrangements.push_back({"gather", first, tiles_, 0});
  }

  void add_vertex(std::uint32_t tile, std::uint32_t codelet, std::vector<std::uint32_t> words,
                  std::vector<std::uint32_t> members, std::uint64_t cycles, CostOrigin cost) {
    Vertex v;
    v.tile = tile;
    v.codelet = codelet;
    v.words = p.field_words.size();
    v.state = p.state_bytes.size();
    v.cycles = cycles;
    v.cost = cost;
    p.field_words.insert(p.field_words.end(), words.begin(), words.end());
    for (const std::uint32_t m : members) add_int(p.state_bytes, m);
    p.vertices.push_back(v);
  }

  void begin(const char* name) { p.compute_sets.push_back({name, p.vertices.size(), 0}); }
  void end() { p.compute_sets.back().count = p.vertices.size() - p.compute_sets.back().first; }

  void mix() {
    begin("mix");
    for (std::uint32_t t = 0; t < tiles_; ++t) {
      // Two halves, on two workers, of different length.
      add_vertex(t, 0, {input, 8, values, 2}, {t}, 20 + t % 5, CostOrigin::user);
      add_vertex(t, 0, {input + 8, 6, values + 8, 4}, {t + 1}, 30, CostOrigin::library);
    }
    end();
  }

  void spread() {
    begin("spread");
    for (std::uint32_t t = 0; t < tiles_; t += 2) {
      add_vertex(t, 1, {values, length}, {}, 100 + t, CostOrigin::default_mix);
    }
    end();
  }

  void below() {
    begin("below");
    add_vertex(1, 2, {values, flag}, {0x8000}, 9, CostOrigin::user);
    end();
    p.places.push_back({1, flag, ElementType::signed_int});
  }

  void fail() {
    begin("fail");
    for (std::uint32_t t = 0; t < tiles_; ++t) {
      add_vertex(t, 3, {values + 8}, {(tiles_ / 2) * 7 + 4}, 5, CostOrigin::user);
    }
    end();
  }

  void arrays() {
    for (std::uint32_t t = 0; t < tiles_; ++t) p.runs.push_back({t, values, 4 * length});
    p.arrays.push_back({"values",
                        ElementType::signed_int,
                        {tiles_, length},
                        0,
                        tiles_,
                        std::uint64_t{tiles_} * 4 * length});
    p.requests.push_back({RequestKind::print, "values", {0}, 0});
    p.texts = {"it was told to"};
  }

  std::uint32_t tiles_;
};

}  // namespace

Program ring_program(std::uint32_t tiles_per_ipu, std::uint32_t ipus, std::uint32_t rounds) {
  register_test_codelets();
  Ring ring(tiles_per_ipu, ipus);
  Program& p = ring.p;
  p.counters = 1;
  p.counts = {rounds, 5};
  p.entries.push_back(ring.here());
  ring.emit(Operation::set_counter, 0, 0);
  const std::uint32_t loop = ring.here();
  ring.round();
  ring.emit(Operation::repeat, 0, loop);
  ring.emit(Operation::execute, 1);
  const std::uint32_t again = ring.here();
  ring.round();
  ring.emit(Operation::execute, 2);
  ring.emit(Operation::branch_true, 0, again);
  ring.emit(Operation::request, 0);
  ring.round();
  ring.emit(Operation::halt);
  p.entries.push_back(ring.here());
  ring.emit(Operation::execute, 3);
  ring.round();
  ring.emit(Operation::halt);
  p.entries.push_back(ring.here());
  ring.round();
  ring.emit(Operation::abort, 0);
  p.entries.push_back(ring.here());
  ring.emit(Operation::set_counter, 0, 1);
  const std::uint32_t spin = ring.here();
  ring.emit(Operation::execute, 1);
  ring.emit(Operation::repeat, 0, spin);
  ring.emit(Operation::halt);
  return p;
}

}  // namespace weft::test

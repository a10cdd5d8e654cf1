// SPDX-License-Identifier: Apache-2.0
// How far whoever writes a ring of rows may be ahead, and the contexts of the two.
#include "program/rdu_pattern_ring.hpp"

#include <algorithm>

#include "program/rdu_pattern_graph.hpp"

namespace weft::program::rdu {

using numerics::word_u32;
using Kind = Channel::Kind;

std::uint32_t RowRing::rows_of_image() const {
  return std::max(window.down.before + window.height, last_row(chunks_of_image() - 1) + 1);
}

std::uint32_t RowRing::chunks_of_image() const { return parts_of(window.rows(), chunk); }

std::uint32_t RowRing::last_row(std::uint32_t of) const {
  const std::uint32_t last = std::min((of + 1) * chunk, window.rows()) - 1;
  return last * window.down.stride +
         static_cast<std::uint32_t>(window.down.reach(window.window_height)) - 1;
}

namespace {

/// Chunks of all images that have begun where row `at` of all of them begins: credits taken by
/// then, and chunks that have to be read before the row may be overwritten.
std::uint64_t begun_at(const RowRing& ring, std::uint64_t at) {
  const std::uint64_t chunks = ring.chunks_of_image();
  const std::uint64_t of_image = at % ring.rows_of_image() / ring.rows_of_chunk();
  return at / ring.rows_of_image() * chunks + std::min(of_image, chunks - 1) + 1;
}

/// Row `at` lies where row `at - held` did: whatever `at` is, by then no fewer chunks are read than
/// that one was seen by. What comes after an image is as what comes after the next.
std::uint32_t credits_of(const RowRing& ring) {
  std::uint64_t most = std::uint64_t{ring.images} * ring.chunks_of_image();
  for (std::uint64_t at = ring.held; at < std::uint64_t{ring.held} + ring.rows_of_image(); ++at) {
    most = std::min(most, begun_at(ring, at) - begun_at(ring, at - ring.held));
  }
  return static_cast<std::uint32_t>(most);
}

/// Can a chunk's last row be written while nothing of the chunk has been read?
bool goes_on(const RowRing& ring) {
  for (std::uint32_t chunk = 0; chunk < ring.chunks_of_image(); ++chunk) {
    if (begun_at(ring, ring.last_row(chunk)) > std::uint64_t{ring.credits} + chunk) return false;
  }
  return true;
}

}  // namespace

RowRing row_ring(const Window& window, std::uint32_t images, std::uint32_t chunk,
                 std::uint64_t rows_most) {
  RowRing ring;
  ring.window = window;
  ring.images = images;
  ring.chunk = std::min(chunk, window.rows());
  const std::uint64_t all = std::uint64_t{ring.rows_of_image()} * std::min(images, 2U);
  ring.held = static_cast<std::uint32_t>(std::min(rows_most, all));
  if (ring.held == 0) return ring;
  ring.credits = credits_of(ring);
  if (!goes_on(ring)) ring.credits = 0;
  return ring;
}

std::uint32_t fewest_rows(const Window& window, std::uint32_t images, std::uint32_t chunk) {
  RowRing all;
  all.window = window;
  all.chunk = std::min(chunk, window.rows());
  std::uint32_t too_few = 0;
  std::uint32_t enough = all.rows_of_image();
  while (enough - too_few > 1) {
    const std::uint32_t middle = too_few + (enough - too_few) / 2;
    const bool goes = row_ring(window, images, chunk, middle).credits > 0;
    (goes ? enough : too_few) = middle;
  }
  return enough;
}

RingMemory PatternGraph::hold_images(const std::string& name, const Pattern& of,
                                     std::uint32_t images, std::uint32_t chunk,
                                     std::uint64_t row_words) {
  const std::uint64_t rows_most = timing_.memory_words / row_words;
  RingMemory made;
  made.ring = row_ring(of.window, images, chunk, rows_most);
  made.row_words = static_cast<std::uint32_t>(row_words);
  made.unit = g_.unit(name, Unit::Kind::memory);
  const std::uint32_t rows =
      made.ring.credits == 0 ? fewest_rows(of.window, images, chunk) : made.ring.held;
  made.memory = memory(name, of, made.unit, rows * row_words, 1);
  return made;
}

std::uint32_t PatternGraph::ring_place(ContextMaker& c, const RingMemory& of, std::uint32_t image,
                                       std::uint32_t row) {
  const RowRing& ring = of.ring;
  if (ring.images > 1) row = add(c, times(c, image, ring.rows_of_image()), row);
  const bool turns = std::uint64_t{ring.images} * ring.rows_of_image() > ring.held;
  return turns ? rest(c, row, ring.held) : row;
}

ContextMaker PatternGraph::write_ring(const std::string& name, const RingMemory& of,
                                      std::uint32_t channels, std::uint32_t pixel_words,
                                      std::uint32_t in) {
  const RowRing& ring = of.ring;
  const Window& w = ring.window;
  ContextMaker write = g_.context(name + ".write", of.unit, pair_lanes);
  write.counter("image", static_cast<std::int32_t>(ring.images));
  write.counter("row", static_cast<std::int32_t>(ring.rows_of_image()));
  write.counter("pixel", static_cast<std::int32_t>(w.width));
  write.counter("word", static_cast<std::int32_t>(parts_of(channels, 2)));
  const std::uint32_t row = write.index(1);
  // Rows above the image wait for its first row, which stays: else they would begin another image
  // that never comes. Those below wait for nothing.
  const std::uint32_t end = w.down.before + w.height;
  const std::uint32_t above = w.down.before;
  const std::uint32_t waits = ring.rows_of_image() > end ? below(write, row, end) : none;
  const std::uint32_t begun =
      above == 0 ? none : write.operation(WordOperation::bit_not, below(write, row, above));
  const std::uint32_t taken = write.value_of(write.input(in, every, waits, begun), word_u32);
  std::uint32_t there = waits == none ? begun : waits;
  if (waits != none && begun != none) there = both(write, begun, waits);
  const std::uint32_t at = times(write, ring_place(write, of, write.index(0), row), of.row_words);
  const std::uint32_t pixel = times(write, write.index(2), pixel_words);
  write.store(of.memory, add(write, at, add(write, pixel, write.index(3))), taken, no_level, there);
  return write;
}

void PatternGraph::hand_over_ring(const std::string& name, const RingMemory& of,
                                  ContextMaker& write, ContextMaker& read,
                                  std::uint32_t steps_of_chunk, std::uint32_t steps_of_image) {
  const RowRing& ring = of.ring;
  const std::uint32_t token = g_.channel(name + ".token", Kind::bit, ring.credits);
  const std::uint32_t credit =
      g_.channel(name + ".credit", Kind::bit, ring.credits, 1, ring.credits);
  // A row may be the last that a chunk sees, and the first of another one.
  const std::uint32_t row = write.index(1);
  const std::uint32_t rows = ring.rows_of_chunk();
  const std::uint32_t begins = both(write, is(write, rest(write, row, rows), 0),
                                    below(write, row, ring.chunks_of_image() * rows));
  write.input(credit, 2, begins);
  const std::uint32_t last = ring.last_row(ring.chunks_of_image() - 1);
  const std::uint32_t first = ring.last_row(0);
  const std::uint32_t since = plus(write, row, ~first + 1);
  const std::uint32_t whole =
      both(write, is(write, rest(write, since, rows), 0),
           both(write, write.operation(WordOperation::less_equal, write.integer(0), since),
                below(write, row, last)));
  write.give(token, none, 2, write.operation(WordOperation::bit_or, whole, is(write, row, last)));

  const std::uint32_t step = rest(read, read.index(1), steps_of_chunk);
  read.input(token, 2, is(read, step, 0));
  const std::uint32_t ends =
      read.operation(WordOperation::bit_or, is(read, step, steps_of_chunk - 1),
                     is(read, read.index(1), steps_of_image - 1));
  read.give(credit, none, 2, ends);
}

}  // namespace weft::program::rdu

// SPDX-License-Identifier: Apache-2.0
// Units and contexts that patterns are made of. A matrix flows along a vector channel: row by row,
// each as vectors of 32 bf16, the last of them with what is left.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "program/rdu_make.hpp"
#include "program/rdu_pattern.hpp"
#include "program/rdu_pattern_ring.hpp"

namespace weft::program::rdu {

inline constexpr std::uint32_t pair_lanes = lanes_most;  ///< words of a vector
inline constexpr std::uint32_t vector_elements = 2 * pair_lanes;
inline constexpr std::uint32_t body_rows = numerics::OutputStationaryBody::rows;

constexpr std::uint32_t parts_of(std::uint32_t all, std::uint32_t each) {
  return (all + each - 1) / each;
}
/// Vectors of a row.
constexpr std::uint32_t vectors_of_row(std::uint32_t columns) {
  return parts_of(columns, vector_elements);
}

/// A matrix in DRAM.
struct DramMatrix {
  std::uint32_t chip = 0;
  std::uint32_t unit = none;
  std::uint32_t address_bytes = 0;
  std::uint32_t bytes = 0;
};

/// A ring of rows in a unit of its own; pixel x of a row begins at word x times a pixel's words.
struct RingMemory {
  RowRing ring{};
  std::uint32_t unit = none;
  std::uint32_t memory = none;
  std::uint32_t row_words = 0;
};

/// Two fp32 nodes: elements with even and odd places.
struct Halves {
  std::uint32_t low = none;
  std::uint32_t high = none;
};

class PatternGraph {
 public:
  PatternGraph(GraphMaker& graph, const Timing& timing, const PatternOptions& options)
      : g_(graph), timing_(timing), options_(options) {}

  std::uint32_t stream(const std::string& name) { return g_.channel(name, Channel::Kind::vector); }

  // rdu_pattern_graph.cpp. Both give their token or take it: a start, an end.
  void load(const std::string& name, const DramMatrix& from, std::uint32_t start,
            std::uint32_t out);
  void store(const std::string& name, const DramMatrix& to, std::uint32_t start, std::uint32_t in,
             std::uint32_t done);
  /// `in` to all of `users` and `stores`. Users of a matrix may wait for each other further down,
  /// so that each of several has a queue for the whole of it; what is stored waits for nobody.
  void share(const Pattern& of, std::uint32_t in, const std::vector<std::uint32_t>& users,
             const std::vector<std::uint32_t>& stores);

  /// What comes along `in` goes on along `out`, a channel to another chip, at the link's rate.
  void link(const std::string& name, std::uint32_t in, std::uint32_t out);
  /// A channel to another chip takes the link's latency; its room covers the way there and back.
  void lengthen(std::uint32_t channel);

  // rdu_pattern_product.cpp
  void product(const Pattern& of, const Pattern& x, const std::vector<std::uint32_t>& ins,
               std::uint32_t out);
  // rdu_pattern_rows.cpp
  void map(const Pattern& of, std::uint32_t in, std::uint32_t out);
  /// `repeated`: b is one row, for all.
  void zip(const Pattern& of, std::uint32_t a, std::uint32_t b, bool repeated, std::uint32_t out);
  /// Operands of one row count for all; `rows` of each.
  void select(const Pattern& of, std::vector<std::uint32_t> ins,
              const std::vector<std::uint32_t>& rows, std::uint32_t out);
  void softmax(const Pattern& of, std::uint32_t in, std::uint32_t out);
  void normalise(const Pattern& of, const std::vector<std::uint32_t>& ins, std::uint32_t out);
  // rdu_pattern_move.cpp
  void transpose(const Pattern& of, const Pattern& x, std::uint32_t in, std::uint32_t out);
  void columns(const Pattern& of, const Pattern& x, std::uint32_t in, std::uint32_t out);
  void join(const Pattern& of, const std::vector<std::uint32_t>& columns,
            const std::vector<std::uint32_t>& ins, std::uint32_t out);
  void stack(const Pattern& of, const std::vector<std::uint32_t>& rows,
             const std::vector<std::uint32_t>& ins, std::uint32_t out);
  /// Rows that lie in DRAM.
  void gather(const Pattern& of, const DramMatrix& table, std::uint32_t in, std::uint32_t out);
  // rdu_pattern_pick.cpp
  void pick(const Pattern& of, const Pattern& x, const Pattern& numbers,
            const std::vector<std::uint32_t>& ins, std::uint32_t out);
  // rdu_pattern_recurrent.cpp
  void recurrent(const Pattern& of, const std::vector<std::uint32_t>& ins, std::uint32_t out);
  /// A product of which each of `images` is taken together: its left operand may depend on the rows
  /// that the image before gave.
  void product_by_image(const Pattern& of, std::uint32_t inner, std::uint32_t images,
                        const std::vector<std::uint32_t>& ins, std::uint32_t out);
  // rdu_pattern_view.cpp
  void view(const Pattern& of, const Pattern& x, std::uint32_t in, std::uint32_t out);
  // rdu_pattern_window.cpp
  void windows(const Pattern& of, const Pattern& x, const std::vector<std::uint32_t>& ins,
               std::uint32_t out);

 private:
  friend class ProductMaker;
  friend class RecurrentMaker;

  /// All of a matrix into a memory, an element a word: in its low half.
  void store_elements(ContextMaker& c, const Pattern& x, std::uint32_t held, std::uint32_t in);
  /// Counters row, then words of a row.
  void count_words(ContextMaker& c, std::uint32_t rows, std::uint32_t columns);
  Halves halves(ContextMaker& c, std::uint32_t pairs);
  /// Rounded: at random by the place among the matrix's pairs.
  std::uint32_t rounded(ContextMaker& c, Halves of, std::uint32_t row, std::uint32_t word,
                        std::uint32_t words);
  /// The high half where it is an element of the row, else `otherwise`.
  std::uint32_t inside(ContextMaker& c, std::uint32_t high, std::uint32_t word,
                       std::uint32_t columns, float otherwise);
  /// Two rows in a memory unit: `in` comes out again as `out` when its row is whole; `also` is
  /// given what comes in at once, where it is a channel.
  void hold_rows(const std::string& name, std::uint32_t rows, std::uint32_t columns,
                 std::uint32_t in, std::uint32_t out, std::uint32_t also);
  /// A ring of rows of images out of which windows come: of each place and 32 channels the places
  /// of its window in order, `outside` where these lie beside the image.
  void read_windows(const Pattern& of, std::uint32_t images, std::uint32_t channels,
                    std::uint32_t outside, std::uint32_t in, std::uint32_t out);
  /// A matrix of a window's places, given again for each of `rows` in the order of read_windows().
  void repeat_window(const std::string& name, const Pattern& of, std::uint32_t in,
                     std::uint32_t out);
  /// One row that is given again for each of `rows`.
  void repeat_row(const std::string& name, std::uint32_t rows, std::uint32_t columns,
                  std::uint32_t in, std::uint32_t out);
  // rdu_pattern_view.cpp
  /// A part of a matrix that lies in several units: it takes all of it along `in` and keeps its
  /// own, and gives what a view has of that, zeros for the rest.
  void view_part(const Pattern& of, const Pattern& x, std::uint32_t number, std::uint32_t in,
                 std::uint32_t out);
  // rdu_pattern_queue.cpp
  /// The whole matrix, in as many units as it takes, one behind the other.
  void queue(const std::string& name, const Pattern& of, std::uint32_t in, std::uint32_t out);
  // rdu_pattern_ring.cpp
  /// A ring of rows of `of`'s images, and a unit for it.
  RingMemory hold_images(const std::string& name, const Pattern& of, std::uint32_t images,
                         std::uint32_t chunk, std::uint64_t row_words);
  /// Where row `row`, of those beside the image too, of an image lies.
  static std::uint32_t ring_place(ContextMaker& c, const RingMemory& of, std::uint32_t image,
                                  std::uint32_t row);
  /// Counters image, row, pixel, word.
  ContextMaker write_ring(const std::string& name, const RingMemory& of, std::uint32_t channels,
                          std::uint32_t pixel_words, std::uint32_t in);
  /// Tokens and credits; the reader's counters begin with image, step.
  void hand_over_ring(const std::string& name, const RingMemory& of, ContextMaker& write,
                      ContextMaker& read, std::uint32_t steps_of_chunk,
                      std::uint32_t steps_of_image);
  /// Words of a memory; refuses more than a unit has.
  std::uint32_t memory(const std::string& name, const Pattern& of, std::uint32_t unit,
                       std::uint64_t words, std::uint32_t buffers);

  GraphMaker& g_;
  const Timing& timing_;
  const PatternOptions& options_;
};

// Short names for what contexts count with.
inline std::uint32_t add(ContextMaker& c, std::uint32_t a, std::uint32_t b) {
  return c.operation(WordOperation::add, a, b);
}
inline std::uint32_t times(ContextMaker& c, std::uint32_t a, std::uint32_t b) {
  return c.operation(WordOperation::multiply, a, c.integer(static_cast<std::int32_t>(b)));
}
inline std::uint32_t plus(ContextMaker& c, std::uint32_t a, std::uint32_t b) {
  return c.operation(WordOperation::add, a, c.integer(static_cast<std::int32_t>(b)));
}
inline std::uint32_t below(ContextMaker& c, std::uint32_t a, std::uint32_t end) {
  return c.operation(WordOperation::less, a, c.integer(static_cast<std::int32_t>(end)));
}
inline std::uint32_t is(ContextMaker& c, std::uint32_t a, std::uint32_t value) {
  return c.operation(WordOperation::equal, a, c.integer(static_cast<std::int32_t>(value)));
}
inline std::uint32_t both(ContextMaker& c, std::uint32_t a, std::uint32_t b) {
  return c.operation(WordOperation::bit_and, a, b);
}
inline std::uint32_t low_bits(ContextMaker& c, std::uint32_t a, std::uint32_t mask) {
  return c.operation(WordOperation::bit_and, a, c.integer(static_cast<std::int32_t>(mask)));
}
inline std::uint32_t half_of(ContextMaker& c, std::uint32_t a) {
  return c.operation(WordOperation::shift_right, a, c.integer(1));
}
inline Bound up_to(std::uint32_t end) { return {static_cast<std::int32_t>(end), none}; }

inline std::uint32_t part(ContextMaker& c, std::uint32_t a, std::uint32_t each) {
  return c.operation(WordOperation::divide, a, c.integer(static_cast<std::int32_t>(each)));
}
inline std::uint32_t rest(ContextMaker& c, std::uint32_t a, std::uint32_t each) {
  return c.operation(WordOperation::remainder, a, c.integer(static_cast<std::int32_t>(each)));
}

/// The pixel that place `of_window` of the window at `place` sees, and whether it is in the image.
struct WindowPixel {
  std::uint32_t row = none;     ///< of the image and what lies beside it
  std::uint32_t column = none;  ///< of the image
  std::uint32_t inside = none;
};
WindowPixel window_pixel(ContextMaker& c, const Window& window, std::uint32_t place,
                         std::uint32_t of_window);

/// The element of the operand that element `e` of a view is.
std::uint32_t element_at(ContextMaker& c, const Strides& strides, std::uint32_t e);

/// Where row `row` has its word `word` so that 16 of a row, and one word of 16 pairs of rows, lie
/// in 16 banks: each pair of rows is turned by one word against the pair before. `row_words` is a
/// multiple of 16.
std::uint32_t turned_address(ContextMaker& c, std::uint32_t row, std::uint32_t word,
                             std::uint32_t row_words);
/// Element `element` of rows 2 l and 2 l + 1 (`even` is a vector with the first of them), lane l
/// having the pair; from a memory of turned rows.
std::uint32_t load_column(ContextMaker& c, std::uint32_t memory, std::uint32_t even,
                          std::uint32_t element, std::uint32_t row_words, std::uint32_t turn);

}  // namespace weft::program::rdu

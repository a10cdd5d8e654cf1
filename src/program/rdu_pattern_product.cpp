// SPDX-License-Identifier: Apache-2.0
// Products of matrices by output-stationary bodies: six rows of the left operand by 32 columns of
// the right one at a time.
#include <algorithm>
#include <numeric>
#include <utility>

#include "program/rdu_pattern_graph.hpp"
#include "program/rdu_pattern_steps.hpp"

namespace weft::program::rdu {

using Kind = Channel::Kind;
using UnitKind = Unit::Kind;
using numerics::word_u32;

/// The right operand stays in memory units, a share of its columns a body; the left one passes by,
/// six rows at a time, once for each block of 32 columns that a body has.
class ProductMaker {
 public:
  ProductMaker(PatternGraph& of, const Pattern& pattern, std::uint32_t inner,
               std::uint32_t images = 1, bool by_image = false)
      : pg_(of),
        g_(of.g_),
        p_(pattern),
        m_(pattern.rows),
        k_(inner),
        n_(pattern.columns_count),
        images_(images),
        by_image_(by_image),
        blocks_of_image_(parts_of(m_ / images, body_rows)),
        blocks_(images * blocks_of_image_),
        columns_(parts_of(n_, vector_elements)),
        passes_(parts_of(columns_, pattern.par)),
        bodies_(parts_of(columns_, passes_)),
        fullest_(columns_ - bodies_ * (passes_ - 1)) {}

  void make(const std::vector<std::uint32_t>& ins, std::uint32_t out) {
    const std::vector<std::uint32_t> left = channels("x");
    const std::vector<std::uint32_t> right = channels("w");
    const std::vector<std::uint32_t> results = channels("sums");
    const bool has_bias = p_.has_bias();
    const std::vector<std::uint32_t> biases =
        has_bias ? channels("bias") : std::vector<std::uint32_t>{};
    if (p_.kind == Pattern::Kind::convolution) {
      images_of_left(ins[0], left);
    } else {
      rows_of_left(ins[0], left);
    }
    const std::vector<std::uint32_t> weights = spread(ins[1], "w", rows_of_right());
    std::vector<std::uint32_t> bias_rows;
    if (has_bias) bias_rows = spread(ins[2], "bias", 1);
    std::vector<std::uint32_t> addends;
    if (p_.adds) addends = spread(ins.back(), "more", m_);
    for (std::uint32_t b = 0; b < bodies_; ++b) {
      const std::uint32_t unit = g_.unit(name("right", b), UnitKind::memory);
      if (p_.transposed) {
        turned(b, unit, weights[b], right[b]);
      } else {
        straight(b, unit, weights[b], right[b]);
      }
      if (has_bias) bias(b, unit, bias_rows[b], biases[b]);
      const std::uint32_t more = p_.adds ? addend(b, addends[b]) : none;
      body(b, left[b], right[b], has_bias ? biases[b] : none, more, results[b]);
    }
    gather(results, out);
  }

 private:
  std::string name(const std::string& part) const { return p_.name + "." + part; }
  std::string name(const std::string& part, std::uint32_t body) const {
    return name(part) + std::to_string(body);
  }
  /// A channel a body.
  std::vector<std::uint32_t> channels(const std::string& part) {
    std::vector<std::uint32_t> out;
    for (std::uint32_t b = 0; b < bodies_; ++b) out.push_back(pg_.stream(name(part + ".to", b)));
    return out;
  }
  /// Shares differ by one pass at most. A body gives a tile while it sums the next one: with fewer
  /// passes it gives its last tile when the others have given as many more, which wait in their
  /// channels to the rows; those hold tokens of a few tiles.
  std::uint32_t passes_of(std::uint32_t body) const {
    return body < fullest_ ? passes_ : passes_ - 1;
  }
  /// Blocks of columns in front of those of a body.
  std::uint32_t first_of(std::uint32_t body) const {
    return body * passes_ - (body > fullest_ ? body - fullest_ : 0);
  }
  /// Each body's first block of columns is that many times `passes_`.
  bool is_even() const { return fullest_ + 1 >= bodies_; }
  std::uint32_t left_vectors() const { return vectors_of_row(k_); }
  std::uint32_t rows_of_right() const { return p_.transposed ? n_ : k_; }
  /// Rows of a transposed right operand that a body has.
  std::uint32_t rows_of(std::uint32_t body) const {
    const std::uint32_t first = first_of(body) * vector_elements;
    return std::min(n_ - first, passes_of(body) * vector_elements);
  }

  /// Six rows, twice: one is written while the other is read.
  void rows_of_left(std::uint32_t in, const std::vector<std::uint32_t>& outs) {
    const std::uint32_t row_words = left_vectors() * pair_lanes + 1;  // odd: six rows, six banks
    const std::uint32_t unit = g_.unit(name("left"), UnitKind::memory);
    const std::uint32_t held =
        pg_.memory(name("left"), p_, unit, std::uint64_t{body_rows} * row_words, 2);
    ContextMaker write = g_.context(name("left.write"), unit, pair_lanes);
    write.counter("block", static_cast<std::int32_t>(blocks_));
    write.counter("row", static_cast<std::int32_t>(body_rows));
    write.counter("word", static_cast<std::int32_t>(parts_of(k_, 2)));
    const std::uint32_t there = is_row(write, write.index(0), write.index(1));
    const std::uint32_t taken = write.value_of(write.input(in, every, there), word_u32);
    const std::uint32_t to = add(write, times(write, write.index(1), row_words), write.index(2));
    write.store(held, to, taken, 1, there);

    ContextMaker read = g_.context(name("left.read"), unit, pair_lanes);
    read.counter("block", static_cast<std::int32_t>(blocks_));
    read.counter("pass", static_cast<std::int32_t>(passes_));
    read.counter("k", static_cast<std::int32_t>(k_));
    read.counter("lane16", static_cast<std::int32_t>(pair_lanes));
    const std::uint32_t row =
        read.operation(WordOperation::minimum, read.lane(),
                       read.integer(static_cast<std::int32_t>(body_rows) - 1));
    const std::uint32_t k = read.index(2);
    const std::uint32_t from = add(read, times(read, row, row_words), half_of(read, k));
    const Halves pair = pg_.halves(read, read.load(held, word_u32, from, 1));
    const std::uint32_t odd = is(read, low_bits(read, k, 1), 1);
    const std::uint32_t value = read.operation(WordOperation::select, odd, pair.high, pair.low);
    give_left(read, 1, value, outs);
    g_.hand_over(name("left"), write, 1, read, 1, 2);
  }

  /// Row `row` of a block is one of its image.
  std::uint32_t is_row(ContextMaker& c, std::uint32_t block, std::uint32_t row) {
    if (images_ > 1) block = rest(c, block, blocks_of_image_);
    return below(c, add(c, times(c, block, body_rows), row), m_ / images_);
  }
  /// Rows of windows of which whole blocks are made, all of them where no fewer are.
  std::uint32_t rows_of_blocks() const {
    const Window& w = p_.window;
    return std::min(w.rows(), body_rows / std::gcd(body_rows, w.columns()));
  }

  /// Rows of images, round and round; windows are where addresses say.
  void images_of_left(std::uint32_t in, const std::vector<std::uint32_t>& outs) {
    const Window& w = p_.window;
    const std::uint32_t channels = k_ / (w.window_height * w.window_width);
    const std::uint32_t pixel_words = vectors_of_row(channels) * pair_lanes + 1;
    const std::uint32_t chunk = rows_of_blocks();
    const RingMemory held =
        pg_.hold_images(name("left"), p_, images_, chunk, std::uint64_t{w.width} * pixel_words);
    ContextMaker write = pg_.write_ring(name("left"), held, channels, pixel_words, in);

    ContextMaker read = g_.context(name("left.read"), held.unit, pair_lanes);
    read.counter("image", static_cast<std::int32_t>(images_));
    read.counter("block", static_cast<std::int32_t>(blocks_of_image_));
    read.counter("pass", static_cast<std::int32_t>(passes_));
    read.counter("k", static_cast<std::int32_t>(k_));
    read.counter("lane16", static_cast<std::int32_t>(pair_lanes));
    const auto least = [&](std::uint32_t a, std::uint32_t most) {
      return read.operation(WordOperation::minimum, a,
                            read.integer(static_cast<std::int32_t>(most)));
    };
    const std::uint32_t lane = least(read.lane(), body_rows - 1);
    const std::uint32_t place =
        least(add(read, times(read, read.index(1), body_rows), lane), w.rows() * w.columns() - 1);
    const std::uint32_t k = read.index(3);
    const auto [row, column, inside] = window_pixel(read, w, place, part(read, k, channels));
    const std::uint32_t channel = rest(read, k, channels);
    const std::uint32_t begin =
        times(read, PatternGraph::ring_place(read, held, read.index(0), row), held.row_words);
    const std::uint32_t pixel = add(read, begin, times(read, column, pixel_words));
    const std::uint32_t at = add(read, pixel, half_of(read, channel));
    const std::uint32_t from = read.operation(WordOperation::select, inside, at, read.integer(0));
    const Halves pair = pg_.halves(read, read.load(held.memory, word_u32, from));
    const std::uint32_t odd = is(read, low_bits(read, channel, 1), 1);
    const std::uint32_t seen = read.operation(WordOperation::select, odd, pair.high, pair.low);
    give_left(read, 2, read.operation(WordOperation::select, inside, seen, read.real(0.0F)), outs);
    const std::uint32_t blocks = parts_of(chunk * w.columns(), body_rows);
    pg_.hand_over_ring(name("left"), held, write, read, blocks, blocks_of_image_);
  }

  /// To bodies that have a block of columns in this pass.
  void give_left(ContextMaker& read, std::uint32_t counter, std::uint32_t value,
                 const std::vector<std::uint32_t>& outs) {
    const std::uint32_t pass = read.index(counter);
    for (std::uint32_t b = 0; b < bodies_; ++b) {
      const bool always = passes_of(b) == passes_;
      read.give(outs[b], value, every, always ? none : below(read, pass, passes_of(b)));
    }
  }

  /// To each body its rows (transposed) or vectors of rows.
  std::vector<std::uint32_t> spread(std::uint32_t in, const std::string& part, std::uint32_t rows) {
    if (bodies_ == 1) return {in};
    const bool by_row = p_.transposed && part == "w";
    std::vector<std::uint32_t> outs = channels(part + ".share");
    ContextMaker c = g_.context(name(part + ".spread"),
                                g_.unit(name(part + ".spread"), UnitKind::compute), pair_lanes);
    c.counter("row", static_cast<std::int32_t>(rows));
    c.counter("vector", static_cast<std::int32_t>(by_row ? left_vectors() : columns_));
    c.counter("lane16", static_cast<std::int32_t>(pair_lanes));
    const std::uint32_t taken = c.take(in, word_u32);
    const std::uint32_t place = c.index(by_row ? 0 : 1);
    const std::uint32_t owner = owner_of(c, place, by_row ? vector_elements : 1);
    for (std::uint32_t b = 0; b < bodies_; ++b) c.give(outs[b], taken, every, is(c, owner, b));
    return outs;
  }
  /// The body that has the block of columns of which `place` is one of `each` columns.
  std::uint32_t owner_of(ContextMaker& c, std::uint32_t place, std::uint32_t each) const {
    const std::uint32_t owner = part(c, place, passes_ * each);
    if (is_even()) return owner;
    const std::uint32_t begin = first_of(fullest_) * each;
    const std::uint32_t behind = part(c, plus(c, place, ~begin + 1), (passes_ - 1) * each);
    return c.operation(WordOperation::select, below(c, place, begin), owner,
                       plus(c, behind, fullest_));
  }

  /// Counters of whoever reads the right operand: it goes through all of it for each six rows.
  ContextMaker reader(const std::string& of, std::uint32_t unit, std::uint32_t body) {
    ContextMaker read = g_.context(of, unit, pair_lanes);
    if (is_grouped()) read.counter("group", static_cast<std::int32_t>(images_));
    read.counter("block", static_cast<std::int32_t>(is_grouped() ? blocks_of_image_ : blocks_));
    read.counter("pass", static_cast<std::int32_t>(passes_of(body)));
    read.counter("k", static_cast<std::int32_t>(k_));
    read.counter("lane16", static_cast<std::int32_t>(pair_lanes));
    return read;
  }

  /// Right operands lie one below the other: one is written while another is read.
  bool is_grouped() const { return p_.groups > 1; }
  std::uint32_t buffers() const { return is_grouped() ? 2 : 1; }
  std::uint32_t scope() const { return is_grouped() ? 1 : 0; }
  std::uint32_t turn() const { return is_grouped() ? 1 : no_level; }
  void count_groups(ContextMaker& c) {
    if (is_grouped()) c.counter("group", static_cast<std::int32_t>(images_));
  }

  /// [K][N]: a vector of 32 columns a row.
  void straight(std::uint32_t b, std::uint32_t unit, std::uint32_t in, std::uint32_t out) {
    const std::uint32_t passes = passes_of(b);
    const std::uint32_t held =
        pg_.memory(name("right", b), p_, unit, std::uint64_t{k_} * passes * pair_lanes, buffers());
    ContextMaker write = g_.context(name("right", b) + ".write", unit, pair_lanes);
    count_groups(write);
    write.counter("k", static_cast<std::int32_t>(k_));
    write.counter("pass", static_cast<std::int32_t>(passes));
    write.counter("lane16", static_cast<std::int32_t>(pair_lanes));
    const auto place = [&](ContextMaker& c, std::uint32_t k, std::uint32_t pass,
                           std::uint32_t lane) {
      return add(c, times(c, add(c, times(c, k, passes), pass), pair_lanes), lane);
    };
    const std::uint32_t o = scope();
    const std::uint32_t to = place(write, write.index(o), write.index(o + 1), write.index(o + 2));
    write.store(held, to, write.take(in, word_u32), turn());
    ContextMaker read = reader(name("right", b) + ".read", unit, b);
    const std::uint32_t from = place(read, read.index(o + 2), read.index(o + 1), read.index(o + 3));
    read.give(out, read.load(held, word_u32, from, turn()));
    g_.hand_over(name("right", b), write, o, read, o, buffers());
  }

  /// [N][K]: rows are turned, so that a column of 32 of them is read at once.
  void turned(std::uint32_t b, std::uint32_t unit, std::uint32_t in, std::uint32_t out) {
    const std::uint32_t row_words = left_vectors() * pair_lanes;
    const std::uint32_t rows = passes_of(b) * vector_elements;
    const std::uint32_t held =
        pg_.memory(name("right", b), p_, unit, std::uint64_t{rows} * row_words, buffers());
    ContextMaker write = g_.context(name("right", b) + ".write", unit, pair_lanes);
    count_groups(write);
    pg_.count_words(write, rows_of(b), k_);
    const std::uint32_t o = scope();
    const std::uint32_t row = write.index(o);
    const std::uint32_t to = turned_address(write, row, write.index(o + 1), row_words);
    write.store(held, to, write.take(in, word_u32), turn());
    ContextMaker read = reader(name("right", b) + ".read", unit, b);
    const std::uint32_t first = times(read, read.index(o + 1), vector_elements);
    const std::uint32_t even = add(read, first, times(read, read.index(o + 3), 2));
    read.give(out, load_column(read, held, even, read.index(o + 2), row_words, turn()));
    g_.hand_over(name("right", b), write, o, read, o, buffers());
  }

  void bias(std::uint32_t b, std::uint32_t unit, std::uint32_t in, std::uint32_t out) {
    const std::uint32_t passes = passes_of(b);
    const std::uint32_t held = g_.memory(name("bias", b), unit, passes * pair_lanes);
    ContextMaker write = g_.context(name("bias", b) + ".write", unit, pair_lanes);
    write.counter("word", static_cast<std::int32_t>(passes * pair_lanes));
    write.store(held, write.index(0), write.take(in, word_u32));
    ContextMaker read = g_.context(name("bias", b) + ".read", unit, pair_lanes);
    read.counter("block", static_cast<std::int32_t>(blocks_));
    read.counter("word", static_cast<std::int32_t>(passes * pair_lanes));
    read.give(out, read.load(held, word_u32, read.index(1)));
    g_.hand_over(name("bias", b), write, 0, read, 0, 1);
  }

  /// Six rows, twice; they leave as the tiles of a body do.
  std::uint32_t addend(std::uint32_t b, std::uint32_t in) {
    const std::uint32_t passes = passes_of(b);
    const std::uint32_t unit = g_.unit(name("more", b), UnitKind::memory);
    const std::uint32_t held =
        pg_.memory(name("more", b), p_, unit, std::uint64_t{body_rows} * passes * pair_lanes, 2);
    const std::uint32_t out = pg_.stream(name("more.to", b));
    const auto place = [&](ContextMaker& c, std::uint32_t row, std::uint32_t pass) {
      return add(c, times(c, add(c, times(c, row, passes), pass), pair_lanes), c.index(3));
    };
    ContextMaker write = g_.context(name("more", b) + ".write", unit, pair_lanes);
    write.counter("block", static_cast<std::int32_t>(blocks_));
    write.counter("row", static_cast<std::int32_t>(body_rows));
    write.counter("pass", static_cast<std::int32_t>(passes));
    write.counter("lane16", static_cast<std::int32_t>(pair_lanes));
    const std::uint32_t there = is_row(write, write.index(0), write.index(1));
    const std::uint32_t taken = write.value_of(write.input(in, every, there), word_u32);
    write.store(held, place(write, write.index(1), write.index(2)), taken, 1, there);
    ContextMaker read = g_.context(name("more", b) + ".read", unit, pair_lanes);
    read.counter("block", static_cast<std::int32_t>(blocks_));
    read.counter("pass", static_cast<std::int32_t>(passes));
    read.counter("row", static_cast<std::int32_t>(body_rows));
    read.counter("lane16", static_cast<std::int32_t>(pair_lanes));
    const std::uint32_t value =
        read.load(held, word_u32, place(read, read.index(2), read.index(1)), 1);
    const std::uint32_t is_there = is_row(read, read.index(0), read.index(2));
    read.give(out, value, every, is_there);
    g_.hand_over(name("more", b), write, 1, read, 1, 2);
    return out;
  }

  /// While a tile of 6 x 32 is summed, the one before leaves, a row a cycle; one more go at the end
  /// for the last, of all or of each image.
  void body(std::uint32_t b, std::uint32_t left, std::uint32_t right, std::uint32_t bias,
            std::uint32_t more, std::uint32_t out) {
    const std::uint32_t o = by_image_ ? 1 : 0;
    const std::uint32_t tiles = (by_image_ ? blocks_of_image_ : blocks_) * passes_of(b);
    ContextMaker c =
        g_.context(name("body", b), g_.unit(name("body", b), UnitKind::compute), pair_lanes);
    if (by_image_) c.counter("image", static_cast<std::int32_t>(images_));
    c.counter("tile", static_cast<std::int32_t>(tiles) + 1);
    c.counter("k", static_cast<std::int32_t>(std::max(k_, body_rows)));
    c.counter("lane16", static_cast<std::int32_t>(pair_lanes));
    const std::uint32_t tile = c.index(o);
    const std::uint32_t k = c.index(o + 1);
    const std::uint32_t adds = both(c, below(c, tile, tiles), below(c, k, k_));
    const std::uint32_t leaves = c.operation(WordOperation::less, c.integer(0), tile);
    const std::uint32_t x = c.value_of(c.input(left, every, adds), numerics::word_f32);
    const std::uint32_t w = c.value_of(c.input(right, every, adds), word_u32);
    const std::uint32_t sums = c.body(x, w, o + 1, adds);
    Halves y{c.row(sums, k, 0), c.row(sums, k, 1)};
    if (bias != none) {
      const Halves more = pg_.halves(c, c.value_of(c.input(bias, o + 1, leaves), word_u32));
      y = {c.operation(WordOperation::add, y.low, more.low),
           c.operation(WordOperation::add, y.high, more.high)};
    }
    const auto passes = static_cast<std::int32_t>(passes_of(b));
    const std::uint32_t last = plus(c, tile, ~std::uint32_t{0});
    std::uint32_t block = c.operation(WordOperation::divide, last, c.integer(passes));
    const std::uint32_t pass =
        c.operation(WordOperation::subtract, last, times(c, block, passes_of(b)));
    if (by_image_) block = add(c, times(c, c.index(0), blocks_of_image_), block);
    const std::uint32_t there = both(c, below(c, k, body_rows), is_row(c, block, k));
    const std::uint32_t gives = both(c, leaves, there);
    if (more != none) {
      const Halves by = pg_.halves(c, c.value_of(c.input(more, every, gives), word_u32));
      y = {c.operation(WordOperation::add, y.low, by.low),
           c.operation(WordOperation::add, y.high, by.high)};
    }
    y = {apply_steps(NodeArithmetic(c), p_.steps, y.low),
         apply_steps(NodeArithmetic(c), p_.steps, y.high)};
    const std::uint32_t row = row_of(c, block, k);
    const std::uint32_t word =
        add(c, times(c, plus(c, pass, first_of(b)), pair_lanes), c.index(o + 2));
    c.give(out, pg_.rounded(c, y, row, word, parts_of(n_, 2)), every, gives);
  }

  /// Of all rows; blocks begin anew with each image.
  std::uint32_t row_of(ContextMaker& c, std::uint32_t block, std::uint32_t k) {
    if (images_ == 1) return add(c, times(c, block, body_rows), k);
    const std::uint32_t begin = times(c, part(c, block, blocks_of_image_), m_ / images_);
    const std::uint32_t inside = times(c, rest(c, block, blocks_of_image_), body_rows);
    return add(c, begin, add(c, inside, k));
  }

  /// The block of columns of a body's pass, and whether the body has such a pass.
  std::pair<std::uint32_t, std::uint32_t> column_of(ContextMaker& c, std::uint32_t body,
                                                    std::uint32_t pass) const {
    const std::uint32_t column = add(c, times(c, body, passes_), pass);
    if (is_even()) return {column, below(c, column, columns_)};
    const std::uint32_t is_full = below(c, body, fullest_);
    const std::uint32_t less =
        c.operation(WordOperation::select, is_full, c.integer(0), plus(c, body, ~fullest_ + 1));
    const std::uint32_t is_there =
        c.operation(WordOperation::bit_or, is_full, below(c, pass, passes_ - 1));
    return {c.operation(WordOperation::subtract, column, less), is_there};
  }

  /// Blocks of columns into whole rows.
  void gather(const std::vector<std::uint32_t>& ins, std::uint32_t out) {
    const std::uint32_t row_words = columns_ * pair_lanes;
    const std::uint32_t unit = g_.unit(name("rows"), UnitKind::memory);
    const std::uint32_t held =
        pg_.memory(name("rows"), p_, unit, std::uint64_t{body_rows} * row_words, 2);
    ContextMaker write = g_.context(name("rows.write"), unit, pair_lanes);
    write.counter("block", static_cast<std::int32_t>(blocks_));
    write.counter("pass", static_cast<std::int32_t>(passes_));
    write.counter("body", static_cast<std::int32_t>(bodies_));
    write.counter("row", static_cast<std::int32_t>(body_rows));
    write.counter("lane16", static_cast<std::int32_t>(pair_lanes));
    const std::uint32_t body = write.index(2);
    const auto [column, is_column] = column_of(write, body, write.index(1));
    const std::uint32_t there =
        both(write, is_row(write, write.index(0), write.index(3)), is_column);
    std::uint32_t value = none;
    for (std::uint32_t b = 0; b < bodies_; ++b) {
      const std::uint32_t mine = is(write, body, b);
      const std::uint32_t taken =
          write.value_of(write.input(ins[b], every, both(write, mine, there)), word_u32);
      value = b == 0 ? taken : write.operation(WordOperation::select, mine, taken, value);
    }
    const std::uint32_t row_at = times(write, write.index(3), row_words);
    const std::uint32_t to =
        add(write, row_at, add(write, times(write, column, pair_lanes), write.index(4)));
    write.store(held, to, value, 1, there);
    ContextMaker read = g_.context(name("rows.read"), unit, pair_lanes);
    read.counter("block", static_cast<std::int32_t>(blocks_));
    read.counter("row", static_cast<std::int32_t>(body_rows));
    read.counter("word", static_cast<std::int32_t>(parts_of(n_, 2)));
    const std::uint32_t from = add(read, times(read, read.index(1), row_words), read.index(2));
    const std::uint32_t is_there = is_row(read, read.index(0), read.index(1));
    read.give(out, read.load(held, word_u32, from, 1), every, is_there);
    g_.hand_over(name("rows"), write, 1, read, 1, 2);
  }

  PatternGraph& pg_;
  GraphMaker& g_;
  const Pattern& p_;
  std::uint32_t m_, k_, n_;
  std::uint32_t images_;  ///< of a product: groups
  bool by_image_;         ///< the last tile of each leaves before the next one is waited for
  std::uint32_t blocks_of_image_;
  std::uint32_t blocks_;   ///< of six rows, of all
  std::uint32_t columns_;  ///< blocks of 32
  std::uint32_t passes_;   ///< blocks of columns that a body has, at most
  std::uint32_t bodies_;
  std::uint32_t fullest_;  ///< bodies that have so many
};

void PatternGraph::product_by_image(const Pattern& of, std::uint32_t inner, std::uint32_t images,
                                    const std::vector<std::uint32_t>& ins, std::uint32_t out) {
  ProductMaker(*this, of, inner, images, true).make(ins, out);
}

void PatternGraph::product(const Pattern& of, const Pattern& x,
                           const std::vector<std::uint32_t>& ins, std::uint32_t out) {
  if (of.kind == Pattern::Kind::product) {
    return ProductMaker(*this, of, x.columns_count, of.groups).make(ins, out);
  }
  const Window& w = of.window;
  const std::uint32_t inner = w.window_height * w.window_width * x.columns_count;
  ProductMaker(*this, of, inner, x.rows / (w.height * w.width)).make(ins, out);
}

}  // namespace weft::program::rdu

// SPDX-License-Identifier: Apache-2.0
// Parallel patterns on matrices of bf16, and the unit graphs that they are made into.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "program/rdu.hpp"
#include "program/rdu_timing.hpp"

namespace weft::program::rdu {

/// What is done to an element behind what was computed, in fp32.
struct Step {
  enum class Kind : std::uint8_t {
    scale,
    relu,
    exponent,
    tanh,
    sigmoid,
    silu,
    plus,
    clip,
    logarithm,
    error_function,
    square_root,
    reciprocal,
    absolute,
    sine,
    cosine,
    gelu,        ///< x (1 + erf(x / sqrt(2))) / 2
    gelu_tanh,   ///< its approximation
    leaky,       ///< below 0 times `factor`
    elu,         ///< below 0 `factor` x (exp(x) - 1)
    softplus,    ///< log(1 + exp(x))
    mish,        ///< x tanh(softplus(x))
    hard_swish,  ///< x (x / 6 + 1 / 2 between 0 and 1)
    floor,
    ceil,
    round,        ///< to the nearest whole number, ties to even
    sign,         ///< -1, 0 or 1
    is_nan,       ///< 1 or 0
    is_infinite,  ///< 1 or 0
    positive,     ///< as relu, but 0 where there is no number
    count_
  };
  Kind kind = Kind::relu;
  float factor = 1.0F;  ///< scale, leaky, elu; plus: the term; clip: its lower end
  float upper = 0.0F;   ///< clip
};

/// Of windows along one axis of an image.
struct WindowSteps {
  std::uint32_t stride = 1;
  std::uint32_t dilation = 1;  ///< pixels from one place of a window to the next
  std::uint32_t before = 0;    ///< pixels beside the image that windows may see
  std::uint32_t behind = 0;
  /// Pixels that a window of `places` spans.
  std::uint64_t reach(std::uint32_t places) const {
    return (std::uint64_t{places} - 1) * dilation + 1;
  }
  /// How many windows lie in `pixels`; 0 where there is room for none.
  std::uint32_t windows(std::uint32_t pixels, std::uint32_t places) const {
    const std::uint64_t all = std::uint64_t{pixels} + before + behind;
    const std::uint64_t one = reach(places);
    return all < one ? 0 : static_cast<std::uint32_t>((all - one) / stride + 1);
  }
};

/// Of images and windows; padded with zeros.
struct Window {
  std::uint32_t height = 1;  ///< of an image
  std::uint32_t width = 1;
  std::uint32_t window_height = 1;
  std::uint32_t window_width = 1;
  WindowSteps down{};
  WindowSteps across{};
  std::uint32_t rows() const { return down.windows(height, window_height); }
  std::uint32_t columns() const { return across.windows(width, window_width); }
};

/// Where the elements of a view stand. Row by row each has a place in `extents`, the last moving
/// fastest; it is element `first` plus the sum of places times strides of the operand, row by row.
struct Strides {
  std::uint32_t first = 0;
  std::vector<std::uint32_t> extents{};
  std::vector<std::int32_t> strides{};
  /// Row by row, element e of the result is this one of the operand.
  std::int64_t at(std::uint64_t e) const {
    std::int64_t at = first;
    for (std::size_t axis = extents.size(); axis-- > 0;) {
      at += static_cast<std::int64_t>(e % extents[axis]) * strides[axis];
      e /= extents[axis];
    }
    return at;
  }
};

/// Numbers that move the elements of a view: element e adds, for each of `extents`, number
/// `numbers.at(e)` (and those behind it) of a column of whole numbers, times its stride. Numbers
/// below 0 count from the extent; others than it has end the run.
struct Picks {
  Strides numbers{};  ///< of the view's extents
  std::vector<std::uint32_t> extents{};
  std::vector<std::int32_t> strides{};
};

/// One pattern, which gives a matrix of bf16. Values are computed in fp32 and rounded when they are
/// given, to nearest or at random.
struct Pattern {
  enum class Kind : std::uint8_t {
    input,        ///< that the host copies in
    product,      ///< operand 0 x operand 1 (or its transpose) [+ operand 2, a row] [+ the last
                  ///< operand, a matrix: `adds`]; sums over K in order; then the steps
    convolution,  ///< operand 0: pixels of images, row by row, [pixels][channels]; operand 1:
                  ///< [height x width x channels of a window][outputs]; else as a product
    map,          ///< the steps of operand 0
    add,          ///< operand 0 + operand 1, of as many rows or of one, then the steps
    multiply,     ///< element by element, likewise
    softmax,      ///< of each row, or of its columns up to the row's number (causal)
    normalise,    ///< of each row: (x - mean) / sqrt(variance + epsilon) x operand 1 + operand 2
    transpose,
    columns,    ///< columns of operand 0 from `first` on; 32 divides it
    join,       ///< operands side by side; 32 divides the columns of all but the last
    largest,    ///< of each channel of a window of images, as `convolution` has them; what lies
                ///< beside the image does not count
    mean,       ///< likewise; zeros beside the image count, unless it is of what is `inside`
    depthwise,  ///< of each channel by itself: windows x operand 1 [height x width of a
                ///< window][channels] [+ operand 2, a row]; sums over a window in order; then the
                ///< steps
    view,       ///< elements of operand 0 in another order (Strides)
    stack,      ///< operands one below the other
    subtract,   ///< as `add`
    divide,     ///< as `add`
    maximum,    ///< as `add`
    minimum,    ///< as `add`
    gather,     ///< rows of operand 0, an input, by operand 1, a column of whole numbers
    power,      ///< as `add`
    equal,      ///< as `add`: 1 or 0
    less,       ///< likewise
    less_equal,
    select,  ///< operand 1 where operand 0 is not 0, else operand 2; these have as many rows or one
    smallest,  ///< as `largest`
    times,     ///< the product over a window; what lies beside the image does not count
    lstm,      ///< steps of sequences, one below the other; operand 0: what inputs give to gates,
               ///< a step below the other, [steps x sequences][4 x units]; 1: what the hidden state
               ///< gives, [units][4 x units]; 2: a row to add; 3, 4: hidden and cell state before,
               ///< [sequences][units]. Of each 32 units the input, output, forget and cell gates
               ///< stand side by side. Gives the hidden states, below them the last cell states
    gru,       ///< likewise, of update, reset and new gates, without a cell state
    pick,  ///< a view of operand 0 moved by numbers of operand 1, a column of whole ones (Picks)
    count_
  };
  Kind kind = Kind::input;
  std::string name;
  std::uint32_t rows = 0;
  std::uint32_t columns_count = 0;
  std::vector<std::uint32_t> operands{};
  std::vector<Step> steps{};
  bool transposed = false;  ///< product: operand 1 is given as [N][K]
  std::uint32_t par = 1;    ///< product: bodies that share its columns
  std::uint32_t first = 0;
  float epsilon = 0.0F;
  bool causal = false;
  bool uncentred = false;    ///< normalise: the mean is taken for 0
  Window window{};           ///< of images: convolution, largest, mean, depthwise
  bool inside = false;       ///< mean: of the places in the image alone
  Strides strides{};         ///< view, pick
  Picks picks{};             ///< pick
  bool whole = false;        ///< input: a column of i32, for `gather`
  std::uint32_t groups = 1;  ///< product: so many of matrices that lie one below the other
  std::uint32_t length = 1;  ///< lstm, gru: steps
  bool reset_first = false;  ///< gru: the new gate's product is of what the reset gate leaves of
                             ///< the state, else the reset gate is behind it
  bool adds = false;         ///< product, convolution: the last operand is added
  bool has_bias() const { return operands.size() > (adds ? 3U : 2U); }
  bool is_output = false;      ///< that the host copies out
  std::uint32_t chip = 0;      ///< on which it is computed; of an input: where its first user is
  bool cuts = false;           ///< begins another section where patterns are fused
  std::uint32_t layer = none;  ///< of Patterns::layers()
};

/// Patterns, each behind its operands. Category::input where shapes do not fit.
class Patterns {
 public:
  static constexpr std::uint32_t extent_most = 1U << 20;  ///< rows or columns

  struct ProductOptions {
    std::uint32_t bias = none;
    std::uint32_t addend = none;  ///< of the result's shape
    bool transposed = false;
    std::uint32_t par = 1;
    std::vector<Step> steps{};
    std::uint32_t groups = 1;
  };

  std::uint32_t input(std::string name, std::uint32_t rows, std::uint32_t columns);
  /// Of `gather`: a column of whole numbers.
  std::uint32_t indices(std::string name, std::uint32_t rows);
  std::uint32_t product(std::string name, std::uint32_t x, std::uint32_t w) {
    return product(std::move(name), x, w, ProductOptions{});
  }
  std::uint32_t product(std::string name, std::uint32_t x, std::uint32_t w,
                        const ProductOptions& options);
  /// `options.transposed` is not there.
  std::uint32_t convolution(std::string name, std::uint32_t x, std::uint32_t w,
                            const Window& window, const ProductOptions& options);
  std::uint32_t map(std::string name, std::uint32_t x, std::vector<Step> steps);
  std::uint32_t add(std::string name, std::uint32_t a, std::uint32_t b,
                    std::vector<Step> steps = {});
  std::uint32_t multiply(std::string name, std::uint32_t a, std::uint32_t b,
                         std::vector<Step> steps = {});
  std::uint32_t softmax(std::string name, std::uint32_t x, bool causal = false);
  /// `kind`: subtract, divide, maximum, minimum, power, equal, less or less_equal.
  std::uint32_t combine(std::string name, Pattern::Kind kind, std::uint32_t a, std::uint32_t b,
                        std::vector<Step> steps = {});
  std::uint32_t normalise(std::string name, std::uint32_t x, std::uint32_t gain, std::uint32_t bias,
                          float epsilon, bool uncentred = false);
  std::uint32_t transpose(std::string name, std::uint32_t x);
  std::uint32_t columns(std::string name, std::uint32_t x, std::uint32_t first,
                        std::uint32_t count);
  std::uint32_t join(std::string name, std::vector<std::uint32_t> parts);
  /// Where `condition` is not 0 `a`, else `b`.
  std::uint32_t select(std::string name, std::uint32_t condition, std::uint32_t a, std::uint32_t b);
  /// `kind`: largest, smallest, times or mean.
  /// `inside`: a mean of the places in the image alone.
  std::uint32_t pool(std::string name, Pattern::Kind kind, std::uint32_t x, const Window& window,
                     bool inside = false);
  /// `options` has a bias and steps.
  std::uint32_t depthwise(std::string name, std::uint32_t x, std::uint32_t w, const Window& window,
                          const ProductOptions& options);
  std::uint32_t view(std::string name, std::uint32_t x, std::uint32_t columns, Strides strides);
  std::uint32_t stack(std::string name, std::vector<std::uint32_t> parts);
  std::uint32_t gather(std::string name, std::uint32_t table, std::uint32_t rows);
  struct RecurrentOptions {
    std::uint32_t gates = none, recurrence = none, bias = none, hidden = none;
    std::uint32_t cell = none;  ///< of an lstm
    bool reset_first = false;
    std::uint32_t length = 1;
    std::uint32_t par = 1;
  };
  /// `kind`: lstm or gru.
  std::uint32_t recurrent(std::string name, Pattern::Kind kind, const RecurrentOptions& options);
  std::uint32_t pick(std::string name, std::uint32_t x, std::uint32_t numbers,
                     std::uint32_t columns, Strides strides, Picks picks);
  void output(std::uint32_t pattern, bool is = true) { list_.at(pattern).is_output = is; }
  /// What is made from now on stands in another section than what was, where patterns are fused.
  void cut() { cut_ = true; }
  /// What is made from now on is computed on another chip: matrices stream there.
  void on_chip(std::uint32_t chip) { chip_ = chip; }

  /// What is made from now on is of the layer of that name, for reports; of none, where it is
  /// empty.
  void layer(const std::string& name);

  const std::vector<Pattern>& list() const { return list_; }
  /// Where none is named each pattern is a layer.
  const std::vector<std::string>& layers() const { return layers_; }

 private:
  std::uint32_t push(Pattern pattern);
  void finish_product(Pattern& made, const ProductOptions& options) const;
  void add_bias(Pattern& made, std::uint32_t bias) const;
  /// Rows of windows of images that `made` has.
  void lay_windows(Pattern& made, const Pattern& pixels) const;
  const Pattern& at(const Pattern& user, std::uint32_t operand) const;
  /// Rows and columns of a view of `of`; refuses what is none.
  static void lay_view(Pattern& made, std::uint32_t columns, const Pattern& of);
  [[noreturn]] static void refuse(const Pattern& pattern, const std::string& what);

  std::vector<Pattern> list_;
  std::vector<std::string> layers_;
  bool cut_ = false;
  std::uint32_t chip_ = 0;
  std::uint32_t layer_ = none;
};

struct PatternOptions {
  bool fused = true;       ///< o1: a section up to each cut(); else o0, a section a pattern
  bool by_host = false;    ///< sections are started by the host, else by the chip itself
  bool hbm = false;        ///< tensors lie in HBM, the programs of sections in DRAM
  bool at_random = false;  ///< results are rounded at random, by `seed`
  std::uint32_t seed = 0;
};

/// The unit graph: function "run" goes through the sections once; inputs and outputs are arrays by
/// their names, f32 to the host. Tensors that pass from section to section lie in DRAM as long as
/// somebody has still to read them. A section with more units than a chip is cut in two, before the
/// pattern that has no room any more. Category::input naming pattern and unit where something does
/// not fit; Category::unsupported on a machine without bodies or sections.
Program make_patterns(const Patterns& patterns, const Timing& timing,
                      const PatternOptions& options);

/// Row-major fp32, by name: what the graph's outputs hold, bit for bit, computed without a machine.
using HostMatrices = std::map<std::string, std::vector<float>>;
HostMatrices evaluate_patterns(const Patterns& patterns, const PatternOptions& options,
                               const HostMatrices& inputs);

}  // namespace weft::program::rdu

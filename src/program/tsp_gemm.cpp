// SPDX-License-Identifier: Apache-2.0
// Writes a split product's schedules: what a chip does by itself, and what goes over its links.
#include "program/tsp_gemm.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "program/tsp_gemm_chip.hpp"
#include "program/tsp_gemm_links.hpp"
#include "program/tsp_links.hpp"

namespace weft::program::tsp {
namespace {

/// What one chip of a node sends, takes and adds.
class GemmChip {
 public:
  GemmChip(Program& program, Schedule& schedule, const Timing& timing, const Wiring& wiring,
           std::uint32_t chip, std::uint32_t rows)
      : runs_(program, schedule, timing),
        timing_(timing),
        wiring_(wiring),
        chip_(chip),
        rows_(rows) {}

  void write(const GemmTimetable& timetable) {
    runs_.deskew(link_to(chip_after(1)), 0);
    for (const GemmExchange& one : timetable.exchanges) {
      for (std::uint32_t d = 1; d < rows_; ++d) {
        for (const GemmRun& run : one.runs[d - 1]) {
          send(one.block, chip_after(d), run);
          receive(one, d, run, timetable.flight_cycles);
        }
      }
      for (std::uint32_t n = 0; n + 1 < rows_; ++n) add(one, n);
    }
  }

 private:
  std::uint32_t place() const { return chip_ % rows_; }
  std::uint32_t chip_after(std::uint32_t d) const {
    return chip_ - place() + (place() + d) % rows_;
  }
  std::uint32_t link_to(std::uint32_t other) const { return wiring_.between(chip_, other).at(0); }

  /// Of a run as much as the share of chip r has.
  Repeat rows_of(const GemmBlock& block, std::uint32_t r, const GemmRun& run) const {
    const std::uint32_t share = block.count_of(r, rows_);
    const std::uint32_t behind = std::min(run.row + run.count, share);
    return {behind > run.row ? behind - run.row : 0, link_element_cycles};
  }
  Place own(const GemmBlock& block, std::uint32_t byte, std::uint32_t row) const {
    const Piece& piece = *block.piece;
    const std::int64_t word = std::int64_t{block.word} + row;
    return {piece.hemisphere, piece.slices.at(byte), piece.bank,
            static_cast<std::uint32_t>(std::int64_t{piece.address} + word * piece.stride),
            piece.stride};
  }

  void send(const GemmBlock& block, std::uint32_t to, const GemmRun& run) {
    const Repeat repeat = rows_of(block, to % rows_, run);
    if (repeat.count == 0) return;
    const std::uint32_t link = link_to(to);
    const std::uint32_t row = block.first_of(to % rows_, rows_) + run.row;
    for (std::uint32_t byte = 0; byte < planes_an_element; ++byte) {
      const Cycle at = run.sent + Cycle{byte} * link_vector_cycles;
      const std::uint32_t read =
          runs_.read(own(block, byte, row), stop_of_link(link), at, gemm_streams::out, repeat);
      runs_.send(link, at, gemm_streams::out, read, repeat);
    }
  }

  void receive(const GemmExchange& one, std::uint32_t d, const GemmRun& run, Cycle flight) {
    const Repeat repeat = rows_of(one.block, place(), run);
    if (repeat.count == 0) return;
    const std::uint32_t link = link_to(chip_after(rows_ - d));
    const Vectors& into = one.received[d - 1];
    for (std::uint32_t byte = 0; byte < planes_an_element; ++byte) {
      const Place to = into.group.byte(byte, into.bank, into.address + run.row);
      const std::uint32_t stop = stop_of(to);
      const Hemisphere side = queue_of_link(link).hemisphere;
      // What comes from the nearer side waits, so that it is written in the same cycle.
      const Cycle wait =
          written_after(timing_, stop) - timing_.sxm_crossing_cycles - stops_from(side, stop);
      const Cycle at = run.sent + Cycle{byte} * link_vector_cycles + flight + wait;
      const std::uint32_t received = runs_.receive(link, at, gemm_streams::in, repeat);
      const Cycle driven = at + result_delay_cycles(timing_, runs_.at(received));
      runs_.write(to, stop_of_link(link), driven, gemm_streams::in, received, repeat);
    }
  }

  void add(const GemmExchange& one, std::uint32_t n) {
    const std::uint32_t count = one.block.count_of(place(), rows_);
    if (count == 0) return;
    const Repeat repeat{count, 1};
    const Hemisphere hemisphere = one.block.piece->hemisphere;
    const bool west = hemisphere == Hemisphere::west;
    const Direction inwards = west ? Direction::east : Direction::west;
    const std::uint32_t first = one.block.first_of(place(), rows_);
    const Vectors& part = one.received[rows_ - 2 - n];
    std::vector<std::uint32_t> old;
    std::vector<std::uint32_t> come;
    for (std::uint32_t byte = 0; byte < planes_an_element; ++byte) {
      const Place from = n == 0 ? own(one.block, byte, first) : place_of(one.sums[n - 1], byte);
      const auto stream = static_cast<std::uint8_t>(gemm_streams::parts + byte);
      const auto next = static_cast<std::uint8_t>(stream + planes_an_element);
      old.push_back(runs_.read(from, vxm_stop, one.starts[n], stream, repeat));
      come.push_back(runs_.read(place_of(part, byte), vxm_stop, one.starts[n], next, repeat));
    }
    const StreamGroup a{inwards, gemm_streams::parts, planes_an_element, 0};
    const StreamGroup b{inwards, gemm_streams::parts + planes_an_element, planes_an_element, 0};
    const StreamGroup result{west ? Direction::west : Direction::east, gemm_streams::sum,
                             planes_an_element, 0};
    // The last column, where the chips' own parts do nothing.
    const std::uint8_t alu = west ? alus - 4 : alus - 2;
    const std::uint32_t sum =
        runs_.alu(alu, VectorOperation::add, VectorType::f32, one.starts[n],
                  {runs_.stream_operand(a, old), runs_.stream_operand(b, come)}, result, repeat);
    const Cycle driven = one.starts[n] + result_delay_cycles(timing_, runs_.at(sum));
    for (std::uint32_t byte = 0; byte < planes_an_element; ++byte) {
      const auto stream = static_cast<std::uint8_t>(gemm_streams::sum + byte);
      runs_.write(place_of(one.sums[n], byte), vxm_stop, driven, stream, sum, repeat);
    }
  }
  static Place place_of(const Vectors& vectors, std::uint32_t byte) {
    return vectors.group.byte(byte, vectors.bank, vectors.address);
  }

  Runs runs_;
  const Timing& timing_;
  const Wiring& wiring_;
  std::uint32_t chip_;
  std::uint32_t rows_;
};

Tensor whole_tensor(const char* name, Tensor::Role role, VectorType type, std::uint64_t rows,
                    std::uint64_t columns) {
  Tensor out;
  out.name = name;
  out.role = role;
  out.type = type;
  out.shape = {rows, columns};
  return out;
}

void add_pieces(Tensor& out, const Tensor& local, const GemmAxes& axes, std::uint32_t chip) {
  for (const Piece& piece : local.pieces) out.pieces.push_back(axes.moved(piece, chip));
}

/// Where the sums of a chip's rows lie.
void add_sums(Tensor& out, const Gemm& what, const GemmLocal& local, const GemmTimetable& timetable,
              std::uint32_t chip) {
  for (const GemmExchange& one : timetable.exchanges) {
    const std::uint32_t r = chip % what.rows;
    const std::uint32_t count = one.block.count_of(r, what.rows);
    if (count == 0) continue;
    Piece piece = *one.block.piece;
    piece.first += (one.block.word + one.block.first_of(r, what.rows)) * piece.word_step;
    const Vectors& sums = one.sums.back();
    piece.hemisphere = sums.group.hemisphere;
    piece.bank = sums.bank;
    for (std::uint32_t byte = 0; byte < planes_an_element; ++byte) {
      piece.slices.at(byte) = static_cast<std::uint8_t>(sums.group.byte(byte, sums.bank, 0).slice);
    }
    piece.address = sums.address;
    piece.stride = 1;
    piece.words = count;
    out.pieces.push_back(result_axes(what, local, *one.block.part, chip).moved(piece, chip));
  }
}

void require_gemm(const System& system, const Gemm& what) {
  const std::string product = "product [" + std::to_string(what.m) + ", " + std::to_string(what.k) +
                              "] x [" + std::to_string(what.k) + ", " + std::to_string(what.n) +
                              "]: ";
  const auto require = [&](bool good, const std::string& text) {
    if (!good) fail(Category::input, product + text);
  };
  require(what.m > 0 && what.k > 0 && what.n > 0, "an axis is empty");
  constexpr std::uint64_t most = std::uint64_t{1} << 40U;
  require(what.m <= most && what.k <= most / what.m && what.n <= most / std::max(what.m, what.k),
          "a matrix has more than 2^40 elements");
  require(what.rows > 0 && chips_a_node % what.rows == 0,
          "k is split over 1, 2, 4 or 8 chips of a node, not " + std::to_string(what.rows));
  require(what.columns > 0 && std::uint64_t{what.columns} * what.rows <= system.chips,
          std::to_string(what.columns) + " x " + std::to_string(what.rows) +
              " chips are asked for, the system has " + std::to_string(system.chips));
  require(what.k % what.rows == 0,
          "k is no multiple of the " + counted(what.rows, "chip") + " that share it");
  require(what.n % what.columns == 0,
          "n is no multiple of the " + counted(what.columns, "chip") + " that share it");
}

}  // namespace

Program gemm(const Timing& timing, const System& system, const Gemm& what) {
  require_gemm(system, what);
  const std::uint32_t used = what.columns * what.rows;
  const std::uint32_t nodes = (used + chips_a_node - 1) / chips_a_node;
  const std::uint32_t chips = system.chips == 1 ? 1 : nodes * chips_a_node;
  const GemmLocal local = schedule_gemm(timing, what);
  Program program;
  program.timing_only = what.timing_only;
  program.texts = local.scheduled.program.texts;
  program.schedules.assign(what.rows == 1 ? 1 : std::min(chips, chips_a_node),
                           local.scheduled.program.schedules.at(0));
  GemmTimetable timetable;
  if (what.rows > 1) {
    const Wiring wiring(system.chips, cables_of(system));
    const std::vector<std::uint32_t> hops = wiring.hops_from(0);
    const std::uint32_t far = *std::max_element(hops.begin(), hops.begin() + chips);
    timetable = time_gemm(timing, local, what.rows, alignment_cycles(timing, far) + stops);
    for (std::uint32_t chip = 0; chip < program.schedules.size(); ++chip) {
      GemmChip(program, program.schedules[chip], timing, wiring, chip, what.rows).write(timetable);
    }
  }
  program.tensors = {whole_tensor("a", Tensor::Role::input, VectorType::f16, what.m, what.k),
                     whole_tensor("b", Tensor::Role::input, VectorType::f16, what.k, what.n),
                     whole_tensor("c", Tensor::Role::output, VectorType::f32, what.m, what.n)};
  for (std::uint32_t chip = 0; chip < chips; ++chip) {
    const auto schedule = static_cast<std::uint32_t>(chip % program.schedules.size());
    program.schedule_of_chip.push_back(chip < used ? schedule : none);
    if (chip >= used) continue;
    const GemmPart* last = nullptr;
    for (const GemmPart& part : local.parts) {
      Tensor& left = program.tensors[part.transposed ? 1 : 0];
      Tensor& right = program.tensors[part.transposed ? 0 : 1];
      if (last == nullptr || last->activations != part.activations) {
        add_pieces(left, local.find(part.activations), activation_axes(what, local, part, chip),
                   chip);
      }
      last = &part;
      add_pieces(right, local.find(part.weights), weight_axes(what, part, chip), chip);
      if (what.rows > 1) continue;
      add_pieces(program.tensors[2], local.find(part.result), result_axes(what, local, part, chip),
                 chip);
    }
    if (what.rows > 1) add_sums(program.tensors[2], what, local, timetable, chip);
  }
  return program;
}

}  // namespace weft::program::tsp

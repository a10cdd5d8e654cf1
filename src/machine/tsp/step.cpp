// SPDX-License-Identifier: Apache-2.0
// What a task does, by opcode.
#include "machine/tsp/step.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "machine/tsp/kernels.hpp"
#include "machine/tsp/operands.hpp"
#include "numerics/tsp_vector.hpp"
#include "program/tsp_shape.hpp"

namespace weft::machine::tsp {

namespace form = program::tsp;

namespace {

using form::Opcode;
using numerics::VectorType;

/// Rows that are used, and zero behind them.
struct CopyAndFill {
  const std::byte* from;
  std::size_t used;
  std::byte* to;
  WEFT_FUNCTION void operator()(std::size_t b) const { to[b] = b < used ? from[b] : std::byte{0}; }
};

/// A task while it is run.
class Running {
 public:
  Running(Part& part, std::uint32_t task, Shop& shop)
      : part_(part),
        number_(task),
        task_(part.flow->task(task)),
        in_(part.flow->instruction_of(task)),
        shop_(shop),
        operands_(part, task, shop) {}

  void run() {
    operands_.check_words();
    if (is_needed()) compute();
    operands_.release();
    note_leaving(part_, number_);
  }

 private:
  bool is_taken() const { return part_.plan->uses[number_] > 0; }

  /// False where nothing comes of it that anything takes.
  bool is_needed() const {
    switch (in_.opcode) {
      case Opcode::sync:
      case Opcode::notify:
      case Opcode::deskew:
      case Opcode::runtime_deskew:
        return false;
      case Opcode::write:
      case Opcode::gather:  // may be refused
      case Opcode::scatter:
      case Opcode::load_weights:
      case Opcode::accumulate:
      case Opcode::send:
      case Opcode::receive:
        return true;
      default:
        return is_taken();
    }
  }

  void compute() {
    switch (in_.opcode) {
      case Opcode::read:
        return read();
      case Opcode::write:
        return write();
      case Opcode::gather:
        return gather();
      case Opcode::scatter:
        return scatter();
      case Opcode::alu:
        return alu();
      case Opcode::load_weights:
        return load();
      case Opcode::install_weights:
        return install_array();
      case Opcode::activate:
        return activate();
      case Opcode::accumulate:
        return accumulate();
      case Opcode::shift:
      case Opcode::permute:
      case Opcode::distribute:
      case Opcode::rotate:
      case Opcode::transpose:
        return move_lanes();
      case Opcode::send:
        return send();
      case Opcode::receive:
        return receive();
      default:
        fail(Category::unsupported,
             "Unsupported: instruction '" + std::string(name_of(in_.opcode)) + "' is not executed");
    }
  }

  /// Room for the task's result.
  std::byte* result() {
    Result made;
    made.extent = {task_.first, task_.count, 0, result_width(in_)};
    made.uses = part_.plan->uses[number_];
    made.bytes = shop_.buffers.take(made.size());
    std::byte* bytes = made.bytes.data();
    part_.results[number_] = std::move(made);
    return bytes;
  }

  /// What is sent lies here until the machine has taken it.
  void send() {
    const std::size_t bytes = task_.count * vector_bytes;
    const std::byte* data = operands_.data(0);
    Result sent;
    sent.extent = {task_.first, task_.count, 0, 1};
    sent.uses = 1;
    sent.bytes = shop_.buffers.take(bytes);
    copy_vectors({data, vector_bytes}, 1, task_.count, sent.bytes.data(), vector_bytes);
    part_.results[number_] = std::move(sent);
  }

  void receive() {
    Inbox& inbox = part_.inboxes[number_];
    inbox.is_here.resize(task_.count);
    if (std::find(inbox.is_here.begin(), inbox.is_here.end(), 0) != inbox.is_here.end()) {
      fail(Category::internal, "tsp: instruction " + std::to_string(task_.instruction) +
                                   " of chip " + std::to_string(part_.chip) +
                                   " receives a vector before it has come");
    }
    if (is_taken()) to_device(inbox.bytes, result());
    part_.inboxes.erase(number_);
  }

  Walk walk() const { return walk_of(in_, task_.first); }
  std::uint32_t stop() const { return part_.flow->stop_of(number_); }
  /// Two of its elements may have one address.
  bool repeats() const { return task_.count > 1 && form::repeats_address(in_); }

  void read() {
    read_words(part_.memory.view(), bank_of(in_), walk(), task_.count, result());
    if (!part_.memory.faults.empty()) operands_.note_read(part_.results[number_]);
  }

  void write() {
    write_words(part_.memory.view(), bank_of(in_), walk(), task_.count, operands_.data(0),
                repeats());
    if (!part_.memory.faults.empty()) operands_.note_written();
  }

  void refuse_beyond(const std::byte* index) {
    const auto beyond = first_beyond(walk(), task_.count, index);
    if (!beyond) return;
    const std::uint32_t element = task_.first + beyond->element;
    operands_.refuse(element, TspError::beyond_bank, static_cast<std::uint64_t>(beyond->address));
  }

  void gather() {
    const std::byte* index = operands_.data(0);
    refuse_beyond(index);
    if (!is_taken()) return;
    gather_words(part_.memory.view(), bank_of(in_), walk(), task_.count, index, result());
    if (!part_.memory.faults.empty()) operands_.note_gathered(part_.results[number_], index);
  }

  void scatter() {
    const std::byte* data = operands_.data(0);
    const std::byte* index = operands_.data(1);
    refuse_beyond(index);
    scatter_words(part_.memory.view(), bank_of(in_), walk(), task_.count, data, index);
    if (!part_.memory.faults.empty()) operands_.note_scattered(index);
  }

  void alu() {
    const std::byte* a = operands_.data(0);
    const bool second = numerics::traits_of(in_.operation).operands > 1;
    const std::byte* b = second ? operands_.data(1) : nullptr;
    numerics::tsp::apply({in_.operation, in_.type, in_.result_type}, task_.count, a, b, result());
  }

  std::size_t row_bytes() const { return numerics::width_of(in_.type) * vector_bytes; }

  void load() {
    load_rows(walk(), row_bytes(), task_.count, operands_.data(0),
              plane_at(part_, stop()).buffer.data());
  }

  void install_array() {
    const std::byte* buffer = plane_at(part_, stop()).buffer.data();
    std::byte* rows = result();
    const std::size_t used = in_.rows * row_bytes();
    device_parallel_for("tsp_install", array_bytes, CopyAndFill{buffer, used, rows});
    install(part_, number_, shop_);
  }

  void activate() {
    const std::byte* data = operands_.data(0);
    std::byte* sums = result();
    for (const Take& take : operands_.takes()) {
      if (take.operand != implied_operand) continue;
      const std::size_t from = take.first - task_.first;
      pass(part_.arrays.at(take.producer), data + from * row_bytes(), take.count,
           sums + from * 4 * vector_bytes);
    }
  }

  void pass(const Installed& array, const std::byte* data, std::size_t count, std::byte* sums) {
    using numerics::tsp::LaneHalf;
    constexpr auto replace = numerics::tsp::Sums::replace;
    if (in_.type == VectorType::f16) {
      const LaneHalf half = in_.half == 0 ? LaneHalf::low : LaneHalf::high;
      numerics::tsp::fp16_pass(array.fp16.value(), data, half, count,
                               reinterpret_cast<float*>(sums), replace, shop_.dots);
    } else {
      numerics::tsp::int8_pass(array.int8.value(), data, count,
                               reinterpret_cast<std::int32_t*>(sums), replace);
    }
  }

  void accumulate() {
    const std::byte* sums = operands_.data(implied_operand);
    std::byte* accumulators = plane_at(part_, stop()).accumulators.data();
    accumulate_rows(walk(), {in_.type == VectorType::f16, in_.adds != 0, repeats()}, task_.count,
                    sums, accumulators, is_taken() ? result() : nullptr);
  }

  void move_lanes() {
    const std::byte* data = operands_.data(0);
    std::byte* to = result();
    const std::size_t vectors = std::size_t{task_.count} * in_.result.width;
    const auto map = [&] { return part_.maps.data() + part_.maps_from.at(in_.map); };
    switch (in_.opcode) {
      case Opcode::shift:
        return shift_lanes(in_.amount, vectors, data, to);
      case Opcode::permute:
        return map_lanes(map(), form::lanes, vectors, data, to);
      case Opcode::distribute:
        return map_lanes(map(), form::lanes_per_superlane, vectors, data, to);
      case Opcode::rotate:
        return rotate_lanes(static_cast<std::uint32_t>(in_.amount), task_.count, data, to);
      default:
        return transpose_lanes(task_.count, data, to);
    }
  }

  Part& part_;
  std::uint32_t number_;
  const form::Task& task_;
  const form::Instruction& in_;
  Shop& shop_;
  Operands operands_;
};

}  // namespace

void Shop::refuse(const KernelError& refused) {
  const auto key = [](const KernelError& e) { return std::tuple(e.cycle, index(e.tile), e.code); };
  if (!error || key(refused) < key(*error)) error = refused;
}

Plane& plane_at(Part& part, std::uint32_t stop) { return part.planes.at(stop); }

void run_task(Part& part, std::uint32_t task, Shop& shop) { Running(part, task, shop).run(); }

void install(Part& part, std::uint32_t task, Shop& shop) {
  const std::byte* rows = part.results.at(task).bytes.data();
  Installed& array = part.arrays[task];
  const std::size_t used = part.flow->instruction_of(task).rows;
  const auto make = [&](auto& out, auto& free) {
    if (free.empty()) {
      out.emplace();
    } else {
      out = std::move(free.back());
      free.pop_back();
    }
    out->install(rows, used);
  };
  if (part.flow->instruction_of(task).type == VectorType::f16) {
    make(array.fp16, shop.free_fp16);
  } else {
    make(array.int8, shop.free_int8);
  }
}

void release(Part& part, std::uint32_t task, Shop& shop) {
  const auto found = part.results.find(task);
  if (found == part.results.end()) {
    fail(Category::internal, "tsp: a result is gone before its last use");
  }
  if (--found->second.uses > 0) return;
  shop.buffers.give(std::move(found->second.bytes));
  part.results.erase(found);
  const auto array = part.arrays.find(task);
  if (array == part.arrays.end()) return;
  if (array->second.int8) shop.free_int8.push_back(std::move(*array->second.int8));
  if (array->second.fp16) shop.free_fp16.push_back(std::move(*array->second.fp16));
  part.arrays.erase(array);
}

void note_leaving(Part& part, std::uint32_t task) {
  for (std::size_t side = 0; side < 2; ++side) {
    const auto at = part.plan->leaving_at[side].find(task);
    if (at != part.plan->leaving_at[side].end()) part.ready[side].push_back(at->second);
  }
}

}  // namespace weft::machine::tsp

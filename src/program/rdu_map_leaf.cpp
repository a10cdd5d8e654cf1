// SPDX-License-Identifier: Apache-2.0
// From the controllers of a tree to what each of their unrolled copies does.
#include "program/rdu_map_mapper.hpp"
#include "program/rdu_map_number.hpp"

namespace weft::program::rdu {

using rdu_tree::ControllerKind;
using rdu_tree::MemoryKind;
using rdu_tree::Operation;

void Mapper::visit(std::uint32_t controller, const Scope& outside) {
  const rdu_tree::Controller& made = shape_.controller(controller);
  switch (made.kind) {
    case ControllerKind::load:
      return load_tile(controller, outside.inside(controller, 0));
    case ControllerKind::store:
      return store_tile(controller, outside.inside(controller, 0));
    case ControllerKind::gather:
      return gather(controller, outside.inside(controller, 0));
    case ControllerKind::scatter:
      return scatter(controller, outside.inside(controller, 0));
    default:
      break;
  }
  if (made.kind == ControllerKind::state_machine) return run_machine(controller, outside);
  for (std::uint32_t lane = 0; lane < shape_.copies_of(controller); ++lane) {
    visit_steps(controller, outside.inside(controller, lane));
  }
  if (made.kind == ControllerKind::reduce) accumulator(controller, outside);
  if (made.kind == ControllerKind::mem_reduce) reduce_memory(controller, outside);
}

void Mapper::visit_steps(std::uint32_t controller, const Scope& scope) {
  for (const rdu_tree::Step& step : shape_.controller(controller).steps) {
    if (step.is_controller) {
      visit(step.index, scope);
    } else {
      effect(step.index, scope);
    }
  }
}

void Mapper::effect(std::uint32_t of, const Scope& scope) {
  const rdu_tree::Node& made = node(of);
  if (!rdu_tree::is_memory_operation(made.operation)) return;
  const MemoryKind kind = tree_.memories[made.memory].kind;
  const bool is_register = kind == MemoryKind::reg || kind == MemoryKind::arg_out;
  if (made.operation == Operation::read) {
    // A register that the same leaf writes: as it is now, not behind the write
    if (!is_register) return;
    for (const RegisterWriter& writer : writers_[made.memory]) {
      if (writer.controller == scope.last() && writer.node != none) {
        value(compute(scope), of, scope);
        return;
      }
    }
    return;
  }
  if (made.operation == Operation::dequeue) {
    value(compute(scope), of, scope);  // taken, whether anybody wants the number or not
    return;
  }
  if (made.operation == Operation::stream_field) return;
  if (made.operation == Operation::enqueue && kind == MemoryKind::fifo) return enqueue(of, scope);
  if (made.operation == Operation::enqueue && kind == MemoryKind::merge) {
    return fill_way(of, scope);
  }
  if (made.operation == Operation::set_bound || made.operation == Operation::start_merge) {
    return describe_merge(of, scope);
  }
  if (made.operation == Operation::enqueue && kind == MemoryKind::stream_out) {
    return send_stream(of, scope);
  }
  if (kind == MemoryKind::register_file && made.operation == Operation::shift_in) {
    return shift_file(of, scope);
  }
  if (kind == MemoryKind::register_file && made.operation == Operation::reset) {
    return reset_file(of, scope);
  }
  const bool on_chip = kind == MemoryKind::sram || kind == MemoryKind::sparse_sram ||
                       kind == MemoryKind::register_file;
  if (made.operation == Operation::write && on_chip) return write_memory(of, scope);
  const bool sparse = made.operation == Operation::write && kind == MemoryKind::sparse_dram;
  if (sparse || made.operation == Operation::read_modify_write) {
    if (enabled(of, scope) != Enabled::never) sparse_access(of, scope);
    return;
  }
  if (made.operation == Operation::write && kind == MemoryKind::arg_out) {
    return write_output(of, scope);
  }
  if (made.operation == Operation::write && is_register) return write_register(of, scope);
  unsupported(made.place, std::string(rdu_tree::to_text(made.operation)) + " of a " +
                              std::string(rdu_tree::to_text(kind)));
}

/// What another register holds goes to the host from where it is made.
void Mapper::write_output(std::uint32_t of, const Scope& scope) {
  const rdu_tree::Node& made = node(of);
  const rdu_tree::Node& from = node(made.arguments[0]);
  const bool passes = from.operation == Operation::read &&
                      tree_.memories[from.memory].kind == MemoryKind::reg && made.enable == none &&
                      !may_lack(scope) && writers_[made.memory].size() == 1;
  const Chosen chosen =
      passes ? writer_for(from.memory, shape_.order_of(made.arguments[0]), scope.last(), made.place)
             : Chosen{};
  if (chosen.writer == none || chosen.carried) return write_register(of, scope);
  const WordType type = rdu_tree::word_type(tree_.memories[made.memory].type);
  const std::uint32_t channel =
      graph_.channel(unique(name_of_memory(made.memory) + ".word"),
                     type == numerics::word_bit ? Channel::Kind::bit : Channel::Kind::word);
  const Scope there = writer_scope(from.memory, chosen.writer, scope, made.place);
  pending_.push_back({channel, from.memory, chosen.writer, there, shared_depth(there, scope)});
  graph_.result(output_array(tree_, made.memory), type, host_unit_, channel);
}

void Mapper::result_of(std::uint32_t memory, Source from, const Scope& scope) {
  if (writers_[memory].size() > 1) {
    unsupported(tree_.memories[memory].place, "an ArgOut that several statements write");
  }
  const WordType type = rdu_tree::word_type(tree_.memories[memory].type);
  const std::uint32_t channel =
      graph_.channel(unique(name_of_memory(memory) + ".word"),
                     type == numerics::word_bit ? Channel::Kind::bit : Channel::Kind::word);
  from.context->maker.give(channel, from.operand.node, from.context->part(scope.depth()));
  graph_.result(output_array(tree_, memory), type, host_unit_, channel);
}

}  // namespace weft::program::rdu

// SPDX-License-Identifier: Apache-2.0
// Small graphs for tests: variables, codelets made by hand, and what a lowered program says.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "frontends/poplar/lower.hpp"
#include "topology/topology.hpp"

namespace weft::frontends::poplar::test {

namespace ipu = program::ipu;
using ipu::FieldInfo;
using ipu::FieldRole;
using ipu::FieldShape;

inline FieldInfo edge(const char* name, FieldRole role, FieldShape shape = FieldShape::vector,
                      ElementType type = ElementType::single) {
  FieldInfo field;
  field.name = name;
  field.role = role;
  field.shape = shape;
  field.type = type;
  field.alignment = ipu::bytes_of(type);
  return field;
}

inline FieldInfo state(const char* name, ElementType type) {
  FieldInfo field;
  field.name = name;
  field.type = type;
  field.bytes = ipu::bytes_of(type);
  return field;
}

/// A codelet that only tests know.
struct Codelet {
  std::string name;
  std::vector<FieldInfo> fields;
  CodeletInfo info;
  Codelet(std::string name_, std::vector<FieldInfo> fields_,
          ipu::VertexKind kind = ipu::VertexKind::worker)
      : name(std::move(name_)), fields(std::move(fields_)) {
    info.name = name.c_str();
    info.kind = kind;
    info.fields = fields.data();
    info.field_count = static_cast<std::uint32_t>(fields.size());
  }
  Codelet(const Codelet&) = delete;
  Codelet& operator=(const Codelet&) = delete;
};

template <typename T>
Bytes bytes_of_values(const std::vector<T>& values) {
  Bytes bytes(values.size() * sizeof(T));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

class GraphTest : public testing::Test {
 protected:
  static constexpr std::uint32_t tiles = 13;
  GraphTest() : topology_(topology::load_topology("ipu-debug")) {}

  View variable(const std::string& name, Shape shape, ElementType type = ElementType::single) {
    Variable made;
    made.name = name;
    made.type = type;
    made.elements = View::of(0, shape).elements();
    made.shape = shape;
    graph_.variables.push_back(made);
    return View::of(static_cast<VariableId>(graph_.variables.size() - 1), std::move(shape));
  }
  /// The same, all of it on one tile.
  View variable_on(std::uint32_t tile, const std::string& name, Shape shape,
                   ElementType type = ElementType::single) {
    View view = variable(name, std::move(shape), type);
    graph_.map(view, tile);
    return view;
  }
  ComputeSetId compute_set(const std::string& name) {
    graph_.compute_sets.push_back(name);
    return static_cast<ComputeSetId>(graph_.compute_sets.size() - 1);
  }
  VertexModel& vertex(ComputeSetId set, const Codelet& codelet, std::uint32_t tile,
                      const std::vector<std::vector<View>>& views) {
    VertexModel made;
    made.compute_set = set;
    made.codelet = &codelet.info;
    made.module = ipu::compiled_in;
    made.tile = tile;
    made.fields.resize(codelet.fields.size());
    for (std::size_t f = 0; f < views.size(); ++f) {
      made.fields[f].views = views[f];
      made.fields[f].connected = true;
    }
    graph_.vertices.push_back(std::move(made));
    return graph_.vertices.back();
  }

  static StepPointer step(Step made) { return std::make_shared<const Step>(std::move(made)); }
  static StepPointer execute(ComputeSetId set) {
    Step made;
    made.kind = StepKind::execute;
    made.id = set;
    return step(made);
  }
  static StepPointer copy(const View& from, const View& to) {
    Step made;
    made.kind = StepKind::copy;
    made.views = {from, to};
    return step(made);
  }
  static StepPointer of_kind(StepKind kind, std::vector<StepPointer> children,
                             std::vector<View> views = {}, std::uint64_t count = 0) {
    Step made;
    made.kind = kind;
    made.children = std::move(children);
    made.views = std::move(views);
    made.count = count;
    return step(made);
  }
  static StepPointer sequence(std::vector<StepPointer> children) {
    return of_kind(StepKind::sequence, std::move(children));
  }

  LowerInput input(StepPointer program) {
    steps_.programs = {std::move(program)};
    LowerInput in;
    in.graph = &graph_;
    in.steps = &steps_;
    in.topology = &topology_;
    in.host_tensors = host_tensors_;
    return in;
  }
  ipu::Program lower_to_program(StepPointer program) {
    Lowered lowered = lower(input(std::move(program)));
    ipu::validate(lowered.program);
    return std::move(lowered.program);
  }
  /// The complaint that lowering ends with; its message goes to `message_`.
  Complaint complaint_of(StepPointer program) {
    try {
      lower(input(std::move(program)));
    } catch (const GraphError& error) {
      message_ = error.what();
      return error.complaint();
    }
    ADD_FAILURE() << "nothing was refused";
    return Complaint::other;
  }
  void expect_in_message(const std::string& part) {
    EXPECT_NE(message_.find(part), std::string::npos) << message_;
  }

  GraphModel graph_;
  Steps steps_;
  std::vector<HostTensor> host_tensors_;
  topology::Topology topology_;
  std::string message_;
};

/// Tile memories that moves act on, byte by byte.
class Memories {
 public:
  explicit Memories(const ipu::Program& program) : program_(program) {
    for (const std::uint32_t bytes : program.memory_bytes) tiles_.emplace_back(bytes);
    for (const ipu::InitialData& data : program.initial) {
      std::memcpy(tiles_.at(data.tile).data() + data.address,
                  program.initial_bytes.data() + data.first, data.bytes);
    }
  }
  /// Runs exchanges and rearrangements from the first entry on, up to halt; other operations do
  /// nothing.
  void run() {
    for (std::uint32_t i = program_.entries.at(0);; ++i) {
      const ipu::Instruction& instruction = program_.code.at(i);
      if (instruction.operation == ipu::Operation::halt) return;
      if (instruction.operation == ipu::Operation::exchange) {
        move(program_.exchanges.at(instruction.a));
      }
      if (instruction.operation == ipu::Operation::rearrange) {
        move(program_.rearrangements.at(instruction.a));
      }
    }
  }
  template <typename T>
  T get(std::uint32_t tile, std::uint32_t address) const {
    T value{};
    std::memcpy(&value, tiles_.at(tile).data() + address, sizeof(value));
    return value;
  }
  /// The elements of an array, in order.
  template <typename T>
  std::vector<T> array(std::size_t number) const {
    const ipu::HostArray& array = program_.arrays.at(number);
    std::vector<T> values(array.bytes / sizeof(T));
    auto* to = reinterpret_cast<std::byte*>(values.data());
    for (std::uint64_t r = array.first; r < array.first + array.count; ++r) {
      const ipu::ArrayRun& run = program_.runs.at(r);
      std::memcpy(to, tiles_.at(run.tile).data() + run.address, run.bytes);
      to += run.bytes;
    }
    return values;
  }
  void move(const ipu::MoveSet& set) {
    std::vector<std::vector<std::byte>> read;
    for (std::uint64_t m = set.first; m < set.first + set.count; ++m) {
      const ipu::Move& move = program_.moves.at(m);
      const std::byte* from = tiles_.at(move.from_tile).data() + move.from_address;
      read.emplace_back(from, from + move.bytes);
    }
    for (std::uint64_t m = 0; m < set.count; ++m) {
      const ipu::Move& move = program_.moves.at(set.first + m);
      std::memcpy(tiles_.at(move.to_tile).data() + move.to_address, read[m].data(), move.bytes);
    }
  }

 private:
  const ipu::Program& program_;
  std::vector<std::vector<std::byte>> tiles_;
};

/// The program's operations from its first entry to halt.
inline std::vector<ipu::Operation> operations(const ipu::Program& program) {
  std::vector<ipu::Operation> found;
  for (std::uint32_t i = program.entries.at(0);; ++i) {
    if (program.code.at(i).operation == ipu::Operation::halt) return found;
    found.push_back(program.code[i].operation);
  }
}

}  // namespace weft::frontends::poplar::test

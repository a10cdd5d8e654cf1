// SPDX-License-Identifier: Apache-2.0
// CodeBuilder: SRAM, scalar code, control flow.
#include <algorithm>
#include <bit>
#include <cstring>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "program/wse_builder.hpp"

namespace weft::program::wse {

CodeBuilder::CodeBuilder(std::string name) { code_.name = std::move(name); }

void CodeBuilder::require_function() const {
  if (current_ < 0) fail(Category::internal, code_.name + ": code outside a function");
}

// --- SRAM ---

std::uint16_t CodeBuilder::allocate(const std::string& symbol, Type type, std::uint32_t elements,
                                    std::uint32_t alignment, const std::string& exported) {
  const std::uint64_t align = std::max<std::uint64_t>({alignment, bytes_of(type), 2});
  const std::uint64_t begin = (code_.data.size() + align - 1) / align * align;
  const std::uint64_t end = begin + std::uint64_t{elements} * bytes_of(type);
  if (end > 0x10000) {
    fail(Category::program, code_.name + ": symbol '" + symbol + "' of " +
                                counted(end - begin, "byte") +
                                " does not fit into the 16-bit address space");
  }
  code_.data.resize(end);
  const auto address = static_cast<std::uint16_t>(begin);
  code_.symbols.push_back({symbol, exported, type, address, elements});
  return address;
}

void CodeBuilder::initialise(std::uint16_t address, std::span<const std::byte> bytes) {
  const std::size_t end = address + bytes.size();
  if (end > code_.data.size()) {
    fail(Category::internal, code_.name + ": initial bytes outside the allocated SRAM");
  }
  std::copy(bytes.begin(), bytes.end(), code_.data.begin() + address);
  code_.initialised.push_back({address, static_cast<std::uint32_t>(end)});
}

void CodeBuilder::initialise_zero(std::uint16_t address, std::uint32_t bytes) {
  const std::vector<std::byte> zeros(bytes);
  initialise(address, zeros);
}

void CodeBuilder::initialise_from_constant(std::uint16_t address, Type type,
                                           std::uint32_t constant) {
  code_.patches.push_back({address, type, constant});
  code_.tile_constant_count = std::max(code_.tile_constant_count, constant + 1);
}

// --- functions ---

FunctionId CodeBuilder::declare(const std::string& name, std::vector<Type> parameters) {
  Function function;
  function.name = name;
  function.frame_registers = static_cast<std::uint16_t>(parameters.size());
  function.parameters = std::move(parameters);
  code_.functions.push_back(std::move(function));
  bodies_.emplace_back();
  return {static_cast<std::uint32_t>(code_.functions.size() - 1)};
}

void CodeBuilder::begin(FunctionId function) {
  if (current_ >= 0 || bodies_.at(function.index).written) {
    fail(Category::internal,
         code_.name + ": function '" + code_.functions[function.index].name + "' begun twice");
  }
  current_ = static_cast<std::int32_t>(function.index);
  bodies_[function.index].written = true;
  code_.functions[function.index].entry = static_cast<std::uint32_t>(code_.instructions.size());
}

void CodeBuilder::end() {
  require_function();
  // A label may stand behind the last instruction, so a `ret` is always there to be jumped to.
  emit({.operation = Operation::ret});
  current_ = -1;
}

FunctionId CodeBuilder::function(const std::string& name, std::vector<Type> parameters) {
  const FunctionId id = declare(name, std::move(parameters));
  begin(id);
  return id;
}

Register CodeBuilder::make_register() {
  require_function();
  Function& function = code_.functions[static_cast<std::size_t>(current_)];
  if (function.frame_registers >= use_immediate - 1) {
    fail(Category::unsupported, code_.name + ": function '" + function.name +
                                    "' needs more registers than an instruction can name");
  }
  return function.frame_registers++;
}

// --- scalar code ---

std::uint32_t CodeBuilder::emit(const Instruction& instruction) {
  require_function();
  code_.instructions.push_back(instruction);
  code_.lines.push_back(line_);
  function_of_instruction_.push_back(current_);
  return static_cast<std::uint32_t>(code_.instructions.size() - 1);
}

void CodeBuilder::set_constant(Register d, Type type, std::int64_t value) {
  if (value >= INT32_MIN && value <= INT32_MAX) {
    emit({.operation = Operation::constant,
          .type = type,
          .d = d,
          .immediate = static_cast<std::int32_t>(value)});
    return;
  }
  const auto wide = static_cast<std::uint64_t>(value);
  const auto found = std::find(code_.wide_constants.begin(), code_.wide_constants.end(), wide);
  const auto number = static_cast<std::int32_t>(found - code_.wide_constants.begin());
  if (found == code_.wide_constants.end()) code_.wide_constants.push_back(wide);
  emit({.operation = Operation::constant_wide, .type = type, .d = d, .immediate = number});
}

Register CodeBuilder::constant(Type type, std::int64_t value) {
  const Register d = make_register();
  set_constant(d, type, value);
  return d;
}

Register CodeBuilder::constant_f32(float value) {
  return constant(Type::f32, std::bit_cast<std::int32_t>(value));
}

Register CodeBuilder::tile_constant(Type type, std::uint32_t number) {
  const Register d = make_register();
  code_.tile_constant_count = std::max(code_.tile_constant_count, number + 1);
  emit({.operation = Operation::tile_constant,
        .type = type,
        .d = d,
        .immediate = static_cast<std::int32_t>(number)});
  return d;
}

void CodeBuilder::move(Register d, Register a) {
  emit({.operation = Operation::move, .type = Type::u64, .d = d, .a = a});
}

void CodeBuilder::binary_into(Register d, Operation operation, Type type, Register a, Register b) {
  emit({.operation = operation, .type = type, .d = d, .a = a, .b = b});
}

void CodeBuilder::binary_into(Register d, Operation operation, Type type, Register a,
                              std::int32_t immediate) {
  emit({.operation = operation,
        .type = type,
        .d = d,
        .a = a,
        .b = use_immediate,
        .immediate = immediate});
}

Register CodeBuilder::binary(Operation operation, Type type, Register a, Register b) {
  const Register d = make_register();
  binary_into(d, operation, type, a, b);
  return d;
}

Register CodeBuilder::binary(Operation operation, Type type, Register a, std::int32_t immediate) {
  const Register d = make_register();
  binary_into(d, operation, type, a, immediate);
  return d;
}

Register CodeBuilder::unary(Operation operation, Type type, Register a) {
  const Register d = make_register();
  emit({.operation = operation, .type = type, .d = d, .a = a});
  return d;
}

Register CodeBuilder::convert(Type from, Type to, Register a) {
  const Register d = make_register();
  emit({.operation = Operation::convert,
        .type = from,
        .d = d,
        .a = a,
        .immediate = static_cast<std::int32_t>(to)});
  return d;
}

Register CodeBuilder::bitcast(Type from, Type to, Register a) {
  const Register d = make_register();
  emit({.operation = Operation::bitcast,
        .type = from,
        .d = d,
        .a = a,
        .immediate = static_cast<std::int32_t>(to)});
  return d;
}

Register CodeBuilder::math(MathFunction function, Type type, Register a, Register b) {
  const Register d = make_register();
  emit({.operation = Operation::math,
        .type = type,
        .d = d,
        .a = a,
        .b = b,
        .immediate = static_cast<std::int32_t>(function)});
  return d;
}

Register CodeBuilder::load(Type type, Register address, std::int32_t offset) {
  const Register d = make_register();
  emit({.operation = Operation::load, .type = type, .d = d, .a = address, .immediate = offset});
  return d;
}

void CodeBuilder::store(Type type, Register value, Register address, std::int32_t offset) {
  emit(
      {.operation = Operation::store, .type = type, .d = value, .a = address, .immediate = offset});
}

Register CodeBuilder::timestamp() {
  const Register d = make_register();
  emit({.operation = Operation::timestamp, .type = Type::u64, .d = d});
  return d;
}

void CodeBuilder::assert_true(Register condition, const std::string& message) {
  code_.messages.push_back(message);
  emit({.operation = Operation::assert_true,
        .type = Type::boolean,
        .a = condition,
        .immediate = static_cast<std::int32_t>(code_.messages.size() - 1)});
}

}  // namespace weft::program::wse

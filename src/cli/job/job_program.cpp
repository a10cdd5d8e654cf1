// SPDX-License-Identifier: Apache-2.0
// What a job's commands name, looked up in the compiled program.
#include "cli/job/job_program.hpp"

#include <algorithm>
#include <cstring>
#include <set>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "cli/job/job_element.hpp"
#include "topology/suggest.hpp"

namespace weft::cli {

using program::wse::Program;
using program::wse::TileCode;
using program::wse::Type;
using trace::ElementType;

ElementType element_type(Type type) {
  switch (type) {
    case Type::boolean:
    case Type::u8:
      return ElementType::u8;
    case Type::i8:
      return ElementType::i8;
    case Type::i16:
      return ElementType::i16;
    case Type::u16:
      return ElementType::u16;
    case Type::i32:
      return ElementType::i32;
    case Type::u32:
      return ElementType::u32;
    case Type::i64:
      return ElementType::i64;
    case Type::u64:
      return ElementType::u64;
    case Type::f16:
      return ElementType::f16;
    case Type::f32:
      return ElementType::f32;
  }
  return ElementType::u32;
}

ElementType element_type(const std::string& name) {
  for (const ElementType type : {ElementType::f32, ElementType::f16, ElementType::i32,
                                 ElementType::u32, ElementType::i16, ElementType::u16}) {
    if (trace::name_of(type) == name) return type;
  }
  fail(Category::input, "'" + name + "' is no element type of a stream");
}

namespace {

std::string tile_name(std::uint32_t x, std::uint32_t y) {
  return "tile (" + std::to_string(x) + ", " + std::to_string(y) + ")";
}

const TileCode& code_at(const Program& program, std::uint32_t x, std::uint32_t y) {
  return program.codes[program.code_of_tile[y * program.width + x]];
}

const program::wse::Symbol* exported(const TileCode& code, const std::string& name) {
  for (const program::wse::Symbol& symbol : code.symbols) {
    if (symbol.exported == name) return &symbol;
  }
  return nullptr;
}

std::vector<std::string> exported_names(const Program& program) {
  std::set<std::string> names;
  for (const TileCode& code : program.codes) {
    for (const program::wse::Symbol& symbol : code.symbols) {
      if (!symbol.exported.empty()) names.insert(symbol.exported);
    }
  }
  return {names.begin(), names.end()};
}

std::string listed(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out.empty() ? "none" : out;
}

}  // namespace

Rectangle ProgramIndex::region(const JobCommand& command, const DataLayout& layout) const {
  if (!layout.region) return rectangle();
  const Rectangle& asked = *layout.region;
  if (intersect(asked, rectangle()) == asked) return asked;
  command.where.fail("region", "leaves the program's " + std::to_string(program_.width) + " x " +
                                   std::to_string(program_.height) + " tiles");
}

Target ProgramIndex::variable(const JobCommand& command, const std::string& name,
                              const Rectangle& region) const {
  const std::string key = name_of(command.verb);
  const program::wse::Symbol* first = nullptr;
  for (std::uint32_t y = region.y0; y < region.y1(); ++y) {
    for (std::uint32_t x = region.x0; x < region.x1(); ++x) {
      const program::wse::Symbol* symbol = exported(code_at(program_, x, y), name);
      if (symbol == nullptr && first == nullptr) {
        const std::vector<std::string> names = exported_names(program_);
        command.where.fail(key, "names '" + name + "', which " + tile_name(x, y) +
                                    " does not export" + topology::did_you_mean(name, names) +
                                    "; the program exports " + listed(names));
      }
      if (symbol == nullptr || (first != nullptr && (symbol->type != first->type ||
                                                     symbol->elements != first->elements))) {
        command.where.fail(key, "names '" + name + "', which is another variable on " +
                                    tile_name(region.x0, region.y0) + " than on " +
                                    tile_name(x, y) + ": copy their regions apart");
      }
      first = symbol;
    }
  }
  return {name, element_type(first->type), first->elements};
}

Target ProgramIndex::stream(const JobCommand& command, const std::string& name,
                            const DataLayout& layout, bool into_machine) const {
  std::vector<std::string> names;
  for (const program::wse::HostStream& stream : program_.host_streams) {
    if (stream.into_machine != into_machine) continue;
    if (stream.name == name) {
      return {name, layout.type.empty() ? ElementType::f32 : element_type(layout.type), 0};
    }
    names.push_back(stream.name);
  }
  const std::string key = command.answer == name && !into_machine && command.verb == Verb::stream
                              ? "answer"
                              : name_of(command.verb);
  command.where.fail(key, "names '" + name + "', which is no stream " +
                              (into_machine ? "into" : "out of") + " the program" +
                              topology::did_you_mean(name, names) + "; it has " + listed(names));
}

std::vector<std::uint32_t> ProgramIndex::arguments(const JobCommand& command) const {
  std::set<std::string> names;
  const std::vector<Type>* parameters = nullptr;
  for (const TileCode& code : program_.codes) {
    for (const program::wse::EntryPoint& entry : code.entry_points) {
      names.insert(entry.name);
      if (entry.name == command.target) parameters = &code.functions[entry.function].parameters;
    }
  }
  if (parameters == nullptr) {
    const std::vector<std::string> known{names.begin(), names.end()};
    command.where.fail("launch", "names '" + command.target + "', which is no exported function" +
                                     topology::did_you_mean(command.target, known) +
                                     "; the program exports " + listed(known));
  }
  if (parameters->size() != command.arguments.size()) {
    command.where.fail("arguments", "are " + std::to_string(command.arguments.size()) + "; '" +
                                        command.target + "' takes " +
                                        std::to_string(parameters->size()));
  }
  std::vector<std::uint32_t> words;
  for (std::size_t k = 0; k < parameters->size(); ++k) {
    const ElementType type = element_type((*parameters)[k]);
    std::uint32_t word = 0;
    if (trace::size_bytes(type) > sizeof word) {
      command.where.fail("arguments", "of 64 bits are not supported");
    }
    std::byte bytes[sizeof word] = {};
    if (!store_number(command.arguments[k], type, bytes)) {
      command.where.fail("arguments", "give " + shortest(command.arguments[k]) + ", which is no " +
                                          std::string(trace::name_of(type)));
    }
    std::memcpy(&word, bytes, sizeof word);
    words.push_back(word);
  }
  return words;
}

}  // namespace weft::cli

// SPDX-License-Identifier: Apache-2.0
// What a job's commands name, looked up in the compiled program.
#include "cli/job/job_program.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <set>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "cli/job/job_element.hpp"
#include "topology/suggest.hpp"

namespace weft::cli {

using machine::Export;
using trace::ElementType;

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

/// The element type of an export, by the machine's word for it.
ElementType exported_type(const std::string& name) {
  if (name == "bool") return ElementType::u8;
  for (const ElementType type :
       {ElementType::i8, ElementType::i16, ElementType::i32, ElementType::i64, ElementType::u8,
        ElementType::u16, ElementType::u32, ElementType::u64, ElementType::f16, ElementType::f32,
        ElementType::f64}) {
    if (trace::name_of(type) == name) return type;
  }
  fail(Category::unsupported, "exports of type '" + name + "' in commands are not supported");
}

/// "u32,f32", as exports tell a function's parameters.
std::vector<ElementType> parameters_of(const Export& function) {
  std::vector<ElementType> types;
  const std::string& text = function.type;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    types.push_back(exported_type(text.substr(begin, end - begin)));
    begin = end + 1;
  }
  return types;
}

std::string listed(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out.empty() ? "none" : out;
}

}  // namespace

const Export* ProgramIndex::variable_at(const std::string& name, std::uint32_t x,
                                        std::uint32_t y) const {
  const std::size_t tile = std::size_t{y} * tiles_.width + x;
  const std::size_t group = exports_.group_of_tile.empty() ? 0 : exports_.group_of_tile[tile];
  for (const Export& one : exports_.groups[group]) {
    if (one.kind == Export::Kind::variable && one.name == name) return &one;
  }
  return nullptr;
}

std::vector<std::string> ProgramIndex::names(Export::Kind kind) const {
  std::set<std::string> found;
  for (const std::vector<Export>& group : exports_.groups) {
    for (const Export& one : group) {
      if (one.kind == kind) found.insert(one.name);
    }
  }
  return {found.begin(), found.end()};
}

Rectangle ProgramIndex::region(const JobCommand& command, const DataLayout& layout) const {
  if (!layout.region) return rectangle();
  const Rectangle& asked = *layout.region;
  if (intersect(asked, rectangle()) == asked) return asked;
  command.where.fail("region", "leaves the program's " + std::to_string(tiles_.width) + " x " +
                                   std::to_string(tiles_.height) + " tiles");
}

void ProgramIndex::unknown_variable(const NamedBy& by, const std::string& name, std::uint32_t x,
                                    std::uint32_t y) const {
  std::vector<std::string> known = names(Export::Kind::variable);
  const bool on_tiles = !known.empty() && !has_arrays();
  for (const ArrayExport& one : exports_.arrays) known.push_back(one.entry.name);
  by.where.fail(by.key, "names '" + name + "', which " +
                            (on_tiles ? tile_name(x, y) + " does not export"
                                      : std::string("the program does not have")) +
                            topology::did_you_mean(name, known) +
                            (on_tiles ? "; the program exports " : "; it has ") + listed(known));
}

Target ProgramIndex::variable(const NamedBy& by, const std::string& name,
                              const Rectangle& region) const {
  const Export* first = nullptr;
  for (std::uint32_t y = region.y0; y < region.y1(); ++y) {
    for (std::uint32_t x = region.x0; x < region.x1(); ++x) {
      const Export* symbol = variable_at(name, x, y);
      if (symbol == nullptr && first == nullptr) unknown_variable(by, name, x, y);
      if (symbol == nullptr || (first != nullptr && (symbol->type != first->type ||
                                                     symbol->elements != first->elements))) {
        by.where.fail(by.key, "names '" + name + "', which is another variable on " +
                                  tile_name(region.x0, region.y0) + " than on " + tile_name(x, y) +
                                  ": copy their regions apart");
      }
      first = symbol;
    }
  }
  return {name, exported_type(first->type), static_cast<std::uint32_t>(first->elements)};
}

std::optional<Target> ProgramIndex::array(const std::string& name) const {
  for (const ArrayExport& one : exports_.arrays) {
    if (one.entry.name != name) continue;
    if (one.entry.elements > std::numeric_limits<std::uint32_t>::max()) {
      fail(Category::unsupported,
           "tensors of more than 2^32 - 1 elements in commands are not "
           "supported: '" +
               name + "'");
    }
    return Target{name, exported_type(one.entry.type),
                  static_cast<std::uint32_t>(one.entry.elements), true, one.shape};
  }
  return {};
}

void ProgramIndex::require_whole(const JobCommand& command) {
  const DataLayout& layout = command.layout;
  const std::pair<const char*, bool> keys[] = {{"region", layout.region.has_value()},
                                               {"elements", layout.elements != 0},
                                               {"layout", layout.arrangement != Arrangement::tiles},
                                               {"order", layout.order != ElementOrder::row_major},
                                               {"block_rows", layout.block_rows != 0}};
  for (const auto& [key, given] : keys) {
    if (!given) continue;
    command.where.fail(key, "is for what tiles hold; '" + command.target + "' is copied whole");
  }
}

Target ProgramIndex::stream(const JobCommand& command, const std::string& name,
                            const DataLayout& layout, bool into_machine) const {
  std::vector<std::string> known;
  const Export::Kind kind = into_machine ? Export::Kind::stream_in : Export::Kind::stream_out;
  for (const Export& stream : exports_.streams) {
    if (stream.kind != kind) continue;
    if (stream.name == name) {
      return {name, layout.type.empty() ? ElementType::f32 : element_type(layout.type), 0};
    }
    known.push_back(stream.name);
  }
  const std::string key = command.answer == name && !into_machine && command.verb == Verb::stream
                              ? "answer"
                              : name_of(command.verb);
  command.where.fail(key, "names '" + name + "', which is no stream " +
                              (into_machine ? "into" : "out of") + " the program" +
                              topology::did_you_mean(name, known) + "; it has " + listed(known));
}

std::vector<std::uint32_t> ProgramIndex::arguments(const JobCommand& command) const {
  const Export* function = nullptr;
  for (const std::vector<Export>& group : exports_.groups) {
    for (const Export& one : group) {
      if (one.kind == Export::Kind::function && one.name == command.target) function = &one;
    }
  }
  if (function == nullptr) {
    const std::vector<std::string> known = names(Export::Kind::function);
    command.where.fail("launch", "names '" + command.target + "', which is no exported function" +
                                     topology::did_you_mean(command.target, known) +
                                     "; the program exports " + listed(known));
  }
  const std::vector<ElementType> parameters = parameters_of(*function);
  if (parameters.size() != command.arguments.size()) {
    command.where.fail("arguments", "are " + std::to_string(command.arguments.size()) + "; '" +
                                        command.target + "' takes " +
                                        std::to_string(parameters.size()));
  }
  std::vector<std::uint32_t> words;
  for (std::size_t k = 0; k < parameters.size(); ++k) {
    const ElementType type = parameters[k];
    std::uint32_t word = 0;
    if (trace::size_bytes(type) > sizeof word) {
      command.where.fail("arguments", "of 64 bits are not supported");
    }
    std::byte bytes[sizeof word] = {};
    if (!store_number(command.arguments[k], type, bytes)) {
      command.where.fail("arguments", "gives " + not_a_number_of(command.arguments[k], type));
    }
    std::memcpy(&word, bytes, sizeof word);
    words.push_back(word);
  }
  return words;
}

}  // namespace weft::cli

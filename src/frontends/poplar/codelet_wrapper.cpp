// SPDX-License-Identifier: Apache-2.0
// The generated part of a codelet's translation unit.
#include "frontends/poplar/codelet_wrapper.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace weft::frontends::poplar {
namespace {

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

/// Compiler messages about the next line name the user's file and line.
std::string marker(const SourcePlace& place) {
  return "\n# " + std::to_string(place.line) + " " + quoted(place.file) + "\n";
}

std::string readable(const std::string& spelling) {
  std::string out = spelling;
  out.erase(std::remove(out.begin(), out.end(), ' '), out.end());
  return out;
}

/// `using weft_vertex_3 = Foo<float>;` where the source could say so.
std::string alias(const VertexClass& vertex, const std::string& name) {
  std::string open;
  std::string close;
  std::string path = "::";
  for (const std::string& one : vertex.scope) {
    if (one.empty()) continue;  // what is in there can be seen from outside
    open += "namespace " + one + " { ";
    close += " }";
    path += one + "::";
  }
  const std::string target = "weft_" + name;
  return marker(vertex.place) + open + "using " + target + " = " + vertex.spelling + ";" + close +
         "\nnamespace weft_generated { namespace { using " + name + " = " + path + target + "; } }";
}

std::string field_asserts(const VertexClass& vertex, const VertexField& field,
                          const std::string& name) {
  const std::string type = "decltype(" + name + "::" + field.name + ")";
  const std::string who =
      "field '" + field.name + "' of vertex '" + readable(vertex.spelling) + "': ";
  const std::string edge =
      who +
      "the elements of Input, Output and InOut are bool, char, short, int, long long, half or "
      "float; long has 32 bits on an IPU and 64 here";
  const std::string state = who +
                            "the state of a vertex is numbers, bool, half and enums, no double and "
                            "no structs, arrays or pointers";
  return marker(field.place) + "static_assert(weft::codelet::edge_supported<" + type + ">, " +
         quoted(edge) + ");" + marker(field.place) +
         "static_assert(weft::codelet::state_supported<" + type + ">, " + quoted(state) + ");";
}

std::string vertex_tables(const VertexClass& vertex, const std::string& name) {
  const std::string count = std::to_string(vertex.fields.size());
  std::string out = alias(vertex, name);
  out += "\nnamespace weft_generated { namespace {";
  for (const VertexField& field : vertex.fields) out += field_asserts(vertex, field, name);
  out += "\nconst weft::codelet::FieldInfo fields_of_" + name + "[] = {";
  for (const VertexField& field : vertex.fields) {
    out += marker(field.place) + "weft::codelet::field<decltype(" + name + "::" + field.name +
           ")>(" + quoted(field.name) + ", __builtin_offsetof(" + name + ", " + field.name + ")),";
  }
  if (vertex.fields.empty()) out += "{}";
  out += "\n};\nweft::codelet::CodeletInfo info_of_" + name + ";";
  out += "\nvoid fill_" + name + "() {";
  out += "\n  static const std::string name = weft::codelet::vertex_name<" + name + ">();";
  out += marker(vertex.place) + "  info_of_" + name + " = {name.c_str(), weft::codelet::kind_of<" +
         name + ">(), sizeof(" + name + "), alignof(" + name + "), fields_of_" + name + ", " +
         count + ", weft::codelet::construct<" + name + ", " +
         (vertex.constructible ? "true" : "false") + ">, weft::codelet::compute<" + name +
         ", &info_of_" + name + ">};\n}";
  return out + "\n} }";
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (at < text.size() && ascii::is_blank(text[at])) ++at;
  return at;
}

/// End of `target("...")` when it stands at `at`; else 0.
std::size_t target_end(std::string_view text, std::size_t at) {
  std::size_t end = skip_blanks(text, at + std::string_view("target").size());
  if (end >= text.size() || text[end] != '(') return 0;
  end = skip_blanks(text, end + 1);
  for (const std::string_view context : {"\"worker\"", "\"supervisor\""}) {
    if (text.substr(end, context.size()) != context) continue;
    end = skip_blanks(text, end + context.size());
    return end < text.size() && text[end] == ')' ? end + 1 : 0;
  }
  return 0;
}

/// `#pragma unroll`, `nounroll`, `clang loop`, `GCC unroll` ...
bool is_loop_pragma(std::string_view line) {
  std::size_t at = skip_blanks(line, 0);
  for (const std::string_view word : {"#", "pragma"}) {
    if (!line.substr(at).starts_with(word)) return false;
    at = skip_blanks(line, at + word.size());
  }
  for (const std::string_view start : {"unroll", "nounroll", "clang loop", "GCC unroll", "loop"}) {
    if (line.substr(at).starts_with(start)) return true;
  }
  return false;
}

}  // namespace

std::string without_target_attributes(std::string_view source) {
  std::string out(source);
  const std::string_view word = "target";
  for (std::size_t at = out.find(word); at != std::string::npos; at = out.find(word, at + 1)) {
    const std::size_t end = target_end(out, at);
    for (std::size_t i = at; i < end; ++i) {
      if (out[i] != '\n') out[i] = ' ';
    }
  }
  return out;
}

std::string without_loop_pragmas(std::string_view source) {
  std::string out(source);
  for (std::size_t begin = 0; begin < out.size();) {
    const std::size_t end = std::min(out.find('\n', begin), out.size());
    if (is_loop_pragma(std::string_view(out).substr(begin, end - begin))) {
      std::fill(out.begin() + static_cast<std::ptrdiff_t>(begin),
                out.begin() + static_cast<std::ptrdiff_t>(end), ' ');
    }
    begin = end + 1;
  }
  return out;
}

std::string wrap_codelets(std::string_view preprocessed, const std::vector<VertexClass>& vertices,
                          const std::string& entry) {
  std::string out = without_loop_pragmas(without_target_attributes(preprocessed));
  std::string fill;
  std::string infos;
  for (std::size_t i = 0; i < vertices.size(); ++i) {
    const std::string name = "vertex_" + std::to_string(i);
    out += vertex_tables(vertices[i], name);
    fill += "    fill_" + name + "();\n";
    infos += "info_of_" + name + ", ";
  }
  const std::string count = std::to_string(vertices.size());
  out +=
      "\n# 1 \"weft's tables\"\nnamespace weft_generated {}\nextern \"C\" "
      "__attribute__((visibility(\"default\"))) "
      "const weft::codelet::Module* " +
      entry + "();\n";
  // Filled at the first call: other initialisers may be the callers.
  out += "const weft::codelet::Module* " + entry + "() {\n  using namespace weft_generated;\n";
  out += "  if (!weft::codelet::processor_suffices()) return nullptr;\n";
  out += "  static const std::vector<weft::codelet::CodeletInfo> infos = [] {\n" + fill +
         "    return std::vector<weft::codelet::CodeletInfo>{" + infos + "};\n  }();\n";
  out += "  static const weft::codelet::Module module = {weft::codelet::abi, " + count +
         ", infos.data(), weft::codelet::set_context};\n";
  return out + "  return &module;\n}\n";
}

std::string join_units(const std::vector<std::string>& entries) {
  std::string out = "#include \"poplar/codelet/join.hpp\"\nusing weft::codelet::Module;\n";
  std::string list;
  for (const std::string& entry : entries) {
    out += "extern \"C\" const Module* " + entry + "();\n";
    list += entry + "(), ";
  }
  return out + "extern \"C\" __attribute__((visibility(\"default\"))) const Module* " +
         "weft_codelet_module() {\n  static const Module* const module = weft::codelet::join({" +
         list + "});\n  return module;\n}\n";
}

}  // namespace weft::frontends::poplar

// SPDX-License-Identifier: Apache-2.0
// Names that C++ and HDF5 take.
#include "lower/ipu/names.hpp"

#include "base/ascii.hpp"

namespace weft::lower::ipu {

namespace {

/// Words that a variable of the program must not be called.
const std::set<std::string> taken_words{
    "net",         "graph",     "none",        "relu",       "clip",
    "argc",        "argv",      "main",        "engine",     "device",
    "devices",     "settings",  "convolution", "product",    "pooled",
    "reduced",     "softmax",   "attention",   "layer_norm", "root_mean_square_norm",
    "gather",      "slice",     "expanded",    "swapped",    "rows_on_tiles",
    "from_rows",   "in_groups", "conv_params", "mapped",     "concat",
    "arg_extreme", "largest",   "picked",      "alignas",    "alignof",
    "and",         "asm",       "auto",        "bool",       "break",
    "case",        "catch",     "char",        "class",      "const",
    "continue",    "default",   "delete",      "do",         "double",
    "else",        "enum",      "explicit",    "extern",     "false",
    "float",       "for",       "friend",      "goto",       "if",
    "inline",      "int",       "long",        "mutable",    "namespace",
    "new",         "not",       "operator",    "or",         "private",
    "protected",   "public",    "register",    "return",     "short",
    "signed",      "sizeof",    "static",      "struct",     "switch",
    "template",    "this",      "throw",       "true",       "try",
    "typedef",     "typeid",    "typename",    "union",      "unsigned",
    "using",       "virtual",   "void",        "volatile",   "while",
    "xor",         "std",       "pe",          "poplar",     "popops",
    "poplin",      "popnn",     "half",        "program"};

}  // namespace

std::string Names::unique(std::string name, std::set<std::string>& taken) {
  std::string out = name;
  for (int number = 2; !taken.insert(out).second; ++number) {
    out = name + "_" + std::to_string(number);
  }
  return out;
}

std::string Names::identifier(const std::string& name) {
  std::string out;
  for (const char letter : name) {
    const bool plain = ascii::is_letter(letter) || ascii::is_digit(letter);
    if (plain || (!out.empty() && out.back() != '_')) out += plain ? letter : '_';
  }
  while (!out.empty() && out.back() == '_') out.pop_back();
  if (out.empty() || ascii::is_digit(out.front()) || (out.front() >= 'A' && out.front() <= 'Z')) {
    out = "v_" + out;
  }
  if (taken_words.count(out) != 0) out += "_value";
  return unique(out, identifiers_);
}

std::string Names::handle(const std::string& name) {
  std::string out;
  for (const char letter : name) out += letter == '/' || letter == ':' ? '.' : letter;
  if (out.empty() || out == ".") out = "value";
  return unique(out, handles_);
}

}  // namespace weft::lower::ipu

// SPDX-License-Identifier: Apache-2.0
// Finds the vertex classes of a codelet source: names, bases, fields, explicit instantiations. Just
// enough of C++ for that; what types mean is left to the compiler.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "frontends/poplar/codelet_tokens.hpp"

namespace weft::frontends::poplar {

struct SourcePlace {
  std::string file;
  std::uint32_t line = 0;
};

struct VertexField {
  std::string name;
  SourcePlace place;
  std::string problem;  ///< "is an array", when its declaration shows that it can't be
};

struct SourceClass {
  std::string name;                ///< Foo
  std::string spelling;            ///< Foo, or Foo < float > of a specialisation
  std::vector<std::string> scope;  ///< the namespaces around it, outermost first; unnamed: ""
  bool is_template = false;
  std::vector<std::string> bases;  ///< their names, without namespaces and template arguments
  std::vector<VertexField> fields;
  bool computes = false;          ///< has a member function compute
  bool pure = false;              ///< but it is = 0
  bool open_constructor = false;  ///< a default constructor is declared and has no body here
  SourcePlace place;
};

/// `template class Foo<float>;`
struct Instantiation {
  std::string name;      ///< Foo
  std::string spelling;  ///< Foo < float >
  std::vector<std::string> scope;
  SourcePlace place;
};

struct ParsedSource {
  std::vector<SourceClass> classes;
  std::vector<Instantiation> instantiations;
};
ParsedSource parse_codelets(const Tokens& tokens);

/// A vertex class to describe.
struct VertexClass {
  std::string spelling;  ///< in its scope
  std::vector<std::string> scope;
  SourcePlace place;
  std::vector<VertexField> fields;  ///< bases' first
  bool constructible = true;
};
/// Classes that derive from Vertex, MultiVertex or SupervisorVertex and compute; of templates,
/// their instantiations, in order of appearance. Category::input on a field with a problem, and on
/// several templates of one name.
std::vector<VertexClass> find_vertices(const ParsedSource& source);

}  // namespace weft::frontends::poplar

// SPDX-License-Identifier: Apache-2.0
// Which of a source's classes are vertices, by the names of their bases.
#include <algorithm>
#include <optional>
#include <set>

#include "base/error.hpp"
#include "frontends/poplar/codelet_parse.hpp"

namespace weft::frontends::poplar {
namespace {

constexpr int deepest = 64;  // bases of bases: beyond is a circle

class Finder {
 public:
  explicit Finder(const ParsedSource& source) : source_(source) {}

  std::vector<VertexClass> find() {
    for (const SourceClass& one : source_.classes) {
      if (!one.is_template) add(one, one.spelling, one.scope, one.place);
    }
    for (const Instantiation& one : source_.instantiations) {
      const SourceClass* found = template_of(one);
      if (found != nullptr) add(*found, one.spelling, one.scope, one.place);
    }
    return std::move(out_);
  }

 private:
  void add(const SourceClass& one, const std::string& spelling,
           const std::vector<std::string>& scope, const SourcePlace& place) {
    const std::optional<bool> computes = computes_of(one, deepest);
    if (!is_vertex(one, deepest) || !computes.value_or(false)) return;
    if (!seen_.insert({scope, spelling}).second) return;
    VertexClass vertex;
    vertex.spelling = spelling;
    vertex.scope = scope;
    vertex.place = place;
    collect(one, vertex, deepest);
    for (const VertexField& field : vertex.fields) {
      if (field.problem.empty()) continue;
      fail(Category::input, field.place.file + ":" + std::to_string(field.place.line) +
                                ": error: field '" + field.name + "' of vertex '" + one.name +
                                "' " + field.problem +
                                ": the state of a vertex is numbers, bool, half and enums, its "
                                "data Input, Output and InOut");
    }
    out_.push_back(std::move(vertex));
  }

  /// The class of that name; of several the one in the scope, or in one around it.
  const SourceClass* find_class(const std::string& name,
                                const std::vector<std::string>& scope) const {
    const SourceClass* best = nullptr;
    for (const SourceClass& one : source_.classes) {
      if (one.name != name || one.spelling != name) continue;
      const bool around = one.scope.size() <= scope.size() &&
                          std::equal(one.scope.begin(), one.scope.end(), scope.begin());
      if (best == nullptr || around) best = &one;
    }
    return best;
  }

  const SourceClass* template_of(const Instantiation& instantiation) const {
    const SourceClass* found = nullptr;
    for (const SourceClass& one : source_.classes) {
      if (one.name != instantiation.name) continue;
      if (!one.is_template) {
        if (one.spelling == instantiation.spelling) return &one;
        continue;
      }
      if (found != nullptr && is_vertex(*found, deepest) && found->scope == one.scope) {
        fail(Category::unsupported,
             one.place.file + ":" + std::to_string(one.place.line) + ": error: vertex template '" +
                 one.name +
                 "' has a partial specialisation: weft does not know which of the "
                 "two an instantiation means");
      }
      found = &one;
    }
    return found;
  }

  bool is_vertex(const SourceClass& one, int depth) const {
    return depth > 0 &&
           std::any_of(one.bases.begin(), one.bases.end(), [&](const std::string& base) {
             if (base == "Vertex" || base == "MultiVertex" || base == "SupervisorVertex")
               return true;
             const SourceClass* found = find_class(base, one.scope);
             return found != nullptr && is_vertex(*found, depth - 1);
           });
  }

  /// Whether it, or the nearest base that says so, has a compute that is not pure.
  std::optional<bool> computes_of(const SourceClass& one, int depth) const {
    if (one.computes) return !one.pure;
    for (const std::string& base : one.bases) {
      const SourceClass* found = depth > 0 ? find_class(base, one.scope) : nullptr;
      if (found == nullptr) continue;
      const std::optional<bool> out = computes_of(*found, depth - 1);
      if (out.has_value()) return out;
    }
    return std::nullopt;
  }

  void collect(const SourceClass& one, VertexClass& out, int depth) const {
    for (const std::string& base : one.bases) {
      const SourceClass* found = depth > 0 ? find_class(base, one.scope) : nullptr;
      if (found != nullptr) collect(*found, out, depth - 1);
    }
    out.fields.insert(out.fields.end(), one.fields.begin(), one.fields.end());
    if (one.open_constructor) out.constructible = false;
  }

  const ParsedSource& source_;
  std::set<std::pair<std::vector<std::string>, std::string>> seen_;
  std::vector<VertexClass> out_;
};

}  // namespace

std::vector<VertexClass> find_vertices(const ParsedSource& source) { return Finder(source).find(); }

}  // namespace weft::frontends::poplar

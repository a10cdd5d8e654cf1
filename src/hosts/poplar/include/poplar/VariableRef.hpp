// SPDX-License-Identifier: Apache-2.0
// Variables that tensors are views of.
#pragma once

#include <cstddef>
#include <functional>
#include <ostream>
#include <poplar/Interval.hpp>

namespace poplar {

class VariableRef {
 public:
  explicit VariableRef(unsigned variableId) : id(variableId) {}
  std::size_t hash() const { return id; }
  unsigned getId() const { return id; }
  friend bool operator==(const VariableRef& a, const VariableRef& b) { return a.id == b.id; }
  friend bool operator!=(const VariableRef& a, const VariableRef& b) { return a.id != b.id; }
  friend bool operator<(const VariableRef& a, const VariableRef& b) { return a.id < b.id; }

 private:
  unsigned id;
};

/// Elements of one variable.
struct VariableInterval {
  VariableInterval(VariableRef variable, Interval elements) : var(variable), interval(elements) {}
  VariableRef var;
  Interval interval;
  friend bool operator==(const VariableInterval& a, const VariableInterval& b) {
    return a.var == b.var && a.interval == b.interval;
  }
  friend bool operator!=(const VariableInterval& a, const VariableInterval& b) { return !(a == b); }
  friend bool operator<(const VariableInterval& a, const VariableInterval& b) {
    return a.var != b.var ? a.var < b.var : a.interval < b.interval;
  }
};

inline std::ostream& operator<<(std::ostream& out, const VariableInterval& v) {
  return out << v.var.getId() << v.interval;
}

}  // namespace poplar

namespace std {
template <>
struct hash<poplar::VariableRef> {
  size_t operator()(const poplar::VariableRef& variable) const { return variable.hash(); }
};
}  // namespace std

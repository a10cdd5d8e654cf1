// SPDX-License-Identifier: Apache-2.0
// Numbers that depend on the tile: see symbolic.hpp.
#include "frontends/csl/values/symbolic.hpp"

#include <string>

namespace weft::csl {

const Symbolic* SymbolicTable::unique(const Symbolic& candidate) {
  const Key key{static_cast<int>(candidate.kind) * 2 + (candidate.checked ? 1 : 0),
                static_cast<int>(candidate.op),
                candidate.kind == Symbolic::Kind::constant
                    ? static_cast<std::uint64_t>(candidate.constant.integer)
                    : candidate.leaf,
                candidate.type,
                candidate.to,
                candidate.a,
                candidate.b};
  const auto [entry, is_new] = index_.try_emplace(key, nullptr);
  if (is_new) {
    Symbolic& node = nodes_.emplace_back(candidate);
    if (node.a != nullptr) node.size += node.a->size;
    if (node.b != nullptr) node.size += node.b->size;
    entry->second = &node;
  }
  return entry->second;
}

const Symbolic* SymbolicTable::leaf(std::uint32_t number, const Type* type) {
  Symbolic node;
  node.kind = Symbolic::Kind::leaf;
  node.leaf = number;
  node.type = node.to = type;
  return unique(node);
}

const Symbolic* SymbolicTable::tile_x(const Type* type) {
  Symbolic node;
  node.kind = Symbolic::Kind::tile_x;
  node.type = node.to = type;
  return unique(node);
}

const Symbolic* SymbolicTable::tile_y(const Type* type) {
  Symbolic node;
  node.kind = Symbolic::Kind::tile_y;
  node.type = node.to = type;
  return unique(node);
}

const Symbolic* SymbolicTable::constant(const Type* type, Scalar value) {
  Symbolic node;
  node.kind = Symbolic::Kind::constant;
  node.constant = value;
  node.type = node.to = type;
  return unique(node);
}

const Symbolic* SymbolicTable::binary(TokenKind op, const Type* type, const Symbolic* a,
                                      const Symbolic* b, bool checked, Location where) {
  Symbolic node;
  node.kind = Symbolic::Kind::binary;
  node.checked = checked;
  node.op = op;
  node.type = node.to = type;
  node.a = a;
  node.b = b;
  node.where = where;
  return unique(node);
}

const Symbolic* SymbolicTable::unary(TokenKind op, const Type* type, const Symbolic* a,
                                     bool checked, Location where) {
  Symbolic node;
  node.kind = Symbolic::Kind::unary;
  node.checked = checked;
  node.op = op;
  node.type = node.to = type;
  node.a = a;
  node.where = where;
  return unique(node);
}

const Symbolic* SymbolicTable::convert(const Type* from, const Type* to, const Symbolic* a,
                                       bool checked, Location where) {
  Symbolic node;
  node.kind = Symbolic::Kind::convert;
  node.checked = checked;
  node.type = from;
  node.to = to;
  node.a = a;
  node.where = where;
  return unique(node);
}

const Symbolic* SymbolicTable::bitcast(const Type* from, const Type* to, const Symbolic* a) {
  Symbolic node;
  node.kind = Symbolic::Kind::bits;
  node.type = from;
  node.to = to;
  node.a = a;
  return unique(node);
}

Scalar evaluate(const Sources& sources, const Symbolic& node, const TileValues& tile) {
  Scalar out;
  std::string error;
  const auto note = [&](const char* problem, Scalar a, const Scalar* b) {
    if (problem != nullptr) error = explain(problem, node.op, *node.type, a, b);
  };
  switch (node.kind) {
    case Symbolic::Kind::leaf:
      return tile.leaves[node.leaf];
    case Symbolic::Kind::tile_x:
      out.integer = tile.x;
      return out;
    case Symbolic::Kind::tile_y:
      out.integer = tile.y;
      return out;
    case Symbolic::Kind::constant:
      return node.constant;
    case Symbolic::Kind::binary: {
      const Scalar a = evaluate(sources, *node.a, tile);
      const Scalar b = evaluate(sources, *node.b, tile);
      note(fold_binary(node.op, *node.type, a, b, node.checked, tile.rules, out), a, &b);
      break;
    }
    case Symbolic::Kind::unary: {
      const Scalar a = evaluate(sources, *node.a, tile);
      note(fold_unary(node.op, *node.type, a, node.checked, out), a, nullptr);
      break;
    }
    case Symbolic::Kind::convert: {
      const Scalar a = evaluate(sources, *node.a, tile);
      note(fold_convert(*node.type, *node.to, a, node.checked, tile.rules, out), a, nullptr);
      break;
    }
    case Symbolic::Kind::bits:
      return from_register_bits(*node.to,
                                register_bits(*node.type, evaluate(sources, *node.a, tile)));
  }
  if (!error.empty()) {
    sources.fail(node.where, error + " (on tile " + std::to_string(tile.x) + "," +
                                 std::to_string(tile.y) + ")");
  }
  return out;
}

}  // namespace weft::csl

// SPDX-License-Identifier: Apache-2.0
// A configuration document (job, topology): parsed TOML, overrides from the command line, and
// typed, strict access.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "topology/value.hpp"

namespace weft::topology {

/// Bounds of an integer, both included.
struct Limits {
  std::int64_t least = std::numeric_limits<std::int64_t>::min();
  std::int64_t most = std::numeric_limits<std::int64_t>::max();
};

/// Reads one table of a document and remembers what it was asked for, so that finish() can refuse
/// the rest. Copies share that memory. All errors are Category::input and read
/// "file:line:column: key 'a.b' must be an integer, is a string".
class Table {
 public:
  bool has(std::string_view key);
  /// Names of all members, sorted; asking does not make them known.
  std::vector<std::string> keys() const;

  bool boolean(std::string_view key);
  std::int64_t integer(std::string_view key, Limits limits = {});
  /// Finite; an integer is taken too.
  double real(std::string_view key);
  std::string text(std::string_view key);
  std::vector<std::int64_t> integers(std::string_view key, Limits limits = {});
  std::vector<double> reals(std::string_view key);
  std::vector<std::string> texts(std::string_view key);
  Table table(std::string_view key);
  /// An array of tables ([[key]]); none when the key is missing.
  std::vector<Table> tables(std::string_view key);
  /// Any value, whose content finish() does not look into.
  const Value& value(std::string_view key);

  bool boolean_or(std::string_view key, bool fallback);
  std::int64_t integer_or(std::string_view key, std::int64_t fallback, Limits limits = {});
  double real_or(std::string_view key, double fallback);
  std::string text_or(std::string_view key, std::string_view fallback);
  /// One of `choices`, or an error that lists them and guesses.
  std::string choice(std::string_view key, const std::vector<std::string>& choices);
  std::string choice_or(std::string_view key, const std::vector<std::string>& choices,
                        std::string_view fallback);

  /// Refuses all members, here or in tables handed out, that nobody asked for: a message a line,
  /// all but the first indented.
  void finish() const;
  /// Reading ended early: finish() says nothing about this table and those that it handed out.
  void abandon();
  /// Throws "place: key 'a.b' <message>"; the place is the key's, or the table's if it is missing.
  [[noreturn]] void fail(std::string_view key, const std::string& message) const;
  /// The table's own dotted path; "" at the root.
  const std::string& path() const;
  /// Where the table begins, as "file:line:column".
  std::string place() const;

 private:
  friend class Document;
  struct State;
  explicit Table(std::shared_ptr<State> state) : state_(std::move(state)) {}
  const Value* ask(std::string_view key);
  const Value& need(std::string_view key);
  const Value& need(std::string_view key, Kind kind);
  const std::vector<Value>& need_items(std::string_view key, Kind kind);
  Table child(const Value& value, const std::string& name);
  std::shared_ptr<State> state_;
};

class Document {
 public:
  /// Throws Category::input when the file can't be read or is not TOML.
  static Document parse_file(const std::string& path);
  static Document parse_text(std::string_view text, const std::string& source);

  /// Applies "a.b=c" (--set): sets or adds a key. The right side is TOML; a word that is not is
  /// taken as a string. A number selects an element of an array: "checks.0.value=3". `written`:
  /// what the user wrote, for messages; empty: "--set a.b=c".
  void set(const std::string& assignment, const std::string& written = {});
  /// A fresh reader of the root table; it keeps the tree alive.
  Table root() const;
  const Value& tree() const { return *root_; }
  Value& tree() { return *root_; }
  /// The resolved document; see canonical_text.
  std::string canonical() const { return canonical_text(*root_); }
  const std::string& source() const { return source_; }

 private:
  Document(Value root, std::string source);
  std::shared_ptr<Value> root_;
  std::string source_;
};

/// One --set, taken apart.
struct Override {
  std::vector<std::string> path;
  Value value;
};
/// Throws Category::input when it is not of the form a.b=c. `source` is where it was written, for
/// messages; empty: "--set a.b=c".
Override parse_override(const std::string& assignment, const std::string& source = {});

}  // namespace weft::topology

// SPDX-License-Identifier: Apache-2.0
// An immutable machine description: every constant with its value, unit and origin.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/geometry.hpp"
#include "topology/constant.hpp"
#include "topology/document.hpp"
#include "topology/rational.hpp"
#include "topology/read_log.hpp"

namespace weft::topology {

/// A machine as a topology file describes it (format: docs/topologies.md). A missing key or another
/// type is Category::input and names file and key, the same on every rank. A topology remembers
/// which constants were looked up, so that a result can name what it rests on; a copy has looked up
/// nothing yet.
class Topology {
 public:
  /// Reads a description out of a document. Throws Category::input with file, line and column.
  static Topology from_document(const Document& document);
  /// What text() gave, e.g. on another rank; `file` is used in messages only.
  static Topology from_text(std::string_view text, const std::string& file);

  const std::string& name() const { return name_; }
  const std::string& family() const { return family_; }
  const std::string& description() const { return description_; }
  const std::string& file() const { return file_; }
  /// The whole description as canonical TOML: to broadcast, to store, to hash.
  const std::string& text() const { return text_; }

  /// Constant clock.frequency_hz.
  std::int64_t clock_hz() const { return integer("clock.frequency_hz"); }
  /// Cycles as seconds of emulated time, for reports.
  double seconds(std::uint64_t cycles) const;
  /// Largest program rectangle, at (0, 0).
  Rectangle max_region() const;
  /// Program rectangle of a job that names none, at (0, 0).
  Rectangle default_region() const;

  bool has(std::string_view key) const;
  const Constant& constant(std::string_view key) const;
  std::int64_t integer(std::string_view key) const;
  /// An integer in [least, most].
  std::int64_t integer(std::string_view key, std::int64_t least, std::int64_t most) const;
  /// An integer, or a string such as "3/2" or "0.25".
  Rational rational(std::string_view key) const;
  bool boolean(std::string_view key) const;
  std::string text(std::string_view key) const;
  /// Array of integers.
  std::vector<std::int64_t> integers(std::string_view key) const;

  /// All constants, sorted by key.
  const std::vector<Constant>& constants() const { return constants_; }
  /// What the file's table [facts] says of the machine that no model reads; sorted by key. Facts
  /// can't be looked up or overridden.
  const std::vector<Constant>& facts() const { return facts_; }
  /// Those of origin assumed, then of origin fitted: what a result rests on without evidence.
  std::vector<const Constant*> assumed() const;
  /// What was looked up since this was loaded: what a result rests on. Assumed ones come first,
  /// then fitted, derived, measured and published ones; of one origin by key.
  std::vector<const Constant*> rests_on() const;

 private:
  Topology() = default;
  const Constant* find(std::string_view key) const;
  const Constant& typed(std::string_view key, Kind kind) const;
  std::string name_, family_, description_, file_, text_;
  std::vector<Constant> constants_, facts_;
  ReadLog log_;
};

/// "a.b=c" for a constant, and where the user wrote it, for messages.
struct Assignment {
  Assignment(std::string assignment)  // NOLINT(google-explicit-constructor): as --set takes it
      : text(std::move(assignment)), where("--set " + text) {}
  Assignment(const char* assignment)  // NOLINT(google-explicit-constructor)
      : Assignment(std::string(assignment)) {}
  Assignment(std::string assignment, std::string place)
      : text(std::move(assignment)), where(std::move(place)) {}
  std::string text;
  std::string where;  ///< "--set a.b=c", or "job.toml:7:14: a.b=c"
};

/// Changes constants in a topology's document: a changed constant keeps its unit, becomes
/// `assumed`, and says that the user set it. Unknown constants, and facts, are Category::input.
void override_constants(Document& document, const std::vector<Assignment>& assignments);

/// Where topology files are looked for, in order: $WEFT_DATA_DIR/topologies, the installed share
/// folder beside the program, the source tree.
std::vector<std::string> search_folders();
/// Names of all topologies found there, sorted.
std::vector<std::string> known_topologies();
/// The file of a topology: a name, or a path that ends in .toml. Throws Category::input with the
/// known names.
std::string find_topology(const std::string& name_or_path);
/// Finds, reads, overrides. What runs goes through machine::load_topology(), which also checks.
Topology load_topology(const std::string& name_or_path,
                       const std::vector<Assignment>& overrides = {});

}  // namespace weft::topology

// SPDX-License-Identifier: Apache-2.0
// A sweep's rows by variant, and the files that hold them between one call and the next.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/path_owner.hpp"
#include "cli/sweep/axes.hpp"
#include "cli/sweep/row.hpp"

namespace weft::cli::sweep {

/// Where the table goes: files, "-" for standard output, or empty.
struct TableFiles {
  std::string csv;
  std::string json;
  bool anew = false;  ///< what is there already is not looked at

  bool prints() const { return csv == "-" || json == "-"; }
};

/// On rank 0. A file holds the rows of all variants that are done, in the order of the variants, at
/// every moment; the JSON file is read where there are both.
class Table {
 public:
  /// Reads what is there. Category::input for a file that is no table of a sweep, and for rows of
  /// variants that are not among these; Category::system for a file that another process writes.
  Table(TableFiles files, std::vector<Axis> axes, std::string job);

  const std::vector<Values>& variants() const { return variants_; }
  std::string describe(std::size_t variant) const;
  const std::vector<std::optional<Row>>& rows() const { return rows_; }
  /// Whether there is a row with that identity. Category::input naming the file where there is one
  /// with another: the job is not the one that the row is of.
  bool has(std::size_t variant, const std::string& identity) const;
  /// Puts a row in its place and writes the files.
  void put(std::size_t variant, Row row);
  /// Writes the files as they are now, standard output included.
  void finish() const;
  /// For people: a line a row.
  std::string text() const;

 private:
  void read(const std::string& path, bool is_json);
  void write_files() const;
  std::vector<Row> present() const;

  TableFiles files_;
  std::vector<Axis> axes_;
  std::string job_;
  std::vector<Values> variants_;
  std::vector<std::optional<Row>> rows_;  ///< by variant
  std::string source_;                    ///< the file that rows were read from
  std::vector<std::shared_ptr<const PathOwner>> owners_;
};

}  // namespace weft::cli::sweep

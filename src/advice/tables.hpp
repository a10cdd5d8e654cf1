// SPDX-License-Identifier: Apache-2.0
// All tables of the advisor, read from a folder of TOML files.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "advice/published.hpp"
#include "advice/target.hpp"

namespace weft::advice {

struct Tables {
  std::map<std::string, Source> sources;
  std::map<std::string, Rewrite> rewrites;
  std::map<std::string, TargetFacts> targets;  ///< by family
  std::vector<KnownModel> models;
  std::vector<Published> published;
  std::vector<PublishedBaseline> baselines;

  /// Category::unsupported, naming `machine`, where nothing is known of its family.
  const TargetFacts& of_family(const std::string& family, const std::string& machine) const;
  /// Of the sources that a row cites.
  std::string newest_date(const SourceKeys& keys) const;
};

/// The folder of the installed tables, or of $WEFT_DATA_DIR. Category::input where there is none.
std::string tables_folder();

/// Category::input naming file, row and key: a row without a source, a source that is not there, a
/// rewrite that is not there, an operator with two rows.
Tables load_tables(const std::string& folder = tables_folder());

}  // namespace weft::advice

// SPDX-License-Identifier: Apache-2.0
// Pieces of the tables' files; private to this room.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "advice/tables.hpp"
#include "topology/document.hpp"

namespace weft::advice {

// Words of the files, in the order of their enumerations.
inline constexpr std::string_view support_words[] = {"full", "partial", "none", "unknown"};
inline constexpr std::string_view evidence_words[] = {"documented", "model", "inferred", "none"};
inline constexpr std::string_view severity_words[] = {"note", "change", "unknown", "blocked"};
inline constexpr std::string_view derived_trust = "derived";  // our arithmetic on other sources
inline constexpr std::string_view task_words[] = {"inference", "training"};

/// The index of the word at `key`, one of `words`.
template <typename Word, std::size_t count>
Word word_at(topology::Table& table, std::string_view key, const std::string_view (&words)[count]) {
  const std::vector<std::string> known(words, words + count);
  const std::string word = table.choice(key, known);
  for (std::size_t i = 0; i < count; ++i) {
    if (words[i] == word) return static_cast<Word>(i);
  }
  table.fail(key, "is no known word");
}

/// The sources that a row cites: at least one, all of them there.
SourceKeys sources_at(topology::Table& table, const Tables& tables);
Evidence evidence_at(topology::Table& table);
/// "" where there is none; refused where the catalogue has it not.
std::string rewrite_at(topology::Table& table, const Tables& tables);

/// A file of rows ([operators]) into the table of its family.
void read_rows(topology::Table& operators, const Tables& tables, SupportTable& to);
/// A target's file but its rows.
TargetFacts read_target(topology::Table& root, const Tables& tables);

}  // namespace weft::advice

// SPDX-License-Identifier: Apache-2.0
// Words and exit codes.
#include "advice/evidence.hpp"

namespace weft::advice {
namespace {

template <typename Word, std::size_t count>
std::string_view word(const std::string_view (&words)[count], Word value) {
  return words[static_cast<std::size_t>(value)];
}

}  // namespace

std::string_view name_of(Support support) {
  constexpr std::string_view words[] = {"full", "partial", "none", "unknown"};
  return word(words, support);
}

std::string_view name_of(Evidence evidence) {
  constexpr std::string_view words[] = {"documented", "model", "inferred", "none"};
  return word(words, evidence);
}

std::string_view name_of(Severity severity) {
  constexpr std::string_view words[] = {"note", "change", "unknown", "blocked"};
  return word(words, severity);
}

std::string_view name_of(Verdict verdict) {
  constexpr std::string_view words[] = {"READY", "NEEDS CHANGES", "BLOCKED", "UNKNOWN"};
  return word(words, verdict);
}

std::string_view name_of(Task task) {
  constexpr std::string_view words[] = {"inference", "training"};
  return word(words, task);
}

int exit_code_of(Verdict verdict) {
  return verdict == Verdict::ready ? 0 : 2 + static_cast<int>(verdict);
}

Verdict verdict_of(Severity worst) {
  switch (worst) {
    case Severity::change:
      return Verdict::needs_changes;
    case Severity::unknown:
      return Verdict::unknown;
    case Severity::blocked:
      return Verdict::blocked;
    case Severity::note:
      break;
  }
  return Verdict::ready;
}

}  // namespace weft::advice

// SPDX-License-Identifier: Apache-2.0
// The words of the advisor: what a target takes, how that is known, and what follows from it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weft::advice {

/// What a target's tools do with an operator. `unknown`: no public source says; never one of the
/// others.
enum class Support : std::uint8_t { full, partial, none, unknown };
inline constexpr std::size_t support_count = 4;
std::string_view name_of(Support support);

enum class Evidence : std::uint8_t {
  documented,  ///< the vendor's documentation or source says it
  model,       ///< used so in a model or sample that is published as running
  inferred,    ///< follows from these
  none,        ///< nobody says
};
inline constexpr std::size_t evidence_count = 4;
std::string_view name_of(Evidence evidence);

/// What a finding means for its target; the larger, the more it decides.
enum class Severity : std::uint8_t {
  note,     ///< nothing to do
  change,   ///< the model has to change, and how is known
  unknown,  ///< nobody says whether it goes
  blocked,  ///< it does not go
};
std::string_view name_of(Severity severity);

/// Of a target, and of all together; the larger, the worse. Of one target what is known not to go
/// decides, before what nobody says.
enum class Verdict : std::uint8_t { ready, needs_changes, blocked, unknown };
/// "NEEDS CHANGES".
std::string_view name_of(Verdict verdict);
/// 0, 3, 4, 5.
int exit_code_of(Verdict verdict);
Verdict verdict_of(Severity worst);

/// For which use of a model advice is asked.
enum class Task : std::uint8_t { inference, training };
std::string_view name_of(Task task);

/// Keys of sources, as rows cite them.
using SourceKeys = std::vector<std::string>;

}  // namespace weft::advice

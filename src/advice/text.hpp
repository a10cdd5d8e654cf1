// SPDX-License-Identifier: Apache-2.0
// Advice as text for a terminal: 80 columns, no colour.
#pragma once

#include <string>
#include <vector>

#include "advice/advise.hpp"
#include "advice/report.hpp"
#include "advice/tables.hpp"

namespace weft::advice {

/// What the model is made of.
std::string profile_text(const Profile& profile);
/// All of a report.
std::string report_text(const Report& report, const Tables& tables);
/// What is known of a target without a model.
std::string card_text(const Tables& tables, const Target& target);

/// A finding's place and what it is about: "model.py:12  Mlp  Gelu (12 nodes)".
std::string headline_of(const Finding& finding);
/// Why findings of a model have no line; "" where they have.
std::string why_no_line(const Profile& profile);
/// "1 chip", ">= 2 IPUs".
std::string units_text(const Fit& fit);
/// "301,467 cycles: ResNet-50, inference, ... (AT GF)".
std::string published_text(const PublishedRow& row);
/// What there is no published figure of; "" where there is one of the task that was asked for.
std::string published_lack(const TargetReport& target, Task task);
/// The sources that a report rests on, sorted.
std::vector<std::string> cited(const Report& report);
/// "12.3 MB".
std::string bytes_text(std::int64_t bytes);
/// "109.5 M".
std::string count_text(std::int64_t count);

}  // namespace weft::advice

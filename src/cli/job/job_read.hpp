// SPDX-License-Identifier: Apache-2.0
// The parts of reading a job file that its .cpp files share.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "cli/job/job.hpp"

namespace weft::cli {

/// Applies --set, or what another option says: to the job's keys, and to the constants of the
/// machine that it then names, which become elements of machine.constants. Category::input for what
/// is neither.
void override_job(topology::Document& document,
                  const std::vector<topology::Assignment>& assignments);
JobCommand read_command(topology::Table table, const std::string& folder);
JobCheck read_check(topology::Table table, const std::string& folder);
JobInput read_input(topology::Table table, const std::string& folder);

/// Key `key` as data: "file.h5:dataset" or "file.npy".
DataSource read_file_reference(topology::Table& table, const std::string& key,
                               const std::string& folder);
/// `reference` as above; Category::input when it is not of that form.
DataSource parse_file_reference(const topology::Table& table, const std::string& key,
                                const std::string& reference, const std::string& folder);

/// Key `items` = [first, count]; leaves both at 0 when it is missing.
void read_items(topology::Table& table, std::uint64_t& first, std::uint64_t& count);

/// `path` as seen from `folder`, the job's.
std::string beside(const std::string& folder, const std::string& path);
Rectangle read_rectangle(topology::Table& table, const std::string& key);
/// Key `tile` = [x, y].
std::pair<std::uint32_t, std::uint32_t> read_tile(topology::Table& table);
/// An integer from 0 to `most`.
std::uint32_t read_small(topology::Table& table, const std::string& key, std::int64_t most);
/// [debug.flip_memory], or one of several.
MemoryFlip read_memory_flip(topology::Table table);
/// "off" ... "full"; Category::input otherwise.
TraceLevel trace_level(const std::string& name);

/// Refuses two results of one name, and checks that name results or commands that do not exist.
/// What the results of a program with a main() are is known later: check_result_names().
void check_names(const Job& job);

}  // namespace weft::cli

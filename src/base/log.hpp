// SPDX-License-Identifier: Apache-2.0
// What a user reads while weft works: results on stdout, notes and progress on stderr, once a job.
// Who waits is told how far the work is; who has not waited yet, and a file, are told little.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace weft::log {

/// Which process speaks: of the ranks of a job exactly one. Before this call every process does.
void configure(bool speaks, bool quiet);

/// Text of the result, on stdout as it stands.
void print(std::string_view text);
/// Category::system naming the reason when something that was printed or said did not get through;
/// flushes what the program's own streams hold.
void require_printed();
/// Descriptors 0 to 2, where they were closed, so that no other file gets their numbers: what is
/// printed then would go there. Call it before anything is opened.
void hold_standard_streams();

/// A line of the result, on stdout.
void say(std::string_view line);

/// A line about the work that is worth keeping, on stderr; silent with --quiet.
void note(std::string_view line);

/// When progress is shown: not of what takes seconds; on a terminal often, elsewhere now and then.
struct Pace {
  std::chrono::milliseconds first{};   ///< after the process began
  std::chrono::milliseconds period{};  ///< from one line to the next
};
Pace pace(bool terminal);

/// True when enough time has passed for another line of progress, on the process that speaks.
bool progress_due();
/// The changing line about long work, on stderr, whether due or not: redrawn in place on a
/// terminal, where whatever is printed next takes its place; elsewhere a plain line. Wall time is
/// used to pace it and for nothing else.
///
///     while (work) if (log::progress_due()) log::progress("cycle " + std::to_string(now));
void progress(std::string_view line);
/// Takes the line of progress from the terminal: for whoever writes to stderr himself.
void end_progress();
/// What the work is at now, as a line of progress where one is due.
void step(std::string_view line);

}  // namespace weft::log

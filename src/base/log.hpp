// SPDX-License-Identifier: Apache-2.0
// What a user reads while weft works: results on stdout, notes and progress on stderr, once a job.
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

/// A line about the work, on stderr; silent with --quiet.
void note(std::string_view line);

/// One changing line about long work, on stderr: redrawn in place on a terminal, elsewhere a plain
/// line now and then. Wall time is used to pace it and for nothing else.
///
///     log::Progress progress;
///     while (work) if (progress.due()) progress.show("cycle " + std::to_string(now));
class Progress {
 public:
  Progress();
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// True when enough time has passed for another line, on the process that speaks.
  bool due() const;
  void show(std::string_view line);

 private:
  using Clock = std::chrono::steady_clock;
  bool terminal_;
  bool drawn_ = false;
  Clock::time_point next_;
};

}  // namespace weft::log

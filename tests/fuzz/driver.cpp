// SPDX-License-Identifier: Apache-2.0
// Runs one target on many broken inputs; every failure prints the command that repeats it.
#include <sanitizer/common_interface_defs.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "fuzz/mutate.hpp"
#include "fuzz/target.hpp"

extern "C" void __ubsan_on_report();

namespace weft::fuzz {

namespace {

constexpr unsigned longest_case_seconds = 10;

struct Options {
  double seconds = 10;
  std::uint64_t seed = 1;
  std::uint64_t only = 0;
  bool one_case = false;
  bool print = false;
};

// What the handlers below say; set before each case.
char replay_command[512];

/// Async-signal-safe: called from a signal handler and from a dying sanitizer.
void say_replay() {
  const std::string_view text(replay_command);
  if (write(STDERR_FILENO, text.data(), text.size()) < 0) return;
}

void on_alarm(int /*signal*/) {
  constexpr std::string_view text = "fuzz: no end within the time for one case\n";
  if (write(STDERR_FILENO, text.data(), text.size()) < 0) _exit(1);
  say_replay();
  _exit(1);
}

void on_abort(int /*signal*/) {
  say_replay();
  _exit(1);
}

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name(argv[i]);
    const char* value = i + 1 < argc ? argv[i + 1] : "";
    if (name == "--print") {
      options.print = true;
    } else if (name == "--seconds") {
      options.seconds = std::atof(value), ++i;
    } else if (name == "--seed") {
      options.seed = std::strtoull(value, nullptr, 10), ++i;
    } else if (name == "--case") {
      options.only = std::strtoull(value, nullptr, 10), ++i;
      options.one_case = true;
    } else {
      std::fprintf(stderr, "usage: %s [--seconds S] [--seed N] [--case K [--print]]\n", argv[0]);
      std::exit(2);
    }
  }
  return options;
}

bool is_refusal(const Error& error) {
  return error.category() == Category::input || error.category() == Category::unsupported ||
         error.category() == Category::limit;
}

enum class Verdict { accepted, refused, failed };

/// Failed: anything but reading the input or refusing it in the way a reader may refuse.
Verdict verdict(const Target& target, const std::string& input) {
  try {
    target.read(input);
    return Verdict::accepted;
  } catch (const Error& error) {
    if (is_refusal(error) && error.what()[0] != '\0') return Verdict::refused;
    std::fprintf(stderr, "fuzz: not a refusal: %s\n", error.what());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "fuzz: foreign exception: %s\n", error.what());
  }
  say_replay();
  return Verdict::failed;
}

int run(const Options& options, const char* program) {
  using Clock = std::chrono::steady_clock;
  const Target under_test = target();
  std::size_t accepted = 0;
  for (const std::string& good : under_test.corpus) {
    std::snprintf(replay_command, sizeof replay_command, "fuzz: an unchanged corpus file\n");
    const Verdict given = verdict(under_test, good);
    if (given == Verdict::failed) return 1;
    if (given == Verdict::accepted) ++accepted;
  }
  if (2 * accepted < under_test.corpus.size() || accepted == 0) {
    std::fprintf(stderr, "fuzz: only %zu of %zu corpus files are good: this would test little\n",
                 accepted, under_test.corpus.size());
    return 1;
  }
  const auto start = Clock::now();
  std::uint64_t number = options.only;
  while (true) {
    std::snprintf(replay_command, sizeof replay_command,
                  "fuzz: repeat with: %s --seed %llu --case %llu\n", program,
                  static_cast<unsigned long long>(options.seed),
                  static_cast<unsigned long long>(number));
    const std::string input = make_case(options.seed, number, under_test.corpus, under_test.words,
                                        under_test.longest_bytes);
    if (options.print) std::fwrite(input.data(), 1, input.size(), stdout);
    alarm(longest_case_seconds);
    if (verdict(under_test, input) == Verdict::failed) return 1;
    alarm(0);
    ++number;
    const double spent = std::chrono::duration<double>(Clock::now() - start).count();
    if (options.one_case || spent >= options.seconds) break;
  }
  if (!options.print) {
    std::printf("%llu cases of seed %llu\n", static_cast<unsigned long long>(number - options.only),
                static_cast<unsigned long long>(options.seed));
  }
  return 0;
}

}  // namespace

}  // namespace weft::fuzz

/// Hook of the undefined-behaviour sanitizer, which runs no death callback.
extern "C" void __ubsan_on_report() { weft::fuzz::say_replay(); }

int main(int argc, char** argv) {
  const auto options = weft::fuzz::parse(argc, argv);
  signal(SIGALRM, weft::fuzz::on_alarm);
  signal(SIGABRT, weft::fuzz::on_abort);
  __sanitizer_set_death_callback(weft::fuzz::say_replay);
  return weft::fuzz::run(options, argv[0]);
}

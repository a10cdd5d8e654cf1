// SPDX-License-Identifier: Apache-2.0
// A script that loads the file, calls it and prints how long a call takes.
#include "cli/advise/host_time.hpp"

#include <cmath>

#include "base/number_text.hpp"
#include "cli/advise/host_inputs.hpp"
#include "cli/advise/host_python.hpp"

namespace weft::cli::advising {
namespace {

constexpr std::string_view timing_script = R"(
import os, platform, time
def timed(path, seconds, words):
    try:
        import onnxruntime
        feeds = given(words)
    except ImportError as error:
        print('refused this host\'s Python cannot import', error.name or 'onnxruntime')
        return
    cores = len(os.sched_getaffinity(0))
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = cores
    options.inter_op_num_threads = 1
    start = time.perf_counter()
    session = onnxruntime.InferenceSession(path, options, providers=['CPUExecutionProvider'])
    session.run(None, feeds)
    times = []
    while len(times) < 10 and (not times or time.perf_counter() - start < seconds / 2):
        begin = time.perf_counter()
        session.run(None, feeds)
        times.append(time.perf_counter() - begin)
    print('seconds', sorted(times)[len(times) // 2])
    print('setting', 'onnxruntime', onnxruntime.__version__ + ',', cores, 'cores,',
          platform.machine() + ', median of', len(times), 'calls')
try:
    timed(sys.argv[1], float(sys.argv[2]), sys.argv[3:])
except Exception as error:
    lines = str(error).split('\n')
    print('refused onnxruntime:', type(error).__name__ + ':', lines[0])
)";

}  // namespace

HostTime host_time(const graph::SourceModel& model, double most_seconds) {
  HostTime out;
  const HostInputs inputs = host_inputs(model);
  if (!inputs.why_not.empty()) {
    out.why_not = inputs.why_not;
    return out;
  }
  std::vector<std::string> arguments{model.path, general(most_seconds, 6)};
  arguments.insert(arguments.end(), inputs.words.begin(), inputs.words.end());
  const PythonAnswer answer =
      ask_python(std::string(reading_script) + std::string(timing_script), arguments, most_seconds);
  out.why_not = answer.has() ? answer_line(answer, "refused") : answer.why_not;
  if (!out.why_not.empty()) return out;
  const std::optional<double> seconds = real_of(answer_line(answer, "seconds"));
  if (!seconds || !std::isfinite(*seconds) || *seconds < 0) {
    out.why_not = "this host's Python printed no time";
    return out;
  }
  advice::Baseline baseline;
  baseline.machine = "this host";
  baseline.value = *seconds;
  baseline.unit = "s";
  baseline.setting = answer_line(answer, "setting");
  out.baseline = std::move(baseline);
  return out;
}

}  // namespace weft::cli::advising

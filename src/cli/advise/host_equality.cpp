// SPDX-License-Identifier: Apache-2.0
// A script that runs both files and compares what they give.
#include "cli/advise/host_equality.hpp"

#include <cmath>

#include "base/number_text.hpp"
#include "cli/advise/host_inputs.hpp"
#include "cli/advise/host_python.hpp"

namespace weft::cli::advising {
namespace {

constexpr double most_seconds = 120;

constexpr std::string_view comparing_script = R"(
import sys
def answers(which, path, feeds):
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    try:
        session = onnxruntime.InferenceSession(path, options, providers=['CPUExecutionProvider'])
        types = {one.name: one.type for one in session.get_inputs()}
        narrow = {name: array.astype('int32') if types[name] == 'tensor(int32)' else array
                  for name, array in feeds.items() if name in types}
        return session.run(None, narrow)
    except Exception as error:
        print('refused onnxruntime does not run', which + ':', str(error).split('\n')[0])
        sys.exit(0)
def compared(before, after, words):
    try:
        import onnxruntime
        import numpy
        feeds = given(words)
    except ImportError as error:
        print('refused this host\'s Python cannot import', error.name or 'onnxruntime')
        return
    off = largest = 0.0
    for a, b in zip(answers('the model', before, feeds),
                    answers('the changed model', after, feeds), strict=True):
        a, b = numpy.asarray(a, 'float64'), numpy.asarray(b, 'float64')
        if a.shape != b.shape:
            print('refused onnxruntime gives outputs of other shapes')
            return
        with numpy.errstate(invalid='ignore'):
            same = (a == b) | (numpy.isnan(a) & numpy.isnan(b))
            apart = numpy.where(same, 0, abs(a - b))
        apart[numpy.isnan(apart)] = numpy.inf
        off = max(off, float(apart.max(initial=0)))
        largest = max(largest, float(abs(a[numpy.isfinite(a)]).max(initial=0)))
    print('difference', off)
    print('largest', largest)
    print('runtime onnxruntime', onnxruntime.__version__)
try:
    compared(sys.argv[1], sys.argv[2], sys.argv[3:])
except Exception as error:
    print('refused onnxruntime:', type(error).__name__ + ':', str(error).split('\n')[0])
)";

}  // namespace

HostEquality host_equality(const graph::SourceModel& model, const std::string& before,
                           const std::string& after) {
  HostEquality out;
  const HostInputs inputs = host_inputs(model);
  if (!inputs.why_not.empty()) {
    out.why_not = inputs.why_not;
    return out;
  }
  std::vector<std::string> arguments{before, after};
  arguments.insert(arguments.end(), inputs.words.begin(), inputs.words.end());
  const PythonAnswer answer = ask_python(
      std::string(reading_script) + std::string(comparing_script), arguments, most_seconds);
  out.why_not = answer.has() ? answer_line(answer, "refused") : answer.why_not;
  if (!out.why_not.empty()) return out;
  const std::string word = answer_line(answer, "difference");
  const std::optional<double> difference =
      word == "inf" ? std::optional<double>(INFINITY) : real_of(word);
  const auto largest = real_of(answer_line(answer, "largest"));
  out.runtime = answer_line(answer, "runtime");
  if (!difference || !largest || out.runtime.empty()) {
    out.why_not = "this host's Python printed no difference";
    return out;
  }
  if (*difference == 0 && *largest == 0) {
    out.why_not = "all numbers of the outputs are 0 for drawn inputs";
    return out;
  }
  out.difference = difference;
  out.largest = *largest;
  return out;
}

std::string text_of(const HostEquality& equality) {
  if (!equality.difference) return "not compared by onnxruntime: " + equality.why_not;
  constexpr int digits = 3;
  const std::string how = "compared by " + equality.runtime + " for drawn inputs: ";
  if (!std::isfinite(*equality.difference)) {
    return how + "DIFFERENT: a number of one model is none, or infinite, in the other alone";
  }
  return how + "largest difference " + general(*equality.difference, digits) +
         ", of numbers up to " + general(equality.largest, digits);
}

}  // namespace weft::cli::advising

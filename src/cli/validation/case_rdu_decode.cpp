// SPDX-License-Identifier: Apache-2.0
// Case R4: tokens decoded by a node of SN40L, from the bytes that a token reads. Two numbers are
// fitted to two models; a third is foretold.
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "base/number_text.hpp"
#include "cli/validation/cases.hpp"
#include "machine/machine.hpp"
#include "program/rdu_timing.hpp"
#include "topology/topology.hpp"

namespace weft::cli::validation {
namespace {

constexpr const char* node = "sambanova-sn40l-node";
constexpr const char* log_of_decode =
    "argonne-lcf/LLM-Inference-Bench, Fig_18/SN40L_latency_throughput.csv, batch 1, as many tokens "
    "in as out";
constexpr std::array<double, 5> decoded_tokens = {128, 256, 512, 1024, 2048};

struct DecodedModel {
  const char* name;
  double parameters;
  double layers;
  double cache_bytes_a_token;  ///< keys and values of all layers, bf16
  std::array<double, 5> seconds;
  bool fitted;
};

const std::vector<DecodedModel>& decoded_models() {
  static const std::vector<DecodedModel> all = {
      {"Llama-3-8B", 8.03e9, 32, 131072, {.2196, .4012, .8264, 1.5843, 3.2881}, true},
      {"Llama-3-70B", 70.6e9, 80, 327680, {1.6337, 3.0788, 6.1317, 11.8931, 23.8556}, true},
      {"Mistral-7B", 7.24e9, 32, 131072, {.2087, .3828, .7772, 1.4857, 3.1779}, false}};
  return all;
}

/// Bytes that a token reads, in the mean: weights, and the keys and values of those before it.
double bytes_of(const DecodedModel& of, double tokens) {
  return 2 * of.parameters + 1.5 * tokens * of.cache_bytes_a_token;
}

/// Seconds of a token: a x bytes + b x layers.
struct DecodeFit {
  double a = 0;
  double b = 0;
};

/// Least squares of the relative errors.
DecodeFit fit_decode() {
  double xx = 0, xy = 0, yy = 0, x1 = 0, y1 = 0;
  for (const DecodedModel& of : decoded_models()) {
    if (!of.fitted) continue;
    for (std::size_t i = 0; i < decoded_tokens.size(); ++i) {
      const double token = of.seconds[i] / decoded_tokens[i];
      const double x = bytes_of(of, decoded_tokens[i]) / token;
      const double y = of.layers / token;
      xx += x * x;
      xy += x * y;
      yy += y * y;
      x1 += x;
      y1 += y;
    }
  }
  const double determinant = xx * yy - xy * xy;
  return {(x1 * yy - y1 * xy) / determinant, (y1 * xx - x1 * xy) / determinant};
}

}  // namespace

std::vector<Row> r4(Context& context) {
  const topology::Topology topology = machine::load_topology(node);
  const program::rdu::Timing timing = program::rdu::read_timing(topology);
  const double rate = 8.0 * timing.hbm->channels * program::rdu::burst_bytes /
                      timing.hbm->burst_cycles * static_cast<double>(topology.clock_hz());
  rest_on(context, grounds_of(topology));
  std::vector<Ground> grounds = take_grounds(context);
  const DecodeFit fit = fit_decode();
  const double share = 1.0 / (fit.a * rate);
  const double layer = 1e6 * fit.b;
  const std::vector<std::string> from = {"R4 Llama-3-8B", "R4 Llama-3-70B"};
  grounds.insert(
      grounds.begin(),
      {{"R4 share of the HBM's rate", fixed(share, 3), node, topology::Origin::fitted, from},
       {"R4 a layer besides, us", fixed(layer, 2), node, topology::Origin::fitted, from}});
  std::vector<Row> rows;
  for (const DecodedModel& of : decoded_models()) {
    for (std::size_t i = 0; i < decoded_tokens.size(); ++i) {
      Row row;
      row.name = std::string("R4 ") + of.name + " " + general(decoded_tokens[i], 4) + " tokens";
      row.machine = node;
      row.unit = "ms";
      row.published = 1e3 * of.seconds[i];
      row.ours =
          1e3 * decoded_tokens[i] * (fit.a * bytes_of(of, decoded_tokens[i]) + fit.b * of.layers);
      row.bound_relative = 0.10;
      row.source = log_of_decode;
      row.rests_on = grounds;
      rows.push_back(row);
    }
  }
  return rows;
}

}  // namespace weft::cli::validation

// SPDX-License-Identifier: Apache-2.0
// Rows of stream "layers": kinds "entered", "begin", "end", and the machine's own.
#include "analysis/layers.hpp"

#include <algorithm>
#include <map>

#include "analysis/bsp_rows.hpp"
#include "analysis/text_table.hpp"
#include "base/error.hpp"
#include "base/number_text.hpp"

namespace weft::analysis {
namespace {

std::vector<std::string> names_of_layers(const trace::Reader& reader) {
  for (const trace::StringTable& one : reader.definitions()) {
    if (one.name == "layers") return one.entries;
  }
  return {};
}

void add(LayerTime& layer, const std::string& kind, std::uint64_t number) {
  if (kind == "entered") {
    layer.times = number;
  } else if (kind == "begin") {
    layer.begin = number;
  } else if (kind == "end") {
    layer.end = number;
  } else {
    layer.parts.emplace_back(kind, number);
    layer.cycles += number;
  }
}

}  // namespace

std::vector<LayerTime> read_layers(const trace::Reader& reader) {
  const trace::StreamRecord& stream =
      kept_stream(reader, "layers", "phases",
                  "its program names no layers, or its machine does not tell of them");
  const std::vector<std::string> names = names_of_layers(reader);
  std::map<std::uint32_t, LayerTime> found;
  for (std::uint64_t first = 0; first < stream.rows; first += rows_at_once) {
    for (const EventRow& row : reader.rows("layers", first, rows_at_once)) {
      if (row.id >= names.size() || row.kind >= stream.info.kinds.size()) {
        fail(Category::input, "'" + reader.path() + "': a row of 'layers' names none");
      }
      found[row.id].name = names[row.id];
      add(found[row.id], stream.info.kinds[row.kind], row.argument);
    }
  }
  std::vector<LayerTime> out;
  for (auto& [id, layer] : found) out.push_back(std::move(layer));
  std::stable_sort(out.begin(), out.end(),
                   [](const LayerTime& a, const LayerTime& b) { return a.begin < b.begin; });
  return out;
}

std::string describe_layers(const std::vector<LayerTime>& layers, Cycle run_cycles) {
  std::vector<TableRow> rows{{"layer", "begin", "cycles", "%"}};
  if (layers.empty()) return "no layers ran\n";
  for (const auto& [kind, cycles] : layers.front().parts) rows[0].push_back(kind);
  LayerTime all;
  for (const LayerTime& layer : layers) {
    rows.push_back({layer.name, grouped(layer.begin), grouped(layer.cycles),
                    percent(layer.cycles, run_cycles)});
    if (layer.times > 1) rows.back()[0] += " (" + std::to_string(layer.times) + " times)";
    for (const auto& [kind, cycles] : layer.parts) rows.back().push_back(grouped(cycles));
    all.cycles += layer.cycles;
  }
  rows.push_back({"all layers", "", grouped(all.cycles), percent(all.cycles, run_cycles)});
  for (std::size_t k = 0; k < layers.front().parts.size(); ++k) {
    Cycle sum = 0;
    for (const LayerTime& layer : layers) sum += layer.parts.at(k).second;
    rows.back().push_back(grouped(sum));
  }
  const Cycle rest = run_cycles - std::min(run_cycles, all.cycles);
  rows.push_back({"in none", "", grouped(rest), percent(rest, run_cycles)});
  rows.back().resize(rows.front().size());
  return table_text(rows, true);
}

}  // namespace weft::analysis

// SPDX-License-Identifier: Apache-2.0
// Rows of stream "layers": kinds "entered", "begin", "end", and the machine's own, or "busy", of
// each part of the machine that works for a layer.
#include "analysis/layers.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <optional>

#include "analysis/bsp_rows.hpp"
#include "analysis/text_table.hpp"
#include "base/error.hpp"
#include "base/number_text.hpp"
#include "topology/document.hpp"

namespace weft::analysis {
namespace {

constexpr const char* busy_kind = "busy";

std::vector<std::string> names_of_layers(const trace::Reader& reader) {
  for (const trace::StringTable& one : reader.definitions()) {
    if (one.name == "layers") return one.entries;
  }
  return {};
}

/// Table [layers] of the job that the trace keeps; a program that is its own host has none.
std::map<std::string, std::string> sources_of_layers(const trace::Reader& reader) {
  std::map<std::string, std::string> out;
  const std::string config = reader.config();
  if (config.empty()) return out;
  const auto job = topology::Document::parse_text(config, reader.path() + ":/config");
  const topology::Value* const layers = job.tree().find("layers");
  if (layers == nullptr) return out;
  for (const topology::Member& member : layers->members) out[member.name] = member.value.text;
  return out;
}

void add(LayerTime& layer, const std::string& kind, std::uint64_t number) {
  if (kind == "entered") {
    layer.times = std::max(layer.times, number);
  } else if (kind == "begin") {
    layer.begin = std::min(layer.begin, number);
  } else if (kind == "end") {
    layer.end = std::max(layer.end, number);
  } else if (kind == busy_kind) {
    layer.cycles = std::max(layer.cycles, number);
  } else {
    layer.parts.emplace_back(kind, number);
    layer.cycles += number;
  }
}

/// Name and head columns of a layer.
TableRow head_of(const LayerTime& layer, Cycle run_cycles) {
  TableRow out{layer.name, grouped(layer.begin), grouped(layer.end), grouped(layer.cycles),
               percent(layer.cycles, run_cycles)};
  if (layer.times > 1) out[0] += " (" + std::to_string(layer.times) + " times)";
  return out;
}

void add_sums(std::vector<TableRow>& rows, const Layers& layers) {
  LayerTime all;
  for (const LayerTime& layer : layers.list) all.cycles += layer.cycles;
  rows.push_back(
      {"all layers", "", "", grouped(all.cycles), percent(all.cycles, layers.run_cycles)});
  for (std::size_t k = 0; k < layers.list.front().parts.size(); ++k) {
    Cycle sum = 0;
    for (const LayerTime& layer : layers.list) sum += layer.parts.at(k).second;
    rows.back().push_back(grouped(sum));
  }
  const Cycle rest = layers.run_cycles - std::min(layers.run_cycles, all.cycles);
  rows.push_back({"in none", "", "", grouped(rest), percent(rest, layers.run_cycles)});
}

constexpr const char* before_path = " of /";

/// The folder, '/' at its end, in which all files that the sources name lie; empty for none.
std::string common_folder(const std::vector<LayerTime>& layers) {
  std::optional<std::string> common;
  for (const LayerTime& layer : layers) {
    const std::string& text = layer.source;
    for (std::size_t at = text.find(before_path); at != std::string::npos;
         at = text.find(before_path, at + 1)) {
      const std::size_t begin = at + std::strlen(before_path) - 1;
      const std::string path = text.substr(begin, text.find(':', begin) - begin);
      std::string folder = path.substr(0, path.rfind('/') + 1);
      if (!common) common = std::move(folder);
      while (!path.starts_with(*common)) common->erase(common->rfind('/', common->size() - 2) + 1);
    }
  }
  return common && common->size() > 1 ? *common : "";
}

/// `source` without a folder that is told elsewhere.
std::string without(std::string source, const std::string& folder) {
  if (folder.empty()) return source;
  const std::size_t blank = std::strlen(before_path) - 1;
  for (std::size_t at = source.find(before_path); at != std::string::npos;
       at = source.find(before_path, at + 1)) {
    source.erase(at + blank, folder.size());
  }
  return source;
}

/// The table, each layer's source behind its line.
std::string with_sources(const std::string& table, const std::vector<LayerTime>& layers) {
  std::vector<std::string> lines;
  std::size_t width = 0;
  for (std::size_t at = 0; at < table.size();) {
    const std::size_t end = table.find('\n', at);
    lines.push_back(table.substr(at, end - at));
    width = std::max(width, lines.back().size());
    at = end + 1;
  }
  const std::string folder = common_folder(layers);
  std::string out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const bool is_layer = i > 0 && i <= layers.size();
    const std::string source = i == 0     ? "of the model"
                               : is_layer ? without(layers[i - 1].source, folder)
                                          : "";
    out += lines[i];
    if (!source.empty()) out += std::string(width - lines[i].size() + 2, ' ') + source;
    out += "\n";
  }
  if (!folder.empty()) out += "Its lines are of files in " + folder + "\n";
  return out;
}

}  // namespace

double LayerTime::busy_share() const {
  return end > begin ? static_cast<double>(cycles) / static_cast<double>(end - begin) : 0;
}

Layers read_layers(const trace::Reader& reader) {
  const trace::StreamRecord& stream =
      kept_stream(reader, "layers", "phases",
                  "its program names no layers, or its machine does not tell of them");
  Layers out;
  out.run_cycles = reader.header().cycles;
  const std::vector<std::string>& kinds = stream.info.kinds;
  out.together = std::find(kinds.begin(), kinds.end(), busy_kind) != kinds.end();
  out.meaning = stream.info.description;
  const std::vector<std::string> names = names_of_layers(reader);
  if (names.empty()) {  // a host API's program, whose trace has no tables of names
    fail(Category::input, "'" + reader.path() + "': has layers, and no names of them");
  }
  std::map<std::uint32_t, LayerTime> found;
  for (std::uint64_t first = 0; first < stream.rows; first += rows_at_once) {
    for (const EventRow& row : reader.rows("layers", first, rows_at_once)) {
      if (row.id >= names.size() || row.kind >= kinds.size()) {
        fail(Category::input, "'" + reader.path() + "': a row of 'layers' names none");
      }
      const auto [entry, is_new] = found.try_emplace(row.id);
      if (is_new) entry->second.begin = never;
      add(entry->second, kinds[row.kind], row.argument);
    }
  }
  std::map<std::string, std::string> sources = sources_of_layers(reader);
  for (auto& [id, layer] : found) {
    layer.name = names[id];
    layer.source = sources[layer.name];
    out.list.push_back(std::move(layer));
  }
  std::stable_sort(out.list.begin(), out.list.end(),
                   [](const LayerTime& a, const LayerTime& b) { return a.begin < b.begin; });
  return out;
}

std::string describe_layers(const Layers& layers) {
  if (layers.list.empty()) return "no layers ran\n";
  std::vector<TableRow> rows{{"layer", "begin", "end", "cycles", "%"}};
  if (layers.together) rows[0].emplace_back("% busy");
  for (const auto& [kind, cycles] : layers.list.front().parts) rows[0].push_back(kind);
  bool sources = false;
  for (const LayerTime& layer : layers.list) {
    rows.push_back(head_of(layer, layers.run_cycles));
    if (layers.together) rows.back().push_back(fixed(100 * layer.busy_share(), 1));
    for (const auto& [kind, cycles] : layer.parts) rows.back().push_back(grouped(cycles));
    sources = sources || !layer.source.empty();
  }
  if (!layers.together) add_sums(rows, layers);
  std::string out = table_text(rows, true);
  if (sources) out = with_sources(out, layers.list);
  if (layers.together) out += layers.meaning + "\n";
  return out;
}

}  // namespace weft::analysis

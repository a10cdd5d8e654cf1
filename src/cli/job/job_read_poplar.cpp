// SPDX-License-Identifier: Apache-2.0
// What a job says about a program in C++: its sources, and data for its handles.
#include "cli/job/job_read.hpp"

namespace weft::cli {

using topology::Kind;
using topology::Table;

PoplarSources read_poplar(Table& table, const std::string& folder) {
  PoplarSources out;
  const bool one = table.value("poplar").kind == Kind::text;
  const std::vector<std::string> paths =
      one ? std::vector<std::string>{table.text("poplar")} : table.texts("poplar");
  if (paths.empty()) table.fail("poplar", "names no source");
  for (const std::string& path : paths) out.paths.push_back(beside(folder, path));
  if (table.has("arguments")) out.arguments = table.texts("arguments");
  if (table.has("flags")) out.flags = table.texts("flags");
  return out;
}

JobInput read_input(Table table, const std::string& folder) {
  JobInput input(table);
  const bool stream = table.has("stream");
  if (stream && table.has("tensor")) {
    table.fail("tensor", "cannot stand beside 'stream': an input is for one handle");
  }
  input.kind = stream ? JobInput::Kind::stream : JobInput::Kind::tensor;
  input.handle = table.text(stream ? "stream" : "tensor");
  if (table.has("values")) {
    if (table.has("data")) table.fail("values", "are a second source of data beside 'data'");
    input.data.kind = DataSource::Kind::values;
    input.data.values = table.reals("values");
    return input;
  }
  input.data = read_file_reference(table, "data", folder);
  read_items(table, input.first_item, input.most_items);
  return input;
}

}  // namespace weft::cli

// SPDX-License-Identifier: Apache-2.0
// One [[input]] of a job file: data for a handle of a program that is its own host.
#include "cli/job/job_read.hpp"

namespace weft::cli {

using topology::Table;

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

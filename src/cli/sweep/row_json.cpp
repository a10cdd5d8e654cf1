// SPDX-License-Identifier: Apache-2.0
// Rows of a sweep as JSON, and back.
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "cli/json_output.hpp"
#include "cli/sweep/row.hpp"

namespace weft::cli::sweep {

namespace {

/// A value as it was written: a number where JSON writes that number so, else text.
Json json_of_value(const std::string& text) {
  if (Json::accept(text)) {
    Json read = Json::parse(text);
    if (read.is_number() && read.dump() == text) return read;
  }
  return text;
}

std::string text_of_value(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

template <typename Value>
Json or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json();
}

template <typename Value>
std::optional<Value> not_null(const Json& value) {
  return value.is_null() ? std::nullopt : std::optional<Value>(value.get<Value>());
}

Json json_of_row(const Row& row) {
  Json out;
  out["values"] = Json::object();
  for (const auto& [key, value] : row.values) out["values"][key] = json_of_value(value);
  out["exit_status"] = row.exit_status;
  out["end"] = row.end;
  out["reason"] = row.reason;
  out["cycles"] = or_null(row.cycles);
  out["emulated_seconds"] = or_null(row.emulated_seconds);
  out["trace_hash"] = row.trace_hash;
  out["counters"] = row.counters;
  out["constants"] = json_of(row.constants);
  out["identity"] = row.identity;
  return out;
}

Row row_of_json(const Json& from) {
  Row row;
  for (const auto& [key, value] : from.at("values").items()) {
    row.values.emplace_back(key, text_of_value(value));
  }
  from.at("exit_status").get_to(row.exit_status);
  from.at("end").get_to(row.end);
  from.at("reason").get_to(row.reason);
  row.cycles = not_null<Cycle>(from.at("cycles"));
  row.emulated_seconds = not_null<double>(from.at("emulated_seconds"));
  from.at("trace_hash").get_to(row.trace_hash);
  from.at("counters").get_to(row.counters);
  for (const Json& constant : from.at("constants")) {
    row.constants.push_back(
        {constant.at("key").get<std::string>(), constant.at("value").get<std::string>(),
         constant.at("default").get<std::string>(), constant.at("unit").get<std::string>()});
  }
  from.at("identity").get_to(row.identity);
  return row;
}

}  // namespace

std::string json_of(const std::string& job, const std::vector<Row>& rows) {
  Json out{{"job", job}, {"rows", Json::array()}};
  for (const Row& row : rows) out["rows"].push_back(json_of_row(row));
  // Names and reasons come from files, which may have bytes that are no text.
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::vector<Row> rows_of_json(const std::string& text, const std::string& path) {
  std::vector<Row> out;
  try {
    const Json document = Json::parse(text);
    for (const Json& row : document.at("rows")) out.push_back(row_of_json(row));
  } catch (const Json::exception& error) {
    fail(Category::input, path + ": is no table of a sweep (" + error.what() +
                              "); name another file, or give --anew");
  }
  return out;
}

}  // namespace weft::cli::sweep

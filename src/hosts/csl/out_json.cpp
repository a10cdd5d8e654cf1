// SPDX-License-Identifier: Apache-2.0
// What host programs may ask of a compiled program without loading it.
#include "hosts/csl/out_json.hpp"

#include <nlohmann/json.hpp>

#include "program/wse_exports.hpp"

namespace weft::hosts::csl {

namespace {

namespace wse = program::wse;
using Json = nlohmann::ordered_json;

Json texts(const std::map<std::string, std::string>& from) {
  Json out = Json::object();
  for (const auto& [name, value] : from) out[name] = value;
  return out;
}

Json types_of(const std::vector<wse::Type>& types) {
  Json out = Json::array();
  for (const wse::Type type : types) out.push_back(wse::name_of(type));
  return out;
}

Json exports(const wse::Program& program) {
  Json out = Json::array();
  const wse::Exports all = wse::exports_of(program);
  for (const wse::ExportedVariable& variable : all.variables) {
    out.push_back({{"name", variable.name},
                   {"kind", "variable"},
                   {"type", wse::name_of(variable.type)},
                   {"elements", variable.elements}});
  }
  for (const wse::ExportedFunction& function : all.functions) {
    out.push_back({{"name", function.name},
                   {"kind", "function"},
                   {"parameters", types_of(function.parameters)}});
  }
  return out;
}

Json streams(const wse::Program& program) {
  Json out = Json::array();
  for (const wse::HostStream& stream : program.host_streams) {
    out.push_back({{"name", stream.name},
                   {"direction", stream.into_machine ? "h2d" : "d2h"},
                   {"color", stream.color}});
  }
  return out;
}

}  // namespace

std::string out_json(const Compiled& compiled) {
  const wse::Program& program = compiled.program;
  Json out;
  out["params"] = texts(compiled.parameters);
  out["colors"] = texts(compiled.colors);
  out["machine"] = compiled.machine;
  out["arch"] = program.generation == wse::Generation::wse2 ? "wse2" : "wse3";
  out["fabric"] = {{"width", compiled.place.width}, {"height", compiled.place.height}};
  out["rectangle"] = {{"x", compiled.place.x},
                      {"y", compiled.place.y},
                      {"width", program.width},
                      {"height", program.height}};
  out["exports"] = exports(program);
  out["streams"] = streams(program);
  return out.dump(2) + "\n";
}

}  // namespace weft::hosts::csl

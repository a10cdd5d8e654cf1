// SPDX-License-Identifier: Apache-2.0
// What host programs may ask of a compiled program without loading it.
#include "hosts/csl/out_json.hpp"

#include <nlohmann/json.hpp>
#include <set>

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

/// Of all codes; what several have under one name is told once, as the first has it.
Json exports(const wse::Program& program) {
  Json out = Json::array();
  std::set<std::string> told;
  for (const wse::TileCode& code : program.codes) {
    for (const wse::Symbol& symbol : code.symbols) {
      if (symbol.exported.empty() || !told.insert(symbol.exported).second) continue;
      out.push_back({{"name", symbol.exported},
                     {"kind", "variable"},
                     {"type", wse::name_of(symbol.type)},
                     {"elements", symbol.elements}});
    }
    for (const wse::EntryPoint& entry : code.entry_points) {
      if (!told.insert(entry.name).second) continue;
      out.push_back({{"name", entry.name},
                     {"kind", "function"},
                     {"parameters", types_of(code.functions[entry.function].parameters)}});
    }
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

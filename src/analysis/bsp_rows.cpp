// SPDX-License-Identifier: Apache-2.0
// Streams by name and kinds by name, with what is wrong in words.
#include "analysis/bsp_rows.hpp"

#include "base/error.hpp"
#include "topology/suggest.hpp"

namespace weft::analysis {

const trace::StreamRecord* find_stream(const trace::Reader& reader, std::string_view name) {
  const auto& streams = reader.streams();
  const auto at = std::find_if(streams.begin(), streams.end(),
                               [&](const auto& stream) { return stream.info.name == name; });
  return at == streams.end() ? nullptr : &*at;
}

const trace::StreamRecord& kept_stream(const trace::Reader& reader, std::string_view name,
                                       std::string_view level, std::string_view why) {
  const trace::StreamRecord* stream = find_stream(reader, name);
  if (stream == nullptr) {
    std::vector<std::string> known;
    std::string list;
    for (const trace::StreamRecord& one : reader.streams()) {
      known.push_back(one.info.name);
      list += (list.empty() ? "" : ", ") + one.info.name;
    }
    fail(Category::input, "'" + reader.path() + "': no stream '" + std::string(name) + "'" +
                              (why.empty() ? topology::did_you_mean(name, known) + "; it has " +
                                                 (list.empty() ? "none" : list)
                                           : ": " + std::string(why)));
  }
  if (!stream->kept) {
    fail(Category::input, "'" + reader.path() + "': the rows of stream '" + std::string(name) +
                              "' are not in a trace of level " + reader.header().level +
                              "; they are from level " + std::string(level) + " on");
  }
  return *stream;
}

std::vector<std::size_t> kinds_of(const trace::StreamRecord& stream,
                                  std::span<const std::string_view> names) {
  std::vector<std::size_t> kinds;
  for (const std::string& kind : stream.info.kinds) {
    const auto at = std::find(names.begin(), names.end(), kind);
    if (at == names.end()) {
      fail(Category::input, "stream '" + stream.info.name + "': unknown kind '" + kind + "'");
    }
    kinds.push_back(static_cast<std::size_t>(at - names.begin()));
  }
  return kinds;
}

std::size_t kind_of(const std::vector<std::size_t>& kinds, const EventRow& row) {
  if (row.kind >= kinds.size()) fail(Category::input, "a row of an unknown kind");
  return kinds[row.kind];
}

}  // namespace weft::analysis

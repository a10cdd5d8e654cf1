// SPDX-License-Identifier: Apache-2.0
// Options as text: out of JSON, to streams.
#include <cstdlib>
#include <ostream>
#include <poplar/OptionFlags.hpp>
#include <poplar/exceptions.hpp>
#include <string>

#include "base/ascii.hpp"

namespace poplar {
namespace {

/// Reads one flat JSON object of text, numbers and truth values.
class OptionReader {
 public:
  explicit OptionReader(std::string text) : text_(std::move(text)) {}

  void read(OptionFlags& options) {
    expect('{');
    if (next() != '}') {
      do {
        const std::string name = quoted();
        expect(':');
        options.set(name, next() == '"' ? quoted() : bare());
      } while (accept(','));
    }
    expect('}');
    if (next() != '\0') wrong();
  }

 private:
  [[noreturn]] void wrong() const {
    throw parse_error("options are a JSON object of names and values; character " +
                      std::to_string(at_ + 1) + " of '" + text_ + "' does not fit");
  }
  char next() {
    while (at_ < text_.size() && weft::ascii::is_blank(text_[at_])) ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool accept(char c) {
    if (next() != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!accept(c)) wrong();
  }
  std::string quoted() {
    expect('"');
    std::string out;
    while (at_ < text_.size() && text_[at_] != '"') {
      if (text_[at_] == '\\') ++at_;
      if (at_ < text_.size()) out += text_[at_++];
    }
    expect('"');
    return out;
  }
  std::string bare() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && text_.find_first_of(",}{[] \n\t", at_) != at_) ++at_;
    if (at_ == begin) wrong();
    return text_.substr(begin, at_ - begin);
  }
  std::string text_;
  std::size_t at_ = 0;
};

}  // namespace

const std::string& OptionFlags::at(StringRef option) const {
  const auto found = find(option);
  if (found == end()) throw invalid_option("option '" + option.cloneAsString() + "' is not set");
  return found->second;
}

std::ostream& operator<<(std::ostream& out, const OptionFlags& options) {
  out << '{';
  const char* separator = "";
  for (const auto& [name, value] : options) {
    out << separator << name << ": " << value;
    separator = ", ";
  }
  return out << '}';
}

ProfileValue getAsProfileValue(const OptionFlags& options) {
  ProfileValue::Map map;
  for (const auto& [name, value] : options) map[name] = ProfileValue(value);
  return ProfileValue(std::move(map));
}

void readJSON(StringRef text, OptionFlags& options) { OptionReader(text).read(options); }

void readJSONFromEnv(StringRef variable, OptionFlags& options) {
  const char* text = std::getenv(variable.cloneAsString().c_str());
  if (text == nullptr || *text == '\0') return;
  try {
    readJSON(text, options);
  } catch (const parse_error& error) {
    throw parse_error(variable.cloneAsString() + ": " + error.what());
  }
}

}  // namespace poplar

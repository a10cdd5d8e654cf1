// SPDX-License-Identifier: Apache-2.0
// Trees of values, and as JSON.
#include <array>
#include <charconv>
#include <ostream>
#include <poplar/ProfileValue.hpp>
#include <poplar/exceptions.hpp>
#include <string>

namespace poplar {
namespace {

const ProfileValue& none() {
  static const ProfileValue nothing;
  return nothing;
}

[[noreturn]] void wrong_kind(const char* wanted) {
  throw poplar_error(std::string("a value of the profile is not ") + wanted);
}

}  // namespace

ProfileValue::ProfileValue() : type_(Type::MAP), map_(std::make_shared<const Map>()) {}
ProfileValue::ProfileValue(Bool value) : type_(Type::BOOL_), number_(value ? 1 : 0) {}
ProfileValue::ProfileValue(Number value) : type_(Type::NUMBER), number_(value) {}
ProfileValue::ProfileValue(int value) : ProfileValue(static_cast<double>(value)) {}
ProfileValue::ProfileValue(unsigned value) : ProfileValue(static_cast<double>(value)) {}
ProfileValue::ProfileValue(long value) : ProfileValue(static_cast<double>(value)) {}
ProfileValue::ProfileValue(unsigned long value) : ProfileValue(static_cast<double>(value)) {}
ProfileValue::ProfileValue(const char* value) : ProfileValue(String(value)) {}
ProfileValue::ProfileValue(String value)
    : type_(Type::STRING), text_(std::make_shared<const String>(std::move(value))) {}
ProfileValue::ProfileValue(Vector value)
    : type_(Type::VECTOR), vector_(std::make_shared<const Vector>(std::move(value))) {}
ProfileValue::ProfileValue(Map value)
    : type_(Type::MAP), map_(std::make_shared<const Map>(std::move(value))) {}

const ProfileValue::String& ProfileValue::asString() const {
  if (type_ != Type::STRING) wrong_kind("text");
  return *text_;
}
bool ProfileValue::asBool() const {
  if (type_ != Type::BOOL_) wrong_kind("true or false");
  return number_ != 0;
}
double ProfileValue::asDouble() const {
  if (type_ != Type::NUMBER) wrong_kind("a number");
  return number_;
}
std::int64_t ProfileValue::asInt() const { return static_cast<std::int64_t>(asDouble()); }
std::uint64_t ProfileValue::asUint() const { return static_cast<std::uint64_t>(asDouble()); }
const ProfileValue::Vector& ProfileValue::asVector() const {
  if (type_ != Type::VECTOR) wrong_kind("a list");
  return *vector_;
}
const ProfileValue::Map& ProfileValue::asMap() const {
  if (type_ != Type::MAP) wrong_kind("a map");
  return *map_;
}

const ProfileValue& ProfileValue::operator[](StringRef key) const {
  const auto at = asMap().find(key);
  if (at == map_->end()) throw index_error("the profile has no '" + key.cloneAsString() + "'");
  return at->second;
}

const ProfileValue& ProfileValue::operator[](std::size_t index) const {
  if (index >= asVector().size()) throw index_error("a list of the profile is shorter", index);
  return (*vector_)[index];
}

const ProfileValue& ProfileValue::getOrNull(StringRef key) const {
  const auto at = asMap().find(key);
  return at == map_->end() ? none() : at->second;
}

std::size_t ProfileValue::size() const {
  if (type_ == Type::VECTOR) return vector_->size();
  return asMap().size();
}

double ProfileValue::sum() const {
  double total = 0;
  for (const ProfileValue& value : asVector()) total += value.asDouble();
  return total;
}

double ProfileValue::sum(StringRef key) const {
  double total = 0;
  for (const ProfileValue& value : asVector()) total += value[key].asDouble();
  return total;
}

bool operator==(const ProfileValue& a, const ProfileValue& b) {
  if (a.type_ != b.type_) return false;
  switch (a.type_) {
    case ProfileValue::Type::STRING:
      return *a.text_ == *b.text_;
    case ProfileValue::Type::VECTOR:
      return *a.vector_ == *b.vector_;
    case ProfileValue::Type::MAP:
      return *a.map_ == *b.map_;
    case ProfileValue::Type::BOOL_:
    case ProfileValue::Type::NUMBER:
      break;
  }
  return a.number_ == b.number_;
}

// --- JSON ---

namespace {

void write_text(std::ostream& out, const std::string& text) {
  static constexpr char digits[] = "0123456789abcdef";
  out << '"';
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out << '\\' << c;
    } else if (code < 0x20) {
      out << "\\u00" << digits[code >> 4U] << digits[code & 15U];
    } else {
      out << c;
    }
  }
  out << '"';
}

/// Shortest text that reads back as the same number; JSON has no infinities.
void write_number(std::ostream& out, double number) {
  std::array<char, 32> text;
  const bool whole = number > -9007199254740992.0 && number < 9007199254740992.0 &&
                     number == static_cast<double>(static_cast<std::int64_t>(number));
  const auto end = whole ? std::to_chars(text.data(), text.data() + text.size(),
                                         static_cast<std::int64_t>(number))
                         : std::to_chars(text.data(), text.data() + text.size(), number);
  const std::string written(text.data(), end.ptr);
  if (written.find_first_of("in") != std::string::npos) {
    out << "null";
  } else {
    out << written;
  }
}

class JsonWriter {
 public:
  JsonWriter(std::ostream& out, bool pretty) : out_(out), pretty_(pretty) {}

  void write(const ProfileValue& value) {
    switch (value.type()) {
      case ProfileValue::Type::BOOL_:
        out_ << (value.asBool() ? "true" : "false");
        break;
      case ProfileValue::Type::STRING:
        write_text(out_, value.asString());
        break;
      case ProfileValue::Type::NUMBER:
        write_number(out_, value.asDouble());
        break;
      case ProfileValue::Type::VECTOR:
        write_list(value.asVector());
        break;
      case ProfileValue::Type::MAP:
        write_map(value.asMap());
        break;
    }
  }

 private:
  void write_list(const ProfileValue::Vector& list) {
    open('[');
    for (std::size_t i = 0; i < list.size(); ++i) {
      next(i == 0);
      write(list[i]);
    }
    close(']', list.empty());
  }
  void write_map(const ProfileValue::Map& map) {
    open('{');
    bool first = true;
    for (const auto& [key, value] : map) {
      next(first);
      first = false;
      write_text(out_, key);
      out_ << (pretty_ ? ": " : ":");
      write(value);
    }
    close('}', map.empty());
  }
  void open(char bracket) {
    out_ << bracket;
    ++depth_;
  }
  void next(bool first) {
    if (!first) out_ << ',';
    line();
  }
  void close(char bracket, bool empty) {
    --depth_;
    if (!empty) line();
    out_ << bracket;
  }
  void line() {
    if (pretty_) out_ << '\n' << std::string(2 * depth_, ' ');
  }
  std::ostream& out_;
  bool pretty_;
  std::size_t depth_ = 0;
};

}  // namespace

void serializeToJSON(std::ostream& out, const ProfileValue& value, bool prettyPrint) {
  JsonWriter(out, prettyPrint).write(value);
  if (prettyPrint) out << '\n';
}

}  // namespace poplar

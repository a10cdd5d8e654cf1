// SPDX-License-Identifier: Apache-2.0
// Files of numbers that a program writes and reads: they live with the run, by name.
#include <string>
#include <utility>

#include "frontends/spatial/stager.hpp"

namespace weft::spatial {
namespace {

std::string file_text(Interpreter& interpreter, const std::string& name, const Node* at) {
  const auto& files = interpreter.written_files();
  auto found = files.find(name);
  // A name without a folder may be a file that was written below the run's own
  for (auto each = files.begin(); found == files.end() && each != files.end(); ++each) {
    const std::string end = "/" + name;
    const bool ends = each->first.size() > end.size() &&
                      each->first.compare(each->first.size() - end.size(), end.size(), end) == 0;
    if (ends) found = each;
  }
  if (found != files.end()) return found->second;
  const auto text = interpreter.options().read_file(name);
  if (!text) interpreter.fail(at, "no file " + name);
  return *text;
}

std::vector<std::string> split(const std::string& text, std::string_view at) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : text) {
    if (at.find(c) == std::string_view::npos) {
      word += c;
      continue;
    }
    if (!word.empty()) words.push_back(std::move(word));
    word.clear();
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

Value path_builtin(Interpreter& interpreter, Call& call) {
  std::string path;
  for (const Value& each : interpreter.arguments(call).values) {
    path += (path.empty() ? "" : "/") + interpreter.show(each);
  }
  return text_value(std::move(path));
}

Value nothing_builtin(Interpreter& interpreter, Call& call) {
  return interpreter.optional_arguments(call).size() > 0 ? unit_value() : unit_value();
}

Value folder_builtin(Interpreter& interpreter, Call& call) {
  const Arguments given = interpreter.arguments(call);
  const std::string path = interpreter.show(interpreter.argument(call, given, 0));
  const std::size_t slash = path.rfind('/');
  return text_value(slash == std::string::npos ? "." : path.substr(0, slash));
}

std::string row_text(Interpreter& interpreter, const Value& row, const Value* function,
                     const Node* at, const std::string& between) {
  if (row.kind != ValueKind::list && row.kind != ValueKind::tuple) {
    return function != nullptr ? interpreter.show(interpreter.call_function(*function, {row}, at))
                               : interpreter.show(row);
  }
  std::string text;
  for (const Value& item : list_of(row).items) {
    if (!text.empty()) text += between;
    text += row_text(interpreter, item, function, at, between);
  }
  return text;
}

/// writeCSV*(values, file): rows on lines, what is in a row between commas.
Value write_builtin(Interpreter& interpreter, Call& call) {
  const Arguments given = interpreter.arguments(call);
  const Value& values = interpreter.argument(call, given, 0);
  const std::string name = interpreter.show(interpreter.argument(call, given, 1));
  const Value* function = given.find("toString", 99);
  const Value* delimiter = given.find("delim", 2);
  const std::string between = delimiter != nullptr ? interpreter.show(*delimiter) : ",";
  const ListObject& list = interpreter.items_of(values, call.node);
  std::string text;
  const bool rows = !list.items.empty() && list.items.front().kind == ValueKind::list;
  if (rows) {
    for (const Value& row : list.items) {
      text += row_text(interpreter, row, function, call.node, ",") + "\n";
    }
  } else if (list.sizes.size() > 1) {
    const auto row = static_cast<std::size_t>(list.sizes.back());
    for (std::size_t i = 0; i < list.items.size(); ++i) {
      text += interpreter.show(list.items[i]) + ((i + 1) % row == 0 ? "\n" : ",");
    }
  } else {
    text = row_text(interpreter, values, function, call.node, between) + "\n";
  }
  interpreter.written_files()[name] = std::move(text);
  return unit_value();
}

/// writeText(text, file), of our library's PrintWriter
Value write_text_builtin(Interpreter& interpreter, Call& call) {
  const Arguments given = interpreter.arguments(call);
  interpreter.written_files()[interpreter.show(interpreter.argument(call, given, 1))] =
      interpreter.show(interpreter.argument(call, given, 0));
  return unit_value();
}

Value number_of_word(Interpreter& interpreter, Call& call, const std::string& word) {
  const Ref<TypeObject> type = interpreter.type_object_argument(call, 0);
  if (type->kind == TypeKind::any) return text_value(word);
  return interpreter.to_number(text_value(word), interpreter.number_type(*type, call.node),
                               call.node, true);
}

Value load_line_builtin(Interpreter& interpreter, Call& call) {
  const Arguments given = interpreter.arguments(call);
  const std::string name = interpreter.show(interpreter.argument(call, given, 0));
  std::vector<Value> items;
  for (const std::string& word : csv_words(interpreter, name, call.node)) {
    items.push_back(number_of_word(interpreter, call, word));
  }
  return list_value(std::move(items));
}

/// loadCSVNow(file, delim) { text => value }
Value load_now_builtin(Interpreter& interpreter, Call& call) {
  const Arguments given = interpreter.arguments(call);
  const std::string name = interpreter.show(interpreter.argument(call, given, 0));
  const Arguments functions = interpreter.arguments(call);
  std::vector<Value> items;
  for (const std::string& word : csv_words(interpreter, name, call.node)) {
    items.push_back(interpreter.call_function(interpreter.argument(call, functions, 0),
                                              {text_value(word)}, call.node));
  }
  return list_value(std::move(items));
}

Value load_rows_builtin(Interpreter& interpreter, Call& call) {
  const Arguments given = interpreter.arguments(call);
  const std::string name = interpreter.show(interpreter.argument(call, given, 0));
  std::vector<Value> items;
  std::int64_t rows = 0;
  for (const std::string& line : split(file_text(interpreter, name, call.node), "\n")) {
    ++rows;
    for (const std::string& word : split(line, ", ")) {
      items.push_back(number_of_word(interpreter, call, word));
    }
  }
  const auto count = static_cast<std::int64_t>(items.size());
  if (rows == 0 || count % rows != 0) {
    interpreter.fail(call.node, name + ": its rows have different lengths");
  }
  Value made = list_value(std::move(items));
  list_of(made).sizes = {rows, count / rows};
  return made;
}

}  // namespace

std::vector<std::string> csv_words(Interpreter& interpreter, const std::string& name,
                                   const Node* at) {
  return split(file_text(interpreter, name, at), ",\n ");
}

void add_files(Builtins& builtins) {
  builtins.emplace(intern("buildPath"), path_builtin);
  builtins.emplace(intern("createDirectories"), nothing_builtin);
  builtins.emplace(intern("dirName"), folder_builtin);
  for (const std::string_view name : {"writeCSV", "writeCSV1D", "writeCSV2D", "writeCSVNow",
                                      "writeCSVNow1D", "writeCSVNow2D", "writeCSVNow3D"}) {
    builtins.emplace(intern(name), write_builtin);
  }
  builtins.emplace(intern("writeText"), write_text_builtin);
  // How a DRAM's bursts are packed on their way: the numbers are the same
  builtins.emplace(intern("compress"), nothing_builtin);
  builtins.emplace(intern("loadCSV1D"), load_line_builtin);
  builtins.emplace(intern("loadCSV2D"), load_rows_builtin);
  builtins.emplace(intern("loadCSVNow"), load_now_builtin);
}

}  // namespace weft::spatial

// SPDX-License-Identifier: Apache-2.0
// Reads Python's text of tracebacks and of lists; what is not as Python writes it is left out.
#include "frontends/onnx/origin.hpp"

#include <algorithm>

#include "base/number_text.hpp"

namespace weft::onnx {
namespace {

constexpr std::size_t most_frames = 64;
constexpr std::size_t longest_text = 400;

std::string_view next_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  return line;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

/// What a message may show of a text from a file: no control characters, not endless.
std::string plain(std::string_view text) {
  std::string shown(text.substr(0, longest_text));
  for (char& letter : shown) {
    if (static_cast<unsigned char>(letter) < ' ' || letter == 0x7f) letter = '?';
  }
  return shown;
}

/// Takes a frame's first line apart; false where it is none.
bool read_frame(std::string_view line, graph::SourceLine& frame) {
  constexpr std::string_view before_file = "File \"";
  constexpr std::string_view before_line = "\", line ";
  constexpr std::string_view before_function = ", in ";
  line = trimmed(line);
  if (!line.starts_with(before_file)) return false;
  line.remove_prefix(before_file.size());
  const std::size_t file_end = line.find(before_line);
  if (file_end == std::string_view::npos) return false;
  std::string_view number = line.substr(file_end + before_line.size());
  const std::size_t number_end = number.find(before_function);
  if (number_end != std::string_view::npos) {
    frame.function = plain(number.substr(number_end + before_function.size()));
    number = number.substr(0, number_end);
  }
  const auto value = whole_of(number);
  if (!value || *value > 0xffffffffU) return false;
  frame.file = plain(line.substr(0, file_end));
  frame.line = static_cast<std::uint32_t>(*value);
  return true;
}

bool is_of_pytorch(const graph::SourceLine& frame) {
  return frame.file.find("-packages/torch/") != std::string::npos;
}

std::string last_part(const std::string& dotted) {
  return dotted.substr(dotted.rfind('.') + 1);  // all of it where there is no dot
}

/// The model's class and the path of the module in it: "BertModel.encoder.layer.0". The last of
/// the scopes is the operator's own.
std::string module_of(const FileNode& node) {
  const std::vector<std::string> classes = texts_of(node.class_hierarchy);
  const std::vector<std::string> scopes = texts_of(node.name_scopes);
  if (classes.size() < 2 || scopes.size() < 2) return "";
  const std::string& path = scopes[scopes.size() - 2];
  return plain(last_part(classes.front()) + (path.empty() ? "" : "." + path));
}

}  // namespace

std::string module_class_of(const FileNode& node) {
  const std::vector<std::string> classes = texts_of(node.class_hierarchy);
  return classes.size() < 2 ? "" : plain(last_part(classes[classes.size() - 2]));
}

std::vector<graph::SourceLine> stack_of(std::string_view text) {
  std::vector<graph::SourceLine> stack;
  while (!text.empty()) {
    const std::string_view line = next_line(text);
    graph::SourceLine frame;
    if (read_frame(line, frame)) {
      if (stack.size() == most_frames) stack.erase(stack.begin());
      stack.push_back(std::move(frame));
    } else if (!stack.empty() && stack.back().code.empty()) {
      stack.back().code = plain(trimmed(line));
    }
  }
  return stack;
}

std::vector<std::string> texts_of(std::string_view list) {
  std::vector<std::string> texts;
  for (std::size_t at = 0; at < list.size(); ++at) {
    const char quote = list[at];
    if (quote != '\'' && quote != '"') continue;
    std::string text;
    for (++at; at < list.size() && list[at] != quote; ++at) {
      if (list[at] == '\\' && at + 1 < list.size()) ++at;
      text += list[at];
    }
    texts.push_back(std::move(text));
  }
  return texts;
}

graph::Origin origin_of(const FileNode& node, const graph::Origin* call) {
  graph::Origin origin;
  origin.node = plain(node.name);
  origin.operation = plain(node.operation);
  const auto given = std::find_if(node.outputs.begin(), node.outputs.end(),
                                  [](std::string_view name) { return !name.empty(); });
  if (given != node.outputs.end()) origin.result = plain(*given);
  if (call != nullptr) {
    if (!call->node.empty()) {
      origin.node = plain(call->node + "/" + (node.name.empty() ? origin.operation : origin.node));
    }
    origin.stack = call->stack;
    origin.module = call->module;
  }
  std::vector<graph::SourceLine> stack = stack_of(node.stack_trace);
  const auto own = std::find_if_not(stack.rbegin(), stack.rend(), is_of_pytorch);
  if (own != stack.rend()) stack.erase(own.base(), stack.end());
  if (!stack.empty()) origin.stack = std::move(stack);
  if (std::string module = module_of(node); !module.empty()) origin.module = std::move(module);
  return origin;
}

}  // namespace weft::onnx

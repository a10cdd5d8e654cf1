// SPDX-License-Identifier: Apache-2.0
// 32 layers of attention with rotated positions, and gated products between norms.
#include "cli/bench/onnx_decoder.hpp"

#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/error.hpp"
#include "cli/bench/onnx_message.hpp"

namespace weft::cli::bench {
namespace {

constexpr std::uint64_t tokens = 128;
constexpr std::uint64_t width = 4096;
constexpr std::uint64_t heads = 32;
constexpr std::uint64_t each = width / heads;
constexpr std::uint64_t hidden = 11008;
constexpr std::uint64_t vocabulary = 32000;
constexpr int layers = 32;
constexpr auto last = static_cast<std::uint64_t>(-1);

class Decoder {
 public:
  std::string bytes() {
    graph_.message(11, value_of("ids", {1, tokens}, i64_type));
    cosines_ = weights({1, 1, tokens, each});
    sines_ = weights({1, 1, tokens, each});
    mask_ = weights({1, 1, tokens, tokens});
    std::string x = node("Gather", {weights({vocabulary, width}), "ids"});
    for (int i = 0; i < layers; ++i) x = feed(attend(x));
    const std::string y = product(norm(x), width, vocabulary);
    graph_.message(12, value_of(y, {1, tokens, vocabulary}));
    Message model;
    model.whole(1, 10).text(2, "weft bench").message(7, graph_);
    model.message(8, Message().text(1, "").whole(2, 17));
    return model.bytes();
  }

 private:
  std::string node(const std::string& operation, const std::vector<std::string>& inputs,
                   const std::vector<Message>& attributes = {}) {
    const std::string output = operation + std::to_string(values_++);
    graph_.message(1, node_of(operation, inputs, output, attributes));
    return output;
  }
  std::string weights(const Extents& shape) {
    std::uint64_t bytes = sizeof(float);
    for (const std::uint64_t extent : shape) bytes *= extent;
    const std::string name = "weights" + std::to_string(values_++);
    graph_.message(5, external_tensor(name, shape, "decoder_7b.onnx.data", end_, bytes));
    end_ += (bytes + alignment - 1) / alignment * alignment;
    return name;
  }
  std::string wholes(const std::vector<std::uint64_t>& values) {
    const std::string name = "wholes" + std::to_string(values_++);
    graph_.message(5, wholes_tensor(name, values));
    return name;
  }
  std::string scalar(float value) {
    const std::string name = "scalar" + std::to_string(values_++);
    std::string raw(sizeof value, '\0');
    std::memcpy(raw.data(), &value, sizeof value);
    graph_.message(5, Message().whole(2, float_type).text(8, name).text(9, raw));
    return name;
  }
  std::string product(const std::string& x, std::uint64_t rows, std::uint64_t columns) {
    return node("MatMul", {x, weights({rows, columns})});
  }
  std::string norm(const std::string& x) {
    const std::string square = node("Pow", {x, scalar(2)});
    const std::string mean = node("ReduceMean", {square}, {wholes_of("axes", {last})});
    const std::string root = node("Sqrt", {node("Add", {mean, scalar(1e-5F)})});
    const std::string scaled = node("Mul", {x, node("Reciprocal", {root})});
    return node("Mul", {scaled, weights({width})});
  }
  std::string by_heads(const std::string& x) {
    const std::string parts = node("Reshape", {x, wholes({1, tokens, heads, each})});
    return node("Transpose", {parts}, {wholes_of("perm", {0, 2, 1, 3})});
  }
  std::string rotated(const std::string& x) {
    const auto part = [&](std::uint64_t begin, std::uint64_t end) {
      return node("Slice", {x, wholes({begin}), wholes({end}), wholes({3})});
    };
    const std::string front = part(0, each / 2);
    const std::string turned =
        node("Concat", {node("Neg", {part(each / 2, each)}), front}, {whole_of("axis", last)});
    return node("Add", {node("Mul", {x, cosines_}), node("Mul", {turned, sines_})});
  }
  std::string attend(const std::string& x) {
    const std::string y = norm(x);
    const std::string query = rotated(by_heads(product(y, width, width)));
    const std::string key = rotated(by_heads(product(y, width, width)));
    const std::string value = by_heads(product(y, width, width));
    const std::string turned = node("Transpose", {key}, {wholes_of("perm", {0, 1, 3, 2})});
    const std::string scores =
        node("Mul", {node("MatMul", {query, turned}), scalar(0.08838834764831845F)});
    const std::string shares =
        node("Softmax", {node("Add", {scores, mask_})}, {whole_of("axis", last)});
    const std::string joined =
        node("Transpose", {node("MatMul", {shares, value})}, {wholes_of("perm", {0, 2, 1, 3})});
    const std::string rows = node("Reshape", {joined, wholes({1, tokens, width})});
    return node("Add", {x, product(rows, width, width)});
  }
  std::string feed(const std::string& x) {
    const std::string y = norm(x);
    const std::string gate = product(y, width, hidden);
    const std::string open = node("Mul", {gate, node("Sigmoid", {gate})});
    const std::string inner = node("Mul", {open, product(y, width, hidden)});
    return node("Add", {x, product(inner, hidden, width)});
  }

  Message graph_;
  std::string cosines_, sines_, mask_;
  std::uint64_t values_ = 0;
  std::uint64_t end_ = 0;
};

}  // namespace

std::string write_decoder_7b(const std::string& folder) {
  const std::filesystem::path path = std::filesystem::path(folder) / "decoder_7b.onnx";
  const std::string bytes = Decoder().bytes();
  std::ofstream file(path, std::ios::binary);
  if (!file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()))) {
    fail(Category::system, path.string() + ": cannot be written");
  }
  return path;
}

}  // namespace weft::cli::bench

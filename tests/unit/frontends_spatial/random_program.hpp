// SPDX-License-Identifier: Apache-2.0
// Random Spatial programs of loops, reductions, queues and memories; they wait for nobody.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace weft::spatial::test {

class RandomProgram {
 public:
  explicit RandomProgram(std::uint32_t seed) : random_(seed) {}

  /// A class Test; the same text for the same seed.
  std::string text() {
    const std::string type = pick({"Int", "I16", "U8", "FixPt[TRUE,_16,_16]", "Float", "Half"});
    const int stages = number(1, 4);
    const Known top = {{}, {}, {"tiny", "large"}};
    Known known = top;
    for (int i = 0; i < stages; ++i) stage(known, 0);
    std::string outputs;
    for (const Block& block : known.blocks) {
      const std::string out = name("out");
      outputs += "    val " + out + " = DRAM[T](" + std::to_string(block.words) + ")\n";
      body_ += out + " store " + block.name + "\n";
    }
    const std::string sum = known.registers.back();
    return "import spatial.dsl._\n@spatial class Test extends SpatialTest {\n  type T = " + type +
           "\n  def main(args: Array[String]): Unit = {\n" + outputs +
           "    val tiny = ArgIn[T]\n    val large = ArgIn[T]\n    val count = ArgIn[Int]\n"
           "    setArg(tiny, 2.to[T])\n    setArg(large, 100.to[T])\n    setArg(count, " +
           std::to_string(number(1, 9)) +
           ")\n    val in = DRAM[T](40)\n"
           "    setMem(in, Array.tabulate(40) { i => (i * 7 % 11).to[T] })\n"
           "    val result = ArgOut[T]\n    Accel {\n" +
           body_ + "      result := " + sum + ".value\n    }\n  }\n}\n";
  }

 private:
  struct Block {
    std::string name;
    int words;
  };
  struct Known {
    std::vector<std::string> indices;
    std::vector<Block> blocks;
    std::vector<std::string> registers;
  };

  int number(int least, int most) {
    return least + static_cast<int>(random_() % static_cast<unsigned>(most - least + 1));
  }
  std::string pick(const std::vector<std::string>& from) {
    return from[static_cast<std::size_t>(number(0, static_cast<int>(from.size()) - 1))];
  }
  std::string name(const std::string& base) { return base + std::to_string(++names_); }
  std::string lanes(int most) {
    const int some = number(1, most);
    return number(0, 1) == 0 || some == 1 ? "" : " par " + std::to_string(some);
  }
  std::string loop() { return pick({"Foreach", "Sequential.Foreach", "Pipe.Foreach"}); }
  std::string range(int words, int most_lanes = 16) {
    return std::to_string(words) + " by 1" + lanes(most_lanes);
  }
  std::string combine() {
    return pick({"_ + _", "_ + _", "(a, b) => max(a, b)", "(a, b) => a + b * 2.to[T]"});
  }

  std::string expression(const Known& known, int depth = 0) {
    const int kind = number(0, depth > 1 ? 3 : 8);
    if (kind == 0 && !known.blocks.empty()) {
      const auto at =
          static_cast<std::size_t>(number(0, static_cast<int>(known.blocks.size()) - 1));
      const Block& block = known.blocks[at];
      const std::string index = known.indices.empty() ? "0" : pick(known.indices);
      return block.name + "((" + index + " + " + std::to_string(number(0, 4)) + ") % " +
             std::to_string(block.words) + ")";
    }
    if (kind == 1) return pick(known.registers) + ".value";
    if (kind <= 2 && !known.indices.empty()) return pick(known.indices) + ".to[T]";
    if (kind <= 3) return std::to_string(number(0, 9)) + ".to[T]";
    const std::string a = expression(known, depth + 1);
    const std::string b = expression(known, depth + 1);
    if (kind == 4) return "max(" + a + ", " + b + ")";
    if (kind == 5) return "mux(" + a + " < " + b + ", " + b + ", 3.to[T])";
    return "(" + a + pick({" + ", " - ", " * "}) + b + ")";
  }

  static Known with(Known known, const std::string& index) {
    known.indices.push_back(index);
    return known;
  }

  void stage(Known& known, int depth) {
    switch (number(0, depth == 0 ? 9 : 8)) {
      case 0:
        return fill(known);
      case 1:
        return reduce(known);
      case 2:
        return reduce_memory(known);
      case 3:
        return queue(known);
      case 4:
        return load(known);
      case 5:
        return change(known);
      case 6:
        return breaks(known);
      case 7:
        return machine(known);
      case 8:
        return part(known);
      default:
        return nest(known, depth);
    }
  }

  void fill(Known& known) {
    const Block block{name("block"), number(1, 20)};
    const std::string i = name("i");
    body_ += "val " + block.name + " = SRAM[T](" + std::to_string(block.words) + ")\n" + loop() +
             "(" + range(block.words) + ") { " + i + " => " + block.name + "(" + i +
             ") = " + expression(with(known, i)) + " }\n";
    known.blocks.push_back(block);
  }

  void reduce(Known& known) {
    const std::string i = name("i");
    const std::string j = name("j");
    const std::string to = name("sum");
    const std::string counters =
        number(0, 2) == 0 ? "count.value by 1" + lanes(16) : range(number(1, 20));
    body_ += "val " + to + " = Reg[T](2.to[T])\nReduce(" + to + ")(" + range(number(1, 3), 3) +
             ", " + counters + ") { (" + j + ", " + i + ") => " +
             expression(with(with(known, j), i)) + " } { " + combine() + " }\n";
    known.registers.push_back(to);
  }

  void reduce_memory(Known& known) {
    const Block block{name("block"), number(1, 9)};
    const std::string words = std::to_string(block.words);
    const std::string part = name("part");
    const std::string i = name("i");
    const std::string j = name("j");
    body_ += "val " + block.name + " = SRAM[T](" + words + ")\n" + pick({"MemReduce", "MemFold"}) +
             "(" + block.name + lanes(8) + ")(" + range(number(1, 5), 3) + ") { " + j +
             " =>\nval " + part + " = SRAM[T](" + words + ")\nForeach(" + range(block.words) +
             ") { " + i + " => " + part + "(" + i + ") = " + expression(with(with(known, j), i)) +
             " }\n" + part + "\n} { " + combine() + " }\n";
    known.blocks.push_back(block);
  }

  void queue(Known& known) {
    const Block block{name("block"), number(1, 16)};
    const std::string fifo = name("fifo");
    const std::string i = name("i");
    const std::string j = name("j");
    body_ += "val " + fifo + " = FIFO[T](64)\nval " + block.name + " = SRAM[T](" +
             std::to_string(block.words) + ")\n" + loop() + "(" + range(2 * block.words) + ") { " +
             i + " => if (" + i + " % 2 == 1) { " + fifo + ".enq(" + expression(with(known, i)) +
             ") } }\n" + loop() + "(" + range(block.words) + ") { " + j + " => " + block.name +
             "(" + j + ") = " + fifo + ".deq() }\n";
    known.blocks.push_back(block);
  }

  void load(Known& known) {
    const Block block{name("block"), number(1, 20)};
    const std::string from = std::to_string(number(0, 20));
    body_ += "val " + block.name + " = SRAM[T](" + std::to_string(block.words) + ")\n" +
             block.name + " load in(" + from + " :: " + from + " + " + std::to_string(block.words) +
             lanes(16) + ")\n";
    known.blocks.push_back(block);
  }

  void change(Known& known) {
    if (known.blocks.empty()) return fill(known);
    const Block block = known.blocks.back();
    const std::string i = name("i");
    const std::string at = block.name + "(" + i + " / 2)";
    if (known.indices.empty()) {
      body_ += loop() + "(" + std::to_string(block.words) + " by 1) { " + i + " => " + at + " = " +
               at + " + " + std::to_string(number(0, 9)) + ".to[T] }\n";
    }
  }

  /// Not all of the block, or not by its own index.
  void part(Known& known) {
    const Block block{name("block"), number(2, 9)};
    const std::string i = name("i");
    const std::string words = std::to_string(number(1, block.words));
    body_ += "val " + block.name + " = SRAM[T](" + std::to_string(block.words) + ")\n" + loop() +
             "(" + words + " by 1) { " + i + " => " + block.name + "(" + i +
             ") = " + expression(with(known, i)) + " }\n";
    known.blocks.push_back(block);
  }

  void breaks(Known& known) {
    fill(known);
    const Block block = known.blocks.back();
    const std::string i = name("i");
    const std::string j = name("j");
    const std::string stop = name("stop");
    const std::string last = std::to_string(number(0, block.words));
    const bool staged = number(0, 1) == 0;
    const std::string inside = expression(with(known, i));
    body_ += "val " + stop + " = Reg[Bit](false)\n" + pick({"Sequential", "Pipe"}) +
             "(breakWhen = " + stop + ").Foreach(" + std::to_string(block.words) + " by 1) { " + i +
             " =>\n" + (staged ? "Foreach(2 by 1) { " + j + " => " : "") + block.name + "(" + i +
             ") = " + inside + (staged ? " }\n" : "\n") +
             pick({stop + " := " + i + " == " + last,
                   "if (" + i + " == " + last + ") { " + stop + " := true }"}) +
             "\n}\n";
  }

  void machine(Known& known) {
    fill(known);
    const Block block = known.blocks.back();
    const std::string s = name("s");
    const std::string inside = expression(with(known, s));
    body_ += "FSM(0)(" + s + " => " + s + " < " + std::to_string(number(0, block.words)) + ") { " +
             s + " => " + block.name + "(" + s + ") = " + inside + " } { " + s + " => " + s +
             " + " + std::to_string(number(1, 3)) + " }\n";
  }

  void nest(Known& known, int depth) {
    const int rounds = number(1, 4);
    const Block block{name("block"), 3 * rounds};
    const std::string i = name("i");
    const std::string j = name("j");
    body_ += "val " + block.name + " = SRAM[T](" + std::to_string(block.words) + ")\n" + loop() +
             "(" + std::to_string(rounds) + " by 1) { " + i + " =>\n";
    Known inside = with(known, i);
    const int stages = number(1, 3);
    for (int s = 0; s < stages; ++s) stage(inside, depth + 1);
    body_ += "Foreach(" + range(3) + ") { " + j + " => " + block.name + "(" + i + " * 3 + " + j +
             ") = " + expression(with(inside, j)) + " }\n}\n";
    known.blocks.push_back(block);
  }

  std::mt19937 random_;
  int names_ = 0;
  std::string body_;
};

}  // namespace weft::spatial::test

// SPDX-License-Identifier: Apache-2.0
// The reader of a schedule's text: what it knows while it goes through the lines.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "frontends/tsp/lexer.hpp"
#include "frontends/tsp/tsp.hpp"
#include "frontends/tsp/words.hpp"

namespace weft::tsp {

/// What a name stands for: instructions [first, first + count) of the schedule, of one line.
struct Label {
  std::uint32_t first = 0;
  std::uint32_t count = 1;
  Position at;
};

/// What an operand must be, as a line says it: a label, or `$12` for instruction 12.
struct Reference {
  std::string_view label;  ///< empty: number
  std::uint64_t number = 0;
  std::int64_t first = 0;
  std::int64_t step = 1;
  Position at;
};

struct OperandText {
  form::Operand operand;
  std::vector<Reference> references;
  Position at;
};

/// Names of an operand that are looked up when the schedule has been read to its end.
struct PendingNames {
  std::uint32_t instruction = 0;
  std::uint8_t operand = 0;
  std::uint8_t member = 0;  ///< of the line's `members` instructions
  std::uint8_t members = 1;
  std::vector<Reference> references;
};

/// A line on its way to one instruction a queue.
struct Line {
  Position at;
  std::string_view label;
  bool label_is_text = false;
  std::vector<std::uint16_t> queues;
  Position queues_at;
  Position cycle_at;
  form::Instruction instruction;
  std::array<OperandText, 3> operands;
  Position result_at;
  const form::Piece* words_of = nullptr;  ///< of the tensor whose words are read or written
};

class Parser {
 public:
  Parser(std::string_view text, const std::string& file, const form::Timing& timing,
         const ReadLimits& limits)
      : lexer_(text, file), timing_(timing), limits_(limits) {}

  form::Program parse();

 private:
  // parser.cpp
  bool statement();
  void let();
  void lane_map();
  void begin_schedule();
  void end_schedule();
  void resolve(const PendingNames& pending);
  form::Name name_of_reference(const Reference& reference, std::uint32_t instruction) const;
  std::uint32_t only_instruction(const Reference& reference) const;
  std::vector<std::uint32_t> chip_list();
  void layer();
  std::uint32_t text_index(std::string_view text);
  const Label& label(std::string_view name, Position at) const;
  [[noreturn]] void unknown(Position at, const std::string& what, std::string_view name,
                            const std::vector<std::string>& known) const;
  template <typename Map>
  static std::vector<std::string> keys_of(const Map& map) {
    std::vector<std::string> keys;
    for (const auto& [key, value] : map) keys.emplace_back(key);
    return keys;
  }

  // parse_expression.cpp
  /// The cycle functions need the queue that asks; nothing outside of a line's cycle.
  std::int64_t expression(std::optional<std::uint32_t> stop = {});
  std::int64_t number(std::string_view what, std::int64_t least, std::int64_t most);
  std::int64_t sum(std::optional<std::uint32_t> stop, std::uint32_t depth);
  std::int64_t product(std::optional<std::uint32_t> stop, std::uint32_t depth);
  std::int64_t atom(std::optional<std::uint32_t> stop, std::uint32_t depth);
  std::int64_t cycle_function(const Token& name, std::optional<std::uint32_t> stop,
                              std::uint32_t depth);
  std::int64_t hops_function(Position at);
  std::int64_t arrival(const Token& name, const Label& of, std::uint32_t stop) const;

  // parse_places.cpp
  form::StreamGroup streams();
  bool at_streams();
  std::vector<std::uint16_t> queue_list();
  std::uint16_t queue();
  std::uint32_t stop();
  std::vector<std::uint8_t> slice_list(form::Hemisphere& hemisphere);
  std::pair<std::uint32_t, std::uint32_t> small_range(std::string_view what, std::uint32_t end);

  // parse_tensor.cpp
  void tensor(form::Tensor::Role role);
  void over(form::Tensor& tensor);
  void place(form::Tensor& tensor);
  void refuse_text_slices(const Position& at, form::Hemisphere hemisphere,
                          const std::vector<std::uint8_t>& slices) const;
  void refuse_beyond(const Position& at, const form::Piece& piece, std::uint64_t elements) const;
  void place_options(form::Piece& piece, std::size_t slices, const form::Tensor& tensor);
  void constant(form::Tensor& tensor);

  // parse_line.cpp
  void line();
  void operation(Line& line);
  void unit_of(Line& line, form::Opcode opcode, const Token& word);
  void body(Line& line, form::Opcode opcode);
  void body_memory(Line& line);
  void body_mxm(Line& line);
  void body_sxm(Line& line);
  void alu(Line& line, form::VectorOperation operation);
  void timing(Line& line);
  void emit(const Line& line, std::int64_t cycle, std::optional<std::uint32_t> at_stop);
  form::Instruction member(const Line& line, std::size_t index) const;
  void require_abreast(const Line& line) const;
  void require_in_tensor(const Line& line) const;
  std::uint64_t first_dispatch(const Line& line, const form::Instruction& one, std::int64_t cycle,
                               std::optional<std::uint32_t> at_stop) const;

  // parse_operand.cpp
  OperandText operand();
  OperandText chain(Position at);
  void named_stream(OperandText& out);
  Reference reference();
  void implied(Line& line);
  void result(Line& line);
  /// "b0[...]", or a tensor's words where the line has no queue yet.
  void memory(Line& line);
  void tensor_words(Line& line);
  void addresses(form::Instruction& instruction, std::int64_t base, std::int64_t unit);
  std::pair<std::int64_t, std::int64_t> index(std::int64_t default_step);

  /// Words of a tensor that lie abreast: of one place.
  struct Abreast {
    std::uint32_t first_piece = 0;
    std::uint32_t pieces = 1;
  };
  struct KnownTensor {
    std::size_t index = 0;
    std::vector<Abreast> places;
  };

  Lexer lexer_;
  const form::Timing& timing_;
  ReadLimits limits_;
  form::Program program_;
  std::map<std::string, std::int64_t, std::less<>> lets_;
  std::map<std::string, KnownTensor, std::less<>> tensors_;
  std::map<std::string, form::LaneMap, std::less<>> maps_;
  std::uint32_t layer_ = form::none;  ///< of the lines that follow
  std::map<std::pair<std::uint32_t, std::string>, std::uint32_t> texts_;  ///< by layer and text
  std::uint64_t pieces_ = 0;
  std::uint64_t instructions_ = 0;
  bool said_chips_ = false;
  // Of the schedule that is being read.
  std::optional<std::vector<std::uint32_t>> on_chips_;  ///< nothing: no `schedule` line yet
  form::Schedule schedule_;
  std::map<std::string_view, Label, std::less<>> labels_;
  std::map<std::string_view, std::uint32_t, std::less<>> used_maps_;
  std::vector<PendingNames> pending_;
};

}  // namespace weft::tsp

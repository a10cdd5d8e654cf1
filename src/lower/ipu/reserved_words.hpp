// SPDX-License-Identifier: Apache-2.0
// Words that a variable of a Poplar program must not be called.
#pragma once

#include <set>
#include <string>

namespace weft::lower::ipu {

/// C++'s own, the libraries' and those of the functions that a program begins with; a space behind
/// each.
inline constexpr const char* reserved =
    "net graph none relu clip argc argv main engine device devices settings convolution "
    "product pooled reduced softmax attention layer_norm root_mean_square_norm gather "
    "slice expanded swapped rows_on_tiles from_rows in_groups conv_params mapped concat "
    "arg_extreme largest picked alignas alignof and asm auto bool break case catch char "
    "class const continue default delete do double else enum explicit extern false float "
    "for friend goto if inline int long mutable namespace new not operator or private "
    "protected public register return short signed sizeof static struct switch template "
    "this throw true try typedef typeid typename union unsigned using virtual void "
    "volatile while xor std pe poplar popops poplin popnn half program from_begin numbers "
    "rows_at gather_elements gather_points cumulative_sums causal wrapped lstm gru "
    "gate_weights new_state over_steps over_directions part ";

inline const std::set<std::string>& reserved_words() {
  static const std::set<std::string> words = [] {
    std::set<std::string> out;
    std::string word;
    for (const char* at = reserved; *at != '\0'; ++at) {
      if (*at != ' ') {
        word += *at;
        continue;
      }
      out.insert(word);
      word.clear();
    }
    return out;
  }();
  return words;
}

}  // namespace weft::lower::ipu

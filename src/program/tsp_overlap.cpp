// SPDX-License-Identifier: Apache-2.0
// Do a TSP program's tensors lie where no other lies? Who writes one would else write the other.
#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "program/tsp_shape.hpp"

namespace weft::program::tsp {
namespace {

/// The words of a piece in one slice.
struct Lying {
  std::uint32_t chip = 0;
  std::uint32_t bank = 0;  ///< of the chip, hemisphere and slice included
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  std::uint32_t tensor = 0;
  std::uint32_t piece = 0;
};

std::uint32_t bank_number(const Piece& piece, std::uint32_t byte) {
  const Queue queue{Unit::mem, piece.hemisphere, piece.slices.at(byte), 0};
  return number_of(queue) * banks_a_slice + piece.bank;
}

std::string bank_text(std::uint32_t bank) {
  return "bank " + std::to_string(bank % banks_a_slice) + " of " +
         name_of(queue_of(static_cast<std::uint16_t>(bank / banks_a_slice)));
}

class Overlaps {
 public:
  explicit Overlaps(const Program& program) : p_(program) {}

  void refuse() {
    for (std::uint32_t t = 0; t < p_.tensors.size(); ++t) add(t);
    std::sort(all_.begin(), all_.end(), [](const Lying& a, const Lying& b) {
      return std::tie(a.chip, a.bank, a.first, a.tensor, a.piece) <
             std::tie(b.chip, b.bank, b.first, b.tensor, b.piece);
    });
    for (std::size_t begin = 0; begin < all_.size();) {
      std::size_t end = begin;
      bool apart = true;
      std::uint32_t reach = 0;
      while (end < all_.size() && all_[end].chip == all_[begin].chip &&
             all_[end].bank == all_[begin].bank) {
        apart = apart && (end == begin || all_[end].first > reach);
        reach = std::max(reach, all_[end++].last);
      }
      if (!apart) look_at_words(begin, end);
      begin = end;
    }
  }

 private:
  void add(std::uint32_t t) {
    const Tensor& tensor = p_.tensors[t];
    for (std::uint32_t i = 0; i < tensor.pieces.size(); ++i) {
      const Piece& piece = tensor.pieces[i];
      if (piece.stride == 0 && piece.words > 1) {
        fail(Category::input, place_text(p_, tensor) + "tensor '" + tensor.name + "': its " +
                                  counted(piece.words, "word") + " are one word: step 0");
      }
      const std::int64_t end =
          std::int64_t{piece.address} + (std::int64_t{piece.words} - 1) * piece.stride;
      const auto last = static_cast<std::uint32_t>(end);
      for (std::uint32_t byte = 0; byte < numerics::width_of(tensor.type); ++byte) {
        all_.push_back({piece.chip, bank_number(piece, byte), std::min(piece.address, last),
                        std::max(piece.address, last), t, i});
      }
    }
  }

  /// Word by word, of pieces all_[begin, end) of one bank.
  void look_at_words(std::size_t begin, std::size_t end) {
    holder_.fill(none);
    shared_.clear();
    for (std::size_t n = begin; n < end; ++n) {
      const Piece& piece = piece_of(all_[n]);
      for (std::uint32_t w = 0; w < piece.words; ++w) {
        const auto word = static_cast<std::uint32_t>(std::int64_t{piece.address} +
                                                     std::int64_t{w} * piece.stride);
        std::uint32_t& holder = holder_.at(word);
        if (holder == none) {
          holder = static_cast<std::uint32_t>(n);
          continue;
        }
        std::vector<std::size_t>& others = shared_.try_emplace(word, 1, holder).first->second;
        for (const std::size_t other : others) meet(all_[other], all_[n], word);
        others.push_back(n);
      }
    }
  }

  void meet(const Lying& a, const Lying& b, std::uint32_t word) {
    if (a.tensor != b.tensor) {
      if (!may(a.tensor, b.tensor)) refuse_two(a, b, word);
      return;
    }
    // Pieces of one tensor may share a word, in lanes of their own.
    const Piece& one = piece_of(a);
    const Piece& other = piece_of(b);
    if (one.lane_first + one.lane_count <= other.lane_first ||
        other.lane_first + other.lane_count <= one.lane_first) {
      return;
    }
    const Tensor& tensor = p_.tensors[b.tensor];
    fail(Category::input, place_text(p_, tensor) + "tensor '" + tensor.name +
                              "' puts two elements in one place: word " + std::to_string(word) +
                              " of " + bank_text(b.bank) + chip_text(b));
  }

  bool may(std::uint32_t a, std::uint32_t b) const {
    const auto says = [this](std::uint32_t who, std::uint32_t whom) {
      const std::vector<std::uint32_t>& over = p_.tensors[who].over;
      return std::find(over.begin(), over.end(), whom) != over.end();
    };
    return says(a, b) || says(b, a);
  }

  [[noreturn]] void refuse_two(const Lying& a, const Lying& b, std::uint32_t word) const {
    const Tensor& one = p_.tensors[std::min(a.tensor, b.tensor)];
    const Tensor& other = p_.tensors[std::max(a.tensor, b.tensor)];
    std::string line = one.line == 0 ? "" : " of line " + std::to_string(one.line);
    fail(Category::input, place_text(p_, other) + "tensor '" + other.name + "' lies on tensor '" +
                              one.name + "'" + line + ": both hold word " + std::to_string(word) +
                              " of " + bank_text(b.bank) + chip_text(b) +
                              "; where that is meant, say 'over " + one.name + "' before 'in'");
  }

  std::string chip_text(const Lying& at) const {
    return p_.chips() > 1 ? " of chip " + std::to_string(at.chip) : "";
  }
  const Piece& piece_of(const Lying& at) const { return p_.tensors[at.tensor].pieces[at.piece]; }

  const Program& p_;
  std::vector<Lying> all_;
  std::array<std::uint32_t, words_a_bank> holder_{};          ///< of a word, the first; in all_
  std::map<std::uint32_t, std::vector<std::size_t>> shared_;  ///< all of a word's, where several
};

}  // namespace

void refuse_overlaps(const Program& program) { Overlaps(program).refuse(); }

}  // namespace weft::program::tsp

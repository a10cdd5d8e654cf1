// SPDX-License-Identifier: Apache-2.0
// The mutations: flips, cuts, copies, words, splices, and repetition for deep nesting.
#include "fuzz/mutate.hpp"

#include <algorithm>

namespace weft::fuzz {

namespace {

struct Piece {
  std::size_t begin;
  std::size_t length;
};

Piece any_piece(Random& random, const std::string& text, std::size_t longest) {
  const std::size_t begin = random.below(text.size() + 1);
  const std::size_t most = std::min(longest, text.size() - begin);
  return {begin, random.below(most + 1)};
}

void flip_bits(Random& random, std::string& text) {
  if (text.empty()) return;
  const std::size_t at = random.below(text.size());
  text[at] = static_cast<char>(static_cast<unsigned char>(text[at]) ^ (1U << random.below(8)));
}

void cut(Random& random, std::string& text) {
  const Piece piece = any_piece(random, text, 1 + random.below(200));
  text.erase(piece.begin, piece.length);
}

void copy(Random& random, std::string& text, const std::string& from) {
  const Piece piece = any_piece(random, from, 1 + random.below(400));
  text.insert(random.below(text.size() + 1), from.substr(piece.begin, piece.length));
}

/// One to a few characters, very often: nesting and long tokens.
void repeat(Random& random, std::string& text, const std::vector<std::string>& words) {
  const Piece piece = any_piece(random, text, 6);
  const bool word = random.below(2) == 0 && !words.empty();
  const std::string unit =
      word ? words[random.below(words.size())] : text.substr(piece.begin, piece.length);
  const std::size_t times = std::size_t{1} << random.below(16);
  std::string run;
  for (std::size_t i = 0; i < times; ++i) run += unit;
  text.insert(random.below(text.size() + 1), run);
}

void insert_word(Random& random, std::string& text, const std::vector<std::string>& words) {
  if (words.empty()) return;
  text.insert(random.below(text.size() + 1), words[random.below(words.size())]);
}

void replace_number(Random& random, std::string& text) {
  static const std::vector<std::string> numbers = {"0",
                                                   "-1",
                                                   "255",
                                                   "256",
                                                   "65535",
                                                   "65536",
                                                   "32767",
                                                   "32768",
                                                   "-32768",
                                                   "2147483647",
                                                   "2147483648",
                                                   "4294967296",
                                                   "1e308",
                                                   "nan",
                                                   "9223372036854775807",
                                                   "18446744073709551616"};
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto start = text.begin() + static_cast<std::ptrdiff_t>(random.below(text.size() + 1));
  const auto first = std::find_if(start, text.end(), digit);
  const auto last = std::find_if_not(first, text.end(), digit);
  text.replace(first, last, numbers[random.below(numbers.size())]);
}

}  // namespace

std::uint64_t Random::next() {
  state_ += 0x9e3779b97f4a7c15U;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31U);
}

std::size_t Random::below(std::size_t bound) { return bound == 0 ? 0 : next() % bound; }

std::string make_case(std::uint64_t seed, std::uint64_t number,
                      const std::vector<std::string>& corpus, const std::vector<std::string>& words,
                      std::size_t longest) {
  Random random(Random(seed).next() + number);
  std::string text = corpus[random.below(corpus.size())];
  const std::size_t mutations = 1 + random.below(6);
  for (std::size_t i = 0; i < mutations; ++i) {
    switch (random.below(8)) {
      case 0:
        flip_bits(random, text);
        break;
      case 1:
        cut(random, text);
        break;
      case 2:
        copy(random, text, text);
        break;
      case 3:
        copy(random, text, corpus[random.below(corpus.size())]);
        break;
      case 4:
        repeat(random, text, words);
        break;
      case 5:
        replace_number(random, text);
        break;
      case 6:
        text.resize(random.below(text.size() + 1));
        break;
      default:
        insert_word(random, text, words);
        break;
    }
    if (text.size() > longest) text.resize(longest);
  }
  return text;
}

}  // namespace weft::fuzz

// SPDX-License-Identifier: Apache-2.0
// Tensors between the host's arrays and words of memory.
#include "machine/tsp/arrays.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "machine/tsp/kernels.hpp"

namespace weft::machine::tsp {

namespace form = program::tsp;

namespace {

/// Element of the tensor in lane `lane` of word `word` of a piece.
std::int64_t element_of(const form::Piece& piece, std::uint32_t word, std::uint32_t lane) {
  return piece.first + std::int64_t{word} * piece.word_step + std::int64_t{lane} * piece.lane_step;
}

/// Appends the lanes of a piece whose elements are seen for the first time, run by run.
void add_first_places(const form::Piece& piece, std::uint32_t number,
                      std::vector<std::uint8_t>& seen, std::vector<PieceRun>& out) {
  for (std::uint32_t word = 0; word < piece.words; ++word) {
    if (piece.lane_step == 1) {  // mostly a word's elements follow each other, all of them new
      std::uint8_t* first = seen.data() + element_of(piece, word, 0);
      if (std::memchr(first, 1, piece.lane_count) == nullptr) {
        std::memset(first, 1, piece.lane_count);
        out.push_back({number, word, 1, 0, piece.lane_count});
        continue;
      }
    }
    std::uint32_t begin = 0;
    for (std::uint32_t lane = 0; lane <= piece.lane_count; ++lane) {
      const bool end = lane == piece.lane_count;
      const auto element = end ? 0 : static_cast<std::size_t>(element_of(piece, word, lane));
      if (!end && seen.at(element) == 0) {
        seen[element] = 1;
        continue;
      }
      if (lane > begin) out.push_back({number, word, 1, begin, lane - begin});
      begin = lane + 1;
    }
  }
}

/// Joins runs of the same lanes in words that follow each other.
std::vector<PieceRun> joined(const std::vector<PieceRun>& runs) {
  std::vector<PieceRun> out;
  for (const PieceRun& run : runs) {
    if (!out.empty()) {
      PieceRun& last = out.back();
      if (last.piece == run.piece && last.word + last.words == run.word && last.lane == run.lane &&
          last.lanes == run.lanes) {
        last.words += run.words;
        continue;
      }
    }
    out.push_back(run);
  }
  return out;
}

/// Appends a part, or makes the last one longer.
void append(std::vector<ArrayPart>& parts, std::size_t own, const ArrayPart& part) {
  if (parts.size() > own) {
    ArrayPart& last = parts.back();
    if (last.times == 1 && part.times == 1 && last.offset + last.bytes == part.offset) {
      last.bytes += part.bytes;
      return;
    }
    const bool alike = last.bytes == part.bytes && last.step_bytes == part.step_bytes;
    const std::int64_t next = static_cast<std::int64_t>(last.offset) +
                              static_cast<std::int64_t>(last.times) * last.step_bytes;
    if (last.times > 1 && alike && next == static_cast<std::int64_t>(part.offset)) {
      last.times += part.times;
      return;
    }
  }
  parts.push_back(part);
}

/// Parts of a run: of whole elements, or of byte `byte` of each.
void add_parts(const form::Tensor& tensor, const PieceRun& run, std::uint32_t byte, bool whole,
               std::vector<ArrayPart>& parts) {
  const form::Piece& piece = tensor.pieces[run.piece];
  const std::uint64_t width = numerics::width_of(tensor.type);
  const std::uint64_t bytes = whole ? width : 1;
  const std::int64_t step = piece.lane_step * static_cast<std::int64_t>(width);
  const bool dense = step == static_cast<std::int64_t>(bytes);
  const std::size_t own = parts.size();
  for (std::uint32_t w = 0; w < run.words; ++w) {
    const auto first = static_cast<std::uint64_t>(element_of(piece, run.word + w, run.lane));
    const std::uint64_t offset = first * width + byte;
    if (dense) {
      append(parts, own, {offset, bytes * run.lanes, 1, 0});
    } else if (run.lanes == 1) {
      append(parts, own, {offset, bytes, 1, 0});
    } else {
      append(parts, own, {offset, bytes, run.lanes, step});
    }
  }
}

/// A run's words in one byte plane, between the host and memory.
class Words {
 public:
  Words(const form::Piece& piece, const PieceRun& run, std::uint32_t byte, const Part& part)
      : part_(part),
        piece_(piece),
        run_(run),
        bank_(bank_number(piece.hemisphere, piece.slices.at(byte), piece.bank)),
        walk_{piece.address, form::none, piece.stride, 0, run.word},
        device_("tsp_host_words", run.words * vector_bytes) {}

  std::byte* at(std::uint32_t word) {
    return host_.data() + word * vector_bytes + piece_.lane_first + run_.lane;
  }
  void clear() { host_.assign(run_.words * vector_bytes, std::byte{0}); }
  void read() {
    read_words(part_.memory.view(), bank_, walk_, run_.words, device_.data());
    host_ = to_host(device_.data(), run_.words * vector_bytes);
  }
  void write(ChipMemory& memory) {
    to_device(host_, device_.data());
    write_words(memory.view(), bank_, walk_, run_.words, device_.data());
    fence();
    if (memory.faults.empty()) return;
    for (std::uint32_t w = 0; w < run_.words; ++w) {
      memory.faults.erase({bank_, static_cast<std::uint32_t>(walk_.at(w))});
    }
  }
  void correct() {
    for (std::uint32_t w = 0; w < run_.words && !part_.memory.faults.empty(); ++w) {
      const auto address = static_cast<std::uint32_t>(walk_.at(w));
      const auto found = part_.memory.faults.find({bank_, address});
      if (found != part_.memory.faults.end()) correct(w, address, found->second);
    }
  }

 private:
  void correct(std::uint32_t word, std::uint32_t address, const FlippedBits& bits) {
    std::map<std::uint32_t, std::uint32_t> of_superlane;
    for (const std::uint16_t bit : bits) {
      if (++of_superlane[bit / bits_a_superlane] > 1) {
        fail(Category::program,
             "chip " + std::to_string(part_.chip) + ": word " + std::to_string(address) +
                 " of bank " + std::to_string(piece_.bank) + " has two flipped bits in superlane " +
                 std::to_string(bit / bits_a_superlane));
      }
      host_[word * vector_bytes + bit / 8] ^= std::byte{1} << bit % 8;
    }
  }

  const Part& part_;
  const form::Piece& piece_;
  const PieceRun& run_;
  std::uint32_t bank_;
  Walk walk_;
  DeviceArray<std::byte> device_;
  std::vector<std::byte> host_;
};

/// The part that a piece lies in, of a list that is const or not.
auto& part_of(auto& parts, const form::Piece& piece) {
  return *std::find_if(parts.begin(), parts.end(),
                       [&](const Part& part) { return part.chip == piece.chip; });
}

/// body(run, byte, source of its value in lane 0 of word 0, from value to value): of every byte
/// plane of every run of the slice.
template <typename Body>
void each_plane(const Placed& placed, const std::vector<PieceRun>& runs, const Body& body) {
  const std::uint64_t width = numerics::width_of(placed.tensor->type);
  std::uint64_t at = 0;
  for (const PieceRun& run : runs) {
    const auto here = planes_here(*placed.tensor, placed.tensor->pieces[run.piece], placed.tiles);
    const std::uint64_t values = std::uint64_t{run.words} * run.lanes;
    for (const std::uint32_t byte : here) {
      const bool whole = here.size() == width;
      body(run, byte, whole ? at + byte : at, whole ? width : 1);
      if (!whole) at += values;
    }
    if (here.size() == width) at += values * width;
  }
}

void clear_words(const Placed& placed, std::vector<Part>& parts) {
  each_plane(placed, placed.written,
             [&](const PieceRun& run, std::uint32_t byte, std::uint64_t, std::uint64_t) {
               const form::Piece& piece = placed.tensor->pieces[run.piece];
               if (run.lanes == form::lanes) return;
               Part& part = part_of(parts, piece);
               Words words(piece, run, byte, part);
               words.clear();
               words.write(part.memory);
             });
}

}  // namespace

std::vector<std::uint32_t> planes_here(const form::Tensor& tensor, const form::Piece& piece,
                                       const Rectangle& stops) {
  std::vector<std::uint32_t> out;
  for (std::uint32_t byte = 0; byte < numerics::width_of(tensor.type); ++byte) {
    const std::uint32_t stop = form::stop_of_slice(piece.hemisphere, piece.slices.at(byte));
    if (stops.contains(stop, piece.chip)) out.push_back(byte);
  }
  return out;
}

Placed place(const form::Tensor& tensor, const Rectangle& tiles) {
  Placed out;
  out.tensor = &tensor;
  out.tiles = tiles;
  std::vector<std::uint8_t> seen(tensor.elements());
  for (std::uint32_t p = 0; p < tensor.pieces.size(); ++p) {
    const form::Piece& piece = tensor.pieces[p];
    if (piece.words == 0 || piece.lane_count == 0) continue;
    std::vector<PieceRun> first;
    add_first_places(piece, p, seen, first);
    if (planes_here(tensor, piece, tiles).empty()) continue;
    out.written.push_back({p, 0, piece.words, 0, piece.lane_count});
    out.read.insert(out.read.end(), first.begin(), first.end());
  }
  out.read = joined(out.read);
  const auto missing = std::find(seen.begin(), seen.end(), 0);
  if (missing != seen.end()) {
    fail(Category::input, "tensor '" + tensor.name + "': element " +
                              std::to_string(missing - seen.begin()) + " lies in no piece");
  }
  return out;
}

std::vector<ArrayPart> parts_of(const Placed& placed, const std::vector<PieceRun>& runs) {
  std::vector<ArrayPart> parts;
  const std::size_t width = numerics::width_of(placed.tensor->type);
  for (const PieceRun& run : runs) {
    const auto here = planes_here(*placed.tensor, placed.tensor->pieces[run.piece], placed.tiles);
    if (here.size() == width) {
      add_parts(*placed.tensor, run, 0, true, parts);
      continue;
    }
    for (const std::uint32_t byte : here) add_parts(*placed.tensor, run, byte, false, parts);
  }
  return parts;
}

void write_parts(const Placed& placed, std::span<const std::byte> data, std::vector<Part>& parts) {
  clear_words(placed, parts);
  each_plane(placed, placed.written,
             [&](const PieceRun& run, std::uint32_t byte, std::uint64_t from, std::uint64_t step) {
               const form::Piece& piece = placed.tensor->pieces[run.piece];
               Part& part = part_of(parts, piece);
               Words words(piece, run, byte, part);
               if (run.lanes == form::lanes) {
                 words.clear();
               } else {
                 words.read();
               }
               for (std::uint32_t w = 0; w < run.words; ++w) {
                 std::byte* to = words.at(w);
                 for (std::uint32_t l = 0; l < run.lanes; ++l, from += step) to[l] = data[from];
               }
               words.write(part.memory);
             });
}

void write_whole(const Placed& placed, std::span<const std::byte> bytes, std::vector<Part>& parts) {
  std::vector<std::byte> mine;
  for (const ArrayPart& part : parts_of(placed, placed.written)) {
    for (std::uint64_t time = 0; time < part.times; ++time) {
      const std::int64_t at = static_cast<std::int64_t>(part.offset) +
                              static_cast<std::int64_t>(time) * part.step_bytes;
      const auto from = bytes.begin() + at;
      mine.insert(mine.end(), from, from + static_cast<std::ptrdiff_t>(part.bytes));
    }
  }
  write_parts(placed, mine, parts);
}

std::vector<std::byte> read_parts(const Placed& placed, const std::vector<Part>& parts) {
  std::vector<std::byte> data;
  each_plane(placed, placed.read,
             [&](const PieceRun& run, std::uint32_t byte, std::uint64_t to, std::uint64_t step) {
               const std::uint64_t values = std::uint64_t{run.words} * run.lanes;
               data.resize(std::max<std::uint64_t>(data.size(), to + (values - 1) * step + 1));
               const form::Piece& piece = placed.tensor->pieces[run.piece];
               Words words(piece, run, byte, part_of(parts, piece));
               words.read();
               words.correct();
               for (std::uint32_t w = 0; w < run.words; ++w) {
                 const std::byte* from = words.at(w);
                 for (std::uint32_t l = 0; l < run.lanes; ++l, to += step) data[to] = from[l];
               }
             });
  return data;
}

void flip_bit(const Placed& placed, std::uint64_t element, std::uint32_t bit,
              std::vector<Part>& parts) {
  const form::Tensor& tensor = *placed.tensor;
  if (element >= tensor.elements() || bit >= bits_a_lane * numerics::width_of(tensor.type)) {
    fail(Category::input, "array '" + tensor.name + "' has no bit " + std::to_string(bit) +
                              " of element " + std::to_string(element));
  }
  for (const PieceRun& run : placed.read) {
    const form::Piece& piece = tensor.pieces[run.piece];
    for (std::uint32_t at = 0; at < run.words * run.lanes; ++at) {
      const std::uint32_t word = run.word + at / run.lanes;
      const std::uint32_t lane = run.lane + at % run.lanes;
      if (static_cast<std::uint64_t>(element_of(piece, word, lane)) != element) continue;
      const auto here = planes_here(tensor, piece, placed.tiles);
      const std::uint32_t byte = bit / bits_a_lane;
      if (std::find(here.begin(), here.end(), byte) == here.end()) return;
      part_of(parts, piece)
          .memory.flip(bank_number(piece.hemisphere, piece.slices.at(byte), piece.bank),
                       static_cast<std::uint32_t>(
                           Walk{piece.address, form::none, piece.stride, 0, 0}.at(word)),
                       (piece.lane_first + lane) * bits_a_lane + bit % bits_a_lane);
      return;
    }
  }
}

}  // namespace weft::machine::tsp

// SPDX-License-Identifier: Apache-2.0
// Lifetimes of matrices, and what HBM has no room for.
#include "program/rdu_pattern_place.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "base/counted.hpp"
#include "base/error.hpp"

namespace weft::program::rdu {

namespace {

using Role = Matrix::Role;
using Group = std::vector<Matrix*>;  ///< of one memory

bool at_once(const Matrix& a, const Matrix& b) { return a.first <= b.last && b.first <= a.last; }

std::uint64_t end_of(const Matrix& of) { return of.offset_bytes + of.bytes; }

std::uint64_t kept_bytes(const Group& group) {
  std::uint64_t sum = 0;
  for (const Matrix* of : group) sum += of->role == Role::passed ? 0 : of->bytes;
  return sum;
}

/// Lowest places for what is passed, in the order of the list.
void place(const Group& group) {
  Group placed;
  for (Matrix* mine : group) {
    if (mine->role != Role::passed) continue;
    mine->offset_bytes = 0;
    for (bool moved = true; moved;) {
      moved = false;
      for (const Matrix* other : placed) {
        const bool overlap =
            other->offset_bytes < end_of(*mine) && mine->offset_bytes < end_of(*other);
        if (!at_once(*mine, *other) || !overlap) continue;
        mine->offset_bytes = end_of(*other);
        moved = true;
      }
    }
    placed.push_back(mine);
  }
}

/// The first that has no room, of what is passed; where what is kept alone has none, the first of
/// that. nullptr: all fit.
const Matrix* without_room(const Group& group, std::uint64_t capacity) {
  const std::uint64_t kept = kept_bytes(group);
  for (const Matrix* of : group) {
    const bool passed = of->role == Role::passed;
    if (passed ? kept + end_of(*of) > capacity : kept > capacity) return of;
  }
  return nullptr;
}

/// Less: it goes first.
auto order_of(const Matrix& of, std::size_t number) {
  const std::uint64_t life = of.role == Role::passed ? of.last - of.first : none;
  return std::tuple(of.role == Role::given, of.moved_bytes, ~of.bytes, ~life, ~number);
}

class Spill {
 public:
  Spill(Group all, std::uint64_t capacity) : all_(std::move(all)), capacity_(capacity) {}

  void choose() {
    for (;;) {
      const Group here = in_hbm();
      place(here);
      const Matrix* over = without_room(here, capacity_);
      if (over == nullptr) break;
      all_[first_to_go(*over)]->spilled = true;
    }
    bring_back();
    place(in_hbm());
  }

 private:
  Group in_hbm() const {
    Group out;
    for (Matrix* of : all_) {
      if (!of->spilled) out.push_back(of);
    }
    return out;
  }

  /// Of those that lie there at the same time.
  std::size_t first_to_go(const Matrix& over) const {
    std::size_t chosen = all_.size();
    for (std::size_t m = 0; m < all_.size(); ++m) {
      const Matrix& of = *all_[m];
      const bool both_passed = of.role == Role::passed && over.role == Role::passed;
      if (of.spilled || (both_passed && !at_once(of, over))) continue;
      if (chosen == all_.size() || order_of(of, m) < order_of(*all_[chosen], chosen)) chosen = m;
    }
    return chosen;
  }

  void bring_back() {
    std::vector<std::size_t> out;
    for (std::size_t m = 0; m < all_.size(); ++m) {
      if (all_[m]->spilled) out.push_back(m);
    }
    std::sort(out.begin(), out.end(), [&](std::size_t a, std::size_t b) {
      return order_of(*all_[b], b) < order_of(*all_[a], a);
    });
    for (const std::size_t m : out) {
      all_[m]->spilled = false;
      const Group here = in_hbm();
      place(here);
      all_[m]->spilled = without_room(here, capacity_) != nullptr;
    }
  }

  Group all_;
  std::uint64_t capacity_;
};

Group group_of(std::vector<Matrix>& matrices, std::uint32_t chip, bool spilled) {
  Group out;
  for (Matrix& of : matrices) {
    if (of.chip == chip && of.spilled == spilled) out.push_back(&of);
  }
  return out;
}

/// What goes to DRAM when all of it is at its fullest, and who has most of that.
void require_room(const Group& group, std::uint32_t chip, const char* memory,
                  std::uint64_t capacity) {
  std::uint64_t end = 0;
  for (const Matrix* of : group) {
    if (of->role == Role::passed) end = std::max(end, end_of(*of));
  }
  end += kept_bytes(group);
  const auto text = [&](const std::string& has) {
    std::vector<std::pair<std::uint64_t, std::string>> users;
    for (const Matrix* of : group) users.emplace_back(of->bytes, of->name);
    return "patterns: chip " + std::to_string(chip) + has + ", matrices ask for " +
           std::to_string(end) + "; the largest users:" + largest_of(std::move(users));
  };
  if (capacity > 0 && end > capacity) {
    fail(Category::input, text(" has " + counted(capacity, "byte") + " of " + memory));
  }
  if (end > address_reach_bytes) {
    fail(Category::unsupported,
         "Unsupported: " + text("'s addresses reach 2^32 bytes of " + std::string(memory)));
  }
}

}  // namespace

void place_matrices(std::vector<Matrix>& matrices, const Timing& timing, bool hbm) {
  std::set<std::uint32_t> chips;
  for (Matrix& of : matrices) {
    of.spilled = false;
    chips.insert(of.chip);
  }
  for (const std::uint32_t chip : chips) {
    const Group all = group_of(matrices, chip, false);
    if (!hbm || timing.hbm->capacity_bytes == 0) {
      place(all);
    } else {
      Spill(all, timing.hbm->capacity_bytes).choose();
    }
    const Group far = group_of(matrices, chip, true);
    place(far);
    if (hbm) {
      require_room(group_of(matrices, chip, false), chip, "HBM", timing.hbm->capacity_bytes);
      require_room(far, chip, "DRAM", timing.dram.capacity_bytes);
    } else {
      require_room(all, chip, "DRAM", timing.dram.capacity_bytes);
    }
  }
}

std::uint64_t passed_bytes(const std::vector<Matrix>& matrices, std::uint32_t chip, bool spilled) {
  std::uint64_t end = 0;
  for (const Matrix& of : matrices) {
    const bool here = of.chip == chip && of.spilled == spilled && of.role == Role::passed;
    if (here) end = std::max(end, end_of(of));
  }
  return end;
}

}  // namespace weft::program::rdu

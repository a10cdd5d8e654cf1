// SPDX-License-Identifier: Apache-2.0
// Program and slice in, state out.
#include "machine/tsp/build.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/release.hpp"
#include "machine/tsp/tsp.hpp"

namespace weft::machine::tsp {

namespace form = program::tsp;

namespace {

form::Program valid(form::Program program) {
  form::validate(program);
  return program;
}

void check_region(const form::Program& program, const Slice& slice) {
  const Rectangle& region = slice.region;
  if (region.x0 == 0 && region.y0 == 0 && region.width == form::stops &&
      region.height == program.chips()) {
    return;
  }
  fail(Category::input, "the program is for " + counted(program.chips(), "chip") + " of " +
                            counted(form::stops, "stop") + ", the region has " +
                            std::to_string(region.height) + " of " + std::to_string(region.width));
}

bool is_memory(form::Opcode opcode) {
  return opcode >= form::Opcode::read && opcode <= form::Opcode::scatter;
}

void want_instructions(Pages& pages, const form::Schedule& schedule, const Rectangle& stops) {
  for (const form::Instruction& i : schedule.instructions) {
    if (!is_memory(i.opcode)) continue;
    const std::uint32_t stop = form::stop_of(form::queue_of(i.queue));
    if (stop < stops.x0 || stop >= stops.x1()) continue;
    if (i.opcode == form::Opcode::gather || i.opcode == form::Opcode::scatter) {
      pages.want_all(bank_of(i));
    } else {
      pages.want(bank_of(i), walk_of(i, 0), i.count);
    }
  }
}

void want_tensors(Pages& pages, const form::Program& program, std::uint32_t chip,
                  const Rectangle& stops) {
  for (const form::Tensor& tensor : program.tensors) {
    for (const form::Piece& piece : tensor.pieces) {
      if (piece.chip != chip || piece.words == 0) continue;
      for (const std::uint32_t byte : planes_here(tensor, piece, stops)) {
        const Walk walk{piece.address, form::none, piece.stride, 0, 0};
        pages.want(bank_number(piece.hemisphere, piece.slices.at(byte), piece.bank), walk,
                   piece.words);
      }
    }
  }
}

Plane make_plane(std::uint32_t accumulator_rows) {
  return {
      DeviceArray<std::byte>("tsp_weights", array_bytes),
      DeviceArray<std::byte>("tsp_accumulators", std::size_t{accumulator_rows} * 4 * vector_bytes)};
}

void put_maps(Part& part, const form::Schedule& schedule) {
  std::vector<std::uint16_t> all;
  for (const form::LaneMap& map : schedule.maps) {
    part.maps_from.push_back(all.size());
    all.insert(all.end(), map.begin(), map.end());
  }
  part.maps = device_array<std::uint16_t>("tsp_maps", all);
}

}  // namespace

Pages pages_of(const form::Program& program, std::uint32_t chip, const Rectangle& stops) {
  Pages pages;
  const std::uint32_t schedule = program.schedule_of_chip.at(chip);
  if (schedule != form::none) want_instructions(pages, program.schedules.at(schedule), stops);
  want_tensors(pages, program, chip, stops);
  return pages;
}

std::set<std::uint32_t> planes_of(const form::Program& program, std::uint32_t chip,
                                  const Rectangle& stops) {
  std::set<std::uint32_t> planes;
  const std::uint32_t schedule = program.schedule_of_chip.at(chip);
  if (schedule == form::none) return planes;
  for (const form::Instruction& i : program.schedules.at(schedule).instructions) {
    const form::Queue queue = form::queue_of(i.queue);
    const std::uint32_t stop = form::stop_of(queue);
    if (queue.unit == form::Unit::mxm && stop >= stops.x0 && stop < stops.x1()) planes.insert(stop);
  }
  return planes;
}

Tsp::Tsp(Constants constants, form::Program program, const Slice& slice)
    : constants_(std::move(constants)), program_(valid(std::move(program))), slice_(slice) {
  check_region(program_, slice_);
  checked_ = form::check(program_, constants_.timing, constants_.cables);
  form::require_sound(program_, checked_);
  build();
}

Tsp::Tsp(Constants constants, form::Program program, form::Checked checked, const Slice& slice)
    : constants_(std::move(constants)),
      program_(valid(std::move(program))),
      checked_(std::move(checked)),
      slice_(slice) {
  check_region(program_, slice_);
  build();
}

void Tsp::build() {
  flows_.reserve(program_.schedules.size());
  for (std::size_t s = 0; s < program_.schedules.size(); ++s) {
    flows_.emplace_back(program_.schedules[s], checked_.schedules.at(s), constants_.timing);
    std::vector<std::vector<Progression>> runs(form::stops);
    for (const form::Instruction& i : program_.schedules[s].instructions) {
      const std::uint32_t stop = form::stop_of(form::queue_of(i.queue));
      runs[stop].push_back({i.cycle, i.count, i.interval_cycles});
    }
    for (auto& of_stop : runs) busy_.push_back(busy_cycles(std::move(of_stop)));
  }
  for (std::uint32_t chip = slice_.tiles.y0; chip < slice_.tiles.y1(); ++chip) add_part(chip);
  neighbours_.resize(slice_.neighbours.size());
  if (carries_data()) {
    add_borders();
    add_deliveries();
  }
  for (const form::Tensor& tensor : program_.tensors) {
    Placed where = place(tensor, slice_.tiles);
    if (tensor.role != form::Tensor::Role::constant) {
      placed_.emplace(tensor.name, std::move(where));
      continue;
    }
    if (!carries_data()) continue;
    const std::size_t bytes = tensor.elements() * numerics::width_of(tensor.type);
    write_whole(where, std::span(program_.bytes).subspan(tensor.bytes_first, bytes), parts_);
  }
  weft::release(program_.bytes);  // memory has them now
}

void Tsp::add_part(std::uint32_t chip) {
  Part part;
  part.chip = chip;
  const std::uint32_t begin = slice_.tiles.x0;
  const std::uint32_t end = slice_.tiles.x1();
  const std::uint32_t schedule = program_.schedule_of_chip.at(chip);
  if (schedule != form::none) {
    part.flow = &flows_[schedule];
    for (const Part& other : parts_) {  // chips that run the same share what is known of it
      if (other.flow == part.flow) part.plan = other.plan;
    }
    if (!part.plan)
      part.plan = std::make_shared<const Plan>(*part.flow, begin, end, carries_data());
    for (std::size_t side = 0; side < 2; ++side) {
      part.given[side].assign(part.plan->leaving[side].size(), 0);
    }
  }
  if (carries_data()) {
    part.memory = ChipMemory(pages_of(program_, chip, slice_.tiles));
    if (part.flow != nullptr) put_maps(part, part.flow->schedule());
    for (const std::uint32_t stop : planes_of(program_, chip, slice_.tiles)) {
      part.planes[stop] = make_plane(constants_.timing.mxm_accumulator_rows);
    }
  }
  parts_.push_back(std::move(part));
}

void Tsp::add_borders() {
  for (std::size_t p = 0; p < parts_.size(); ++p) {
    if (parts_[p].flow == nullptr) continue;
    const std::uint32_t chip = parts_[p].chip;
    for (std::size_t n = 0; n < neighbours_.size(); ++n) {
      const Rectangle& there = slice_.neighbours[n].tiles;
      if (slice_.tiles.x0 > 0 && there.contains(slice_.tiles.x0 - 1, chip)) {
        neighbours_[n].borders.push_back({p, static_cast<std::size_t>(form::Direction::west)});
      }
      if (there.contains(slice_.tiles.x1(), chip)) {
        neighbours_[n].borders.push_back({p, static_cast<std::size_t>(form::Direction::east)});
      }
    }
  }
}

Relation relation_of(const Constants& constants, const form::Program& program,
                     const Rectangle& region, std::span<const Rectangle> slices) {
  std::vector<TileLink> links;
  const auto both_ways = [&](std::uint32_t a, std::uint32_t b, Cycle latency_cycles) {
    links.push_back({a, b, latency_cycles});
    links.push_back({b, a, latency_cycles});
  };
  const auto runs = [&](std::uint32_t chip) {
    return chip < program.chips() && chip < region.height &&
           program.schedule_of_chip[chip] != form::none && !program.timing_only;
  };
  for (std::uint32_t chip = 0; chip < program.chips(); ++chip) {
    for (std::uint32_t stop = 0; runs(chip) && stop + 1 < region.width; ++stop) {
      both_ways(chip * region.width + stop, chip * region.width + stop + 1, 1);
    }
  }
  for (const form::Cable& cable : constants.cables) {
    if (!runs(cable.a) || !runs(cable.b)) continue;
    both_ways(cable.a * region.width + stop_of(form::queue_of_link(cable.a_link)),
              cable.b * region.width + stop_of(form::queue_of_link(cable.b_link)),
              constants.timing.link_least_cycles);
  }
  return along_links(region, slices, links);
}

}  // namespace weft::machine::tsp

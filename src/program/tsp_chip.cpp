// SPDX-License-Identifier: Apache-2.0
// Numbers, names and stops of a TSP's queues.
#include "program/tsp_chip.hpp"

#include <array>
#include <charconv>

namespace weft::program::tsp {
namespace {

// Queues of a hemisphere, from the outer edge inwards; the east is numbered from the VXM outwards.
constexpr std::uint32_t mxm_parts = 3;
constexpr std::uint32_t mxm_queues = planes_a_hemisphere * mxm_parts;
constexpr std::uint32_t sxm_and_links = sxm_units + links_a_hemisphere;
constexpr std::uint32_t hemisphere_queues = mxm_queues + sxm_and_links + slices_a_hemisphere;
constexpr std::uint32_t first_alu = hemisphere_queues;
constexpr std::uint32_t first_east = first_alu + alus;
static_assert(2 * hemisphere_queues + alus == queues);

constexpr std::uint32_t west_sxm_stop = planes_a_hemisphere;
constexpr std::uint32_t east_sxm_stop = stops - 1 - planes_a_hemisphere;

constexpr std::array<std::string_view, mxm_parts> mxm_names = {"weights", "activations", "results"};
constexpr std::array<std::string_view, sxm_units> sxm_names = {
    "transpose0", "transpose1", "shift", "permute", "distribute", "rotate"};

/// Place in a hemisphere, counted from its outer edge; MXM queues, SXM, C2C, MEM.
std::uint32_t from_edge(const Queue& queue) {
  switch (queue.unit) {
    case Unit::mxm:
      return (planes_a_hemisphere - 1 - queue.index) * mxm_parts + queue.part;
    case Unit::sxm:
      return mxm_queues + queue.part;
    case Unit::c2c:
      return mxm_queues + sxm_units + queue.index;
    default:
      return mxm_queues + sxm_and_links + slices_a_hemisphere - 1 - queue.index;
  }
}

Queue at_edge(std::uint32_t place, Hemisphere hemisphere) {
  const auto small = [](std::uint32_t value) { return static_cast<std::uint8_t>(value); };
  if (place < mxm_queues) {
    const std::uint32_t plane = planes_a_hemisphere - 1 - place / mxm_parts;
    return {Unit::mxm, hemisphere, small(plane), small(place % mxm_parts)};
  }
  place -= mxm_queues;
  if (place < sxm_units) return {Unit::sxm, hemisphere, 0, small(place)};
  place -= sxm_units;
  if (place < links_a_hemisphere) return {Unit::c2c, hemisphere, small(place), 0};
  place -= links_a_hemisphere;
  return {Unit::mem, hemisphere, small(slices_a_hemisphere - 1 - place), 0};
}

/// In the east, units are mirrored and the queues of a unit keep their order: by stop, then so.
std::uint32_t mirrored(std::uint32_t place) {
  if (place < mxm_queues) {
    const std::uint32_t plane_from_edge = place / mxm_parts;
    return hemisphere_queues - (plane_from_edge + 1) * mxm_parts + place % mxm_parts;
  }
  if (place < mxm_queues + sxm_and_links) {
    return slices_a_hemisphere + (place - mxm_queues);
  }
  return hemisphere_queues - 1 - place;  // slice 0 first
}

std::uint32_t unmirrored(std::uint32_t place) {
  if (place < slices_a_hemisphere) return hemisphere_queues - 1 - place;
  if (place < slices_a_hemisphere + sxm_and_links) return place - slices_a_hemisphere + mxm_queues;
  const std::uint32_t from_sxm = place - slices_a_hemisphere - sxm_and_links;
  const std::uint32_t plane_from_edge = planes_a_hemisphere - 1 - from_sxm / mxm_parts;
  return plane_from_edge * mxm_parts + from_sxm % mxm_parts;
}

std::string side(Hemisphere hemisphere) { return hemisphere == Hemisphere::west ? "w" : "e"; }

}  // namespace

std::uint32_t number_of(const Queue& queue) {
  if (queue.unit == Unit::vxm) return first_alu + queue.index;
  const std::uint32_t place = from_edge(queue);
  return queue.hemisphere == Hemisphere::west ? place : first_east + mirrored(place);
}

Queue queue_of(std::uint32_t number) {
  if (number < first_alu) return at_edge(number, Hemisphere::west);
  if (number < first_east) {
    return {Unit::vxm, Hemisphere::west, static_cast<std::uint8_t>(number - first_alu), 0};
  }
  return at_edge(unmirrored(number - first_east), Hemisphere::east);
}

std::string name_of(const Queue& queue) {
  const std::string number = std::to_string(queue.index);
  switch (queue.unit) {
    case Unit::vxm:
      return "vxm." + number;
    case Unit::mem:
      return "mem." + side(queue.hemisphere) + number;
    case Unit::c2c:
      return "c2c." + side(queue.hemisphere) + number;
    case Unit::sxm:
      return "sxm." + side(queue.hemisphere) + "." + std::string(sxm_names.at(queue.part));
    case Unit::mxm:
      break;
  }
  return "mxm." + side(queue.hemisphere) + number + "." + std::string(mxm_names.at(queue.part));
}

std::optional<Queue> find_queue(std::string_view name) {
  for (std::uint32_t number = 0; number < queues; ++number) {
    const Queue queue = queue_of(number);
    if (name_of(queue) == name) return queue;
  }
  return {};
}

std::uint32_t stop_of_slice(Hemisphere hemisphere, std::uint32_t slice) {
  const std::uint32_t group = slice / slices_a_group;
  return hemisphere == Hemisphere::west ? vxm_stop - 1 - group : vxm_stop + 1 + group;
}

std::uint32_t stop_of(const Queue& queue) {
  const bool west = queue.hemisphere == Hemisphere::west;
  switch (queue.unit) {
    case Unit::vxm:
      return vxm_stop;
    case Unit::mem:
      return stop_of_slice(queue.hemisphere, queue.index);
    case Unit::mxm:
      return west ? west_sxm_stop - 1 - queue.index : east_sxm_stop + 1 + queue.index;
    default:
      return west ? west_sxm_stop : east_sxm_stop;
  }
}

std::string stop_name(std::uint32_t stop) {
  if (stop == vxm_stop) return "VXM";
  const bool west = stop < vxm_stop;
  const std::uint32_t from_vxm = west ? vxm_stop - stop : stop - vxm_stop;
  const std::string letter = west ? "w" : "e";
  constexpr std::uint32_t groups = slices_a_hemisphere / slices_a_group;
  if (from_vxm <= groups) {
    const std::uint32_t first = (from_vxm - 1) * slices_a_group;
    return "MEM " + letter + std::to_string(first) + ".." +
           std::to_string(first + slices_a_group - 1);
  }
  if (from_vxm == groups + 1) return "SXM " + letter;
  return "MXM " + letter + std::to_string(from_vxm - groups - 2);
}

}  // namespace weft::program::tsp

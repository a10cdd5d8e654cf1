// SPDX-License-Identifier: Apache-2.0
// Failures of weft as the exceptions that Poplar's users know.
#include "hosts/poplar/api/translate.hpp"

#include <poplar/exceptions.hpp>

#include "frontends/poplar/lower.hpp"
#include "hosts/poplar/api/job_side.hpp"

namespace poplar::core {
namespace {

using weft::frontends::poplar::Complaint;
using weft::frontends::poplar::GraphError;

[[noreturn]] void throw_complaint(const GraphError& error) {
  switch (error.complaint()) {
    case Complaint::tile_mapping:
    case Complaint::invalid_tile:
      throw invalid_tile_mapping(error.what());
    case Complaint::unconnected:
      throw graph_connection_error(error.what());
    case Complaint::overlap:
      throw graph_cycle_error(error.what());
    case Complaint::memory:
      throw graph_memory_allocation_error(error.what());
    case Complaint::alias:
      throw control_program_error(error.what());
    case Complaint::type:
      throw type_error(error.what());
    case Complaint::other:
      break;
  }
  throw poplar_error(error.what());
}

}  // namespace

void throw_translated(const weft::Error& error) {
  if (auto* job = weft::hosts::poplar::job_side()) job->failed(error);
  if (const auto* complaint = dynamic_cast<const GraphError*>(&error)) {
    throw_complaint(*complaint);
  }
  switch (error.category()) {
    case weft::Category::program:
    case weft::Category::check:
      throw application_runtime_error(error.what());
    case weft::Category::deadlock:
    case weft::Category::limit:
    case weft::Category::interrupted:
      throw runtime_error(error.what());
    case weft::Category::system:
      throw system_runtime_error(error.what());
    case weft::Category::input:
    case weft::Category::unsupported:
    case weft::Category::internal:
      break;
  }
  throw poplar_error(error.what());
}

}  // namespace poplar::core

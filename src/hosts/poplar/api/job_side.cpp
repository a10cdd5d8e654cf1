// SPDX-License-Identifier: Apache-2.0
// The job of this process, if one runs the program.
#include "hosts/poplar/api/job_side.hpp"

#include <filesystem>

namespace weft::hosts::poplar {
namespace {

JobSide* side_of_process = nullptr;

}  // namespace

JobSide* job_side() { return side_of_process; }
void set_job_side(JobSide* side) { side_of_process = side; }

std::string find_codelets(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  if (side_of_process == nullptr || fs::path(path).is_absolute() || fs::exists(path, ignored)) {
    return path;
  }
  const fs::path beside = fs::path(side_of_process->codelet_folder()) / path;
  return fs::exists(beside, ignored) ? beside.lexically_normal().string() : path;
}

}  // namespace weft::hosts::poplar

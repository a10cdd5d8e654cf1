// SPDX-License-Identifier: Apache-2.0
// Reading an ONNX model, folding and shaping it, beside reading its bytes; and advice about it.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "advice/advise.hpp"
#include "advice/page.hpp"
#include "advice/text.hpp"
#include "base/error.hpp"
#include "base/number_text.hpp"
#include "base/process_memory.hpp"
#include "cli/bench/groups.hpp"
#include "cli/bench/onnx_decoder.hpp"
#include "cli/bench/onnx_resnet.hpp"
#include "cli/compile/folder.hpp"
#include "comm/communicator.hpp"
#include "frontends/onnx/import.hpp"
#include "graph/passes.hpp"
#include "machine/machine.hpp"
#include "machine/typical.hpp"

namespace weft::cli::bench {
namespace {

namespace fs = std::filesystem;

void read_bytes(const std::string& path) {
  std::vector<char> buffer(std::size_t{1} << 20U);
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) fail(Category::input, path + ": cannot be read");
  while (::read(file, buffer.data(), buffer.size()) > 0) {
  }
  ::close(file);
}

/// The least of a few tries, in processor seconds.
template <typename Body>
double least_seconds(const Body& body) {
  double least = std::numeric_limits<double>::infinity();
  for (int i = 0; i < 5; ++i) {
    const double start = cpu_seconds();
    body();
    least = std::min(least, cpu_seconds() - start);
  }
  return std::max(least, 1e-6);
}

Row reading(const std::string& path) {
  const double ours = least_seconds([&] {
    graph::Graph model = onnx::import_model(path);
    simplify(model);
  });
  const std::string data = path + ".data";
  const double bytes = least_seconds([&] {
    read_bytes(path);
    if (fs::exists(data)) read_bytes(data);
  });
  return {"read and shape " + fs::path(path).stem().string(), ours * 1e3, "ms",
          "the time to read its bytes (at most 3 is wanted)", ours / bytes};
}

/// What advice about a model is wanted to take.
struct Wanted {
  double seconds = 0;
  double megabytes = 0;
};

/// Advice about a model for one machine of each kind, tables and topologies read before.
std::vector<Row> advising(const std::string& path, const Wanted& wanted) {
  const advice::Tables tables = advice::load_tables();
  std::vector<advice::Target> targets;
  for (const std::string& name : machine::typical_topologies()) {
    targets.push_back(
        {name, std::make_shared<const topology::Topology>(machine::load_topology(name))});
  }
  const std::string name = fs::path(path).stem().string();
  release_freed_memory();
  const auto before = static_cast<double>(resident_bytes());
  double most = 0;
  const double seconds = least_seconds([&] {
    const graph::SourceModel model = onnx::list_model(path);
    const advice::Report report = advice::advise(tables, model, targets, {});
    (void)advice::report_text(report, tables);
    (void)advice::page_of(report, tables);
    most = std::max(most, static_cast<double>(resident_bytes()) - before);
  });
  const auto at_most = [](double value, const std::string& unit) {
    return "at most " + general(value, 3) + " " + unit + " are wanted";
  };
  return {{"advise about " + name, seconds, "s", at_most(wanted.seconds, "s"),
           seconds / wanted.seconds},
          {"advise about " + name + ", memory", most / 1e6, "MB", at_most(wanted.megabytes, "MB"),
           most / 1e6 / wanted.megabytes}};
}

}  // namespace

std::vector<Row> onnx_models(Context& context) {
  std::vector<Row> rows;
  if (context.world.rank() != 0) return rows;
  const TemporaryFolder folder((fs::temp_directory_path() / "weft-bench").string());
  std::vector<std::string> paths{write_resnet50(folder.path(), context.quick)};
  paths.insert(paths.end(), context.models.begin(), context.models.end());
  for (const std::string& path : paths) {
    rows.push_back(reading(path));
    const Wanted wanted{path == paths.front() ? 2.0 : 5.0, 200};
    for (Row& row : advising(path, wanted)) rows.push_back(std::move(row));
  }
  for (Row& row : advising(write_decoder_7b(folder.path()), {5, 200})) {
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace weft::cli::bench

// SPDX-License-Identifier: Apache-2.0
// Vertex objects: constructed, their fields bound to tile memory, dealt to the tile's workers.
#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "machine/ipu/build.hpp"

namespace weft::machine::ipu {

namespace form = program::ipu;

namespace {

using form::CodeletInfo;
using form::CodeletModule;
using form::FieldInfo;
using form::FieldShape;
using form::VectorReference;

constexpr std::uint64_t object_alignment = 16;

/// The codelets that a program names, as this process has them.
struct Codelets {
  std::vector<form::RegisteredCodelet> of;
};

Codelets find_codelets(const form::Program& program) {
  std::vector<const CodeletModule*> modules;
  for (const auto& library : program.modules) modules.push_back(&form::load_codelets(library));
  Codelets found;
  for (const form::Codelet& codelet : program.codelets) {
    form::RegisteredCodelet one;
    if (codelet.module == form::compiled_in) {
      one = form::find_registered_codelet(codelet.name);
    } else {
      one = {form::find_codelet(*modules[codelet.module], codelet.name), modules[codelet.module]};
    }
    if (one.info == nullptr) {
      fail(Category::input, "codelet '" + codelet.name + "' of the program is not to be found");
    }
    found.of.push_back(one);
  }
  return found;
}

/// Reads a vertex's fields and writes its object.
class Binder {
 public:
  Binder(State& state, const form::Program& program, const form::Vertex& vertex,
         std::uint32_t local)
      : s_(state), p_(program), v_(vertex), local_(local), word_(vertex.words) {}

  /// Bytes of row tables that the object needs beside itself.
  std::uint64_t table_bytes(const CodeletInfo& info) {
    std::uint64_t bytes = 0;
    for (std::uint32_t f = 0; f < info.field_count; ++f) {
      const FieldInfo& field = info.fields[f];
      if (field.shape == FieldShape::scalar_edge) next();
      if (field.shape == FieldShape::vector) word_ += 2;
      if (field.shape == FieldShape::vector_list) {
        const std::uint64_t rows = next();
        word_ += 2 * rows;
        bytes += rows * sizeof(VectorReference);
      }
    }
    if (word_ > p_.field_words.size()) refuse("runs out of field words");
    return aligned(bytes, object_alignment);
  }

  /// Constructs at `object`; row tables follow at `tables`.
  void bind(const CodeletInfo& info, std::byte* object, std::byte* tables) {
    word_ = v_.words;
    std::uint64_t state = v_.state;
    info.construct(object);
    for (std::uint32_t f = 0; f < info.field_count; ++f) {
      const FieldInfo& field = info.fields[f];
      std::byte* at = object + field.offset;
      switch (field.shape) {
        case FieldShape::scalar_edge: {
          void* data = place(field, next(), 1);
          std::memcpy(at, &data, sizeof(data));
          break;
        }
        case FieldShape::vector: {
          const VectorReference reference = vector(field);
          std::memcpy(at, &reference, sizeof(reference));
          break;
        }
        case FieldShape::vector_list:
          bind_list(field, at, tables);
          break;
        case FieldShape::state:
          if (state + field.bytes > p_.state_bytes.size()) refuse("runs out of state bytes");
          std::memcpy(at, p_.state_bytes.data() + state, field.bytes);
          state += field.bytes;
          break;
      }
    }
  }

 private:
  std::uint32_t next() {
    if (word_ >= p_.field_words.size()) refuse("runs out of field words");
    return p_.field_words[word_++];
  }

  VectorReference vector(const FieldInfo& field) {
    const std::uint32_t address = next();
    const std::uint32_t elements = next();
    return {place(field, address, elements), elements, 0};
  }

  void bind_list(const FieldInfo& field, std::byte* at, std::byte*& tables) {
    const std::uint32_t rows = next();
    const VectorReference list{tables, rows, 0};
    for (std::uint32_t r = 0; r < rows; ++r) {
      const VectorReference row = vector(field);
      std::memcpy(tables, &row, sizeof(row));
      tables += sizeof(row);
    }
    std::memcpy(at, &list, sizeof(list));
  }

  void* place(const FieldInfo& field, std::uint32_t address, std::uint64_t elements) {
    const std::uint64_t bytes = elements * form::bytes_of(field.type);
    if (address + bytes > p_.memory_bytes[v_.tile]) {
      refuse(std::string("field '") + field.name + "' lies outside the tile's memory");
    }
    return s_.memory.data() + s_.base(local_) + address;
  }

  [[noreturn]] void refuse(const std::string& what) const {
    fail(Category::input, "vertex '" + p_.codelets[v_.codelet].name + "' on tile " +
                              std::to_string(v_.tile) + ": " + what);
  }

  State& s_;
  const form::Program& p_;
  const form::Vertex& v_;
  std::uint32_t local_;
  std::uint64_t word_;
};

/// Vertices of one tile in one compute set, as their cycles add up.
class TileLoad {
 public:
  explicit TileLoad(std::uint32_t workers) : busy_(workers) {}

  /// Says which worker runs it, and when.
  void add(form::VertexKind kind, const form::Vertex& vertex, LocalVertex& local) {
    const auto origin = static_cast<std::size_t>(vertex.cost);
    local.begin = sum(serial_);
    if (kind != form::VertexKind::worker) {
      local.begin += busy_.size() * sum(busiest());
      local.end = local.begin + vertex.cycles;
      serial_[origin] += vertex.cycles;
      return;
    }
    local.worker = static_cast<std::uint32_t>(dealt_++ % busy_.size());
    ByOrigin& busy = busy_[local.worker];
    local.begin += busy_.size() * sum(busy);
    local.end = local.begin + busy_.size() * vertex.cycles;
    busy[origin] += vertex.cycles;
  }

  /// A tile issues for its workers in turn: it takes as many times the busiest as it has workers.
  /// What it takes rests on the costs of what that one runs.
  void finish(TileVertices& work) const {
    const ByOrigin& most = busiest();
    for (std::size_t origin = 0; origin < form::cost_origins; ++origin) {
      work.cycles_by_origin[origin] = serial_[origin] + busy_.size() * most[origin];
      work.cycles += work.cycles_by_origin[origin];
    }
  }

 private:
  using ByOrigin = std::array<Cycle, form::cost_origins>;
  static Cycle sum(const ByOrigin& cycles) {
    return std::accumulate(cycles.begin(), cycles.end(), Cycle{0});
  }
  const ByOrigin& busiest() const {
    const auto less = [](const ByOrigin& a, const ByOrigin& b) { return sum(a) < sum(b); };
    return *std::max_element(busy_.begin(), busy_.end(), less);
  }
  std::vector<ByOrigin> busy_;  ///< [worker]
  ByOrigin serial_{};
  std::uint64_t dealt_ = 0;
};

}  // namespace

void build_vertices(State& s, const form::Program& program, const Slice& slice) {
  const Codelets codelets = find_codelets(program);
  std::vector<LocalVertex> vertices;
  std::vector<std::uint64_t> places;  // of the objects
  std::uint64_t bytes = 0;
  s.compute_sets.resize(program.compute_sets.size());
  for (std::size_t c = 0; c < program.compute_sets.size(); ++c) {
    const form::ComputeSet& set = program.compute_sets[c];
    for (std::uint64_t v = set.first; v < set.first + set.count;) {
      const std::uint32_t tile = program.vertices[v].tile;
      std::uint64_t end = v;
      while (end < set.first + set.count && program.vertices[end].tile == tile) ++end;
      if (!holds(slice.tiles, slice.region, tile)) {
        v = end;
        continue;
      }
      TileVertices work;
      work.tile = local_tile(slice, tile);
      work.first = vertices.size();
      work.count = static_cast<std::uint32_t>(end - v);
      TileLoad load(s.constants.workers);
      for (; v < end; ++v) {
        const form::Vertex& vertex = program.vertices[v];
        const form::RegisteredCodelet& codelet = codelets.of[vertex.codelet];
        vertices.push_back(
            {nullptr, codelet.info, codelet.module, 0, static_cast<std::uint32_t>(v)});
        load.add(codelet.info->kind, vertex, vertices.back());
        places.push_back(bytes);
        Binder binder(s, program, vertex, work.tile);
        bytes += aligned(codelet.info->bytes, object_alignment) + binder.table_bytes(*codelet.info);
        work.vertex_cycles[static_cast<std::size_t>(vertex.cost)] += vertex.cycles;
      }
      load.finish(work);
      s.compute_sets[c].push_back(work);
    }
  }
  s.objects = Array<std::byte>("objects", bytes + object_alignment);
  const auto begin = reinterpret_cast<std::uintptr_t>(s.objects.data());
  std::byte* first = s.objects.data() + (aligned(begin, object_alignment) - begin);
  s.vertices = Array<LocalVertex>("vertices", std::max<std::size_t>(1, vertices.size()));
  for (std::size_t i = 0; i < vertices.size(); ++i) {
    LocalVertex& local = vertices[i];
    const form::Vertex& vertex = program.vertices[local.number];
    std::byte* object = first + places[i];
    Binder(s, program, vertex, local_tile(slice, vertex.tile))
        .bind(*local.codelet, object, object + aligned(local.codelet->bytes, object_alignment));
    local.object = object;
    s.vertices(i) = local;
  }
}

}  // namespace weft::machine::ipu

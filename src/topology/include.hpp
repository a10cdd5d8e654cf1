// SPDX-License-Identifier: Apache-2.0
// Topology files that share a part; private to this room.
#pragma once

#include "topology/document.hpp"

namespace weft::topology {

/// Replaces the key `include` of a topology by the tables of the files it names (an array of paths,
/// relative to the including file, else to the folders of search_folders()). A constant stands in
/// one file only, and a part includes nothing. Throws Category::input, naming file and key.
void resolve_includes(Document& document);

}  // namespace weft::topology

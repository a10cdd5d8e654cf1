// SPDX-License-Identifier: Apache-2.0
// Which replicas talk to each other.
#pragma once

namespace gcl {

enum class CommGroupType { ALL, CONSECUTIVE, ORTHOGONAL };

class CommGroup {
 public:
  CommGroup() = default;
  /// 0: as many as there are.
  CommGroup(CommGroupType type, unsigned replicaGroupSize, unsigned replicaStride = 1)
      : type_(type), size_(replicaGroupSize), stride_(replicaStride) {}
  CommGroupType type() const { return type_; }
  unsigned replicaGroupSize() const { return size_; }
  unsigned replicaStride() const { return stride_; }

 private:
  CommGroupType type_ = CommGroupType::ALL;
  unsigned size_ = 0;
  unsigned stride_ = 1;
};

}  // namespace gcl

# SPDX-License-Identifier: Apache-2.0
# To be sourced: Open MPI is allowed for root, ranks may outnumber cores and then yield, and need no
# right to trace each other. Other MPIs don't look at these.
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_mpi_yield_when_idle=1
export OMPI_MCA_btl_vader_single_copy_mechanism=none OMPI_MCA_hwloc_base_binding_policy=none

// SPDX-License-Identifier: Apache-2.0
// The options of Poplar that are not a library's.
#include "hosts/poplar/api/engine_options.hpp"

#include <cstdlib>
#include <poplar/exceptions.hpp>

namespace poplar::core {
namespace {

using weft::KnownOption;
using weft::OptionTable;
using weft::OptionUse;

constexpr OptionUse yes = OptionUse::honoured;
constexpr OptionUse idle = OptionUse::without_effect;
constexpr OptionUse no = OptionUse::unsupported;

// Reports and instrumentation: cycles are always counted; WEFT_TRACE and printProfileSummary show.
const std::vector<KnownOption> reports = {
    {"autoReport.all", "bool", idle},
    {"autoReport.directory", "text", idle},
    {"autoReport.executionProfileProgramRunCount", "count", idle},
    {"autoReport.outputArchive", "bool", idle},
    {"autoReport.outputDebugInfo", "bool", idle},
    {"autoReport.outputExecutionProfile", "bool", idle},
    {"autoReport.outputGraphProfile", "bool", idle},
    {"autoReport.outputLoweredVars", "bool", idle},
    {"autoReport.outputSerializedGraph", "bool", idle},
    {"autoReport.streamAtEachRun", "bool", idle},
    {"profiler.blocks.filter", "text", idle},
    {"profiler.blocks.implicitFlush", "bool", idle},
    {"profiler.format", "v1|v3|v4|experimental|unstable", idle},
    {"profiler.includeCycleEstimates", "bool", idle},
    {"profiler.includeFlopEstimates", "bool", idle},
    {"profiler.perExecutionStreamCopyCycles", "bool", idle},
    {"profiler.programs.filter", "text", idle},
    {"profiler.replicaToProfile", "all|#", idle},
    {"profiler.useCompactReport", "bool", idle},
};

const std::vector<KnownOption> debugging = {
    {"debug.allowOutOfMemory", "bool", yes},
    {"debug.branchRecordFlush", "bool", idle},
    {"debug.branchRecordTile", "count", idle},
    {"debug.checkAlignment", "bool", idle},
    {"debug.computeInstrumentationLevel", "vertex|tile|ipu|device", idle},
    {"debug.cpuMultiThreadExecution", "bool", idle},
    {"debug.dumpDirectory", "text", idle},
    {"debug.exceptOnSOCErrors", "bool", idle},
    {"debug.executionProfile", "text", idle},
    {"debug.externalExchangeInstrumentation", "bool", idle},
    {"debug.floatPointOpException", "bool", no, "false",
     "the emulated tiles raise no exceptions of arithmetic; look for NaN and infinity in results"},
    {"debug.instrument", "bool", idle},
    {"debug.instrumentCompute", "bool", idle},
    {"debug.instrumentControlFlow", "bool", idle},
    {"debug.instrumentExternalExchange", "bool", idle},
    {"debug.loweredVarDumpFile", "text", idle},
    {"debug.nanOverflowException", "bool", no, "false",
     "the emulated tiles raise no exceptions of arithmetic; a half beyond the range is +-65504"},
    {"debug.nanOverflowMode", "bool", no, "false",
     "a half beyond the range becomes +-65504 and no NaN"},
    {"debug.outputAllSymbols", "bool", idle},
    {"debug.profilingTile", "count", idle},
    {"debug.retainDebugInformation", "bool", idle},
    {"debug.runtimeVerify", "bool", idle},
    {"debug.supervisorStackSizeInBytes", "count", idle},
    {"debug.trace", "bool", idle},
    {"debug.traceFile", "text", idle},
    {"debug.verify", "bool", idle},
};

const std::vector<KnownOption> compiling = {
    {"exchange.enablePrefetch", "bool", idle},
    {"exchange.multicastPolicy", "balanced|aggressive|off", idle},
    {"exchange.streamBufferOverlap", "any|none|hostRearrangeOnly", idle},
    {"opt.enableInlining", "bool", idle},
    {"opt.enableMultiAccessCopies", "bool", idle},
    {"opt.enableSwSyncs", "bool", idle},
    {"opt.internalExchangeOptimisationTarget", "balanced|cycles|memory", idle},
    {"opt.limitVertexStateToLower256K", "bool", idle},
    {"opt.maxCompilationThreads", "count", idle},
    {"opt.maxComputeSetsPerLoweredCopy", "count", idle},
    {"opt.maxCopyMergeSize", "count", idle},
    {"opt.maxLinkerThreads", "count", idle},
    {"opt.useAutoloader", "bool", idle},
    {"prefetch.enable", "bool", idle},
};

const std::vector<KnownOption> running = {
    {"streamCallbacks.maxLookahead", "unlimited|#", idle},
    {"streamCallbacks.multiThreadMode",
     "default|singleThread|onFetch|onPrefetch|dedicated|collaborative", idle},
    {"streamCallbacks.numWorkerThreads", "auto|#", idle},
    {"streamCallbacks.spinWait", "bool", idle},
    {"target.deterministicWorkers", "true|false|portable", idle},  // they are, always
    {"target.extendedMemory", "bool", idle},
    {"target.firstRuntimeReplica", "count", no, "0", "a graph has one replica"},
    {"target.gatewayMode", "bool", idle},
    {"target.gatewayWriteCombining", "bool", idle},
    {"target.hostSyncTimeout", "count", idle},
    {"target.maxStreamCallbackThreadsPerNumaNode", "auto|#", idle},
    {"target.numberRuntimeReplica", "count", no, "1", "a graph has one replica"},
    {"target.saveArchive", "text", idle},
    {"target.supervisorStackSizeInBytes", "count", idle},
    {"target.syncMethod", "default|polling|hybrid", idle},
    {"target.syncPollPeriodUs", "count", idle},
    {"target.syncReplicasIndependently", "bool", idle},
    {"target.textSectionSizeInBytes", "count", idle},
    {"target.useBufferedCompletions", "bool", idle},
    {"target.workerStackSizeInBytes", "count", idle},
};

OptionTable joined(const char* owner,
                   std::initializer_list<const std::vector<KnownOption>*> groups) {
  OptionTable out{owner, {}};
  for (const auto* group : groups) {
    out.options.insert(out.options.end(), group->begin(), group->end());
  }
  return out;
}

/// What a variable says, held against a table.
OptionFlags of_environment(const char* variable, const OptionTable& table) {
  OptionFlags out;
  readJSONFromEnv(variable, out);
  weft::check_options(table, out, variable);
  return out;
}

}  // namespace

const OptionTable& engine_table() {
  static const OptionTable table = joined("Engine", {&reports, &debugging, &compiling, &running});
  return table;
}

const OptionTable& profile_table() {
  static const OptionTable table{"printProfileSummary",
                                 {{"colours", "bool", idle},
                                  {"showExecutionSteps", "bool", yes},
                                  {"showOptimizations", "bool", yes},
                                  {"showPerIpuMemoryUsage", "bool", idle},
                                  {"showVarStorage", "bool", yes}}};
  return table;
}

const OptionTable& stream_table() {
  static const OptionTable table{"stream",
                                 {{"bufferingDepth", "count", idle},
                                  {"splitLimit", "count", idle},
                                  {"unordered", "bool", idle}}};
  return table;
}

const OptionTable& target_table() {
  static const OptionTable table{
      "target",
      {{"gatewayMode", "bool", idle},
       {"ipuLinkConfiguration",
        "Default|SlidingWindow|BarleyTwist|default|slidingWindow|barleyTwist", idle},
       {"ipuLinkDomainSize", "count", idle},
       {"ipuLinkTopology", "mesh|torus", idle},
       {"linkRoutingTables", "text", idle},
       {"syncConfiguration", "intraReplicaAndAll|ipuAndAll|intraReplicaAndLadder|default", idle}}};
  return table;
}

OptionFlags engine_options(const OptionFlags& options) {
  weft::check_options(engine_table(), options);
  OptionFlags all = options;
  for (const auto& [name, value] : of_environment("POPLAR_ENGINE_OPTIONS", engine_table())) {
    all.set(name, value);
  }
  for (const auto& [name, value] : of_environment("POPLAR_RUNTIME_OPTIONS", engine_table())) {
    all.set(name, value);
  }
  of_environment("POPLAR_TARGET_OPTIONS", target_table());
  return all;
}

}  // namespace poplar::core

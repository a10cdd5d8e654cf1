#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# SCALE-Sim 3 reads from its backing memory at the rate of an SRAM bank, not at its Bandwidth.
#
# Packages:  PyPI's scalesim 3.0.0, with numpy 1.26.4 and pandas 2.2.3 (its requirements name no
#            versions; with numpy 2.4 a run ends in a TypeError), in a temporary folder.
# Input:     a 128 x 128 x 128 product on a 16 x 16 array with SRAMs of 8 KiB, InterfaceBandwidth =
#            USER, the models of layouts off (IfmapCustomLayout = FilterCustomLayout = False).
# Expected:  the product waits for memory; [architecture_presets] Bandwidth, in words a cycle,
#            decides how long, and [layout], switched off, decides nothing.
# Seen:      at 1, 16 and 256 words a cycle the output-stationary product takes the same 48,691
#            cycles, 38,580 of them stalls. [layout] IfmapSRAMBankBandwidth and its sister for the
#            filters are the rate of reads: at 1, 16 and 256 the product takes 754,111, 48,691 and
#            10,111 cycles. Bandwidth is the rate of writes alone, and shows where these are many:
#            weight-stationary, at 1 and 16 words, 125,169 and 33,209 cycles.
# So weft:   compares no cycles with a sweep over SCALE-Sim's Bandwidth; whoever does the same with
#            a topology of weft's has to set the three rates there to one value.
#
# Exits with 0 while this holds, with 1 once something else is seen. Not part of the tests.
set -uo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
python3 -m venv packages && packages/bin/pip install -q scalesim==3.0.0 numpy==1.26.4 \
  pandas==2.2.3 || exit 1
cat >sweep.py <<'PYTHON'
import contextlib
import csv
import io

from scalesim.scale_sim import scalesim

SETTINGS = {
    "general": {"run_name": "run"},
    "run_presets": {"InterfaceBandwidth": "USER", "UseRamulatorTrace": False},
    "architecture_presets": {
        "ArrayHeight": 16, "ArrayWidth": 16, "IfmapSramSzkB": 8, "FilterSramSzkB": 8,
        "OfmapSramSzkB": 8, "IfmapOffset": 0, "FilterOffset": 10000000, "OfmapOffset": 20000000,
        "ReadRequestBuffer": 64, "WriteRequestBuffer": 64},
    "layout": {
        "IfmapCustomLayout": False, "IfmapSRAMBankNum": 1, "IfmapSRAMBankPort": 2,
        "FilterCustomLayout": False, "FilterSRAMBankNum": 1, "FilterSRAMBankPort": 2},
    "sparsity": {
        "SparsitySupport": False, "SparseRep": "ellpack_block", "OptimizedMapping": False,
        "BlockSize": 8, "RandomNumberGeneratorSeed": 1}}


def cycles(dataflow, bandwidth, bank):
    settings = {section: dict(keys) for section, keys in SETTINGS.items()}
    settings["architecture_presets"].update(Dataflow=dataflow, Bandwidth=bandwidth)
    settings["layout"].update(IfmapSRAMBankBandwidth=bank, FilterSRAMBankBandwidth=bank)
    with open("run.cfg", "w") as file:
        for section, keys in settings.items():
            file.write(f"[{section}]\n")
            file.writelines(f"{key} = {value}\n" for key, value in keys.items())
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        scalesim(save_disk_space=True, verbose=True, config="run.cfg", topology="product.csv",
                 layout="layout.csv", input_type_gemm=True).run_scale(top_path="out")
    with open("out/run/COMPUTE_REPORT.csv") as file:
        return int(next(csv.DictReader(file, skipinitialspace=True))["Total Cycles"])


with open("product.csv", "w") as file:
    file.write("Layer,M,N,K,\nproduct,128,128,128,\n")
with open("layout.csv", "w") as file:
    file.write("Layer,\nproduct," + "1," * 20 + "\n")
for dataflow, bandwidth, bank in (("os", 1, 16), ("os", 16, 16), ("os", 256, 16), ("os", 16, 1),
                                  ("os", 16, 256), ("ws", 1, 16), ("ws", 16, 16)):
    print(dataflow, "Bandwidth", bandwidth, "SRAM bank", bank, cycles(dataflow, bandwidth, bank))
PYTHON
seen=$(packages/bin/python -W ignore sweep.py 2>/dev/null)
expected="os Bandwidth 1 SRAM bank 16 48691
os Bandwidth 16 SRAM bank 16 48691
os Bandwidth 256 SRAM bank 16 48691
os Bandwidth 16 SRAM bank 1 754111
os Bandwidth 16 SRAM bank 256 10111
ws Bandwidth 1 SRAM bank 16 125169
ws Bandwidth 16 SRAM bank 16 33209"
echo "$seen"
if [ "$seen" = "$expected" ]; then
  echo "as described"
else
  echo "this has changed; expected:"
  echo "$expected"
  exit 1
fi

# SPDX-License-Identifier: Apache-2.0
"""The questions of readers.py in the languages of the readers.

A script gets the paths of the made-up run, of an RDU's and of one of each machine, and prints the
reader's version and then, a line each, a question, a tab and the answer, with | for line feeds.
"""
PYTHON_HEAD = '''
import sys
SAMPLE, RDU, *MACHINES = sys.argv[1:]
def ask(what, answer):
    try:
        print(what + "\\t" + str(answer()).replace("\\n", "|"), flush=True)
    except Exception as error:
        print(what + "\\t!" + type(error).__name__)
'''

H5PY = PYTHON_HEAD + '''
import h5py
print(h5py.__version__ + ", HDF5 " + h5py.version.hdf5_version)
f, rdu = h5py.File(SAMPLE), h5py.File(RDU)
def whole(path):
    found = []
    def look(name, item):
        if isinstance(item, h5py.Dataset):
            item[()]
            found.append(name)
    h5py.File(path).visititems(look)
    return str(len(found))
ask("attributes", lambda: "%d %s" % (f.attrs["cycles"],
                                     f["events/tasks"].attrs["description"].decode()))
ask("text", lambda: f["config"][()].decode())
ask("names", lambda: f["definitions/colors"][()].decode())
ask("counter", lambda: f["counters/tile_busy"][:].sum())
ask("rows", lambda: f["events/tasks/cycle"][:].sum())
ask("64 bits", lambda: rdu["events/tokens/argument"][0])
ask("low word", lambda: rdu["events/tokens/argument_low"][0])
ask("whole", lambda: " ".join(map(whole, MACHINES)))
'''

# Bare dimensions are no variables here, but for others they are datasets.
XARRAY = PYTHON_HEAD + '''
import importlib.metadata, xarray, MODULE as engine
print(importlib.metadata.version("xarray") + ", MODULE " + engine.__version__)
import h5py
def group(path, name):
    return xarray.open_dataset(path, group=name, engine="ENGINE").load()
def text(item):
    value = item.values.item()
    return value.decode() if isinstance(value, bytes) else value
def whole(path):
    groups, bare = ["/"], []
    def look(name, item):
        if isinstance(item, h5py.Group):
            groups.append(name)
        elif b"not a netCDF variable" in item.attrs.get("NAME", b""):
            bare.append(name)
    h5py.File(path).visititems(look)
    return str(len(bare) + sum(len(group(path, name).variables) for name in groups))
ask("attributes", lambda: "%d %s" % (group(SAMPLE, "/").attrs["cycles"],
                                     group(SAMPLE, "events/tasks").attrs["description"]))
ask("text", lambda: text(group(SAMPLE, "/").config))
ask("names", lambda: text(group(SAMPLE, "definitions").colors))
ask("counter", lambda: group(SAMPLE, "counters").tile_busy.values.sum())
ask("rows", lambda: group(SAMPLE, "events/tasks").cycle.values.sum())
ask("64 bits", lambda: group(RDU, "events/tokens").argument.values[0])
ask("low word", lambda: group(RDU, "events/tokens").argument_low.values[0])
ask("whole", lambda: " ".join(map(whole, MACHINES)))
'''

OCTAVE = r'''
1;
function say(what, v), printf("%s\t%s\n", what, strrep(v, "\n", "|")); end
function n = count(x)
  n = 0;
  for [v, k] = x
    if isstruct(v), n += count(v); else n += 1; end
  end
end
disp(version); a = argv(); x = load("-hdf5", a{1}); rdu = load("-hdf5", a{2});
try, say("text", x.config); end
try, say("names", x.definitions.colors); end
try, say("counter", num2str(sum(double(x.counters.tile_busy(:))))); end
try, say("rows", num2str(sum(double(x.events.tasks.cycle(:))))); end
try, say("64 bits", sprintf("%lu", rdu.events.tokens.argument(1))); end
try, say("low word", sprintf("%lu", rdu.events.tokens.argument_low(1))); end
counts = {};
for i = 3:numel(a), counts{end + 1} = num2str(count(load("-hdf5", a{i}))); end
say("whole", strjoin(counts, " "));
'''

R_HEAD = r'''
paths <- commandArgs(TRUE)
ask <- function(what, answer) cat(what, "\t", tryCatch(
    gsub("\n", "|", paste(format(answer(), digits=15, scientific=FALSE), collapse=" ")),
    error=function(e) "!error", warning=function(w) "!warning"), "\n", sep="")
'''

HDF5R = R_HEAD + r'''
suppressMessages(library(hdf5r)); cat(as.character(packageVersion("hdf5r")), "\n", sep="")
f <- H5File$new(paths[1], "r"); rdu <- H5File$new(paths[2], "r")
whole <- function(path) {
  file <- H5File$new(path, "r")
  table <- file$ls(recursive=TRUE)
  found <- table$name[table$obj_type == "H5I_DATASET"]
  for (name in found) file[[name]]$read()
  length(found)
}
tasks <- f[["events/tasks"]]
ask("attributes", function() paste(h5attr(f, "cycles"), h5attr(tasks, "description")))
ask("text", function() f[["config"]]$read())
ask("names", function() f[["definitions/colors"]]$read())
ask("counter", function() sum(as.numeric(f[["counters/tile_busy"]]$read())))
ask("rows", function() sum(as.numeric(f[["events/tasks/cycle"]]$read())))
ask("64 bits", function() rdu[["events/tokens/argument"]]$read()[1])
ask("low word", function() as.numeric(rdu[["events/tokens/argument_low"]]$read()[1]))
ask("whole", function() sapply(paths[-(1:2)], whole))
'''

RHDF5 = R_HEAD + r'''
suppressMessages(library(rhdf5)); cat(as.character(packageVersion("rhdf5")), "\n", sep="")
f <- paths[1]; rdu <- paths[2]
read <- function(path, name) h5read(path, name, bit64conversion="double")
whole <- function(path) {
  table <- h5ls(path)
  found <- table[table$otype == "H5I_DATASET",]
  # Of a dataset without elements it says "H5Identifier not valid".
  full <- found[!grepl("(^|x )0( |$)", found$dim),]
  for (name in paste(full$group, full$name, sep="/"))
    suppressWarnings(h5read(path, name, bit64conversion="double"))
  nrow(found)
}
ask("attributes", function() paste(h5readAttributes(f, "/")$cycles,
                                   h5readAttributes(f, "events/tasks")$description))
ask("text", function() read(f, "config"))
ask("names", function() read(f, "definitions/colors"))
ask("counter", function() sum(read(f, "counters/tile_busy")))
ask("rows", function() sum(read(f, "events/tasks/cycle")))
ask("64 bits", function() h5read(rdu, "events/tokens/argument", bit64conversion="bit64")[1])
ask("low word", function() read(rdu, "events/tokens/argument_low")[1])
ask("whole", function() sapply(paths[-(1:2)], whole))
'''

NODE_HEAD = r'''
import fs from "fs";
import path from "path";
const [SAMPLE, RDU, ...MACHINES] = process.argv.slice(2);
function version(name) {
  const folder = path.join(path.dirname(process.argv[1]), "node_modules", name);
  return JSON.parse(fs.readFileSync(path.join(folder, "package.json"))).version;
}
function ask(what, answer) {
  try { console.log(what + "\t" + String(answer()).replace(/\n/g, "|")); }
  catch (error) { console.log(what + "\t!" + String(error.message).split("\n")[0]); }
}
function sum(values) { let all = 0; for (const v of values) all += Number(v); return all; }
function count(group) {
  let found = 0;
  for (const key of group.keys instanceof Function ? group.keys() : group.keys) {
    const item = group.get(key);
    if (item.shape === undefined) { found += count(item); continue; }
    void item.value;
    void item.attrs;
    found += 1;
  }
  return found;
}
'''

H5WASM = NODE_HEAD + r'''
import h5wasm from "h5wasm/node";
await h5wasm.ready;
console.log(version("h5wasm"));
const open = (name) => new h5wasm.File(name, "r");
const f = open(SAMPLE), rdu = open(RDU);
ask("attributes", () => f.attrs.cycles.value + " " + f.get("events/tasks").attrs.description.value);
ask("text", () => f.get("config").value);
ask("names", () => f.get("definitions/colors").value);
ask("counter", () => sum(f.get("counters/tile_busy").value));
ask("rows", () => sum(f.get("events/tasks/cycle").value));
ask("64 bits", () => rdu.get("events/tokens/argument").value[0]);
ask("low word", () => rdu.get("events/tokens/argument_low").value[0]);
ask("whole", () => MACHINES.map((name) => count(open(name))).join(" "));
'''

JSFIVE = NODE_HEAD + r'''
import * as jsfive from "jsfive";
console.log(version("jsfive"));
function open(name) {
  const b = fs.readFileSync(name);
  return new jsfive.File(b.buffer.slice(b.byteOffset, b.byteOffset + b.length), name);
}
const f = open(SAMPLE), rdu = open(RDU);
const text = (name) => f.get(name).value[0].replace(/\0+$/, "");
ask("attributes", () => f.attrs.cycles + " " + f.get("events/tasks").attrs.description);
ask("text", () => text("config"));
ask("names", () => text("definitions/colors"));
ask("counter", () => sum(f.get("counters/tile_busy").value));
ask("rows", () => sum(f.get("events/tasks/cycle").value));
ask("64 bits", () => BigInt(rdu.get("events/tokens/argument").value[0]));
ask("low word", () => rdu.get("events/tokens/argument_low").value[0]);
ask("whole", () => MACHINES.map((name) => count(open(name))).join(" "));
'''

# Name, the command that runs a script, the script; in the order of the table.
READERS = (
    ('h5py', ['python3', '-B'], H5PY),
    ('xarray, netcdf4', ['python3', '-B'],
     XARRAY.replace('MODULE', 'netCDF4').replace('ENGINE', 'netcdf4')),
    ('xarray, h5netcdf', ['python3', '-B'],
     XARRAY.replace('MODULE', 'h5netcdf').replace('ENGINE', 'h5netcdf')),
    ('octave', ['octave-cli', '-q'], OCTAVE),
    ('R hdf5r', ['Rscript'], HDF5R),
    ('R rhdf5', ['Rscript'], RHDF5),
    ('h5wasm', ['node'], H5WASM),
    ('jsfive', ['node'], JSFIVE))

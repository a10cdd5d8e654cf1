# SPDX-License-Identifier: Apache-2.0
"""Devices, programs and buffers, as host programs drive them."""
from groq.missing import Missing, missing_from
from weft import Error

from .loaded import LoadedProgram, read_programs

__getattr__ = missing_from("groq.runtime.driver")


class TensorDescriptor:
    """An input or output of an entry point."""

    def __init__(self, described):
        self._described = described
        self.name, self.shape = described.name, described.shape

    def from_host(self, data, buffer):
        """An array of the host into an input buffer."""
        buffer.arrays[self.name] = self._described.check(data).copy()

    def to_host(self, buffer, array):
        """A result from an output buffer into an array of the host."""
        if self.name not in buffer.arrays:
            raise Error(f"output '{self.name}': no run has filled this buffer")
        if array.dtype != self._described.dtype or array.size != buffer.arrays[self.name].size:
            raise Error(f"output '{self.name}' holds {self._described.dtype} {list(self.shape)}, "
                        f"not {array.dtype} {list(array.shape)}")
        array[...] = buffer.arrays[self.name].reshape(array.shape)

    def allocate_numpy_array(self):
        """For to_host()."""
        return self._described.empty()


class IODescriptor:
    """What an entry point takes, or gives."""

    def __init__(self, program, described):
        self.program = program
        self.tensors = [TensorDescriptor(one) for one in described]


class EntryPoint:
    """Input, computation and output in one."""

    def __init__(self, program):
        self.input = IODescriptor(program, program.inputs)
        self.output = IODescriptor(program, program.outputs)


class _EntryPoints(list):
    def __getitem__(self, number):
        if isinstance(number, int) and not -len(self) <= number < len(self):
            raise Missing(f"entry_points[{number}]: programs have entry point 0 in weft, which "
                          "takes in, computes and gives out")
        return super().__getitem__(number)


class Program:
    """A program of an .iop file."""

    def __init__(self, program):
        self.name = program.name
        self.inputs, self.outputs = program.inputs, program.outputs
        self.loaded = LoadedProgram(program)
        self.entry_points = _EntryPoints([EntryPoint(self)])


class IOProgram:
    """The programs of an .iop file, by number."""

    def __init__(self, iop_file):
        self._programs = [Program(one) for one in read_programs(iop_file)]

    def __len__(self):
        return len(self._programs)

    def __getitem__(self, number):
        return self._programs[number]


class Buffer:
    """What goes to the device in a run, or comes from it."""

    def __init__(self, descriptor):
        self.descriptor = descriptor
        self.arrays = {}
        self._filled = False

    def ready(self):
        """True: the run that fills it is over."""
        return self._filled

    def fill(self, arrays):
        """By a run."""
        self.arrays, self._filled = arrays, True


class BufferArray:
    """As many buffers for one descriptor."""

    def __init__(self, descriptor, count):
        self._buffers = [Buffer(descriptor) for _ in range(count)]

    def __len__(self):
        return len(self._buffers)

    def __getitem__(self, number):
        return self._buffers[number]


class Device:
    """A chip. The emulated one is as fast as its host: a run is over when invoke() returns."""

    def __init__(self, path):
        self.name = path
        self._open = False
        self._programs = []

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise Missing(f"devices have no '{name}' in weft (see docs/groq.md)")

    def open(self):
        """Takes the device."""
        if self._open:
            raise Error(f"{self.name} is open already")
        self._open = True

    def close(self):
        """Gives it back."""
        for program in self._programs:
            program.loaded.close()
        self._open, self._programs = False, []

    def __enter__(self):
        self.open()
        return self

    def __exit__(self, *_exception):
        self.close()

    @property
    def is_open(self):
        """Between open() and close()."""
        return self._open

    def load(self, program, unsafe_keep_entry_points=False):
        """A program; those before it stay where their entry points are kept."""
        self._require_open()
        if not unsafe_keep_entry_points:
            self._programs = []
        program.loaded.load()
        self._programs.append(program)

    def load_all(self, programs, unsafe_keep_entry_points=False):
        """All programs of a file."""
        for number in range(len(programs)):
            self.load(programs[number], unsafe_keep_entry_points or number > 0)

    def invoke(self, inputs, outputs):
        """Runs the program that the buffers are of."""
        self._require_open()
        program = inputs.descriptor.program
        if all(program is not one for one in self._programs):
            raise Error(f"{self.name}: program '{program.name}' is not loaded")
        for one in program.inputs:
            if one.name not in inputs.arrays:
                raise Error(f"input '{one.name}': nothing was put into this buffer")
        outputs.fill(program.loaded.run(inputs.arrays))

    def invoke_nonblocking(self, inputs, outputs):
        """The same: its buffer is ready at once."""
        self.invoke(inputs, outputs)

    def check_faults(self):
        """False: what the hardware would flag is refused by name before it happens."""
        return False

    def dump_faults(self):
        """Nothing, accordingly."""
        return ""

    def _require_open(self):
        if not self._open:
            raise Error(f"{self.name} is not open")


devices = [Device("/dev/groqA0.pci")]


class Driver:
    """Finds devices: the one chip of the emulated machine."""

    def next_available_device(self):
        """The first that is not open."""
        for device in devices:
            if not device.is_open:
                return device
        raise Error("no device is available: weft emulates one chip, and it is open")

    def get_device(self, path):
        """By its name."""
        for device in devices:
            if device.name == path:
                return device
        raise Error(f"there is no device '{path}'; there is {', '.join(d.name for d in devices)}")


DriverShim = Driver

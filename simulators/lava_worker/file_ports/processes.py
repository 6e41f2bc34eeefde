"""A source and a sink for spikes that stream from and to .npy files, samples side by side.

With B lanes, lane b of slot s carries sample s * B + b; a new slot starts every `steps` steps.
Reading and writing files costs nothing beside Lava's own way, one message per value.
"""

from typing import Any, NamedTuple

import numpy as np
from lava.magma.core.decorator import implements, requires, tag
from lava.magma.core.model.py.model import PyLoihiProcessModel
from lava.magma.core.model.py.ports import PyInPort, PyOutPort
from lava.magma.core.model.py.type import LavaPyType
from lava.magma.core.process.ports.ports import InPort, OutPort
from lava.magma.core.process.process import AbstractProcess
from lava.magma.core.resources import CPU
from lava.magma.core.sync.protocols.loihi_protocol import LoihiProtocol


class Record(NamedTuple):
    """A port of the sink: the .npy file it fills, (samples, steps, size), from step depth + 1."""

    path: str
    size: int
    depth: int


class FileSource(AbstractProcess):  # type: ignore[misc]
    """Sends a .npy file of (samples, steps, size), then zeros."""

    def __init__(self, *, path: str, size: int, lanes: int, name: str) -> None:
        super().__init__(path=path, lanes=lanes, name=name)
        self.s_out = OutPort(shape=(lanes * size,))


@implements(proc=FileSource, protocol=LoihiProtocol)
@requires(CPU)
@tag("fixed_pt")
class FileSourceModel(PyLoihiProcessModel):  # type: ignore[misc]
    s_out: Any = LavaPyType(PyOutPort.VEC_DENSE, np.int32)

    def __init__(self, proc_params: Any) -> None:
        super().__init__(proc_params)
        self.lanes = proc_params["lanes"]
        self.data = np.load(proc_params["path"], mmap_mode="r")

    def run_spk(self) -> None:
        slot, step = divmod(self.time_step - 1, self.data.shape[1])
        present = self.data[slot * self.lanes : (slot + 1) * self.lanes, step]
        sent = np.zeros((self.lanes, self.data.shape[2]), np.int32)
        sent[: len(present)] = present
        self.s_out.send(sent.reshape(-1))


class FileSink(AbstractProcess):  # type: ignore[misc]
    """Records every node of the network through the ports in_0, in_1, ...

    One sink for all: it also ties parts of the network that share no synapse into the one
    connected graph that Lava compiles. `progress`: an int64 .npy file for the steps done.
    """

    def __init__(self, *, records: list[Record], lanes: int, progress: str) -> None:
        super().__init__(records=records, lanes=lanes, progress=progress, name="file_sink")
        for i, record in enumerate(records):
            setattr(self, f"in_{i}", InPort(shape=(lanes * record.size,)))


class _FileSinkModel(PyLoihiProcessModel):  # type: ignore[misc]
    def __init__(self, proc_params: Any) -> None:
        super().__init__(proc_params)
        self.lanes = proc_params["lanes"]
        self.records = proc_params["records"]
        self.files = [np.load(record.path, mmap_mode="r+") for record in self.records]
        self.progress = np.load(proc_params["progress"], mmap_mode="r+")

    def run_spk(self) -> None:
        for i, (record, file) in enumerate(zip(self.records, self.files, strict=True)):
            values = getattr(self, f"in_{i}").recv().reshape(self.lanes, -1)
            slot, step = divmod(self.time_step - 1 - record.depth, file.shape[1])
            if slot >= 0:
                kept = file[slot * self.lanes : (slot + 1) * self.lanes, step]
                kept[...] = values[: len(kept)]
        self.progress[0] = self.time_step


def file_sink(records: list[Record], lanes: int, progress: str) -> Any:
    """A FileSink with a process model that has as many ports: Lava reads ports off the class."""
    ports = {f"in_{i}": LavaPyType(PyInPort.VEC_DENSE, np.int32) for i in range(len(records))}
    model = type("FileSinkModel", (_FileSinkModel,), {"__module__": __name__, **ports})
    for mark in (tag("fixed_pt"), requires(CPU), implements(proc=FileSink, protocol=LoihiProtocol)):
        model = mark(model)
    globals()["FileSinkModel"] = model  # where the compiler looks for it
    return FileSink(records=records, lanes=lanes, progress=progress)

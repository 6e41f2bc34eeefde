"""One job: a folder with a netx file's path and spikes in, spikes of every layer out.

In: `job.json` (net, interval, reset_offset, membranes, caller, keep) and `input.npy`, uint8
(samples, steps, *shape), images as (channels, rows, columns). Out, aligned with the input, in the
same order of axes: `spikes_<i>.npy` of every block that netx makes, uint8; of the blocks named in
`membranes` also `membrane_<i>.npy`, v after the step, int64; `progress.npy`, the steps done; on
failure `error.txt` and an exit status above 0.
"""

import json
import resource
from pathlib import Path
from typing import Any

import numpy as np
from lava.lib.dl.netx import hdf5
from lava.magma.core.run_conditions import RunSteps
from lava.magma.core.run_configs import Loihi2SimCfg
from lava.proc.monitor.process import Monitor
from lava_worker.file_ports.processes import (  # type: ignore[import-not-found]
    FileSource,
    Record,
    file_sink,
)
from lava_worker.watch import Watcher  # type: ignore[import-not-found]


def main(folder: Path) -> int:
    """Run the job in `folder`; returns 0, or does not return."""
    job = json.loads((folder / "job.json").read_text())
    watcher = Watcher(folder, job["caller"], job["keep"])
    watcher.start()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    network = hdf5.Network(
        net_config=job["net"],
        reset_interval=job["interval"],
        reset_offset=job["reset_offset"],
        sparse_fc_layer=True,
    )
    samples, steps = _present(network, job["interval"], folder)
    sink = _sink(network, samples, steps, job["interval"], folder)
    count = samples * job["interval"] + len(network.layers)
    probes = {i: _probe(network.layers[i], count) for i in job["membranes"]}
    watcher.watch(sink)
    sink.run(condition=RunSteps(num_steps=count), run_cfg=Loihi2SimCfg(select_tag="fixed_pt"))
    seen = {i: _read(probe, network.layers[i]) for i, probe in probes.items()}
    watcher.watch(None)
    sink.stop()
    for i, layer in enumerate(network.layers):
        np.save(folder / f"spikes_{i}.npy", _ordered(np.load(folder / f"raw_{i}.npy"), layer.shape))
    for i, v in seen.items():
        kept = v[i + 1 : i + 1 + samples * job["interval"]]
        by_sample = kept.reshape(samples, job["interval"], -1)[:, :steps]
        np.save(folder / f"membrane_{i}.npy", _ordered(by_sample, network.layers[i].shape))
    return 0


def _present(network: Any, interval: int, folder: Path) -> tuple[int, int]:
    """Connect the input; returns samples and steps. netx counts an image's axes backwards."""
    shown = np.load(folder / "input.npy")
    samples, steps = shown.shape[:2]
    backwards = shown.transpose(0, 1, *range(shown.ndim - 1, 1, -1))
    np.save(folder / "raw_input.npy", backwards.reshape(samples, steps, -1))
    size = int(np.prod(shown.shape[2:]))
    source = FileSource(
        path=str(folder / "raw_input.npy"), size=size, lanes=1, interval=interval, name="input"
    )
    port = source.s_out if len(network.inp.shape) == 1 else source.s_out.reshape(network.inp.shape)
    port.connect(network.inp)
    return samples, steps


def _sink(network: Any, samples: int, steps: int, interval: int, folder: Path) -> Any:
    """One file for each block; the block with number i is i + 1 synapses behind the input."""
    sizes = [int(np.prod(layer.shape)) for layer in network.layers]
    for i, size in enumerate(sizes):
        shape = (samples, steps, size)
        np.lib.format.open_memmap(folder / f"raw_{i}.npy", "w+", np.uint8, shape)
    np.save(folder / "unborn.npy", np.zeros(1, np.int64))
    (folder / "unborn.npy").rename(folder / "progress.npy")  # the caller reads it at any moment
    records = [Record(str(folder / f"raw_{i}.npy"), n, i + 1) for i, n in enumerate(sizes)]
    sink = file_sink(records, 1, interval, str(folder / "progress.npy"))
    for i, layer in enumerate(network.layers):
        port = layer.neuron.s_out
        (port if len(layer.shape) == 1 else port.flatten()).connect(getattr(sink, f"in_{i}"))
    return sink


def _probe(layer: Any, count: int) -> Any:
    probe = Monitor()
    probe.probe(layer.neuron.v, count)
    return probe


def _read(probe: Any, layer: Any) -> Any:
    """v after every step: (steps, neurons)."""
    return probe.get_data()[layer.neuron.name]["v"].reshape(-1, int(np.prod(layer.shape)))


def _ordered(values: Any, shape: Any) -> Any:
    """(samples, steps, size) of netx's order to (samples, steps, *shape)."""
    whole = values.astype(values.dtype if values.dtype == np.uint8 else np.int64)
    by_axis = whole.reshape(*values.shape[:2], *shape)
    return by_axis.transpose(0, 1, *range(by_axis.ndim - 1, 1, -1))

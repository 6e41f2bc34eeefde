"""What SANA-FE records, read back: equal runs pass, the first difference of others is named."""

from pathlib import Path

import numpy as np
import pytest
from sana_fe_by_hand import ByHand
from sana_fe_networks import written
from small_programs import skip_program

from converters.export_sana_fe import Written
from converters.sana_fe.check import check
from ssr_neuro.errors import BackendFailed, Mismatch

AGREES = {"differs": []}


def _record(folder: Path, made: Written) -> Path:
    """Both files of a run, as another reader of SANA-FE's network ran it; the folder of them."""
    ran, groups = ByHand(folder).run(), made.net.layout.inside
    numbers = {group.name: number for number, group in enumerate(groups)}
    rows = sorted((step, numbers[name], n) for step, name, n in ran.spikes if name in numbers)
    np.array(rows, np.uint32).tofile(folder / "spikes.bin")
    names = {readout.name for readout in made.net.program.readouts}
    read = sorted((g for g in groups if g.node in names), key=lambda group: group.name)
    membranes = [
        [at[group.name, n] for group in read for n in range(len(group.neurons))]
        for at in ran.membranes.values()
    ]
    np.array(membranes, np.float64).tofile(folder / "membranes.bin")
    return folder


@pytest.fixture
def made(tmp_path: Path) -> Written:
    return written(tmp_path, skip_program(0))[0]


def test_an_equal_run_passes(made: Written, tmp_path: Path) -> None:
    found = check(made.net, _record(tmp_path, made), AGREES)
    assert found.equal
    assert (found.spikes_fired > 0, found.readouts_compared > 0) == (True, True)


def test_a_spike_too_few_is_named(made: Written, tmp_path: Path) -> None:
    record = _record(tmp_path, made)
    rows = np.fromfile(record / "spikes.bin", np.uint32).reshape(-1, 3)
    rows[1:].tofile(record / "spikes.bin")
    name = made.net.layout.inside[int(rows[0, 1])].node
    with pytest.raises(Mismatch, match=rf"{name}.*sample \d+"):
        check(made.net, record, AGREES)


def test_another_readout_is_named(made: Written, tmp_path: Path) -> None:
    record = _record(tmp_path, made)
    values = np.fromfile(record / "membranes.bin", np.float64)
    values[-1] += 1
    values.tofile(record / "membranes.bin")
    (readout,) = made.net.program.readouts
    with pytest.raises(Mismatch, match=rf"{readout.name}.*sample \d+"):
        check(made.net, record, AGREES)


def test_a_readout_too_few_is_the_fault_of_sana_fe(made: Written, tmp_path: Path) -> None:
    record = _record(tmp_path, made)
    values = np.fromfile(record / "membranes.bin", np.float64)
    values[:-1].tofile(record / "membranes.bin")
    with pytest.raises(BackendFailed, match=r"SANA-FE recorded \d+ readouts in \d+ steps, not"):
        check(made.net, record, AGREES)


def test_other_counts_at_equal_spikes_are_told(made: Written, tmp_path: Path) -> None:
    record = _record(tmp_path, made)
    with pytest.raises(Mismatch, match="fires the same spikes but counts otherwise: hops 3, not 4"):
        check(made.net, record, {"differs": ["hops 3, not 4"]})

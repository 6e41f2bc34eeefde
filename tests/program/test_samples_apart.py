"""A stored program whose samples would meet is refused: the simulators would disagree on it."""

import json
from pathlib import Path

import handed_over
import numpy as np
import pytest

from ssr_neuro.errors import BadInput
from ssr_neuro.files import npz
from ssr_neuro.program import program_file


@pytest.mark.parametrize("name", ["recurrent", "delay"])
def test_compiled_programs_keep_their_samples_apart(name: str, tmp_path: Path) -> None:
    program = handed_over.compiled(name)
    program_file.save(program, tmp_path)
    assert program_file.load(tmp_path).gap == program.gap > 0


@pytest.mark.parametrize("threshold", [7, 100])
def test_a_clock_that_is_late_is_refused(threshold: int, tmp_path: Path) -> None:
    program = handed_over.compiled("recurrent")
    program_file.save(program, tmp_path)
    arrays = npz.read(tmp_path / "weights.npz")
    arrays["quiet.vth"] = np.full_like(arrays["quiet.vth"], threshold)
    npz.write(tmp_path / "weights.npz", arrays, overwrite=True)
    with pytest.raises(BadInput, match="'a' is read late and can fire in step 1 of the 1 between"):
        program_file.load(tmp_path)


@pytest.mark.parametrize(
    ("part", "key", "value", "message"),
    [
        ("populations", "vth", 1 << 40, r"vth of 'always' spans .* it is -131072 to 131072"),
        ("populations", "du", 4096, "du of 'always' spans 4096 to 4096; it is -1 to 4095"),
        ("populations", "bias_exp", 31, "the bias of 'always' goes up to .* it has 32 bits"),
        ("synapses", "exponent", 9, "has an exponent of 9; it is 0 to 7"),
    ],
)
def test_numbers_that_no_chip_holds_are_refused(
    part: str, key: str, value: int, message: str, tmp_path: Path
) -> None:
    program_file.save(handed_over.compiled("CubaLIF"), tmp_path)
    file = tmp_path / "program.json"
    document = json.loads(file.read_text())
    node = document[part][0]
    (node["neuron"] if part == "populations" else node)[key] = value
    file.write_text(json.dumps(document))
    with pytest.raises(BadInput, match=message):
        program_file.load(tmp_path)

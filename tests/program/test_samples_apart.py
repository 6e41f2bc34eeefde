"""A stored program whose samples would meet is refused: the simulators would disagree on it."""

import json
from dataclasses import replace
from pathlib import Path

import handed_over
import numpy as np
import pytest

from ssr_neuro.errors import BadInput
from ssr_neuro.files import npz
from ssr_neuro.program import program_file
from ssr_neuro.program.samples_apart import check_apart


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
    ("weight", "gap", "first"), [(-69, 4, None), (-50, 3, None), (-50, 6, 4), (-30, 6, 1)]
)
def test_one_neuron_that_can_fire_in_one_step_of_the_gap_is_enough(
    weight: int, gap: int, first: int | None
) -> None:
    """weight: of the clock that silences the third neuron. first: the step that is named."""
    program = handed_over.compiled("recurrent")
    clock = program.synapses[0]
    weaker = clock.map.with_weights(np.array([[-69], [-69], [weight]]))
    clock = replace(clock, chain=(replace(clock.chain[0], map=weaker),))
    program = replace(program, gap=gap, synapses=(clock, *program.synapses[1:]))
    if first is None:
        check_apart(program)
        return
    with pytest.raises(
        BadInput, match=f"'a' is read late and can fire in step {first} of the {gap}"
    ):
        check_apart(program)


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

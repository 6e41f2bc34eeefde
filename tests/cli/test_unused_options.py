"""Options and programs that cannot mean what was asked, and names that look like something else."""

import json
import re
from pathlib import Path
from typing import Any, get_type_hints

import nir
import numpy as np
import pytest
from command_line import run
from nir_graphs import ends, graph, lif
from trained import saved_ssr

from ssr_neuro.compiler.options import CompileKeywords, CompileOptions
from ssr_neuro.compiler.sources import Source
from ssr_neuro.compiler.unused_options import refuse_unused
from ssr_neuro.errors import BadInput
from ssr_neuro.program import program_file

Printed = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    ("given", "source", "message"),
    [
        ({"data": "x", "samples": 3}, "graph", "--data, --samples have no meaning for a .nir"),
        ({"dt_s": 1.0, "fires": "at"}, "model", "--fires, --dt-s have no meaning for a model.pt"),
        ({"target": "nir", "weight_bits": 4, "passes": True}, "model", "--weight-bits, --passes"),
        ({"layout": "flat"}, "model", "--layout has no meaning without --target nir"),
        ({"target": "program", "lanes": 2}, "graph", "--lanes has no .* --target lava-sim"),
        ({"chip": "loihi1"}, "graph", "--chip has no meaning for a .nir graph; `ssr place`"),
        ({"weight_bits": 4}, "netx", "--weight-bits has no meaning for a .net file, whose"),
        (
            {"target": "nir", "optimise": False},
            "model",
            "--no-optimise has no meaning with --targe",
        ),
        ({"calibrate": False}, "netx", r"--no-calibrate has no meaning for a \.net file"),
        ({"core": "none"}, "model", "--core has no meaning without --data; leave it out"),
        ({"reader": "x"}, "model", "--reader has no meaning without --data; leave it out"),
    ],
)
def test_options_that_would_do_nothing_are_named(
    given: dict[str, Any], source: Source, message: str
) -> None:
    options = CompileOptions(**given)
    with pytest.raises(BadInput, match=message):
        refuse_unused(options, source, has_inputs=False, integers=options.target != "nir")


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({"samples": 3, "timeout_s": 3.0}, "--samples, --timeout-s have"),
        ({"passes": True, "explain": True}, "--explain, --passes have"),
        ({"stop_after": "fold", "chip": "speck"}, "--chip has"),
    ],
)
def test_options_of_a_run_are_refused_where_nothing_is_run(
    given: dict[str, Any], names: str
) -> None:
    message = f"{names} no meaning with --stop-after or lower_program, which run nothing"
    with pytest.raises(BadInput, match=message):
        refuse_unused(
            CompileOptions(**given), "model", has_inputs=False, integers=True, lowers_only=True
        )


def test_options_left_out_or_with_a_meaning_pass() -> None:
    refuse_unused(CompileOptions(), "graph", has_inputs=True, integers=True)
    asked = CompileOptions(target="program", stop_after="fold", weight_bits=3, dt_s=1.0)
    refuse_unused(asked, "graph", has_inputs=True, integers=True, lowers_only=True)


def test_inputs_have_no_meaning_for_a_trained_model() -> None:
    with pytest.raises(BadInput, match=r"--inputs has no meaning for a model\.pt; leave it out"):
        refuse_unused(CompileOptions(), "model", has_inputs=True, integers=True)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"weight_bits": 9}, "--weight-bits is 9; it must be a whole number, 2 to 8"),
        ({"weight_bits": "8"}, "--weight-bits is '8'; it must be a whole number, 2 to 8"),
        ({"samples": True}, "--samples is True; it must be a whole number, at least 1"),
        ({"dt_s": "1"}, "--dt-s is '1'; it must be a time above 0, in seconds"),
        ({"samples": 0}, "--samples is 0; it must be a whole number, at least 1"),
        ({"core": "bananas"}, "--core 'bananas' is unknown; it is 5-core or 5-once or none"),
        ({"duplicates": "zebra"}, "--duplicates 'zebra' is unknown; it is keep or first or last"),
        ({"layout": "wide"}, "--layout 'wide' is unknown; it is compact or flat"),
        ({"timeout_s": -1.0}, "--timeout-s is -1.0; it must be a time above 0, in seconds"),
        ({"target": "nonsense"}, "--target 'nonsense' is unknown; there are lava-sim, program, c"),
        ({"stop_after": "lunch"}, "--stop-after 'lunch' is no pass; in order they are fold, "),
    ],
)
def test_values_beyond_their_limits_are_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput, match=re.escape(message)):
        CompileOptions(**given)


def test_numbers_of_numpy_are_numbers() -> None:
    found = CompileOptions(weight_bits=np.int64(8), samples=np.uint8(3), dt_s=np.float32(0.5))
    assert (type(found.weight_bits), type(found.samples), type(found.dt_s)) == (int, int, float)
    assert (found.weight_bits, found.samples, found.dt_s) == (8, 3, 0.5)


def test_keywords_and_options_are_the_same() -> None:
    keywords = get_type_hints(CompileKeywords)
    assert keywords == get_type_hints(CompileOptions)


def late_graph(folder: Path, population: str) -> tuple[str, ...]:
    """Two neurons that hear themselves; the arguments that compile them."""
    made = graph(
        f"x>w>{population}>y, {population}>back>{population}",
        **ends((2,)),
        w=nir.Linear(np.eye(2)),
        back=nir.Linear(np.full((2, 2), 0.5)),
        **{population: lif((2,))},
    )
    nir.write(folder / "graph.nir", made)
    np.savez(folder / "spikes.npz", inputs=np.ones((2, 4, 2), np.uint8))
    return (
        str(folder / "graph.nir"),
        *"--target program --inputs".split(),
        str(folder / "spikes.npz"),
        "--out",
        str(folder / "out"),
    )


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("fold", "its numbers are still float"),
        ("schedule", "its numbers are still float"),
        ("quantise", "its samples are not kept apart yet"),
        ("separate", ""),
    ],
)
def test_a_program_is_run_once_it_can_be(
    tmp_path: Path, capsys: Printed, name: str, why: str
) -> None:
    assert run("ssr-compile", *late_graph(tmp_path, "p"), "--stop-after", name) == 0
    trace = tmp_path / "t.npz"
    code = run(
        "ssr", "simulate", tmp_path / "out", "--inputs", tmp_path / "spikes.npz", "--out", trace
    )
    assert (code, trace.exists()) == ((2, False) if why else (0, True))
    assert why in capsys.readouterr().err


@pytest.mark.parametrize(
    ("source", "options", "said"),
    [
        ("m.pt", "--target nir --calibrate", "--calibrate has no meaning with --target nir"),
        ("m.pt", "--target nir --no-optimise", "--no-optimise has no meaning with --target nir"),
        ("m.pt", "--target program --reset zero", "--reset has no meaning for a model.pt"),
        ("m.pt", "--stop-after fold --samples 3", "--samples has no meaning with --stop-after"),
        ("g.nir", "--target onnx", "g.nir: a graph can be compiled for lava-sim, program"),
    ],
)
def test_a_dry_run_refuses_what_the_run_refuses(
    tmp_path: Path, capsys: Printed, source: str, options: str, said: str
) -> None:
    (tmp_path / source).write_text("is not read")
    out = ("--out", tmp_path / "out")
    assert run("ssr-compile", tmp_path / source, *options.split(), *out, "--dry-run") == 2
    assert said in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize("name", ["x[bold]", "[x]", "[red"])
def test_names_in_brackets_are_shown_as_they_are(
    tmp_path: Path, capsys: Printed, name: str
) -> None:
    assert run("ssr-compile", *late_graph(tmp_path, name), "--details") == 0
    assert f"\n{name} " in capsys.readouterr().out


def test_a_simulator_that_is_not_there_is_named_before_the_run(
    tmp_path: Path, capsys: Printed
) -> None:
    assert run("ssr-compile", *late_graph(tmp_path, "p")) == 0
    out = tmp_path / "t.npz"
    assert (
        run(
            "ssr",
            "simulate",
            tmp_path / "out",
            "--inputs",
            tmp_path / "spikes.npz",
            "--out",
            out,
            "--against",
            "none",
        )
        == 2
    )
    assert "no simulator 'none'; there are fast, lava_cpu, reference" in capsys.readouterr().err
    assert not out.exists()


def test_other_readings_of_a_model_are_in_its_document(tmp_path: Path, capsys: Printed) -> None:
    arguments = ("--target", "program", "--samples", "4", "--out", tmp_path / "out", "--json")
    assert run("ssr", "compile", saved_ssr(tmp_path), *arguments, "--explain") == 0
    choices = json.loads(capsys.readouterr().out)["choices"]
    assert [(one["name"], one["value"]) for one in choices] == [
        ("fires", "at"),
        ("reset", "subtract"),
        ("reset", "none"),
        ("bias", "membrane"),
        ("charge", "step"),
    ]
    made_by = json.loads((tmp_path / "out" / "MANIFEST.json").read_text())["command"]
    assert made_by[:2] == ["ssr", "compile"]


def test_an_optimised_program_equals_the_one_it_came_from(tmp_path: Path) -> None:
    """Weights that round to zero are pruned; the program before must keep its own."""
    rng = np.random.default_rng(0)
    kernel = rng.normal(size=(3, 2, 3, 3)) * rng.choice([1e-3, 1.0], (3, 2, 3, 3))
    conv = nir.Conv2d((6, 6), kernel, 2, 1, 1, 1, np.zeros(3))
    nir.write(
        tmp_path / "graph.nir",
        graph("x>w>p>y", **ends((2, 6, 6), (3, 3, 3)), w=conv, p=lif((3, 3, 3))),
    )
    np.savez(tmp_path / "s.npz", inputs=rng.integers(0, 2, (4, 6, 2, 6, 6)).astype(np.uint8))
    assert (
        run(
            "ssr-compile",
            tmp_path / "graph.nir",
            *"--target program --inputs".split(),
            tmp_path / "s.npz",
            "--out",
            tmp_path / "out",
        )
        == 0
    )
    saved = program_file.load(tmp_path / "out").notes.saved
    assert saved["prune"].synapses == 0


def test_a_time_step_too_small_for_its_time_constants(tmp_path: Path, capsys: Printed) -> None:
    assert run("ssr-compile", *late_graph(tmp_path, "p"), "--dt-s", "1e-320") == 2
    assert "p: tau has more steps of dt than a number can tell" in capsys.readouterr().err

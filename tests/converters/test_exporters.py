"""Any exporter of `converters/export_*.py`: what it is given, and what stays when it fails."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nir
import numpy as np
import pytest
from command_line import run
from handed_over import GRAPHS, compiled, hand_over
from nir_graphs import ends, graph, lif
from trained import saved_ssr

import ssr_neuro as sn
from ssr_neuro import registry
from ssr_neuro.errors import BadInput, DoesNotFit
from ssr_neuro.exporter import Job
from ssr_neuro.files import manifest
from ssr_neuro.program.trace import compare


@dataclass(frozen=True)
class Kept:
    """Writes the readouts that a chip must give, or fails after it has."""

    name: str = "kept"
    help: str = "readouts"
    integers: bool = True
    fails: bool = False

    def export(self, job: Job, folder: Path) -> Mapping[str, Any]:
        deployed = job.integer()
        again = registry.load("reference").run(deployed.program, deployed.trace.inputs)
        np.savez(folder / "readouts.npz", **deployed.trace.readouts)
        if self.fails:
            raise DoesNotFit("the format holds 3 neurons; take a smaller model")
        found = compare(deployed.trace, again, ("job", "reference"))
        return {"sequences": len(job.sequences), "mismatches": found.mismatches, "chip": job.chip}


def exported(patch: pytest.MonkeyPatch, exporter: Kept, folder: Path, *more: str) -> int:
    """The exit code of `ssr-compile --target kept` with a small model."""
    patch.setattr(registry, "targets", lambda: ["kept"])
    patch.setattr(registry, "exporter", lambda target: {"kept": exporter}[target])
    model = saved_ssr(folder)
    return run("ssr-compile", str(model), "--target", "kept", "--out", str(folder / "out"), *more)


def test_an_exporter_gets_the_program_and_its_trace_and_leaves_a_sealed_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert exported(monkeypatch, Kept(), tmp_path, "--samples", "5", "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == {
        "out": str(tmp_path / "out"),
        "sequences": 5,
        "mismatches": 0,
        "chip": "loihi1",
    }
    assert manifest.check(tmp_path / "out") == (1, [])


def test_what_was_found_is_a_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert exported(monkeypatch, Kept(), tmp_path, "--samples", "5", "--chip", "darwin3") == 0
    assert [line.split() for line in capsys.readouterr().out.splitlines()[2:5]] == [
        ["sequences", "5"],
        ["mismatches", "0"],
        ["chip", "darwin3"],
    ]


def test_an_exporter_that_fails_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert exported(monkeypatch, Kept(fails=True), tmp_path, "--samples", "5") == 3
    assert "the format holds 3 neurons; take a smaller model" in capsys.readouterr().err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["model.pt"]


def test_every_exporter_of_the_folder_is_registered() -> None:
    stems = {f"export_{name.replace('-', '_')}" for name in registry.targets()}
    folder = Path(registry.__file__).parent.parent / "converters"
    assert stems == {path.stem for path in folder.glob("export_*.py")}
    with pytest.raises(BadInput, match="no exporter 'tpu'; there are"):
        registry.exporter("tpu")


@pytest.mark.parametrize("name", registry.targets())
def test_an_exporter_says_the_name_of_its_file(name: str) -> None:
    assert registry.exporter(name).name == name
    assert registry.exporter(name).help


def test_an_unknown_target_and_a_graph_for_an_exporter_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "targets", lambda: ["kept"])
    nir.write(tmp_path / "g.nir", graph("x>a>y", **ends((2,)), a=lif((2,))))
    assert run("ssr-compile", str(tmp_path / "g.nir"), "--target", "tpu") == 2
    assert "--target 'tpu' is unknown; there are lava-sim, program, kept" in " ".join(
        capsys.readouterr().err.split()
    )
    monkeypatch.setattr(registry, "exporter", lambda target: Kept())
    assert run("ssr-compile", str(tmp_path / "g.nir"), "--target", "kept") == 2
    assert "g.nir: a graph can be compiled for lava-sim, program; not for kept" in " ".join(
        capsys.readouterr().err.split()
    )


@pytest.mark.parametrize(
    ("given", "target", "message"),
    [
        ({"weight_bits": 4, "chip": "loihi2"}, "onnx", "--weight-bits, --chip have no .* onnx"),
        ({"passes": True}, "sana-fe", "--passes has no meaning with --target sana-fe, which shows"),
        ({"chip": "loihi2"}, "nir", "--chip has no meaning with --target nir: no integers"),
        ({"timeout_s": 3.0}, "lava-dl", "--timeout-s has no meaning without --target lava-sim"),
    ],
)
def test_options_that_an_exporter_does_not_use_are_refused(
    tmp_path: Path, given: dict[str, Any], target: str, message: str
) -> None:
    with pytest.raises(BadInput, match=message):
        sn.export(saved_ssr(tmp_path), tmp_path / "out", target=target, **given)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("as_given", [str, Path])
def test_a_folder_that_holds_the_inputs_is_not_replaced(tmp_path: Path, as_given: Any) -> None:
    nir.write(tmp_path / "delay.nir", GRAPHS["delay"])
    bundle = hand_over(compiled("delay"), tmp_path / "bundle")
    inputs = bundle / "golden" / "inputs.npz"
    kept = inputs.read_bytes()
    with pytest.raises(BadInput, match=r"bundle holds .*inputs\.npz, which this command reads"):
        sn.export(
            tmp_path / "delay.nir", bundle, inputs=as_given(inputs), target="c", overwrite=True
        )
    assert inputs.read_bytes() == kept

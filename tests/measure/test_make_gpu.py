"""`make gpu`: the command that it runs, and the same command tried on the CPU."""

import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from command_line import run
from measure_example import saved_model

from ssr_neuro.measure import read

ROOT = Path(__file__).parents[2]
CHECKPOINTS = ROOT / "benchmarks" / "checkpoints"
pytestmark = pytest.mark.skipif(
    shutil.which("make") is None, reason="make is not installed (apt install make)"
)


def arguments(*variables: str) -> list[str]:
    """What `make gpu` gives to `ssr measure`."""
    told = subprocess.run(
        ["make", "--dry-run", "gpu", *variables], cwd=ROOT, capture_output=True, text=True
    )
    assert told.returncode == 0, told.stderr
    lines = told.stdout.replace("\\\n", " ").splitlines()
    (line,) = [one for one in lines if "ssr measure" in one]
    return shlex.split(line)[2:]


def test_every_kept_model_of_the_comparison_is_measured() -> None:
    given = arguments()
    kinds = ("lrurec-", "tim4rec-", "sasrec-", "ssr-")  # ssr- has those of SSR-ANN as well
    kept = {one.name for one in CHECKPOINTS.rglob("*.pt") if one.name.startswith(kinds)}
    # A GPU runs these as others of the same shape.
    alike = ("-bits.pt", "-left-out.pt", "-left-out-penalty-10.pt", "-left-out-longer.pt")
    kept -= {name for name in kept if name.endswith(alike)}
    assert kept == {Path(one).name for one in given if one.endswith(".pt")}
    assert any(name.startswith("ssr-ann-") for name in kept)
    assert given[given.index("--device") + 1] == "cuda"
    assert 0 < int(given[given.index("--budget") + 1]) < 8 * 60


def test_the_command_runs_on_the_cpu(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("ssr_neuro.measure.batches.LARGEST", 2)
    models = [str(saved_model(tmp_path, kind)) for kind in ("sasrec", "lrurec")]
    out = tmp_path / "measured.json"
    variables = (f"GPU_MODELS={' '.join(models)}", "GPU_DEVICE=cpu", "GPU_BUDGET=3")
    given = arguments(*variables, f"GPU_OUT={out}", "GPU_OPTIONS=--precision bf16")
    assert given[given.index("--precision") + 1] == "bf16"
    given = arguments(*variables, f"GPU_OUT={out}")
    assert run("ssr", "measure", *given) == 0
    found = read(out)
    assert found.device is not None
    assert found.device.type == "cpu"
    ran = {(one.model, one.form, one.best_batch) for one in found.runs}
    forms = (("sasrec.pt", "full"), ("lrurec.pt", "full"), ("lrurec.pt", "incremental"))
    assert ran == {(*one, best) for one in forms for best in (False, True)}
    assert "sasrec.pt" in capsys.readouterr().out

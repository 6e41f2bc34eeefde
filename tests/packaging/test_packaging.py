"""What an installation puts on the path, and what lies in it."""

import subprocess
import sys
import zipfile
from email import message_from_bytes
from pathlib import Path

import yaml
from hatchling.builders.wheel import WheelBuilder

import ssr_neuro

ROOT = Path(__file__).parents[2]


def test_the_wheel_holds_the_packages_and_their_data(tmp_path: Path) -> None:
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    names = zipfile.ZipFile(wheel).namelist()
    top = {name.partition("/")[0] for name in names if ".dist-info" not in name}
    assert top == {"ssr_neuro", "converters", "simulators", "hw_targets", "nir_conformance"}
    assert {
        "hw_targets/generic-45nm.toml",
        "hw_targets/openram-sky130.toml",
        "nir_conformance/suite/suite.json",
        "simulators/lava_worker/requirements.txt",
        "converters/c/handoff/runtime.c",
        "ssr_neuro/report/page/templates/page.html.jinja",
    } <= set(names)


def test_the_wheel_says_what_it_is_and_which_extras_it_has(tmp_path: Path) -> None:
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    archive = zipfile.ZipFile(wheel)
    (name,) = [name for name in archive.namelist() if name.endswith("/METADATA")]
    said = message_from_bytes(archive.read(name))
    assert (said["Name"], said["Version"]) == ("ssr-neuro", ssr_neuro.__version__)
    assert said["Author"] == "The ssr-neuro authors"
    assert said["Requires-Python"] == ">=3.11"
    assert {url.partition(",")[0] for url in said.get_all("Project-URL")} >= {"Homepage"}
    assert len(said.get_all("Classifier")) >= 5
    assert set(said.get_all("Provides-Extra")) >= {"train", "onnx", "measure", "docs"}
    assert said["Description-Content-Type"] == "text/markdown"


def test_the_wheel_holds_the_licence_of_each_of_its_packages(tmp_path: Path) -> None:
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    archive = zipfile.ZipFile(wheel)
    (name,) = [name for name in archive.namelist() if name.endswith("/METADATA")]
    said, folder = message_from_bytes(archive.read(name)), name.removesuffix("METADATA")
    assert said["License-Expression"] == "Apache-2.0 AND BSD-3-Clause"
    assert said.get_all("License-File") == ["LICENSE", "benchmarks/conformance/LICENSE"]
    for path in said.get_all("License-File"):
        assert archive.read(f"{folder}licenses/{path}") == (ROOT / path).read_bytes()


def test_the_citation_names_this_release_and_the_papers_of_its_models() -> None:
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert (cited["cff-version"], cited["type"], cited["license"]) == (
        "1.2.0",
        "software",
        "Apache-2.0",
    )
    assert cited["version"] == ssr_neuro.__version__
    notes = " ".join(reference["notes"] for reference in cited["references"])
    assert all(model in notes for model in ("SSR", "LRURec", "TiM4Rec"))


def test_importing_the_library_loads_nothing_heavy() -> None:
    script = "import sys, ssr_neuro; dir(ssr_neuro); print(' '.join(sys.modules))"
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    loaded = set(ended.stdout.split())
    assert not loaded & {"torch", "numba", "numpy", "nir", "polars", "scipy", "typer", "rich"}

"""`ssr verify`: a bundle is what was made, to the last bit, and computes what it did."""

import json
import re
import shutil
from pathlib import Path

import pytest
from command_line import run
from trained import saved_ssr

from ssr_neuro.errors import BadInput, Mismatch
from ssr_neuro.files import manifest, npz
from ssr_neuro.library.bundles import open_bundle

Printed = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Every file of a bundle, by relative path."""
    folder = tmp_path_factory.mktemp("made")
    out = folder / "out"
    arguments = ("--target", "program", "--samples", "4", "--out", out)
    assert run("ssr-compile", saved_ssr(folder), *arguments) == 0
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in out.rglob("*") if p.is_file()}


@pytest.fixture
def bundle(tmp_path: Path, made: dict[str, bytes]) -> Path:
    for name, content in made.items():
        path = tmp_path / "bundle" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "bundle"


def test_a_bundle_is_replayed_on_the_simulators_asked_for(bundle: Path, capsys: Printed) -> None:
    simulators = ("--simulator", "fast", "--simulator", "reference")
    assert run("ssr", "verify", bundle, *simulators) == 0
    printed = capsys.readouterr().out
    files = sum(p.is_file() for p in bundle.rglob("*")) - 1  # all but the manifest
    assert f"{files} files are as they were made" in printed
    assert "golden vectors == fast" in printed
    assert "golden vectors == reference" in printed
    for name in ("fast", "reference"):
        assert re.search(rf"\d+ watched membranes of {name} are the golden ones", printed)


def test_a_changed_manifest_does_not_match_itself(bundle: Path) -> None:
    path = bundle / manifest.MANIFEST
    content = path.read_text()
    path.write_text(content.replace("--samples", "--sample5"))
    with pytest.raises(Mismatch, match=r"not as it was made: MANIFEST.json has changed"):
        manifest.check(bundle)
    changed = json.loads(content)
    del changed["files"]["weights.npz"]
    path.write_text(json.dumps(changed))
    with pytest.raises(Mismatch, match=r"MANIFEST.json has changed"):
        manifest.check(bundle)
    path.write_text("{}")
    with pytest.raises(BadInput, match="no manifest of ssr-neuro; name a folder"):
        manifest.check(bundle)
    path.write_bytes(manifest.seal({"made_by": "another release"}))
    with pytest.raises(BadInput, match=r"no manifest of this release \(it lists no files\)"):
        manifest.check(bundle)
    path.unlink()
    with pytest.raises(BadInput, match=r"cannot be read .* name a folder that ssr-neuro made"):
        manifest.check(bundle)


def test_files_that_are_gone_or_not_of_the_bundle_are_told(bundle: Path, capsys: Printed) -> None:
    (bundle / "notes.txt").write_text("mine")
    assert run("ssr", "verify", bundle) == 0
    assert "Not of the bundle: notes.txt" in capsys.readouterr().out
    (bundle / "items.npz").unlink()
    assert run("ssr", "verify", bundle) == 4
    assert "items.npz is missing" in capsys.readouterr().err


def test_golden_vectors_that_are_not_the_programs_are_located(
    bundle: Path, capsys: Printed
) -> None:
    """A bundle whose maker was wrong: hashes fit, spikes do not."""
    path = bundle / "golden" / "spikes.npz"
    spikes = npz.read(path)
    spikes["encoder"][2, 1, 3, 4] ^= 1
    npz.write(path, spikes, overwrite=True)
    manifest.write(bundle, {})
    assert run("ssr", "verify", bundle) == 4
    assert "'encoder', neuron (3, 4), sample 2, step 2" in capsys.readouterr().err


def test_a_watched_membrane_that_is_not_the_programs_is_located(
    bundle: Path, capsys: Printed
) -> None:
    path = bundle / "golden" / "membranes.npz"
    membranes = npz.read(path)
    membranes["encoder"][2, 1, 0] += 1
    npz.write(path, membranes, overwrite=True)
    manifest.write(bundle, {})
    assert run("ssr", "verify", bundle) == 4
    said = " ".join(capsys.readouterr().err.split())
    assert "golden membranes and fast differ, first at population 'encoder', neuron (" in said
    assert "), which fires most, sample 2, step 2: golden " in said


def test_golden_files_that_do_not_fit_are_named(bundle: Path, capsys: Printed) -> None:
    (bundle / "golden" / "watched.json").write_text('{"encoder": 3}')
    manifest.write(bundle, {})
    assert run("ssr", "verify", bundle) == 2
    assert "watched.json: encoder is 3" in capsys.readouterr().err
    (bundle / "golden" / "watched.json").write_text("{}")
    manifest.write(bundle, {})
    assert run("ssr", "verify", bundle) == 2
    assert "watched.json: names [], membranes.npz holds ['" in capsys.readouterr().err


def test_a_folder_without_golden_vectors_says_so(tmp_path: Path, capsys: Printed) -> None:
    out = tmp_path / "out"
    assert run("ssr-compile", saved_ssr(tmp_path), "--stop-after", "fold", "--out", out) == 0
    assert run("ssr", "verify", out) == 2
    assert "holds no golden vectors to replay" in capsys.readouterr().err


def test_a_bundle_made_twice_is_the_same_to_the_byte(
    tmp_path: Path, made: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = saved_ssr(tmp_path)
    monkeypatch.chdir(tmp_path)
    twice = []
    for _ in range(2):
        assert run("ssr-compile", model, "--target", "program", "--out", "same") == 0
        files = (p for p in Path("same").rglob("*") if p.is_file())
        twice.append({p.as_posix(): p.read_bytes() for p in files})
        shutil.rmtree("same")
    assert twice[0] == twice[1]


def test_a_copy_has_the_manifest_of_what_was_opened(bundle: Path, tmp_path: Path) -> None:
    made = {**manifest.read(bundle), "made_by": "ssr-neuro 0.0.9", "versions": {"numpy": "1.0"}}
    (bundle / manifest.MANIFEST).write_bytes(manifest.seal(made))
    copy = open_bundle(bundle).save(tmp_path / "copy")
    assert (copy / manifest.MANIFEST).read_bytes() == (bundle / manifest.MANIFEST).read_bytes()


@pytest.mark.parametrize("what", ["has changed", "is missing"])
def test_a_bundle_that_changed_after_it_was_opened_is_not_copied(
    bundle: Path, tmp_path: Path, what: str
) -> None:
    opened, report = open_bundle(bundle), bundle / "report.html"
    report.unlink()
    if what == "has changed":
        report.write_text("better figures")
    for made in (None, manifest.hashes(bundle)):  # also under a manifest that lists it so
        if made is not None:
            files = {"files": made}
            (bundle / manifest.MANIFEST).write_bytes(manifest.seal({**opened.provenance, **files}))
        with pytest.raises(Mismatch, match=rf"bundle is not as it was made: report.html {what}"):
            opened.save(tmp_path / "copy")
        assert [path.name for path in tmp_path.iterdir()] == ["bundle"]

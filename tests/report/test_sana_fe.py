"""SANA-FE's figures beside ours: on the page, in JSON, CSV and text, and whose they may be."""

import csv
import json
import re
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from report_example import example as program_and_trace
from report_inputs_example import compiled, report_json, run, sha256
from report_pages import whole_report
from sana_fe_example import NO_TIME, OWN, example
from trained import saved_ssr

from ssr_neuro.bundle import golden
from ssr_neuro.charts import numbers
from ssr_neuro.chip import load_chip
from ssr_neuro.costs.accounting.chip_events import event_sheet
from ssr_neuro.files import sana_fe_result
from ssr_neuro.placement import place
from ssr_neuro.program import program_file
from ssr_neuro.report.beside_sana_fe import NOT_PLACED, OTHER_SAMPLES, compare_with_sana_fe
from ssr_neuro.report.contents import Report, Reports
from ssr_neuro.report.document import to_json
from ssr_neuro.report.page import page
from ssr_neuro.report.sana_fe import SanaFeFigure
from ssr_neuro.report.tables_csv import to_csv
from ssr_neuro.report.tables_markdown import to_markdown

DAY = date(2026, 1, 1)


def report() -> Report:
    """Placed on Loihi 1, its events priced there."""
    program, trace = program_and_trace()
    placed, chip, found = (
        place(program, load_chip("loihi1"), trace),
        load_chip("loihi1"),
        whole_report(),
    )
    found = replace(found, energy=(event_sheet(found.counts, chip, placed),))
    return replace(
        found, sana_fe=compare_with_sana_fe(found, example(), "sana_fe.json", same_samples=True)
    )


def figures(of: Report) -> dict[str, SanaFeFigure]:
    assert of.sana_fe is not None
    return {one.name: one for one in of.sana_fe.figures}


def test_counts_are_per_sample_and_ours_those_of_the_placement() -> None:
    found, own = report(), figures(report())
    placed = found.placement
    assert placed is not None
    assert placed.hops is not None
    (taken,) = (way for way in placed.ways if way.taken)
    assert own["synaptic operations"].ours == found.counts.sops.mean
    assert own["messages"].ours == placed.within + taken.between + taken.entering
    assert own["hops"].ours == placed.hops.east_west + placed.hops.north_south
    assert [own[name].sana_fe for name in ("synaptic operations", "messages", "hops")] == [
        (1000.0, 1000.0),
        (15.5, 15.5),
        (4.0, 4.0),
    ]


def test_our_energy_is_that_of_the_terms_that_sana_fe_has_too() -> None:
    found, own = report(), figures(report())
    terms = {term.name: term.energy_pj for term in found.energy[0].bills[0].terms}
    synapses = found.counts.sops.mean * 23.6
    active = found.counts.active_updates.mean
    read = [terms[name] or 0 for name in terms if name.startswith("neuron updates of readouts")]
    assert len(read) == 2
    neurons = active * 81 + (found.counts.updates - active) * 52 + sum(read)
    moving = sum(terms[name] or 0 for name in terms if name.startswith(("messages", "hops")))
    wanted = [synapses, neurons, moving, synapses + neurons + moving]
    names = [
        "energy of synapses",
        "energy of neurons",
        "energy of messages and hops",
        "dynamic energy",
    ]
    assert [own[name].ours for name in names] == pytest.approx(wanted)
    left = {"neuron updates, waiting", "barriers", "static power (chip-µs)"}
    assert left < terms.keys()
    assert moving > 0


def test_energies_are_in_pj_and_the_ratio_is_that_of_the_published_prices() -> None:
    own = figures(report())
    assert own["energy of neurons"].sana_fe == pytest.approx((5e4, 7.1e4))
    assert own["dynamic energy"].sana_fe == pytest.approx((9.1e4, 1.31e5))
    assert own["dynamic energy"].ratio == pytest.approx(9.1e4 / (own["dynamic energy"].ours or 0))
    modelled = whole_report().latency
    assert modelled is not None
    streaming = own["latency at full stream, 18 steps"]
    assert streaming.ours == pytest.approx(18e-9 * (modelled.modelled.step_ns or 0))
    assert streaming.sana_fe == (3.6e-5, None)


def test_what_is_unknown_stays_unknown_and_says_why() -> None:
    own = figures(report())
    assert own["time step"].sana_fe == (2e-6, None)
    assert own["time step"].why == ("", "", NO_TIME)
    assert own["energy of messages and hops"].sana_fe[1] is None
    other = example(prices=(replace(OWN, step_s=None, latency_s=None, unknown=(NO_TIME,)),))
    alone = compare_with_sana_fe(report(), other, "x.json", same_samples=True)
    assert alone.figures[-1].ratio is None
    assert not any("fitted to boards" in note for note in alone.notes)


def test_without_a_placement_ours_are_unknown() -> None:
    bare = replace(report(), placement=None, latency=None, energy=())
    found = compare_with_sana_fe(bare, example(), "x.json", same_samples=True)
    told = {one.name: (one.ours, one.why[0], one.ratio) for one in found.figures}
    assert told.pop("synaptic operations")[0] == bare.counts.sops.mean
    assert {ours for ours, _, _ in told.values()} == {None}
    assert {ratio for _, _, ratio in told.values()} == {None}
    assert told["messages"][1] == told["hops"][1] == told["time step"][1] == NOT_PLACED
    assert told["dynamic energy"][1] == "the events of loihi1 are not priced here"


def test_a_term_of_ours_without_a_price_leaves_its_sum_unknown() -> None:
    chip = load_chip("loihi1")
    unplaced = replace(report(), energy=(event_sheet(report().counts, chip),))
    own = {
        one.name: one
        for one in compare_with_sana_fe(unplaced, example(), "x", same_samples=True).figures
    }
    assert own["energy of synapses"].ours is not None
    assert own["energy of messages and hops"].ours is None
    assert own["dynamic energy"].ours is None
    assert own["dynamic energy"].why[0].endswith("the program was not placed on this chip")


def told() -> tuple[Any, list[dict[str, str]], str]:
    """The same report as JSON, as rows of the CSV, and as text."""
    everything = Reports((report(),))
    (found,) = json.loads(to_json(everything))["reports"]
    rows = [
        row
        for row in csv.DictReader(StringIO(to_csv(everything)))
        if row["mode"].startswith("sana-fe-")
    ]
    return found["sana_fe"], rows, to_markdown(everything)


def test_the_csv_has_the_values_of_the_json() -> None:
    found, rows, _ = told()
    wanted = [
        (
            figure["name"] + (" (s)" if figure["unit"] == "s" else ""),
            "" if value is None else repr(value),
            "simulated" if value is not None else "unknown",
        )
        for place in range(2)
        for figure in found["figures"]
        for value in [figure["sana_fe"][place]]
    ]
    assert wanted == [(r["term"], r["energy_pj"] or r["count"], r["evidence"]) for r in rows]
    assert [r["mode"] for r in rows if r["term"] == "dynamic energy"] == [
        "sana-fe-loihi1, sum",
        "sana-fe-loihi1-sana-fe, sum",
    ]
    parts = [float(r["energy_pj"]) for r in rows if r["mode"] == "sana-fe-loihi1"]
    assert sum(parts) == pytest.approx(found["figures"][6]["sana_fe"][0])
    assert not any(r["energy_pj"] for r in rows if r["mode"].endswith("counts and times"))
    assert rows[-1]["source"].endswith(f"as SANA-FE models it: {NO_TIME}")


def test_the_text_has_the_values_of_the_json() -> None:
    found, _, text = told()
    written = {"": numbers.mean, "pJ": numbers.energy, "s": numbers.duration}
    for one in found["figures"]:
        cells = [written[one["unit"]](value) for value in (one["ours"], *one["sana_fe"])]
        line = " | ".join([one["name"], *cells, numbers.significant(one["ratio"])])
        assert f"| {line} |" in text
    assert "SANA-FE 2.2.9 on Python 3.11.7, Intel Loihi 1, detailed model of time" in text
    assert (
        f"- SANA-FE, its own prices: given as 0: {'; '.join(found['prices'][1]['unknown'])}."
        in (text)
    )
    for note in found["notes"]:
        assert f"- {note}" in text


def test_the_page_has_the_table_with_its_sources() -> None:
    html = page(report(), DAY)
    section = html[html.index("On the chip</h2>") : html.index("Measured runs</h3>")]
    table = section[section.index("Beside SANA-FE</h3>") :]
    heads = re.findall(r"<th[^>]*>([^<&]*)", table)
    assert heads[1:5] == [
        "Of one inference",
        "Ours",
        "SANA-FE, published prices",
        "SANA-FE, its own prices",
    ]
    written = {"": numbers.mean, "pJ": numbers.energy, "s": numbers.duration}
    for row, one in enumerate(figures(report()).values()):
        for key, value in (
            ("ours", one.ours),
            ("sana_fe.0", one.sana_fe[0]),
            ("sana_fe.1", one.sana_fe[1]),
        ):
            found = re.search(rf'data-json="sana_fe.figures.{row}.{key}"[^>]*>([^<]*)', table)
            assert found is not None
            assert found[1] == written[one.unit](value)
        assert f'figures.{row}.ratio" data-as="significant">{numbers.significant(one.ratio)}' in (
            table
        )
    assert "SANA-FE 2.2.9 on Python 3.11.7" in table
    assert "Why the two may differ" in table
    sources = html[html.index('id="sources"') :]
    assert f"Not known: {NO_TIME}" in sources
    for key, said in (("ours", "Placement by this program: spikes"), ("sana_fe.1", "Not known: ")):
        place = 1 if key == "ours" else 7
        cell = re.search(
            rf'data-ref="(\d+)"><span data-json="sana_fe.figures.{place}.{key}"', table
        )
        assert cell is not None
        assert re.search(rf'id="source-{cell[1]}"[^>]*>{said}', sources)
    assert "mode events-loihi1: its terms of messages and hops" in sources
    assert "SANA-FE, its own prices: given as 0" in html


def test_a_report_without_it_does_not_speak_of_it() -> None:
    bare = replace(report(), sana_fe=None)
    assert "Beside SANA-FE" not in page(bare, DAY) + to_markdown(Reports((bare,)))


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compiled(tmp_path_factory.mktemp("inputs"))


def result(folder: Path, bundle: Path, name: str = "sana_fe.json", **others: Any) -> Path:
    """A file of that bundle's program on its golden samples, or of something else."""
    own = {
        "model_sha256": sha256(bundle.parent / "model.pt"),
        "program_sha256": program_file.fingerprint(program_file.load(bundle)),
        "stimulus_sha256": golden.read(bundle / "golden").trace.stimulus_sha256,
    }
    sana_fe_result.write(folder / name, example(**(own | others)))
    return folder / name


def refused(*arguments: object) -> str:
    """The message; exit code 2."""
    found = run("report", *arguments)
    failed: Any = found.exception
    assert getattr(failed, "exit_code", None) == 2, found.output
    return str(failed)


def test_the_command_sets_them_side_by_side(bundle: Path, tmp_path: Path) -> None:
    path, out = result(tmp_path, bundle), tmp_path / "r"
    done = run("report", bundle, "--sana-fe", path, "--out", out)
    assert done.exit_code == 0, done.output
    assert "Beside SANA-FE 2.2.9" in done.output
    (found,) = report_json(out)["reports"]
    assert found["sana_fe"]["file"] == "sana_fe.json"
    assert found["sana_fe"]["same_samples"] is True
    assert found["sana_fe"]["figures"][0]["ours"] == found["counts"]["sops"]["mean"]


def test_other_samples_are_said(bundle: Path, tmp_path: Path) -> None:
    path, out = result(tmp_path, bundle), tmp_path / "r"
    done = run(
        "report", bundle, "--sana-fe", path, "--data", "generated", "--samples", 5, "--out", out
    )
    assert done.exit_code == 0, done.output
    (found,) = report_json(out)["reports"]
    assert found["sana_fe"]["same_samples"] is False
    assert found["sana_fe"]["notes"][0] == OTHER_SAMPLES
    assert OTHER_SAMPLES in (out / "report.html").read_text(encoding="utf-8")


def test_a_file_of_another_model_is_refused_with_both(bundle: Path, tmp_path: Path) -> None:
    path = result(tmp_path, bundle, model="other.pt", model_sha256="a" * 64)
    said = refused(bundle, "--sana-fe", path, "--out", tmp_path / "r")
    own = sha256(bundle.parent / "model.pt")[:12]
    assert f"{path} is of the model other.pt (SHA-256 aaaaaaaaaaaa), and no bundle is: " in said
    assert f"{bundle} of model.pt ({own}). Give the bundle of that model, or leave the" in said
    assert not (tmp_path / "r").exists()


def test_a_file_of_another_program_of_the_model_is_refused(bundle: Path, tmp_path: Path) -> None:
    path = result(tmp_path, bundle, program_sha256="b" * 64)
    said = refused(bundle, "--sana-fe", path, "--out", tmp_path / "r")
    assert f"{path} is of another program of model.pt than {bundle} (SHA-256 bbbbbbbbbbbb" in said
    assert "compile both with the same options and the same release" in said


def test_a_file_of_another_chip_is_refused_with_both(bundle: Path, tmp_path: Path) -> None:
    path = result(tmp_path, bundle)
    said = refused(bundle, "--sana-fe", path, "--chip", "spinnaker2", "--out", tmp_path / "r")
    assert said == (
        f"{path} is of the chip loihi1, this report of spinnaker2: give it --chip loihi1, or run "
        "ssr-compile --target sana-fe --chip spinnaker2"
    )


def test_two_files_of_one_bundle_are_refused(bundle: Path, tmp_path: Path) -> None:
    one, two = result(tmp_path, bundle), result(tmp_path, bundle, "two.json", timing="simple")
    said = refused(bundle, "--sana-fe", one, two, "--out", tmp_path / "r")
    assert said == f"{one} and {two} are both of {bundle}; give one of them"


def test_a_file_that_is_none_is_refused(bundle: Path, tmp_path: Path) -> None:
    said = refused(bundle, "--sana-fe", bundle / "report.json", "--out", tmp_path / "r")
    assert "report.json: is no ssr-neuro-sana-fe; name a file made by `ssr-compile" in said


def test_each_bundle_has_the_file_of_its_own_program(bundle: Path, tmp_path: Path) -> None:
    """Of one model in 8 and in 4 bits, the files given in the other order."""
    model = saved_ssr(tmp_path)
    few = tmp_path / "few"
    assert (
        run(
            "compile",
            model,
            *"--target program --samples".split(),
            8,
            "--weight-bits",
            4,
            "--out",
            few,
            "--json",
        ).exit_code
        == 0
    )
    assert sha256(model) == sha256(bundle.parent / "model.pt")
    program = program_file.fingerprint(program_file.load(few))
    second = result(tmp_path, bundle, "few.json", program_sha256=program)
    first, out = result(tmp_path, bundle), tmp_path / "r"
    done = run("report", bundle, few, "--sana-fe", second, first, "--out", out)
    assert done.exit_code == 0, done.output
    files = [one["sana_fe"]["file"] for one in report_json(out)["reports"]]
    assert files == ["sana_fe.json", "few.json"]

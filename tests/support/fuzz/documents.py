"""Documents: TOML and JSON that people and commands write, titles, and cell libraries."""

import contextlib
import io
import json
import random
import zlib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import handed_over
from command_line import run
from measure_example import example as measured_example
from report_example import example_report
from sana_fe_example import example as sana_fe_example

from converters.rtl.synthesis import liberty
from fuzz import files, trees
from fuzz.forked import OtherMeaning
from fuzz.reader import RAW, WORDS, Reader
from ssr_neuro.chip import load_chip
from ssr_neuro.errors import BadInput
from ssr_neuro.files import json_document, sana_fe_result
from ssr_neuro.library.evaluation_document import FORMAT
from ssr_neuro.library.study_ranks import study_ranks
from ssr_neuro.measure import document as measurements
from ssr_neuro.placement import place
from ssr_neuro.report import document as reports
from ssr_neuro.report.page import page
from ssr_neuro.search import space_file
from ssr_neuro.serving.titles import read_titles
from ssr_neuro.settings.recipe import FOLDER as RECIPES
from ssr_neuro.settings.recipe import load_recipe

TARGETS = Path(__file__).parents[3] / "hw_targets"
PLACED = handed_over.compiled("CubaLIF")
SPACES = """[lr]
low = 1e-4
high = 1e-2
log = true
[steps]
choices = [2, 4]
[weight_decay]
low = 0.0
high = 0.5
step = 0.1
"""
CONFIG = """model = "ssr"
data = "generated"
features = 16
blocks = 1
max-steps = 20
lr = 0.01
tau_steps = 2.0
encoder_skip = true
out = "model.pt"
"""
TITLES = (
    'id,title\n1,The first\n2,"The second, quoted"\n30,Third\n',
    "movieId:token\tmovie_title:token_seq\n1\tToy Story\n2\tJumanji\n",
    "item_id|title|year\n7|Se7en|1995\n8|x|1\n",
)
LIBRARY = """library (small) {
  nom_voltage : 1.8;
  capacitive_load_unit (1, pf);
  power_lut_template (t) { variable_1 : "input_transition_time";
    variable_2 : "total_output_net_capacitance";
    index_1 ("0.01, 0.1"); index_2 ("0.001, 0.01"); }
  cell (inv) { area : 3.75;
    pin (A) { direction : input; capacitance : 0.002; }
    pin (Y) { direction : output; function : "(!A)";
      internal_power () { rise_power (t) { values ("0.1, 0.2", "0.3, 0.4"); } } } }
  cell (dff) { area : 20;
    ff (IQ, IQN) { next_state : "D"; clocked_on : "CLK"; }
    pin (CLK) { direction : input; clock : true; capacitance : 0.001; }
    pin (D) { direction : input; capacitance : 0.002; }
    pin (Q) { direction : output; function : "IQ"; } }
}
"""
EVALUATED = FORMAT.wrap(
    {
        "models": {
            f"{kind}.pt": {
                "kind": kind,
                "ndcg@10": value,
                "hr@10": value + 0.1,
                "part": "test",
                "data": {"fingerprint": "1", "source": "one"},
            }
            for kind, value in (("ssr", 0.2), ("sasrec", 0.25), ("lrurec", 0.22))
        }
    }
)


def _text(use: Callable[[Path], Any], name: str) -> Callable[..., None]:
    """An attempt: one of the good texts changed by lines and words, now and then by bytes."""

    def attempt(rng: random.Random, good: list[str], folder: Path) -> None:
        content = files.mutate_text(rng, rng.choice(good), WORDS).encode()
        if rng.random() < RAW:
            content = trees.flip_bytes(rng, content)
        (folder / name).write_bytes(content)
        use(folder / name)

    return attempt


def _json(use: Callable[[Path], Any], name: str) -> Callable[..., None]:
    """An attempt: one of the good documents with one or two places changed."""

    def attempt(rng: random.Random, good: list[Any], folder: Path) -> None:
        tree = trees.mutate(rng, rng.choice(good), rng.choice((1, 1, 2)))
        files.write_json(rng, folder / name, tree)
        if rng.random() < RAW:
            path = folder / name
            path.write_bytes(trees.flip_bytes(rng, path.read_bytes()))
        use(folder / name)

    return attempt


def _stored(write: Callable[[Path], Any], name: str) -> Callable[[Path], list[Any]]:
    """Good documents: what `write` leaves at the place that it is given."""

    def make(folder: Path) -> list[Any]:
        write(folder / name)
        return [json_document.read(folder / name, "us")]

    return make


def same_again(read: Callable[[Path], Any], write: Callable[[Path, Any], Any]) -> Any:
    """A use: what was read is written and read again, and is the same."""

    def use(path: Path) -> None:
        found = read(path)
        path.unlink()
        write(path, found)
        if read(path) != found:
            raise OtherMeaning("written and read again it is another")

    return use


def _placed(path: Path) -> None:
    place(PLACED, load_chip(path))


def _config(path: Path) -> None:
    """`ssr train --config`, which says what it would do."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = run("ssr", "train", "--config", str(path), "--dry-run", "--quiet")
    if code == 2:
        raise BadInput(said.getvalue())
    if code:
        raise RuntimeError(f"exit code {code}: {said.getvalue()}")


def _shown(path: Path) -> None:
    """A report that is read is also written, and its page made."""
    report = reports.read_report(path)
    content = path.read_bytes()
    path.unlink()
    reports.write(report, path.parent)
    if json.loads(reports.to_json(reports.read_report(path))) != json.loads(
        reports.to_json(report)
    ):
        raise OtherMeaning("written and read again it is another")
    if zlib.crc32(content) % 8 == 0:  # some of them: a page takes longer than the rest
        page(report, date(2026, 1, 1))


def _ranked(path: Path) -> None:
    other = path.with_name("other.json")
    other.write_text(json.dumps(EVALUATED).replace('"fingerprint": "1"', '"fingerprint": "2"'))
    found = study_ranks([path, other])
    json_document.to_text(found.to_dict())


def _titled(path: Path) -> None:
    for title in read_titles(path).values():
        if not title.isprintable():
            raise OtherMeaning(f"{title!r} would steer a terminal")


def _cells(path: Path) -> None:
    for cell in liberty.read(path).cells.values():
        for pin in cell.pins.values():
            pin.edge_j(1e-15)


def _reports(folder: Path) -> list[Any]:
    reports.write(example_report(), folder)
    return [json_document.read(folder / "report.json", "us")]


def _write_sana_fe(path: Path, found: Any = None) -> None:
    sana_fe_result.write(path, found or sana_fe_example())


READERS = (
    Reader(
        "chip",
        lambda folder: [path.read_text() for path in sorted(TARGETS.glob("*.toml"))],
        _text(_placed, "x.toml"),
    ),
    Reader("space", lambda _: [SPACES], _text(lambda p: space_file.read(p, "ssr"), "x.toml")),
    Reader("config", lambda _: [CONFIG], _text(_config, "x.toml")),
    Reader(
        "recipe",
        lambda _: [path.read_text() for path in sorted(RECIPES.glob("*.toml"))],
        _text(load_recipe, "x.toml"),
    ),
    Reader(
        "measurement",
        _stored(lambda path: measurements.write(path, measured_example()), "m.json"),
        _json(same_again(measurements.read, measurements.write), "m.json"),
    ),
    Reader(
        "sana-fe",
        _stored(_write_sana_fe, "sana_fe.json"),
        _json(same_again(sana_fe_result.read, _write_sana_fe), "sana_fe.json"),
    ),
    Reader("report", _reports, _json(_shown, "report.json")),
    Reader("ranks", lambda _: [EVALUATED], _json(_ranked, "x.json")),
    Reader("titles", lambda _: list(TITLES), _text(_titled, "x.csv")),
    Reader("liberty", lambda _: [LIBRARY], _text(_cells, "x.lib")),
)

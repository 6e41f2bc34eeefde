"""A folder of ssr-compile, checked and read back: the program, its items, and what was found."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter, ValidationError

from ssr_neuro.bundle import golden
from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.item_table import ItemTable
from ssr_neuro.files import manifest, npz
from ssr_neuro.program import program_file
from ssr_neuro.program.ir import IntegerProgram, as_integer
from ssr_neuro.program.trace import Trace
from ssr_neuro.report.contents import Agreement, Exactness, Model
from ssr_neuro.report.document import ONE
from ssr_neuro.report.passes import PassTable
from ssr_neuro.report.quantisation import Quantised
from ssr_neuro.settings.settings import SsrConfig

REPORT = "report.json"
ITEMS = "items.npz"


@dataclass(frozen=True)
class Compiled:
    """What ssr-compile found out and wrote into the bundle's report."""

    model: Model
    exactness: tuple[Exactness, ...]
    agreement: Agreement | None
    quantised: tuple[Quantised, ...]
    passes: PassTable | None
    assumptions: tuple[str, ...]
    versions: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Bundle:
    """trace: the golden run. data: name, source and fingerprint of the data the model learnt.

    model_sha256: of the model.pt that was compiled.
    """

    folder: Path
    program: IntegerProgram
    items: ItemTable
    trace: Trace
    found: Compiled
    config: SsrConfig
    model_sha256: str
    data: Mapping[str, str]

    @property
    def dataset(self) -> str:
        """Its name, or where it comes from."""
        return str(self.data.get("name") or self.data["source"])

    @property
    def protocol(self) -> str:
        return str(self.found.model.training.get("protocol", "unknown"))


def read(folder: Path) -> Bundle:
    """Raises Mismatch where a file is not as it was made, BadInput where it is no bundle of an
    SSR."""
    manifest.check(folder)
    made = json.loads((folder / manifest.MANIFEST).read_text(encoding="utf-8"))
    if missing := [n for n in (REPORT, ITEMS) if n not in made["files"]]:
        raise BadInput(
            f"{folder} holds no {' and no '.join(missing)}: it is no bundle of a recommender. Give "
            "a folder that ssr-compile made of a model.pt, without --stop-after"
        )
    document = _document(folder / REPORT)
    return Bundle(
        folder=folder,
        program=as_integer(program_file.load(folder)),
        items=read_items(folder / ITEMS),
        trace=golden.read(folder / "golden").trace,
        found=_compiled(folder / REPORT, document),
        config=SsrConfig.from_dict(document["model"]["config"]),
        model_sha256=made["model_sha256"],
        data=made["data"],
    )


def _document(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if document.get("format") != ONE.name or document["model"]["kind"] != "ssr":
        raise BadInput(f"{path}: no report of a compiled SSR; compile its model.pt again")
    return document


def _compiled(path: Path, document: dict[str, Any]) -> Compiled:
    """The parts that a run on other sequences does not change."""
    counted = document.get("counted")
    kept = [said for said in document["assumptions"] if said != counted]
    try:
        return TypeAdapter(Compiled).validate_python(
            {
                **{
                    name: document[name]
                    for name in (
                        "model",
                        "exactness",
                        "agreement",
                        "quantised",
                        "passes",
                        "versions",
                    )
                },
                "assumptions": kept,
            }
        )
    except (ValidationError, KeyError) as error:
        reason = str(error).partition("\n")[0]
        raise BadInput(f"{path}: of another release ({reason}); compile the model again") from error


def read_items(path: Path) -> ItemTable:
    """What `bundle.write_items` left."""
    stored = npz.read(path)
    shape = tuple(int(size) for size in stored["shape"])
    bits = np.unpackbits(stored["codes"], axis=1, count=shape[1] * shape[2])
    return ItemTable(bits.reshape(shape), stored["bias"], tuple(map(str, stored["ids"])))

"""A folder of ssr-compile, checked and read back: the program, its items, and what was found."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter, ValidationError

from ssr_neuro.bundle import golden
from ssr_neuro.bundle.stored_items import read_stored_items
from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.item_table import ItemTable
from ssr_neuro.files import json_document, manifest
from ssr_neuro.program import program_file
from ssr_neuro.program.ir import IntegerProgram, as_integer
from ssr_neuro.program.trace import Trace
from ssr_neuro.report.contents import Exactness, IntegerAgreement, ReportedModel
from ssr_neuro.report.document import ONE
from ssr_neuro.report.passes import PassTable
from ssr_neuro.report.quantisation import Quantised
from ssr_neuro.settings.models.ssr import SsrConfig

REPORT = "report.json"
ITEMS = "items.npz"


@dataclass(frozen=True)
class CompilerFindings:
    """What ssr-compile found out and wrote into the bundle's report."""

    model: ReportedModel
    exactness: tuple[Exactness, ...]
    agreement: IntegerAgreement | None
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
    found: CompilerFindings
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


@dataclass(frozen=True, eq=False)
class GraphBundle:
    """A compiled graph: its golden run, and what made it; no items, no data, no accuracy."""

    folder: Path
    program: IntegerProgram
    trace: Trace
    versions: Mapping[str, str]

    @property
    def name(self) -> str:
        """Of the folder."""
        return self.folder.resolve().name


def read(folder: Path) -> Bundle | GraphBundle:
    """Raises Mismatch where a file is not as it was made, BadInput where it is no whole bundle."""
    manifest.check(folder)
    made = manifest.read(folder)
    missing = [name for name in (REPORT, ITEMS) if name not in made["files"]]
    if len(missing) == 2 and (folder / "golden").is_dir():
        program = as_integer(program_file.load(folder))
        trace = golden.read_trace(folder / "golden", program)
        return GraphBundle(folder, program, trace, made["versions"])
    if missing:
        raise BadInput(
            f"{folder} holds no {' and no '.join(missing)}: it is no whole bundle. Give a folder "
            "that ssr-compile made, without --stop-after"
        )
    document = _document(folder / REPORT)
    program = as_integer(program_file.load(folder))
    return Bundle(
        folder=folder,
        program=program,
        items=read_items(folder / ITEMS),
        trace=golden.read_trace(folder / "golden", program),
        found=_read_findings(folder / REPORT, document),
        config=SsrConfig.from_dict(document["model"]["config"]),
        model_sha256=made["model_sha256"],
        data=made["data"],
    )


def _document(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = ONE.wrap(ONE.read(path))
    model = document.get("model")
    if not isinstance(model, dict) or model.get("kind") != "ssr":
        raise BadInput(f"{path}: no report of a compiled SSR; compile its model.pt again")
    return document


def _read_findings(path: Path, document: dict[str, Any]) -> CompilerFindings:
    """The parts that a run on other sequences does not change."""
    parts = {f.name: document[f.name] for f in fields(CompilerFindings) if f.name in document}
    try:
        found = TypeAdapter(CompilerFindings).validate_python(parts)
    except ValidationError as error:
        reason = "; ".join(json_document.describe(error))
        raise BadInput(f"{path}: of another release ({reason}); compile the model again") from error
    counted = document.get("counted")
    return replace(found, assumptions=tuple(s for s in found.assumptions if s != counted))


def read_items(path: Path) -> ItemTable:
    """The items of a bundle, unpacked. Raises BadInput where its arrays do not fit each other."""
    stored = read_stored_items(path)
    bits = np.unpackbits(stored.packed, axis=1, count=stored.shape[1] * stored.shape[2])
    return ItemTable(bits.reshape(stored.shape), stored.bias, tuple(stored.ids.tolist()))

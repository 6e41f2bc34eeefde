"""The licence of every package that ssr-neuro needs and that is installed, as it states it."""

import re
from importlib import metadata
from typing import Any

from ssr_neuro.files.json_document import Format

FORMAT = Format("ssr-neuro-licences", 1, "`ssr doctor --licences --json`")
OWN = "ssr-neuro"
NAME = re.compile(r"[A-Za-z0-9._-]+")
LONGEST = 60  # some packages put the whole text there


def list_licences() -> list[tuple[str, str, str]]:
    """Name, version and licence, in order of names: what is required, and what that requires."""
    found: dict[str, tuple[str, str, str]] = {}
    left = [OWN]
    while left:
        name = _normal(left.pop())
        if name in found:
            continue
        try:
            package = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # of an extra, or for another system
        found[name] = (name, package.version, _licence(package.metadata))
        left += [match[0] for need in package.requires or () if (match := NAME.match(need))]
    return sorted(found.values())


def licences_document() -> dict[str, Any]:
    """The same as plain data, what `ssr doctor --licences --json` prints."""
    keys = ("package", "version", "licence")
    return FORMAT.wrap({"packages": [dict(zip(keys, row, strict=True)) for row in list_licences()]})


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _licence(stated: metadata.PackageMetadata) -> str:
    """The SPDX expression, else the classifiers, else the first line of the field."""
    if "License-Expression" in stated:
        return stated["License-Expression"]
    classified = [
        line.rpartition(" :: ")[2]
        for line in stated.get_all("Classifier") or ()
        if line.startswith("License ::")
    ]
    if classified:
        return ", ".join(classified)
    lines = (stated["License"] if "License" in stated else "").strip().splitlines()
    return lines[0][:LONGEST] if lines else "not stated"

"""Simulators and exporters by name: the project's own, and those of other installed packages."""

import dataclasses
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ssr_neuro
from ssr_neuro import entry_points
from ssr_neuro.entry_points import Plugin
from ssr_neuro.errors import BackendFailed, BadInput

if TYPE_CHECKING:
    from ssr_neuro.exporter import Exporter
    from ssr_neuro.program.simulator import Simulator

SIMULATORS: Mapping[str, str] = {
    "fast": "simulators.fast",
    "lava_cpu": "simulators.lava_cpu",
    "reference": "simulators.reference",
}
EXPORTERS: Mapping[str, str] = {
    "c": "converters.export_c",
    "lava-dl": "converters.export_lava_dl",
    "nir": "converters.export_nir",
    "onnx": "converters.export_onnx",
    "rtl": "converters.export_rtl",
    "rtl-int8": "converters.export_rtl_int8",
    "sana-fe": "converters.export_sana_fe",
}
# Targets that leave a bundle, which ssr-compile makes without an exporter, and what it does.
BUNDLE_TARGETS: Mapping[str, str] = {
    "lava-sim": "compile, run on Lava, verify",
    "program": "compile and verify without Lava",
}
TARGETS = (*BUNDLE_TARGETS, *EXPORTERS)
SIMULATOR_GROUP = "ssr_neuro.simulators"
EXPORTER_GROUP = "ssr_neuro.exporters"


def names() -> list[str]:
    """The simulators there are, without importing any."""
    return list(entry_points.names(SIMULATOR_GROUP, SIMULATORS))


def load(name: str, **options: Any) -> "Simulator":
    """Import one simulator, with other options than its own defaults where given.

    Raises BadInput on an unknown name, which lists all, on an option that it does not have, and
    on a broken plugin; an error in importing one of the project's own passes through.
    """
    simulator: Simulator
    if plugin := entry_points.find(SIMULATOR_GROUP, name, SIMULATORS):
        simulator = _load(plugin, ("run",))
    elif name in SIMULATORS:
        simulator = _import_own(SIMULATORS[name]).SIMULATOR
    else:
        known = entry_points.listing(SIMULATOR_GROUP, SIMULATORS)
        raise BadInput(f"no simulator {name!r}; there are {known}")
    return _with_options(simulator, options) if options else simulator


def targets() -> list[str]:
    """What exporters write, without importing any."""
    found = entry_points.names(EXPORTER_GROUP, TARGETS)
    return [name for name in found if name not in BUNDLE_TARGETS]


def all_targets() -> tuple[str, ...]:
    """Bundles, then what exporters write, without importing any."""
    return (*BUNDLE_TARGETS, *targets())


def exporter(target: str) -> "Exporter":
    """Import one exporter. Raises BadInput on an unknown target, which lists all, or a broken
    plugin."""
    found: Exporter
    if plugin := entry_points.find(EXPORTER_GROUP, target, TARGETS):
        found = _load(plugin, ("export",))
        for name, kind in {"help": str, "integers": bool}.items():
            if not isinstance(getattr(found, name, None), kind):
                raise plugin.broken(f"its `{name}` is not a {kind.__name__}")
    elif target in EXPORTERS:
        found = _import_own(EXPORTERS[target]).EXPORTER
    else:
        known = entry_points.listing(EXPORTER_GROUP, TARGETS)
        raise BadInput(f"no exporter {target!r}; there are {known}")
    return found


def _load(plugin: Plugin, methods: tuple[str, ...]) -> Any:
    """A plugin's object with these methods, named as its entry point."""
    found = plugin.load()
    for method in methods:
        if isinstance(found, type) or not callable(getattr(found, method, None)):
            raise plugin.broken(f"it is {found!r}, not an object with a method `{method}`")
    if getattr(found, "name", None) != plugin.name:
        raise plugin.broken(f"its `name` is {getattr(found, 'name', None)!r}")
    return found


def _with_options(simulator: "Simulator", options: Mapping[str, Any]) -> "Simulator":
    """A copy with these options. Raises BadInput on one that the simulator does not have."""
    fields: tuple[dataclasses.Field[Any], ...] = ()
    if dataclasses.is_dataclass(simulator):
        fields = dataclasses.fields(simulator)
    known = [field.name for field in fields if field.init and field.name != "name"]
    if unknown := sorted(options.keys() - set(known)):
        raise BadInput(
            f"simulator {simulator.name!r} has no option {', '.join(unknown)}; "
            + (f"it has {', '.join(known)}" if known else "it has none")
        )
    return dataclasses.replace(simulator, **options)  # type: ignore[type-var]


def _import_own(module: str) -> Any:
    """Import a module of the folders beside `ssr_neuro`.

    These are common names: another package or script of the name must not stand in.
    """
    package = import_module(module.partition(".")[0])
    ours = Path(ssr_neuro.__file__).parent.parent
    if Path(package.__file__ or "").parent.parent != ours:
        raise BackendFailed(
            f"`{package.__name__}` was imported from {package.__file__}, not from beside ssr_neuro "
            f"in {ours}; rename that file or use a virtual environment of its own"
        )
    return import_module(module)

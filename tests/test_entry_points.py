"""Broken plugins: one error says which package, which entry point, what is wrong, what to do."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, ClassVar

import pytest

from ssr_neuro import entry_points, registry
from ssr_neuro.chip import chip_names, load_chip
from ssr_neuro.entry_points import Plugin
from ssr_neuro.errors import BadInput
from ssr_neuro.lower import Lowering, Pass, pass_names, passes
from ssr_neuro.program.ir import Program

DO = r"Update or uninstall theirs, or correct its entry point \(docs/how-to/extend\.md\)"
Install = Callable[..., None]


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Install:
    """Pretend that "theirs 2.0" declares these entry points of one group: name -> object."""

    def declare(group: str, distribution: str = "theirs 2.0", **objects: Any) -> None:
        module = ModuleType("their_module")
        for name, found in objects.items():
            setattr(module, name, found)
        monkeypatch.setitem(sys.modules, "their_module", module)
        ours = tuple(
            Plugin(group, name.replace("__", "-"), f"their_module:{name}", distribution)
            for name in objects
        )
        monkeypatch.setattr(entry_points, "plugins", lambda asked: ours if asked == group else ())

    return declare


def simulator(name: str) -> SimpleNamespace:
    return SimpleNamespace(name=name, run=lambda program, inputs, membranes=False: None)


def test_a_plugin_is_loaded_by_its_name(install: Install) -> None:
    install(registry.SIMULATOR_GROUP, theirs=(found := simulator("theirs")))
    assert registry.names() == ["fast", "lava_cpu", "reference", "theirs"]
    assert registry.load("theirs") is found


def test_names_are_listed_without_an_import(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Plugin(registry.SIMULATOR_GROUP, "theirs", "no_such_module:X", "theirs 2.0")
    monkeypatch.setattr(entry_points, "plugins", lambda group: (broken,))
    assert "theirs" in registry.names()
    assert registry.load("fast").name == "fast"
    with pytest.raises(BadInput, match=r"no simulator 'x'; there are .*theirs \(of theirs 2\.0\)"):
        registry.load("x")
    message = (
        r"entry point 'theirs' of theirs 2\.0 \(ssr_neuro\.simulators: no_such_module:X\) cannot "
        r"be used: importing it raised ModuleNotFoundError: No module named "
        rf"'no_such_module'\. {DO}"
    )
    with pytest.raises(BadInput, match=message):
        registry.load("theirs")


@pytest.mark.parametrize(
    ("found", "problem"),
    [
        (SimpleNamespace(name="theirs"), "not an object with a method `run`"),
        (type("Theirs", (), {"name": "theirs", "run": print}), "not an object with a method `run`"),
        (simulator("other"), "its `name` is 'other'"),
    ],
    ids=["no method", "a class", "another name"],
)
def test_a_simulator_of_another_shape_is_refused(
    install: Install, found: object, problem: str
) -> None:
    install(registry.SIMULATOR_GROUP, theirs=found)
    with pytest.raises(BadInput, match=rf"'theirs' of theirs 2\.0.*{problem}\. {DO}"):
        registry.load("theirs")


def test_a_name_that_is_taken_is_used_by_nobody(install: Install) -> None:
    install(registry.SIMULATOR_GROUP, fast=simulator("fast"))
    with pytest.raises(BadInput, match=r"no simulator 'x'; .*fast \(of theirs 2\.0, name taken\)"):
        registry.load("x")
    with pytest.raises(BadInput, match=r"'fast' of theirs 2\.0.* the name is taken by ssr-neuro"):
        registry.load("fast")
    assert registry.load("reference").name == "reference"


def test_two_packages_with_one_name_are_both_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    group = registry.SIMULATOR_GROUP
    both = tuple(Plugin(group, "x", "json:dumps", f"{name} 1.0") for name in ("one", "two"))
    monkeypatch.setattr(entry_points, "plugins", lambda asked: both)
    with pytest.raises(BadInput, match=r"'x' of two 1\.0 .* the name is taken by one 1\.0"):
        registry.load("x")


def test_an_exporter_says_what_it_writes(install: Install) -> None:
    found = SimpleNamespace(name="theirs", help="a format", integers=1, export=print)
    install(registry.EXPORTER_GROUP, theirs=found)
    with pytest.raises(BadInput, match="its `integers` is not a bool"):
        registry.exporter("theirs")
    found.integers = True
    assert registry.exporter("theirs") is found
    assert registry.targets()[-1] == "theirs"


def test_an_exporter_cannot_be_called_as_a_bundle(install: Install) -> None:
    install(registry.EXPORTER_GROUP, program=SimpleNamespace(name="program"))
    assert "program" not in registry.targets()
    with pytest.raises(BadInput, match="the name is taken by ssr-neuro"):
        registry.exporter("program")


def test_an_option_that_a_simulator_does_not_have_is_named() -> None:
    with pytest.raises(BadInput, match="simulator 'reference' has no option lanes; it has none"):
        registry.load("reference", lanes=2)
    with pytest.raises(BadInput, match="'lava_cpu' has no option lane; it has lanes, timeout_s, "):
        registry.load("lava_cpu", lane=2)
    assert registry.load("lava_cpu", lanes=2).lanes == 2  # type: ignore[attr-defined]


CHIP = """name = "theirs"
title = "Theirs"
kind = "neuromorphic"

[sources]
sheet = { text = "their data sheet", read = "primary" }

[limits]
cores_per_chip = { value = 4, unit = "cores", source = "sheet", evidence = "vendor" }
"""


def test_a_chip_is_a_path_or_a_function_that_returns_one(install: Install, tmp_path: Path) -> None:
    (tmp_path / "chip.toml").write_text(CHIP, encoding="utf-8")
    for found in (tmp_path / "chip.toml", lambda: tmp_path / "chip.toml"):
        install("ssr_neuro.chips", theirs=found)
        assert chip_names()[-1] == "theirs"
        with pytest.raises(BadInput, match=r"chip\.toml: "):  # it leaves figures out
            load_chip("theirs")


@pytest.mark.parametrize(
    ("found", "problem"),
    [("chip.toml", "it gives 'chip.toml', not the path"), (lambda: 3, "it gives 3, not the path")],
    ids=["a text", "a function of a number"],
)
def test_a_chip_that_is_no_path_is_refused(install: Install, found: object, problem: str) -> None:
    install("ssr_neuro.chips", theirs=found)
    with pytest.raises(BadInput, match=f"'theirs' of theirs 2.0 .* {problem}"):
        load_chip("theirs")


def test_a_chip_is_named_as_its_entry_point(install: Install) -> None:
    own = Path(registry.__file__).parent.parent / "hw_targets" / "loihi1.toml"
    install("ssr_neuro.chips", theirs=own)
    with pytest.raises(BadInput, match=r"loihi1\.toml calls its chip 'loihi1'"):
        load_chip("theirs")


def step(name: str, follows: str, optimises: bool = True) -> type[Pass]:
    """A pass that changes nothing."""
    places: dict[str, Any] = {"name": name, "follows": follows, "optimises": optimises}
    places["run"] = lambda self, program: program
    return type(name, (Pass,), places)


def test_passes_stand_behind_those_they_follow(install: Install) -> None:
    added = {"b": "skips", "a": "skips", "c": "a", "d": "share"}
    install("ssr_neuro.passes", **{name: step(name, follows) for name, follows in added.items()})
    names = pass_names(optimising=True)
    assert names[names.index("skips") :] == ("skips", "a", "c", "b", "share", "d", "realign")


def test_a_pass_that_does_not_optimise_always_runs(install: Install) -> None:
    install("ssr_neuro.passes", a=step("a", "separate"), b=step("b", "separate", optimises=False))
    assert [one.name for one in passes(Lowering())][-2:] == ["separate", "b"]
    optimised = [one.name for one in passes(Lowering(optimise=True))]
    assert optimised[optimised.index("separate") :][:3] == ["separate", "b", "a"]


def test_a_pass_takes_its_options_from_the_lowering(install: Install) -> None:
    @dataclass(frozen=True)
    class Narrow(Pass):
        name: ClassVar[str] = "narrow"
        follows: ClassVar[str] = "fold"
        bits: int = 0

        @classmethod
        def of(cls, options: Lowering) -> "Narrow":
            return cls(options.weight_bits)

        def run(self, program: Program) -> Program:
            return program

    install("ssr_neuro.passes", narrow=Narrow)
    assert Narrow(3) in passes(Lowering(weight_bits=3))


@pytest.mark.parametrize(
    ("found", "problem"),
    [
        (print, "not a subclass of ssr_neuro.lower.Pass"),
        (step("other", "prune"), "its `name` is 'other'"),
        (step("theirs", "nobody"), "it follows 'nobody'; it can follow fold, bias_neurons"),
        (step("theirs", "theirs"), "it follows 'theirs'; it can follow fold, bias_neurons"),
        (step("theirs", "fold"), "it optimises and stands before 'separate'"),
        (
            step("theirs", "prune", optimises=False),
            "it does not optimise and stands behind 'prune'",
        ),
    ],
    ids=["no pass", "another name", "follows nobody", "follows itself", "too early", "too late"],
)
def test_a_broken_pass_is_refused(install: Install, found: object, problem: str) -> None:
    install("ssr_neuro.passes", theirs=found)
    with pytest.raises(BadInput, match=rf"'theirs' of theirs 2\.0 .*{problem}.* {DO}"):
        pass_names()

"""What a shell completes options with; nothing here imports torch."""

from collections.abc import Callable, Iterable

Complete = Callable[[str], list[str]]


def _complete(names: Callable[[], Iterable[str]]) -> Complete:
    def complete(incomplete: str) -> list[str]:
        return [name for name in names() if name.startswith(incomplete)]

    return complete


def _simulators() -> Iterable[str]:
    from ssr_neuro import registry

    return registry.names()


def _targets() -> Iterable[str]:
    from ssr_neuro import registry

    return registry.all_targets()


def _chips() -> Iterable[str]:
    from ssr_neuro.chip import chip_names

    return chip_names()


def _kinds() -> Iterable[str]:
    from ssr_neuro.model import kinds

    return kinds()


def _recipes() -> Iterable[str]:
    from ssr_neuro.settings.recipe import recipe_names

    return recipe_names()


complete_simulator = _complete(_simulators)
complete_target = _complete(_targets)
complete_chip = _complete(_chips)
complete_kind = _complete(_kinds)
complete_recipe = _complete(_recipes)

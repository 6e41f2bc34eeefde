"""The order of the passes: the project's own, and those of other packages behind one of them.

The optimising passes stand behind `separate`, so every stage from there on is a program whose
samples are apart and can be run and compared with the one before; the clock is one population
among the others, and the last pass shortens the gap to what is still needed. Among them: what is
silent or constant goes first, as that can make neurons equal; merging can cancel weights and so
leave neurons unread; then nothing more is dropped and sums, arrays and depths are settled.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from ssr_neuro import entry_points
from ssr_neuro.entry_points import Plugin
from ssr_neuro.lower.bias_neurons import BiasNeurons
from ssr_neuro.lower.constant_neurons import ConstantNeurons
from ssr_neuro.lower.drop_silent import DropSilent
from ssr_neuro.lower.drop_unread import DropUnread
from ssr_neuro.lower.fold import Fold
from ssr_neuro.lower.merge_duplicates import MergeDuplicates
from ssr_neuro.lower.passes import Lowering, Pass
from ssr_neuro.lower.prune import Prune
from ssr_neuro.lower.quantise import Quantise
from ssr_neuro.lower.schedule import ScheduleNodes
from ssr_neuro.lower.separate_samples import SeparateSamples
from ssr_neuro.lower.share_matrices import ShareMatrices
from ssr_neuro.lower.shorten_delays import ShortenDelays
from ssr_neuro.lower.sum_sources import SumSources

AnyPass = Pass[Any, Any]
GROUP = "ssr_neuro.passes"
PASSES: tuple[type[AnyPass], ...] = (
    Fold,
    BiasNeurons,
    ScheduleNodes,
    Quantise,
    SeparateSamples,
    Prune,
    DropSilent,
    ConstantNeurons,
    MergeDuplicates,
    DropUnread,
    SumSources,
    ShareMatrices,
    ShortenDelays,
)
OWN_NAMES = tuple(step.name for step in PASSES)


def pass_types() -> tuple[type[AnyPass], ...]:
    """All passes in the order in which they run.

    Raises BadInput, naming the package, where one of another package cannot be used.
    """
    plugins = entry_points.plugins(GROUP)
    found = [entry_points.find(GROUP, plugin.name, OWN_NAMES) for plugin in plugins]
    return _in_order([(plugin, _load(plugin)) for plugin in found if plugin is not None])


def pass_names(*, optimising: bool = False) -> tuple[str, ...]:
    """The names of all passes in order, or only of those that optimise."""
    return tuple(step.name for step in pass_types() if step.optimises or not optimising)


def passes(options: Lowering) -> tuple[AnyPass, ...]:
    """The passes that these options ask for, in order."""
    return tuple(
        step.of(options) for step in pass_types() if options.optimise or not step.optimises
    )


def _load(plugin: Plugin) -> type[AnyPass]:
    found = plugin.load()
    if not (isinstance(found, type) and issubclass(found, Pass)):
        raise plugin.broken(f"it is {found!r}, not a subclass of ssr_neuro.lower.Pass")
    if getattr(found, "name", None) != plugin.name:
        raise plugin.broken(f"its `name` is {getattr(found, 'name', None)!r}")
    return found


def _in_order(added: Sequence[tuple[Plugin, type[AnyPass]]]) -> tuple[type[AnyPass], ...]:
    """Each added pass directly behind the one that it follows.

    Of several, those that do not optimise come first, then by name.
    """
    ordered = sorted(added, key=lambda one: (one[1].optimises, one[1].name))

    def behind(name: str) -> Iterator[type[AnyPass]]:
        for _, step in ordered:
            if step.follows == name:
                yield step
                yield from behind(step.name)

    order = tuple(step for own in PASSES for step in (own, *behind(own.name)))
    for plugin, step in added:
        _check_place(plugin, step, order)
    return order


def _check_place(plugin: Plugin, step: type[AnyPass], order: tuple[type[AnyPass], ...]) -> None:
    """An added pass must be in the order, and all that optimise come behind all that do not."""
    if step not in order:
        raise plugin.broken(f"it follows {step.follows!r}; it can follow {', '.join(OWN_NAMES)}")
    at = order.index(step)
    if step.optimises and (later := [one for one in order[at:] if not one.optimises]):
        problem = f"it optimises and stands before {later[-1].name!r}"
    elif not step.optimises and (earlier := [one for one in order[:at] if one.optimises]):
        problem = f"it does not optimise and stands behind {earlier[0].name!r}"
    else:
        return
    raise plugin.broken(f"{problem}; passes that optimise come last, so let it follow another one")

"""Options that take several values after one another, as in `--baselines a.pt b.pt`."""

from collections.abc import Iterator, Sequence
from typing import Any

from typer.core import TyperCommand, TyperOption


class Many(TyperCommand):
    """A command whose list options take every word up to the next option.

    What belongs to no option stands before them.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """`--option a b` is read as `--option a --option b`."""
        return super().parse_args(ctx, list(_spread(args, self._lists())))

    def _lists(self) -> set[str]:
        return {
            name
            for option in self.params
            if isinstance(option, TyperOption) and option.multiple
            for name in option.opts
        }


def _spread(args: Sequence[str], lists: set[str]) -> Iterator[str]:
    """Puts the option before every value but the first, which it stands before already."""
    option, follows = "", False
    for word in args:
        name, equals, _ = word.partition("=")
        if word.startswith("--"):
            option, follows = (name if name in lists else ""), bool(equals)
        elif option and follows:
            yield option
        else:
            follows = bool(option)
        yield word

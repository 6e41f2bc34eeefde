"""The room of a picture: one for wide pages and for paper, one for a narrow screen."""

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from ssr_neuro.charts.svg import GLYPH, shorten, text

GAP = 12  # between the name of a row and its plot
NAME_HEIGHT = 17  # of a name that stands above its row


@dataclass(frozen=True)
class Frame:
    """Pixels. label: room for the names of rows left of the plot; 0 where they stand above."""

    width: float
    label: float

    @property
    def above(self) -> float:
        """Height that the name of a row takes above it."""
        return 0 if self.label else NAME_HEIGHT

    @property
    def narrow(self) -> bool:
        return not self.label

    def name(self, words: str, top: float, height: float, kind: str = "") -> Markup:
        """The name of a row whose plot begins at `top`, shortened in the middle where too long."""
        if self.narrow:
            return text(shorten(words, self.width), 0, top - 5, f"label start {kind}".strip())
        room = self.label - GAP
        said = shorten(words, room)
        return text(said, room, top + height / 2 + 4, f"label {kind}".strip())


WIDE = Frame(860, 190)
NARROW = Frame(360, 0)


def draw_both_frames(draw: Callable[[Frame], Markup]) -> Markup:
    """The picture in both frames; the page's style sheet shows the one that fits the window."""
    return Markup('<div class="wide">{}</div><div class="narrow">{}</div>').format(
        draw(WIDE), draw(NARROW)
    )


def width_of(words: str) -> float:
    """Of words of 12 px, on average."""
    return len(words) * GLYPH

"""Names beside the points they belong to, moved apart until none covers another."""

from dataclasses import dataclass

HEIGHT = 13.0
ROUNDS = 400


@dataclass(frozen=True)
class Label:
    """A name that begins at x and would stand best at the height y, in pixels."""

    text: str
    x: float
    y: float
    width: float
    look: int

    def beside(self, other: "Label") -> bool:
        """Whether the two share no column of pixels."""
        return self.x + self.width < other.x or other.x + other.width < self.x


def spread(labels: list[Label], top: float, bottom: float) -> list[float]:
    """The height of each label between top and bottom; equal labels give equal heights."""
    heights = [label.y for label in labels]
    order = sorted(range(len(labels)), key=lambda number: (heights[number], number))
    pairs = [
        (upper, lower)
        for place, upper in enumerate(order)
        for lower in order[place + 1 :]
        if not labels[upper].beside(labels[lower])
    ]
    for _ in range(ROUNDS):
        moved = 0.0
        for upper, lower in pairs:
            # The order of the points is kept, so a name never passes its neighbour's.
            push = (HEIGHT - (heights[lower] - heights[upper])) / 2
            if push > 0.01:
                heights[upper] = max(top, heights[upper] - push)
                heights[lower] = min(bottom, heights[lower] + push)
                moved = max(moved, push)
        if not moved:
            break
    return heights

"""Shape of Caser."""

from dataclasses import dataclass

from ssr_neuro.settings.window import WindowSettings

USERS = ("mean", "own")


@dataclass(frozen=True)
class CaserConfig(WindowSettings):
    """Shape of Caser; defaults as in the authors' program, but for D, 50 there.

    order: the paper's L, how many of the latest items the filters see; None: all N. horizontal:
    filters of each height 1 to L. vertical: weighted sums over the L items. dropout: of what the
    filters say. scoring: "own", a ReLU and a table of its own with biases, which scores the user's
    vector as well; "tied", the vector as it is by the table that is read, without user and biases.
    user: that vector, "own" of each of the data's `users`, where one that is not known adds
    nothing, or the "mean" of the window's items. vertical_bias: of the sums. l2: what the loss adds
    for each unit of the Euclidean norms of the table, the filters' weights and the readout's.
    """

    order: int | None = 5
    horizontal: int = 16
    vertical: int = 4
    dropout: float = 0.5
    scoring: str = "own"
    vertical_bias: bool = False
    l2: float = 0.0
    user: str = "mean"
    users: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        self._whole(horizontal=1, vertical=1)
        if self.order is not None:
            self._whole(order=1)
            fits = self.order <= self.positions
            self._need(fits, "order", f"at most positions ({self.positions})")
        self._rates("dropout", "l2")
        self._one_of("scoring", ("own", "tied"))
        self._flags("vertical_bias")
        self._one_of("user", USERS)
        self._whole(users=0)
        tied = self.user == "own" and self.scoring == "tied"
        self._need(not tied, "user", "mean where scoring is tied, which knows no user")


CONFIG = CaserConfig

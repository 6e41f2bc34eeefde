"""Operations by kind, the parts of a model that do them, and the numbers that it moves.

A multiply-add (MAC) is one real multiplication whose result is added. A product of two complex
numbers is 4 multiplications and 2 additions, of a complex and a real one 2 multiplications; where
products are summed they are 4 and 2 MACs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Ops:
    """Operations on real numbers. special: name of a function, such as "exp" -> how often.

    Additions hold subtractions and comparisons. A special function has no price on any chip here.
    """

    macs: int = 0
    additions: int = 0
    multiplications: int = 0
    special: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: "Ops") -> "Ops":
        names = sorted({*self.special, *other.special})
        return Ops(
            self.macs + other.macs,
            self.additions + other.additions,
            self.multiplications + other.multiplications,
            {name: self.special.get(name, 0) + other.special.get(name, 0) for name in names},
        )

    def __mul__(self, times: int) -> "Ops":
        return Ops(
            self.macs * times,
            self.additions * times,
            self.multiplications * times,
            {name: count * times for name, count in self.special.items()},
        )

    @property
    def specials(self) -> int:
        """All special functions."""
        return sum(self.special.values())


def sum_ops(ops: Iterable[Ops]) -> Ops:
    """Their sum; nothing at all where there are none."""
    return sum(ops, Ops())


@dataclass(frozen=True)
class Component:
    """One component of a model, for a whole inference.

    product: a matrix product or a recurrence, what the formulae of papers count. The others
    (norms, activations, skips, gates) go element by element. moved: numbers that a product reads
    and writes; the others work on numbers in passing and move none.
    """

    name: str
    ops: Ops
    formula: str
    product: bool = True
    moved: int = 0


@dataclass(frozen=True)
class Cost:
    """One inference of one model in one form of computing it.

    Numbers moved, each once: weights (all but the item table, constants of transforms included),
    state (kept from item to item, read and written), scoring (rows and biases of all items);
    lookup are the rows of the items read, which are among those that scoring reads.
    notes: what a reader must know of this form.
    """

    kind: str
    form: str
    parts: tuple[Component, ...]
    weights: int
    state: int
    lookup: int
    scoring: int
    notes: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        """Whose bill it is, as in "lrurec, incremental"."""
        return f"{self.kind}, {self.form}"

    @property
    def products(self) -> Ops:
        """Operations of the matrix products and recurrences."""
        return sum_ops(part.ops for part in self.parts if part.product)

    @property
    def elementwise(self) -> Ops:
        """Operations of all else."""
        return sum_ops(part.ops for part in self.parts if not part.product)

    @property
    def ops(self) -> Ops:
        """All operations."""
        return self.products + self.elementwise

    @property
    def activations(self) -> int:
        """Numbers that the products read and write."""
        return sum(part.moved for part in self.parts)

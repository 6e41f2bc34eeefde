"""What a term of a bill pays for: the few kinds that stacked bars tell apart."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """number: of its colour. letter: written on the bars and in the legend."""

    number: int
    letter: str
    name: str


KINDS = tuple(
    Kind(number, letter, name)
    for number, (letter, name) in enumerate(
        (
            ("N", "network arithmetic"),
            ("U", "neuron updates"),
            ("S", "item scoring"),
            ("W", "weights fetched"),
            ("M", "accumulators, membranes, states and activations moved"),
            ("T", "item table read"),
            ("R", "messages, hops and barriers"),
            ("H", "host, input and output"),
            ("P", "static power"),
        )
    )
)
# The first word found in a term's name decides.
_WORDS = (
    ("static", "P"), ("idle power", "P"), ("barrier", "R"),
    ("host", "H"), ("input spikes", "H"), ("input and output", "H"),
    ("message", "R"), ("hop", "R"), ("rout", "R"), ("spikes sent", "R"),
    ("item table", "T"), ("table bytes", "T"), ("look-up", "T"), ("lookup", "T"),
    ("weight bytes", "W"), ("weight words", "W"), ("weights fetched", "W"),
    ("accumulator", "M"), ("membrane bytes", "M"), ("state bytes", "M"), ("activation bytes", "M"),
    ("scoring", "S"), ("scores", "S"),
    ("neuron update", "U"), ("membrane update", "U"),
)  # fmt: skip


def kind_of(term: str) -> Kind:
    """The kind of a term, by its name; network arithmetic where nothing else is said."""
    name = term.lower()
    letter = next((found for word, found in _WORDS if word in name), "N")
    return next(kind for kind in KINDS if kind.letter == letter)

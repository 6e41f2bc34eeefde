"""What a term of a bill pays for: the few kinds that stacked bars tell apart."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """number: of its colour. short: the word that stands on the bars; name: that of the legend."""

    number: int
    short: str
    name: str


NETWORK, UPDATES, SCORING, WEIGHTS, STATES, TABLE, MESSAGES, HOST, STATIC = KINDS = tuple(
    Kind(number, short, name)
    for number, (short, name) in enumerate(
        (
            ("network", "network arithmetic"),
            ("updates", "neuron updates"),
            ("scoring", "item scoring"),
            ("weights", "weights fetched"),
            ("states", "accumulators, membranes, states and activations moved"),
            ("items", "item table read"),
            ("messages", "messages, hops and barriers"),
            ("host", "host, input and output"),
            ("static", "static power"),
        )
    )
)
# The first word found in a term's name decides.
_WORDS = (
    ("static", STATIC),
    ("idle power", STATIC),
    ("barrier", MESSAGES),
    ("host", HOST),
    ("input spikes", HOST),
    ("input and output", HOST),
    ("message", MESSAGES),
    ("hop", MESSAGES),
    ("rout", MESSAGES),
    ("spikes sent", MESSAGES),
    ("item table", TABLE),
    ("table bytes", TABLE),
    ("look-up", TABLE),
    ("lookup", TABLE),
    ("weight bytes", WEIGHTS),
    ("weight words", WEIGHTS),
    ("weights fetched", WEIGHTS),
    ("accumulator", STATES),
    ("membrane bytes", STATES),
    ("state bytes", STATES),
    ("activation bytes", STATES),
    ("scoring", SCORING),
    ("scores", SCORING),
    ("neuron update", UPDATES),
    ("membrane update", UPDATES),
)


def kind_of(term: str) -> Kind:
    """The kind of a term, by its name; network arithmetic where nothing else is said."""
    name = term.lower()
    return next((kind for word, kind in _WORDS if word in name), NETWORK)

"""README.md of an exported folder, written for whoever runs SANA-FE on it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from converters.sana_fe.architecture import LINK_BUFFER
from converters.sana_fe.network import LATEST, SanaFeNetwork
from converters.sana_fe.prices import ArchitecturePrices
from ssr_neuro.chip import Chip
from ssr_neuro.files.names import markdown_text

TEMPLATE = Path(__file__).with_suffix(".md")


def readme(net: SanaFeNetwork, chip: Chip, every: Sequence[ArchitecturePrices]) -> str:
    stream = net.stream
    late = sum(len(one.rows) for one in net.late)
    return TEMPLATE.read_text(encoding="utf-8").format(
        program=markdown_text(net.program.name),
        title=markdown_text(chip.title),
        samples=stream.samples,
        interval=stream.interval,
        lead=stream.lead,
        counted=stream.last - stream.first + 1,
        buffer=LINK_BUFFER,
        late=_late(late),
        architectures="\n".join(f"| `{p.file}` | the chip; prices: {p.title} |" for p in every),
        groups="\n".join(_groups(net)),
        prices="\n".join(line for one in every for line in _prices(one)),
    )


def _late(synapses: int) -> str:
    if not synapses:
        return f"no synapse has a delay of more than {LATEST} steps, the longest SANA-FE holds."
    return (
        f"{synapses:,} synapses have a delay of more than {LATEST} steps, the longest SANA-FE\n"
        "  holds. They are in the network with weight 0, so that their spikes are sent and\n"
        "  charged; what they bring arrives as a bias in the right step."
    )


def _groups(net: SanaFeNetwork) -> Iterator[str]:
    for group in (*net.layout.outside, *net.layout.inside):
        where = f", read by core {group.cores[0]}" if group in net.layout.outside else ""
        depth = net.program.depth_of(group.node)
        node = markdown_text(group.node)
        yield f"| {group.name} | {node}{where} | {len(group.neurons)} | {depth} |"


def _prices(prices: ArchitecturePrices) -> Iterator[str]:
    """One table, and the terms that are 0 for want of a figure."""
    yield f"## {prices.file}: {prices.title}\n"
    yield "| unit | key | value | from |\n|---|---|---|---|"
    for one in prices.settings:
        unit = "pJ" if one.is_energy else "ns"
        origin = "**unknown**: " + one.unknown if one.unknown else f"{one.figure}; {one.source}"
        yield f"| {one.unit} | {one.key} | {one.value:g} {unit} | {origin} |"
    unknown = len(prices.unknown(energy=True)) + len(prices.unknown(energy=False))
    if unknown:
        yield (
            f"\n{unknown} keys are 0 because SANA-FE needs them and the figure is not known: "
            "what SANA-FE finds is without them.\n"
        )

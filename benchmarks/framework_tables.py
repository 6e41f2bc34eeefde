"""Tables of docs/background/compiler.md on NIR: where frameworks differ, and networks of the field.

From results/frameworks.json of `compare_frameworks.py`, whose profiles the tests hold against the
frameworks, and results/field-networks.json of `field_networks.py`.
"""

from collections.abc import Callable

from number_regions import read_result

from converters.nir.profiles import PROFILES


def frameworks() -> str:
    """A row for each network of each framework."""
    found = read_result("frameworks")
    lines = [
        "| exporter | network | read with | output values | differ | differ with `nir` |",
        "|---|---|---|---:|---:|---:|",
    ]
    for row in found["rows"]:
        options = " ".join(filter(None, (f"--exporter {row['exporter']}", row["options"])))
        plain = "refused" if row["plain_differs"] is None else f"{row['plain_differs']:,}"
        lines.append(
            f"| {row['exporter']} {found['releases'][row['exporter']]} | {row['network']} | "
            f"`{options}` | {row['values']:,} | {row['profile_differs']:,} | {plain} |"
        )
    return "\n".join(lines)


def choices() -> str:
    """What each profile chooses otherwise than NIR."""
    lines = ["| `--exporter` | reads with | its files cannot say |", "|---|---|---|"]
    for profile in PROFILES:
        options = [f"`--{n.replace('_', '-')} {v}`" for n, v in profile.choices.items()]
        if profile.dt_s != 1e-4:
            options.insert(0, f"`--dt-s {profile.dt_s:g}`")
        lacks = "; ".join(profile.lacks)
        lines.append(f"| {profile.name} | {', '.join(options) or 'NIR as it is'} | {lacks} |")
    return "\n".join(lines)


def field_networks() -> str:
    """Time, memory and size of the networks of `field_networks.py`."""
    lines = [
        "| network | steps | neurons | synapses | spikes | mismatches | changed by quantising | "
        "seconds | MiB |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {row['name']} | {row['steps']} | {row['neurons']:,} | {row['synapses']:,} | "
        f"{row['spikes_fired']:,} | {row['mismatches']} | {row['changed']:.1%} | "
        f"{row['seconds']:.0f} | {row['peak_mib']:,} |"
        for row in read_result("field-networks")["rows"]
    ]
    return "\n".join(lines)


TABLES: dict[str, Callable[[], str]] = {
    "frameworks": frameworks,
    "exporter-choices": choices,
    "field-networks": field_networks,
}

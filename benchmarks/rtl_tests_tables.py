"""The table of what `make test-rtl` compared, of results/test-rtl.json by record_rtl_tests.py."""

from collections.abc import Callable

from model_figures import markdown_table
from number_regions import read_result

# A test -> how the table names it, and the counts of it that the table gives.
ROWS = {
    "test_random_programs_of_every_map_and_neuron": ("random programs, 1 to 16 lanes", "programs"),
    "test_random_graphs_equal_the_reference": ("random NIR graphs, 1 to 16 lanes", "graphs"),
    "test_the_plain_bench_under_icarus": ("the demo's first sample under Icarus", ""),
    "test_the_gates_of_the_core_pass_the_same_bench": ("the same as gates of Yosys", ""),
}
FLIPS = "test_every_flipped_bit_is_seen"
PROOFS, FAULTS = "test_proven_for_every_input", "test_a_planted_fault_is_found"


def seen_table() -> str:
    """What ran, how much of it, and what was compared."""
    tests = read_result("test-rtl")["tests"]
    rows = []
    for name, (title, what) in ROWS.items():
        if (test := tests.get(name)) is None:
            continue
        cores = test["settings"]
        number = f"{test[what] // cores:,} on each of {cores} cores" if what else f"{cores}"
        compared = [
            f"{test[key]:,} {key.removesuffix(' compared')}"
            for key in ("spikes compared", "readouts compared", "words compared")
            if test.get(key)
        ]
        rows.append([title, number, f"{', '.join(compared)}; 0 differ"])
    flips = {
        key.removeprefix("flipped bits of ").removesuffix(", seen"): count
        for key, count in tests[FLIPS].items()
        if key.startswith("flipped bits")
    }
    number = f"{sum(flips.values()):,}"
    seen = ", ".join(f"{count} of {count} in {what}" for what, count in flips.items())
    rows.append(["flipped bits, 1 to 16 lanes", number, f"seen: {seen}"])
    rows.append(["proofs for every input", f"{tests[PROOFS]['settings']}", "all hold"])
    rows.append(["planted faults", f"{tests[FAULTS]['settings']}", "each ends its proof"])
    return markdown_table(["", "how many", "compared, or seen"], rows)


TABLES: dict[str, Callable[[], str]] = {"test-rtl": seen_table}

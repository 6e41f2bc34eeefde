"""Recount what report.json says of the golden run. Needs NumPy only; check.py calls it.

A spike of every source is one synaptic operation for each weight other than zero that leaves its
neuron. Rows are what a memory of words reads and writes: of weights as they are stored, zeros
included, and of the accumulators of targets that lie side by side.
"""

import math
from typing import Any

import numpy as np

Arrays = dict[str, Any]
Rows = dict[int, Any]  # length of a row -> how many of them
TOLERANCE = 1e-12  # of means and deviations, whose sums may be taken in another order


def first_difference(
    report: Arrays, program: Arrays, weights: Arrays, golden: Arrays, items: Arrays | None
) -> str | None:
    """golden: inputs, spikes and readouts by name. None where all is as the report says."""
    if (report["format"], report["version"]) != ("ssr-neuro-report", 1):
        return "it is of another kind, or of another release"
    counts = recount(program, weights, golden)
    expected = {"program": summary(program, counts), "counts": counts}
    if items is not None and report["scoring"] is not None:
        expected["scoring"] = scoring(items)
    for name, found in expected.items():
        if difference := differing(name, report[name], found):
            return difference
    fired = [golden[node["name"]] for node in program["populations"]]
    run = {
        "spikes_compared": sum(x.size for x in fired),
        "spikes_fired": sum(int(x.sum()) for x in fired),
        "readouts_compared": sum(golden[node["name"]].size for node in program["readouts"]),
        "mismatches": 0,
    }
    lines = enumerate(report["exactness"])
    said = (differing(f"exactness[{k}]", x, run) for k, x in lines if x["left"] == "reference")
    return next(filter(None, said), None)


def recount(program: Arrays, weights: Arrays, golden: Arrays) -> Arrays:
    """The report's `counts`, from the structure and the golden spikes."""
    steps, populations = program["steps"], program["populations"]
    nodes = [*program["inputs"], *populations]
    fired = {  # spikes of each neuron, (samples, neurons)
        node["name"]: (x := golden[node["name"]].sum(axis=1)).reshape(len(x), -1) for node in nodes
    }
    events = {s["name"]: of_synapse(program, s, weights, fired) for s in program["synapses"]}
    active = {p["name"]: active_updates(program, weights, golden, p) for p in populations}
    none = np.zeros(len(golden[nodes[0]["name"]]), np.int64)
    counted = [of_population(program, p, fired, events, active, none) for p in populations]
    spikes = sum((fired[p["name"]].sum(axis=1) for p in populations), none)
    operations = sum((x["operations"] for x in events.values()), none)
    updates = sum(x["updates"] for x in counted)
    capacity = sum(x["counts"]["capacity"] for x in events.values())
    targets = dict.fromkeys(s["target"] for s in program["synapses"])
    by_target = [s for name in targets for s in program["synapses"] if s["target"] == name]
    return {
        "samples": len(none),
        "steps": steps,
        "inputs": [of_node(node, fired, steps) for node in program["inputs"]],
        "populations": counted,
        "synapses": [x["counts"] for x in events.values()],
        "spikes": spread(spikes),
        "rate": share(spikes, updates),
        "sops": spread(operations),
        "capacity": capacity,
        "synapse_rate": share(operations, capacity),
        "updates": updates,
        "active_updates": spread(sum(active.values(), none)),
        "sops_with_zeros": spread(sum((x["stored"] for x in events.values()), none)),
        "weight_rows": by_length(events[s["name"]]["fetched"] for s in program["synapses"]),
        "target_rows": by_length(events[s["name"]]["changed"] for s in by_target),
    }


def of_synapse(program: Arrays, synapse: Arrays, weights: Arrays, fired: Arrays) -> Arrays:
    """operations, stored, rows by length: (samples,). counts: what the report says of them."""
    spec = synapse["map"]
    sent = sum(fired[source["name"]] for source in synapse["sources"])
    leaving = fan_out(spec, weights)
    axis = side_by_side(program, synapse["target"])
    fetched = {k: sent @ rows for k, rows in weight_rows(spec, weights).items()}
    changed = {k: sent @ rows for k, rows in target_rows(spec, weights, axis).items()}
    stored = sum((length * read for length, read in fetched.items()), np.zeros(len(sent), np.int64))
    counts = {
        "name": synapse["name"],
        "sources": [source["name"] for source in synapse["sources"]],
        "target": synapse["target"],
        "synapses": int(leaving.sum()),
        "capacity": int(leaving.sum()) * len(synapse["sources"]) * program["steps"],
        "sops": spread(sent @ leaving),
        "kind": "sparse" if spec["kind"] == "sparse" else "dense",
        "sops_with_zeros": spread(stored),
    }
    totals = {"operations": sent @ leaving, "stored": stored, "spikes": sent.sum(axis=1)}
    return {**totals, "fetched": fetched, "changed": changed, "counts": counts}


def of_population(
    program: Arrays, node: Arrays, fired: Arrays, events: Arrays, active: Arrays, none: Any
) -> Arrays:
    name, steps = node["name"], program["steps"]
    into = [events[s["name"]] for s in program["synapses"] if s["target"] == name]
    return {
        **of_node(node, fired, steps),
        "depth": node.get("depth", 0),
        "updates": fired[name].shape[1] * steps,
        "active_updates": spread(active[name]),
        "input_spikes": spread(sum((x["spikes"] for x in into), none)),
        "sops": spread(sum((x["operations"] for x in into), none)),
    }


def of_node(node: Arrays, fired: Arrays, steps: int) -> Arrays:
    """Of an input or a population. rate: spikes of a neuron in a step."""
    found = fired[node["name"]]
    spikes, neurons = found.sum(axis=1), found.shape[1]
    rate = share(spikes, neurons * steps)
    return {"name": node["name"], "neurons": neurons, "spikes": spread(spikes), "rate": rate}


def summary(program: Arrays, counts: Arrays) -> Arrays:
    neurons = sum(p["neurons"] for p in counts["populations"])
    synapses = sum(s["synapses"] for s in counts["synapses"])
    sizes = {"populations": len(counts["populations"]), "neurons": neurons, "synapses": synapses}
    times = {"depth": program["depth"], "steps": program["steps"]}
    return {**sizes, **times, "latency_steps": program["steps"] + program["depth"]}


def scoring(items: Arrays) -> Arrays:
    """One addition for each 1 in the packed codes of an item, and one for its bias."""
    count, steps, features = (int(n) for n in items["shape"])
    ones = int(np.unpackbits(items["codes"].astype(np.uint8), axis=1, count=steps * features).sum())
    size = {"items": count, "code_bits": steps * features, "ones": ones}
    return {**size, "additions": ones + count, "code_bytes": items["codes"].size}


def spread(x: Any) -> Arrays:
    """x: int64 (samples,)."""
    ends = {"min": int(x.min()), "max": int(x.max())}
    return {"total": int(x.sum()), "mean": float(x.mean()), "sd": float(x.std()), **ends}


def by_length(parts: Any) -> list[Arrays]:
    total: Rows = {}
    for rows in parts:
        for length, read in rows.items():
            total[length] = total.get(length, 0) + read
    return [{"length": k, "read": spread(total[k])} for k in sorted(total)]


def share(part: Any, whole: int) -> float:
    return float(part.mean()) / whole if whole else 0.0


def fan_out(spec: Arrays, weights: Arrays) -> Any:
    """Weights other than zero that leave each source neuron."""
    if spec["kind"] == "kron":
        left, right = (np.count_nonzero(weights[spec[k]], axis=0) for k in ("left", "right"))
        return np.outer(left, right).ravel()
    if spec["kind"] == "dense":
        return np.count_nonzero(weights[spec["weight"]], axis=0)
    used = weights[spec["indices"]][weights[spec["data"]] != 0]
    return np.bincount(used, minlength=int(np.prod(spec["in_shape"])))


def factors(spec: Arrays, weights: Arrays) -> tuple[Any, Any]:
    """Of a kron the factor with the weights and the one of zeros and ones."""
    left, right = weights[spec["left"]], weights[spec["right"]]
    return (left, right) if spec["carrier"] == "left" else (right, left)


def over_sources(spec: Arrays, carried: Any, copied: Any) -> Any:
    """Numbers of the two factors' columns -> those of source neurons, which are their products."""
    pair = (carried, copied) if spec["carrier"] == "left" else (copied, carried)
    return np.outer(*pair).ravel()


def weight_rows(spec: Arrays, weights: Arrays) -> Rows:
    """Length -> rows of stored weights that a spike of each source fetches."""
    if spec["kind"] == "kron":  # a row for each copy of the factor that the spike enters
        carrier, binary = factors(spec, weights)
        ones = np.ones(carrier.shape[1], np.int64)
        return {len(carrier): over_sources(spec, ones, np.count_nonzero(binary, axis=0))}
    if spec["kind"] == "dense":
        rows, columns = weights[spec["weight"]].shape
        return {rows: np.ones(columns, np.int64)}
    leaving = np.bincount(weights[spec["indices"]], minlength=int(np.prod(spec["in_shape"])))
    return {int(k): (leaving == k).astype(np.int64) for k in np.unique(leaving) if k}


def side_by_side(program: Arrays, target: str) -> str:
    """The axis of the targets whose accumulators are neighbours: positions if all maps mix them."""
    maps = [s["map"] for s in program["synapses"] if s["target"] == target]
    mixed = all(m["kind"] == "kron" and m["carrier"] == "left" for m in maps)
    return "positions" if mixed else "features"


def target_rows(spec: Arrays, weights: Arrays, axis: str) -> Rows:
    """Length -> rows of accumulators that a spike of each source changes."""
    if spec["kind"] == "sparse":
        per_row = np.diff(weights[spec["indptr"]])
        targets = np.repeat(np.arange(len(per_row)), per_row)
        return runs(targets, weights[spec["indices"]], int(np.prod(spec["in_shape"])))
    if spec["kind"] == "dense" or (spec["carrier"] == "left") == (axis == "positions"):
        return weight_rows(spec, weights)
    carrier, binary = factors(spec, weights)
    many = np.full(carrier.shape[1], len(carrier), np.int64)
    targets, sources = np.nonzero(binary)
    found = runs(targets, sources, binary.shape[1])
    return {length: over_sources(spec, many, n) for length, n in found.items()}


def runs(targets: Any, sources: Any, width: int) -> Rows:
    """Length -> runs of neighbours among the targets of each source."""
    order = np.lexsort((targets, sources))
    targets, sources = targets[order], sources[order]
    if not len(targets):
        return {}
    begins = np.append(True, (np.diff(targets) != 1) | (np.diff(sources) != 0))
    starts = np.flatnonzero(begins)
    lengths = np.diff(np.append(starts, len(targets)))
    return {
        int(k): np.bincount(sources[starts][lengths == k], minlength=width)
        for k in np.unique(lengths)
    }


def active_updates(program: Arrays, weights: Arrays, golden: Arrays, population: Arrays) -> Any:
    """Neurons and steps of each sample in which at least one event arrives."""
    shape = golden[population["name"]].shape
    arrived = np.zeros((shape[0] * shape[1], *shape[2:]), np.float32)
    for synapse in program["synapses"]:
        for source in synapse["sources"] if synapse["target"] == population["name"] else ():
            x = golden[source["name"]].astype(np.float32)
            arrived += events(synapse["map"], weights, x.reshape(-1, *x.shape[2:]))
    return (arrived > 0).reshape(shape[0], -1).sum(axis=1)


def events(spec: Arrays, weights: Arrays, x: Any) -> Any:
    """How many events each target gets: the map with ones for all weights other than zero."""
    if spec["kind"] == "kron":
        left, right = ((weights[spec[k]] != 0).astype(np.float32) for k in ("left", "right"))
        return left @ x @ right.T
    flat = x.reshape(len(x), -1)
    if spec["kind"] == "dense":
        found = flat @ (weights[spec["weight"]] != 0).T.astype(np.float32)
    else:
        indptr, used = weights[spec["indptr"]], weights[spec["data"]] != 0
        running = [np.cumsum(np.append(0, used * row[weights[spec["indices"]]])) for row in flat]
        found = np.stack([total[indptr[1:]] - total[indptr[:-1]] for total in running])
    return found.reshape(len(x), *spec["out_shape"])


def differing(name: str, said: Any, found: Any) -> str | None:
    """The first value of two trees that differs, in words."""
    if isinstance(found, dict) and isinstance(said, dict):
        parts = ((f"{name}.{k}", said.get(k), x) for k, x in found.items())
        return next(filter(None, (differing(*part) for part in parts)), None)
    if isinstance(found, list) and isinstance(said, list) and len(found) == len(said):
        parts = ((f"{name}[{k}]", *pair) for k, pair in enumerate(zip(said, found, strict=True)))
        return next(filter(None, (differing(*part) for part in parts)), None)
    if isinstance(found, float) and isinstance(said, (int, float)):
        same = math.isclose(said, found, rel_tol=TOLERANCE)
    else:
        same = said == found
    return None if same else f"{name} is {said!r}, the golden run gives {found!r}"

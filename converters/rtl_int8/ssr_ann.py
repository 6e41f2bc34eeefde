"""SSR-ANN as a network of 8-bit integers, its normalisations folded."""

import numpy as np

from converters.rtl_int8.network import Int8Network, check
from converters.rtl_int8.quantise import FloatLayer, NetworkBuilder, scale_of, to_int8
from ssr_neuro.checkpoint import Checkpoint
from ssr_neuro.errors import DoesNotFit, Mismatch
from ssr_neuro.evaluation.evaluate import model_scores
from ssr_neuro.model.ssr_ann import SSR_ANN
from ssr_neuro.program.arrays import Floats, IntArray

NORM_EPS = 1e-5  # of torch.nn.BatchNorm1d, which the model leaves as it is
TOLERANCE = 1e-4  # of a score of up to 1, and of larger ones by their size


def ssr_ann_network(saved: Checkpoint, sequences: IntArray) -> Int8Network:
    """sequences (samples, N): set the scales of activations.

    The filter is the circular convolution that its spectrum stands for. Of the last block only the
    last position is computed, as in the model. Raises DoesNotFit, and Mismatch where the float
    layers, before they are quantised, do not score as the model does.
    """
    if saved.config.activation_bits:
        raise DoesNotFit(
            f"{saved.kind} with activation_bits={saved.config.activation_bits}: the core has "
            "activations and items of 8 bits; train the network with activation_bits=0"
        )
    config, weights = saved.config, _weights(saved)
    table = weights["table.weight"]
    scale = scale_of(table[1:])
    x = table[sequences] * (sequences > 0)[..., None]
    builder, groups = NetworkBuilder(x, scale), []
    for number in range(config.blocks):
        last = number == config.blocks - 1
        rows = range(config.positions - 1, config.positions) if last else range(config.positions)
        filtered, *network = _block(weights, number, config.positions, rows)
        groups += [(builder.add(filtered),), tuple(builder.add(layer) for layer in network)]
    # Scores in the scale of the readout's integers: that of the table is folded into its weights.
    readout = FloatLayer(
        "readout", "matrix", "x", "readout", weights["readout.weight"], bias=weights["readout.bias"]
    )
    groups.append((builder.add(readout),))
    _check_floats(saved, sequences, builder.floats["readout"][:, -1], table, weights["item_bias"])
    unit = builder.scales["readout"] * scale
    network_found = Int8Network(
        name="ssr-ann",
        positions=config.positions,
        features=config.features,
        groups=tuple(groups),
        codes=to_int8(table[1:], scale),
        item_bias=np.rint(weights["item_bias"][1:] / unit).astype(np.int64),
        readout="readout",
    )
    check(network_found)
    return network_found


def _block(
    weights: dict[str, Floats], number: int, positions: int, rows: range
) -> tuple[FloatLayer, FloatLayer, FloatLayer]:
    """The filter, and the two layers of the network: x -> filtered -> hidden -> x."""
    block = f"blocks.{number}"
    spectrum = weights[f"{block}.spectrum"]
    kernel = np.fft.irfft(spectrum[..., 0] + 1j * spectrum[..., 1], n=positions, axis=0)

    filter_gain, filter_bias = _norm(weights, f"{block}.filter_norm")
    hidden_gain, hidden_bias = _norm(weights, f"{block}.hidden_norm")
    out_gain, out_bias = _norm(weights, f"{block}.out_norm")
    filtered = FloatLayer(
        name=f"block{number}_filter",
        kind="filter",
        source="x",
        target="filtered",
        weights=kernel,
        gain=filter_gain,
        bias=filter_bias,
        rectifies=True,
        skip="x",
        rows=rows,
    )
    hidden = FloatLayer(
        name=f"block{number}_hidden",
        kind="matrix",
        source="filtered",
        target="hidden",
        weights=weights[f"{block}.ffn_hidden.weight"],
        gain=hidden_gain,
        bias=hidden_bias,
        rectifies=True,
    )
    out = FloatLayer(
        name=f"block{number}_out",
        kind="matrix",
        source="hidden",
        target="x",
        weights=weights[f"{block}.ffn_out.weight"],
        gain=out_gain,
        bias=out_bias,
        rectifies=True,
        skip="filtered",
    )
    return filtered, hidden, out


def _norm(weights: dict[str, Floats], at: str) -> tuple[Floats, Floats]:
    """A batch norm in eval mode as a factor and what is added."""
    gain = weights[f"{at}.weight"] / np.sqrt(weights[f"{at}.running_var"] + NORM_EPS)
    return gain, weights[f"{at}.bias"] - gain * weights[f"{at}.running_mean"]


def _weights(saved: Checkpoint) -> dict[str, Floats]:
    return {name: tensor.double().numpy() for name, tensor in saved.state.items()}


def _check_floats(
    saved: Checkpoint, sequences: IntArray, readout: Floats, table: Floats, bias: Floats
) -> None:
    """Raises Mismatch where the layers, still float, do not score as the model does."""
    model = saved.model()
    if not isinstance(model, SSR_ANN):
        raise TypeError(f"a {saved.kind} is no SSR-ANN")
    ours = (readout @ table.T + bias)[:, 1:]
    theirs = model_scores(model)(sequences)[:, 1:]
    apart = np.abs(ours - theirs) / np.maximum(1, np.abs(theirs))
    if not apart.max() <= TOLERANCE:
        row, item = np.unravel_index(int(np.argmax(apart)), apart.shape)
        raise Mismatch(
            f"sequence {row}, item {item + 1}: the layers score {ours[row, item]:.6g} and the "
            f"model {theirs[row, item]:.6g}; report this as a fault"
        )

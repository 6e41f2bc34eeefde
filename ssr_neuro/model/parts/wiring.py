"""Which layers of SSR feed which; a skip is a second source of the same sum."""

from collections.abc import Iterator

BLOCK = ("dft", "filter", "idft", "reconstruct", "ffn_hidden", "ffn_out")


def wiring(blocks: int) -> Iterator[tuple[str, list[str]]]:
    """(layer, the populations whose spikes it sums), in data-flow order (SSR paper eq. 15, 16).

    Starts with the encoder, which reads "input", and ends with "readout".
    """
    yield "encoder", ["input"]
    stream = ["encoder"]
    for block in range(blocks):
        dft, mix, idft, reconstruct, hidden, out = (f"block{block}_{layer}" for layer in BLOCK)
        yield dft, stream
        yield mix, [dft]
        yield idft, [mix]
        yield reconstruct, [idft]
        stream = [*stream, reconstruct]
        yield hidden, stream
        yield out, [hidden]
        stream = [*stream, out]
    yield "readout", stream

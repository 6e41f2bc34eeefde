"""Which layers of SSR feed which; a skip is a second source of the same sum."""

from collections.abc import Iterator

from ssr_neuro.settings.models.ssr import SsrConfig

BLOCK = ("dft", "filter", "idft", "reconstruct", "ffn_hidden", "ffn_out")


def wiring(config: SsrConfig) -> Iterator[tuple[str, list[str]]]:
    """(layer, the populations whose spikes it sums), in data-flow order (SSR paper eq. 15, 16).

    Starts with the encoder, which reads all of "input", and ends with "readout". Layers that read
    "input" beside the encoder read its first N rows, the codes of all positions.
    """
    yield "encoder", ["input"]
    stream = ["input", "encoder"] if config.encoder_skip else ["encoder"]
    for block in range(config.blocks):
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

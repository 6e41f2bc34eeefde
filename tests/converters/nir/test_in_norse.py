"""The flat layout in a framework that knows nothing of us: Norse gives the same spikes."""

from pathlib import Path
from typing import Any

import nir
import norse.torch
import torch
from trained import awake_ssr

from converters.ssr_to_nir import to_nir
from ssr_neuro.settings.models.ssr import SsrConfig

CONFIG = SsrConfig(items=40, positions=8, features=6, blocks=2)


def test_norse_imports_the_flat_graph_and_fires_the_same(tmp_path: Path) -> None:
    model = awake_ssr(CONFIG)
    nir.write(tmp_path / "flat.nir", to_nir(model, "flat"))
    network = norse.torch.from_nir(nir.read(tmp_path / "flat.nir"), dt=1e-4)
    sequences = torch.randint(0, 41, (16, 8), generator=torch.Generator().manual_seed(0))
    own, readouts = model.double().spike_trains(sequences)
    fired = record(network, own)

    state, outputs = None, []
    with torch.no_grad():
        for x in model.stimulus(sequences).permute(2, 1, 0, 3).flatten(2).float():
            out, state = network(x, state)
            outputs.append(out)

    for name, spikes in own.items():
        theirs = torch.stack(fired[name], dim=1)
        assert torch.equal(theirs.to(torch.uint8), spikes.flatten(2)), name
        assert 0 < spikes.float().mean() < 1
    torch.testing.assert_close(torch.stack(outputs, 1).double(), readouts, atol=1e-5, rtol=1e-5)


def record(network: Any, names: dict[str, torch.Tensor]) -> dict[str, list[torch.Tensor]]:
    """Every step's spikes of the modules with these names."""
    fired: dict[str, list[torch.Tensor]] = {name: [] for name in names}
    for name, module in network.named_modules():
        if name in fired:
            module.register_forward_hook(
                lambda _module, _x, out, name=name: fired[name].append(out[0])
            )
    return fired

"""Windows of items with times."""

import torch


def timed(count: int, positions: int = 8, seed: int = 0) -> torch.Tensor:
    """Windows (count, positions, 2) of 1 to N items, up to a day between two of them."""
    generator = torch.Generator().manual_seed(seed)
    drawn = torch.randint(1, 31, (count, positions), generator=generator)
    lengths = torch.randint(1, positions + 1, (count, 1), generator=generator)
    present = torch.arange(positions) >= positions - lengths
    waits = torch.randint(0, 86_400, (count, positions), generator=generator)
    waits *= present & present.roll(1, dims=1)
    waits[:, 0] = 0
    return torch.stack([drawn * present, 978_300_000 + waits.cumsum(dim=1)], dim=-1)


def more_pads(windows: torch.Tensor) -> torch.Tensor:
    pads = windows[:, :1].repeat(1, 5, 1)
    pads[..., 0] = 0
    return torch.cat([pads, windows], dim=1)

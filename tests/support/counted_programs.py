"""What several tests share of sops."""

from functools import cache

import torch
from trained import awake_ssr

from converters.nir_to_program import to_program
from converters.ssr_to_nir import to_nir
from ssr_neuro.lower import Lowering, stages
from ssr_neuro.model.ssr import SSR
from ssr_neuro.program.ir import Program
from ssr_neuro.settings.models.ssr import SsrConfig

CONFIG = SsrConfig(items=30, positions=8, features=8, blocks=2)


@cache
def case() -> tuple[SSR, torch.Tensor, dict[str, Program]]:
    """A model that fires everywhere, windows of items, and its program at every stage."""
    model = awake_ssr(CONFIG).requires_grad_(False)
    items = torch.randint(1, 31, (3, 8), generator=torch.Generator().manual_seed(1))
    program = to_program(to_nir(model), CONFIG.steps)
    return model, items, {s.name: s.program for s in stages(program, Lowering(optimise=True))}

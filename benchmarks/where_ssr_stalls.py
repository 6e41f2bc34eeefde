"""Which part of SSR learns slowly: its item codes, its encoder or its blocks.

    python benchmarks/where_ssr_stalls.py --data ml-1m.txt --steps 2000 --out FILE.json
        [--mixed-precision no, on a CPU without bfloat16]

Trains on the same batches, with the same schedule and losses: SSR-ANN; SSR-ANN that reads and
scores SSR's item codes instead of numbers, its table learning at SSR's rate; SSR; SSR with
SSR-ANN's blocks in place of its own, with its encoder and without; and SSR whose item codes skip
the encoder. Prints HR@10 and NDCG@10 on the validation set after the last step, and keeps each as
it is found: networks that FILE.json has already are not trained again. The test set is not looked
at.
"""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import torch
from torch import nn

from ssr_neuro import data
from ssr_neuro.data import Split
from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.columns import SHOWN, metric_key
from ssr_neuro.evaluation.evaluate import evaluate, model_scores
from ssr_neuro.model.parts.norm_lif import lif_of
from ssr_neuro.model.parts.recommender import RecommenderModel, mask_pad, parameter_groups
from ssr_neuro.model.parts.spiking import lif
from ssr_neuro.model.ssr import SSR
from ssr_neuro.model.ssr_ann import SSR_ANN, AnnBlock
from ssr_neuro.settings.models.ssr import SsrConfig
from ssr_neuro.settings.models.ssr_ann import SsrAnnConfig
from ssr_neuro.settings.training import TrainSettings
from ssr_neuro.training import parts_of
from ssr_neuro.training.batches import batches
from ssr_neuro.training.schedule import lr_factor, rows_of_step, seed_of_step

SPIKING = SsrConfig(items=1)  # the shape of SSR's codes: T, threshold, decay


class ReadsCodes(SSR_ANN):
    """SSR-ANN on the item codes of SSR: sums of spikes in, sums of spikes scored."""

    table_lr_parameters: ClassVar[frozenset[str]] = frozenset({"table.weight"})

    def __init__(self, config: SsrAnnConfig) -> None:
        super().__init__(config)
        nn.init.normal_(self.table.weight, SPIKING.threshold, 0.2 * SPIKING.threshold)
        self.code_lif = lif(SPIKING)

    def _scored(self, items: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        drive = self.table.weight[1:, None, None].expand(-1, 1, SPIKING.steps, -1)
        fired = lif_of(drive, self.code_lif)[:, 0].sum(1)
        codes = nn.functional.pad(fired, (0, 0, 1, 0))  # the pad never fires
        x = codes[items.T] / 2  # between 0 and 2
        for number, block in enumerate(self.blocks, start=1):
            x = block(x, last_only=number == len(self.blocks))
        return self.readout(x[-1]), codes, mask_pad(self.item_bias)


class ExactBlock(AnnBlock):
    """A block of SSR-ANN on each step's spikes by itself, (N, B, T, D) as in SSR."""

    def forward(self, x: torch.Tensor, *, last_only: bool = False) -> torch.Tensor:
        out = super().forward(x.float().flatten(1, 2), last_only=last_only)
        return out.reshape(len(out), *x.shape[1:3], *out.shape[2:])


class ExactBlocks(SSR):
    """SSR with the blocks of SSR-ANN."""

    def __init__(self, config: SsrConfig) -> None:
        super().__init__(config)
        shape = SsrAnnConfig(config.items, config.positions, config.features, config.blocks)
        self.blocks = nn.ModuleList(ExactBlock(shape) for _ in range(config.blocks))


class Unencoded(nn.Module):
    """In place of the encoder: the codes of all positions as they are."""

    def forward(self, stimulus: torch.Tensor) -> torch.Tensor:
        return stimulus[: SPIKING.positions]


class ExactBlocksUnencoded(ExactBlocks):
    def __init__(self, config: SsrConfig) -> None:
        super().__init__(config)
        self.encoder = Unencoded()  # type: ignore[assignment]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", required=True)
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--mixed-precision", default="bf16", choices=("bf16", "no"))
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    try:
        dataset = data.load(given.data, progress=False)
        settings = TrainSettings(
            epochs=None,
            max_steps=given.steps,
            seed=given.seed,
            mixed_precision=given.mixed_precision,
        )
        split = parts_of(dataset, "ssr", "ratio", SPIKING)
    except BadInput as error:
        raise SystemExit(f"BadInput {error}") from error
    found: dict[str, Any] = {
        "data": dataset.source,
        "settings": settings.to_dict(),
        "validation": {},
    }
    if given.out and given.out.exists():
        found["validation"] = before(given.out, found)
    for name, model in networks(dataset.n_items, settings.seed):
        if name in found["validation"]:
            continue
        found["validation"][name] = trained(model, split, settings)
        print(json.dumps({name: found["validation"][name]}), flush=True)
        if given.out:
            given.out.write_text(json.dumps(found, indent=1) + "\n")


def before(path: Path, now: dict[str, Any]) -> dict[str, Any]:
    """What an earlier call found. Ends the program where it had other data or settings."""
    document = json.loads(path.read_text())
    older = now["settings"] | document["settings"]  # what an older release did not know yet
    if (document["data"], older) != (now["data"], now["settings"]):
        raise SystemExit(f"{path} is of other data or settings; give another --out")
    found: dict[str, Any] = document["validation"]
    return found


def networks(items: int, seed: int) -> list[tuple[str, RecommenderModel]]:
    """All of them, each from the seed's own random weights."""
    made: list[tuple[str, RecommenderModel]] = []
    makers: dict[str, Callable[[], RecommenderModel]] = {
        "ssr-ann": lambda: SSR_ANN(SsrAnnConfig(items)),
        "ssr-ann on ssr's codes": lambda: ReadsCodes(SsrAnnConfig(items)),
        "ssr": lambda: SSR(SsrConfig(items)),
        "ssr with exact blocks": lambda: ExactBlocks(SsrConfig(items)),
        "ssr with exact blocks, no encoder": lambda: ExactBlocksUnencoded(SsrConfig(items)),
        "ssr, encoder_skip": lambda: SSR(SsrConfig(items, encoder_skip=True)),
    }
    for name, make in makers.items():
        torch.manual_seed(seed)
        made.append((name, make()))
    return made


def trained(model: RecommenderModel, split: Split, settings: TrainSettings) -> dict[str, float]:
    """Metrics on the validation set after settings.max_steps steps."""
    groups = parameter_groups(model, settings)
    rates = [group["lr"] for group in groups]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.0)
    cut, steps = batches(split.train, torch.device("cpu")), settings.max_steps or 0
    in_bf16 = settings.mixed_precision == "bf16"
    model.train()
    for step in range(steps):
        torch.manual_seed(seed_of_step(step, 0, settings))
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate * lr_factor(step, step / steps, settings)
        with torch.autocast("cpu", torch.bfloat16, enabled=in_bf16):
            loss = model(*cut(rows_of_step(step, len(split.train), settings)))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    found = evaluate(model_scores(model), split.valid).to_dict()
    names = [metric_key(name, column) for column in SHOWN for name in ("hr@10", "ndcg@10")]
    return {name: round(found[name], 4) for name in names}


if __name__ == "__main__":
    main()

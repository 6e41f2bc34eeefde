"""Settings of a training."""

from dataclasses import dataclass

from ssr_neuro.settings.base import Settings
from ssr_neuro.settings.source import SOURCES

# What may select weights; keys of `ssr_neuro.evaluation.metrics.Metrics.to_dict`.
SELECT_BY = (
    "ndcg@10",
    "hr@10",
    "mrr@10",
    "ndcg@10_window_left_out",
    "hr@10_window_left_out",
    "mrr@10_window_left_out",
)


@dataclass(frozen=True)
class TrainSettings(Settings):
    """How to train.

    batch_size counts the sequences of one optimiser step over all processes. table_lr is the
    learning rate of a table that is read as spikes, lr that of all else; warm-up steps lead to
    both, then a cosine down to `final_lr` of them. The first of epochs, max_steps and max_minutes
    to end decides how long the run is; with max_minutes the cosine follows the clock as well, so
    such a run ends decayed but is not reproducible bit for bit. patience: evaluations without a
    better validation before stopping; None never stops early. rate_penalty: weight in the
    loss of the synaptic operations per inference, as a share of those if every neuron always fired
    (`ssr_neuro.model.parts.activity`). weight_bits: 2 to 8 trains with the weights that a chip of
    that many bits gets, from a trained model on; None trains in float. negatives: items drawn each
    step, the same for the whole batch, that the loss compares targets with, by an estimate of the
    softmax over all items (`ssr_neuro.model.parts.sampled_softmax`); None compares with all.
    horizon: how many items after a window the loss asks for, the k-th weighing 1/k, where a model
    learns one window at a time; 1 asks for the next alone. teacher_share: how much of the loss a
    teacher sets where there is one, the rest asks for the next item (`ssr_neuro.training.teacher`).
    teacher_hides: "window" has a teacher give the items of the window it rates no probability, for
    data in which nobody meets an item twice. student_hides: "window" leaves these items out of what
    a taught model learns from as well: it is then to be used where they are no candidates, and is
    free to rank them anyhow. teacher_loss: "forward" is the cross-entropy against
    what the teacher says, "head-tail" adds the reverse divergence where unlikely items are rated
    too high (`ssr_neuro.model.parts.taught_loss`). refit: the validation sequences train as well,
    once all else was chosen by them; nothing is validated then, and the last weights are kept.
    stored: "float16" keeps the matrices of a model rounded to half precision, in half the space;
    whatever is validated and tested is then of these. source: "paper" or "program", whose values
    stand where nothing else was given (`ssr_neuro.settings.source`). max_grad_norm: the gradient of
    all parameters together is scaled down to this length where it is longer; None leaves it. decay:
    what weight_decay shrinks, "all" parameters or "weights", which leaves out biases and norms.
    select_by: the validation figure by which weights are kept and patience counts: a metric over
    all items, such as ndcg@10, or with the window's items left out of the candidates, such as
    ndcg@10_window_left_out. penalty_rise: the share of the run over which the rate penalty grows
    from 0 to its weight; 0 has it whole from the first step. pruned: the share of every matrix of
    SSR that spikes pass which ends as zeros, its smallest weights (`ssr_neuro.training.pruning`).
    Weights are kept once both are whole. every_step: an SSR's loss is the mean of those of its
    scores after 1, 2 ... T time steps, so that it can be stopped after any of them (`ssr study
    anytime`; arXiv:2501.15925 trains networks for images so).
    """

    epochs: int | None = 20
    max_steps: int | None = None
    max_minutes: float | None = None
    batch_size: int = 256
    lr: float = 3e-3
    table_lr: float = 3e-2
    final_lr: float = 0.02
    warmup_steps: int = 50
    weight_decay: float = 0.0
    eval_every: int = 250
    patience: int | None = 10
    seed: int = 0
    mixed_precision: str = "no"
    device: str = "auto"
    rate_penalty: float = 0.0
    weight_bits: int | None = None
    negatives: int | None = None
    horizon: int = 1
    teacher_share: float = 1.0
    teacher_hides: str | None = None
    student_hides: str | None = None
    teacher_loss: str = "forward"
    refit: bool = False
    stored: str = "float32"
    source: str | None = None
    max_grad_norm: float | None = None
    decay: str = "all"
    select_by: str = "ndcg@10"
    penalty_rise: float = 0.0
    pruned: float = 0.0
    every_step: bool = False

    def __post_init__(self) -> None:
        self._whole(batch_size=2, warmup_steps=0, eval_every=1, seed=0, horizon=1)
        for name in ("epochs", "max_steps", "patience", "negatives"):
            if getattr(self, name) is not None:
                self._whole(**{name: 1})
        ends = (self.epochs, self.max_steps, self.max_minutes)
        self._need(any(ends), "epochs", "a number where neither --max-steps nor --max-minutes is")
        if self.max_minutes is not None:
            self._positive("max_minutes")
        self._positive("lr", "table_lr")
        for name in ("final_lr", "weight_decay", "teacher_share", "penalty_rise", "pruned"):
            value = getattr(self, name)
            self._need(isinstance(value, int | float) and 0 <= value <= 1, name, "between 0 and 1")
        self._need(
            isinstance(self.rate_penalty, int | float) and 0 <= self.rate_penalty < float("inf"),
            "rate_penalty",
            "a finite number of at least 0",
        )
        self._at_most("rate_penalty")
        self._need(self.pruned < 1, "pruned", "below 1: some weights must be left")
        self._flags("refit", "every_step")
        self._need(self.weight_bits in (None, *range(2, 9)), "weight_bits", "2 to 8, or None")
        self._one_of("mixed_precision", ("no", "bf16", "fp16"))
        self._one_of("stored", ("float32", "float16"))
        self._one_of("decay", ("all", "weights"))
        self._need(self.source in (None, *SOURCES), "source", f"one of {SOURCES}, or None")
        if self.max_grad_norm is not None:
            self._positive("max_grad_norm")
        self._one_of("select_by", SELECT_BY)
        self._one_of("teacher_loss", ("forward", "head-tail"))
        for name in ("teacher_hides", "student_hides"):
            self._need(getattr(self, name) in (None, "window"), name, "'window', or None")
        self._need(
            self.stored == "float32" or self.weight_bits is None,
            "stored",
            "float32 with --weight-bits, whose weights are integers times a scale",
        )
        self._need(self.device in ("auto", "cpu"), "device", "'auto' or 'cpu'")

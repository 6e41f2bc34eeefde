"""The forms of computing each model that are counted."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from ssr_neuro.costs.models import fmlp_rec, gru4rec, lrurec, sasrec, ssr_ann, tim4rec
from ssr_neuro.costs.models.forward import count_forward
from ssr_neuro.costs.models.ops import Cost
from ssr_neuro.errors import BadInput
from ssr_neuro.model import kinds

Form = Callable[[Any], Cost]
# What a closed formula adds to the count of a forward pass; the first form is that pass.
_OWN_FORMS: Mapping[str, Mapping[str, Form]] = {
    "fmlp-rec": {"full": fmlp_rec.full},
    "gru4rec": {"full": gru4rec.full, "incremental": gru4rec.incremental},
    "lrurec": {
        "full": lrurec.full,
        "sequential": lrurec.sequential,
        "incremental": lrurec.incremental,
    },
    "sasrec": {"full": sasrec.full, "causal": sasrec.causal, "cached": sasrec.cached},
    "ssd4rec": {"full": tim4rec.full_without_time, "sequential": tim4rec.sequential_without_time},
    "ssr-ann": {"full": ssr_ann.full, "dense": ssr_ann.dense},
    "tim4rec": {"full": tim4rec.full, "sequential": tim4rec.sequential},
}
FORMS: Mapping[str, Mapping[str, Form]] = {
    kind: _OWN_FORMS.get(kind) or {"full": partial(count_forward, kind)}
    for kind in kinds()
    if kind != "ssr"
}


def cost(kind: str, config: Any, form: str = "full") -> Cost:
    """One inference of a model of that config. Raises BadInput on a kind or form not counted."""
    forms = _forms(kind)
    if form not in forms:
        raise BadInput(f"{kind} has no form {form!r}; it is counted as {', '.join(forms)}")
    return forms[form](config)


def costs(kind: str, config: Any) -> tuple[Cost, ...]:
    """One inference in every form. Raises BadInput on a kind that is not counted."""
    return tuple(form(config) for form in _forms(kind).values())


def _forms(kind: str) -> Mapping[str, Callable[[Any], Cost]]:
    if kind == "ssr":
        raise BadInput(
            "what ssr costs depends on its spikes, so it is counted by running it: compile it with "
            "ssr-compile and give the report.json that it writes"
        )
    if kind not in FORMS:
        raise BadInput(f"{kind} is not counted; counted are {', '.join(FORMS)}")
    return FORMS[kind]

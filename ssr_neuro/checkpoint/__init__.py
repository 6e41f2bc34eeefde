"""`model.pt`: a trained model as tensors and plain data, loadable without running any code."""

from ssr_neuro.checkpoint.contents import Checkpoint
from ssr_neuro.checkpoint.data_match import check_data, example_rows, has_same_times
from ssr_neuro.checkpoint.file import load, read, save, state_path, write
from ssr_neuro.checkpoint.parse import FORMAT, check_weights
from ssr_neuro.checkpoint.validation import any_knows_validation, check_refit, why_known

__all__ = [
    "FORMAT",
    "Checkpoint",
    "any_knows_validation",
    "check_data",
    "check_refit",
    "check_weights",
    "example_rows",
    "has_same_times",
    "load",
    "read",
    "save",
    "state_path",
    "why_known",
    "write",
]

"""Take a spiking sequential recommender from PyTorch to a neuromorphic chip, and prove it.

    import ssr_neuro as sn

    model = sn.load("model.pt")
    compiled = sn.compile(model, target="program")
    compiled.save("build/model")

Names are imported when they are first used: this module loads neither torch nor numba. Their
types stand in `__init__.pyi`, their pages in docs/reference/api.md.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

# Public name -> the module of ssr_neuro that has it.
_HOMES = {
    "BackendFailed": "errors",
    "BadInput": "errors",
    "Chip": "chip",
    "CompileOptions": "compiler.options",
    "Compiled": "library.compiled",
    "Conformance": "library.conformance",
    "Dataset": "data",
    "DaskOptions": "library.dask_engine",
    "DoesNotFit": "errors",
    "Evaluation": "library.evaluation",
    "Installation": "library.installation",
    "Measurements": "measure",
    "Mismatch": "errors",
    "Model": "library.models",
    "OverSeeds": "library.evaluation_comparison",
    "Paired": "library.evaluation_comparison",
    "PackedItems": "ranking",
    "Program": "program.ir",
    "Recommended": "serving.recommender",
    "Recommender": "serving.recommender",
    "RankStudy": "library.study_ranks",
    "Reports": "report.contents",
    "Schedule": "library.schedule",
    "SearchResult": "library.search_result",
    "Simulation": "library.simulation",
    "SsrError": "errors",
    "Stopwatch": "stopwatch",
    "Study": "library.study",
    "Trace": "program.trace",
    "Verified": "library.bundles",
    "GraphCheck": "library.check",
    "Obstacle": "library.check",
    "build_report": "library.reporting",
    "check": "library.check",
    "chip_names": "chip",
    "compare": "program.trace",
    "comparison_document": "library.comparison_document",
    "compare_paired": "library.evaluation_comparison",
    "compile": "library.compile",
    "conformance": "library.conformance",
    "cost": "library.costs",
    "cost_on_gpu": "library.costs",
    "draw": "report.graph_picture",
    "evaluate": "library.evaluation",
    "evaluation_document": "library.evaluation_document",
    "export": "library.export",
    "installation": "library.installation",
    "load": "library.models",
    "load_chip": "chip",
    "load_data": "library.data",
    "lower_program": "library.compile",
    "measure_models": "library.measuring",
    "model_kinds": "library.models",
    "open_bundle": "library.bundles",
    "group_seeds": "library.evaluation_comparison",
    "place": "library.placement",
    "recommend_users": "library.recommending",
    "recommender": "library.recommending",
    "read_trace": "program.spikes_file",
    "search_settings": "library.searching",
    "show": "library.schedule",
    "simulate": "library.simulation",
    "study_anytime": "library.study_anytime",
    "study_item_table": "library.study_item_table",
    "study_lengths": "library.study_lengths",
    "study_memory": "library.study_memory",
    "study_noise": "library.study_noise",
    "study_ranks": "library.study_ranks",
    "study_steps": "library.study_sweep",
    "study_sweep": "library.study_grid",
    "study_tau": "library.study_sweep",
    "study_time": "library.study_time",
    "train": "library.training",
    "train_seeds": "library.seeds",
    "train_recipe": "library.recipes",
    "verify": "library.bundles",
}
__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)

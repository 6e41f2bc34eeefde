"""Types of the public names; `__init__.py` imports each when it is first used."""

from ssr_neuro.chip import Chip as Chip
from ssr_neuro.chip import chip_names as chip_names
from ssr_neuro.chip import load_chip as load_chip
from ssr_neuro.compiler.options import CompileOptions as CompileOptions
from ssr_neuro.data import Dataset as Dataset
from ssr_neuro.errors import BackendFailed as BackendFailed
from ssr_neuro.errors import BadInput as BadInput
from ssr_neuro.errors import DoesNotFit as DoesNotFit
from ssr_neuro.errors import Mismatch as Mismatch
from ssr_neuro.errors import SsrError as SsrError
from ssr_neuro.library.bundles import open_bundle as open_bundle
from ssr_neuro.library.bundles import verify as verify
from ssr_neuro.library.compile import compile as compile
from ssr_neuro.library.compile import lower_program as lower_program
from ssr_neuro.library.compiled import Compiled as Compiled
from ssr_neuro.library.costs import cost as cost
from ssr_neuro.library.costs import cost_on_gpu as cost_on_gpu
from ssr_neuro.library.data import load_data as load_data
from ssr_neuro.library.evaluation import Evaluation as Evaluation
from ssr_neuro.library.evaluation import Paired as Paired
from ssr_neuro.library.evaluation import compare_paired as compare_paired
from ssr_neuro.library.evaluation import evaluate as evaluate
from ssr_neuro.library.export import export as export
from ssr_neuro.library.models import Model as Model
from ssr_neuro.library.models import load as load
from ssr_neuro.library.placement import place as place
from ssr_neuro.library.training import train as train
from ssr_neuro.program.ir import Program as Program
from ssr_neuro.program.trace import Trace as Trace
from ssr_neuro.program.trace import compare as compare
from ssr_neuro.report.graph_picture import draw as draw
from ssr_neuro.stopwatch import Stopwatch as Stopwatch

__version__: str

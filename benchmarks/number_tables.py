"""The tables of README.md and docs/ that are made from benchmarks/results/, by name."""

from collections.abc import Callable

from accuracy_tables import TABLES as ACCURACY_TABLES
from chip_list import TABLES as CHIP_LIST
from chip_tables import TABLES as CHIP_TABLES
from conformance_tables import TABLES as CONFORMANCE_TABLES
from cost_tables import TABLES as COST_TABLES
from demo_tables import TABLES as DEMO_TABLES
from engine_tables import TABLES as ENGINE_TABLES
from fpga_tables import TABLES as FPGA_TABLES
from framework_tables import TABLES as FRAMEWORK_TABLES
from frontier import TABLES as FRONTIER_TABLES
from gates_tables import TABLES as GATES_TABLES
from growth_tables import TABLES as GROWTH_TABLES
from hard_tables import TABLES as HARD_TABLES
from network_tables import TABLES as NETWORK_TABLES
from plan_tables import TABLES as PLAN_TABLES
from recorded_ranks import TABLES as RANK_TABLES
from recorded_tables import TABLES as RECORDED_TABLES
from reliability_tables import TABLES as RELIABILITY_TABLES
from rival_gates_tables import TABLES as RIVAL_GATES_TABLES
from rtl_tests_tables import TABLES as RTL_TESTS_TABLES
from serving_tables import TABLES as SERVING_TABLES
from soft_reset_tables import TABLES as SOFT_RESET_TABLES
from training_tables import TABLES as TRAINING_TABLES
from tutorial_tables import TABLES as TUTORIAL_TABLES

TABLES: dict[str, Callable[[], str]] = {
    **ACCURACY_TABLES,
    **CHIP_LIST,
    **CHIP_TABLES,
    **CONFORMANCE_TABLES,
    **COST_TABLES,
    **DEMO_TABLES,
    **FPGA_TABLES,
    **FRAMEWORK_TABLES,
    **FRONTIER_TABLES,
    **GATES_TABLES,
    **GROWTH_TABLES,
    **HARD_TABLES,
    **ENGINE_TABLES,
    **NETWORK_TABLES,
    **PLAN_TABLES,
    **RECORDED_TABLES,
    **RIVAL_GATES_TABLES,
    **RANK_TABLES,
    **RTL_TESTS_TABLES,
    **RELIABILITY_TABLES,
    **SERVING_TABLES,
    **SOFT_RESET_TABLES,
    **TRAINING_TABLES,
    **TUTORIAL_TABLES,
}

"""Tiny NIR graphs with what they must compute, under every named reading of NIR's equations.

The graphs, their inputs and their golden spikes and membranes lie in `suite/`; `build.py` makes
them from the equations, `run.py` holds engines against them.
"""

__version__ = "1.1.0"

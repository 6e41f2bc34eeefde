"""A Program, at any stage, as two files that NumPy alone can read.

`program.json` holds names, shapes, depths, delays and numbers; `weights.npz` the arrays that it
names. Equal programs give equal bytes.
"""

from ssr_neuro.program.file_read import load
from ssr_neuro.program.file_write import fingerprint, save

__all__ = ["fingerprint", "load", "save"]

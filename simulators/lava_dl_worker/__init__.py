"""Runs a netx .net file on lava-dl 0.6.0; started by path with a Python 3.10 of its own.

Imports the standard library, NumPy, Lava, lava-dl, itself and `lava_worker` beside it only.
"""

"""What drives Lava: its environment, its process group, and lava-dl.

Not called `lava`: the worker runs with this package's parent on its path and imports the real one.
"""

"""Take a spiking sequential recommender from PyTorch to a neuromorphic chip, and prove it."""

__version__ = "0.1.0"

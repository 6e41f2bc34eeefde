"""Kernels in C of what a spiking layer computes in training; Numba stands in for them."""

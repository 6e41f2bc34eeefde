"""Kernels in C: built once by the system's compiler, loaded by ctypes."""

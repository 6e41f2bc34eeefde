"""C kernels: built once by the system's compiler for this processor, loaded by ctypes."""

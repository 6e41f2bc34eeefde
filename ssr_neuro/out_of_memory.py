"""Where memory ends, a host's or a device's: each library says so in an error of its own."""

# As PyTorch says it of a device and of the host, the loader of shared libraries, and NumPy; and
# Python where it lost the error.
SAID = (
    "out of memory",
    "DefaultCPUAllocator: can't allocate memory",
    "failed to map segment from shared object",
    "cannot allocate memory",
    "Cannot allocate memory",
    "Unable to allocate",
    "error return without exception set",
)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error of any library says that memory ended."""
    return isinstance(error, MemoryError) or any(words in str(error) for words in SAID)

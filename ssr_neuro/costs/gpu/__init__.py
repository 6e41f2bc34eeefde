"""Latency and energy of an inference on a GPU: a roofline with launches, and published runs."""

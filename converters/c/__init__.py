"""A lowered Program as portable C: what `--target c` writes, builds and runs."""

"""Structure-aware fuzzing of every reader: `python -m fuzz` with tests/support on PYTHONPATH."""

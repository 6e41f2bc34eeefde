"""Counts, prices and the report page: from a Program and its Trace to figures people read."""

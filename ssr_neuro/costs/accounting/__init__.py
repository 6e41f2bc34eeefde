"""Modes of accounting: counts of operations times published prices."""

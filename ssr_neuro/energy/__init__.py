"""Energy: counts of a run times published prices, in several modes of accounting side by side.

Counts are whole numbers and come first (`counts`, `scoring`, `baselines`); a price is a figure of a
chip file with its source; a bill whose terms are not all known has no total.
"""

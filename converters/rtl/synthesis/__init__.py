"""The core in the cells of a library: area, switching, energy."""

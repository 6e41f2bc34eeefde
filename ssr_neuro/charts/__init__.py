"""Charts as SVG: one scale, one set of axes, one palette."""

"""The pictures of the page: inline SVG made here, without a plotting library."""

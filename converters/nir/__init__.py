"""NIR graphs: read, checked, translated node by node."""

"""Building blocks that the models of the folder above share."""

"""The chip of commands where none is named."""

DEFAULT_CHIP = "loihi1"

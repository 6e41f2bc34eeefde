"""The chips that are taken where none is named."""

DEFAULT_CHIP = "loihi1"  # that a program is placed on
DEFAULT_LOGIC = "generic-45nm"  # whose prices of arithmetic and memory are charged

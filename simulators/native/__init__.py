"""The network kernel in C: what it is told, its weights and its memory."""

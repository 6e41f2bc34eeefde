"""The folder that ssr-compile leaves: written, read and checked."""

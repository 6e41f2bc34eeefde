"""SANA-FE's network, architecture and schedule files."""

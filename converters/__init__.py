"""Converters cross a format and keep the meaning."""

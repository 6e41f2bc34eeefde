"""The commands ssr study ...."""

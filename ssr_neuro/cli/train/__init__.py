"""The command ssr train."""

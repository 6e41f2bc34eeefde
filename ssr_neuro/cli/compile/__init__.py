"""The command ssr-compile."""

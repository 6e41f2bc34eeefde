"""Simulators run a scheduled integer Program and leave a Trace."""

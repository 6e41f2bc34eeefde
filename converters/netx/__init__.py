"""lava-dl's .net files: read, checked, written."""

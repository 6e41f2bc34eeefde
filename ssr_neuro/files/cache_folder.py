"""The folder of the user's cache in which this project keeps what it made once."""

import os
from pathlib import Path


def cache_folder() -> Path:
    """SSR_CACHE, or XDG_CACHE_HOME, or ~/.cache; in it `ssr-neuro`. Not made here."""
    root = os.environ.get("SSR_CACHE") or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root).expanduser().absolute() / "ssr-neuro"

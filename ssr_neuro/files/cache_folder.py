"""The folder of the user's cache in which this project keeps what it made once."""

import os
from pathlib import Path

from ssr_neuro.errors import BackendFailed


def cache_folder() -> Path:
    """SSR_CACHE, or XDG_CACHE_HOME, or ~/.cache; in it `ssr-neuro`. Not made here.

    Raises BackendFailed where no home folder is known.
    """
    root = os.environ.get("SSR_CACHE") or os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    try:
        return Path(root).expanduser().absolute() / "ssr-neuro"
    except RuntimeError as error:
        raise BackendFailed(
            f"{root}: no home folder is known; name a cache folder in SSR_CACHE"
        ) from error

"""Passes the user's pip settings on to uv, which does not read them itself."""

import ast
import os
import subprocess
import sys
from pathlib import Path

from simulators.lava_runtime.python310 import PROBE_TIMEOUT_S

# Any of these says that the user has told uv itself where packages come from.
_UV_OWN = (
    "UV_CONFIG_FILE",
    "UV_DEFAULT_INDEX",
    "UV_EXTRA_INDEX_URL",
    "UV_FIND_LINKS",
    "UV_INDEX",
    "UV_INDEX_URL",
    "UV_NO_INDEX",
)
_PIP_TO_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "proxy": "ALL_PROXY",
    "default-timeout": "UV_HTTP_TIMEOUT",
    "timeout": "UV_HTTP_TIMEOUT",
}


def environment_for_uv() -> dict[str, str]:
    """Variables that give uv the index, certificate and proxy pip would use.

    Empty when uv has settings of its own. As pip does, the best version of all indexes is taken.
    """
    if any(name in os.environ for name in _UV_OWN) or _uv_config().exists():
        return {}
    settings = {_PIP_TO_UV[k]: v for k, v in pip_settings().items() if k in _PIP_TO_UV}
    if "UV_FIND_LINKS" in settings:
        settings["UV_FIND_LINKS"] = ",".join(settings["UV_FIND_LINKS"].split())
    if "UV_INDEX" in settings:
        settings["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return {name: value for name, value in settings.items() if name not in os.environ}


def pip_settings() -> dict[str, str]:
    """pip's settings by option name: PIP_* variables over files, [install] over [global]."""
    listed = {**_pip_files(), **_pip_variables()}
    return {option: " ".join(value.split()) for option, value in listed.items() if value.strip()}


def _pip_variables() -> dict[str, str]:
    return {
        name.removeprefix("PIP_").lower().replace("_", "-"): value
        for name, value in os.environ.items()
        if name.startswith("PIP_")
    }


def _pip_files() -> dict[str, str]:
    """What `pip config list` reads from files; nothing where pip is not there or not answering."""
    ask_pip = [sys.executable, "-m", "pip", "config", "list"]
    try:
        ran = subprocess.run(ask_pip, capture_output=True, text=True, timeout=PROBE_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        return {}
    sections: dict[str, dict[str, str]] = {"global": {}, "install": {}}
    for line in ran.stdout.splitlines() if ran.returncode == 0 else ():
        key, _, value = line.partition("=")
        section, _, option = key.partition(".")
        if section in sections:
            sections[section][option] = str(ast.literal_eval(value))
    return {**sections["global"], **sections["install"]}


def _uv_config() -> Path:
    home = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(home) / "uv" / "uv.toml"

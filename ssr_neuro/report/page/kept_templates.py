"""Compiled templates in the user's cache: compiling them takes longer than filling them in."""

from contextlib import suppress

from jinja2.bccache import Bucket, FileSystemBytecodeCache

from ssr_neuro.errors import BackendFailed
from ssr_neuro.files.cache_folder import cache_folder


class KeptTemplates(FileSystemBytecodeCache):
    """Jinja's files, each with a hash of its template. Without them pages are the same, later."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Leave the bucket empty where there is no file that can be read."""
        with suppress(OSError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """A cache that cannot be written costs the compilation each time."""
        with suppress(OSError):
            super().dump_bytecode(bucket)


def kept_templates(release: str) -> KeptTemplates | None:
    """Those that one release of this project made; None where no cache folder can be made."""
    with suppress(OSError, BackendFailed):
        folder = cache_folder() / f"templates-{release}"
        folder.mkdir(parents=True, exist_ok=True)
        return KeptTemplates(str(folder))
    return None

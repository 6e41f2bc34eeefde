"""A headless Chromium for tests, the system's own, driven by Playwright."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Page

PROGRAM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
MISSING = (
    "no Chromium on PATH: install Debian's `chromium` to check the page in a real browser"
    if PROGRAM is None
    else ""
    if find_spec("playwright")
    else 'no Playwright: pip install -e ".[dev]" to check the page in a real browser'
)
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")


@dataclass
class Tab:
    """One tab. complaints: console errors and uncaught exceptions. requests: every address that
    the page asked for since it was opened, itself included."""

    page: "Page"
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._hear)

    def open(self, path: Path, width: int = 1280, height: int = 900) -> "Tab":
        """Load a file at a size and wait until it is there."""
        self.page.set_viewport_size({"width": width, "height": height})
        self.complaints.clear()
        self.requests.clear()
        self.page.goto(path.resolve().as_uri())
        return self

    def media(
        self,
        scheme: Literal["light", "dark"] = "light",
        kind: Literal["screen", "print"] = "screen",
    ) -> None:
        """As if the reader preferred that scheme, on a screen or on paper."""
        self.page.emulate_media(color_scheme=scheme, media=kind)

    def run(self, script: str) -> Any:
        """Value of a JavaScript expression. Raises playwright's Error where it throws."""
        return self.page.evaluate(script)

    def key(self, name: str) -> None:
        """Press a key: "Tab", "Enter", "ArrowRight", ..."""
        self.page.keyboard.press(name)

    def picture(self) -> bytes:
        """A PNG of the window."""
        return self.page.screenshot()

    def pdf(self) -> bytes:
        """The page as it prints, on A4."""
        return self.page.pdf(format="A4", prefer_css_page_size=True, print_background=True)

    def _hear(self, message: "ConsoleMessage") -> None:
        if message.type in ("error", "assert"):
            self.complaints.append(message.text)


@contextmanager
def chromium() -> Iterator[Tab]:
    """A browser with one empty tab."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=list(FLAGS))
        try:
            yield Tab(browser.new_context().new_page())
        finally:
            browser.close()

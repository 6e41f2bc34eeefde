"""A headless Chromium for tests, driven by its DevTools protocol over a loopback websocket."""

import base64
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

PROGRAM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
MISSING = "no Chromium on PATH: install Debian's `chromium` to check the page in a real browser"
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--remote-debugging-port=0",
)  # fmt: skip
PATIENCE_S = 60


@dataclass
class Tab:
    """One tab. complaints: console errors and uncaught exceptions. requests: every address that
    the page asked for since it was opened, itself included."""

    socket: ClientConnection
    session: str = ""
    number: int = 0
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    loaded: bool = False

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """One command of the protocol, and its answer; events on the way are kept."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        self.socket.send(
            json.dumps(message | ({"sessionId": self.session} if self.session else {}))
        )
        while True:
            answer = self._receive()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise AssertionError(f"{method}: {answer['error']}")
                result: dict[str, Any] = answer["result"]
                return result

    def open(self, path: Path, width: int = 1280, height: int = 900) -> "Tab":
        """Load a file at a size and wait until it is there."""
        self.size(width, height)
        self.complaints.clear()
        self.requests.clear()
        self.loaded = False
        self.call("Page.navigate", url=path.resolve().as_uri())
        while not self.loaded:
            self._receive()
        return self

    def size(self, width: int, height: int) -> None:
        """Of the window, in CSS pixels."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=False)  # fmt: skip

    def media(self, scheme: str = "light", kind: str = "") -> None:
        """scheme: "light" or "dark". kind: "screen" or "print"; "" as the browser has it."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.call("Emulation.setEmulatedMedia", media=kind, features=features)

    def run(self, script: str) -> Any:
        """Value of a JavaScript expression. Raises AssertionError where it throws."""
        found = self.call("Runtime.evaluate", expression=script, returnByValue=True,
                          awaitPromise=True, userGesture=True)  # fmt: skip
        if "exceptionDetails" in found:
            raise AssertionError(found["exceptionDetails"]["exception"]["description"])
        return found["result"].get("value")

    def key(self, name: str) -> None:
        """Press a key: "Tab", "Enter", "ArrowRight", ..."""
        code = {"Tab": 9, "Enter": 13, "Escape": 27, "ArrowRight": 39}[name]
        text = {"text": "\r"} if name == "Enter" else {}
        for kind in ("keyDown", "keyUp"):
            more = text if kind == "keyDown" else {}
            self.call("Input.dispatchKeyEvent", type=kind, key=name, code=name,
                      windowsVirtualKeyCode=code, **more)  # fmt: skip

    def point(self, x: float, y: float) -> None:
        """Move the mouse there."""
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def picture(self, whole: bool = False) -> bytes:
        """A PNG of the window, or of the whole page."""
        found = self.call("Page.captureScreenshot", captureBeyondViewport=whole)
        return base64.b64decode(found["data"])

    def pdf(self) -> bytes:
        """The page as it prints, on A4."""
        found = self.call("Page.printToPDF", paperWidth=8.27, paperHeight=11.69,
                          preferCSSPageSize=True, printBackground=True)  # fmt: skip
        return base64.b64decode(found["data"])

    def _receive(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self.socket.recv(timeout=PATIENCE_S))
        kind, params = message.get("method"), message.get("params", {})
        if kind == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif kind == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            self.complaints.append(details.get("exception", {}).get("description", details["text"]))
        elif kind == "Runtime.consoleAPICalled" and params["type"] in ("error", "assert"):
            self.complaints.append(" ".join(str(a.get("value", "")) for a in params["args"]))
        elif kind == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.complaints.append(params["entry"]["text"])
        elif kind == "Page.loadEventFired":
            self.loaded = True
        return message


@contextmanager
def chromium(profile: Path) -> Iterator[Tab]:
    """A browser with one empty tab. profile: an empty folder for what it writes."""
    if PROGRAM is None:
        raise AssertionError(MISSING)
    command = [PROGRAM, *FLAGS, f"--user-data-dir={profile}", "about:blank"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with connect(_address(profile, process), max_size=None, proxy=None) as socket:
            tab = Tab(socket)
            targets = tab.call("Target.getTargets")["targetInfos"]
            target = next(t["targetId"] for t in targets if t["type"] == "page")
            tab.session = tab.call("Target.attachToTarget", targetId=target, flatten=True)[
                "sessionId"
            ]
            for domain in ("Page", "Runtime", "Network", "Log"):
                tab.call(f"{domain}.enable")
            tab.call("Emulation.setFocusEmulationEnabled", enabled=True)
            yield tab
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE_S)


def _address(profile: Path, process: "subprocess.Popen[bytes]") -> str:
    """Of the browser's websocket, which it writes into its profile once it listens."""
    file, until = profile / "DevToolsActivePort", time.monotonic() + PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        lines = file.read_text().splitlines() if file.exists() else []
        if len(lines) == 2:
            return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
        time.sleep(0.05)
    raise AssertionError(f"{PROGRAM} did not start (exit code {process.poll()})")

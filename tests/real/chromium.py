"""A headless Chromium, spoken to by its DevTools protocol."""

import base64
import itertools
import json
import re
import shutil
import subprocess
import tempfile
from contextlib import ExitStack

from websockets.sync.client import connect

from tests.waiting import PATIENCE_SECONDS, until

_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
)
_NAMED_KEYS = {"Enter": ("\r", 13), "Tab": ("", 9), "Escape": ("", 27)}
"""What a key types that has a name, and its code, by which the browser does what it does by itself."""


class Navigated(Exception):  # noqa: N818 - often it is what was waited for
    """The page has gone elsewhere while it was asked something."""


class Chromium:
    """One browser process; `page` opens pages in it."""

    def __init__(self):
        self._stack = ExitStack()
        self._profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self._process = subprocess.Popen(
            [shutil.which("chromium"), *_FLAGS, f"--user-data-dir={self._profile.name}", "about:blank"],
            stderr=subprocess.PIPE,
            text=True,
        )
        for line in self._process.stderr:
            if found := re.search(r"DevTools listening on (ws://\S+)", line):
                # Its pings would draw from `random` in a thread, and Hypothesis take that for something that a strategy did.
                self._socket = self._stack.enter_context(connect(found[1], max_size=None, ping_interval=None))
                break
        self._ids = itertools.count(1)
        self._events = []
        self._blank = []

    def page(self, address, *, dark=False, width=1280, height=900):
        """Open a page and wait until it has loaded."""
        page = self._blank.pop() if self._blank else self._new_page()
        # One behind another is hidden, and a hidden page does not follow the log.
        self.call("Target.activateTarget", targetId=page.target)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        page.call("Emulation.setEmulatedMedia", media="", features=[scheme])
        page.resize(width, height)
        page.go(address)
        return page

    def _new_page(self):
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = BrowserPage(self, target, session)
        for domain in ("Page", "Runtime", "Network", "Log"):
            page.call(f"{domain}.enable")
        return page

    def call(self, method, session=None, **parameters):
        """Call a method of the protocol and return its result."""
        number = next(self._ids)
        message = {"id": number, "method": method, "params": parameters}
        self._socket.send(json.dumps(message | ({"sessionId": session} if session else {})))
        while True:
            answer = json.loads(self._socket.recv(timeout=PATIENCE_SECONDS))
            if answer.get("id") == number:
                if "navigated" in answer.get("error", {}).get("message", ""):
                    raise Navigated(answer)
                assert "error" not in answer, answer
                return answer["result"]
            self._events.append(answer)

    def events(self, session, method):
        """Return the events of one kind that a page has had so far."""
        return [e["params"] for e in self._events if e.get("sessionId") == session and e.get("method") == method]

    def keep(self, page, session):
        """Keep a page that shows nothing, without its past: to open another takes twice as long as to show one."""
        page.call("Page.resetNavigationHistory")
        self._events = [event for event in self._events if event.get("sessionId") != session]
        self._blank.append(page)

    def close(self):
        """End the browser."""
        self._stack.close()
        self._process.kill()
        self._process.wait()
        self._process.stderr.close()
        self._profile.cleanup()


class BrowserPage:
    """One page in a browser."""

    def __init__(self, browser, target, session):
        self._browser, self.target, self._session = browser, target, session

    def call(self, method, **parameters):
        """Call a method of the protocol for this page."""
        return self._browser.call(method, self._session, **parameters)

    def go(self, address):
        """Go to an address and wait until it has loaded."""
        self.call("Page.navigate", url=address)
        self.wait_for(f"document.readyState === 'complete' && location.href.startsWith({json.dumps(address[:40])})")

    def value(self, expression):
        """Return what an expression of JavaScript comes to."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def wait_for(self, expression):
        """Wait until an expression is true."""
        until(lambda: self._holds(expression), said=lambda: expression)

    def _holds(self, expression):
        try:
            return self.value(expression)
        except Navigated:
            return False

    def prefer(self, *, dark=False, still=False, printed=False):
        """Have the page shown as one who prefers it so: dark, without motion; or on paper."""
        features = [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce" if still else "no-preference"},
        ]
        self.call("Emulation.setEmulatedMedia", media="print" if printed else "screen", features=features)

    def resize(self, width, height=900):
        """Have the page shown in a window of this size, in pixels; in one of a phone when it is narrow."""
        mobile = width < 600
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=mobile)

    def press(self, key):
        """Press a key."""
        text, code = _NAMED_KEYS.get(key, (key, 0))
        for kind in ("keyDown", "keyUp"):
            said = text if kind == "keyDown" else ""
            self.call("Input.dispatchKeyEvent", type=kind, key=key, text=said, windowsVirtualKeyCode=code)

    def errors(self):
        """Return what the console has complained about, exceptions included."""
        self.value("1")
        entries = [e["entry"]["text"] for e in self._events("Log.entryAdded") if e["entry"]["level"] == "error"]
        thrown = [e["exceptionDetails"]["text"] for e in self._events("Runtime.exceptionThrown")]
        return entries + thrown

    def requested(self):
        """Return every address that the page has asked for."""
        self.value("1")
        return [e["request"]["url"] for e in self._events("Network.requestWillBeSent")]

    def screenshot(self, path):
        """Write a picture of the whole page."""
        data = self.call("Page.captureScreenshot", captureBeyondViewport=True)["data"]
        path.write_bytes(base64.b64decode(data))

    def close(self):
        """Close the page."""
        self.go(self.value("location.origin") + "/favicon.ico")  # of the same site: the process is kept as well
        self._browser.keep(self, self._session)

    def _events(self, method):
        return self._browser.events(self._session, method)

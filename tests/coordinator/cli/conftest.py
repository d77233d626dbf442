import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from click.testing import CliRunner

from coordinator.cli.main import tallystick


@pytest.fixture
def run():
    """Run the command line in this process."""
    runner = CliRunner()

    def run(*arguments, **options):
        return runner.invoke(tallystick, [str(argument) for argument in arguments], **options)

    return run


class Torn(bytes):
    """An answer that breaks off before the end that was promised."""


class Stub:
    """A coordinator that answers what a test tells it to, and remembers what it was asked."""

    def __init__(self, *, listening=True):
        self.answers = Answers()
        self.asked = []
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self):
                path = self.path.partition("?")[0]
                if path == "/health/live":  # by which whoever asks first finds out that it has started
                    self.send_response(204)
                    self.end_headers()
                    return
                length = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(length)) if length else None
                stub.asked.append((self.command, self.path, body, self.headers.get("Authorization")))
                status, said = stub.answers[self.command, path]
                said = said(body) if callable(said) else said
                content = said if isinstance(said, bytes) else json.dumps(said).encode()
                self.send_response(status)
                if status >= 400:
                    self.send_header("Content-Type", "application/problem+json")
                self.send_header("Content-Length", str(len(content) + isinstance(content, Torn)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_DELETE = answer  # noqa: N815 - http.server's names

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler, bind_and_activate=False)
        self.server.server_bind()
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = None
        if listening:
            self.listen()

    def listen(self):
        """Begin to answer."""
        self.server.server_activate()
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def close(self):
        """Answer no more."""
        if self.thread is not None:
            self.server.shutdown()
            self.thread.join()
        self.server.server_close()


class Answers(dict):
    """By method and path; what has none gets the default, if there is one."""

    default = None

    def __missing__(self, asked):
        if self.default is None:
            raise KeyError(asked)
        return self.default


@pytest.fixture
def stub():
    stub = Stub()
    yield stub
    stub.close()


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch):
    for name in [*os.environ]:
        if name.startswith("TALLYSTICK_") or name in {"API_KEY", "ADMIN_API_KEY"}:
            monkeypatch.delenv(name)

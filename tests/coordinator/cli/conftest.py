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


class Stub:
    """A coordinator that answers what a test tells it to, and remembers what it was asked."""

    def __init__(self):
        self.answers = {}
        self.asked = []
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self):
                path = self.path.partition("?")[0]
                length = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(length)) if length else None
                stub.asked.append((self.command, self.path, body, self.headers.get("Authorization")))
                status, said = stub.answers[self.command, path]
                said = said(body) if callable(said) else said
                content = said if isinstance(said, bytes) else json.dumps(said).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_DELETE = answer  # noqa: N815 - http.server's names

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def stub():
    stub = Stub()
    thread = threading.Thread(target=stub.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield stub
    stub.server.shutdown()
    stub.server.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch):
    for name in [*os.environ]:
        if name.startswith("TALLYSTICK_") or name in {"API_KEY", "ADMIN_API_KEY"}:
            monkeypatch.delenv(name)

"""A receiver of webhooks: a real server that takes deliveries, or does not, as a test says."""

import json
import random
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SPACE = "127.0.0.0/8"


class Receiver:
    """Keeps what it took, in order; `answer` decides what it says: a status, with headers."""

    def __init__(self, answer=lambda _attempt: (204, {})):
        self.answer = answer
        self.attempts = []
        self.taken = []
        self._server = None
        self.port = None

    def start(self):
        """Listen, on the port of before if there was one."""
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                attempt = {"path": self.path, "headers": dict(self.headers), "raw": body, **json.loads(body)}
                receiver.attempts.append(attempt)
                status, headers = receiver.answer(attempt)
                if status == 204:
                    receiver.taken.append(attempt)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if status != 204:
                    self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        ThreadingHTTPServer.allow_reuse_address = True
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port or 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def stop(self):
        """Be away."""
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def positions(self):
        """The positions of the events that were taken, in the order of their coming."""
        return [one["data"]["position"] for one in self.taken]


def fails_at_random(seed, share=0.2):
    """Return an answer that turns down a share of what comes, in several ways."""
    chance = random.Random(seed)

    def answer(_):
        return (204, {}) if chance.random() > share else (chance.choice([400, 429, 500, 503]), {"retry-after": "0"})

    return answer


def first_of_each(positions):
    """Return positions without those that came before: what was delivered twice, counted once."""
    return list(dict.fromkeys(positions))

"""Slow lines hold a thread each; everybody else is still served."""

import socket
import urllib.request
from contextlib import ExitStack

from tests.browser.server import Server

SLOW = 24
HEADERS = "Host: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\n"


def test_bodies_that_never_end_do_not_stop_the_server(server: Server) -> None:
    with ExitStack() as opened:
        for _ in range(SLOW):
            line = opened.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=10))
            line.sendall(f"POST /sign-in HTTP/1.1\r\n{HEADERS}l".encode())
        for _ in range(3):
            with urllib.request.urlopen(f"{server.base}/healthz", timeout=10) as answer:
                assert answer.status == 200

"""A line between browser and server that can fall silent: nothing travels any more, and nobody is told."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SENDS = 1_000_000  # Who has sent more than this is sending a file.


class Line:
    """Passes everything on, until those that send a file are silenced; new connections are alive."""

    def __init__(self, to: int) -> None:
        self._to = to
        self._door = socket.create_server(("127.0.0.1", 0))
        self._sending: set[socket.socket] = set()
        self._silent: set[socket.socket] = set()
        self._open: list[socket.socket] = []
        self.port = int(self._door.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def fall_silent(self) -> int:
        """Silence those that send a file; how many."""
        self._silent |= self._sending
        silenced = len(self._sending)
        self._sending = set()
        return silenced

    def close(self) -> None:
        """End all of it."""
        for each in (self._door, *self._open):
            each.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._door.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self._to))
            self._open += [near, far]
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=self._pass, args=(near, source, target), daemon=True).start()

    def _pass(self, near: socket.socket, source: socket.socket, target: socket.socket) -> None:
        carried = 0
        try:
            while block := source.recv(65536):
                if near in self._silent:
                    return
                target.sendall(block)
                carried += len(block) if source is near else 0
                if carried > SENDS and near not in self._silent:
                    self._sending.add(near)
            self._sending.discard(near)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass


@contextmanager
def line(to: int) -> Iterator[Line]:
    """A line to this port, for as long as the test lasts."""
    opened = Line(to)
    try:
        yield opened
    finally:
        opened.close()

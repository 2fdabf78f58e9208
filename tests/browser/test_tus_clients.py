"""Clients that others wrote resume against our server, and what arrives is what was sent, to the last byte."""

import hashlib
import json
import os
import signal
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tusclient.client import TusClient

from app.config import ROOT
from tests.browser.server import Server

URL = "/api/v1/uploads"
SIZE = 24_000_000
CHUNK = 4_000_000
SCRIPT = ROOT / "node_modules" / "tus-js-client" / "dist" / "tus.min.js"
PATIENCE = 120

# What a page does with the client: several lines at once, broken off half-way, found again, finished.
PARALLEL = """async ([endpoint, bearer, size]) => {
  const bytes = new Uint8Array(size);
  for (let i = 0; i < size; i += 65536) crypto.getRandomValues(bytes.subarray(i, i + 65536));
  const file = new File([bytes], "parallèle.bin");
  const sum = [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))]
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const send = (part) => new Promise((done, failed) => {
    const upload = new tus.Upload(file, {
      endpoint, headers: { Authorization: bearer }, chunkSize: 1000000, parallelUploads: 3,
      metadata: { filename: file.name, title: "Parallèle", checksum: `sha256 ${sum}` },
      removeFingerprintOnSuccess: true,
      onProgress: (sent) => { if (part && sent > part) upload.abort().then(() => done(null)); },
      onSuccess: () => done(upload.url), onError: failed,
    });
    upload.findPreviousUploads().then((before) => {
      if (part === 0 && !before.length) failed(new Error("nothing to resume"));
      if (before.length) upload.resumeFromPreviousUpload(before[0]);
      upload.start();
    });
  });
  await send(size / 2);
  return [sum, await send(0)];
}"""


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own, whose worker starts when all has come."""
    server = Server(tmp_path_factory.mktemp("clients"))
    server.flask("db", "upgrade")
    server.flask("user", "add", "studio", "--admin")
    server.start(worker=False)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def bearer(quiet: Server) -> str:
    """Its administrator's token."""
    return "Bearer " + quiet.flask("user", "token", "studio").split()[-1]


def test_tuspy_resumes_after_a_killed_server_with_checksums(quiet: Server, bearer: str, tmp_path: Path) -> None:
    file = tmp_path / "cours.bin"
    file.write_bytes(os.urandom(SIZE))
    client = TusClient(quiet.base + URL, headers={"Authorization": bearer})
    told = {"title": "Module 5", "filename": "cours.bin", "checksum": f"sha256 {_sum(file)}"}
    begun = client.uploader(str(file), chunk_size=CHUNK, metadata=told, upload_checksum=True)
    begun.upload(stop_at=3 * CHUNK)
    assert quiet.web is not None
    os.killpg(quiet.web.pid, signal.SIGKILL)
    quiet.web.wait()
    quiet.start(worker=False)
    again = client.uploader(str(file), url=begun.url, chunk_size=CHUNK, upload_checksum=True)
    assert again.offset == 3 * CHUNK
    again.upload()
    assert _arrived(quiet, bearer, str(begun.url)) == _sum(file)


def test_tus_js_client_sends_on_three_lines_and_resumes(browser: Browser, quiet: Server, bearer: str) -> None:
    context = browser.new_context(base_url=quiet.base, bypass_csp=True)
    page = context.new_page()
    page.goto("/sign-in")
    page.add_script_tag(path=SCRIPT)
    sent, url = page.evaluate(PARALLEL, [quiet.base + URL, bearer, SIZE])
    context.close()
    assert _arrived(quiet, bearer, url) == sent


def _arrived(server: Server, bearer: str, url: str) -> str:
    """The checksum that the server found: nobody takes random bytes for a film, but they are all there."""
    if server.worker is None:
        server.start_worker()
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        asked = urllib.request.Request(f"{server.base}/api/v1/recordings", headers={"Authorization": bearer})
        with urllib.request.urlopen(asked, timeout=30) as answer:
            items = json.load(answer)["items"]
        found = next(item for item in items if item["upload"] == url.rpartition("/")[2])
        if found["state"] == "failed":
            return str(found["sha256"])
        time.sleep(0.5)
    raise AssertionError(found)


def _sum(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()

"""Players that others wrote read every size of a recording to its end without an error: hls.js, streamlink."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from app.config import ROOT
from app.web.assets import VENDORED
from media.processes import program
from tests.browser.recordings import ready_steps

LOADS_ALL = """
async ([script, address, level]) => {
    const { default: Hls } = await import(script)
    const video = document.body.appendChild(document.createElement('video'))
    const player = new Hls({ startLevel: level, maxBufferLength: 900, maxMaxBufferLength: 900, maxBufferSize: 1e9 })
    const said = []
    player.on(Hls.Events.ERROR, (_, fault) => said.push(fault.details))
    const levels = await new Promise((resolve) => {
        player.on(Hls.Events.MANIFEST_PARSED, (_, found) => {
            player.currentLevel = level
            resolve(found.levels.length)
        })
        player.loadSource(address)
        player.attachMedia(video)
    })
    await new Promise((resolve) => {
        player.on(Hls.Events.BUFFER_EOS, resolve)
        setTimeout(resolve, 60000)
    })
    const { buffered, duration, videoHeight } = video
    const passages = [...Array(buffered.length).keys()].map((k) => [buffered.start(k), buffered.end(k)])
    player.destroy()
    video.remove()
    return { levels, said, passages, duration, videoHeight }
}
"""


@pytest.fixture
def playlist(visit, sign_in):
    """A page of the server, and the address of the master playlist of a film in three sizes or more."""
    ready_steps(sign_in(visit(), "learner9"))
    page = sign_in(visit(bypass_csp=True), "admin1")
    items = page.request.get("/api/v1/recordings").json()["items"]
    sizes = [(each, [made for made in each["renditions"] if made["kind"] == "video"]) for each in items]
    return page, next(each["playlist"] for each, made in sizes if each["state"] == "ready" and len(made) >= 3)


def test_hls_js_loads_every_size_to_its_end(playlist):
    page, address = playlist
    script = ROOT / "node_modules" / VENDORED["hls.js"]
    page.route("**/hls.mjs", lambda asked: asked.fulfill(path=script, content_type="text/javascript"))
    heights, level, levels = [], 0, 1
    while level < levels:
        got = page.evaluate(LOADS_ALL, ["/hls.mjs", address, level])
        assert got["said"] == []
        assert len(got["passages"]) == 1, "without a gap"
        assert got["passages"][0][0] < 0.1 and abs(got["passages"][0][1] - got["duration"]) < 0.3
        heights.append(got["videoHeight"])
        level, levels = level + 1, got["levels"]
    assert heights == sorted(heights) and len(set(heights)) == levels >= 3


def test_streamlink_saves_every_size(playlist, tmp_path: Path):
    if shutil.which("streamlink") is None and not os.environ.get("CI"):
        pytest.skip("streamlink is not installed")
    _, address = playlist
    text = subprocess.run(
        ["streamlink", "--json", address], check=True, capture_output=True, text=True, timeout=120
    ).stdout
    for name in [each for each in ("240p", "360p", "480p", "720p") if f'"{each}"' in text]:
        out = tmp_path / f"{name}.mp4"
        argv = ["streamlink", "--loglevel", "warning", "--output", str(out), address, name]
        said = subprocess.run(argv, check=True, capture_output=True, text=True, timeout=240)
        assert "error" not in (said.stdout + said.stderr).lower()
        argv = [program("ffmpeg"), "-v", "error", "-i", str(out), "-map", "0", "-f", "null", "-"]
        assert subprocess.run(argv, check=True, capture_output=True, text=True).stderr == ""
    assert len(list(tmp_path.iterdir())) >= 3

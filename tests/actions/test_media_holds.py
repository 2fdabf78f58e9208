"""Who may write to an upload: whoever lives, by the one clock of those who ask."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.config import Config
from media import holds

STILL = timedelta(seconds=holds.STILL_SECONDS)
SOON = timedelta(seconds=1)


@pytest.mark.parametrize("apart", [timedelta(hours=-1), timedelta(), timedelta(hours=1)], ids=["behind", "as", "ahead"])
def test_a_lock_is_kept_as_long_as_its_holder_lives_whatever_this_machine_s_clock_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, apart: timedelta
) -> None:
    config, now, gone_by = Config(secret_key="x" * 32, data_dir=tmp_path), datetime.now(UTC) + apart, 0.0
    monotonic = time.monotonic
    monkeypatch.setattr(holds.time, "monotonic", lambda: monotonic() + gone_by)
    with holds.held(config, "a", now) as first:
        assert first
        with holds.held(config, "a", now + STILL) as second:
            assert second is None
        gone_by = 100.0
        first.beat()
        now += timedelta(seconds=gone_by)
        with holds.held(config, "a", now + SOON) as second:
            assert second is None, "it lived a second ago"
        with holds.held(config, "a", now + STILL + SOON) as second:
            assert second and first.lost
            with pytest.raises(holds.Busy):
                first.beat()
            second.beat()

"""What an hour of slides with a voice may weigh, in every format that is for poor lines."""

from pathlib import Path

import pytest

from media import transcode
from media.making import Job
from media.probe import probe
from tests.bench.media import LEAST_SAVED, MOST_CPU, MOST_MB, deck, megabytes, told


@pytest.mark.media
def test_a_minute_of_slides_keeps_the_goals_of_an_hour(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    deck(tmp_path / "deck.mp4", 1, height=480)
    job = Job(probe(tmp_path / "deck.mp4", work), tmp_path / "deck.mp4", work)
    begun = transcode.first(job)
    weights = megabytes([*begun.renditions, *transcode.rest(job, begun).renditions], job.source.duration)
    assert set(weights) == {"240p", "360p", "480p", "slides", "sound"}
    assert {name for name, most in MOST_MB.items() if weights[name] > most} == set(), weights
    assert weights["sound"] > 10, "there is a voice"


def test_a_missed_goal_is_printed_and_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert (MOST_MB, MOST_CPU, LEAST_SAVED) == ({"240p": 20, "slides": 14, "sound": 13}, 16, 0.3)
    assert told("sound", 12.7, most=13) and told("saved", 30, least=30) and told("480p", 99)
    assert not told("sound", 13.1, most=13) and not told("saved", 29.9, least=30)
    assert capsys.readouterr().out.count("MISSED") == 2

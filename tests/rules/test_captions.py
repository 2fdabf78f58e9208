"""Subtitles as people have them become clean WebVTT, or are refused with their line and the reason."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.errors import Invalid
from media import captions
from media.captions import chapters, payload
from media.captions.cues import Cue
from media.captions.transcript import paragraphs, sections

FRENCH = "1\n00:00:01,000 --> 00:00:02,000\nL’évaluation à l’œuvre : « Ça va », où sont les élèves ?\n"
PLAIN_FRENCH = "1\n00:00:01,000 --> 00:00:02,000\nL'évaluation : « Ça va », où sont les élèves, à côté ?\n"
PORTUGUESE = "1\n00:00:01,000 --> 00:00:02,000\nAs funções não são só dos órgãos: a ação é pública.\n"
ARABIC = "1\n00:00:01,000 --> 00:00:02,000\nميزانية البلدية والمشاركة في التخطيط المحلي\n"


def refusal(raw: bytes | str) -> str:
    with pytest.raises(Invalid) as refused:
        captions.read(raw.encode() if isinstance(raw, str) else raw)
    assert set(refused.value.fields) == {"captions"}
    return str(refused.value.fields["captions"])


def warnings(source: str, duration: float | None = None) -> list[str]:
    return [str(warning) for warning in captions.read(source.encode(), duration).warnings]


def test_subtitles_are_kept_as_webvtt_of_our_own() -> None:
    source = "1\r\n00:00:01,000 --> 00:00:02,500\r\nÉvaluation\r\n"
    assert captions.read(source.encode()).webvtt == "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\nÉvaluation\n"


@pytest.mark.parametrize(
    ("source", "encoding", "name"),
    [
        (FRENCH, "utf-8", "UTF-8"),
        (FRENCH, "utf-8-sig", "UTF-8"),
        (FRENCH, "utf-16", "UTF-16"),
        (FRENCH, "utf-16-le", "UTF-16"),
        (FRENCH, "utf-16-be", "UTF-16"),
        (FRENCH, "utf-32", "UTF-32"),
        (FRENCH, "cp1252", "Windows-1252"),
        (FRENCH, "mac_roman", "MacRoman"),
        (FRENCH.replace("’", "'"), "iso8859-15", "Latin-9"),
        (PLAIN_FRENCH, "cp850", "DOS 850"),
        (PORTUGUESE, "cp1252", "Windows-1252"),
        (PORTUGUESE, "mac_roman", "MacRoman"),
        (ARABIC, "utf-16-le", "UTF-16"),
        (ARABIC, "cp1256", "Windows-1256"),
        (ARABIC, "iso8859-6", "ISO 8859-6"),
    ],
)
def test_the_encoding_is_found_and_said_with_words_by_which_people_see_it(
    source: str, encoding: str, name: str
) -> None:
    found = captions.read(source.encode(encoding))
    assert (found.cues[0].words, found.encoding) == (source.split("\n")[2], name)
    assert found.proved == name.startswith("UTF")
    assert found.sample == " ".join(source.split("\n")[2].split())


@pytest.mark.parametrize("minutes", ["0", "00", "000", "007", "0059"])
def test_minutes_may_be_written_with_any_number_of_noughts(minutes: str) -> None:
    (cue,) = captions.read(f"WEBVTT\n\n{minutes}:01.000 --> {minutes}:02.500\nx\n".encode()).cues
    assert (cue.start, cue.end) == (int(minutes) * 60 + 1, int(minutes) * 60 + 2.5)


def test_a_broken_letter_in_utf_8_is_no_reason_to_read_all_others_wrong() -> None:
    raw = FRENCH.encode() + b"\n2\n00:00:03,000 --> 00:00:04,000\n\xe9t\xe9\n"
    assert "Line 7" in refusal(raw)
    assert (
        captions.read(FRENCH.encode("cp1252") + b"\n2\n00:00:03,000 --> 00:00:04,000\n\xe9t\xe9\n").cues[1].words
        == "été"
    )


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("", "no subtitles"),
        ("no subtitles", "no subtitles"),
        ("WEBVTT\n", "no subtitles"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n \n", "no subtitles"),
        ("WEBVTT\n\n00:05.000 --> 00:02.000\nx\n", "Line 3: the subtitle ends before it begins."),
        ("WEBVTT\n\nabc --> 00:02.000\nx\n", "Line 3: the times"),
        ("WEBVTT\n\n00:00.000 --> 00:99.000\nx\n", "Line 3: the times"),
        ("WEBVTT\n\n75:30.000 --> 75:40.000\nx\n", "Line 3: 75:30 may be minutes and seconds, or hours and minutes."),
        ("WEBVTT\n\n00:01.000 --> 120:00.000\nx\n", "Line 3: 120:00 may be"),
        ("WEBVTT\n\n1:005:00.000 --> 1:006:00.000\nx\n", "Line 3: the times"),
        ("1\n00:00:01,000 -> 00:00:02,000\nx\n", "Line 2: the times"),
        ("0:00:01.000,0:00:02.000\nx\n", "Line 1: the times"),
        ("1\n00:00:01.000 --> 00:00:02.000\n00:00:03.000 --> 00:00:04.000 x", "Line 3: an empty line is missing"),
        ("1\n00:01.0 --> 00:02.0\nA\n\n2\n00:03.0 --> 00:04.0\n00:05.0 --> 00:06.0 x", "Line 7: an empty line"),
        ("Title\n\n1\n00:00:01,000 --> 00:00:02,000\nx\n", "Line 1: this text has no times."),
        ("1\n00:00:01,000 --> 00:00:02,000\n" + "x" * 2001, "longer than 2,000 characters"),
        ("1\n00:00:01,000 --> 00:00:02,000\nx\n\n" * 10_001, "more than 10,000"),
    ],
)  # fmt: skip
def test_wrong_subtitles_are_refused_with_their_line_and_the_reason(source: str, said: str) -> None:
    assert said in refusal(source)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"x" * (captions.LONGEST_BYTES + 1), "too large"),
        (b"\x00\x00\x00\x20ftypisom\x00", "no text"),
        (b"PK\x03\x04\x00\x00\xff", "no text"),
        (b"\xff\xfe1\x00\n\x00\x00\xd8\x00\x00", "Line 2: a character is broken"),
        (b"1\n00:01,0 --> 00:02,0\n\x81\x8d\x8f\x90\x9d\n", "cannot be read"),
    ],
)
def test_what_is_no_text_or_too_large_is_refused(raw: bytes, said: str) -> None:
    assert said in refusal(raw)


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("<v Anna>Bonjour</v>", "<v Anna>Bonjour</v>"),
        ("<v.loud Anna>Bonjour", "<v.loud Anna>Bonjour</v>"),
        ("<i>a <b>b</i> c</b>", "<i>a <b>b</b></i> c"),
        ("<c.red>x</c> <lang fr>oui</lang>", "<c.red>x</c> <lang fr>oui</lang>"),
        ("<ruby>漢<rt>kan</rt></ruby>", "<ruby>漢<rt>kan</rt></ruby>"),
        ("a <00:00:01.500>b", "a <00:00:01.500>b"),
        ("<script>alert(1)</script>", "alert(1)"),
        ("<img src=x onerror=alert(1)>x", "x"),
        ("<font color='red'>red</font> {\\an8}top {i}it{/i}", "red top it"),
        ("AT&T, 3 < 4, 5 > 4, 1 < 2 > 1", "AT&amp;T, 3 &lt; 4, 5 &gt; 4, 1 &lt; 2 &gt; 1"),
        ("&amp; &lt;b&gt; &nbsp;x", "&amp; &lt;b&gt; \u00a0x"),
        ("a --> b", "a --&gt; b"),
        ("a\0b\x07", "a\ufffdb"),
        ("a &#10;&#10;b", "a\nb"),
    ],
)
def test_marks_that_players_know_are_kept_and_nothing_else_can_be_one(source: str, kept: str) -> None:
    assert payload.clean(source) == kept
    assert payload.clean(kept) == kept


def test_names_and_places_are_kept_notes_styles_and_regions_are_not() -> None:
    source = """WEBVTT - made by hand
Kind: captions

STYLE
::cue { background: url(https://example.org/x) }

REGION
id:fred width:50%

NOTE
for us only
00:99 is no time here

intro
00:01.000 --> 00:02.000 align:middle line:40% size:50% region:fred position:200% onclick:x
Hello
"""
    found = captions.read(source.encode())
    kept = "WEBVTT\n\nintro\n00:00:01.000 --> 00:00:02.000 align:center line:40% size:50%\nHello\n"
    assert found.webvtt == kept
    assert [str(warning)[:7] for warning in found.warnings] == ["Line 4:", "Line 7:"]


def test_what_can_be_meant_in_one_way_only_is_mended_and_said() -> None:
    joined = "1\n00:01,0 --> 00:02,0\nA\n\nB\n\n2\n00:03,0 --> 00:04,0\nC\n3\n00:05,0 --> 00:06,0\nD"
    found = captions.read(joined.encode())
    assert [cue.words for cue in found.cues] == ["A\nB", "C", "D"]
    assert ["Line 5" in str(found.warnings[0]), "Line 10" in str(found.warnings[1])] == [True, True]


def test_order_overlaps_and_what_lies_beyond_the_end_are_said() -> None:
    source = "WEBVTT\n\n00:05.000 --> 00:07.000\nb\n\n00:01.000 --> 00:06.000\na\n\n00:59.000 --> 01:00.000\nc\n"
    assert [cue.words for cue in captions.read(source.encode()).cues] == ["a", "b", "c"]
    told = warnings(source, duration=30.0)
    assert len(told) == 3
    assert "order" in told[0] and "both" in told[1] and "00:00:59.000" in told[2]
    assert len(warnings(source, duration=60.0)) == 2


_TIMES = st.sampled_from(["00:00:01.000 --> 00:00:02.000", "00:00:03,000 --> 00:00:04,000", "00:01.5 --> 00:02", "-->"])
_LINES = st.lists(
    st.one_of(
        _TIMES,
        st.sampled_from(
            ["", " ", "WEBVTT", "NOTE", "STYLE", "REGION", "1", "{b}", "\0", "\x85", "<v A>", "</i>", "<i>"]
        ),
        st.text(),
    )
)


@given(st.one_of(st.binary(), _LINES.map("\n".join).map(lambda text: text.encode(errors="replace"))))
@example(b"1\n00:00:01.000 --> 00:00:02.000\n00:00:03.000 --> 00:00:04.000 x")
def test_any_subtitles_become_webvtt_that_reads_back_the_same_or_a_refusal(raw: bytes) -> None:
    try:
        found = captions.read(raw)
    except Invalid as refused:
        assert set(refused.fields) == {"captions"}
        return
    assert captions.cues_of(found.webvtt) == list(found.cues)
    assert list(captions.read(found.webvtt.encode()).cues) == list(found.cues)


@pytest.mark.shared
def test_files_of_another_reader_give_the_same_times_or_are_refused(shared_data: Path) -> None:
    stricter = {"minimum-spots-over-sixty"}  # 120:00.000, which it reads as five days.
    milder = {"fraction-digits", "id", "cue-spacing"}
    compared = 0
    for file in sorted(shared_data.glob("subtitles/vttjs/*/*.vtt")):
        expected = file.with_suffix(".json")
        wanted = [_times(cue) for cue in json.loads(expected.read_text())["cues"]] if expected.exists() else None
        try:
            found = [(cue.start, cue.end) for cue in captions.read(file.read_bytes()).cues]
        except Invalid as refused:
            assert not wanted or file.stem in stricter, file.stem
            assert "Line" in str(refused.fields["captions"]) or "no subtitles" in str(refused.fields["captions"])
            continue
        if wanted and file.stem not in milder:
            assert found == wanted, file.stem
            compared += 1
    assert compared >= 15


@pytest.mark.shared
def test_whole_lectures_lose_no_line(shared_data: Path) -> None:
    files = sorted(shared_data.glob("subtitles/lectures/*/*.srt"))
    assert files
    for file in files:
        found = captions.read(file.read_bytes())
        assert len(found.cues) == file.read_text().count("-->")
        said = " ".join(" ".join(each.text for each in part.paragraphs) for part in sections(found.cues))
        assert found.cues[-1].line in said


def _times(cue: dict[str, Any]) -> tuple[float, float]:
    return cue["startTime"], cue["endTime"]


@pytest.mark.parametrize(
    ("typed", "starts"),
    [
        ("00:00 Opening\n12:30 Budget\n1:02:03 End", [0, 750, 3723]),
        ("12:30 - Budget\r\n\r\n[00:00] Opening\n", [0, 750]),
        ("00:00.500 Opening", [0.5]),
        ("75:00 Late", [4500]),
    ],
)
def test_chapters_are_typed_as_people_write_them(typed: str, starts: list[float]) -> None:
    found = chapters.typed(typed, 7200.0)
    assert [cue.start for cue in found] == starts
    assert [cue.end for cue in found] == [*starts[1:], 7200.0]
    assert [cue.start for cue in chapters.typed(chapters.as_list(found), 7200.0)] == starts


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "at least one"),
        ("Opening", "Line 1: write the time"),
        ("00:00 A\n99 B", "Line 2: write the time"),
        ("00:00 A\n\n2:00:00 B", "Line 3: this chapter begins after"),
        ("00:00 A\n0:00 B", "Line 2: another chapter"),
        ("00:00 " + "x" * 201, "Line 1: Write at most 200"),
        ("\n".join(f"{n // 60}:{n % 60:02} x" for n in range(201)), "200 chapters"),
    ],
)
def test_wrong_chapters_are_refused_with_their_line(typed: str, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        chapters.typed(typed, 7200.0)
    assert said in str(refused.value.fields["chapters"])


def test_chapters_of_a_file_are_sorted_last_until_the_next_and_lie_inside() -> None:
    given_cues = [Cue(60, 61, "B &amp; C"), Cue(0, 90, "A")]
    found = chapters.arranged(given_cues, 100.0)
    assert [(cue.start, cue.end, cue.line) for cue in found] == [(0, 60, "A"), (60, 100, "B & C")]
    with pytest.raises(Invalid):
        chapters.arranged(given_cues, 60.0)


def test_a_transcript_has_chapters_and_a_paragraph_after_a_pause_or_with_another_speaker() -> None:
    said = [
        Cue(0, 1, "<v Anna>One"), Cue(1, 2, "two."), Cue(5, 6, "After a pause."), Cue(6, 7, "<v Ben>Other."),
        Cue(60, 61, "Second part."), Cue(61, 62, "Second part."),
    ]  # fmt: skip
    found = sections(said, [Cue(50, 90, "B")])
    assert [(part.title, [each.text for each in part.paragraphs]) for part in found] == [
        ("", ["One two.", "After a pause.", "Other."]),
        ("B", ["Second part."]),
    ]
    assert found[0].paragraphs[0].speaker == "Anna"
    long = [Cue(n, n + 1, "Forty characters of somebody who speaks.") for n in range(0, 60)]
    assert max(len(each.text) for each in paragraphs(long)) < 900

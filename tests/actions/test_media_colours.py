"""Colours of a recording: what no ordinary screen shows is brought to what it does, the same with every ffmpeg."""

import json
import struct
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image

from media.making import Job
from media.probe import probe
from media.processes import program
from media.transcode import first, rest

SIZE = WIDTH, HEIGHT = 320, 240
TAGS = {"pix_fmt": "yuv420p", "color_range": "tv", "color_space": "bt709", "color_transfer": "bt709",
        "color_primaries": "bt709"}  # fmt: skip
BT2020, BT709, BT601 = (0.2627, 0.0593), (0.2126, 0.0722), (0.299, 0.114)
each_ffmpeg = pytest.mark.parametrize("tools", ["system", "packaged"], indirect=True)

Colour = Sequence[float]


def film(target: Path, colours: Sequence[Colour], luma: tuple[float, float], *tags: str) -> Path:
    """A second of upright stripes of these R'G'B', in 10 bits and the narrow range."""
    stripes = [_coded(colour, *luma) for colour in colours]
    picture = b"".join(
        struct.pack(f"<{width}H", *(stripes[x * len(stripes) // width][plane] for x in range(width))) * height
        for plane, (width, height) in enumerate((SIZE, (WIDTH // 2, HEIGHT // 2), (WIDTH // 2, HEIGHT // 2)))
    )
    raw = ["-f", "rawvideo", "-pix_fmt", "yuv420p10le", "-s", f"{WIDTH}x{HEIGHT}", "-r", "5", "-i", "-"]
    argv = [program("ffmpeg"), "-y", "-v", "error", *raw, "-c:v", "ffv1", *tags, "-f", "matroska", str(target)]
    subprocess.run(argv, input=picture * 5, check=True)
    return target


def _coded(colour: Colour, red: float, blue: float) -> tuple[int, int, int]:
    luma = red * colour[0] + (1 - red - blue) * colour[1] + blue * colour[2]
    parts = ((colour[2] - luma) / (1 - blue) / 2, (colour[0] - luma) / (1 - red) / 2)
    return round(64 + 876 * luma), *(round(512 + 896 * part) for part in parts)  # type: ignore[return-value]


def tags(*, matrix: str, transfer: str, primaries: str) -> list[str]:
    said = {"colorspace": matrix, "color_trc": transfer, "color_primaries": primaries, "color_range": "tv"}
    return [part for name, value in said.items() for part in (f"-{name}", value)]


def shown(file: Path, work: Path, tools: str, stripes: int) -> tuple[list[tuple[int, ...]], dict[str, str]]:
    """The colours of the stripes in what is made of a file, as a browser would show them, and what it says of them."""
    job = Job(probe(file, work, tools), file, work, tools)
    made = first(job)
    rest(job, made)
    plain = made.renditions[0].download
    assert plain
    wanted = ["-frames:v", "1", "-vf", "scale=in_color_matrix=bt709:in_range=tv", "-pix_fmt", "rgb24", "-f", "rawvideo"]
    argv = [program("ffmpeg", tools), "-v", "error", "-i", str(plain), *wanted, "-"]
    picture = Image.frombytes("RGB", SIZE, subprocess.run(argv, check=True, capture_output=True).stdout)
    middles = [(round((place + 0.5) * WIDTH / stripes), HEIGHT // 2) for place in range(stripes)]
    argv = [program("ffprobe", tools), "-v", "error", "-of", "json", "-show_streams", str(plain)]
    stream = json.loads(subprocess.run(argv, check=True, capture_output=True).stdout)["streams"][0]
    with Image.open(work / "poster.jpg") as poster:
        for middle in middles:  # The poster is drawn by another way.
            assert poster.getpixel(middle) == pytest.approx(picture.getpixel(middle), abs=10)
    return [picture.getpixel(middle) for middle in middles], {name: str(stream.get(name)) for name in TAGS}  # type: ignore[misc]


def percent(*parts: float) -> tuple[object, ...]:
    return tuple(pytest.approx(255 * part / 100, abs=5) for part in parts)


# Black, a grey card (18 %), paper, the brightest light, a skin: the same light as either way writes it (BT.2408).
PQ = [(0.0,) * 3, (0.380,) * 3, (0.581,) * 3, (0.752,) * 3, (0.439, 0.400, 0.365)]
HLG = [(0.0,) * 3, (0.379,) * 3, (0.750,) * 3, (1.0,) * 3, (0.506, 0.411, 0.338)]


@pytest.mark.media
@each_ffmpeg
@pytest.mark.parametrize(("transfer", "colours"), [("smpte2084", PQ), ("arib-std-b67", HLG)], ids=["PQ", "HLG"])
def test_a_bright_film_is_brought_to_an_ordinary_screen(
    tmp_path: Path, tools: str, transfer: str, colours: list[Colour]
) -> None:
    said = tags(matrix="bt2020nc", transfer=transfer, primaries="bt2020")
    found, about = shown(film(tmp_path / "film.mkv", colours, BT2020, *said), tmp_path, tools, 5)
    greys = [percent(grey, grey, grey) for grey in (0, 42.5, 90, 100)]
    assert about == TAGS and found == [*greys, percent(60.5, 45.4, 38.3)]


@pytest.mark.media
@each_ffmpeg
@pytest.mark.parametrize(
    ("name", "luma", "given", "seen"),
    [
        ("bt709", BT709, (80, 40, 30), (80, 40, 30)),
        ("bt2020", BT2020, (54.3, 37.1, 28.2), (62.6, 34.1, 26.2)),
    ],
)
def test_ten_bits_alone_change_no_colour(
    tmp_path: Path, tools: str, name: str, luma: tuple[float, float], given: Colour, seen: Colour
) -> None:
    colours = [(0.2, 0.2, 0.2), [part / 100 for part in given], (1.0, 1.0, 1.0)]
    said = tags(matrix="bt2020nc" if name == "bt2020" else name, transfer="bt709", primaries=name)
    found, about = shown(film(tmp_path / "film.mkv", colours, luma, *said), tmp_path, tools, 3)
    assert about == TAGS and found == [percent(20, 20, 20), percent(*seen), percent(100, 100, 100)]


@pytest.mark.media
@each_ffmpeg
@pytest.mark.parametrize("pixels", ["pal8", "bgr24", "yuvj420p", "yuv420p"])
def test_colours_are_those_of_the_file_however_it_writes_them(tmp_path: Path, tools: str, pixels: str) -> None:
    """It says nothing of them, and is small: players take that for BT.601."""
    file = tmp_path / "film"
    drawn = "color=0x2449AA:s=160x240:r=5:d=1[a];color=0xB66D55:s=160x240:r=5:d=1[b];[a][b]hstack"
    codec = {"yuvj420p": "mjpeg", "yuv420p": "ffv1"}.get(pixels, "rawvideo")
    made = f"{drawn},format=gbrp,scale=out_color_matrix=bt601,format={pixels}"
    argv = [program("ffmpeg"), "-y", "-v", "error", "-filter_complex", made, "-c:v", codec]
    subprocess.run([*argv, "-f", "avi", str(file)], check=True)
    found, about = shown(file, tmp_path, tools, 2)
    assert about == TAGS and found == [percent(14, 29, 67), percent(71, 43, 33)]

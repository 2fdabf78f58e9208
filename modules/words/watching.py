"""What the page of a recording says in words."""

import re
from typing import Any

from app.i18n import _, clock, current, lazy, megabytes, percent, span
from modules import rules
from modules.queries.player import File, Player
from modules.queries.prices import AUTO, SLIDES, SOUND, TEXT, VIDEO, Choice
from modules.queries.reading import Reading
from modules.queries.shapes import ModuleView, StepView
from modules.words.kinds import kind_word
from modules.words.reading import place_link
from modules.words.steps import choice, module_name

_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
PHONE = 360  # The largest picture that a telephone shows whole.
NOTES = {
    SLIDES: lazy("a picture for each slide"),
    SOUND: lazy("the screen may be off"),
    TEXT: lazy("the transcript counts as reading"),
}


def price_line(player: Player) -> str:
    """The price before the click: "Video 240p: 28 MB for what is missing."."""
    chosen = player.chosen
    if chosen is None:
        return ""
    if player.auto:
        return _("The format follows your connection: %(price)s.", price=extent(player))
    price = megabytes(chosen.rest or chosen.whole)
    if chosen.kind == TEXT:
        return _("The whole text: %(price)s, already on this page.", price=price)
    if not chosen.rest:
        return _("%(format)s: %(price)s to see it all again.", format=choice(chosen), price=price)
    return _("%(format)s: %(price)s for what is missing.", format=choice(chosen), price=price)


def extent(player: Player) -> str:
    """What the stream costs that follows the connection: "10 MB to 56 MB"."""
    least, most = map(megabytes, player.extent() or (0, 0))
    return least if least == most else _("%(least)s to %(most)s", least=least, most=most)


def formats(player: Player) -> list[tuple[str, str, str, str]]:
    """Rows for `ui.options`: value, label, note, price."""
    heights = [one.height or 0 for one in player.choices if one.kind == VIDEO]
    cheapest = min(heights) if len(heights) > 1 else None
    rows = [(one.name, choice(one), _use(one, cheapest), megabytes(one.rest or one.whole)) for one in player.choices]
    if player.links.playlist and heights:
        rows.insert(0, (AUTO, _("Automatic"), _("follows your connection"), extent(player)))
    return rows


def subtitles(player: Player) -> list[dict[str, Any]]:
    """Those in the language of the page first, in the browser's menu and under the key C."""
    return sorted(player.links.captions, key=lambda one: bool(one["language"] != current()))


def file_name(module: ModuleView, step: StepView, file: File) -> str:
    """What a recording is called once it is kept: "Module 3 – Title – 360p.mp4"."""
    parts = [module_name(module), step.title, *([file.said] if file.kind == VIDEO else [])]
    name = " – ".join(dict.fromkeys(_NOT_IN_NAMES.sub(" ", str(part)).strip()[:80] for part in parts))
    return name + (".mp4" if file.kind == VIDEO else ".m4a")


def file_line(file: File) -> str:
    """The link to it, with its size."""
    size = megabytes(file.bytes)
    if file.kind == VIDEO:
        return _("Download the video %(name)s, %(size)s", name=file.said, size=size)
    return _("Download the sound, %(size)s", size=size)


def keys() -> list[tuple[tuple[str, ...], str]]:
    """What the keyboard does on the page of a recording (static/keys.js)."""
    return [
        ((_("Space"), "K"), _("play or pause")),
        (("←", "→"), _("5 seconds back or on, as on the tape")),
        (("J", "L"), _("10 seconds back or on")),
        (("0", "9"), _("to a tenth of the recording")),
        (("<", ">"), _("slower or faster")),
        (("↑", "↓"), _("louder or softer, while the player is selected")),
        (("M",), _("sound off or on")),
        (("C",), _("subtitles: the next language, then none")),
        (("F",), _("full screen")),
        (("?",), _("this list")),
    ]


def missing_items(step: StepView, player: Player, here: str, text: Reading | None) -> list[dict[str, str]]:
    """Rows for `ui.passages`."""
    return [
        {
            "url": place_link(here, start, text),
            "text": _("From %(start)s to %(end)s", start=clock(start), end=clock(end)),
            "price": megabytes(price) if price and not player.auto else "",
            "note": span(rules.told([(start, end)])),
        }
        for start, end, price in player.passages
    ]


def rule_line(step: StepView, time: str = "") -> str:
    """When the step counts as done; `time` stands in the place of what is still to be seen, for the page's script."""
    more = max(step.threshold * (step.duration or 0) - step.seen_seconds, 0)
    return _(
        "This step is done at %(share)s: %(time)s more. Seeing a passage again or faster changes nothing.",
        share=percent(step.threshold), time=time or span(more),
    )  # fmt: skip


def next_line(step: StepView) -> str:
    """The next step in one tap: "Quiz: Partenaires et projet"."""
    word = kind_word(step)
    return _("%(kind)s: %(title)s", kind=word[:1].upper() + word[1:], title=step.title)


def _use(one: Choice, cheapest: int | None) -> str:
    height = one.height or 0
    if one.kind in NOTES:
        return str(NOTES[one.kind])
    if height > PHONE:
        return _("for a computer")
    return _("for a phone, fewest megabytes with a picture") if height == cheapest else _("for a phone")

"""What the page of a recording says in words."""

from app.i18n import _, clock, megabytes, percent, span
from modules import rules
from modules.queries.prices import SOUND, Choice
from modules.queries.shapes import StepView
from modules.queries.steps import AUTO, Player
from modules.words.kinds import kind_word
from modules.words.steps import choice

PHONE = 360  # The largest picture that a telephone shows whole.


def price_line(player: Player, step: StepView) -> str:
    """The price before the click: "In 240p: 28 MB for what is missing."."""
    chosen = player.chosen
    if player.auto or chosen is None:
        return _("The format follows your connection.")
    price = megabytes(chosen.rest or chosen.whole)
    if not chosen.rest:
        return _("%(format)s: %(price)s to see it all again.", format=choice(chosen), price=price)
    return _("%(format)s: %(price)s for what is missing.", format=choice(chosen), price=price)


def formats(player: Player, step: StepView) -> list[tuple[str, str, str, str]]:
    """Rows for `ui.options`: value, label, note, price."""
    heights = [one.height or 0 for one in player.choices if one.kind != SOUND]
    cheapest = min(heights) if len(heights) > 1 else None
    rows = [(one.name, choice(one), _use(one, cheapest), megabytes(one.rest or one.whole)) for one in player.choices]
    if player.links.playlist and len(rows) > 1:
        rows.insert(0, (AUTO, _("Automatic"), _("follows your connection"), ""))
    return rows


def missing_items(step: StepView, player: Player, here: str) -> list[dict[str, str]]:
    """Rows for `ui.passages`; the address works with and without scripts."""
    rate = bytes_a_second(player, step)
    return [
        {
            "url": f"{here}?t={start:g}#t={start:g}",
            "text": _("From %(start)s to %(end)s", start=clock(start), end=clock(end)),
            "price": megabytes(round((end - start) * rate)) if rate else "",
            "note": span(rules.told([(start, end)])),
        }
        for start, end in step.missing
    ]


def bytes_a_second(player: Player, step: StepView) -> int:
    """What a second of the chosen format weighs."""
    if player.chosen is None or player.auto or not step.duration:
        return 0
    return round(player.chosen.whole / step.duration)


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
    if one.kind == SOUND:
        return _("the screen may be off")
    if height > PHONE:
        return _("for a computer")
    return _("for a phone, fewest megabytes with a picture") if height == cheapest else _("for a phone")

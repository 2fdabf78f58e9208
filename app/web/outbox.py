"""The texts of the line that says what this device has not yet sent; `static/outbox.js` fills it."""

import json
from functools import lru_cache

from babel import Locale

from app.i18n import current, ngettext
from app.i18n import gettext as _


def outbox_texts() -> str:
    """The sentence for each plural category of the language, so that the script needs no words."""
    return _texts(current())


@lru_cache(32)
def _texts(code: str) -> str:
    rule = Locale.parse(code).plural_form
    samples: dict[str, int] = {}
    for count in (*range(1, 103), 1_000_000, 0):
        samples.setdefault(rule(count), count)
    texts = {
        name: {category: say(count) for category, count in samples.items()} | less
        for name, (say, less) in {
            "work": (_work, {}),
            "watched": (_watched, {"less": _("Less than a minute of watching is not yet sent. Nothing is lost.")}),
            "away": (_away, {"less": _("Less than a minute of watching stays on this device for a month.")}),
        }.items()
    }
    return json.dumps(texts, ensure_ascii=False)


def _watched(count: int) -> str:
    return ngettext(
        "%(count)s minute of watching is not yet sent. It will leave by itself; nothing is lost.",
        "%(count)s minutes of watching are not yet sent. They will leave by themselves; nothing is lost.",
        count,
        count="#",
    )


def _away(count: int) -> str:
    return ngettext(
        "%(count)s minute of watching stays on this device for a month and is sent as soon as it is taken.",
        "%(count)s minutes of watching stay on this device for a month and are sent as soon as they are taken.",
        count,
        count="#",
    )


def _work(count: int) -> str:
    return ngettext(
        "%(count)s piece of work on this device waits for the network. It will leave by itself; nothing is lost.",
        "%(count)s pieces of work on this device wait for the network. They will leave by themselves; nothing is lost.",
        count,
        count="#",
    )

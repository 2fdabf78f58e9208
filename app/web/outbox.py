"""The texts of the line that says what this device has not yet sent; `static/outbox.js` fills it."""

import json
from functools import lru_cache

from babel import Locale

from app.i18n import current, ngettext


def outbox_texts() -> str:
    """The sentence for each plural category of the language, so that the script needs no words."""
    return _texts(current())


@lru_cache(32)
def _texts(code: str) -> str:
    rule = Locale.parse(code).plural_form
    samples: dict[str, int] = {}
    for count in (*range(1, 103), 1_000_000, 0):
        samples.setdefault(rule(count), count)
    return json.dumps({category: _sentence(count) for category, count in samples.items()}, ensure_ascii=False)


def _sentence(count: int) -> str:
    return ngettext(
        "%(count)s piece of work on this device waits for the network. It will leave by itself; nothing is lost.",
        "%(count)s pieces of work on this device wait for the network. They will leave by themselves; nothing is lost.",
        count,
        count="#",
    )

"""Where on the picture a subtitle stands: what players know of it, in their words."""

import re

_PERCENT = r"(?:100(?:\.0+)?|\d{1,2}(?:\.\d+)?)%"
_KNOWN = {
    "vertical": re.compile("rl|lr"),
    "line": re.compile(rf"(?:{_PERCENT}|-?\d{{1,4}})(?:,(?:start|center|end))?"),
    "position": re.compile(rf"{_PERCENT}(?:,(?:line-left|center|line-right))?"),
    "size": re.compile(_PERCENT),
    "align": re.compile("start|center|end|left|right"),
}


def known(settings: str) -> str:
    """The settings that mean something, each once; regions are not kept, so nothing stands in one."""
    found: dict[str, str] = {}
    for word in settings.split():
        name, _, value = word.partition(":")
        value = "center" if (name, value) == ("align", "middle") else value  # As early WebVTT had it.
        if name in _KNOWN and _KNOWN[name].fullmatch(value):
            found.setdefault(name, value)
    return " ".join(f"{name}:{value}" for name, value in found.items())

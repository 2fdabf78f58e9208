"""Which of the older encodings of French, English, Portuguese and Arabic is the likeliest for some bytes."""

import re

SAMPLE = 300_000
"""Bytes that are looked at."""

_WESTERN = ("cp1252", "iso8859-15", "mac_roman", "cp850")
_ARABIC = ("cp1256", "iso8859-6")
_ACCENTED = frozenset("àâäæçèéêëîïôöœùûüÿáãíóõúñìòÀÂÇÈÉÊËÎÏÔŒÙÛÁÃÍÓÕÚ")
_SIGNS = frozenset("«»‘’“”„–—…€•°º¿¡\u00a0\u202f")
_RARE = frozenset("ª·§©®½¼±×")
_FREQUENT = frozenset("ابتةجحخدذرزسشصضطظعغفقكلمنهويىءآأؤإئ")
_ARABIC_SIGNS = frozenset("،؛؟ًٌٍَُِّْـ٠١٢٣٤٥٦٧٨٩\u200c\u200d\u200e\u200f")
_HIGH_RUN = re.compile(rb"[\x80-\xff]{3,}")
_HIGH = re.compile(rb"[\x80-\xff]")
_ODD_CASE = re.compile(r"(?<=[a-zß-öø-ÿ])[À-ÖØ-ÞŒŠŽŸ]")


def likeliest(raw: bytes) -> str | None:
    """The encoding under which the text looks most like one of them, if it does."""
    sample = raw[:SAMPLE]
    high = len(_HIGH.findall(sample))
    in_words = sum(len(run) for run in _HIGH_RUN.findall(sample))
    candidates = _ARABIC if in_words * 2 > high else _WESTERN
    weighed = [(weight, -place, name) for place, name in enumerate(candidates) if (weight := _weigh(sample, name))]
    if not weighed or max(weighed)[0] <= 0:
        return None
    return max(weighed)[-1]


def _weigh(sample: bytes, encoding: str) -> float:
    """How much the text looks like French, English, Portuguese or Arabic when it is read so; 0 if it cannot be."""
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError:
        return 0
    letters, signs = (_FREQUENT, _ARABIC_SIGNS | _SIGNS) if encoding in _ARABIC else (_ACCENTED, _SIGNS)
    weight = 0.0
    for character in text:
        if character > "\x7f":
            weight += 1 if character in letters or character in signs else 0 if character in _RARE else -1
    return weight - 2 * len(_ODD_CASE.findall(text))

"""What fills in the sentences of a notice: kept in JSON as the writer knows it, said as the reader reads it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from app import i18n

AT, ON, IN = "at", "on", "in"


def moment(at: datetime, zone: str) -> dict[str, str]:
    """A moment, said by the clock of that zone."""
    return {AT: at.isoformat(), "zone": zone}


def day(on: date) -> dict[str, str]:
    """A day of the calendar."""
    return {ON: on.isoformat()}


def titles(by_language: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """A title in its languages; French is the fallback."""
    return {IN: dict(by_language)}


def said(words: Mapping[str, Any]) -> dict[str, Any]:
    """All of them in the language that speaks now."""
    return {name: _said(value) for name, value in words.items()}


def _said(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if AT in value:
        return i18n.moment(datetime.fromisoformat(value[AT]), value.get("zone"))
    if ON in value:
        return i18n.day(date.fromisoformat(value[ON]))
    named: dict[str, str] = value[IN]
    return named.get(i18n.current()) or named.get(i18n.DEFAULT) or next(iter(named.values()), "")

"""Time zones by the names of their cities, read as people write them."""

import re
from difflib import get_close_matches
from functools import lru_cache
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global

from app.people import cities, countries
from app.people.countries import plain_key

_NAMED_IN = ("fr", "en", "pt", "ar")
_SHORTEST, _SHORTEST_COUNTRY, _MOST_NEAR, _ALIKE = 3, 5, 3, 0.75
_ISLANDS = ("Atlantic/Cape_Verde", "Indian/Antananarivo", "Indian/Comoro", "Indian/Mahe", "Indian/Mauritius")


def city(zone: str, language: str) -> str:
    """The city of a zone: "Le Caire"; zones without one keep their name."""
    known = _cities(language)
    return known.get(zone) or known.get(get_global("zone_aliases").get(zone, "")) or _last(zone)


def shown(zone: str | None, language: str) -> str:
    """The text from which `read` makes this zone again: its city, or its whole name where two zones share the city."""
    if not zone:
        return ""
    name = city(zone, language)
    return name if read(name) == zone else zone


def african(language: str) -> list[str]:
    """The cities of the zones of Africa, in the order of their names."""
    return _african(language)


def read(text: str) -> str | None:
    """The zone of a city in a language of the house, of an IANA name, or of a country that has one zone; accents and
    case do not matter."""
    known = _names().get(text.strip().replace(" ", "_").lower()) or _by_city().get(plain_key(text))
    of_country = () if known else _of_country(countries.read(text))
    return of_country[0] if len(of_country) == 1 else known


def near(text: str, language: str) -> list[str]:
    """Names to write where `text` names no zone or too many: of its country, then those that begin or look like it."""
    key = plain_key(re.split(r"[,;(]", text)[0])
    if len(key) < _SHORTEST:
        return []
    names = {plain_key(name): name for name in (*african(language), *cities.NAMED)}
    exact = countries.read(key)
    codes = [exact] if exact else countries.beginning(key) if len(key) >= _SHORTEST_COUNTRY else []
    found = [city(zone, language) for code in codes for zone in sorted(_of_country(code))]
    found += [name for begun, name in names.items() if begun.startswith(key)]
    found += [names[alike] for alike in get_close_matches(key, names, _MOST_NEAR, _ALIKE)]
    return list(dict.fromkeys(found))[:_MOST_NEAR]


def _last(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")


def _in_africa(zone: str) -> bool:
    return zone.startswith("Africa/") or zone in _ISLANDS


def _of_country(code: str | None) -> tuple[str, ...]:
    known = _names()
    return tuple(zone for zone in get_global("territory_zones").get(code or "", ()) if zone.lower() in known)


@lru_cache
def _names() -> dict[str, str]:
    return {name.lower(): name for name in sorted(available_timezones()) if "/" in name or name == "UTC"}


@lru_cache
def _cities(language: str) -> dict[str, str]:
    return {str(zone): str(data["city"]) for zone, data in Locale.parse(language).time_zones.items() if "city" in data}


@lru_cache
def _african(language: str) -> list[str]:
    return sorted({city(zone, language) for zone in _names().values() if _in_africa(zone)}, key=plain_key)


@lru_cache
def _by_city() -> dict[str, str]:
    """Every city; of two zones that share one, that of Africa, then the one that is no older name of the other."""
    named = [zone for zone in _names().values() if not zone.startswith("Etc/")]
    older = get_global("zone_aliases")
    named.sort(key=lambda zone: (not _in_africa(zone), zone in older, zone))
    found: dict[str, str] = {}
    for zone in named:
        for name in (_last(zone), *(city(zone, language) for language in _NAMED_IN)):
            found.setdefault(plain_key(name), zone)
    return {**found, **cities.ZONES, "gmt": "UTC"}

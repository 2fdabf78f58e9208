"""What stands before the server lets through what the server takes, and writes down nothing that is not for it."""

import re

import pytest
from flask import Flask

from app.config import ROOT
from app.web.limits import LARGEST_BODY

NGINX = (ROOT / "deploy" / "nginx.conf").read_text()
WITHOUT_COMMENTS = re.sub(r"#.*", "", NGINX)
MEGA = 1024 * 1024
SLACK = 20 * MEGA  # What a limit of nginx may lie above the server's.


def _locations() -> list[tuple[bool, str, int | None]]:
    """Each location: whether it is a pattern, its text, and its limit in bytes; None where nginx sets none."""
    found = re.findall(r"location (~ )?(\S+) \{(.*?)\}", WITHOUT_COMMENTS, re.DOTALL)
    return [(bool(pattern), text, _limit(body)) for pattern, text, body in found]


def _limit(body: str) -> int | None:
    said = re.search(r"client_max_body_size (\d+)(m?);", body)
    if said is None:
        return _limit(WITHOUT_COMMENTS)
    return int(said[1]) * (MEGA if said[2] else 1) or None


def _limit_at(address: str) -> int | None:
    """As nginx chooses: the first pattern that matches, else the longest beginning."""
    for pattern, text, limit in _locations():
        if pattern and re.search(text, address):
            return limit
    beginnings = [
        (len(text), limit) for pattern, text, limit in _locations() if not pattern and address.startswith(text)
    ]
    return max(beginnings, key=lambda found: found[0])[1]


def test_nginx_lets_through_what_each_address_takes_and_little_more(app: Flask) -> None:
    wrong = {}
    for rule in app.url_map.iter_rules():
        if not {"POST", "PATCH", "PUT"} & (rule.methods or set()):
            continue
        address = re.sub(r"<[^>]+>", "abcdefghjkmn", rule.rule)
        takes, lets = getattr(app.view_functions[rule.endpoint], "largest_body", LARGEST_BODY), _limit_at(address)
        if (takes is None) != (lets is None) or (takes and lets and not takes <= lets <= takes + SLACK):
            wrong[address] = (takes, lets)
    assert wrong == {}


@pytest.mark.parametrize(
    "personal", ["$remote_addr", "$request ", "$request_uri", "$uri", "$http_", "$args", "$remote_user"]
)
def test_nginx_writes_down_neither_people_nor_keys(personal: str) -> None:
    said = re.search(r"log_format learning (.*?);", WITHOUT_COMMENTS, re.DOTALL)
    assert said and personal not in said[1]
    assert re.search(r"error_log \S+ crit;", WITHOUT_COMMENTS)


def test_the_media_that_nginx_sends_are_reached_through_the_server_only() -> None:
    block = re.search(r"location /protected-media/ \{(.*?)\}", WITHOUT_COMMENTS, re.DOTALL)
    assert block and "internal;" in block[1]

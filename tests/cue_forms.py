"""The editor of subtitles as a browser sends it."""

from typing import Any


def filled(page: Any, client: Any, url: str) -> dict[str, str]:
    """All fields of its form."""
    form = page(client, url).find(".//ol[@class='rows cues']/..")
    values = {node.get("name"): node.get("value", "") for node in form.iter("input") if node.get("type") != "checkbox"}
    values |= {node.get("name"): (node.text or "").removeprefix("\n") for node in form.iter("textarea")}
    return {name: value for name, value in values.items() if name and name != "csrf_token"}

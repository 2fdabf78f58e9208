"""The help page says to each role what it may do, and each of its links answers."""

from typing import Any

import pytest

TRAINING, ADMINISTERING = (
    {"/grading", "/cases", "/cohorts", "/manage/modules"},
    {"/recordings", "/cohorts/new", "/people"},
)


def links(tree: Any) -> set[str]:
    """Those of the text; the line of the outbox, hidden here, has its own."""
    sections = [node for node in tree.find(".//main").iter("section") if "hang" in node.get("class", "")]
    return {link.get("href") for section in sections for link in section.iter("a")}


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        ("nobody", set()), ("learner", set()), ("trainer", TRAINING), ("other_trainer", TRAINING),
        ("admin", TRAINING | ADMINISTERING),
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_link_of_the_help_answers_for_whom_it_is_shown(
    house: Any, client: Any, sign_in: Any, page: Any, role: str, shown: set[str], language: str
) -> None:
    reader = client if role == "nobody" else sign_in(getattr(house, role))
    reader.get(f"/help?lang={language}")
    tree = page(reader, "/help")
    assert tree.get("lang") == language
    assert links(tree) == shown
    for url in links(tree):
        page(reader, url)

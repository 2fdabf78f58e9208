"""Posts whose fields no form of ours would send are refused with a sentence."""

import pytest

from tests.conftest import checked
from tests.house.conftest import rooms  # noqa: F401

GOOD = {"kind": "question", "stage": "", "consent": "cohort", "body": "Texte", "language": "fr"}


@pytest.mark.parametrize(
    "wrong", [{"language": "NaN"}, {"language": "x" * 6000}, {"client_id": "x" * 6000}, {"version": "²"}]
)
def test_a_new_post_is_refused(rooms, sign_in, wrong):  # noqa: F811
    url = f"/threads/{rooms.thread.public_id}/posts"
    learner = sign_in(rooms.house.learner)
    answer = learner.post(url, data=GOOD | wrong)
    assert answer.status_code == 422
    checked(answer)
    assert learner.post(url, data=GOOD).status_code == 303


@pytest.mark.parametrize("version", ["²", "-1", "9" * 30, "x"])
def test_a_change_based_on_no_version_is_refused(rooms, sign_in, version):  # noqa: F811
    url = f"/posts/{rooms.post.public_id}/edit"
    learner = sign_in(rooms.house.learner)
    answer = learner.post(url, data=GOOD | {"version": version})
    assert answer.status_code == 422
    checked(answer)
    assert learner.post(url, data=GOOD | {"version": "1"}).status_code == 303

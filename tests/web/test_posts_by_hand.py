"""Posts whose fields no form of ours would send are refused with a sentence."""

import pytest
import sqlalchemy as sa

from modules.cases.models import Post
from tests.conftest import checked
from tests.house.conftest import rooms  # noqa: F401

GOOD = {"kind": "question", "stage": "", "consent": "cohort", "body": "Texte", "language": "fr"}


@pytest.mark.parametrize(
    "wrong",
    [{"language": "NaN"}, {"language": "ff"}, {"language": "x" * 6000}, {"client_id": "x" * 6000}, {"version": "²"}],
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


def test_a_text_keeps_the_language_that_a_machine_gave_it_and_takes_no_other_from_a_form(
    rooms,  # noqa: F811
    session,
    sign_in,
):
    url = f"/posts/{rooms.post.public_id}/edit"
    learner = sign_in(rooms.house.learner)
    session.execute(sa.update(Post).where(Post.public_id == rooms.post.public_id).values(lang="ff"))
    session.commit()
    assert learner.post(url, data=GOOD | {"version": "1", "language": "eo"}).status_code == 422
    assert learner.post(url, data=GOOD | {"version": "1", "language": "ff"}).status_code == 303
    trainer, case = sign_in(rooms.house.trainer), f"/cases/{rooms.case.public_id}/stages/conception"
    for language, status in (("ff", 422), ("pt", 303)):
        assert trainer.post(case, data={"done": "Texte", "language": language}).status_code == status, language

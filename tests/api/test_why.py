"""Why by machine, and objections that a device kept."""

import sqlalchemy as sa

from modules.models import Contest, Watching
from tests.world import ready_recording


def test_an_objection_that_waited_on_a_device_counts_once(house, session, speak):
    learner = speak(house.learner)
    url = f"/api/v1/why/step/{house.steps['page'].public_id}"
    sent = {"body": "Je l’ai lu.", "client_id": "a1"}
    for _time in range(2):
        answer = learner.post(f"{url}/objections", json=sent)
        assert answer.status_code == 200 and len(answer.json["objections"]) == 1
    assert learner.post(f"{url}/objections", json={"body": "Encore."}).status_code == 409
    assert learner.get(url).json["objections"][0]["outcome"] is None
    assert session.scalar(sa.select(sa.func.count()).select_from(Contest)) == 1


def test_what_was_seen_of_a_locked_step_is_kept_and_what_was_done_out_of_order_stays(house, session, sign_in, speak):
    recording, learner = house.steps["recording"], house.learner
    ready_recording(session, recording)
    house.rules.terms, recording.position = {"module": {"order": True}}, 9
    session.commit()
    url = f"/steps/{recording.public_id}"
    assert sign_in(learner).get(url).headers["Location"].startswith("/why/")
    sent = speak(learner).post(f"/api/v1{url}/watching", json={"segments": [[0, 100]]})
    assert sent.status_code == 200 and sent.json["done"] is True
    assert session.scalar(sa.select(sa.func.count()).select_from(Watching)) == 1
    session.rollback()
    assert sign_in(learner).get(url).status_code == 200, "done is never locked"

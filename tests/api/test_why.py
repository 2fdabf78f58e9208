"""Why by machine, and objections that a device kept."""

import sqlalchemy as sa

from modules.models import Contest


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

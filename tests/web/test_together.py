"""Two people at one form: who saves second is told what the first one saved, and nothing typed is lost."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from modules.models import Assignment
from modules.rules import day_of
from tests.web.test_manage_modules import shown_after


def opened(page, client, url):
    """What the shared form at the address sends as it stands."""
    form = next(one for one in page(client, url).iter("form") if one.find(".//input[@name='began']") is not None)
    return {node.get("name"): node.get("value") or "" for node in form.iter("input")}


def test_the_details_of_a_cohort_are_not_overwritten_in_silence(house, sign_in, session, page):
    url, admin = f"/cohorts/{house.cohort.public_id}/details", sign_in(house.admin)
    first, second = opened(page, admin, url), opened(page, admin, url)
    assert admin.post(url, data=first | {"name": "Une"}).status_code == 303
    refused = admin.post(url, data=second | {"zone": "Maputo"})
    assert refused.status_code == 422 and "a modifié cela" in refused.get_data(as_text=True)
    saved, own = shown_after(refused)
    assert saved == ["Une", "Bamako"] and (own["name"], own["zone"]) == ("Cohort 1", "Maputo")
    session.refresh(house.cohort)
    assert (house.cohort.name, house.cohort.zone) == ("Une", "Africa/Bamako")
    session.commit()
    assert admin.post(url, data=second | {"began": own["began"], "name": "Deux"}).status_code == 303
    assert admin.post(url, data=opened(page, admin, url)).status_code == 303, "nothing has changed since"


def test_the_days_of_a_module_are_not_overwritten_in_silence(house, sign_in, session, page):
    url = f"/cohorts/{house.cohort.public_id}/modules/{house.module.public_id}"
    admin, today = sign_in(house.admin), day_of(datetime.now(UTC), house.cohort.zone)
    first, second = opened(page, admin, url), opened(page, admin, url)
    later, latest = (today + timedelta(days=days) for days in (40, 50))
    assert admin.post(url, data=first | {"due": later.isoformat()}).status_code == 303
    refused = admin.post(url, data=second | {"due": latest.isoformat()})
    assert refused.status_code == 422 and "a modifié cela" in refused.get_data(as_text=True)
    saved, own = shown_after(refused)
    assert len(saved) == 1 and str(later.day) in saved[0] and own["due"] == latest.isoformat()
    given = session.scalars(sa.select(Assignment)).one()
    assert day_of(given.due_at, given.zone) == later
    session.commit()
    past = second | {"began": own["began"], "due": (today - timedelta(days=1)).isoformat()}
    asked = admin.post(url, data=past)
    assert asked.status_code == 422 and "a modifié cela" not in asked.get_data(as_text=True)
    assert admin.post(url, data=past | {"past": "y"}).status_code == 303

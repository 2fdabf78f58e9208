"""Who may open which door: one table, complete, and true.

A route without a line fails, and so does a line without a route. Refused pages look the same whether a row is missing
or is another’s (404); a role that the whole blueprint is not for gets 403; nobody is sent to sign in (303) or told to
(401). Forms are sent empty: 422 means that the door was open and the content refused.
"""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.house.doors import ROLES, Door, doors, knock
from tests.house.rooms import Rooms

Row = tuple[int, int, int, int, int, int]

# door: nobody, other_learner (other cohort), learner, other_trainer, trainer, admin
MAY: dict[str, Row] = {
    "POST account.change_password": (401, 422, 422, 422, 422, 422),
    "GET account.details": (303, 200, 200, 200, 200, 200),
    "POST account.change_details": (401, 303, 303, 303, 303, 303),
    "POST account.end_session": (401, 404, 303, 404, 404, 404),
    "POST account.end_sessions": (401, 303, 303, 303, 303, 303),
    "POST account.make_token": (401, 422, 422, 422, 422, 422),
    "GET account.password": (303, 200, 200, 200, 200, 200),
    "POST account.revoke_token": (401, 404, 303, 404, 404, 404),
    "GET account.show": (303, 200, 200, 200, 200, 200),
    "GET account.tokens": (303, 200, 200, 200, 200, 200),
    "GET api.openapi": (200, 200, 200, 200, 200, 200),
    "GET assigning.confirm_withdrawal": (303, 403, 403, 403, 403, 200),
    "GET assigning.dates": (303, 403, 403, 403, 403, 200),
    "POST assigning.dates": (401, 403, 403, 403, 403, 303),
    "GET assigning.show": (303, 403, 403, 403, 403, 200),
    "POST assigning.show": (401, 403, 403, 403, 403, 422),
    "POST assigning.withdraw": (401, 403, 403, 403, 403, 303),
    "GET building.add_cycle": (303, 403, 403, 403, 403, 200),
    "POST building.add_cycle": (401, 403, 403, 403, 403, 422),
    "GET building.add_module": (303, 403, 403, 404, 404, 200),
    "POST building.add_module": (401, 403, 403, 404, 404, 422),
    "GET building.add_step": (303, 403, 403, 404, 200, 200),
    "POST building.add_step": (401, 403, 403, 404, 422, 422),
    "POST building.archive_module": (401, 403, 403, 403, 403, 303),
    "POST building.archive_step": (401, 403, 403, 404, 303, 303),
    "GET building.confirm_archive": (303, 403, 403, 403, 403, 200),
    "GET building.cycle": (303, 403, 403, 404, 404, 200),
    "POST building.cycle": (401, 403, 403, 404, 404, 303),
    "GET building.confirm_drop": (303, 403, 403, 404, 200, 200),
    "GET building.date": (303, 403, 403, 404, 200, 200),
    "POST building.date": (401, 403, 403, 404, 303, 303),
    "GET building.dates": (303, 403, 403, 404, 200, 200),
    "POST building.dates": (401, 403, 403, 404, 422, 422),
    "GET building.details": (303, 403, 403, 404, 200, 200),
    "POST building.details": (401, 403, 403, 404, 303, 303),
    "POST building.drop_date": (401, 403, 403, 404, 303, 303),
    "GET building.index": (303, 403, 403, 200, 200, 200),
    "GET building.module": (303, 403, 403, 404, 200, 200),
    "POST building.place_module": (401, 403, 403, 403, 403, 303),
    "POST building.place_step": (401, 403, 403, 404, 303, 303),
    "GET building.step": (303, 403, 403, 404, 200, 200),
    "POST building.step": (401, 403, 403, 404, 303, 303),
    "POST case_moderation.archive_case": (401, 403, 403, 404, 403, 303),
    "POST case_moderation.archive_thread": (401, 403, 403, 404, 303, 303),
    "GET case_moderation.confirm_archive": (303, 403, 403, 404, 403, 200),
    "POST case_moderation.close": (401, 403, 403, 404, 303, 303),
    "GET case_moderation.hide": (303, 403, 403, 404, 200, 200),
    "POST case_moderation.hide": (401, 403, 403, 404, 422, 422),
    "GET case_moderation.move": (303, 403, 403, 404, 200, 200),
    "POST case_moderation.move": (401, 403, 403, 404, 303, 303),
    "GET case_moderation.new_case": (303, 403, 403, 404, 200, 200),
    "POST case_moderation.new_case": (401, 403, 403, 404, 422, 422),
    "GET case_moderation.new_thread": (303, 403, 403, 404, 200, 200),
    "POST case_moderation.new_thread": (401, 403, 403, 404, 422, 422),
    "POST case_moderation.pin": (401, 403, 403, 404, 303, 303),
    "POST case_moderation.unhide": (401, 403, 403, 404, 303, 303),
    "GET cases.discussion": (303, 404, 200, 404, 200, 200),
    "GET cases.facts": (303, 404, 403, 404, 200, 200),
    "POST cases.facts": (401, 404, 403, 404, 303, 303),
    "GET cases.index": (303, 200, 200, 200, 200, 200),
    "GET cases.open_step": (303, 404, 303, 404, 303, 303),
    "POST cases.read_all": (401, 404, 303, 404, 303, 303),
    "GET cases.show": (303, 404, 200, 404, 200, 200),
    "GET cases.tell": (303, 404, 403, 404, 200, 200),
    "POST cases.tell": (401, 404, 403, 404, 303, 303),
    "GET cases.versions": (303, 404, 403, 404, 200, 200),
    "PATCH cases_api.change_post": (401, 404, 200, 404, 403, 403),
    "GET cases_api.list_cases": (401, 200, 200, 200, 200, 200),
    "GET cases_api.list_posts": (401, 404, 200, 404, 200, 200),
    "GET cases_api.list_threads": (401, 404, 200, 404, 200, 200),
    "GET cases_api.show_case": (401, 404, 200, 404, 200, 200),
    "GET cases_api.show_post": (401, 404, 200, 404, 200, 200),
    "DELETE cases_api.withdraw_post": (401, 404, 200, 404, 403, 403),
    "POST cases_api.write_post": (401, 404, 200, 404, 200, 200),
    "POST cohorts.adopt_rules": (401, 403, 403, 404, 409, 409),
    "POST cohorts.attend": (401, 403, 403, 404, 422, 422),  # The day in this house lies ahead: it asks.
    "GET codes.of_cohort": (303, 403, 403, 403, 403, 200),
    "GET codes.of_person": (303, 403, 403, 403, 403, 200),
    "POST codes.make_for_cohort": (401, 403, 403, 403, 403, 303),
    "POST codes.make_for_person": (401, 403, 403, 403, 403, 303),
    "GET cohorts.day": (303, 403, 403, 404, 200, 200),
    "GET cohorts.export": (303, 403, 403, 404, 200, 200),
    "GET cohorts.index": (303, 403, 403, 200, 200, 200),
    "GET cohorts.learner": (303, 403, 403, 404, 200, 200),
    "GET cohorts.module": (303, 403, 403, 404, 200, 200),
    "POST cohorts.note_day": (401, 403, 403, 404, 303, 303),
    "GET cohorts.rules": (303, 403, 403, 404, 200, 200),
    "GET cohorts.show": (303, 403, 403, 404, 200, 200),
    "GET enrolment.add": (303, 403, 403, 403, 403, 200),
    "POST enrolment.add": (401, 403, 403, 403, 403, 422),
    "POST enrolment.add_member": (401, 403, 403, 403, 403, 422),
    "POST enrolment.archive": (401, 403, 403, 403, 403, 303),
    "POST enrolment.change_membership": (401, 403, 403, 403, 403, 303),
    "GET enrolment.cohorts": (303, 403, 403, 403, 403, 301),
    "GET enrolment.edit": (303, 403, 403, 403, 403, 200),
    "POST enrolment.edit": (401, 403, 403, 403, 403, 303),
    "GET enrolment.people": (303, 403, 403, 403, 403, 200),
    "GET grades.index": (303, 200, 200, 200, 200, 200),
    "GET grading.answer": (303, 403, 403, 404, 200, 404),
    "POST grading.confirm_release": (401, 403, 403, 404, 409, 404),
    "POST grading.grade": (401, 403, 403, 404, 422, 404),
    "GET grading.question": (303, 403, 403, 404, 200, 404),
    "GET grading.queue": (303, 403, 403, 200, 200, 200),
    "GET grading.release": (303, 403, 403, 404, 200, 404),
    "POST grading.take_back": (401, 403, 403, 404, 409, 404),
    "GET health.alive": (200, 200, 200, 200, 200, 200),
    "GET health.ready": (503, 503, 503, 503, 503, 503),
    "GET institutions.index": (303, 403, 403, 403, 403, 200),
    "GET institutions.merge": (303, 403, 403, 403, 403, 200),
    "POST institutions.merge": (401, 403, 403, 403, 403, 422),
    "POST institutions.names": (401, 403, 403, 403, 403, 422),
    "GET institutions.show": (303, 403, 403, 403, 403, 200),
    "GET lists.send": (303, 403, 403, 403, 403, 200),
    "POST lists.send": (401, 403, 403, 403, 403, 422),
    "GET media.deliver": (404, 404, 404, 404, 404, 404),
    "POST modules.complete": (401, 404, 303, 404, 303, 303),
    "GET modules.download": (303, 404, 200, 404, 200, 200),
    "GET modules.home": (303, 200, 200, 200, 200, 200),
    "GET modules.index": (303, 200, 200, 200, 200, 200),
    "GET modules.search": (303, 200, 200, 200, 200, 200),
    "GET modules.poster": (303, 404, 200, 404, 200, 200),
    "GET modules.show": (303, 404, 200, 404, 200, 200),
    "GET modules.step": (303, 404, 200, 404, 200, 200),
    "GET modules_api.cohort_progress": (401, 404, 404, 404, 200, 200),
    "GET modules_api.module": (401, 404, 200, 404, 200, 200),
    "GET modules_api.modules": (401, 200, 200, 200, 200, 200),
    "GET modules_api.read_watching": (401, 404, 200, 404, 200, 200),
    "GET modules_api.search": (401, 200, 200, 200, 200, 200),
    "POST modules_api.write_attendance": (401, 404, 404, 404, 200, 200),
    "POST modules_api.write_watching": (401, 404, 200, 404, 200, 200),
    "GET pages.accessibility": (200, 200, 200, 200, 200, 200),
    "POST pages.choose_language": (422, 422, 422, 422, 422, 422),
    "GET pages.help_page": (200, 200, 200, 200, 200, 200),
    "GET pages.offline": (200, 200, 200, 200, 200, 200),
    "GET pages.service_worker": (200, 200, 200, 200, 200, 200),
    "GET pages.your_data": (200, 200, 200, 200, 200, 200),
    "GET people.code": (200, 200, 200, 200, 200, 200),
    "GET people.code_link": (200, 200, 200, 200, 200, 200),
    "POST people.enter": (422, 422, 422, 422, 422, 422),
    "POST people.enter_with_code": (422, 422, 422, 422, 422, 422),
    "GET people.forgotten": (200, 200, 200, 200, 200, 200),
    "GET people.sign_in": (200, 303, 303, 303, 303, 303),
    "POST people.sign_out": (303, 303, 303, 303, 303, 303),
    "GET people_api.me": (401, 200, 200, 200, 200, 200),
    "GET persons.add": (303, 403, 403, 403, 403, 200),
    "POST persons.add": (401, 403, 403, 403, 403, 422),
    "GET persons.administrator": (303, 403, 403, 403, 403, 200),
    "POST persons.add_login": (401, 403, 403, 403, 403, 422),
    "GET persons.edit": (303, 403, 403, 403, 403, 200),
    "POST persons.edit": (401, 403, 403, 403, 403, 303),
    "GET persons.index": (303, 403, 403, 403, 403, 200),
    "POST persons.join": (401, 403, 403, 403, 403, 422),
    "POST persons.make_administrator": (401, 403, 403, 403, 403, 303),
    "POST persons.remove_login": (401, 403, 403, 403, 403, 303),
    "GET persons.show": (303, 403, 403, 403, 403, 200),
    "GET posts.edit": (303, 404, 200, 404, 403, 403),
    "POST posts.edit": (401, 404, 303, 404, 403, 403),
    "GET posts.withdraw": (303, 404, 200, 404, 403, 403),
    "POST posts.withdraw": (401, 404, 303, 404, 403, 403),
    "GET posts.history": (303, 404, 200, 404, 200, 200),
    "GET posts.show": (303, 404, 303, 404, 303, 303),
    "POST quiz_editor.add_question": (401, 403, 403, 404, 422, 422),
    "POST quiz_editor.archive_question": (401, 403, 403, 404, 303, 303),
    "GET quiz_editor.edit": (303, 403, 403, 404, 200, 200),
    "POST quiz_editor.edit_question": (401, 403, 403, 404, 422, 422),
    "POST quiz_editor.move_question": (401, 403, 403, 404, 303, 303),
    "GET quiz_editor.new_question": (303, 403, 403, 404, 200, 200),
    "GET quiz_editor.preview": (303, 403, 403, 404, 200, 200),
    "GET quiz_editor.question": (303, 403, 403, 404, 200, 200),
    "POST quiz_editor.save_terms": (401, 403, 403, 404, 422, 422),
    "POST quiz_editor.try_question": (401, 403, 403, 404, 200, 200),
    "POST quizzes.answer": (401, 404, 303, 404, 404, 404),
    "GET quizzes.attempt": (303, 404, 303, 404, 404, 404),
    "GET quizzes.open_step": (303, 404, 200, 404, 200, 200),
    "GET quizzes.question": (303, 404, 200, 404, 404, 404),
    "GET quizzes.review": (303, 404, 200, 404, 404, 404),
    "POST quizzes.start": (401, 404, 303, 404, 404, 404),
    "POST quizzes.submit": (401, 404, 303, 404, 404, 404),
    "GET quizzes_api.attempt": (401, 404, 200, 404, 404, 404),
    "POST quizzes_api.save": (401, 404, 200, 404, 404, 404),
    "POST quizzes_api.submit": (401, 404, 200, 404, 404, 404),
    "POST recordings.add_captions": (401, 403, 403, 403, 403, 422),
    "POST recordings.add_version": (401, 403, 403, 403, 403, 422),
    "POST recordings.archive": (401, 403, 403, 403, 403, 303),
    "GET recordings.ask_cancel": (303, 403, 403, 403, 403, 409),
    "POST recordings.cancel": (401, 403, 403, 403, 403, 409),
    "POST recordings.create": (401, 403, 403, 403, 403, 422),
    "GET recordings.index": (303, 403, 403, 403, 403, 200),
    "POST recordings.remove_captions": (401, 403, 403, 403, 403, 303),
    "POST recordings.rename": (401, 403, 403, 403, 403, 422),
    "POST recordings.restore_captions": (401, 403, 403, 403, 403, 303),
    "POST recordings.restore": (401, 403, 403, 403, 403, 303),
    "POST recordings.keep_earlier": (401, 403, 403, 403, 403, 409),
    "POST recordings.retry": (401, 403, 403, 403, 403, 409),
    "GET recordings.show": (303, 403, 403, 403, 403, 200),
    "GET recordings_api.listing": (401, 403, 403, 403, 403, 200),
    "GET recordings_api.acts_of": (401, 403, 403, 403, 403, 200),
    "GET recordings_api.one": (401, 403, 403, 403, 403, 200),
    "GET threads.first_unread": (303, 404, 303, 404, 303, 303),
    "GET threads.show": (303, 404, 200, 404, 200, 200),
    "GET threads.write": (303, 404, 200, 404, 200, 200),
    "POST threads.write": (401, 404, 422, 404, 422, 422),
    "GET uploads.mine": (401, 403, 403, 403, 403, 200),
    "PATCH uploads.append": (401, 403, 403, 403, 403, 415),
    "POST uploads.create": (401, 403, 403, 403, 403, 400),
    "HEAD uploads.offset": (401, 403, 403, 403, 403, 200),
    "OPTIONS uploads.options": (401, 403, 403, 403, 403, 200),
    "DELETE uploads.terminate": (401, 403, 403, 403, 403, 204),
}


def test_the_table_names_every_door_and_no_other(app: Flask) -> None:
    there = {door.name for door in doors(app)}
    assert not there - set(MAY), f"routes without a line: {sorted(there - set(MAY))}"
    assert not set(MAY) - there, f"lines without a route: {sorted(set(MAY) - there)}"


def test_pages_open_for_whom_the_table_says(
    app: Flask, rooms: Rooms, everybody: dict[str, dict[str, FlaskClient]]
) -> None:
    readers = [door for door in doors(app) if door.method == "GET" and door.name in MAY]
    found = {door.name: _statuses(app, door, rooms, everybody) for door in readers}
    wrong = {name: (row, "expected", MAY[name]) for name, row in found.items() if row != MAY[name]}
    assert not wrong, wrong


@pytest.mark.parametrize("name", sorted(name for name in MAY if not name.startswith("GET ")))
def test_writers_are_let_in_as_the_table_says(
    app: Flask, rooms: Rooms, everybody: dict[str, dict[str, FlaskClient]], name: str
) -> None:
    door = next((door for door in doors(app) if door.name == name), None)
    assert door is not None, "a line without a route"
    assert _statuses(app, door, rooms, everybody) == MAY[name]


def _statuses(app: Flask, door: Door, rooms: Rooms, everybody: dict[str, dict[str, FlaskClient]]) -> Row:
    """In the table's order, so that who is refused knocks before who changes something."""
    statuses = tuple(knock(app, door, rooms, everybody[role]) for role in ROLES)
    assert len(statuses) == 6
    return statuses

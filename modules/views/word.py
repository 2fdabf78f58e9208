"""A word to learners of a cohort: one tap leads here from who needs one."""

from datetime import UTC, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import Invalid
from app.i18n import _, lazy, ngettext
from app.web.access import viewer
from app.web.once import once
from app.web.session import session
from modules import access, actions, words
from modules.queries.needs import told_before
from modules.views.cohorts import bp
from modules.word_forms import WordForm

MOST = 200


@bp.route("/<public_id>/word", methods=["GET", "POST"])
@once
def word(public_id: str) -> ResponseReturnValue:
    """Write to those who are named in the address; who was written to before is said beside the name."""
    now, cohort = datetime.now(UTC), access.cohort_led(session(), viewer(), public_id)
    people = access.learners_named(session(), cohort, request.args.getlist("to")[:MOST], but=viewer())
    form = WordForm(asked_at=now.isoformat())
    if request.method == "POST":
        try:
            if not people:
                raise Invalid(fields={"subject": lazy("Choose at least one person.")})
            told = actions.write_to(
                session(), [person.id for person in people], form.subject.data or "", form.text.data or "", by=viewer(),
                asked_at=_moment(form.asked_at.data, now), now=now,
            )  # fmt: skip
        except Invalid as refusal:
            form.refuse(refusal.fields)
        else:
            _say(len(people) - len(told), told)
            return redirect(url_for("cohorts.needs", public_id=public_id), 303)
    page = render_template(
        "modules/word.html", cohort=cohort, people=people, form=form, words=words,
        before=told_before(session(), [person.id for person in people]),
    )  # fmt: skip
    return page, 422 if form.errors else 200


def _say(written: int, told: list[str]) -> None:
    if written:
        flash(ngettext("Your word is on its way.", "Your word is on its way to %(num)d people.", written), "good")
    if told:
        names = words.listing(told)
        flash(_("Somebody has written to %(names)s meanwhile; your word was not sent to them.", names=names), "warn")


def _moment(text: str | None, now: datetime) -> datetime:
    """When the form was opened, as it says itself; what cannot be read, or lies ahead, is now."""
    try:
        at = datetime.fromisoformat(text or "")
    except ValueError:
        return now
    return min(at, now) if at.tzinfo else now

"""The certificates of a cohort: who has earned one, what it will look like, issuing, and all of them in one file."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import i18n
from app.errors import NotFound
from app.i18n import _, ngettext
from app.people.models import Cohort
from app.people.rules import Role
from app.web.access import only, viewer
from app.web.session import session
from modules import access as spine
from modules.certificates import actions, words
from modules.certificates.paper import fonts
from modules.certificates.printing import PDF, ZIP, file_name, printed, zipped
from modules.certificates.queries import records, standing
from modules.certificates.queries.standing import Standing, Subject
from modules.certificates.views.site import key, site

bp = Blueprint("certificates_of", __name__, url_prefix="/cohorts", template_folder="../templates")
bp.before_request(only(Role.TRAINER))


@bp.get("/<public_id>/certificates")
def show(public_id: str) -> ResponseReturnValue:
    """Who can be given one, who cannot yet, and which were issued."""
    cohort = spine.cohort_led(session(), viewer(), public_id)
    found = standing.standing(session(), cohort, i18n.current())
    subject = _subject(found)
    rows = found.candidates(subject) if subject else []
    held = records.standing_of(session(), [row.id for row in rows], subject) if subject else {}
    return render_template(
        "certificates/cohort.html", cohort=cohort, subjects=found.subjects, subject=subject, lang=_lang(),
        ready=[row for row in rows if row.record and row.id not in held],
        left=[row for row in rows if not row.record and row.id not in held],
        issued=records.of_cohort(session(), cohort, subject) if subject else [], unknown=fonts.unknown,
        said=words, endonym=i18n.endonym,
    )  # fmt: skip


@bp.post("/<public_id>/certificates")
def issue(public_id: str) -> ResponseReturnValue:
    """Issue those that were chosen; who has one already keeps it."""
    cohort = spine.cohort_led(session(), viewer(), public_id)
    found, lang = standing.standing(session(), cohort, _lang()), _lang()
    subject = _subject(found)
    if subject is None:
        raise NotFound
    chosen = set(request.form.getlist("person"))
    rows = [row for row in found.candidates(subject) if row.public_id in chosen]
    made = actions.issue_each(session(), cohort, subject, rows, press(cohort, lang))
    text = ngettext("%(num)d certificate was issued.", "%(num)d certificates were issued.", len(made))
    flash(text if made else _("No certificate was issued: nobody was chosen who has none yet."), "good" if made else "")
    return redirect(url_for("certificates_of.show", public_id=public_id, of=subject.public_id), 303)


@bp.get("/<public_id>/certificates/specimen.pdf")
def specimen(public_id: str) -> ResponseReturnValue:
    """How the certificate of somebody would look, before it is issued; it certifies nothing."""
    cohort = spine.cohort_led(session(), viewer(), public_id)
    found = standing.standing(session(), cohort, _lang())
    subject = _subject(found)
    rows = [row for row in found.candidates(subject) if row.record] if subject else []
    wanted = request.args.get("person")
    row = next((row for row in rows if wanted in (None, row.public_id)), None)
    if subject is None or row is None:
        raise NotFound
    made = actions.specimen(cohort, subject, row, press(cohort, _lang()))
    return _file(printed(words.sheet(made, site(), specimen=True)), PDF, "specimen.pdf", inline=True)


@bp.get("/<public_id>/certificates.zip")
def archive(public_id: str) -> ResponseReturnValue:
    """All that stand, in one file, drawn while it is sent."""
    cohort = spine.cohort_led(session(), viewer(), public_id)
    subject = _subject(standing.standing(session(), cohort, i18n.current()))
    rows = [each.row for each in records.of_cohort(session(), cohort, subject) if each.row.stands] if subject else []
    if not rows:
        raise NotFound
    sheets = [(file_name(row), words.sheet(row, site())) for row in rows]
    answer = Response(zipped(sheets, key()), mimetype=ZIP)
    answer.headers.set("Content-Disposition", "attachment", filename=f"certificates-{cohort.public_id}.zip")
    return answer


def press(cohort: Cohort, lang: str) -> actions.Press:
    """With what certificates of this cohort are made now."""
    now = datetime.now(UTC)
    with i18n.speaking(lang):
        academy = words.academy()
    return actions.Press(key(), lang, academy, now, now.astimezone(ZoneInfo(cohort.zone)).date(), viewer())


def _lang() -> str:
    wanted = request.values.get("lang", i18n.current())
    return wanted if wanted in words.LANGUAGES else i18n.DEFAULT


def _subject(found: Standing) -> Subject | None:
    """The one that the address names; the cycle where it names none."""
    wanted = request.values.get("of")
    subject = next((each for each in found.subjects if wanted in (None, each.public_id)), None)
    if wanted and subject is None:
        raise NotFound
    return subject


def _file(data: bytes, kind: str, name: str, *, inline: bool = False) -> Response:
    answer = Response(data, mimetype=kind)
    answer.headers.set("Content-Disposition", "inline" if inline else "attachment", filename=name)
    return answer

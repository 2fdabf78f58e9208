"""The list of cases and the page of one case."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import Invalid, NotFound
from app.i18n import current, gettext, lazy
from app.people.rules import Role
from app.web.access import signed_in, viewer
from app.web.forms import page_number
from app.web.session import after_answer, session
from modules.access import step_for
from modules.cases import access, actions
from modules.cases.forms import CaseForm, StageForm
from modules.cases.models import Case
from modules.cases.queries import listing, sheet, steps, threads
from modules.cases.rules import FACT_STAGE, Stage
from modules.cases.views import shown
from modules.queries.notices import notices_of_kind
from modules.queries.overview import module_of
from modules.views.together import begun, saved_meanwhile
from modules.words.notices import notice_line

KIND = "cases"
bp = Blueprint("cases", __name__, template_folder="../templates")
bp.before_request(signed_in)
bp.context_processor(shown.at_hand)


@bp.get("/cases")
def index() -> ResponseReturnValue:
    """The cases of a cycle, as a cohort reads them."""
    now = datetime.now(UTC)
    available = access.places(session(), viewer(), now)
    if not available:
        return render_template("cases/none.html")
    place = access.place_among(available, request.args.get("cohort"), request.args.get("cycle"))
    country, search = request.args.get("country") or None, request.args.get("q", "").strip()
    archived = "archived" in request.args
    page = listing.page_of(session(), place, viewer(), page_number(), country=country, search=search, archived=archived)
    case_steps = steps.steps_of(session(), place.cycle_id, place.cohort_id, viewer().id, current())
    _count_earlier(place, case_steps, now)
    return render_template(
        "cases/index.html",
        page=page,
        steps=case_steps,
        learns=Role.LEARNER in viewer().roles.get(place.cohort_id, ()),
        search=search,
        archived=archived,
        place=place,
        cohorts=shown.cohorts_of_list(available),
        country_chosen=country if country in page.countries else None,
        countries=shown.countries_of_list(place, page.countries),
        notices=notices_of_kind(session(), viewer().id, KIND, place.cycle_id, current(), now),
        notice_line=notice_line,
    )


@bp.post("/cases/read")
def read_all() -> ResponseReturnValue:
    """Nothing is new any more in the discussions of a cohort on the cases of a cycle."""
    available = access.places(session(), viewer(), datetime.now(UTC))
    place = access.place_among(available, request.args.get("cohort"), request.args.get("cycle"))
    actions.mark_all_read(session(), viewer().id, place.cohort_id, place.cycle_id)
    flash(gettext("All posts are marked as read."), "good")
    return redirect(url_for("cases.index", cohort=place.cohort, cycle=place.cycle), 303)


@bp.get("/cases/of/<public_id>")
def open_step(public_id: str) -> ResponseReturnValue:
    """A case step: the list of its cycle's cases in the viewer's cohort. Who had written before it came has done it."""
    now = datetime.now(UTC)
    step = step_for(session(), viewer(), public_id, now=now)
    cycle_id = module_of(session(), step).cycle_id
    for place in access.places(session(), viewer(), now):
        if place.cycle_id == cycle_id:
            _count_earlier(place, steps.steps_of(session(), cycle_id, place.cohort_id, viewer().id, current()), now)
            return redirect(url_for("cases.index", cohort=place.cohort, cycle=place.cycle), 303)
    raise NotFound


@bp.get("/cases/<public_id>")
def show(public_id: str) -> ResponseReturnValue:
    """The sheet of a case."""
    case, place, available = _case(public_id)
    return render_template(
        "cases/show.html",
        case=case,
        place=place,
        cohorts=shown.cohorts_of_case(case, available, "cases.show"),
        readable=access.may_read_texts(case, viewer()),
        identified=access.may_identify(case, viewer()),
        rubrics=sheet.rubrics(session(), case, viewer()),
        activity=threads.activity(session(), [case.id], place.cohort_id, viewer().id).get(case.id, threads.Activity()),
        may_tell=access.may_tell(case, place, viewer()),
        may_archive=access.may_archive(case, viewer()),
    )


@bp.get("/cases/<public_id>/discussion")
def discussion(public_id: str) -> ResponseReturnValue:
    """The threads of a case in one cohort."""
    case, place, available = _case(public_id)
    stage = request.args.get("stage") if request.args.get("stage") in list(Stage) else None
    archived = place.moderates and "archived" in request.args
    found = threads.threads_of(session(), case.id, place.cohort_id, viewer().id, stage, page_number(), archived)
    return render_template(
        "cases/discussion.html",
        case=case,
        place=place,
        cohorts=shown.cohorts_of_case(case, available, "cases.discussion"),
        rows=found.rows,
        page=found.number,
        pages=found.pages,
        stage=stage,
        archived=archived,
        put_away=threads.archived_threads(session(), case.id, place.cohort_id) if place.moderates else 0,
        stages=shown.stages_of_discussion(case, place, threads.stages_in_use(session(), case.id, place.cohort_id)),
        activity=threads.activity(session(), [case.id], place.cohort_id, viewer().id).get(case.id, threads.Activity()),
    )


@bp.route("/cases/<public_id>/facts", methods=["GET", "POST"])
def facts(public_id: str) -> ResponseReturnValue:
    """Change country, title, facts and consent of a case."""
    case, place, available = _case(public_id)
    access.need_telling(case, place, viewer(), sends=request.method == "POST")
    tellers = access.tellers(case, available, viewer())
    form, saved = CaseForm(tellers, data=begun(case, sheet.facts_filled)), None
    if form.validate_on_submit():
        saved = saved_meanwhile(case, form, sheet.facts_filled)
        if (
            saved is None
            and not _given_away(form, place)
            and (done := _tell_facts(case, _teller(form, tellers) or place, form))
        ):
            return done
    return _form("cases/facts.html", form, case=case, place=place, saved=saved)


@bp.route("/cases/<public_id>/stages/<stage>", methods=["GET", "POST"])
def tell(public_id: str, stage: str) -> ResponseReturnValue:
    """Write or change the four texts of a stage."""
    case, place, available = _case(public_id)
    access.need_telling(case, place, viewer(), sends=request.method == "POST")
    tellers = access.tellers(case, available, viewer())
    if stage not in list(Stage):
        raise NotFound
    filled = partial(sheet.stage_filled, stage)
    form, saved = StageForm(tellers, data=begun(case, filled)), None
    if form.validate_on_submit():
        saved = saved_meanwhile(case, form, filled)
        if (
            saved is None
            and not _given_away(form, place)
            and (done := _tell_stage(case, _teller(form, tellers) or place, stage, form))
        ):
            return done
    return _form("cases/stage.html", form, case=case, place=place, stage=stage, saved=saved)


@bp.get("/cases/<public_id>/versions/<stage>")
def versions(public_id: str, stage: str) -> ResponseReturnValue:
    """The earlier texts of a stage, or of the facts."""
    case, place, _ = _case(public_id)
    access.need(access.may_tell(case, place, viewer()))
    if stage not in (*Stage, FACT_STAGE):
        raise NotFound
    rows = sheet.versions(session(), case, stage)
    headings = sheet.headings(session(), case) if stage == FACT_STAGE else []
    return render_template("cases/versions.html", case=case, place=place, stage=stage, rows=rows, headings=headings)


def _count_earlier(place: access.Place, case_steps: Sequence[steps.CaseStep], now: datetime) -> None:
    """A step that came after its reader's posts is done with them."""
    learner_id, learns = viewer().id, Role.LEARNER in viewer().roles.get(place.cohort_id, ())
    if learns and any(step.done_at is None and step.written >= step.wanted for step in case_steps):
        in_place = (place.cycle_id, place.cohort_id)
        after_answer(lambda own: actions.report_contributions(own, *in_place, learner_id, now))


def _case(public_id: str) -> tuple[Case, access.Place, list[access.Place]]:
    now = datetime.now(UTC)
    return access.case_for(session(), viewer(), public_id, now, request.args.get("cohort"))


def _teller(form: CaseForm | StageForm, tellers: list[access.Place]) -> access.Place | None:
    """The cohort that was chosen, where there was a choice."""
    return access.place_among(tellers, *form.place.data.split(".")) if "place" in form and form.place.data else None


def _given_away(form: CaseForm | StageForm, place: access.Place) -> bool:
    """Whether another cohort tells the case by now than the one that was chosen for this text."""
    if "place" in form or form.chosen in ("", place.key):
        return False
    told = lazy(
        "Meanwhile the case was given to the cohort %(cohort)s. Nothing of this page is saved yet: save once more if"
        " the text is meant for that cohort.",
        cohort=place.name,
    )
    form.refuse({"": told})
    return True


def _tell_facts(case: Case, place: access.Place, form: CaseForm) -> ResponseReturnValue | None:
    """None where the form was refused."""
    try:
        actions.tell_facts(
            session(),
            case,
            **form.told(),
            by=viewer(),
            now=datetime.now(UTC),
            cohort_id=place.cohort_id,
        )
    except Invalid as refusal:
        form.refuse(refusal.fields)
        return None
    flash(gettext("Saved."), "good")
    return redirect(url_for("cases.show", public_id=case.public_id, cohort=place.cohort), 303)


def _tell_stage(case: Case, place: access.Place, stage: str, form: StageForm) -> ResponseReturnValue | None:
    """None where the form was refused."""
    try:
        changed = actions.tell_stage(
            session(),
            case,
            Stage(stage),
            form.texts(),
            lang=form.language.data,
            by=viewer(),
            now=datetime.now(UTC),
            cohort_id=place.cohort_id,
        )
    except Invalid as refusal:
        form.refuse(refusal.fields)
        return None
    flash(gettext("Saved. The earlier version stays.") if changed else gettext("Nothing changed."), "good")
    return redirect(url_for("cases.show", public_id=case.public_id, cohort=place.cohort, _anchor=stage), 303)


def _form(template: str, form: CaseForm | StageForm, **values: object) -> ResponseReturnValue:
    return render_template(template, form=form, **values), 422 if request.method == "POST" else 200

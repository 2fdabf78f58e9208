"""The small house with a row of every kind in it, for the guards that open every door."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.config import Config
from app.db import PublicId
from app.notices.models import Notice
from app.people.actions import sessions
from app.people.codes import hash_token, new_token
from app.people.models import ApiToken, Institution, SignIn
from media import actions
from media.models import Caption, Recording, Rendition, Version
from media.rules import State
from media.storage import storage_for
from modules.attendance.models import RoomViewing
from modules.cases.actions import posts, threads
from modules.cases.models import Case, Post, Thread
from modules.certificates.models import Certificate, CertificateKey
from modules.certificates.rules.claims import Claims, body_of, joined
from modules.models import Contest, Note, Sitting
from quizzes.actions import answering, editing, taking
from quizzes.models import Attempt, AttemptItem, Question, QuestionVersion
from quizzes.rules.kinds import Kind
from tests.world import World

TERMS = editing.Terms("fr", "", 0.5, 3, None, True)


@dataclass
class Rooms:
    """What was put into the house."""

    house: World
    recording: Recording
    version: Version
    caption: Caption
    upload: Version  # Still on its way in.
    question: Question
    attempt: Attempt  # Under way.
    handed_in: Attempt
    item: AttemptItem
    case: Case
    thread: Thread
    post: Post
    sitting: Sitting
    token: ApiToken
    sign_in: SignIn
    institution: Institution
    note: Note
    notice: Notice
    certificate: Certificate
    contest: Contest
    viewing: RoomViewing

    def id_for(self, path: str) -> str:
        """A public id of the kind that an API path speaks of."""
        kinds: dict[str, PublicId] = {
            "/recordings/": self.recording, "/uploads/": self.upload, "/steps/": self.house.steps["recording"],
            "/modules/": self.house.module, "/cohorts/": self.house.cohort, "/attempts/": self.attempt,
            "/viewings/": self.viewing,
            "/threads/": self.thread, "/notes/": self.note, "/posts/": self.post, "/cases/": self.case,
        }  # fmt: skip
        return next((row.public_id for part, row in kinds.items() if part in path), self.house.learner.public_id)


def furnish(session: Session, house: World, config: Config, now: datetime) -> Rooms:
    """Put a ready recording, a quiz under way, a case with a thread, a sitting and a token into the house."""
    recording, version, caption = _recording(session, house, now)
    house.steps["recording"].recording_id = recording.id
    _file(house, config)
    question = _quiz(session, house, now)
    quiz = editing.set_terms(session, house.steps["quiz"], TERMS, house.trainer, now=now)
    handed_in = taking.start(session, quiz, house.learner, now=now - timedelta(hours=1))
    answering.save(session, handed_in, [answering.Sent(1, "Texte d’exemple")], now=now - timedelta(hours=1))
    taking.submit(session, handed_in, now=now - timedelta(minutes=50))
    attempt = taking.start(session, quiz, house.learner, now=now)
    item = session.scalars(sa.select(AttemptItem).where(AttemptItem.attempt_id == attempt.id)).one()
    case = Case(cycle_id=house.cycle.id, country="ML", title="Mali", template_at=now, created_at=now)
    upload = actions.create(session, house.admin, config, title="Envoi", file_name="film.mp4", size=10, now=now)
    token = ApiToken(person_id=house.learner.id, hash=hash_token(new_token()), name="test", made_at=now)
    device = sessions.begin(session, house.learner, "", False, now)
    institution = Institution(name="Commune 1")
    session.add_all([case, token, institution])
    session.flush()
    thread = threads.open_thread(
        session, case, house.cohort.id, title="Texte d’exemple", stage=None, by=house.trainer, now=now
    )
    draft = posts.Draft("question", "Texte d’exemple.", "fr")
    post = posts.write(session, thread, case, draft, author=house.learner, now=now)
    sitting = session.scalars(sa.select(Sitting)).first()
    assert sitting is not None
    note = Note(
        person_id=house.learner.id, step_id=house.steps["recording"].id, version_id=version.id, second=5.0,
        body="Texte d’exemple", at=now,
    )  # fmt: skip
    notice = Notice(person_id=house.learner.id, kind="unknown", key="1", made_at=now, due_at=now)
    contest = Contest(
        person_id=house.learner.id, cohort_id=house.cohort.id, kind="module", about=house.module.public_id,
        facts=["Texte d’exemple", "Texte d’exemple"], body="Texte d’exemple", at=now,
    )  # fmt: skip
    viewing = RoomViewing(
        step_id=house.steps["recording"].id, version_id=version.id, cohort_id=house.cohort.id, by_id=house.trainer.id,
        started_at=now,
    )  # fmt: skip
    session.add_all([note, notice, contest, viewing])
    session.commit()
    return Rooms(
        house,
        recording,
        version,
        caption,
        upload,
        question,
        attempt,
        handed_in,
        item,
        case,
        thread,
        post,
        sitting,
        token,
        device,
        institution,
        note,
        notice,
        _certificate(session, house, now),
        contest,
        viewing,
    )


def _certificate(session: Session, house: World, now: datetime) -> Certificate:
    key = CertificateKey(id="AAAAAAAA", pem="", since=now)
    session.add(key)
    session.flush()
    claims = Claims("2026-AAAAA-AAAAA", "learner", "Cycle", "Académie", now.date(), 60, 0, 0, "fr", key.id)
    row = Certificate(
        number=claims.number, person_id=house.learner.id, cohort_id=house.cohort.id, cycle_id=house.cycle.id,
        name="learner", title="Cycle", academy="Académie", lang="fr", record={"modules": []}, key_id=key.id,
        signed=joined(body_of(claims), b"0" * 64), issued_at=now, issued_by_id=house.trainer.id,
    )  # fmt: skip
    session.add(row)
    session.commit()
    return row


def _recording(session: Session, house: World, now: datetime) -> tuple[Recording, Version, Caption]:
    recording = Recording(title="Enregistrement", created_at=now, created_by_id=house.admin.id)
    session.add(recording)
    session.flush()
    version = Version(
        recording_id=recording.id, number=1, file_name="film.mp4", size=10, received=10, state=State.READY,
        state_at=now, shown_at=now, key="made", duration=60.0, width=640, height=360,
        created_at=now - timedelta(hours=1),
    )  # fmt: skip
    session.add(version)
    session.flush()
    session.add(
        Rendition(
            version_id=version.id, name="240p", kind="video", width=426, height=240, bytes=1000, bandwidth=100_000,
            average_bandwidth=90_000, codecs="avc1.4d4015,mp4a.40.2", key="made/240p.mp4",
            download_key="made/download-240.mp4", download_bytes=1000,
        )
    )  # fmt: skip
    body = "WEBVTT\n\n00:00:00.000 --> 00:00:05.000\nTexte d’exemple\n"
    caption = Caption(version_id=version.id, language="fr", label="Français", body=body, at=now)
    session.add(caption)
    session.flush()
    return recording, version, caption


def _file(house: World, config: Config) -> None:
    origin = config.data_dir / "text.txt"
    origin.write_text("Texte d’exemple")
    storage_for(config).put("files/text.txt", origin, "text/plain")
    origin.write_text("Film")
    storage_for(config).put("made/download-240.mp4", origin, "video/mp4")
    step = house.steps["file"]
    step.file_key, step.file_name, step.file_bytes, step.file_type = "files/text.txt", "texte.txt", 15, "text/plain"


def _quiz(session: Session, house: World, now: datetime) -> Question:
    draft = editing.Draft(Kind.OPEN, "fr", "Texte d’exemple ?", 2, {})
    return editing.add_question(session, house.steps["quiz"], draft, house.trainer, now=now)


def newest_question_version(session: Session, question: Question) -> QuestionVersion:
    """What the question says now."""
    return session.scalars(sa.select(QuestionVersion).where(QuestionVersion.question_id == question.id)).one()

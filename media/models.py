"""A recording, its files (versions), what was made of each, and its captions."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from app.db import Base, PublicId, one_open
from app.operations.models import Leased
from app.text import fold
from media.rules import Act, Origin, Stage, State


class Recording(PublicId, Base):
    """What steps point at; it keeps its id when its file is replaced."""

    __tablename__ = "recording"
    title: Mapped[str] = mapped_column(default="")
    folded: Mapped[str] = mapped_column(default="")  # The title as searches compare it.
    created_at: Mapped[datetime] = mapped_column(index=True)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    archived_at: Mapped[datetime | None]
    versions: Mapped[list["Version"]] = relationship(lazy="raise_on_sql", order_by="Version.number")

    @property
    def newest(self) -> "Version":
        """Its newest file, but for those that were put away for an earlier one."""
        return next(version for version in reversed(self.versions) if version.put_away_at is None)

    @property
    def in_use(self) -> "Version | None":
        """The file that learners see: the one that was shown last."""
        shown = [(version.shown_at, version.number, version) for version in self.versions if version.shown_at]
        return max(shown)[-1] if shown else None

    @property
    def earlier(self) -> "Version | None":
        """The file that is shown instead of the newest, if there is one."""
        return self.in_use if self.in_use is not self.newest else None

    @property
    def described(self) -> "Version":
        """The file that subtitles belong to: the newest, unless it came to nothing and an earlier one is shown."""
        failed = self.newest.state in {State.FAILED, State.CANCELLED}
        return (self.earlier if failed else None) or self.newest

    @validates("title")
    def _fold_title(self, _: str, title: str) -> str:
        self.folded = fold(title)
        return title


class Version(PublicId, Leased, Base):
    """One file of a recording; its public id is the last part of its upload address."""

    __tablename__ = "recording_version"
    __table_args__ = (
        sa.UniqueConstraint("recording_id", "number"),
        sa.CheckConstraint("received >= 0", name="received"),
        sa.CheckConstraint("attempt >= 0", name="attempt"),
        sa.CheckConstraint("origin IN ('sent', 'server')", name="origin"),
    )
    recording_id: Mapped[int] = mapped_column(sa.ForeignKey("recording.id"))
    number: Mapped[int]
    file_name: Mapped[str] = mapped_column(default="")  # As the client called it: shown, never used as a path.
    origin: Mapped[Origin] = mapped_column(
        sa.Enum(Origin, native_enum=False, length=16, values_callable=lambda origins: [o.value for o in origins]),
        default=Origin.SENT,
    )
    upload_metadata: Mapped[str] = mapped_column(default="")
    size: Mapped[int | None] = mapped_column(sa.BigInteger)  # None until a deferred length is told.
    received: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    sha256: Mapped[str | None] = mapped_column(sa.String(64))  # Of the whole file, once it is here.
    multipart: Mapped[str | None] = mapped_column(sa.String(1024))  # Sent to the media store itself, under this name.
    state: Mapped[State] = mapped_column(
        sa.Enum(State, native_enum=False, length=16, values_callable=lambda states: [s.value for s in states]),
        default=State.UPLOADING,
        index=True,
    )
    put_away_at: Mapped[datetime | None]  # It came to nothing, and the earlier file was kept.
    shown_at: Mapped[datetime | None]  # Since when learners see it; of several, the last one shown is in use.
    key: Mapped[str | None]  # Folder of what was made of it, in the media store.
    duration: Mapped[float | None]
    width: Mapped[int | None]
    height: Mapped[int | None]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    recording: Mapped[Recording] = relationship(back_populates="versions", lazy="raise_on_sql")
    renditions: Mapped[list["Rendition"]] = relationship(
        lazy="raise_on_sql", order_by="Rendition.kind.desc(), Rendition.height, Rendition.id"
    )
    captions: Mapped[list["Caption"]] = relationship(lazy="raise_on_sql", order_by="Caption.language, Caption.id")

    @property
    def archived_at(self) -> datetime | None:
        """Since when its recording is off the list."""
        return self.recording.archived_at

    @property
    def captions_shown(self) -> list["Caption"]:
        """Its subtitles, but for those that were put away."""
        return self.shown("captions")

    def shown(self, kind: str) -> list["Caption"]:
        """Its subtitles or its chapters, but for those that were put away."""
        return [each for each in self.captions if each.kind == kind and each.put_away_at is None]

    def away(self, kind: str) -> list["Caption"]:
        """Those that can come back, the last one put away first."""
        away = [(each.put_away_at, each.id, each) for each in self.captions if each.kind == kind and each.put_away_at]
        return [each for *_, each in sorted(away, reverse=True)]


class Piece(PublicId, Base):
    """A part of a file that is sent as several uploads at once; joined to a version, it has its place in it."""

    __tablename__ = "upload_piece"
    __table_args__ = (
        sa.UniqueConstraint("version_id", "place"),
        sa.CheckConstraint("received >= 0", name="received"),
        sa.CheckConstraint("(version_id IS NULL) = (place IS NULL)", name="joined"),
    )
    size: Mapped[int | None] = mapped_column(sa.BigInteger)
    received: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    upload_metadata: Mapped[str] = mapped_column(default="")
    state_at: Mapped[datetime]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("recording_version.id"))
    place: Mapped[int | None]

    @property
    def state(self) -> State:
        """As of a version that goes no further."""
        whole = self.size is not None and self.received >= self.size
        return State.RECEIVED if whole or self.version_id else State.UPLOADING


class TimeMap(Base):
    """Where the seconds of one version lie in another of the same recording; without a row nothing is carried over."""

    __tablename__ = "time_map"
    __table_args__ = (sa.UniqueConstraint("from_version_id", "to_version_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    from_version_id: Mapped[int] = mapped_column(sa.ForeignKey("recording_version.id"))
    to_version_id: Mapped[int] = mapped_column(sa.ForeignKey("recording_version.id"), index=True)
    pieces: Mapped[list[Any]]  # [[from_start, from_end, to_start], …], as media.rules.carry reads them.
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class Replacement(Leased, Base):
    """A file that waits for a yes to be used instead of another, with the map of its time; then what was decided. The
    rows in `time_map` are made of those that were accepted (`media.time_maps`)."""

    __tablename__ = "replacement"
    __table_args__ = (
        one_open("replacement", "recording_id", until="decided_at"),
        sa.CheckConstraint("stage IN (" + ", ".join(f"'{stage}'" for stage in Stage) + ")", name="stage"),
        sa.CheckConstraint("from_version_id <> version_id", name="two_files"),
        sa.CheckConstraint("accepted IS NULL OR decided_at IS NOT NULL", name="decided"),
        sa.CheckConstraint("attempt >= 0", name="attempt"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(sa.ForeignKey("recording.id"), index=True)
    from_version_id: Mapped[int] = mapped_column(sa.ForeignKey("recording_version.id"))  # In use when it was proposed.
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("recording_version.id"))
    stage: Mapped[Stage] = mapped_column(
        sa.Enum(Stage, native_enum=False, length=16, values_callable=lambda stages: [s.value for s in stages]),
        default=Stage.WAITING,
    )
    pieces: Mapped[list[Any]] = mapped_column(default=list)  # As in TimeMap; only proposed until it is accepted.
    sure: Mapped[float | None]
    cuts: Mapped[str] = mapped_column(sa.Text, default="")  # As somebody typed them.
    marked_at: Mapped[datetime | None]  # When somebody last marked a passage by hand, and who.
    marked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    accepted: Mapped[bool | None]  # None after the decision: another file came into use first.


class Rendition(Base):
    """One picture size with its sound, the sound alone, or the sound with stills."""

    __tablename__ = "rendition"
    __table_args__ = (
        sa.UniqueConstraint("version_id", "name"),
        sa.CheckConstraint("kind IN ('video', 'sound', 'slides')", name="kind"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("recording_version.id"))
    name: Mapped[str] = mapped_column(sa.String(16))
    kind: Mapped[str] = mapped_column(sa.String(8))
    width: Mapped[int | None]
    height: Mapped[int | None]
    bytes: Mapped[int] = mapped_column(sa.BigInteger)
    bandwidth: Mapped[int]
    average_bandwidth: Mapped[int]
    codecs: Mapped[str]
    key: Mapped[str]
    download_key: Mapped[str | None]
    download_bytes: Mapped[int | None] = mapped_column(sa.BigInteger)
    # [[second, bytes from there on], …]; after them, of slides, [from, bytes, to].
    weights: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")


class Caption(PublicId, Base):
    """Subtitles or chapters of one version in one language, as WebVTT. Others of this language were put away, and can
    come back."""

    __tablename__ = "caption"
    __table_args__ = (
        one_open("caption", "version_id", "kind", "language", until="put_away_at"),
        sa.CheckConstraint("kind IN ('captions', 'chapters')", name="kind"),
    )
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("recording_version.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(8), default="captions", server_default="captions")
    language: Mapped[str] = mapped_column(sa.String(16))
    label: Mapped[str]
    body: Mapped[str] = mapped_column(sa.Text, deferred=True)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    put_away_at: Mapped[datetime | None]


class RecordingAct(Base):
    """What was done with a recording, when and by whom; rows are only added. `by_id` None: by the command line, or
    before this was kept."""

    __tablename__ = "recording_act"
    __table_args__ = (sa.CheckConstraint("act IN (" + ", ".join(f"'{act}'" for act in Act) + ")", name="act"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(sa.ForeignKey("recording.id"), index=True)
    version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("recording_version.id"))
    caption_id: Mapped[int | None] = mapped_column(sa.ForeignKey("caption.id"))
    act: Mapped[Act] = mapped_column(
        sa.Enum(Act, native_enum=False, length=16, values_callable=lambda acts: [a.value for a in acts])
    )
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class SpeechDraft(Leased, Base):
    """Subtitles that a machine was asked for; `caption_id` is what it made, a draft until somebody has reviewed it."""

    __tablename__ = "speech_draft"
    __table_args__ = (
        one_open("speech_draft", "version_id", "language"),
        sa.CheckConstraint("stage IN ('waiting', 'working', 'done', 'failed', 'cancelled')", name="stage"),
        sa.CheckConstraint("attempt >= 0", name="attempt"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("recording_version.id"), index=True)
    language: Mapped[str] = mapped_column(sa.String(16))
    stage: Mapped[str] = mapped_column(sa.String(16), default="waiting")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    caption_id: Mapped[int | None] = mapped_column(sa.ForeignKey("caption.id"))
    reviewed_at: Mapped[datetime | None]
    reviewed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))

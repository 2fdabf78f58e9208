"""People, their logins, their roles; codes and tokens cannot be read from it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from app.db import Base, PublicId, one_open
from app.text import fold


def _folded_name(context: Any) -> str:
    return fold(context.get_current_parameters()["name"])


class Institution(PublicId, Base):
    """Where people work: a local government, an association of local governments, a partner …

    `country` is empty where it is not known or where there is more than one: such an institution is everybody's.
    """

    __tablename__ = "institution"
    __table_args__ = (sa.UniqueConstraint("folded", "country"),)
    name: Mapped[str]
    folded: Mapped[str] = mapped_column(default=_folded_name)
    kind: Mapped[str | None]
    country: Mapped[str] = mapped_column(sa.String(2), default="")

    @validates("name")
    def _fold_name(self, _: str, name: str) -> str:
        self.folded = fold(name)
        return name


class InstitutionAlias(Base):
    """Another name of an institution: a short form, a name in another language, an earlier one."""

    __tablename__ = "institution_alias"
    __table_args__ = (sa.UniqueConstraint("folded", "institution_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id"), index=True)
    name: Mapped[str]
    folded: Mapped[str] = mapped_column(default=_folded_name)


class Person(PublicId, Base):
    """Somebody who signs in. What is no column is filled by `access.load_person` for the viewer only."""

    __tablename__ = "person"
    __allow_unmapped__ = True  # `roles` and `cohort_names` are no columns.
    name: Mapped[str]
    folded: Mapped[str] = mapped_column(default=_folded_name, index=True)  # The name as searches compare it.
    language: Mapped[str | None] = mapped_column(sa.String(8))  # None: nobody has chosen one.
    zone: Mapped[str | None]
    country: Mapped[str | None] = mapped_column(sa.String(2))
    gender: Mapped[str | None]
    institution_id: Mapped[int | None] = mapped_column(sa.ForeignKey("institution.id"))
    password_hash: Mapped[str | None]
    demonstration_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]
    erased_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    merged_at: Mapped[datetime | None]
    merged_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))

    institution: Mapped[Institution | None] = relationship(lazy="raise_on_sql")

    is_authenticated = True
    is_active = True
    is_anonymous = False
    is_admin: bool = False
    sign_in_id: str = ""  # The sign-in that the session cookie names.
    unread: int = 0  # Notices that she has not read.
    roles: dict[int, frozenset[str]]  # Cohort id to role names; set when the viewer is loaded.
    cohort_names: dict[int, str]  # The same cohorts by name.

    @validates("name")
    def _fold_name(self, _: str, name: str) -> str:
        self.folded = fold(name)
        return name

    def get_id(self) -> str:
        """What the session cookie holds."""
        return self.sign_in_id

    def holds(self, role: str, cohort_ids: Iterable[int] | None = None) -> bool:
        """Whether the viewer has the role now in one of these cohorts (in any, if none are named)."""
        wanted = self.roles.keys() if cohort_ids is None else cohort_ids
        return any(role in self.roles.get(cohort_id, ()) for cohort_id in wanted)

    def cohorts_as(self, role: str) -> list[int]:
        """Ids of the cohorts in which the viewer has the role now."""
        return [cohort_id for cohort_id, held in self.roles.items() if role in held]


class Login(Base):
    """A name to sign in with; `folded` is unique over all kinds."""

    __tablename__ = "login"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(16))  # email, username, staff, phone
    shown: Mapped[str]
    folded: Mapped[str] = mapped_column(unique=True)


class Administrator(Base):
    """Who may administer this installation, from when to when, and who said so; a new time is a new row."""

    __tablename__ = "administrator"
    __table_args__ = (one_open("administrator", "person_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class Cohort(PublicId, Base):
    """People who follow a cycle together, in one time zone (IANA name).

    Open ones are told apart by their names, in which neither case nor accents count.
    """

    __tablename__ = "cohort"
    __table_args__ = (
        sa.Index(
            "uq_cohort_folded", "folded", unique=True,
            sqlite_where=sa.text("archived_at IS NULL"), postgresql_where=sa.text("archived_at IS NULL"),
        ),
    )  # fmt: skip
    name: Mapped[str]
    folded: Mapped[str] = mapped_column(default=_folded_name)
    zone: Mapped[str] = mapped_column(default="UTC")
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    archived_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))

    @validates("name")
    def _fold_name(self, _: str, name: str) -> str:
        self.folded = fold(name)
        return name


class Membership(Base):
    """A person's role in a cohort, from when to when; taking part again is a new row."""

    __tablename__ = "membership"
    __table_args__ = (
        one_open("membership", "person_id", "cohort_id", "role"),
        sa.Index("ix_membership_cohort_id_role", "cohort_id", "role"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    role: Mapped[str] = mapped_column(sa.String(16))
    since: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="raise_on_sql")
    cohort: Mapped[Cohort] = relationship(lazy="raise_on_sql")


class AccountMerge(Base):
    """Two accounts that became one: what went over, row by row, so that it can go back; parting dates `undone_at`."""

    __tablename__ = "account_merge"
    __table_args__ = (
        one_open("account_merge", "gone_id", until="undone_at"),
        sa.CheckConstraint("gone_id <> kept_id", name="two_accounts"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    gone_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    kept_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    moved: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class Erasure(Base):
    """An account was erased; `kept` is what it takes to undo that, until it is undone or final."""

    __tablename__ = "erasure"
    __table_args__ = (
        one_open("erasure", "person_id", until="undone_at"),
        sa.CheckConstraint("undone_at IS NULL OR final_at IS NULL", name="undone_or_final"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    kept: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    final_at: Mapped[datetime | None]


class SignInCode(Base):
    """A one-time way in for a person without e-mail; its seed gives it again only with the key of the house."""

    __tablename__ = "sign_in_code"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    seed: Mapped[str]
    hash: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class SignIn(PublicId, Base):
    """One device on which somebody signed in; the session cookie names it, so ending the row ends every copy of it."""

    __tablename__ = "sign_in"
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    device: Mapped[str]  # Browser and system by name, never an address.
    kept: Mapped[bool]  # Asked to stay signed in.
    at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ApiToken(PublicId, Base):
    """A bearer token for machines; only its hash is kept."""

    __tablename__ = "api_token"
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    hash: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    made_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class SignInTry(Base):
    """One try to sign in that has not succeeded (yet): counted to slow down guessing, then forgotten."""

    __tablename__ = "sign_in_try"
    __table_args__ = (
        sa.Index("ix_sign_in_try_folded_at", "folded", "at"),
        sa.Index("ix_sign_in_try_network_at", "network", "at"),
        sa.Index("ix_sign_in_try_device_at", "device", "at"),
        sa.CheckConstraint("device IS NULL OR folded IS NOT NULL", name="device_of_login"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    folded: Mapped[str | None]  # None: by a code, which belongs to nobody until it is right.
    network: Mapped[str]
    device: Mapped[str | None] = mapped_column(sa.String(32))  # One on which this person has signed in before.
    at: Mapped[datetime]

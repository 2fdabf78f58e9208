"""Certificates as they were issued: never changed but for how they ended. The key that signs them lies elsewhere."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, PublicId

_STANDS = sa.text("revoked_at IS NULL AND replaced_at IS NULL")


class CertificateKey(Base):
    """A public key that has signed: published for as long as a certificate names it."""

    __tablename__ = "certificate_key"
    id: Mapped[str] = mapped_column(sa.String(8), primary_key=True)
    pem: Mapped[str]
    since: Mapped[datetime]


class Certificate(PublicId, Base):
    """What somebody has done, frozen: of a cycle, or of one module of it. One of each stands at a time.

    `record` holds the rules met and the facts (rules.earning.Record); `signed` the text of the QR. A corrected one
    names the one that it replaces; a revoked one says why.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        sa.Index(
            "uq_certificate_cycle", "person_id", "cycle_id", unique=True,
            sqlite_where=sa.text(f"module_id IS NULL AND {_STANDS.text}"),
            postgresql_where=sa.text(f"module_id IS NULL AND {_STANDS.text}"),
        ),
        sa.Index(
            "uq_certificate_module", "person_id", "module_id", unique=True,
            sqlite_where=sa.text(f"module_id IS NOT NULL AND {_STANDS.text}"),
            postgresql_where=sa.text(f"module_id IS NOT NULL AND {_STANDS.text}"),
        ),
        sa.CheckConstraint("revoked_at IS NULL OR replaced_at IS NULL", name="ended_once"),
        sa.CheckConstraint("(revoked_at IS NULL) = (revoked_why IS NULL)", name="revoked_why"),
    )  # fmt: skip
    number: Mapped[str] = mapped_column(sa.String(16), unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"))
    module_id: Mapped[int | None] = mapped_column(sa.ForeignKey("module.id"))
    name: Mapped[str]
    title: Mapped[str]
    academy: Mapped[str]
    lang: Mapped[str] = mapped_column(sa.String(8))
    record: Mapped[dict[str, Any]]
    key_id: Mapped[str] = mapped_column(sa.ForeignKey("certificate_key.id"))
    signed: Mapped[str]
    issued_at: Mapped[datetime]
    issued_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    revoked_why: Mapped[str | None]
    replaced_at: Mapped[datetime | None]
    replaces_id: Mapped[int | None] = mapped_column(sa.ForeignKey("certificate.id"), unique=True)

    @property
    def stands(self) -> bool:
        """Whether it still certifies."""
        return self.revoked_at is None and self.replaced_at is None

"""Rules about people: pure, without database and without Flask."""

from enum import StrEnum


class Role(StrEnum):
    """What a person is in one cohort. Administrator is a role of the whole installation and not listed here."""

    LEARNER = "learner"
    TRAINER = "trainer"
    PRESENTER = "presenter"
    EXPERT = "expert"
    OBSERVER = "observer"

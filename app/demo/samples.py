"""Six empty case templates and sample threads. The samples show how a discussion looks and state no fact."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Template:
    """An empty case: only the country that the report names."""

    country: str
    title: str


@dataclass(frozen=True)
class SamplePost:
    """A post of a sample thread, by a learner's place in the cohort (0: the trainer); `answers` counts from 0."""

    author: int
    kind: str
    lang: str
    text: str
    answers: int | None = None


@dataclass(frozen=True)
class SampleThread:
    """A sample thread of one case, in every demonstration cohort that has it."""

    country: str
    stage: str | None
    title: str
    posts: tuple[SamplePost, ...]


TEMPLATES = (
    Template("BJ", "Bénin"),
    Template("CM", "Cameroun"),
    Template("ML", "Mali"),
    Template("MA", "Maroc"),
    Template("MZ", "Mozambique"),
    Template("TN", "Tunisie"),
)

THREADS = (
    SampleThread(
        "ML",
        "conception",
        "Texte d’exemple : questions sur la conception",
        (
            SamplePost(7, "question", "pt", "Texto de exemplo. Escreve-se aqui uma pergunta sobre esta etapa."),
            SamplePost(
                12,
                "experience",
                "fr",
                "Texte d’exemple. La personne qui présente le cas répond ici à la question posée.",
                answers=0,
            ),
            SamplePost(18, "question", "en", "Sample text. A second question is written here, in one sentence."),
            SamplePost(
                0,
                "experience",
                "fr",
                "Texte d’exemple. La formatrice ou le formateur répond ici et renvoie à une étape du cas.",
                answers=2,
            ),
        ),
    ),
    SampleThread(
        "ML",
        "evaluation",
        "Texte d’exemple : analyse de l’évaluation",
        (
            SamplePost(3, "strength", "fr", "Texte d’exemple. On écrit ici un point fort, en une phrase."),
            SamplePost(2, "weakness", "ar", "نص للتوضيح: تُكتب هنا نقطة ضعف في جملة واحدة، مع المرحلة المعنية."),
            SamplePost(
                18,
                "quality",
                "fr",
                "Texte d’exemple. La proposition répond à une faiblesse et nomme son destinataire.",
                answers=1,
            ),
        ),
    ),
    SampleThread(
        "MZ",
        None,
        "Texto de exemplo: apresentação do caso",
        (
            SamplePost(
                9,
                "experience",
                "pt",
                "Texto de exemplo. Quem apresenta o caso escreve aqui a sua experiência.",
            ),
            SamplePost(14, "strategic", "fr", "Texte d’exemple. Une recommandation stratégique s’écrit ici."),
        ),
    ),
)

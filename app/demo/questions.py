"""The quiz of each module. Every key can be checked against the session report or the module's own slides."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Asked:
    """One question: its kind, its text and what is right."""

    kind: str
    text: str
    points: int = 1
    right: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    number: int | None = None
    true: bool | None = None
    feedback: str = ""


CITIES = (
    "La session s’est tenue à Marrakech ; le Module introductif et les Modules 3, 5 et 6"
    " ont été enregistrés à Casablanca."
)

QUESTIONS: dict[str, tuple[Asked, ...]] = {
    "introduction": (
        Asked(
            "multiple",
            "Quels acteurs le compte rendu nomme-t-il parmi ceux que la session a rassemblés ?",
            points=2,
            right=("Les collectivités territoriales", "Les partenaires au développement", "Les expert(e)s"),
            wrong=("Les établissements scolaires",),
            feedback="Collectivités territoriales, partenaires au développement et expert(e)s.",
        ),
        Asked(
            "truefalse",
            "Le cycle est hybride : il a des modules enregistrés et une séance en présentiel.",
            true=True,
            feedback="Quatre modules ont été enregistrés ; la séance de Marrakech s’est tenue en présentiel.",
        ),
        Asked(
            "short",
            "Quel sigle le compte rendu donne-t-il à la coopération décentralisée ?",
            right=("CD", "la CD"),
            feedback="CD : coopération décentralisée.",
        ),
        Asked(
            "number",
            "Combien de modules ont été enregistrés à Casablanca ?",
            number=4,
            feedback="Quatre : le Module introductif et les Modules 3, 5 et 6.",
        ),
        Asked(
            "open",
            "En deux ou trois phrases, dites sur quoi porte ce cycle et qui le prépare.",
            points=3,
            feedback="La CD et l’AICT ; l’Académie (ALGA) de CGLU Afrique.",
        ),
    ),
    "partners": (
        Asked(
            "single",
            "De quoi traite le Module 3 ?",
            right=("Identifier des partenaires et monter un projet",),
            wrong=("Rédiger et suivre des conventions", "Évaluer et capitaliser des projets"),
            feedback="C’est son titre même.",
        ),
        Asked(
            "truefalse",
            "Le Module 3 a été enregistré à Marrakech.",
            true=False,
            feedback=CITIES,
        ),
        Asked(
            "short",
            "Dans quelle ville le Module 3 a-t-il été enregistré ?",
            right=("Casablanca", "à Casablanca"),
            feedback=CITIES,
        ),
        Asked(
            "number",
            "Combien de sections l’enregistrement de démonstration annonce-t-il ?",
            number=2,
            feedback="Deux : identifier des partenaires, puis monter un projet.",
        ),
        Asked(
            "open",
            "Citez les acteurs clés que nomme le compte rendu, et dites lesquels travaillent déjà avec vous.",
            points=3,
            feedback="Collectivités territoriales, partenaires au développement et expert(e)s.",
        ),
    ),
    "peers": (
        Asked(
            "multiple",
            "De quels pays venaient les expériences présentées à Marrakech ?",
            points=2,
            right=("Le Bénin", "Le Mali", "Le Mozambique", "La Tunisie"),
            wrong=("Le Kenya",),
            feedback="Bénin, Cameroun, Mali, Maroc, Mozambique et Tunisie.",
        ),
        Asked(
            "truefalse",
            "Les recommandations portent sur deux plans : stratégique, puis technique et opérationnel.",
            true=True,
            feedback="Trois sont stratégiques, deux sont techniques et opérationnelles.",
        ),
        Asked(
            "short",
            "Dans quelle ville la session du 16 mai 2023 s’est-elle tenue ?",
            right=("Marrakech", "à Marrakech"),
            feedback=CITIES,
        ),
        Asked(
            "number",
            "De combien de pays venaient les expériences présentées ?",
            number=6,
            feedback="Six : Bénin, Cameroun, Mali, Maroc, Mozambique et Tunisie.",
        ),
        Asked(
            "open",
            "Que fait-on dans la 1re partie de la session, et que fait-on dans la 2e ?",
            points=3,
            feedback="On présente des expériences concrètes, puis on analyse les points forts et les faiblesses.",
        ),
    ),
    "agreements": (
        Asked(
            "multiple",
            "De quels travaux le Module 5 aborde-t-il les fondamentaux ?",
            points=2,
            right=("La rédaction des conventions", "Le suivi des conventions"),
            wrong=("Le choix des partenaires", "La capitalisation des projets"),
            feedback="La rédaction et le suivi.",
        ),
        Asked(
            "truefalse",
            "Le Module 5 concerne les conventions de la CD et celles de l’AICT.",
            true=True,
            feedback="Son titre nomme les deux.",
        ),
        Asked(
            "short",
            "Par quel sigle le compte rendu désigne-t-il l’action internationale des collectivités territoriales ?",
            right=("AICT", "l’AICT", "l'AICT"),
            feedback="AICT : action internationale des collectivités territoriales.",
        ),
        Asked(
            "number",
            "Combien de sections l’enregistrement de démonstration annonce-t-il ?",
            number=2,
            feedback="Deux : la rédaction, puis le suivi.",
        ),
        Asked(
            "open",
            "Écrivez CD et AICT en toutes lettres, puis dites en une phrase de quoi traite ce module.",
            points=3,
            feedback="Coopération décentralisée ; action internationale des collectivités territoriales.",
        ),
    ),
    "implementation": (
        Asked(
            "single",
            "Dans le titre du Module 6, quel temps vient en dernier ?",
            right=("La capitalisation",),
            wrong=("Le reporting", "L’évaluation", "La mise en œuvre"),
            feedback="Mise en œuvre, suivi, reporting, évaluation, capitalisation.",
        ),
        Asked(
            "truefalse",
            "Dans le titre du Module 6, l’évaluation vient avant le suivi.",
            true=False,
            feedback="Le suivi vient en deuxième, l’évaluation en quatrième.",
        ),
        Asked(
            "short",
            "Dans le titre du Module 6, quel mot suit « suivi » ?",
            right=("reporting", "le reporting"),
            feedback="Mise en œuvre, suivi, reporting, évaluation, capitalisation.",
        ),
        Asked(
            "number",
            "Combien de temps d’un projet le titre du Module 6 nomme-t-il ?",
            number=5,
            feedback="Cinq : mise en œuvre, suivi, reporting, évaluation et capitalisation.",
        ),
        Asked(
            "open",
            "À Marrakech, quelles trois choses cherchait-on à améliorer dans les projets ? Expliquez l’une d’elles.",
            points=3,
            feedback="La qualité, l’efficacité et l’efficience.",
        ),
    ),
}

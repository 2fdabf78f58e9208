"""What the demonstration says: the cycle, its modules, their pages and the sections of their recordings.

Every statement comes from the session report of 16 May 2023 or from a module's own title. Nothing else is known.
"""

from dataclasses import dataclass

LANGUAGE = "fr"
CYCLE = {
    "fr": "Coopération décentralisée et action internationale des collectivités territoriales",
    "en": "Decentralised cooperation and international action of local governments",
}
CASES_PLACE = "Marrakech"
SOURCE = "*D’après le compte rendu de la session du 16 mai 2023.*"
MADE_HERE = (
    "L’enregistrement de cette démonstration est fabriqué par l’ordinateur : il montre le titre du module"
    " et le nom de ses sections, avec une tonalité. Il ne remplace pas l’enregistrement du module."
)


@dataclass(frozen=True)
class Page:
    """One page of a module, in Markdown."""

    title: dict[str, str]
    body: str


@dataclass(frozen=True)
class ModuleText:
    """One module: its number if it has one, titles, and what its recording and its page say."""

    key: str
    number: str | None
    kind: str
    title: dict[str, str]
    summary: str
    sections: tuple[str, ...]
    page: Page
    quiz: dict[str, str]  # In the words of the module's own title; the page says beside it that it is a quiz.


RECORDING_TITLE = {"fr": "Enregistrement de démonstration", "en": "Demonstration recording"}
CASES_TITLE = {"fr": "Cas pratiques de six pays", "en": "Practical cases from six countries"}
SITTING_TITLE = {"fr": "Séance de Marrakech", "en": "Sitting in Marrakech"}
REPORT_TITLE = {"fr": "Ce que dit le compte rendu", "en": "What the report says"}

MODULES = (
    ModuleText(
        key="introduction",
        number="1",
        kind="recorded",
        title={"fr": "Module introductif", "en": "Introductory module"},
        summary="Le cycle, la coopération décentralisée et l’action internationale des collectivités territoriales.",
        sections=(
            "Le cycle hybride",
            "La coopération décentralisée",
            "L’action internationale des collectivités territoriales",
        ),
        quiz={"fr": "Introduction", "en": "Introduction"},
        page=Page(
            REPORT_TITLE,
            f"""Ce **cycle hybride de formation et de renforcement des capacités** porte sur la coopération
décentralisée (CD) et l’action internationale des collectivités territoriales (AICT). Il est préparé par l’Académie
Africaine des Collectivités Territoriales (ALGA) de Cités et Gouvernements Locaux Unis d’Afrique (CGLU Afrique).

## Ce qui existe

- le **Module introductif** ;
- le **Module 3**, sur la manière d’identifier des partenaires et de monter un projet de CD ;
- le **Module 5**, sur les fondamentaux de la rédaction et du suivi des conventions de la CD et de l’AICT ;
- le **Module 6**, sur la mise en œuvre, le suivi, le reporting, l’évaluation et la capitalisation des projets ;
- le module **Apprentissage par les pairs à travers des cas pratiques**, tenu en présentiel à Marrakech le mardi
  16 mai 2023.

Les Modules introductif, 3, 5 et 6 ont été enregistrés à Casablanca avec l’appui du Cabinet Ideo Factory, partenaire
de CGLU Afrique dans la mise en place et le déploiement de la e-Academy.

## Qui était là

La session de Marrakech a rassemblé des acteurs clés de la CD et de l’AICT issus des différentes régions d’Afrique,
notamment les collectivités territoriales, les partenaires au développement et les expert(e)s.

{MADE_HERE}

{SOURCE}""",
        ),
    ),
    ModuleText(
        key="partners",
        number="3",
        kind="recorded",
        title={
            "fr": "Identifier des partenaires et monter un projet de coopération décentralisée",
            "en": "Identifying partners and setting up a decentralised cooperation project",
        },
        summary="Identifier des partenaires, puis monter un projet de coopération décentralisée.",
        sections=("Identifier des partenaires", "Monter un projet de coopération décentralisée"),
        quiz={"fr": "Partenaires et projet", "en": "Partners and project"},
        page=Page(
            REPORT_TITLE,
            f"""Le Module 3 se concentre sur la manière d’**identifier des partenaires** et de **monter un projet** de
coopération décentralisée (CD). Il a été enregistré à Casablanca.

Les expériences présentées à Marrakech mettaient l’accent sur les différentes étapes du processus, **de la conception
à l’évaluation**, en passant par les défis rencontrés et les résultats obtenus.

Le compte rendu nomme, parmi les acteurs clés de la CD et de l’AICT :

- les collectivités territoriales ;
- les partenaires au développement ;
- les expert(e)s.

{MADE_HERE}

{SOURCE}""",
        ),
    ),
    ModuleText(
        key="peers",
        number=None,
        kind="in_person",
        title={
            "fr": "Apprentissage par les pairs à travers des cas pratiques",
            "en": "Peer learning through practical cases",
        },
        summary="Une séance à Marrakech le 16 mai 2023, dont la discussion continue en ligne.",
        sections=("La présentation d’expériences concrètes", "L’analyse des projets présentés", "Les recommandations"),
        quiz={"fr": "Apprentissage par les pairs", "en": "Peer learning"},
        page=Page(
            {"fr": "La séance et ses recommandations", "en": "The sitting and its recommendations"},
            f"""La session s’est tenue à **Marrakech**, au Royaume du Maroc, le **mardi 16 mai 2023**, en mode
présentiel. Son objectif principal : favoriser le partage des bonnes pratiques en matière de CD et d’AICT, tout en
renforçant les capacités des acteurs impliqués.

## 1re partie : présenter

Des expériences concrètes de projets menés au Bénin, au Cameroun, au Mali, au Maroc, au Mozambique et en Tunisie :
connaissances, difficultés rencontrées, leçons apprises et succès obtenus.

## 2e partie : analyser

Les points forts et les faiblesses de chaque initiative, et les moyens d’améliorer la **qualité**, l’**efficacité** et
l’**efficience** de ces projets.

## Recommandations

Sur le plan stratégique :

1. concevoir et diffuser un guide de planification de la CD et de l’AICT, à l’échelle des collectivités territoriales
   et de leurs associations nationales ;
2. mettre en place une plateforme numérique mondiale d’information et d’échange entre les acteurs ;
3. promouvoir les pratiques de CD et d’AICT à travers des regroupements multi-niveaux et multi-acteurs.

Sur le plan technique et opérationnel :

1. accroître les activités de renforcement des capacités des acteurs, en utilisant notamment la formation en ligne ;
2. apporter une assistance technique dans la structuration des services de coopération des collectivités
   territoriales et de leurs associations nationales.

{MADE_HERE}

{SOURCE}""",
        ),
    ),
    ModuleText(
        key="agreements",
        number="5",
        kind="recorded",
        title={
            "fr": "Les fondamentaux de la rédaction et du suivi des conventions de CD et d’AICT",
            "en": "Drafting and following up cooperation agreements: the fundamentals",
        },
        summary="Rédiger puis suivre les conventions de la CD et de l’AICT.",
        sections=("La rédaction des conventions", "Le suivi des conventions"),
        quiz={"fr": "Rédaction et suivi des conventions", "en": "Drafting and following up agreements"},
        page=Page(
            REPORT_TITLE,
            f"""Le Module 5 aborde les fondamentaux de la **rédaction** et du **suivi** des conventions de la CD et
de l’AICT. Il a été enregistré à Casablanca.

- **CD** : coopération décentralisée.
- **AICT** : action internationale des collectivités territoriales.

{MADE_HERE}

{SOURCE}""",
        ),
    ),
    ModuleText(
        key="implementation",
        number="6",
        kind="recorded",
        title={
            "fr": "Mise en œuvre, suivi, reporting, évaluation et capitalisation des projets de CD et d’AICT",
            "en": "Implementing, monitoring, reporting, evaluating and building on projects",
        },
        summary="Cinq temps d’un projet, de la mise en œuvre à la capitalisation.",
        sections=("Mise en œuvre", "Suivi", "Reporting", "Évaluation", "Capitalisation"),
        quiz={"fr": "De la mise en œuvre à la capitalisation", "en": "From implementing to building on projects"},
        page=Page(
            REPORT_TITLE,
            f"""Le Module 6 traite de la **mise en œuvre**, du **suivi**, du **reporting**, de l’**évaluation** et de la
**capitalisation** des projets de la CD et de l’AICT. Il a été enregistré à Casablanca.

À Marrakech, la 2e partie de la session s’est concentrée sur l’analyse des projets présentés : points forts et
faiblesses de chaque initiative, et moyens d’améliorer la qualité, l’efficacité et l’efficience de ces projets.

{MADE_HERE}

{SOURCE}""",
        ),
    ),
)

"""What counts as the same word, and what is found where: the server and the page hold to it."""

SAME = [
    ("Évaluation", "evaluation"),
    ("cœur", "coeur"),
    ("l’État", "l'etat"),
    ("إدارة", "اداره"),
    ("أحمد", "احمد"),
    ("مَوازَنة", "موازنه"),
    ("مـوازنـة", "موازنة"),
    ("مستوى", "مستوي"),
    ("٢٠٢٦", "2026"),
    ("ação", "ACAO"),
    ("ﻣﻴﺰﺍﻧﻴﺔ", "ميزانية"),
    ("الاتفاقية", "اتفاقيةً"),
    ("والميزانية", "بالميزانيه"),
    ("للاتفاقية", "الاتفاقية"),
    ("12 000 €", "12000"),
    ("1,250.000", "1250000"),
    ("١٢٬٠٠٠", "12 000"),
    ("०१२ ৯ ۷𝟚", "012 9 72"),
]
TEXT = "Le budget participatif ouvre un débat. L’évaluation du compte administratif est au cœur du débat public."
HITS = [
    ("budget", ["budget"]),
    ("EVALUATION", ["évaluation"]),
    ("particip", ["participatif"]),
    ("debat", ["débat", "débat"]),
    ('"débat public"', ["débat public"]),
    ("« compte administratif »", ["compte administratif"]),
    ('"debat pub"', []),
    ("tif", []),
    ("coeur", ["cœur"]),
]
NUMBERS = [
    ("12000", "Il faut 12 000 € par an.", ["12 000"]),
    ("12 000", "Il faut 12000 € par an.", ["12000"]),
    ("000", "Il faut 12 000 € par an.", []),
    ("2026", "Le 12.5.2026, à 3.5 %, en 2026", ["2026", "2026"]),
    ("اتفاقية", "نوقّع الاتفاقية غدا", ["الاتفاقية"]),
    ("الاتفاقية", "نقرأ اتفاقيةً", ["اتفاقيةً"]),
]

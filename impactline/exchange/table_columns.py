"""The columns of a table of objectives and key results, and the words by which people call them.

English, German, French and Spanish. Names are compared without case, accents, and what is neither letter nor digit.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Part = Literal["cycle", "objective", "key_result", "check_in"]
Kind = Literal["text", "number", "day", "word", "refs", "weights"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the name that an export writes, of what, which key of the document, how it is read, other names."""

    name: str
    part: Part
    key: str
    kind: Kind = "text"
    others: str = ""


COLUMNS = (
    Column(
        "cycle", "objective", "cycle", "text", "quarter, period, zyklus, quartal, periode, trimestre, ciclo, période"
    ),
    Column(
        "cycle starts on", "cycle", "starts_on", "day", "cycle start, zyklusbeginn, début du cycle, inicio del ciclo"
    ),
    Column("cycle ends on", "cycle", "ends_on", "day", "cycle end, zyklusende, fin du cycle, fin del ciclo"),
    Column("objective ref", "objective", "ref", "text", "objective id, ziel-id, id de l'objectif, id del objetivo"),
    Column("objective", "objective", "title", "text", "objective title, goal, ziel, objectif, objetivo"),
    Column(
        "objective description",
        "objective",
        "description",
        "text",
        "why, zielbeschreibung, description de l'objectif, descripción del objetivo",
    ),
    Column(
        "objective owner",
        "objective",
        "owner",
        "text",
        "zielverantwortlich, responsable de l'objectif, responsable del objetivo",
    ),
    Column("team", "objective", "team", "text", "department, abteilung, équipe, equipo"),
    Column("kind", "objective", "kind", "word", "objective type, zielart, genre, clase"),
    Column("visibility", "objective", "visibility", "word", "sichtbarkeit, visibilité, visibilidad"),
    Column("priorities", "objective", "priorities", "refs", "priority, priorität, prioritäten, priorité, prioridad"),
    Column(
        "contributes to", "objective", "contributes_to", "weights", "parent, trägt bei zu, contribue à, contribuye a"
    ),
    Column(
        "key result ref",
        "key_result",
        "ref",
        "text",
        "key result id, kr id, schlüsselergebnis-id, id du résultat clé, id del resultado clave",
    ),
    Column(
        "key result",
        "key_result",
        "title",
        "text",
        "kr, key result title, schlüsselergebnis, résultat clé, resultado clave",
    ),
    Column("key result description", "key_result", "description", "text", "description, beschreibung, descripción"),
    Column("type", "key_result", "type", "word", "key result type, typ, tipo"),
    Column(
        "baseline",
        "key_result",
        "baseline",
        "number",
        "start, start value, from, ausgangswert, startwert, départ, línea base, inicio",
    ),
    Column(
        "target",
        "key_result",
        "target",
        "number",
        "target value, to, zielwert, cible, valeur cible, meta, valor objetivo",
    ),
    Column("low", "key_result", "low", "number", "lower bound, untergrenze, borne inférieure, límite inferior"),
    Column("high", "key_result", "high", "number", "upper bound, obergrenze, borne supérieure, límite superior"),
    Column("warning", "key_result", "warning", "number", "warnwert, seuil d'alerte, umbral de aviso"),
    Column("unit", "key_result", "unit", "text", "einheit, unité, unidad"),
    Column("weight", "key_result", "weight", "number", "gewicht, poids, peso"),
    Column("owner", "key_result", "owner", "text", "key result owner, responsible, verantwortlich, responsable"),
    Column("starts on", "key_result", "starts_on", "day", "start date, beginn, date de début, fecha de inicio"),
    Column(
        "due on",
        "key_result",
        "due_on",
        "day",
        "due, due date, deadline, fällig, fällig am, échéance, vencimiento, fecha límite",
    ),
    Column(
        "value",
        "check_in",
        "value",
        "number",
        "current, current value, actual, ist, istwert, aktueller wert, valeur actuelle, valor actual",
    ),
    Column("value on", "check_in", "at", "day", "as of, last update, stand, stand vom, mis à jour le, actualizado el"),
    Column("confidence", "check_in", "confidence", "number", "zuversicht, confiance, confianza"),
    Column("status", "check_in", "status", "word", "state, zustand, statut, estado"),
    Column(
        "note",
        "check_in",
        "note",
        "text",
        "comment, remark, notiz, kommentar, bemerkung, remarque, commentaire, nota, comentario",
    ),
)

WORDS = {
    "kind": {
        "committed": "verbindlich, engagé, comprometido",
        "aspirational": "ambitioniert, moonshot, ambitieux, ambicioso, stretch",
        "learning": "lernen, apprentissage, aprendizaje",
    },
    "visibility": {"open": "public, offen, öffentlich, abierto, ouvert", "private": "privat, privé, privado"},
    "type": {
        "metric": "metrik, kennzahl, métrique, métrica, number, zahl",
        "at_least": "mindestens, au moins, al menos",
        "at_most": "höchstens, au plus, como máximo",
        "range": "bereich, plage, rango",
        "control": "kontrolle, contrôle",
        "milestones": "meilensteine, jalons, hitos, milestone",
        "binary": "ja/nein, yes/no, oui/non, sí/no, binär, binaire, binario",
        "rubric": "rubrik, grille, rúbrica",
        "find_baseline": "ausgangswert finden",
        "open": "offen, ouvert, abierto",
    },
    "status": {
        "on_track": "green, auf kurs, grün, en bonne voie, vert, en camino, verde",
        "at_risk": "yellow, amber, gefährdet, gelb, à risque, jaune, en riesgo, amarillo",
        "off_track": "red, nicht auf kurs, rot, en retard, rouge, fuera de curso, rojo",
    },
}


def plain(name: str) -> str:
    """A name as it is compared."""
    decomposed = unicodedata.normalize("NFKD", name.casefold().replace("ß", "ss"))
    return re.sub(r"[^a-z0-9]+", " ", "".join(c for c in decomposed if not unicodedata.combining(c))).strip()


def _by_name() -> dict[str, Column]:
    found: dict[str, Column] = {}
    for column in COLUMNS:
        for name in (column.name, *column.others.split(", ")):
            found.setdefault(plain(name), column)
    return found


BY_NAME = _by_name()
BY_WORD = {
    key: {plain(word): code for code, others in words.items() for word in (code, *others.split(", "))}
    for key, words in WORDS.items()
}

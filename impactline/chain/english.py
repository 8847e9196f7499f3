"""English titles as parts of a sentence: what is a deed, what is a thing, what is a clause.

Titles are written in many ways. What the word lists do not know is put so that the sentence stays right whatever it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import pairwise

_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")


def deed(title: str, names: Collection[str] = ()) -> str:
    """An activity after “we”: “run a line”, “are running a line”, else “carry out “Phone line””."""
    first = _first(title).lower()
    text = lowered(title, names)
    if first in _DEEDS:
        return text
    if _is_doing(first) and text.split()[1:2] not in (["for"], ["of"]):
        return f"are {text}"
    return f"carry out “{_bare(title)}”"


def thing(title: str, number: str = "", unit: str = "", names: Collection[str] = ()) -> str:
    """An input or output with its quantity: “400 triaged calls”, “two nurses”, “guides (40 copies)”, “8,000 €”."""
    quantity = f"{number} {unit}".strip()
    text = lowered(title, names)
    if not quantity or not text:
        return text or quantity
    words = {word.lower() for word in _WORD.findall(text)}
    if _counts(title) or number in text.split() or (_has_article(title) and number == "1"):
        return text
    if _has_article(title):
        return f"{text} ({quantity})"
    if number and (not unit or unit.lower() in words):
        return f"{number} {text}"
    return f"{text} ({quantity})"


def clause(title: str, names: Collection[str] = ()) -> str:
    """An outcome or assumption as a clause: “patients see a clinician”, “we reduce waste”, else “this leads to …”."""
    first, words = _first(title).lower(), [word.lower() for word in _WORD.findall(title)]
    text = lowered(title, names)
    if first in _DEEDS or first in _CHANGES:
        return f"we {text}"
    if _says_something(words) or first in _BEGINNING:
        return text
    return f"this leads to {text}"


def purpose(title: str, names: Collection[str] = ()) -> str:
    """An impact after “so that”: as a clause, else “we come nearer to …”."""
    text = clause(title, names)
    leading = "this leads to "
    return f"we come nearer to {text.removeprefix(leading)}" if text.startswith(leading) else text


def and_more(left: int) -> str:
    """How many items are not named."""
    return f" and {left} more"


def lowered(title: str, names: Collection[str] = ()) -> str:
    """A title as it stands inside a sentence: without its full stop, its first letter small unless it is a name.

    Words in capitals or with a capital or digit inside (IT, iPhone, COVID-19) stay as they are.
    """
    text = _bare(title)
    first = re.split(r"\s", text, maxsplit=1)[0] if text else ""
    keeps = first in names or first == "I" or first.startswith("I’") or not first[:1].isupper() or _is_special(first)
    return text if keeps else text[:1].lower() + text[1:]


def _is_doing(word: str) -> bool:
    """Whether a word is the -ing form of a deed: training, making, running."""
    stem = word.removesuffix("ing")
    return stem != word and any(form in _DEEDS or form in _CHANGES for form in (stem, f"{stem}e", stem[:-1]))


def _is_special(word: str) -> bool:
    return any(char.isupper() or char.isdigit() for char in word[1:])


def _bare(title: str) -> str:
    return title.strip().rstrip(".;,:").strip()


def _first(title: str) -> str:
    found = _WORD.search(title)
    return found.group() if found and found.start() == len(title) - len(title.lstrip()) else ""


def _counts(title: str) -> bool:
    """Whether a title says how many by itself: “Two nurses”, “12 beds”."""
    first = title.split(maxsplit=1)[0] if title.split() else ""
    return first[:1].isdigit() or first.lower() in _NUMBERS


def _says_something(words: list[str]) -> bool:
    """Whether a verb stands among the words after the first: then they are a clause.

    Of words that may be a noun as well, “use” is a verb after a plural (“patients use”), and “uses” unless the title
    begins by comparing (“the wait falls”, but “fewer falls”).
    """
    for before, word in pairwise(words):
        if word in _FINITE or (word in _EITHER and (before in _PLURALS or _PLURAL.search(before))):
            return True
        if word[-1:] == "s" and word.rstrip("s").removesuffix("e") in _STEMS and words[0] not in _COMPARING:
            return True
    return False


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _has_article(title: str) -> bool:
    return title.partition(" ")[0].lower() in _ARTICLES


_PLURAL = re.compile(r"(?<!s)(?<!ou)(?<!le)s$")
_PLURALS = _words("people children women men staff we they you")
_COMPARING = _words("fewer less more better shorter lower higher faster longer cleaner safer greater fuller no")
_BEGINNING = _words("there it nobody everybody we they")
_NUMBERS = _words(
    "one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty fifty hundred "
    "thousand half several some many"
)
_ARTICLES = _words("a an the our its their")
_DEEDS = _words(
    "add adopt advise agree analyse analyze answer apply arrange ask assess attend audit automate begin bring build "
    "buy call carry check clean coach code collect commission communicate compare complete conduct connect "
    "consolidate contact convert cook coordinate create decide define deliver deploy design develop dig digitise "
    "digitize distribute document draft draw drill educate enable engage enrol enroll ensure equip establish "
    "evaluate expand explain explore extend file finalise finalize find finish fix follow form fund gather get give "
    "grow hand help hire hold host identify implement improve inform install interview introduce investigate invite "
    "issue join keep launch lead learn let link listen lobby maintain make manage map market measure meet mentor "
    "merge migrate monitor move negotiate offer open operate order organise organize pair pilot plan plant prepare "
    "present print procure produce promote provide publish purchase put rebuild recruit redesign refer refine "
    "register rehearse release remind repair replace replant report research respond restore review revise rewrite "
    "roll run schedule screen secure sell send serve set share ship show sign simplify speak staff start stop "
    "streamline supply support survey talk teach tell test track train translate treat try update upgrade use "
    "vaccinate verify visit welcome work write"
)
_CHANGES = _words(
    "achieve accelerate boost cut decrease double gain generate halve increase lower raise reach reduce retain "
    "shorten speed strengthen triple win"
)
_FINITE = _words(
    "are is was were has have had can could do does did will may must become becomes get gets see sees find finds know "
    "knows live feel feels grow grows choose chooses buy buys pay pays keep keeps leave come comes go goes want wants "
    "take takes make makes learn learns read reads eat eats earn earns spend spends receive receives attend attends "
    "begin begins understand understands meet meets improve improves shrink shrinks lose loses survive survives "
    "thrive thrives apply applies adopt adopts accept accepts agree agrees recommend recommends renew renews resolve "
    "resolves complete completes deliver delivers give gives think thinks say says breathe breathes belong belongs "
    "remain remains arrive arrives let send sends suffer suffers die dies decide decides believe believes follow "
    "follows recover recovers"
)
_EITHER = _words(
    "use fall rise drop trust stay return wait need work reach finish start stop ask call answer help share report "
    "decline increase decrease last win save sleep spread visit walk cycle ship show vote hold lead plan move drink"
)
_STEMS = frozenset(word.removesuffix("e") for word in _EITHER)

"""The colours of tokens.css, in numbers: WCAG 2.2 AA in light and dark."""

import math
import re
from functools import cache
from pathlib import Path

import pytest

from impactline import web

TOKENS = Path(web.__file__ or "").parent / "static" / "css" / "tokens.css"
PAPERS = ("paper", "paper-raised", "paper-sunk", "paper-hover")
TEXT = ("ink", "ink-soft", "ink-faint", "accent", "accent-strong", "good-ink", "warn-ink", "bad-ink")
SHAPES = ("good", "warn", "bad", "none", "line-control", "data", "data-over", "accent")
PAIRS = [
    *((text, paper, 4.5) for text in TEXT for paper in PAPERS),
    *((shape, paper, 3.0) for shape in SHAPES for paper in PAPERS),
    ("on-accent", "accent", 4.5),
    ("on-accent", "accent-strong", 4.5),
    *((text, "accent-soft", 4.5) for text in ("ink", "accent")),
    *((text, f"{tone}-soft", 4.5) for tone in ("good", "warn", "bad") for text in ("ink", "ink-soft", f"{tone}-ink")),
    *((tone, f"{tone}-soft", 3.0) for tone in ("good", "warn", "bad")),
    ("data", "data-soft", 3.0),
]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_colours_that_meet_can_be_told_apart(front: str, back: str, least: float, theme: str):
    at = ["light", "dark"].index(theme)
    one, other = luminances()[front][at], luminances()[back][at]
    assert (max(one, other) + 0.05) / (min(one, other) + 0.05) >= least


@pytest.mark.parametrize("hue", range(20, 380, 36))
@pytest.mark.parametrize(
    ("ground", "letters"), [((0.91, 0.045), (0.36, 0.08)), ((0.37, 0.06), (0.91, 0.05))], ids=["light", "dark"]
)
def test_initials_can_be_read_on_each_tint(hue: int, ground: tuple[float, float], letters: tuple[float, float]):
    one, other = sorted((_luminance(*ground, hue), _luminance(*letters, hue)))
    assert (other + 0.05) / (one + 0.05) >= 4.5


@cache
def luminances() -> dict[str, tuple[float, float]]:
    """Relative luminance of each token in light and dark; what prefers-contrast changes is not looked at."""
    css = TOKENS.read_text(encoding="utf-8").split("@media")[0]
    found = re.findall(r"--([\w-]+): light-dark\(oklch\(([^)/]*)[^)]*\), oklch\(([^)/]*)[^)]*\)\)", css)
    return {name: (_of(light), _of(dark)) for name, light, dark in found}


def _of(text: str) -> float:
    lightness, chroma, hue = text.split()
    return _luminance(float(lightness.rstrip("%")) / 100, float(chroma), float(hue))


def _luminance(lightness: float, chroma: float, hue: float) -> float:
    """OKLCH to linear sRGB, clipped as browsers do. Source: Björn Ottosson, "A perceptual color space", 2020."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    return sum(share * min(max(light, 0), 1) for share, light in ((0.2126, red), (0.7152, green), (0.0722, blue)))

"""The Jinja environment: what every template can use."""

from functools import cache
from typing import Any

from django.urls import reverse
from jinja2 import Environment, StrictUndefined

from impactline.insight.models import RoadblockKind
from impactline.web import avatars, chain_words, charts, prose, reader, rows
from impactline.web.assets import Assets, import_map
from impactline.web.sayings import own_words
from impactline.web.shell import came_from, leading_back


def environment(**options: Any) -> Environment:
    """Jinja with automatic escaping; a name that a template misspells is an error, not an empty place."""
    options |= {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    made = Environment(**options)  # noqa: S701 - Django passes autoescape
    made.globals |= {
        "static": cache(Assets().url),
        "import_map": import_map,
        "url": address,
        "came_from": came_from,
        "leading_back": leading_back,
        "charts": charts,
        "avatars": avatars,
        "level_words": chain_words.words_of,
        "roadblock_kinds": RoadblockKind.choices,
        "in_levels": lambda template: chain_words.named().say(template),
    }
    made.filters |= {
        "own_words": own_words,
        "date": reader.day,
        "near": reader.near,
        "moment": reader.moment,
        "number": reader.number,
        "percent": reader.percent,
        "file_size": reader.file_size,
        "field_number": reader.write_number,
        "markdown": prose.markdown,
    }
    return made


def address(name: str, **parts: Any) -> str:
    """The address of a page by its name and the refs in it."""
    return rows.address(name, parts["ref"]) if parts.keys() == {"ref"} else reverse(name, kwargs=parts)

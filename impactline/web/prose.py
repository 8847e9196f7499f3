"""Texts that people write in Markdown, as HTML that cannot do harm."""

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markupsafe import Markup

ABOVE = 2  # the headings of a page itself: its title and its sections
_TAGS = {
    "p", "br", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr",
    "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


def markdown(text: str) -> Markup:
    """Markdown to cleaned HTML: a list of allowed tags, links to http, https and mailto only, no images.

    Headings stand below those of the page.
    """
    return Markup(  # noqa: S704 - cleaned in this line
        nh3.clean(
            _PARSER.render(text),
            tags=_TAGS,
            attributes={"a": {"href"}, "ol": {"start"}},
            url_schemes={"http", "https", "mailto"},
            link_rel="noopener noreferrer nofollow",
        )
    )


def _lower_headings(state: StateCore) -> None:
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + ABOVE, 6)}"


_PARSER = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True})
_PARSER.enable(["table", "strikethrough"])
_PARSER.core.ruler.push("lower_headings", _lower_headings)

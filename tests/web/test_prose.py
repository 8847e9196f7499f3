"""Markdown that people write."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactline.web.prose import _TAGS, markdown
from tests.effort import growth, within_a_minute
from tests.payloads import SCRIPTS


class Seen(HTMLParser):
    """The tags and attributes of some HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str | None]] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(attrs)


def is_harmless(html: str) -> bool:
    seen = Seen(html)
    links = [(value or "").strip().lower() for name, value in seen.attributes if name == "href"]
    with_scheme = [link for link in links if ":" in link.split("/", 1)[0]]
    return (
        seen.tags <= _TAGS
        and {name for name, _ in seen.attributes} <= {"href", "rel", "start"}
        and all(link.startswith(("http:", "https:", "mailto:")) for link in with_scheme)
    )


@pytest.mark.parametrize("text", SCRIPTS)
def test_what_would_run_a_script_is_shown_as_text(text: str):
    assert is_harmless(markdown(text))


@given(st.text() | st.lists(st.sampled_from([*SCRIPTS, "[", "](", ")", "`", "\n", "|", "> ", "- ", "**"])).map("".join))
def test_no_text_becomes_anything_but_the_allowed_tags(text: str):
    assert is_harmless(markdown(text))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Going **well**, _but_ ~~slow~~.", "<p>Going <strong>well</strong>, <em>but</em> <s>slow</s>.</p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. c", '<ol start="3">\n<li>c</li>\n</ol>'),
        ("> why", "<blockquote>\n<p>why</p>\n</blockquote>"),
        ("`x < 1`", "<p><code>x &lt; 1</code></p>"),
        ("a <b>c</b>", "<p>a &lt;b&gt;c&lt;/b&gt;</p>"),
    ],
)
def test_markdown_becomes_html(text: str, html: str):
    assert markdown(text).strip() == html


@pytest.mark.parametrize(
    "address", ["https://example.org", "http://example.org/a?b", "mailto:a@example.org", "/cycles"]
)
def test_links_lead_to_pages_and_mail_and_tell_nobody_where_they_come_from(address: str):
    assert markdown(f"[x]({address})") == (f'<p><a href="{address}" rel="noopener noreferrer nofollow">x</a></p>\n')


def test_headings_stand_below_those_of_the_page():
    assert markdown("# a\n## b\n##### c") == "<h3>a</h3>\n<h4>b</h4>\n<h6>c</h6>\n"


def test_images_are_not_fetched():
    assert "<img" not in markdown("![x](https://example.org/x.png)")


@pytest.mark.parametrize("piece", ["[", "*a ", "`a``b", "> ", "[a](b", "<a"])
def test_what_a_text_costs_grows_with_its_length_only(piece: str):
    def of_length(length: int) -> str:
        return markdown((piece * length)[:length])

    with within_a_minute():
        of_length(20_000)  # the greatest
    assert growth(of_length, 1_000) < 6

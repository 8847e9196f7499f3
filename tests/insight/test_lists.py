"""The word lists: the same groups in every language, and words that a team adds."""

from pathlib import Path

import pytest

from impactline.insight.wording import BadWords, Kind, Statement, digest_of, lint, lists


def added(folder: Path, text: str, name: str = "en.toml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_every_language_has_the_same_groups():
    words = lists().by_language
    assert set(words) == {"en", "de", "fr", "es"}
    for code, known in words.items():
        assert known.language == code
        assert {*known.verbs} == {*words["en"].verbs}
        assert {*known.phrases} == {*words["en"].phrases}
        assert {*known.rewrite} == {*words["en"].rewrite}
        assert set(known.months.values()) == set(range(1, 13))
        assert len(known.rewrite["months"].split()) == 12


def test_a_team_adds_words(tmp_path: Path):
    said = Statement(Kind.KEY_RESULT, "Yeet the new website")
    assert "W-activity-as-result" not in {finding.rule for finding in lint(said)}
    words = lists(added(tmp_path, '[verbs]\nactivity = "yeet"\n'))
    assert "W-activity-as-result" in {finding.rule for finding in lint(said, words)}


def test_added_phrases_stand_beside_those_of_the_package(tmp_path: Path):
    words = lists(added(tmp_path, '[phrases]\nvanity = "smiles per hour"\n'))
    for text in ("Get 40 smiles per hour", "Get 40 followers"):
        assert "W-vanity" in {finding.rule for finding in lint(Statement(Kind.KEY_RESULT, text), words)}


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("[verbs", "en.toml", "en.toml"),
        ("[words]\nactivity = 'x'", "en.toml", "there is no section “words”"),
        ("[verbs]\nactivities = 'x'", "en.toml", "[verbs] has no “activities”"),
        ("[verbs]\nactivity = 3", "en.toml", "must be a text"),
        ("[verbs]\nactivity = 'x'", "pt.toml", "there is no language “pt”"),
        ("#" * 300_000, "en.toml", "at most"),
    ],
)
def test_a_fault_of_added_words_is_told(tmp_path: Path, text: str, name: str, said: str):
    with pytest.raises(BadWords, match=r".") as refused:
        lists(added(tmp_path, text, name))
    assert said in str(refused.value)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path):
    with pytest.raises(BadWords, match="is not a folder"):
        lists(tmp_path / "nowhere")


def test_a_digest_overlooks_spaces_only():
    assert digest_of("Nobody  waits\n in pain ") == digest_of("Nobody waits in pain")
    assert digest_of("Nobody waits in pain") != digest_of("Nobody waits in pain.")

"""Numbers beside judgements: what each says, where they disagree, in sentences."""

from datetime import date

import pytest

from impactline.chain.agreement import Agreement, Numbers, Opinion, Voices, beside, newest

DAY = date(2026, 11, 1)


def said(*shares: float | None) -> list[Opinion]:
    """One opinion of each of several voices."""
    return [Opinion(f"V{at}", DAY, f"L{share}", share) for at, share in enumerate(shares)]


@pytest.mark.parametrize(
    ("moved", "shares", "numbers", "voices", "agreement"),
    [
        ([True], [1.0], Numbers.MOVED, Voices.HIGH, Agreement.GOOD),
        ([True, None], [0.75, 0.5], Numbers.MOVED, Voices.HIGH, Agreement.GOOD),
        ([False], [0.0, 0.25], Numbers.NOT_MOVED, Voices.LOW, Agreement.BAD),
        ([True, True], [0.25], Numbers.MOVED, Voices.LOW, Agreement.NUMBERS_ALONE),
        ([False, None], [0.75], Numbers.NOT_MOVED, Voices.HIGH, Agreement.VOICES_ALONE),
        ([True], [0.0, 1.0], Numbers.MOVED, Voices.DIVIDED, Agreement.VOICES_DIVIDED),
        ([True, False], [0.0, 1.0], Numbers.DIVIDED, Voices.DIVIDED, Agreement.VOICES_DIVIDED),
        ([True, False], [1.0], Numbers.DIVIDED, Voices.HIGH, Agreement.NUMBERS_DIVIDED),
        ([True], [0.5], Numbers.MOVED, Voices.MIDDLE, Agreement.UNDECIDED),
        ([None], [1.0], Numbers.SILENT, Voices.HIGH, Agreement.NO_NUMBERS),
        ([], [0.0, 1.0], Numbers.SILENT, Voices.DIVIDED, Agreement.NO_NUMBERS),
        ([True], [], Numbers.MOVED, Voices.SILENT, Agreement.NO_VOICES),
        ([True], [None], Numbers.MOVED, Voices.SILENT, Agreement.NO_VOICES),
        ([], [], Numbers.SILENT, Voices.SILENT, Agreement.NOTHING),
    ],
)
def test_what_both_say_and_how_they_compare(
    moved: list[bool | None], shares: list[float | None], numbers: Numbers, voices: Voices, agreement: Agreement
) -> None:
    found = beside(moved, said(*shares))
    assert (found.numbers, found.voices, found.agreement) == (numbers, voices, agreement)
    assert found.sentence


@pytest.mark.parametrize("agreement", list(Agreement))
def test_only_contradictions_are_disagreements(agreement: Agreement) -> None:
    contradictions = {Agreement.NUMBERS_ALONE, Agreement.VOICES_ALONE, Agreement.VOICES_DIVIDED}
    assert agreement.is_disagreement is (agreement in contradictions)


def test_the_newest_of_each_voice_counts_whatever_the_case_and_words_alone_hide_no_level() -> None:
    opinions = [
        Opinion("Patients", date(2026, 11, 2), "Low", 0.0),
        Opinion("patients", date(2026, 11, 3), "High", 1.0),
        Opinion("Patients", date(2026, 11, 1), "Middle", 0.5),
        Opinion("Patients", date(2026, 11, 4), "", None),
        Opinion("Nurses", date(2026, 11, 1), "Low", 0.0),
        Opinion("Nurses", date(2026, 11, 1), "High", 1.0),
    ]
    assert [(one.voice, one.level) for one in newest(opinions)] == [("patients", "High"), ("Nurses", "High")]


@pytest.mark.parametrize(
    ("moved", "opinions", "words"),
    [
        (
            [True, True, False, None],
            [Opinion("Alice", DAY, "Fully", 1.0)],
            "The numbers point both ways: 2 of 3 numbers moved as expected; Alice judges “Fully”.",
        ),
        (
            [True],
            [Opinion("Nurses", DAY, "A little", 0.25), Opinion("Patients", DAY, "Not at all", 0.0)],
            (
                "They disagree: the number moved as expected, but 2 voices judge from “Not at all” (Patients) to "
                "“A little” (Nurses). What is counted may miss what matters."
            ),
        ),
        (
            [False],
            [Opinion("Nurses", DAY, "Fully", 1.0), Opinion("Patients", DAY, "Fully", 1.0)],
            (
                "They disagree: the number did not move as expected, but 2 voices judge “Fully”. The numbers may come "
                "later, or count something else; or the judgements are kinder than the facts."
            ),
        ),
    ],
)
def test_they_are_compared_in_a_sentence(moved: list[bool | None], opinions: list[Opinion], words: str) -> None:
    assert beside(moved, opinions).sentence == words

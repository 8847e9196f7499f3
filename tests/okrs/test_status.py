"""What people say, beside what is computed."""

import pytest

from impactline.okrs.bands import Colour
from impactline.okrs.status import Confidence, Disagreement, Status, confidence_band, disagreement, suggested, worst


@pytest.mark.parametrize(
    ("pace", "status"),
    [
        (Colour.GREEN, Status.ON_TRACK),
        (Colour.YELLOW, Status.AT_RISK),
        (Colour.RED, Status.OFF_TRACK),
        (Colour.GREY, None),
    ],
)
def test_a_status_is_suggested_from_pace(pace: Colour, status: Status | None) -> None:
    assert suggested(pace) is status


@pytest.mark.parametrize(
    ("statuses", "seen"),
    [
        ([], None),
        ([None, None], None),
        ([Status.ON_TRACK, None], Status.ON_TRACK),
        ([Status.ON_TRACK, Status.AT_RISK], Status.AT_RISK),
        ([Status.OFF_TRACK, Status.ON_TRACK, Status.AT_RISK], Status.OFF_TRACK),
    ],
)
def test_the_worst_stated_status_counts(statuses: list[Status | None], seen: Status | None) -> None:
    assert worst(statuses) is seen


@pytest.mark.parametrize(
    ("confidence", "band"),
    [
        (0, Confidence.LOW),
        (1, Confidence.LOW),
        (3, Confidence.LOW),
        (4, Confidence.MEDIUM),
        (7, Confidence.MEDIUM),
        (8, Confidence.HIGH),
        (10, Confidence.HIGH),
    ],
)
def test_confidence_has_three_bands(confidence: int, band: Confidence) -> None:
    assert confidence_band(confidence) is band


@pytest.mark.parametrize("confidence", [-1, 11])
def test_a_confidence_outside_its_scale_is_refused(confidence: int) -> None:
    with pytest.raises(ValueError, match="from 0 to 10"):
        confidence_band(confidence)


@pytest.mark.parametrize("stated", [*Status, None])
@pytest.mark.parametrize("computed", list(Colour))
def test_only_opposite_ends_contradict(stated: Status | None, computed: Colour) -> None:
    expected = {
        (Status.ON_TRACK, Colour.RED): Disagreement.WATERMELON,
        (Status.OFF_TRACK, Colour.GREEN): Disagreement.REVERSE_WATERMELON,
    }
    assert disagreement(stated, computed) is expected.get((stated, computed))  # type: ignore[arg-type]

"""`impactline forecast`."""

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from impactline.cli.data import written
from impactline.cli.days import DAY
from impactline.cli.faults import BadInput
from impactline.cli.installation import as_option, caller, json_option, on_database
from impactline.cli.tables import Cell, percent, short, table

if TYPE_CHECKING:
    from impactline.insight.forecast.backtest import Report
    from impactline.insight.forecast.queries import Foretold

HEAD = ("key result", "chance", "in the middle", "in 80 % of cases", "by", "because")
TITLE_COLUMNS, REASON_COLUMNS = 52, 60


@click.command()
@click.argument("ref", default="")
@click.option("--as-of", "as_of", type=DAY, help="As it was known at the end of this day. Default: now.")
@click.option(
    "--backtest",
    is_flag=True,
    help="How good forecasts would have been on the closed cycles: Brier score, reliability, coverage of the "
    "intervals, beside the straight line.",
)
@json_option
@as_option
@on_database()
def forecast(ref: str, as_of: date | None, backtest: bool, as_json: bool, as_email: str) -> None:
    """Print where key results will stand on their due dates, and how likely they reach their targets.

    REF names a key result or a shared metric, of which all reasons are told; without it, all key results of the cycles
    that run.
    """
    if backtest:
        if ref or as_of is not None:
            raise BadInput("A back-test is of all closed cycles: leave out REF and --as-of.")
        _backtest(as_json, as_email)
        return
    _forecast(ref, as_of, as_json, as_email)


def _forecast(ref: str, as_of: date | None, as_json: bool, as_email: str) -> None:

    from django.utils import timezone

    from impactline.insight.forecast.queries import foretold_named
    from impactline.insight.forecast.shape import as_data
    from impactline.okrs.today import present

    now = present(timezone.now())
    if as_of is not None and as_of > now.day:
        raise BadInput("That day is still to come. Choose today or an earlier day.")
    found = foretold_named(caller(as_email).sees, ref, now, as_of)
    day = as_of or now.day
    if as_json:
        told = [as_data(name, row.outlook, row.examined, row.unit, day, row.levels, row.aim) for name, _, row in found]
        click.echo(written({"as_of": day, "forecasts": told}))
        return
    if not found:
        click.echo(f"There is nothing to forecast on {day}: no cycle runs that has key results.")
        return
    click.echo(f"As of {day}")
    click.echo("\n".join(table(HEAD, [_row(name, title, row) for name, title, row in found])))
    if ref:
        click.echo("\n" + "\n".join(_at_length(found[0][2])))


def _row(ref: str, title: str, found: "Foretold") -> list[Cell]:
    from impactline.insight.forecast import Outlook
    from impactline.insight.forecast.telling import SILENCES, Words, chance_word, reasons, unit_of

    name = Cell(short(f"{ref}  {title}", TITLE_COLUMNS))
    outlook, words = found.outlook, Words(levels=found.levels)
    if not isinstance(outlook, Outlook):
        why = SILENCES[outlook].removeprefix("There is no forecast: ")
        return [name, Cell("–", right=True), Cell("–", right=True), Cell("–"), Cell("–"), Cell(why)]
    unit = unit_of(outlook, found.unit)
    why = " ".join(reasons(outlook, found.unit, words))
    return [
        name,
        Cell(chance_word(outlook, words), right=True),
        Cell(words.value(outlook.middle, outlook.most, unit), right=True),
        Cell(words.between(outlook.most, unit)),
        Cell(str(outlook.due_on)),
        Cell(short(why, REASON_COLUMNS)),
    ]


def _at_length(found: "Foretold") -> list[str]:
    """All that is said of one: the sentence, the reasons, whether the last reading is usual, and what signals say."""
    from impactline.insight.forecast import Outlook
    from impactline.insight.forecast.telling import SILENCES, Words, reasons, sentence
    from impactline.insight.noise.telling import told, usual_words

    outlook, words, examined = found.outlook, Words(levels=found.levels), found.examined
    said = [SILENCES[outlook]] if not isinstance(outlook, Outlook) else []
    if isinstance(outlook, Outlook):
        said = [sentence(outlook, found.unit, words, found.aim), *reasons(outlook, found.unit, words)]
    usual = [usual_words(examined, found.unit, words.write)] if examined.count else []
    return [*said, *usual, *(told(signal, found.unit, words.write) for signal in examined.signals)]


def _backtest(as_json: bool, as_email: str) -> None:

    from impactline.insight.forecast.queries.backtesting import backtest_of

    found = backtest_of(caller(as_email).sees)
    if as_json:
        click.echo(written({name: report.as_data() for name, report in found.items()}))
        return
    print_reports(found)


def print_reports(found: dict[str, "Report"]) -> None:
    """The scores by type, and how often what was said was reached."""
    whole = found["all"]
    if not whole.count:
        click.echo("There is nothing to test: no closed cycle has a key result with readings.")
        return
    click.echo(f"{whole.count:,} forecasts of closed key results, each from a part of what was read by its due date")
    if not whole.is_telling:
        click.echo("So few tell little: wait for more closed cycles before you rely on these figures.")
    click.echo("\n".join(table(SCORES, [_scores(name, report) for name, report in found.items() if report.count])))
    click.echo()
    click.echo("\n".join(table(RELIABILITY, [_bin(entry) for entry in whole.bins if entry.count])))


SCORES = ("type", "forecasts", "Brier score", "straight line", "ratio", "calibration error", "in 50 %", "in 80 %")
RELIABILITY = ("said", "forecasts", "said on average", "reached")


def _scores(name: str, report: "Report") -> list[Cell]:
    return [
        Cell(name.replace("_", " "), bold=name == "all"),
        Cell(f"{report.count:,}", right=True),
        *(_number(value) for value in (report.brier, report.line_brier, report.ratio, report.calibration_error)),
        percent(report.half),
        percent(report.most),
    ]


def _bin(entry: Any) -> list[Cell]:
    return [
        Cell(f"{entry.low * 100:.0f} to {entry.high * 100:.0f} %"),
        Cell(f"{entry.count:,}", right=True),
        percent(entry.told),
        percent(entry.reached),
    ]


def _number(value: float | None) -> Cell:
    return Cell("–" if value is None else f"{value:.3f}", right=True)

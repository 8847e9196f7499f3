"""`impactline sufficiency`: whether an objective would be reached if all its key results were."""

from typing import TYPE_CHECKING

import click

from impactline.cli.data import written
from impactline.cli.installation import as_option, caller, json_option, on_database

if TYPE_CHECKING:
    from impactline.okrs.answers import Said

WORDS = {"yes": "yes", "no": "no", "not_sure": "not sure"}


@click.command()
@click.argument("ref")
@click.argument("answer", type=click.Choice(list(WORDS)), required=False)
@click.option("--reason", default="", help="Why.")
@json_option
@as_option
@on_database()
def sufficiency(ref: str, answer: str | None, reason: str, as_json: bool, as_email: str) -> None:
    """Say whether the objective REF would be reached if all its key results were.

    Without ANSWER, print what was said, the last first.
    """
    from django.utils import timezone

    from impactline.okrs import actions
    from impactline.okrs.answers import answers_of
    from impactline.okrs.visibility import objective_for

    who = caller(as_email)
    objective = objective_for(who.sees, ref)
    if answer is None and reason:
        raise click.UsageError(f"Say an answer too, such as: impactline sufficiency {ref} no --reason …")
    if answer is not None:
        by = who.must_act()
        actions.answer_sufficiency(by=by, objective=objective, answer=answer, reason=reason, at=timezone.now())
    said = answers_of(objective)
    if as_json:
        click.echo(written([one.as_data() for one in said]))
    else:
        click.echo("\n".join(map(_line, said)) if said else "Nobody has said yet whether its key results suffice.")


def _line(said: "Said") -> str:
    row = said.row
    head = f"{row.day.isoformat()}  {WORDS[row.answer]}"
    who = row.by.email if row.by else ""
    return "  ".join(filter(None, [head, who, " ".join(row.reason.split()), "" if said.is_current else "(earlier)"]))

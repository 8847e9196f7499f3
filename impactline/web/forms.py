"""Forms: what people typed, read in their locale; what is wrong stands beside the field and nothing typed is lost."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from impactline.base.errors import Faults, Invalid, Refusal
from impactline.people.models import Person, Team
from impactline.people.queries import people, teams
from impactline.web import reader
from impactline.web.chain_words import retold


class Form(forms.Form):
    """A form that knows which version of the item it edits, and takes refusals of actions as its faults."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def value(self, name: str) -> Any:
        """What the field shows: what was typed, else what was there, as the reader writes it."""
        found = self[name].value()
        if isinstance(found, Decimal | float):
            return reader.write_number(found)
        if isinstance(found, date):
            return found.isoformat()
        return "" if found is None else found

    def error(self, name: str) -> str:
        """What is wrong with the field, or nothing."""
        return " ".join(str(message) for message in self.errors.get(name, []))

    def faults(self) -> list[tuple[str, str, str]]:
        """All faults as (field, its label, message), for the head of the form."""
        found = []
        for name, messages in self.errors.items():
            label = "" if name == "__all__" else str(self.fields[name].label or name)
            found += [(name if label else "", label, str(message)) for message in messages]
        return found

    def refuse(self, refusal: Refusal) -> None:
        """Show a refusal of the action at the fields it names."""
        told = retold(refusal)
        faults = told.faults if isinstance(told, Faults) else [told]
        for fault in faults:
            field = fault.field if fault.field in self.fields else None
            self.add_error(field, f"{fault.message} {fault.remedy}".strip())


class Line(forms.CharField):
    """One line of text; an absent optional one is the empty text."""

    def __init__(self, label: str, *, required: bool = True, most: int = 500) -> None:
        super().__init__(label=label, required=required, max_length=most, strip=True)


class Prose(forms.CharField):
    """Several lines of text."""

    def __init__(self, label: str, *, required: bool = False, most: int = 20_000) -> None:
        super().__init__(label=label, required=required, max_length=most, widget=forms.Textarea)


class Number(forms.Field):
    """A number as the reader writes it."""

    def __init__(self, label: str, *, required: bool = False) -> None:
        super().__init__(label=label, required=required)

    def to_python(self, value: Any) -> Decimal | None:
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        try:
            return reader.read_number(str(value))
        except Invalid as refusal:
            raise ValidationError(str(refusal)) from None


class Day(forms.DateField):
    """A day as browsers send it."""

    def __init__(self, label: str, *, required: bool = False) -> None:
        super().__init__(label=label, required=required, input_formats=["%Y-%m-%d"])
        self.error_messages["invalid"] = "Write the day as 2026-12-31."


class Choice(forms.ChoiceField):
    """One of some words."""

    def __init__(self, label: str, choices: Iterable[tuple[str, str]], *, required: bool = True) -> None:
        super().__init__(label=label, required=required, choices=list(choices))


class PersonField(forms.Field):
    """A person, by e-mail address; `options` are for the select."""

    def __init__(self, label: str, *, required: bool = False) -> None:
        super().__init__(label=label, required=required)

    def prepare_value(self, value: Any) -> Any:
        return value.email if isinstance(value, Person) else value

    def to_python(self, value: Any) -> Person | None:
        if not value:
            return None
        found = value if isinstance(value, Person) else people().filter(email__iexact=value).first()
        if found is None:
            raise ValidationError("There is no such person.")
        return found

    @staticmethod
    def options() -> list[tuple[str, str]]:
        """Nobody, and everybody by name."""
        return [("", "Nobody yet"), *((person.email, person.name) for person in people())]


class TeamField(forms.Field):
    """A team, by ref."""

    def __init__(self, label: str, *, required: bool = False) -> None:
        super().__init__(label=label, required=required)

    def prepare_value(self, value: Any) -> Any:
        return value.ref if isinstance(value, Team) else value

    def to_python(self, value: Any) -> Team | None:
        if not value:
            return None
        found = value if isinstance(value, Team) else teams().filter(ref=value).first()
        if found is None:
            raise ValidationError("There is no such team.")
        return found

    @staticmethod
    def options() -> list[tuple[str, str]]:
        """No team, and all teams by name."""
        return [("", "No team"), *((team.ref, team.name) for team in teams())]

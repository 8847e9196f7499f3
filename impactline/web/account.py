"""Getting in and out: set-up, sign-in, sign-out, password by mail, invitation; and one's own profile and tokens."""

from typing import Any

from axes.decorators import axes_dispatch
from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from impactline.base.errors import Conflict, Refusal
from impactline.base.timezones import timezones
from impactline.people import actions, signing_in
from impactline.people.calendar import read_absences, write_absences
from impactline.people.models import Person
from impactline.people.queries import token_numbered, tokens_of
from impactline.web import reader
from impactline.web.forms import Choice, Form, Line, Prose
from impactline.web.merging import merge_page
from impactline.web.shell import asking, go, now, own_path, page

BACKEND = "impactline.people.signing_in.Backend"
LOCKED_OUT_FOR = 15 * 60  # seconds, as AXES_COOLOFF_TIME
DIGESTS = [
    ("never", "Never"),
    ("weekly", "On Monday mornings"),
    ("daily", "On the morning of each working day"),
]
LOCALES = [
    ("en", "English"),
    ("en_GB", "English (United Kingdom)"),
    ("de", "Deutsch"),
    ("fr", "Français"),
    ("es", "Español"),
    ("it", "Italiano"),
    ("nl", "Nederlands"),
    ("pt", "Português"),
    ("pl", "Polski"),
    ("sv", "Svenska"),
    ("ar", "العربية"),
    ("he", "עברית"),
]


class Secret(forms.CharField):
    """A password: never shown again, never stripped."""

    def __init__(self, label: str) -> None:
        super().__init__(label=label, strip=False, max_length=4096, widget=forms.PasswordInput)


class SetUp(Form):
    """What a new installation needs to know."""

    organisation = Line("Organisation", most=200)
    timezone = Line("Time zone", most=60)
    locale = Choice("Dates and numbers as in", LOCALES)
    name = Line("Your name", most=200)
    email = Line("Your e-mail address", most=254)
    password = Secret("Password")


class SignIn(Form):
    """E-mail and password."""

    username = Line("E-mail address", most=254)
    password = Secret("Password")
    next = forms.CharField(required=False)


class Address(Form):
    """An e-mail address."""

    email = Line("E-mail address", most=254)


class NewPassword(Form):
    """A password to be chosen."""

    password = Secret("New password")


class Profile(Form):
    """What people say about themselves."""

    name = Line("Name", most=200)
    timezone = Line("Time zone", required=False, most=60)
    locale = Choice("Dates and numbers as in", [("", "As the organisation"), *LOCALES], required=False)
    digest = Choice("By mail: what I owe and what needs my attention", DIGESTS, required=False)
    absences = Prose("Days away", most=40_000)


class ChangePassword(Form):
    """The present password and a new one."""

    old = Secret("Present password")
    password = Secret("New password")


class NewToken(Form):
    """What a token is for, what it may do, and how long."""

    name = Line("What it is for", most=100)
    days = forms.IntegerField(label="Valid for days", required=False, min_value=1, max_value=3660)
    read_only = forms.BooleanField(label="May only read", required=False)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def set_up(request: HttpRequest) -> HttpResponse:
    """Name the organisation and its first administrator, once."""
    if reader.organisation() is not None:
        return redirect("sign-in")
    form = SetUp(request.POST or None, initial={"timezone": "UTC", "locale": _locale_asked(request)})
    if request.method == "POST" and form.is_valid():
        values = {key: value for key, value in form.cleaned_data.items() if key != "version"}
        try:
            person = actions.set_up(at=now(), **values)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            _enter(request, person)
            return redirect("home")
    return _gate(request, "set_up", form, timezones=timezones(), locales=LOCALES)


def _locale_asked(request: HttpRequest) -> str:
    """The first locale that the browser asks for and that is offered; English where none is."""
    offered = {key.lower().replace("_", "-"): key for key, _ in LOCALES}
    for asked, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()[:500]):
        if found := offered.get(asked) or offered.get(asked.split("-")[0]):
            return found
    return "en"


@sensitive_post_parameters("password")
@axes_dispatch  # type: ignore[untyped-decorator]
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in by e-mail address and password; throttled by address and account."""
    if reader.organisation() is None:
        return redirect("set-up")
    if request.user.is_authenticated:
        return redirect(own_path(request.GET.get("next", "")))
    form = SignIn(request.POST or None, initial={"next": request.GET.get("next", "")})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        person = authenticate(request, username=values["username"].lower(), password=values["password"])
        if isinstance(person, Person):
            _enter(request, person)
            return redirect(own_path(values["next"]))
        form.add_error(None, "This address and password do not belong together. Check both, or ask for a new one.")
    return _gate(request, "sign_in", form)


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """What the throttle answers after too many wrong passwords."""
    form = SignIn({"username": request.POST.get("username", ""), "next": request.POST.get("next", ""), "password": "-"})
    form.add_error(None, "Too many wrong passwords. Wait a quarter of an hour, or choose a new one by mail.")
    response = _gate(request, "sign_in", form, status=429)
    response.headers["Retry-After"] = str(LOCKED_OUT_FOR)
    return response


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session."""
    logout(request)
    return redirect("sign-in")


@require_http_methods(["GET", "POST"])
def ask_for_reset(request: HttpRequest) -> HttpResponse:
    """Ask for a link to a new password; the answer is the same whether or not the address is known.

    Where no mail goes out, the page says who can help instead.
    """
    if not settings.EMAIL_HOST:
        return _gate(request, "no_mail", Address())
    form = Address(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.ask_for_reset(email=form.cleaned_data["email"], at=now())
        return _gate(request, "reset_sent", form)
    return _gate(request, "reset", form)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def choose_password(request: HttpRequest, link: str) -> HttpResponse:
    """Choose a password by a link from an invitation or a reset mail; signs in."""
    person = signing_in.person_of_link(link)
    if person is None:
        return _gate(request, "link_over", Address(), status=404)
    form = NewPassword(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            chosen = actions.choose_password(link=link, password=form.cleaned_data["password"], at=now())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            _enter(request, chosen)
            return redirect("home")
    return _gate(request, "choose_password", form, newcomer=person)


@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Name, time zone, locale; password; sessions; tokens."""
    person = asking(request)
    form = Profile(request.POST or None, initial=_said_by(person))
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        changes = {key: values[key] for key in ("name", "timezone", "locale")}
        changes["digest"] = values["digest"] or person.digest
        try:
            changes["absences"] = read_absences(values["absences"])
            actions.change_person(by=person, person=person, version=values["version"], at=now(), changes=changes)
        except Conflict as conflict:
            theirs = _said_by(person)
            return merge_page(request, form, theirs, conflict, title="Profile", back="/profile", section="profile")
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return go(request, "/profile", "Profile saved.")
    return _profile(request, form)


@sensitive_post_parameters("old", "password")
@require_POST
def change_password(request: HttpRequest) -> HttpResponse:
    """Change one's password; other sessions end. Guesses at the present one count as wrong passwords at sign-in."""
    person = asking(request)
    form = ChangePassword(request.POST)
    if form.is_valid() and authenticate(request, username=person.email, password=form.cleaned_data["old"]) is None:
        form.add_error("old", "That is not your present password.")
    if form.is_valid():
        try:
            actions.change_password(
                by=person,
                old=form.cleaned_data["old"],
                new=form.cleaned_data["password"],
                session=request.session.session_key or "",
                at=now(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            update_session_auth_hash(request, person)
            return go(request, "/profile", "Password changed. Other sessions have ended.")
    return _profile(request, password=form, status=422)


@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End all of one's sessions, this one too."""
    actions.sign_out_everywhere(by=asking(request), person=asking(request), at=now())
    logout(request)
    return redirect("sign-in")


@require_POST
def create_token(request: HttpRequest) -> HttpResponse:
    """Make a token; its secret is shown once, on the page that answers."""
    form = NewToken(request.POST)
    if form.is_valid():
        values = form.cleaned_data
        try:
            _, secret = actions.create_token(
                by=asking(request), name=values["name"], days=values["days"], read_only=values["read_only"], at=now()
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return _profile(request, secret=secret)
    return _profile(request, token=form, status=422)


@require_POST
def revoke_token(request: HttpRequest, number: int) -> HttpResponse:
    """Revoke one of one's own tokens."""
    person = asking(request)
    token = token_numbered(number, person)
    actions.revoke_token(by=person, token=token, at=now())
    return go(request, "/profile", f"The token “{token.name}” no longer works.")


def _profile(
    request: HttpRequest,
    form: Profile | None = None,
    *,
    password: ChangePassword | None = None,
    token: NewToken | None = None,
    secret: str = "",
    status: int = 200,
) -> HttpResponse:
    person = asking(request)
    return page(
        request,
        "account/profile.html",
        form=form or Profile(initial=_said_by(person)),
        password=password or ChangePassword(),
        token=token or NewToken(initial={"days": 365}),
        tokens=list(tokens_of(person)),
        secret=secret,
        timezones=timezones(),
        locales=LOCALES,
        digests=DIGESTS,
        status=422 if form is not None and form.errors else status,
    )


def _said_by(person: Person) -> dict[str, Any]:
    found = {key: getattr(person, key) for key in ("name", "timezone", "locale", "digest", "version")}
    return found | {"absences": write_absences(person.absences)}


def _gate(request: HttpRequest, name: str, form: Form, *, status: int = 200, **context: Any) -> HttpResponse:
    if form.is_bound and form.errors and status == 200:
        status = 422
    reader.become(None, None)
    return page(request, f"account/{name}.html", form=form, status=status, **context)


def _enter(request: HttpRequest, person: Person) -> None:
    """Sign in: a new session with a new id."""
    login(request, person, backend=BACKEND)
    signing_in.use(request.session, now())


addresses = [
    path("set-up", set_up, name="set-up"),
    path("sign-in", sign_in, name="sign-in"),
    path("sign-out", sign_out, name="sign-out"),
    path("password", ask_for_reset, name="password"),
    path("password/<str:link>", choose_password, name="password-link"),
    path("invitation/<str:link>", choose_password, name="invitation"),
    path("profile", profile, name="profile"),
    path("profile/password", change_password, name="profile-password"),
    path("profile/sessions/end", sign_out_everywhere, name="profile-sign-out-everywhere"),
    path("profile/tokens", create_token, name="token-new"),
    path("profile/tokens/<int:number>/revocation", revoke_token, name="token-revoke"),
]

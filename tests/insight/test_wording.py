"""The wording linter: each rule fires, stays silent, and gives way; whatever is put into it, it is quick and calm."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impactline.insight.wording import RULES, Finding, Kind, Measure, Severity, Span, Statement, lint
from tests.effort import calls, growth, within_a_minute
from tests.insight.awkward import AWKWARD, PIECES

QUARTER = Span(date(2026, 10, 1), date(2026, 12, 31))


def found(text: str, kind: str = "key_result", **known: object) -> dict[str, Finding]:
    """The worst finding of each rule, in a quarter unless said otherwise."""
    known.setdefault("cycle", QUARTER)
    findings = lint(Statement(Kind(kind), text, **known))  # type: ignore[arg-type]
    return {finding.rule: finding for finding in reversed(findings)}


def severities(text: str, kind: str = "key_result", **known: object) -> dict[str, str]:
    return {rule: str(finding.severity) for rule, finding in found(text, kind, **known).items()}


def metric(baseline: object = 21, target: object = 7, unit: str = "days") -> Measure:
    def number(value: object) -> Decimal | None:
        return None if value is None else Decimal(str(value))

    return Measure("metric", number(baseline), number(target), unit=unit)


SAID = [
    # work told as a result
    ("Launch the new website", "key_result", "W-activity-as-result", "warning"),
    ("Publish 12 blog posts", "key_result", "W-activity-as-result", "warning"),
    ("We will roll out the handbook", "key_result", "W-activity-as-result", "warning"),
    ("[P1] Write a guide", "key_result", "W-activity-as-result", "warning"),
    ("Complete the audit", "key_result", "W-activity-as-result", "warning"),
    ("Onboarding the sales team", "key_result", "W-activity-as-result", "hint"),
    ("Launch the hosted playground", "objective", "W-activity-as-result", "hint"),
    ("Run workshops for nurses", "outcome", "W-activity-as-result", "hint"),
    ("Neue Website einführen", "key_result", "W-activity-as-result", "warning"),
    ("Lancer le nouveau site web", "key_result", "W-activity-as-result", "warning"),
    ("Lanzar el nuevo sitio web", "key_result", "W-activity-as-result", "warning"),
    # nothing to count
    ("Improve customer satisfaction", "key_result", "W-measurable", "warning"),
    ("Better onboarding for new colleagues", "key_result", "W-measurable", "warning"),
    ("Kundenzufriedenheit verbessern", "key_result", "W-measurable", "warning"),
    ("Améliorer la satisfaction des clients", "key_result", "W-measurable", "warning"),
    ("Mejorar la satisfacción de los clientes", "key_result", "W-measurable", "warning"),
    ("The handbook is available to everybody", "key_result", "W-measurable", "hint"),
    ("X% of the users are active", "key_result", "W-measurable", "warning"),
    ("Increase NPS to 50", "key_result", "W-measurable", "hint"),
    # clarity
    ("TBD", "key_result", "W-specific", "warning"),
    ("Goal #2", "objective", "W-specific", "warning"),
    ("🎉🎉🎉", "key_result", "W-specific", "warning"),
    ("Great team", "objective", "W-specific", "hint"),
    ("Be better", "objective", "W-vague", "hint"),
    ("Significantly improve quality", "key_result", "W-vague", "hint"),
    ("Source 150 candidates and hire 3 developers", "key_result", "W-compound", "warning"),
    ("Extend the programme. Raise sign-ups by 15%. Cut churn by 3%.", "key_result", "W-compound", "warning"),
    ("Build the app and train the staff", "activity", "W-compound", "hint"),
    # what it is made of
    ("Get 10,000 followers", "key_result", "W-vanity", "warning"),
    ("Raise website traffic to 20,000 visits", "key_result", "W-vanity", "hint"),
    ("Keep uptime at 99.9%", "key_result", "W-business-as-usual", "warning"),
    ("Ensure that everybody is heard", "key_result", "W-business-as-usual", "hint"),
    ("Increase NPS by 20 points", "objective", "W-objective-is-metric", "warning"),
    ("Open offices in 4 towns", "objective", "W-objective-is-metric", "hint"),
    ("100% uptime of the booking system", "key_result", "W-achievable", "hint"),
    # the chain
    ("Increase revenue by 5%", "activity", "W-level", "warning"),
    ("Increase sign-ups", "output", "W-level", "warning"),
    ("Triage calls", "output", "W-level", ""),
    ("Organise workshops", "output", "W-level", "hint"),
    ("Increased customer satisfaction", "metric", "W-neutral", "warning"),
    ("Response time below 4 hours", "metric", "W-neutral", "hint"),
    ("We will hire two nurses", "assumption", "W-assumption", "warning"),
    ("Lack of funds", "assumption", "W-assumption", "hint"),
    ("Political situation stays stable", "assumption", "W-assumption", "hint"),
]


@pytest.mark.parametrize(("text", "kind", "rule", "severity"), SAID)
def test_what_is_weak_is_told(text: str, kind: str, rule: str, severity: str):
    assert severities(text, kind).get(rule, "") == severity


SILENT = [
    ("Median wait for a first visit falls from 21 to 7 days", "key_result"),
    ("Customers who would recommend us, from 31% to 55% by 15 December", "key_result"),
    ("Die mittlere Wartezeit sinkt von 21 auf 7 Tage", "key_result"),
    ("Le délai médian passe de 21 à 7 jours", "key_result"),
    ("La espera mediana baja de 21 a 7 días", "key_result"),
    ("Test coverage rises from 40% to 70%", "key_result"),
    ("Support tickets per week fall from 120 to 60", "key_result"),
    ("Release frequency goes from 1 to 4 per month", "key_result"),
    ("Launch the pricing page so that bounce rate drops from 50 to 35", "key_result"),
    ("Nobody waits in pain", "objective"),
    ("People in our town get care within a week", "objective"),
    ("Ready for the fiscal year 2027", "objective"),
    ("Niemand wartet mit Schmerzen", "objective"),
    ("Run a phone triage line", "activity"),
    ("Triaged calls", "output"),
    ("Patients see a clinician sooner", "outcome"),
    ("Fewer people live with untreated pain", "impact"),
    ("Median wait for a first visit", "metric"),
    ("Share of callers who follow the advice", "metric"),
    ("Callers follow the advice", "assumption"),
    ("Website launched", "outcome"),
    ("Two nurses", "input"),
]


@pytest.mark.parametrize(("text", "kind"), SILENT)
def test_what_is_well_said_is_left_in_peace(text: str, kind: str):
    assert severities(text, kind) == {}


# Lines as teams write them, each right as it stands or at least not wrong enough for a warning.
LEFT_ALONE = [
    # a noun that is also a verb
    "Upgrades take less than 30 minutes",
    "Audit logs (connections, queries)",
    "Interview guide contains a rubric for each role",
    "ISO 27001 certification",
    "Copywriting",
    "One more language in the editor",
    "Take on more of the on-call load: add a second rota",
    # reached by people, or kept to an agreement
    "Introduce the planner with 300 users",
    "Deploy to N4 MAU at one large account",
    "Define and meet the SLA for internal requests",
    # German
    "Conversion-Rate im Checkout von 2,1 % auf 2,8 % steigern",
    "Mindestens 5 Pilotkunden nutzen das neue Portal wöchentlich",
    "Durchlaufzeit für Tickets unter 2 Tagen",
    "Relaunch der Website ist bis Ende November live",
    "Alle Führungskräfte haben ein Feedbackgespräch geführt",
    "3 neue Stellen im Team Entwicklung besetzt",
    "Testabdeckung im Backend liegt bei 80 %",
    "Planungssicherheit für die Filialen",
    "Start des Pilotprojekts in Bremen",
    "Test der Hypothese mit 50 Nutzern",
    "Prüfung des Jahresabschlusses ohne Beanstandung",
    "Wir gewinnen 3 Leuchtturmkunden im Mittelstand",
    # French
    "Faire passer le taux de conversion de 2,1 % à 2,8 %",
    "Délai moyen de réponse inférieur à 4 heures",
    "80 % des agents formés à l'accueil numérique",
    "Test utilisateur auprès de 50 personnes concluant",
    "La moitié des demandes est résolue au premier contact",
    "Offre de formation claire pour les nouveaux arrivants",
    "Signer deux partenariats avec des hôpitaux",
    "Diviser par deux le nombre d'incidents majeurs",
    # Spanish
    "Aumentar la tasa de conversión del 2,1 % al 2,8 %",
    "Tiempo medio de respuesta inferior a 4 horas",
    "El 80 % de los agentes completa la formación",
    "Prueba con 50 usuarios superada",
    "La mitad de las consultas se resuelve en el primer contacto",
    "Oferta formativa clara para nuevas incorporaciones",
    "Firmar dos convenios con hospitales",
    "Reducir a la mitad los incidentes graves",
]


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_what_teams_write_gets_no_false_alarm(text: str):
    assert set(severities(text).values()) <= {"hint"}


WARNED = [
    ("Onboarding-Prozess überarbeiten", "W-activity-as-result"),
    ("Schulungen für 120 Pflegekräfte durchgeführt", "W-activity-as-result"),
    ("Reichweite auf LinkedIn auf 10.000 Follower erhöhen", "W-vanity"),
    ("Verfügbarkeit der Plattform bei 99,9 % halten", "W-business-as-usual"),
    ("Mettre en place un CRM", "W-activity-as-result"),
    ("Organiser 10 ateliers avec les usagers", "W-activity-as-result"),
    ("Atteindre 10 000 abonnés sur LinkedIn", "W-vanity"),
    ("Maintenir le taux de disponibilité à 99,9 %", "W-business-as-usual"),
    ("Poner en marcha un CRM", "W-activity-as-result"),
    ("Fortalecer la comunicación interna", "W-measurable"),
    ("Llegar a 10.000 seguidores en Instagram", "W-vanity"),
    ("Mantener la disponibilidad en el 99,9 %", "W-business-as-usual"),
    ("Conduct interviews with 20 users", "W-activity-as-result"),
    ("Identify 3 hospitals that could use the planner", "W-activity-as-result"),
]


@pytest.mark.parametrize(("text", "rule"), WARNED)
def test_what_a_coach_would_say_of_what_teams_write_is_said(text: str, rule: str):
    assert severities(text)[rule] == "warning"


FIGURES = [
    ("Reach € 20 of revenue per visit", "€ 20"),
    ("Support 4–5x growth", "4–5x"),
    ("Win 10 of the largest accounts", "10"),
    ("Open offices in 4 towns", "4 towns"),
]


@pytest.mark.parametrize(("text", "figure"), FIGURES)
def test_the_figure_of_an_objective_is_quoted_as_it_is_written(text: str, figure: str):
    assert f"({figure})" in found(text, "objective")["W-objective-is-metric"].message


NO_FIGURES = [
    "Release version 3.2 of the handbook",
    "Move to Rails 5",
    "Available 24/7",
    "Phase 2 of the roll-out",
    "The 1st clinic of its kind",
    "B2B customers love us",
    "We are known on 15 December 2026",
    "Ready by 2026-12-31",
    "Ticket #42 is a thing of the past",
]


@pytest.mark.parametrize("text", NO_FIGURES)
def test_days_versions_and_names_are_no_figures_of_an_objective(text: str):
    assert "W-objective-is-metric" not in severities(text, "objective")


SAYS_WHEN = [
    (
        "Increase NPS from 20 to 40",
        ["by the end of the quarter", "by mid-June", "by june", "by 31/12", "within 3 months"],
    ),
    (
        "NPS von 20 auf 40 steigern",
        ["bis Ende des Quartals", "bis 30.6.", "im dritten Quartal", "bis KW 40", "bis Juni"],
    ),
    (
        "Augmenter le NPS de 20 à 40",
        ["d'ici fin juin", "d’ici la fin du trimestre", "au T3", "avant la fin de l'année"],
    ),
    (
        "Aumentar el NPS de 20 a 40",
        ["antes de julio", "a final de año", "en el T3", "en tres meses", "para el 31/12/2026"],
    ),
]


@pytest.mark.parametrize(("text", "ends"), SAYS_WHEN)
def test_nobody_who_says_by_when_is_asked_for_it(text: str, ends: list[str]):
    assert severities(text, cycle=None) == {"W-time-bound": "hint"}
    for end in ends:
        assert severities(f"{text} {end}", cycle=None) == {}, end


@pytest.mark.parametrize("text", ["在12月31日前将NPS从20提高到40", "Увеличить NPS с 20 до 40 к концу года", "🚀🚀"])
def test_nobody_is_asked_for_a_day_in_a_script_that_is_not_read(text: str):
    assert "W-time-bound" not in severities(text, cycle=None)


@pytest.mark.parametrize("text", ["Improve activation to 40 by June", "Aktivierung auf 40 bis Juni verbessern"])
def test_a_number_before_by_june_is_no_day(text: str):
    assert severities(text, cycle=None) == {}
    assert "W-time-bound" not in severities("Open the clinic on the 4th of June", cycle=None)


class TestStructureGoesBeforeWords:
    def test_a_target_is_asked_for(self):
        told = found("Wait for a first visit", measure=Measure("metric", Decimal(21)))
        assert told["W-measurable"].severity is Severity.ERROR

    def test_a_measure_makes_words_enough(self):
        assert severities("Improve the wait for a first visit", measure=metric()) == {}

    def test_a_baseline_that_is_the_target_changes_nothing(self):
        assert severities("Wait for a visit", measure=metric(7, 7)) == {"W-measurable": "error"}

    def test_without_a_baseline_nobody_sees_progress(self):
        told = found("Increase NPS to 50", measure=metric(None, 50, ""))["W-measurable"]
        assert (told.severity, told.rewrite) == (Severity.WARNING, "Increase NPS from __ to 50 by 31 Dec")

    def test_text_and_figures_are_to_agree(self):
        assert severities("Wait falls from 20 to 7 days", measure=metric()) == {"W-measurable": "warning"}
        assert severities("Wait falls from 21 to 7 days", measure=metric()) == {}

    def test_less_is_not_more(self):
        assert severities("Reduce the wait for a visit", measure=metric(7, 21)) == {"W-measurable": "warning"}

    def test_what_measures_an_outcome_is_a_result(self):
        assert severities("Launch of the triage line", measures="outcome", measure=metric()) == {}

    def test_what_measures_an_output_may_be_work(self):
        told = severities("Publish 12 guides", measures="output")
        assert told["W-activity-as-result"] == "hint"

    def test_a_share_ends_at_a_hundred(self):
        assert severities("Share of patients seen", measure=metric(60, 120, "%")) == {"W-achievable": "hint"}
        assert severities("Net revenue retention", measure=metric(100, 120, "%")) == {}

    def test_ten_times_is_far(self):
        assert severities("Patients seen a week", measure=metric(10, 200)) == {"W-achievable": "hint"}

    def test_one_box_is_a_hint_and_nothing_but_boxes_a_warning(self):
        box = Statement(Kind.KEY_RESULT, "Licence granted", measure=Measure("binary"), cycle=QUARTER)
        assert severities(box.text, measure=box.measure) == {"W-binary": "hint"}
        assert severities("Nobody waits in pain", "objective", parts=(box, box)) == {"W-binary": "warning"}
        measured = Statement(Kind.KEY_RESULT, "Wait for a visit", measure=metric())
        assert severities("Nobody waits in pain", "objective", parts=(box, measured)) == {}

    def test_days_are_to_lie_in_the_cycle(self):
        text = "Wait falls from 21 to 7 days"
        late = Span(date(2026, 10, 1), date(2027, 1, 15))
        assert severities(text, days=late) == {"W-time-bound": "warning"}
        assert severities(text, days=Span(date(2026, 12, 1), date(2026, 11, 1))) == {"W-time-bound": "error"}
        assert severities(text, cycle=None) == {"W-time-bound": "hint"}
        assert severities(f"{text} by 2027-02-01") == {"W-time-bound": "hint"}
        assert severities("Wait falls from 21 to 7 days by 15 March", cycle=None) == {}

    def test_a_key_result_adds_to_its_objective_and_to_the_others(self):
        text = "Patients are seen within 7 days"
        assert severities(text, above=text) == {"W-relevant": "warning"}
        assert severities(text, beside=(text,)) == {"W-relevant": "hint"}
        assert severities(text, beside=("Patients are seen within 9 days",)) == {}

    def test_what_is_not_known_is_not_judged(self):
        assert severities("Nobody waits in pain", "objective", owned=None, serves=None) == {}
        told = found("Nobody waits in pain", "objective", owned=False, serves=False)
        assert {rule: str(finding.severity) for rule, finding in told.items()} == {
            "W-specific": "hint",
            "W-relevant": "hint",
        }


REWRITES = [
    ("Improve customer satisfaction", "W-measurable", "Improve customer satisfaction from __ to __ by 31 Dec"),
    ("Increase NPS to 50.", "W-measurable", "Increase NPS from __ to 50 by 31 Dec"),
    ("Kundenzufriedenheit verbessern", "W-measurable", "Kundenzufriedenheit verbessern von __ auf __ bis 31. Dez."),
    ("Augmenter le NPS à 50", "W-measurable", "Augmenter le NPS de __ à 50 d'ici le 31 déc."),
    ("Mejorar la calidad", "W-measurable", "Mejorar la calidad de __ a __ antes del 31 de diciembre"),
    (
        "Launch the new website",
        "W-activity-as-result",
        "Launch the new website, so that __ goes from __ to __ by 31 Dec",
    ),
    (
        "Launch the new website in March",
        "W-activity-as-result",
        "Launch the new website in March, so that __ goes from __ to __",
    ),
    (
        "Lancer le nouveau site d'ici fin juin",
        "W-activity-as-result",
        "Lancer le nouveau site d'ici fin juin, afin que __ passe de __ à __",
    ),
]


@pytest.mark.parametrize(("text", "rule", "rewrite"), REWRITES)
def test_a_rewrite_has_blanks_for_what_only_a_person_knows(text: str, rule: str, rewrite: str):
    assert found(text)[rule].rewrite == rewrite


def test_the_name_of_a_metric_loses_its_direction():
    assert found("Increase in sales per clinic", "metric")["W-neutral"].rewrite == "Sales per clinic"
    assert found("Increased number of users to 50", "metric")["W-neutral"].rewrite == "", "the target would stay in it"


def test_one_cause_is_one_warning():
    told = severities("Launch the new website")
    assert [rule for rule, severity in told.items() if severity != "hint"] == ["W-activity-as-result"]


def test_what_is_overruled_keeps_quiet():
    said = Statement(Kind.KEY_RESULT, "Launch the new website", cycle=QUARTER)
    assert "W-activity-as-result" not in {finding.rule for finding in lint(said, overruled={"W-activity-as-result"})}


def test_every_finding_says_why_and_how_to_mend_it():
    for text, kind, *_ in SAID:
        for finding in lint(Statement(Kind(kind), text)):
            assert 0 < finding.sure <= 1
            assert finding.message.endswith((".", "!", "”"))
            assert finding.remedy
            assert finding.source
            assert finding.rule in RULES


def test_every_rule_of_the_contract_is_there():
    asked = """W-specific W-measurable W-achievable W-relevant W-time-bound W-activity-as-result W-vague W-compound
    W-vanity W-business-as-usual W-binary W-objective-is-metric"""
    assert set(asked.split()) <= set(RULES)


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("text", AWKWARD)
def test_awkward_texts_do_no_harm(text: str, kind: Kind):
    with within_a_minute():  # a regular expression that does not end
        lint(Statement(kind, text))


@pytest.mark.parametrize("piece", PIECES)
def test_time_grows_with_the_length_only(piece: str):
    def all_kinds(length: int) -> None:
        for kind in (Kind.KEY_RESULT, Kind.OBJECTIVE, Kind.ASSUMPTION):
            lint(Statement(kind, (piece * length)[:length]))

    with within_a_minute():  # a regular expression that does not end
        all_kinds(1000)
    assert growth(all_kinds, 250) < 6


def test_ten_thousand_words_are_refused_at_once():
    told = lint(Statement(Kind.KEY_RESULT, "improve quality " * 10_000))
    assert calls(lambda: lint(Statement(Kind.KEY_RESULT, "improve quality " * 10_000))) < 100
    assert [(finding.rule, str(finding.severity)) for finding in told] == [("W-specific", "warning")]


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300), st.sampled_from(list(Kind)), st.sampled_from(["", "de", "fr", "es", "xx"]))
def test_the_same_text_gives_the_same_findings_and_never_fails(text: str, kind: Kind, language: str):
    said = Statement(kind, text, language=language)
    assert lint(said) == lint(said)

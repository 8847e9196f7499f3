"""Documents that several tests read."""

CONTRACT = """\
impactline: 1
organisation: {name: Northwind Health, timezone: Europe/Berlin, locale: en}
teams:      [{ref: northwind, name: Northwind}, {ref: care, name: Care, parent: northwind}]
people:     [{email: alice@example.org, name: Alice Adler, teams: [care], capacity_hours_per_week: 32}]
priorities: [{ref: access, title: Care for everyone within a week, why: It hurts, owner: alice@example.org}]
cycles:
  - {ref: "2026", starts_on: 2026-01-01, ends_on: 2026-12-31}
  - {ref: 2026-Q4, starts_on: 2026-10-01, ends_on: 2026-12-31, purpose: Access, check_in_every_days: 7, parent: "2026"}
objectives:
  - ref: waiting
    title: Nobody waits in pain
    cycle: 2026-Q4
    owner: alice@example.org
    team: care
    kind: committed
    visibility: open
    priorities: [access]
    contributes_to: [{objective: company-care, weight: 40}]
    supports: [other-objective]
    driver: key_results
    key_results:
      - ref: wait-days
        title: Median wait for a first visit falls from 21 to 7 days
        type: metric
        baseline: 21
        target: 7
        unit: days
        values: latest
        weight: 50
        owner: alice@example.org
        starts_on: 2026-10-01
        due_on: 2026-12-31
        metric: median-wait
        measures: first-visit-fast
        check_ins:
          - {at: 2026-10-12, by: alice@example.org, value: 18, confidence: 6, status: on_track, note: Going well}
      - {ref: phone, title: Calls are taken within five minutes, type: at_most, target: 5, warning: 7}
  - ref: company-care
    title: Care for all
    cycle: "2026"
    driver: both
    key_results: [{ref: heard, title: Nine of ten patients feel heard}]
  - {ref: other-objective, title: Another, cycle: "2026"}
metrics:
  - ref: median-wait
    name: Median wait for a first visit
    unit: days
    better: lower
    healthy: {at_most: 10}
    source: The practice system
    owner: alice@example.org
    readings: [{at: 2026-09-30, value: 21}]
chain:
  - {ref: nurses, level: input, title: Two nurses, kind: people, amount: 2, unit: FTE}
  - ref: triage-line
    level: activity
    title: Run a phone triage line
    owner: alice@example.org
    team: care
    starts_on: 2026-10-01
    due_on: 2026-11-30
    state: active
    effort_hours: 120
    cost: 8000
    progress: 0.5
  - {ref: hire-nurses, level: activity, title: Hire two nurses}
  - {ref: calls, level: output, title: Triaged calls, planned: 400, delivered: 120, unit: calls, due_on: 2026-12-01}
  - {ref: first-visit-fast, level: outcome, title: Patients see a clinician sooner}
  - {ref: less-pain, level: impact, title: Fewer people live with untreated pain}
links:
  - {from: nurses, to: triage-line}
  - {from: triage-line, to: calls}
  - from: calls
    to: first-visit-fast
    expected_effect: {metric: median-wait, change: -6, per: 400}
    lag_days: 14
    confidence: 0.6
    evidence: weak
    assumptions:
      - text: Callers follow the advice
        state: untested
        importance: high
        likelihood: likely
        owner: alice@example.org
        review_on: 2026-11-01
  - {from: first-visit-fast, to: less-pain}
dependencies: [{activity: triage-line, after: hire-nurses}]
roadblocks:
  - ref: licence
    on: triage-line
    title: Telephony licence is late
    kind: resources
    owner: alice@example.org
    raised_on: 2026-10-05
    resolved_on: 2026-10-09
    resolution: Bought from another vendor
"""


def shape(*, objectives: int, key_results: int, check_ins: int) -> str:
    """A large document in YAML."""
    lines = ["impactline: 1", "cycles: [{ref: q, starts_on: 2026-10-01, ends_on: 2026-12-31}]", "objectives:"]
    for objective in range(objectives):
        lines += [f"  - ref: o{objective}", f"    title: Objective {objective}", "    cycle: q", "    key_results:"]
        for key_result in range(key_results):
            lines += [f"      - ref: k{objective}-{key_result}", "        title: Median wait falls from 21 to 7 days"]
            lines += ["        type: metric", "        baseline: 21", "        target: 7", "        check_ins:"]
            lines += [
                f"          - {{at: 2026-10-{12 + at}, value: {18 - at}, confidence: 6, note: A note}}"
                for at in range(check_ins)
            ]
    return "\n".join(lines)

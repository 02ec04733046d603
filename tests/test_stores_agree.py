"""A book of 20,000 interactions in both stores: they hold the same, and answer every question alike."""

import json
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from typing import Any, NamedTuple

import neo4j
import pytest
import pytest_asyncio

from graph.connect import open_store
from graph.store import Store
from ingest.export import export
from ingest.generate import generate
from ingest.load import LoadOptions, load
from tests.asking import ask
from tests.neo4j_server.database import delete_data

pytestmark = [pytest.mark.neo4j, pytest.mark.slow]

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
INTERACTIONS = 20_000
KINDS = ("accounts", "contacts", "leads", "opportunities")

Line = dict[str, Any]

# Everything but the instant at which an answer was computed.
COUNTS = "{ total emails meetings calls others }"
PEOPLE = f"{{ people {{ person {{ id key displayName optedOut }} interactions {COUNTS} lastAt lastKind }} }}"
PERIOD = "{ days firstDate lastDate }"
POINTS = "{ date emailsSent emailsReceived meetingsSent meetingsReceived callsMade callsReceived }"
ENGAGEMENT = "sent opened clicked attachmentViewed replied opens clicks attachmentViews openRate replyRate"
SIDE = "{ meanHours medianHours p90Hours answers asked rate }"
TOUCHPOINT = "{ key kind at subject bySide by { key } }"
INTERACTION = """{ id key kind at durationMinutes subject threadKey state source initiatedBy notNamed
    participants { person { key } side roles } regarding { __typename key } }"""
WIDGETS = f"""fragment Widgets on Record {{
  id key displayName owner {{ key role manager {{ key }} }}
  health {{ state score grade trend trendDelta terms {{ name value weight contribution }}
    lastInteractionDays expectedIntervalDays settingsVersion }}
  healthHistory(points: 7) {{ at state score grade }}
  monthly: healthHistory(points: 5, every: MONTH) {{ at state score grade }}
  customerInteractions(days: $days) {{ total {COUNTS} byUs {COUNTS} byThem {COUNTS} }}
  emailRatio(days: $days) {{ sent received byUs byThem }}
  summary(days: $days, language: "gl") {{ insights {{ code sentence ours theirs difference distance }} }}
  emailEngagement(days: $days) {{ {ENGAGEMENT} }}
  responseTime(days: $days) {{ ours {SIDE} theirs {SIDE} }}
  mostContacted(days: $days) {PEOPLE}
  mostContactedBy(days: $days) {PEOPLE}
  activities(days: $days) {{ points {POINTS} longestQuiet {PERIOD} openQuiet {PERIOD} }}
  hourlyInvestment(days: $days) {{ ourMinutes {COUNTS} theirMinutes {COUNTS} missingDurations }}
  lastInteraction {TOUCHPOINT}
  nextInteraction {TOUCHPOINT}
  interactions(first: 5, days: $days) {{ totalCount nodes {INTERACTION} }}
}}"""
COMPARISON = "{ value mean difference deals }"
SIMILAR = f"""similarWonDeals {{
    basis {{ method fields {{ name weight }} wonDeals lostDeals learnedAt separation }}
    deals {{ opportunity {{ key state }} similarity emailRatio {{ byUs }} responseTime {{ ours {SIDE} theirs {SIDE} }}
      customerInteractions {{ total {COUNTS} }} hourlyInvestment {{ ourMinutes {COUNTS} missingDurations }} }} }}
  compared: responseTime {{ comparedToSimilarWon {{ ours {{ meanHours {COMPARISON} rate {COMPARISON} }} }} }}
  comparedActivities: activities {{ comparedToSimilarWon {{ emailsSent {COMPARISON} callsMade {COMPARISON} }} }}"""
OWN_FIELDS = {
    "accounts": "domains primaryContact { key } contacts { totalCount nodes { key } }",
    "contacts": "emails optedOut provisional account { key }",
    "leads": "emails company state stakeholders { key }",
    "opportunities": f"""{SIMILAR} state createdAt closedAt estimatedRevenue actualRevenue estimatedCloseDate
        contact {{ key }} account {{ key }} salesTeam {{ key }} stakeholders {{ key }}
        attributes {{ name text number flag }}""",
}


class Both(NamedTuple):
    """The same book in both stores."""

    sqlite: Store
    neo4j: Store


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def both(
    neo4j_uri: str, _neo4j_driver: neo4j.Driver, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Both]:
    file = tmp_path_factory.mktemp("book") / "book.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in roughened()))
    delete_data(_neo4j_driver)
    async with AsyncExitStack() as stack:
        stores = [await open_store(url) for url in (f"sqlite:///{file.parent}/book.db", neo4j_uri)]
        for store in stores:
            stack.push_async_callback(store.aclose)
            report = await load(store, [file], LoadOptions(rejects=file.parent / "rejects.jsonl"))
            assert report.rejected == 0, report.first_rejects
        yield Both(*stores)
    delete_data(_neo4j_driver)


def roughened() -> Iterator[Line]:
    """Yield the generated book, less tidy than a generator leaves it."""
    dice = random.Random(7)
    records: dict[str, list[str]] = {"account": [], "contact": [], "lead": [], "opportunity": []}
    for text in generate(INTERACTIONS, 11, NOW):
        line = json.loads(text)
        match line["type"]:
            case "interaction":
                yield roughened_interaction(line, [id_ for ids in records.values() for id_ in ids[-5:]], dice)
                continue
            case "opportunity":
                line["stakeholderIds"] += [*records["lead"][-1:], *records["contact"][-2:]]
            case "contact" | "lead" | "seller":
                line["optedOut"] = dice.random() < 0.1
        if line["type"] in records:
            records[line["type"]].append(line["id"])
        yield line


def roughened_interaction(line: Line, regarded: list[str], dice: random.Random) -> Line:
    """Return an interaction with ties and fractions of a second, about anything, at times without what it needs."""
    at = datetime.fromisoformat(line["at"]) + timedelta(microseconds=dice.choice((0, 0, 0, 1, 999_999)))
    line["at"] = (at.replace(minute=0, second=0) if dice.random() < 0.2 else at).isoformat()
    if dice.random() < 0.1:
        line["regardingId"] = dice.choice(regarded)
    if dice.random() < 0.1:
        line["durationMinutes"] = dice.choice((None, 0, 12.5))
    if line["kind"] == "OTHER" and dice.random() < 0.5:
        line["participants"] = [{**p, "role": "PARTICIPANT"} for p in line["participants"]]
    if line["kind"] == "EMAIL" and dice.random() < 0.2:
        line |= {"inReplyToId": dice.choice((None, "nowhere")), "automatic": dice.random() < 0.3}
    return line


# what they hold


async def test_both_hold_the_same_lines(both: Both) -> None:
    lines = [[line async for line in export(store)] for store in both]
    differing = [pair for pair in zip_longest(*lines) if pair[0] != pair[1]]
    assert differing[:3] == []
    assert sum('"type":"interaction"' in line for line in lines[0]) > INTERACTIONS * 0.9


async def test_both_count_the_same(both: Both) -> None:
    assert await both.sqlite.counts() == await both.neo4j.counts()


# what they answer


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("as_of", "zone", "days", "first"),
    [
        (NOW, "UTC", 60, 100),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "Europe/London", 365, 10),
        (datetime(2026, 3, 8, 7, tzinfo=UTC), "America/New_York", 30, 40),
        (datetime(2026, 6, 30, 18, 29, 59, 999_999, tzinfo=UTC), "Asia/Kolkata", None, 6),
        (datetime(2027, 1, 1, tzinfo=UTC), "Pacific/Kiritimati", 1, 40),
    ],
)
async def test_widgets_of_many_records_are_the_same(
    both: Both, kind: str, as_of: datetime, zone: str, days: int | None, first: int
) -> None:
    arguments = "first: $first, asOf: $asOf, timeZone: $zone"
    fields = f"totalCount pageInfo {{ hasNextPage endCursor }} nodes {{ {OWN_FIELDS[kind]} ...Widgets }}"
    query = f"""query Q($first: Int!, $asOf: DateTime!, $zone: String!, $days: Int) {{
        {kind}({arguments}) {{ {fields} }} }} {WIDGETS}"""
    variables = {"first": first, "asOf": as_of.isoformat(), "zone": zone, "days": days}
    answer = await agreed(both, query, **variables)
    assert len(answer[kind]["nodes"]) == min(first, answer[kind]["totalCount"])


async def agreed(both: Both, query: str, **variables: Any) -> Any:
    """Ask both stores and return what they both say."""
    here, there = [await ask(store, query, **variables) for store in both]
    assert list(differences(here, there)) == []
    return here


def differences(here: Any, there: Any, path: str = "") -> Iterator[str]:
    """Yield where two answers are not the same."""
    if isinstance(here, dict) and isinstance(there, dict) and here.keys() == there.keys():
        for name in here:
            yield from differences(here[name], there[name], f"{path}.{name}")
    elif isinstance(here, list) and isinstance(there, list) and len(here) == len(there):
        for n, pair in enumerate(zip(here, there, strict=True)):
            yield from differences(*pair, f"{path}.{n}")
    elif here != there:
        yield f"{path}: {here} {there}"


@pytest.mark.parametrize("kind", KINDS)
async def test_lists_go_on_alike_from_page_to_page(both: Both, kind: str) -> None:
    query = f"""query Q($after: String) {{ {kind}(first: 37, after: $after) {{
        edges {{ cursor node {{ id key }} }} pageInfo {{ hasNextPage endCursor }} }} }}"""
    page: Line = {"hasNextPage": True, "endCursor": None}
    keys: list[str] = []
    while page["hasNextPage"]:
        answer = (await agreed(both, query, after=page["endCursor"]))[kind]
        keys += [edge["node"]["key"] for edge in answer["edges"]]
        page = answer["pageInfo"]
    assert len(keys) == len(set(keys)) == (await agreed(both, f"{{ {kind} {{ totalCount }} }}"))[kind]["totalCount"]


@pytest.mark.parametrize(
    "filters",
    [
        'accounts(search: "a", owner: "sel-1")',
        'contacts(search: "ß")',
        'contacts(search: "SÅDE", account: "acc-1")',
        'contacts(search: ".example")',
        'leads(states: [QUALIFIED, DISQUALIFIED], owner: "sel-2")',
        'leads(search: "Γιάννης")',
        'opportunities(states: [WON], owner: "sel-1", search: "a")',
        "opportunities(states: [])",
        'opportunities(account: "acc-9", states: [OPEN, LOST])',
        'opportunities(owner: "nobody")',
        'sellers(search: "%")',
        'sellers(search: "_")',
        "sellers",
    ],
)
async def test_filters_find_the_same(both: Both, filters: str) -> None:
    arguments = filters.replace(")", ", first: 100)") if "(" in filters else filters
    await agreed(both, f"{{ {arguments} {{ totalCount nodes {{ key displayName }} }} }}")


@pytest.mark.parametrize("filters", ["", "kinds: [EMAIL], days: 90", "kinds: [MEETING, OTHER]", "kinds: []"])
@pytest.mark.parametrize("kind", ["account", "contact", "lead", "opportunity"])
async def test_interactions_of_a_record_go_on_alike_from_page_to_page(both: Both, kind: str, filters: str) -> None:
    key = {"account": "acc-1", "contact": "con-1", "lead": "lead-1", "opportunity": "opp-1"}[kind]
    query = f"""query Q($after: String) {{ {kind}(key: "{key}", asOf: "{NOW.isoformat()}") {{
        interactions(first: 100, after: $after, {filters}) {{
            totalCount edges {{ cursor node {INTERACTION} }} pageInfo {{ hasNextPage endCursor }} }} }} }}"""
    page: Line = {"hasNextPage": True, "endCursor": None}
    seen, total = 0, 0
    while page["hasNextPage"]:
        answer = (await agreed(both, query, after=page["endCursor"]))[kind]["interactions"]
        page, seen, total = answer["pageInfo"], seen + len(answer["edges"]), answer["totalCount"]
    assert seen == total


async def test_people_are_found_by_the_same_addresses(both: Both) -> None:
    people = (await ask(both.sqlite, "{ contacts(first: 50) { nodes { key emails } } }"))["contacts"]["nodes"]
    query = "query Q($email: String!) { contact(email: $email) { key } lead(email: $email) { key } }"
    for person in people:
        for email in person["emails"]:
            await agreed(both, query, email=f" {email.upper()} ")

"""The numbers of whole lives: against a second implementation, and at their ends."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model import Contact, Interaction, Record, to_micros
from kpi.life import DailyActivities, Life, lives
from kpi.spans import EVER
from tests.kpi import reference
from tests.kpi.books import RECORDS, books, interactions, mails
from tests.kpi.catalogue import plain, same
from tests.situations import BOB, DEAL, GLOBEX, LEA, ago, at, call, columns

WIDGETS = ("customer_interactions", "hourly_investment", "email_ratio", "response_time")


@dataclass(frozen=True, eq=False)
class LifeView(reference.View):
    """A record from an instant on, as of the end of its life."""

    since: datetime | None

    def inside(self, i: Interaction) -> bool:
        return i.at <= self.as_of and (self.since is None or self.since <= i.at)


def naive_life(record: Record, since: datetime | None, until: datetime, book: dict[str, Any]) -> tuple[Any, ...]:
    contacts = ("bob",) if record is GLOBEX else ()
    deals = {DEAL.id, LEA.id} - {record.id}
    seen = reference.view(record, contacts=contacts, deals=deals, **{**book, "as_of": until, "days": None})
    view = LifeView(**{field.name: getattr(seen, field.name) for field in fields(seen)}, since=since)
    return (*(getattr(reference, name)(view) for name in WIDGETS), naive_days(view))


def naive_days(view: LifeView) -> tuple[float | None, ...]:
    begin = view.since or min((i.at for i in view.in_window), default=None)
    if begin is None:
        return (None,) * 6
    days = max((view.today - view.local_date(begin)).days, 0) + 1
    _, ours, theirs = reference.customer_interactions(view)
    return tuple(side[kind] / days for kind in range(3) for side in (ours, theirs))


def measured(
    record: Record, *interactions: Interaction, since: datetime | None, until: datetime, zone: str = "UTC"
) -> Life:
    begin = EVER if since is None else to_micros(since)
    [life] = lives(columns(*interactions, records=[record]), [begin], [to_micros(until)], zone)
    return life


@given(data=st.data(), book=st.one_of(books(mails), books(interactions)))
@settings(max_examples=150)
def test_every_life_is_what_its_definition_says(data: st.DataObject, book: dict[str, Any]) -> None:
    read = columns(*book["interactions"], records=RECORDS, opted_out=book["opted_out"], stored=book["stored"])
    instants = [book["as_of"], *(i.at for i in book["interactions"])]
    until = [data.draw(st.sampled_from(instants)) for _ in RECORDS]
    earlier = [st.sampled_from([i for i in instants if i <= end]) for end in until]
    since = [data.draw(st.one_of(st.none(), some)) for some in earlier]
    begins = [EVER if begin is None else to_micros(begin) for begin in since]
    found = lives(read, begins, [to_micros(end) for end in until], book["zone"])
    for record, begin, end, life in zip(RECORDS, since, until, found, strict=True):
        right = naive_life(record, begin, end, book)
        assert same(plain(life), right), f"life of {record.id} is {life}, should be {right}"


def test_a_life_of_one_instant_has_one_day() -> None:
    life = measured(BOB, call("c", ago(1), "ann", "bob"), since=ago(1), until=ago(1))
    assert life.activities == DailyActivities(0.0, 0.0, 0.0, 0.0, 1.0, 0.0)


def test_a_clock_that_goes_back_over_midnight_leaves_a_day() -> None:
    # In St. John's the second instant is on the day before the first.
    life = measured(BOB, since=at("2010-11-07 02:30:30"), until=at("2010-11-07 02:40"), zone="America/St_Johns")
    assert life.activities == DailyActivities(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def test_all_time_without_an_interaction_has_no_day() -> None:
    assert measured(BOB, since=None, until=ago(0)).activities == DailyActivities()


def test_no_records_have_no_lives() -> None:
    assert lives(columns(records=[]), [], []) == []


def test_lives_of_many_records_are_each_their_own() -> None:
    people = [Contact(id=f"k{n:02}") for n in range(50)]
    calls = [call(f"{p.id}-{n}", ago(n), "ann", p.id) for p in people for n in range(10)]
    since = [to_micros(ago(n % 10)) for n in range(50)]
    found = lives(columns(*calls, records=people), since, [to_micros(ago(0) + timedelta(days=1))] * 50)
    assert [life.customer_interactions.total.calls for life in found] == [n % 10 + 1 for n in range(50)]

"""
The summary once more, straight from its definitions: loops over objects, one record at a time.

An insight is (code, ours, theirs, distance, detail), in the order in which :mod:`kpi.summary.summary` finds them.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from math import log, sqrt
from typing import Any

from graph.model import Interaction, Side
from kpi.summary.insight import InsightCode
from tests.kpi import reference as widgets
from tests.kpi.reference import CALL, EMAIL, MEETING, View, both_sides, correspondence, initiator_side, people

US, THEM = Side
EPOCH = date(1970, 1, 1)
Said = tuple[InsightCode, float, float, float, int]
Pair = tuple[Interaction, Interaction]


def summary(v: View) -> tuple[Any, ...]:
    found = [
        initiated(v, MEETING, InsightCode.MEETINGS_INITIATED),
        initiated(v, EMAIL, InsightCode.EMAILS_SENT),
        initiated(v, CALL, InsightCode.CALLS_MADE),
        time_invested(v),
        response_time(v),
        response_rate(v),
        response_trend(v, US, InsightCode.OUR_RESPONSE_TREND),
        waiting(v, US, InsightCode.WAITING_FOR_US),
        response_trend(v, THEM, InsightCode.THEIR_RESPONSE_TREND),
        waiting(v, THEM, InsightCode.WAITING_FOR_THEM),
        ratio(v),
        activity(v),
        silence(v),
        involved(v),
    ]
    return tuple(insight for insight in found if insight), rhythm(v, [i for i in v.counted if i.kind is MEETING])


def differ(a: float, b: float) -> bool:
    return a != b and abs(a - b) >= 0.1 * max(a, b)


def day(v: View, i: Interaction) -> date:
    return min(v.local_date(i.at), v.today)


def before(v: View) -> list[Interaction]:
    return [i for i in v.counted if not v.inside(i)]


def earlier_windows(v: View) -> list[list[Interaction]]:
    """The interactions of each window before that of the view that lies in its history, at most twelve."""
    if v.days is None or not v.counted:
        return []
    windows: list[list[Interaction]] = []
    first, last = min(day(v, i) for i in v.counted), v.today - timedelta(days=v.days)
    while len(windows) < 12 and last - timedelta(days=v.days - 1) >= first:
        windows.append([i for i in v.counted if last - timedelta(days=v.days) < day(v, i) <= last])
        last -= timedelta(days=v.days)
    return windows


def lead(interactions: Collection[Interaction], kind: Any) -> tuple[int, int]:
    sides = [initiator_side(i) for i in interactions if i.kind is kind]
    return sides.count(US), sides.count(THEM)


def initiated(v: View, kind: Any, code: InsightCode) -> Said | None:
    ours, theirs = lead(v.in_window, kind)
    if ours == theirs:
        return None
    leads = [a - b for a, b in (lead(window, kind) for window in earlier_windows(v))]
    usual = sum(leads) / len(leads) if leads else 0
    scatter = sum((x - usual) ** 2 for x in leads) + ours + theirs
    return code, ours, theirs, abs(ours - theirs - usual) / sqrt(scatter / (len(leads) + 1)), 0


def time_invested(v: View) -> Said | None:
    ours, theirs = minutes(v, v.in_window)
    ours_before, theirs_before = minutes(v, before(v))
    if not ours or not theirs or not differ(ours, theirs) or abs(ours - theirs) < 1:
        return None
    usual, variance = 0.0, 1 / len(v.in_window)
    if ours_before and theirs_before:
        usual, variance = log(ours_before / theirs_before), variance + 1 / len(before(v))
    return InsightCode.TIME_INVESTED, ours, theirs, abs(log(ours / theirs) - usual) / sqrt(variance), 0


def minutes(v: View, interactions: list[Interaction]) -> tuple[float, float]:
    ours, theirs, _ = widgets.hourly_investment(replace(v, known=interactions, days=None))
    return sum(ours), sum(theirs)


@lru_cache(maxsize=1)
def answers(v: View) -> list[Pair]:
    """Each answered email with its earliest answer."""
    emails, places = correspondence(v), {p.id: n for n, p in enumerate(correspondence(v))}
    earliest: dict[str, Pair] = {}
    for r in emails:
        p = widgets.answered_by(v, r, emails)
        if p is not None:
            earliest.setdefault(p.id, (p, r))
    return sorted(earliest.values(), key=lambda pair: places[pair[0].id])


def waits(v: View, side: Side, inside: bool | None = None) -> list[float]:
    pairs = [(p, r) for p, r in answers(v) if initiator_side(r) is side and inside in (None, v.inside(r))]
    return [(r.at - p.at) / timedelta(hours=1) for p, r in pairs]


def mean(values: Collection[float]) -> float:
    return sum(values) / len(values)


def scatter(v: View, side: Side) -> float:
    logs = [log(w) for w in waits(v, side)]
    return (sum((x - mean(logs)) ** 2 for x in logs) + 1) / (len(logs) + 1)


def differ_hours(a: float, b: float) -> bool:
    return differ(a, b) and abs(a - b) >= 0.1


def response_time(v: View) -> Said | None:
    now, earlier = ([waits(v, side, inside) for side in Side] for inside in (True, False))
    if not all(now) or not differ_hours(mean(now[0]), mean(now[1])):
        return None
    ours, theirs = map(mean, now)
    variance = sum(scatter(v, side) / len(w) for side, w in zip(Side, now, strict=True))
    usual = 0.0
    if all(earlier):
        usual = log(mean(earlier[0]) / mean(earlier[1]))
        variance += sum(scatter(v, side) / len(w) for side, w in zip(Side, earlier, strict=True))
    return InsightCode.RESPONSE_TIME, ours, theirs, abs(log(ours / theirs) - usual) / sqrt(variance), 0


def response_trend(v: View, side: Side, code: InsightCode) -> Said | None:
    now, earlier = waits(v, side, True), waits(v, side, False)
    if not now or len(earlier) < 3 or not differ_hours(mean(now), mean(earlier)):
        return None
    spread = sqrt(scatter(v, side) * (1 / len(now) + 1 / len(earlier)))
    return code, mean(now), mean(earlier), abs(log(mean(now) / mean(earlier))) / spread, 0


def asked(v: View, side: Side, inside: bool) -> list[Interaction]:
    """The emails that a side has to answer."""
    return [i for i in correspondence(v) if initiator_side(i) is not side and v.inside(i) is inside]


def response_rate(v: View) -> Said | None:
    answered = {p.id for p, _ in answers(v)}

    def share(side: Side, inside: bool) -> float:
        return mean([i.id in answered for i in asked(v, side, inside)])

    def variance(side: Side, inside: bool) -> float:
        emails = asked(v, side, inside)
        likely = (sum(i.id in answered for i in emails) + 1) / (len(emails) + 2)
        return likely * (1 - likely) / len(emails)

    if not all(asked(v, side, True) for side in Side) or abs(share(US, True) - share(THEM, True)) < 0.05:
        return None
    usual, spread = 0.0, variance(US, True) + variance(THEM, True)
    if all(asked(v, side, False) for side in Side):
        usual = share(US, False) - share(THEM, False)
        spread += variance(US, False) + variance(THEM, False)
    ours, theirs = share(US, True), share(THEM, True)
    return InsightCode.RESPONSE_RATE, ours, theirs, abs(ours - theirs - usual) / sqrt(spread), 0


def waiting(v: View, side: Side, code: InsightCode) -> Said | None:
    emails, answered, taken = correspondence(v), {p.id for p, _ in answers(v)}, waits(v, side)
    if len(taken) < 3:
        return None

    def left(p: Interaction) -> bool:
        later = [r for r in emails if p.thread_id is not None and r.thread_id == p.thread_id and r.at > p.at]
        return p.id not in answered and all(initiator_side(r) is not side for r in later)

    ages = [(v.as_of - p.at) / timedelta(hours=1) for p in asked(v, side, True) if left(p)]
    late = [age for age in ages if age > mean(taken)]
    if not late or not differ_hours(max(late), mean(taken)):
        return None
    number, earlier = len(asked(v, side, True)), asked(v, side, False)
    share = (sum(map(left, earlier)) + 1) / (len(earlier) + 2)
    distance = max(len(late) - share * number, 0) / sqrt(share * (1 - share) * number)
    return code, max(late), mean(taken), distance, len(late)


def ratio(v: View) -> Said | None:
    numbers = [
        sum(i.kind is EMAIL and both_sides(i) and initiator_side(i) is side for i in interactions)
        for interactions in (v.in_window, before(v))
        for side in Side
    ]
    if not all(numbers):
        return None
    sent, received, sent_before, received_before = numbers
    now, usual = sent / received, sent_before / received_before
    if not differ(now, usual):
        return None
    return InsightCode.EMAIL_RATIO, now, usual, abs(log(now / usual)) / sqrt(sum(1 / n for n in numbers)), 0


def activity(v: View) -> Said | None:
    numbers, now = [len(window) for window in earlier_windows(v)], len(v.in_window)
    if not numbers or not now or not differ(now, mean(numbers)):
        return None
    usual = mean(numbers)
    variance = (sum((n - usual) ** 2 for n in numbers) + max(usual, 1)) / (len(numbers) + 1)
    return InsightCode.ACTIVITY, now, usual, abs(now - usual) / sqrt(variance), 0


def rhythm(v: View, interactions: list[Interaction]) -> tuple[int, float, float] | None:
    days = sorted({day(v, i) for i in interactions})
    gaps = [(b - a).days for a, b in pairwise(days)][-20:]
    if len(gaps) < 2:
        return None
    usual = mean(gaps)
    spread = sqrt((sum((gap - usual) ** 2 for gap in gaps) + usual**2) / (len(gaps) + 1))
    return (days[-1] - EPOCH).days, usual, spread


def silence(v: View) -> Said | None:
    usual = rhythm(v, v.counted)
    if usual is None:
        return None
    last_day, gap, spread = usual
    silent = (v.today - EPOCH).days - last_day
    if silent <= gap or not differ(silent, gap):
        return None
    return InsightCode.SILENCE, silent, gap, (silent - gap) / spread, 0


def involved(v: View) -> Said | None:
    ours, theirs = (len({p for i in v.in_window for p in people(i, side)}) for side in Side)
    alone = v.named == {v.record}
    single = ours == 1 or (theirs == 1 and not alone)
    if len(v.in_window) < 3 or not single or not ours or not theirs or ours == theirs:
        return None
    return InsightCode.PEOPLE_INVOLVED, ours, theirs, abs(ours - theirs) / sqrt(ours + theirs), 0

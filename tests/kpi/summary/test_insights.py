"""Each insight, computed by hand."""

from math import isclose, log, sqrt

import pytest

from graph.model import Record
from kpi.email_engagement import EmailEngagement
from kpi.summary.insight import Insight, InsightAgainst, InsightCode, InsightUnit, ranked
from kpi.summary.involved import engagement_insight
from kpi.summary.pace import Rhythm, meeting_insight, next_meeting_day
from kpi.summary.summary import Summary, summary
from kpi.window import Window
from tests.situations import AS_OF, BOB, DEAL, ago, at, call, columns, email, meeting

TODAY = Window(AS_OF).last_day


def summed_up(*interactions, record: Record = BOB, days: int | None = 60) -> Summary:
    return summary(columns(*interactions, records=(record,)), Window(AS_OF, days))[0]


def insight(code: InsightCode, *interactions, record: Record = BOB, days: int | None = 60) -> Insight | None:
    insights = summed_up(*interactions, record=record, days=days).insights
    return next((found for found in insights if found.code is code), None)


def numbers(found: Insight | None) -> tuple[float, float]:
    assert found is not None
    return found.ours, found.theirs


def meetings(ours: int, theirs: int, days: float = 1):
    return [meeting(f"o{n}-{days}", ago(days), "ann", "bob") for n in range(ours)] + [
        meeting(f"t{n}-{days}", ago(days), "bob", "ann") for n in range(theirs)
    ]


def answered(who: str, *hours: float, days: float = 1):
    """Emails to somebody of us or of them, each answered after so many hours."""
    other = "bob" if who == "ann" else "ann"
    for n, wait in enumerate(hours):
        id_ = f"{who}{n}-{days}"
        yield email(id_, ago(days, hours=wait), other, who)
        yield email(f"{id_}-r", ago(days), who, other, in_reply_to_id=id_)


def test_nothing_is_said_of_a_record_without_interactions():
    assert summed_up() == Summary((), None)


def test_one_email_says_who_wrote_it_and_whom_it_cost_more_and_nothing_of_answers_or_habits():
    said = {found.code: numbers(found) for found in summed_up(email("m", ago(1), "bob", "ann")).insights}
    assert said == {InsightCode.EMAILS_SENT: (0, 1), InsightCode.TIME_INVESTED: (2.5, 5)}


def test_who_initiated_more_meetings_is_told_with_both_numbers():
    found = insight(InsightCode.MEETINGS_INITIATED, *meetings(5, 2))
    assert numbers(found) == (5, 2)
    assert found is not None
    assert (found.difference, found.unit, found.against) == (3, InsightUnit.COUNT, InsightAgainst.CUSTOMER)


def test_a_lead_without_history_is_measured_by_what_as_many_events_scatter():
    found = insight(InsightCode.MEETINGS_INITIATED, *meetings(5, 2))
    assert found is not None
    assert isclose(found.distance, 3 / sqrt(7))


def test_a_lead_is_measured_from_what_it_was_in_the_windows_before():
    # In windows of ten days: 5 to 2 now; 2 to 0 and 0 to 2 before; the days before the last whole window do not count.
    earlier = [*meetings(2, 0, days=15), *meetings(0, 2, days=25), *meetings(9, 0, days=35)]
    found = insight(InsightCode.MEETINGS_INITIATED, *meetings(5, 2), *earlier, days=10)
    assert found is not None
    assert isclose(found.distance, 3 / sqrt((2**2 + 2**2 + 7) / 3))


def test_as_many_meetings_from_each_side_are_no_insight():
    assert insight(InsightCode.MEETINGS_INITIATED, *meetings(3, 3)) is None


def test_calls_and_emails_are_compared_like_meetings():
    calls = [call(f"c{n}", ago(1), "bob", "ann") for n in range(2)]
    emails = [email(f"m{n}", ago(1), "ann", "bob") for n in range(4)]
    assert numbers(insight(InsightCode.CALLS_MADE, *calls, *emails)) == (0, 2)
    assert numbers(insight(InsightCode.EMAILS_SENT, *calls, *emails)) == (4, 0)


def test_the_time_invested_is_that_of_all_sellers_against_the_customer_once():
    found = insight(InsightCode.TIME_INVESTED, meeting("n", ago(1), "ann", "max", "bob", duration_minutes=30.0))
    assert numbers(found) == (60, 30)
    assert found is not None
    assert isclose(found.distance, log(2))


def test_the_usual_share_of_time_is_that_before_the_window():
    now = meeting("n", ago(1), "ann", "max", "bob", duration_minutes=30.0)
    then = [meeting(f"b{n}", ago(70 + n), "ann", "max", "bob", duration_minutes=10.0) for n in range(3)]
    found = insight(InsightCode.TIME_INVESTED, now, *then)
    assert found is not None
    assert found.distance == 0


def test_meetings_of_unknown_length_invest_nothing():
    assert insight(InsightCode.TIME_INVESTED, *meetings(3, 0)) is None


def test_the_mean_waits_of_the_two_sides_are_compared():
    found = insight(InsightCode.RESPONSE_TIME, *answered("ann", 1.0, 3.0), *answered("bob", 5.0, 6.0))
    assert numbers(found) == (2, 5.5)


def test_a_few_minutes_more_are_no_insight():
    assert insight(InsightCode.RESPONSE_TIME, *answered("ann", 0.10), *answered("bob", 0.15)) is None


def test_a_side_that_never_answered_is_not_compared():
    assert insight(InsightCode.RESPONSE_TIME, *answered("ann", 2.0), email("m", ago(1), "ann", "bob")) is None


def test_the_shares_of_answered_emails_are_compared():
    unanswered = [email(f"u{n}", ago(1), "ann", "bob") for n in range(2)]
    found = insight(InsightCode.RESPONSE_RATE, *answered("ann", 2.0), *answered("bob", 2.0), *unanswered)
    # An answer asks too: ours was not answered, and neither was theirs.
    assert numbers(found) == (1 / 2, 1 / 4)


def test_mean_waits_are_compared_with_those_before_the_window():
    earlier = answered("bob", 2.0, 4.0, 6.0, days=70)
    found = insight(InsightCode.THEIR_RESPONSE_TREND, *answered("bob", 12.0), *earlier)
    assert numbers(found) == (12, 4)


def test_two_earlier_answers_make_no_habit():
    earlier = answered("bob", 2.0, 4.0, days=70)
    assert insight(InsightCode.THEIR_RESPONSE_TREND, *answered("bob", 12.0), *earlier) is None


def test_an_email_waits_for_us_once_we_take_longer_than_usual():
    habit = [*answered("ann", 1.0, 2.0, 3.0)]
    late, fresh = email("late", ago(2), "bob", "ann"), email("fresh", ago(hours=1), "bob", "ann")
    found = insight(InsightCode.WAITING_FOR_US, *habit, late, fresh)
    assert numbers(found) == (48, 2)
    assert found is not None
    assert found.detail == 1


def test_many_emails_left_without_an_answer_are_no_news_where_they_usually_are():
    habit, late = [*answered("ann", 1.0, 2.0, 3.0)], email("late", ago(2), "bob", "ann")
    ignored = [email(f"i{n}", ago(80 + n), "bob", "ann") for n in range(20)]
    news = insight(InsightCode.WAITING_FOR_US, *habit, late)
    none = insight(InsightCode.WAITING_FOR_US, *habit, late, *ignored)
    assert news is not None
    assert none is not None
    assert none.distance == 0


def test_an_email_after_which_we_wrote_in_its_thread_waits_for_nothing():
    habit = [*answered("ann", 1.0, 2.0, 3.0)]
    first, second = (email(id_, ago(days), "bob", "ann", thread_id="t") for id_, days in (("p1", 3), ("p2", 2)))
    assert insight(InsightCode.WAITING_FOR_US, *habit, first, second) is not None
    answer = email("r", ago(1), "ann", "bob", thread_id="t")
    assert insight(InsightCode.WAITING_FOR_US, *habit, first, second, answer) is None


def test_an_email_waits_for_them_too():
    found = insight(InsightCode.WAITING_FOR_THEM, *answered("bob", 1.0, 2.0, 3.0), email("late", ago(2), "ann", "bob"))
    assert numbers(found) == (48, 2)


def test_emails_sent_for_each_one_received_are_compared_with_those_before():
    now = [email(f"s{n}", ago(1), "ann", "bob") for n in range(3)] + [email("r", ago(1), "bob", "ann")]
    then = [email(f"bs{n}", ago(70), "ann", "bob") for n in range(2)]
    then += [email(f"br{n}", ago(70), "bob", "ann") for n in range(4)]
    found = insight(InsightCode.EMAIL_RATIO, *now, *then)
    assert numbers(found) == (3, 0.5)
    assert found is not None
    assert isclose(found.distance, log(6) / sqrt(1 / 3 + 1 + 1 / 2 + 1 / 4))


def test_the_interactions_of_the_window_are_compared_with_the_mean_of_those_before():
    # Ten days each: 6 now, 1 and 2 before.
    found = insight(InsightCode.ACTIVITY, *meetings(6, 0), *meetings(1, 0, 15), *meetings(2, 0, 29), days=10)
    assert numbers(found) == (6, 1.5)
    assert found is not None
    assert isclose(found.distance, 4.5 / sqrt((0.25 + 0.25 + 1.5) / 3))


def test_a_window_that_reaches_before_the_first_interaction_is_not_usual():
    assert insight(InsightCode.ACTIVITY, *meetings(6, 0), *meetings(1, 0, 15), days=10) is None


def test_all_time_has_nothing_before_it():
    codes = {found.code for found in summed_up(*meetings(6, 0), *meetings(1, 0, 300), days=None).insights}
    assert codes == {InsightCode.MEETINGS_INITIATED}


@pytest.mark.parametrize("silent", [8, 30])
def test_silence_is_compared_with_the_days_between_two_days_of_contact(silent: int):
    # Gaps of 2 and 4 days; three calls on one day are one day of contact.
    calls = [call(f"c{n}", ago(silent + days), "ann", "bob") for n, days in enumerate((0, 0.1, 0.2, 2, 6))]
    found = insight(InsightCode.SILENCE, *calls)
    assert numbers(found) == (silent, 3)
    assert found is not None
    assert isclose(found.distance, (silent - 3) / sqrt((1 + 1 + 9) / 3))


def test_less_silence_than_usual_is_none():
    assert insight(InsightCode.SILENCE, *(call(f"c{n}", ago(n), "ann", "bob") for n in (1, 5, 9))) is None


def test_two_days_of_contact_make_no_rhythm():
    assert insight(InsightCode.SILENCE, *(call(f"c{n}", ago(n), "ann", "bob") for n in (30, 31))) is None


def test_only_the_last_gaps_are_usual():
    daily = [call(f"d{n}", ago(60 + n), "ann", "bob") for n in range(30)]
    weekly = [call(f"w{n}", ago(10 + 2 * n), "ann", "bob") for n in range(21)]
    assert numbers(insight(InsightCode.SILENCE, *daily, *weekly)) == (10, 2)


def test_the_twentieth_gap_from_the_end_is_usual_and_the_one_before_it_is_not():
    # From the end: 19 gaps of a day, one of 21 and one of 100.
    days = [10 + n for n in range(20)] + [50, 150]
    assert numbers(insight(InsightCode.SILENCE, *(call(f"c{n}", ago(n), "ann", "bob") for n in days))) == (10, 2)


def test_one_customer_of_several_sellers_is_told():
    mails = [email(f"m{n}", ago(n), who, "bob") for n, who in enumerate(("ann", "max", "sue"))]
    found = insight(InsightCode.PEOPLE_INVOLVED, *(m for m in mails), record=DEAL)
    assert found is None, "only Ann is the deal's"
    regarding = [email(f"r{n}", ago(n), who, "bob", regarding_id="deal") for n, who in enumerate(("ann", "max", "sue"))]
    assert numbers(insight(InsightCode.PEOPLE_INVOLVED, *regarding, record=DEAL)) == (3, 1)


def test_that_a_contact_is_one_person_is_no_insight():
    mails = [email(f"m{n}", ago(n), who, "bob") for n, who in enumerate(("ann", "max", "sue"))]
    assert insight(InsightCode.PEOPLE_INVOLVED, *mails) is None


def test_one_seller_of_several_customers_is_told_of_a_contact_too():
    together = [meeting(f"n{n}", ago(n), "ann", "bob", "cat", "dan") for n in range(3)]
    assert numbers(insight(InsightCode.PEOPLE_INVOLVED, *together)) == (1, 3)


def test_two_interactions_tell_little_about_who_is_involved():
    together = [meeting(f"n{n}", ago(n), "ann", "bob", "cat", "dan") for n in range(2)]
    assert insight(InsightCode.PEOPLE_INVOLVED, *together) is None


def test_the_days_between_meetings_are_their_rhythm():
    # Gaps of 4 and 6 days.
    found = summed_up(*(meeting(f"n{n}", ago(days), "ann", "bob") for n, days in enumerate((3, 7, 13)))).meetings
    assert found == Rhythm(last_day=TODAY - 3, gap=5.0, spread=3.0)
    assert isclose(3.0, sqrt((1 + 1 + 25) / 3))


@pytest.mark.parametrize(("ahead", "said"), [(11, (14, 5, 3.0, 11)), (0, (3, 5, 2 / 3, 0))])
def test_the_next_meeting_is_measured_from_the_last_one(ahead: int, said: tuple[float, ...]):
    found = meeting_insight(Rhythm(TODAY - 3, 5.0, 3.0), TODAY + ahead, TODAY)
    assert found == Insight(InsightCode.MEETING_PLANNED, *said)  # type: ignore[arg-type]


def test_a_meeting_in_the_usual_rhythm_is_no_insight():
    assert meeting_insight(Rhythm(TODAY - 3, 5.0, 3.0), TODAY + 2, TODAY) is None


def test_no_planned_meeting_is_told_once_the_usual_gap_is_over():
    assert meeting_insight(Rhythm(TODAY - 3, 5.0, 3.0), None, TODAY) is None
    found = meeting_insight(Rhythm(TODAY - 11, 5.0, 3.0), None, TODAY)
    assert found == Insight(InsightCode.NO_MEETING_PLANNED, 11.0, 5.0, 2.0)


def test_without_a_rhythm_nothing_is_said_of_meetings():
    assert meeting_insight(None, TODAY + 2, TODAY) is None


def test_the_next_meeting_is_on_its_local_day_and_no_call():
    later = [call("c", at("2026-11-22 13:00"), "ann", "bob"), meeting("n", at("2026-11-23 23:30"), "ann", "bob")]
    read = columns(*later, records=(DEAL, BOB))
    assert next_meeting_day(read, Window(AS_OF)) == [TODAY + 1, TODAY + 1]
    assert next_meeting_day(read, Window(AS_OF, zone="Asia/Tokyo")) == [TODAY + 2, TODAY + 2]
    assert next_meeting_day(columns(*later[:1]), Window(AS_OF)) == [None]


def test_opened_emails_are_compared_with_those_answered():
    assert engagement_insight(EmailEngagement(9, 4, 0, 0, 2, 9, 0, 0)) == Insight(
        InsightCode.OPENED_NOT_ANSWERED, 4.0, 2.0, 1.0, 9
    )


def test_as_many_answers_as_opened_emails_are_no_insight():
    assert engagement_insight(EmailEngagement(9, 4, 0, 0, 4, 9, 0, 0)) is None
    assert engagement_insight(EmailEngagement(0, 0, 0, 0, 0, 0, 0, 0)) is None


def test_the_farthest_from_the_usual_comes_first_and_equals_in_the_order_of_codes():
    near = Insight(InsightCode.SILENCE, 3, 2, 0.5)
    calls, meetings_ = (Insight(code, 3, 2, 1.5) for code in (InsightCode.CALLS_MADE, InsightCode.MEETINGS_INITIATED))
    assert ranked([calls, near, None, meetings_]) == [meetings_, calls, near]


def test_that_no_meeting_is_planned_does_not_tell_the_days_of_the_silence_again():
    silence = Insight(InsightCode.SILENCE, 30, 7, 5.0)
    assert ranked([Insight(InsightCode.NO_MEETING_PLANNED, 30, 7, 5.0), silence]) == [silence]
    others = [Insight(InsightCode.NO_MEETING_PLANNED, 40, 7, 4.0), Insight(InsightCode.NO_MEETING_PLANNED, 30, 14, 3.0)]
    assert ranked([silence, *others]) == [silence, *others]
    assert ranked(others) == others


def test_times_that_differ_by_less_than_a_minute_are_the_same():
    # Ann and Max, half a minute with Bob: one minute of ours, half of his.
    half, whole = (call("c", ago(1), "ann", "bob", "max", duration_minutes=minutes) for minutes in (0.5, 1.0))
    assert insight(InsightCode.TIME_INVESTED, half) is None
    assert numbers(insight(InsightCode.TIME_INVESTED, whole)) == (2, 1)

from kpi.columns import ByKind
from kpi.hourly_investment import HourlyInvestment, hourly_investment
from kpi.window import Window
from tests.situations import AS_OF, BOB, DEAL, ago, call, columns, email, meeting, other


def minutes(*interactions, records=(BOB,)) -> HourlyInvestment:
    return hourly_investment(columns(*interactions, records=records), Window(AS_OF))[0]


def test_a_meeting_of_three_sellers_and_two_customers_costs_us_three_times_its_length_and_them_once():
    result = minutes(meeting("n1", ago(1), "ann", "max", "sue", "bob", "cat", duration_minutes=30.0))
    assert result.our_minutes == ByKind(0.0, 90.0, 0.0, 0.0)
    assert result.their_minutes == ByKind(0.0, 30.0, 0.0, 0.0)


def test_our_email_costs_its_writer_five_minutes_and_each_reader_half_of_that():
    result = minutes(email("m1", ago(1), "ann", "bob", "cat", cc=["max", "sue"]))
    assert (result.our_minutes.emails, result.their_minutes.emails) == (10.0, 2.5)


def test_their_email_costs_them_five_minutes_however_many_of_them_read_it():
    result = minutes(email("m1", ago(1), "bob", "ann", cc=["cat", "dan"]))
    assert (result.our_minutes.emails, result.their_minutes.emails) == (2.5, 5.0)


def test_a_writer_in_copy_of_their_own_email_wrote_it_once():
    assert minutes(email("m1", ago(1), "ann", "bob", cc=["ann"])).our_minutes.emails == 5.0


def test_a_blank_duration_costs_nothing_and_is_reported():
    result = minutes(
        meeting("n1", ago(1), "ann", "bob"), call("c1", ago(1), "ann", "bob"), other("o1", ago(1), None, "ann", "bob")
    )
    assert (result.our_minutes.total, result.their_minutes.total, result.missing_durations) == (0.0, 0.0, 3)


def test_a_duration_of_zero_is_not_missing():
    assert minutes(call("c1", ago(1), "ann", "bob", duration_minutes=0.0)).missing_durations == 0


def test_the_duration_of_an_email_is_neither_counted_nor_missed():
    with_one = minutes(email("m1", ago(1), "ann", "bob", duration_minutes=45.0))
    assert with_one == minutes(email("m1", ago(1), "ann", "bob"))
    assert with_one.missing_durations == 0


def test_a_meeting_under_way_costs_its_full_length():
    assert minutes(meeting("n1", ago(hours=0.1), "ann", "bob", duration_minutes=60.0)).our_minutes.total == 60.0


def test_an_internal_meeting_costs_the_customer_nothing():
    internal = meeting("n1", ago(1), "ann", "max", regarding_id="deal", duration_minutes=20.0)
    result = minutes(internal, records=(DEAL,))
    assert (result.our_minutes.total, result.their_minutes.total) == (40.0, 0.0)

from kpi.columns import ByKind
from kpi.customer_interactions import CustomerInteractions, customer_interactions
from kpi.window import Window
from tests.situations import AS_OF, DEAL, ago, call, canceled, columns, email, meeting, other

NONE = ByKind(0, 0, 0, 0)


def counts(*interactions, records=None) -> CustomerInteractions:
    read = columns(*interactions) if records is None else columns(*interactions, records=records)
    return customer_interactions(read, Window(AS_OF))[0]


def test_interactions_are_counted_by_kind_and_initiator():
    result = counts(
        email("m1", ago(1), "ann", "bob"),
        email("m2", ago(1), "ann", "bob"),
        email("m3", ago(1), "bob", "ann"),
        meeting("n1", ago(1), "bob", "ann"),
        call("c1", ago(1), "ann", "bob"),
        other("o1", ago(1), "bob", "ann"),
    )
    assert result.total == ByKind(emails=3, meetings=1, calls=1, others=1)
    assert result.by_us == ByKind(emails=2, meetings=0, calls=1, others=0)
    assert result.by_them == ByKind(emails=1, meetings=1, calls=0, others=1)
    assert result.total.total == 6


def test_what_nobody_began_is_in_the_total_alone():
    result = counts(other("o1", ago(1), None, "ann", "bob"))
    assert result == CustomerInteractions(ByKind(0, 0, 0, 1), NONE, NONE)


def test_what_comes_after_as_of_is_left_out():
    assert counts(call("c1", ago(hours=-1), "ann", "bob")).total == NONE


def test_what_was_called_off_is_left_out():
    assert counts(canceled(call("c1", ago(1), "ann", "bob"))).total == NONE


def test_an_internal_meeting_that_regards_the_deal_counts():
    result = counts(meeting("n1", ago(1), "ann", "max", regarding_id="deal"), records=(DEAL,))
    assert result.by_us == ByKind(0, 1, 0, 0)

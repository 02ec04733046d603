from graph.model import InteractionKind, Side
from kpi.last_interaction import Touchpoint, last_interaction, next_interaction
from tests.situations import AS_OF, ago, call, canceled, columns, email, meeting, other


def last(*interactions, **book) -> Touchpoint | None:
    return last_interaction(columns(*interactions, **book), AS_OF)[0]


def next_(*interactions, **book) -> Touchpoint | None:
    return next_interaction(columns(*interactions, **book), AS_OF)[0]


def test_the_last_interaction_tells_what_when_and_by_whom():
    result = last(email("m1", ago(9), "bob", "ann"), call("c1", ago(2), "ann", "bob"))
    assert result == Touchpoint("c1", ago(2), InteractionKind.CALL, "ann", Side.US)


def test_an_interaction_at_as_of_is_the_last_and_not_the_next():
    now = call("c1", AS_OF, "ann", "bob")
    assert last(now) is not None
    assert next_(now) is None


def test_the_next_interaction_is_the_earliest_to_come():
    result = next_(meeting("n2", ago(-5), "ann", "bob"), meeting("n1", ago(-2), "bob", "ann"))
    assert result == Touchpoint("n1", ago(-2), InteractionKind.MEETING, "bob", Side.THEM)


def test_what_was_called_off_is_neither():
    assert next_(canceled(meeting("n1", ago(-2), "ann", "bob"))) is None
    assert last(canceled(meeting("n1", ago(2), "ann", "bob"))) is None


def test_at_the_same_instant_the_last_has_the_highest_id_and_the_next_the_lowest():
    past = last(*(call(f"c{n}", ago(1), "ann", "bob") for n in (2, 3, 1)))
    future = next_(*(call(f"c{n}", ago(-1), "ann", "bob") for n in (2, 3, 1)))
    assert past is not None
    assert future is not None
    assert (past.id, future.id) == ("c3", "c1")


def test_who_opted_out_is_not_named_but_their_side_is():
    result = last(email("m1", ago(1), "bob", "ann"), opted_out={"bob"})
    assert result is not None
    assert (result.initiator, result.initiator_side) == (None, Side.THEM)


def test_what_nobody_began_has_no_side():
    result = last(other("o1", ago(1), None, "ann", "bob"))
    assert result is not None
    assert (result.initiator, result.initiator_side) == (None, None)


def test_without_interactions_there_is_neither():
    assert (last(), next_()) == (None, None)

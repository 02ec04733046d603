from graph.model import InteractionKind
from kpi.columns import ByKind
from kpi.most_contacted import ContactedPerson, most_contacted, most_contacted_by
from kpi.window import Window
from tests.situations import AS_OF, ago, call, columns, email, meeting


def customers(*interactions, first: int = 3, **book) -> list[str]:
    ranked = most_contacted(columns(*interactions, **book), Window(AS_OF), first=first)[0]
    return [person.person for person in ranked]


def sellers(*interactions, **book) -> list[str]:
    return [person.person for person in most_contacted_by(columns(*interactions, **book), Window(AS_OF))[0]]


def test_a_customer_is_shown_with_counts_by_kind_and_the_last_interaction():
    read = columns(
        email("m1", ago(3), "ann", "bob"), email("m2", ago(2), "bob", "ann"), meeting("n1", ago(1), "ann", "bob")
    )
    assert most_contacted(read, Window(AS_OF))[0] == (
        ContactedPerson("bob", ByKind(2, 1, 0, 0), ago(1), InteractionKind.MEETING),
    )


def test_who_took_part_most_comes_first():
    meetings = [meeting(f"n{i}", ago(i), "ann", "bob", *others) for i, others in enumerate([["cat"], ["cat"], ["dan"]])]
    assert customers(*meetings) == ["bob", "cat", "dan"]


def test_sellers_are_ranked_apart():
    meetings = [meeting(f"n{i}", ago(i), "max", "bob", *others) for i, others in enumerate([["ann"], ["ann"], ["sue"]])]
    assert sellers(*meetings) == ["max", "ann", "sue"]


def test_of_equals_the_one_seen_later_comes_first():
    meetings = meeting("n1", ago(2), "ann", "bob", "cat"), meeting("n2", ago(1), "ann", "bob", "dan")
    assert customers(*meetings) == ["bob", "dan", "cat"]


def test_of_equals_seen_at_the_same_instant_the_higher_id_was_later():
    meetings = meeting("n1", ago(1), "ann", "bob", "cat"), meeting("n2", ago(1), "ann", "bob", "dan")
    assert customers(*meetings) == ["bob", "dan", "cat"]


def test_of_equals_in_the_same_interaction_the_lower_id_comes_first():
    assert customers(meeting("n1", ago(1), "ann", "dan", "cat", "bob")) == ["bob", "cat", "dan"]


def test_three_are_shown_unless_told_otherwise():
    everyone = meeting("n1", ago(1), "ann", "bob", "cat", "dan", "eve")
    assert customers(everyone) == ["bob", "cat", "dan"]
    assert customers(everyone, first=4) == ["bob", "cat", "dan", "eve"]


def test_who_opted_out_is_left_out_and_the_next_moves_up():
    everyone = meeting("n1", ago(1), "ann", "max", "bob", "cat", "dan", "eve")
    assert customers(everyone, opted_out={"bob"}) == ["cat", "dan", "eve"]
    assert sellers(everyone, opted_out={"ann"}) == ["max"]


def test_a_person_in_two_roles_took_part_once():
    read = columns(email("m1", ago(1), "ann", "bob", cc=["bob"]))
    assert most_contacted(read, Window(AS_OF))[0][0].interactions.total == 1


def test_what_lies_outside_the_window_does_not_rank():
    assert customers(call("c1", ago(61), "ann", "bob"), call("c2", ago(-1), "ann", "bob")) == []

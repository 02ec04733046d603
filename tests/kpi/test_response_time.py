from graph.model import Interaction
from kpi.response_time import ResponseTime, SideResponse, response_time
from kpi.window import Window
from tests.situations import AS_OF, BOB, DEAL, ago, call, columns, email

NOTHING = SideResponse(None, None, None, 0, 0, None)


def responses(*interactions: Interaction, days: int | None = 60, records=(BOB,), stored=()) -> ResponseTime:
    return response_time(columns(*interactions, records=records, stored=stored), Window(AS_OF, days))[0]


def asked(hours: float, id_: str = "p", **fields: object) -> Interaction:
    return email(id_, ago(hours=hours), "bob", "ann", thread_id="t", **fields)


def answered(hours: float, id_: str = "r", **fields: object) -> Interaction:
    return email(id_, ago(hours=hours), "ann", "bob", **({"thread_id": "t"} | fields))


def test_an_answer_is_measured_in_hours():
    assert responses(asked(10), answered(7)).ours == SideResponse(3.0, 3.0, 3.0, 1, 1, 1.0)


def test_their_answers_are_measured_apart():
    result = responses(answered(10), asked(8))
    assert result.theirs == SideResponse(2.0, 2.0, 2.0, 1, 1, 1.0)
    assert result.ours == SideResponse(None, None, None, 0, 1, 0.0)


def test_without_mail_nothing_is_defined():
    assert responses() == ResponseTime(NOTHING, NOTHING)


def test_mean_median_and_p90_are_of_all_answers():
    waits = [1, 2, 3, 10]
    mails = [email(f"p{w}", ago(days=1), "bob", "ann") for w in waits]
    replies = [email(f"r{w}", ago(days=1, hours=-w), "ann", "bob", in_reply_to_id=f"p{w}") for w in waits]
    ours = responses(*mails, *replies).ours
    assert (ours.mean_hours, ours.median_hours, ours.answers, ours.asked, ours.rate) == (4.0, 2.5, 4, 4, 1.0)
    # Linear interpolation: at 2.7 of 0..3 lies 3 + 0.7 * (10 - 3).
    assert ours.p90_hours is not None
    assert abs(ours.p90_hours - 7.9) < 1e-12


def test_a_reply_names_what_it_answers_across_threads():
    ours = responses(asked(10), answered(8, thread_id=None, in_reply_to_id="p")).ours
    assert ours.mean_hours == 2.0


def test_a_reply_that_names_an_older_mail_does_not_answer_the_latest():
    ours = responses(asked(10, "p1"), asked(9, "p2"), answered(8, in_reply_to_id="p1")).ours
    assert (ours.mean_hours, ours.rate) == (2.0, 0.5)


def test_a_reply_to_nothing_answers_the_latest_mail_of_the_thread():
    assert responses(asked(10, "p1"), asked(9, "p2"), answered(8)).ours.mean_hours == 1.0


def test_a_reply_to_what_is_not_stored_answers_the_latest_mail_of_the_thread():
    assert responses(asked(10), answered(8, in_reply_to_id="lost")).ours.mean_hours == 2.0


def test_a_reply_to_what_is_stored_elsewhere_answers_nothing():
    assert responses(asked(10), answered(8, in_reply_to_id="far"), stored={"far"}).ours.answers == 0


def test_a_reply_to_ones_own_side_answers_nothing():
    first = answered(9, "r1", thread_id="u")
    assert responses(asked(10), first, answered(8, "r2", in_reply_to_id="r1")).ours.answers == 0


def test_a_reply_to_itself_answers_nothing():
    assert responses(asked(10), answered(8, in_reply_to_id="r")).ours.answers == 0


def test_mails_without_a_thread_share_none():
    lonely = email("p", ago(hours=10), "bob", "ann")
    assert responses(lonely, answered(8, thread_id=None)).ours.answers == 0


def test_a_reply_before_its_mail_is_no_answer():
    assert responses(asked(8), answered(10, in_reply_to_id="p")).ours == SideResponse(None, None, None, 0, 1, 0.0)


def test_a_reply_at_the_same_instant_is_no_answer():
    assert responses(asked(8), answered(8, in_reply_to_id="p")).ours.answers == 0


def test_a_mail_at_the_same_instant_does_not_hide_the_one_before():
    assert responses(asked(10, "p1"), asked(8, "p2"), answered(8)).ours.mean_hours == 2.0


def test_of_mails_at_the_same_instant_the_one_with_the_higher_id_is_the_latest():
    late = answered(6, "r2", in_reply_to_id="p2")
    assert responses(asked(10, "p1"), asked(10, "p2"), answered(8, "r1"), late).ours == SideResponse(
        2.0, 2.0, 2.0, 1, 2, 0.5
    )


def test_only_the_first_answer_counts():
    ours = responses(asked(10), answered(8, "r1"), answered(2, "r2")).ours
    assert (ours.mean_hours, ours.answers) == (2.0, 1)


def test_the_first_answer_counts_though_it_came_before_the_window():
    ours = responses(asked(24 * 5), answered(24 * 4, "r1"), answered(1, "r2"), days=2).ours
    assert ours == NOTHING


def test_an_answer_counts_in_its_own_window_and_the_rate_in_that_of_the_mail():
    assert responses(asked(24 * 5), answered(1), days=2).ours == SideResponse(119.0, 119.0, 119.0, 1, 0, None)


def test_a_mail_before_the_window_is_not_among_those_answered_in_it():
    mails = asked(24 * 5, "p"), answered(2, "r", in_reply_to_id="p"), asked(1, "q")
    assert responses(*mails, days=2).ours == SideResponse(118.0, 118.0, 118.0, 1, 1, 0.0)


def test_an_answer_after_as_of_has_not_come():
    assert responses(asked(10), answered(-1)).ours == SideResponse(None, None, None, 0, 1, 0.0)


def test_a_machine_neither_asks_nor_answers():
    assert responses(asked(10, automatic=True), answered(8)) == responses(answered(8))
    assert responses(asked(10), answered(8, automatic=True)) == responses(asked(10))


def test_a_machine_does_not_hide_the_mail_before_it():
    machine = asked(9, "p2", automatic=True)
    assert responses(asked(10, "p1"), machine, answered(8)).ours.mean_hours == 2.0


def test_mail_among_ourselves_is_not_seen():
    internal = email("p", ago(hours=10), "max", "ann", thread_id="t", regarding_id="deal")
    assert responses(internal, answered(8), records=(DEAL,)).ours == NOTHING


def test_a_colleague_may_answer():
    reply = email("r", ago(hours=9), "max", "bob", thread_id="t")
    assert responses(asked(10), reply).ours.mean_hours == 1.0


def test_a_call_is_no_answer():
    assert responses(asked(10), call("c", ago(hours=9), "ann", "bob", thread_id="t")).ours.answers == 0

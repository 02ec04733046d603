from datetime import datetime

from graph.model import Account, Contact, Engagement, EngagementEvent, Record
from kpi.email_engagement import EmailEngagement, email_engagement
from kpi.window import Window
from tests.situations import AS_OF, BOB, DEAL, GLOBEX, LEA, ago, call, columns, email

OPEN, CLICK, VIEW = EngagementEvent


def event(mail: str, person: str, what: EngagementEvent = OPEN, when: datetime = AS_OF) -> Engagement:
    return Engagement(mail, person, what, when)


def engagement(*interactions, events=(), record: Record = BOB, days: int | None = 60) -> EmailEngagement:
    by_mail = {e.interaction_id: [f for f in events if f.interaction_id == e.interaction_id] for e in events}
    return email_engagement(columns(*interactions, records=(record,)), Window(AS_OF, days), by_mail)[0]


def mail(id_="m1", *to, **fields):
    return email(id_, fields.pop("when", ago(1)), "ann", *(to or ("bob",)), **{"followed": True, **fields})


def test_emails_are_counted_once_and_events_each_time():
    events = [event("m1", "bob"), event("m1", "bob", when=ago(0.5)), event("m2", "bob"), event("m2", "bob", CLICK)]
    result = engagement(*map(mail, ("m1", "m2", "m3", "m4")), events=[*events, event("m2", "bob", VIEW)])
    assert result == EmailEngagement(
        sent=4, opened=2, clicked=1, attachment_viewed=1, replied=0, opens=3, clicks=1, attachment_views=1
    )


def test_rates_are_over_all_that_was_sent():
    result = engagement(*map(mail, ("m1", "m2", "m3", "m4")), events=[event("m1", "bob"), event("m2", "bob", CLICK)])
    rates = (result.open_rate, result.click_rate, result.attachment_view_rate, result.reply_rate)
    assert rates == (0.25, 0.25, 0.0, 0.0)


def test_rates_over_nothing_are_undefined():
    result = engagement(email("m1", ago(1), "bob", "ann", followed=True))
    assert result.sent == 0
    assert (result.open_rate, result.click_rate, result.attachment_view_rate, result.reply_rate) == (None,) * 4


def test_emails_that_are_not_followed_do_not_count():
    assert engagement(mail(followed=False), events=[event("m1", "bob")]).opened == 0


def test_only_emails_count():
    assert engagement(call("c1", ago(1), "ann", "bob", followed=True)).sent == 0


def test_emails_before_the_window_do_not_count():
    assert engagement(mail(when=ago(61)), events=[event("m1", "bob")]) == engagement()


def test_an_event_after_as_of_is_not_known_yet():
    assert engagement(mail(), events=[event("m1", "bob", when=ago(-0.001))]).opened == 0


def test_an_event_at_as_of_is_known():
    assert engagement(mail(), events=[event("m1", "bob")]).opened == 1


def test_an_event_before_its_email_counts_since_clocks_differ():
    assert engagement(mail(), events=[event("m1", "bob", when=ago(30))]).opened == 1


def test_an_automatic_email_may_be_opened():
    assert engagement(mail(automatic=True), events=[event("m1", "bob")]).opened == 1


def test_a_recipient_whom_the_record_does_not_name_does_not_count():
    assert engagement(mail("m1", "bob", "eve"), events=[event("m1", "eve")]).opened == 0


def test_who_is_named_counts_without_being_a_recipient():
    result = engagement(mail(regarding_id="deal"), events=[event("m1", "cat")], record=DEAL)
    assert (result.sent, result.opened) == (1, 1)


def test_an_account_names_its_contacts_and_its_primary_contact():
    opened = [event("m1", "bob"), event("m2", "cat"), event("m3", "eve")]
    sent = (mail("m1", "bob", "eve"), mail("m2", "cat"), mail("m3", "bob", "eve"))
    assert engagement(*sent, events=opened, record=GLOBEX).opened == 2


def test_a_lead_names_itself_and_its_stakeholders():
    opened = [event("m1", "lea"), event("m2", "dan"), event("m3", "bob")]
    sent = (mail("m1", "lea"), mail("m2", "dan"), mail("m3", "lea", "bob"))
    assert engagement(*sent, events=opened, record=LEA).opened == 2


def test_an_account_without_people_has_nobody_to_open_its_emails():
    nobody = Account(id="empty", name="Empty")
    assert engagement(mail(regarding_id="empty"), events=[event("m1", "bob")], record=nobody).opened == 0


def test_an_email_is_replied_to_by_what_names_it():
    answer = email("r1", ago(0.5), "bob", "ann", in_reply_to_id="m1")
    assert engagement(mail(), mail("m2"), answer).replied == 1


def test_an_email_is_replied_to_by_the_next_in_its_thread():
    answer = email("r1", ago(0.5), "bob", "ann", thread_id="t")
    assert engagement(mail(thread_id="t"), answer).replied == 1


def test_an_email_with_two_answers_is_replied_to_once():
    answers = [email(f"r{n}", ago(0.1 * n), "bob", "ann", in_reply_to_id="m1") for n in (1, 2)]
    assert engagement(mail(), *answers).replied == 1


def test_somebody_named_replies_even_where_another_was_quicker():
    quick = email("r1", ago(0.5), "eve", "ann", "bob", in_reply_to_id="m1")
    assert engagement(mail("m1", "bob", "eve"), quick).replied == 0
    own = email("r2", ago(0.4), "bob", "ann", in_reply_to_id="m1")
    assert engagement(mail("m1", "bob", "eve"), quick, own).replied == 1


def test_an_answer_before_the_email_is_none():
    assert engagement(mail(), email("r1", ago(2), "bob", "ann", in_reply_to_id="m1")).replied == 0


def test_a_machine_does_not_reply():
    assert engagement(mail(), email("r1", ago(0.5), "bob", "ann", in_reply_to_id="m1", automatic=True)).replied == 0


def test_nobody_replies_to_a_machine():
    assert engagement(mail(automatic=True), email("r1", ago(0.5), "bob", "ann", in_reply_to_id="m1")).replied == 0


def test_an_answer_counts_though_it_lies_after_the_email_by_months():
    old, answer = mail(when=ago(50)), email("r1", AS_OF, "bob", "ann", in_reply_to_id="m1")
    assert engagement(old, answer).replied == 1


def test_each_record_counts_its_own_people():
    read = columns(mail("m1", "bob", "cat"), records=(BOB, Contact(id="cat")))
    bob, cat = email_engagement(read, Window(AS_OF), {"m1": [event("m1", "cat")]})
    assert (bob.opened, cat.opened) == (0, 1)

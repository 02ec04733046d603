from kpi.email_ratio import EmailRatio, email_ratio
from kpi.window import Window
from tests.situations import AS_OF, DEAL, ago, call, columns, email


def ratio(*interactions, records=(DEAL,)) -> EmailRatio:
    return email_ratio(columns(*interactions, records=records), Window(AS_OF))[0]


def test_each_ratio_divides_by_the_other_side():
    result = ratio(
        email("m1", ago(1), "ann", "bob"),
        email("m2", ago(1), "ann", "bob"),
        email("m3", ago(1), "ann", "bob"),
        email("m4", ago(1), "bob", "ann"),
        email("m5", ago(1), "bob", "ann"),
    )
    assert result == EmailRatio(sent=3, received=2, by_us=1.5, by_them=2 / 3)


def test_a_ratio_over_nothing_is_undefined():
    assert ratio(email("m1", ago(1), "ann", "bob")) == EmailRatio(1, 0, None, 0.0)
    assert ratio() == EmailRatio(0, 0, None, None)


def test_an_email_among_ourselves_is_no_email_with_the_customer():
    assert ratio(email("m1", ago(1), "ann", "max", regarding_id="deal")).sent == 0


def test_automatic_emails_are_included():
    assert ratio(email("m1", ago(1), "bob", "ann", automatic=True)).received == 1


def test_only_emails_are_compared():
    assert ratio(call("c1", ago(1), "ann", "bob")).sent == 0

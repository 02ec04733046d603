"""The interactions of one account: conversations after conversations, each a list of lines."""

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import Any

from ingest.generate.book import Account, Customer, Deal, Seller
from ingest.generate.clock import DAY, MINUTE, at_work, iso, last_at_work, wait
from ingest.generate.dice import Dice
from ingest.generate.ties import Rhythm, Tie, ties_of

TOPICS = (
    "Offer", "Pricing", "Next steps", "Demo", "Contract", "Delivery dates", "Requirements", "Pilot", "Invoice",
    "Introduction", "Training", "Renewal", "Technical questions", "Security review", "Budget", "Kick-off",
)  # fmt: skip
TASKS = ("Letter sent", "Chat about the pilot", "Sample shipped", "Questionnaire returned", "Notes shared")
LENGTHS = (15, 30, 30, 30, 45, 60, 60, 90)
HALF_HOUR = 30 * MINUTE
MAX_MAILS = 7

Line = dict[str, Any]
# An interaction and what its readers did with it.
Exchange = tuple[Line, list[Line]]


class Talk:
    """Makes up the interactions of one account, without end."""

    def __init__(self, account: Account, dice: Dice, now: int, numbers: "count[int]") -> None:
        self._account = account
        self._dice = dice
        self._now = now
        self._numbers = numbers
        self._ties = ties_of(account, dice)

    def exchanges(self) -> Iterator[Exchange]:
        """Yield interactions for as long as somebody asks."""
        if self._account.is_first:
            yield from self._opening()
        while True:
            yield from self._conversation(self._dice.pick(self._ties))

    def _opening(self) -> Iterator[Exchange]:
        """Yield a bit of everything lately, with the contact and the lead that people look at first."""
        known = [tie for tie in self._ties if tie.seller is self._account.owner]
        ties = [known[0], next(tie for tie in known if tie.customer.is_lead)]
        for tie in ties:
            yield self._meeting(tie, self._now + 3 * DAY, by_us=True)
            for days, by_us in ((40, True), (22, False), (9, True), (2, False)):
                yield from self._thread(tie, self._now - days * DAY, by_us=by_us, is_lively=True)
            for days, by_us in ((30, True), (12, False)):
                yield self._call(tie, self._now - days * DAY, by_us=by_us)
                yield self._meeting(tie, self._now - (days + 3) * DAY, by_us=not by_us)

    def _conversation(self, tie: Tie) -> Iterator[Exchange]:
        dice, roll = self._dice, self._dice.roll()
        at = self._now - tie.moment(dice)
        by_us = tie.is_one_sided or dice.chance(0.6)
        if roll < 0.55:
            yield from self._thread(tie, at, by_us=by_us)
        elif roll < 0.73:
            is_ahead = tie.rhythm is not Rhythm.FADING and dice.chance(0.08)
            yield self._meeting(tie, self._now + dice.between(1, 35) * DAY if is_ahead else at, by_us=by_us)
        elif roll < 0.9:
            yield self._call(tie, at, by_us=by_us)
        else:
            rest: Callable[[Tie, int], Exchange] = dice.pick(
                (self._other, self._other, self._among_us, self._newsletter)
            )
            yield rest(tie, at)

    def _thread(self, tie: Tie, at: int, *, by_us: bool, is_lively: bool = False) -> Iterator[Exchange]:
        """Yield a mail and its answers, until somebody lets it rest or the present is reached."""
        dice = self._dice
        subject, copied, deal = dice.pick(TOPICS), self._copied(tie), self._deal(tie, at)
        at = last_at_work(at, self._offset(tie, by_us=by_us), self._now)
        thread = previous = next(self._numbers)
        mail = self._mail(thread, at, subject, self._sides(tie, by_us=by_us), copied)
        yield self._placed(mail, deal, thread), self._engagement(mail, tie, at, by_us=by_us)
        for _ in range(MAX_MAILS - 1):
            # Nobody answers the silent ones but we write again; the others take turns.
            answers = dice.chance(0.2) if tie.is_one_sided else is_lively or dice.chance(0.3 + 0.55 * tie.warmth)
            by_us = tie.is_one_sided or not by_us
            pause = dice.between(3, 12) * DAY if tie.is_one_sided else wait(dice, tie.warmth)
            at = at_work(at + pause, self._offset(tie, by_us=by_us))
            if not answers or at > self._now:
                return
            number = next(self._numbers)
            mail = self._mail(number, at, f"Re: {subject}", self._sides(tie, by_us=by_us), copied)
            mail["inReplyToId"] = f"int-{previous}"
            if not by_us and dice.chance(0.05):
                mail |= {"automatic": True, "subject": f"Automatic reply: {subject}"}
            previous = number
            yield self._placed(mail, deal, thread), self._engagement(mail, tie, at, by_us=by_us)
            is_lively = False

    def _mail(self, number: int, at: int, subject: str, sides: tuple[str, str], copied: Sequence[str] = ()) -> Line:
        people = [{"personId": sides[0], "role": "FROM"}, {"personId": sides[1], "role": "TO"}]
        people += [{"personId": person, "role": "CC"} for person in copied]
        return _interaction(number, "EMAIL", at, "MAILBOX", subject, people)

    def _placed(self, mail: Line, deal: Deal | None, thread: int) -> Line:
        mail["threadId"] = f"thr-{thread}"
        return _regarding(mail, deal)

    def _engagement(self, mail: Line, tie: Tie, at: int, *, by_us: bool) -> list[Line]:
        """Return what the customer did with a mail of ours that is followed; an opened one may be read again."""
        dice = self._dice
        if not by_us or not dice.chance(0.4):
            return []
        mail["followed"] = True
        if not dice.chance(0.35 + 0.5 * tie.warmth):
            return []
        events = ["OPEN"] * dice.between(1, 3)
        events += ["LINK_CLICK"] * dice.chance(0.3) + ["ATTACHMENT_VIEW"] * dice.chance(0.2)
        found = []
        for event in events:
            at += dice.between(2, 400) * MINUTE
            if at <= self._now:
                what = {"type": "engagement", "interactionId": mail["id"], "personId": tie.customer.id}
                found.append(what | {"event": event, "at": iso(at)})
        return found

    def _meeting(self, tie: Tie, at: int, *, by_us: bool) -> Exchange:
        dice = self._dice
        at = at_work(at, self._offset(tie, by_us=by_us)) // HALF_HOUR * HALF_HOUR
        host, guest = self._sides(tie, by_us=by_us)
        people = [{"personId": host, "role": "ORGANIZER"}, {"personId": guest, "role": "REQUIRED"}]
        people += [{"personId": person, "role": "OPTIONAL"} for person in self._copied(tie)]
        line = _interaction(next(self._numbers), "MEETING", at, "CALENDAR", dice.pick(TOPICS), people)
        line["durationMinutes"] = dice.pick(LENGTHS)
        if at > self._now:
            line["state"] = "SCHEDULED"
        elif dice.chance(0.05):
            line["state"] = "CANCELED"
        return _regarding(line, self._deal(tie, at)), []

    def _call(self, tie: Tie, at: int, *, by_us: bool) -> Exchange:
        dice = self._dice
        at = last_at_work(at, self._offset(tie, by_us=by_us), self._now)
        caller, callee = self._sides(tie, by_us=by_us)
        people = [{"personId": caller, "role": "CALLER"}, {"personId": callee, "role": "CALLEE"}]
        line = _interaction(next(self._numbers), "CALL", at, "CRM", dice.pick(TOPICS), people)
        # A call of no minutes was not answered.
        line["durationMinutes"] = 0 if dice.chance(0.6 if tie.is_one_sided else 0.12) else dice.between(2, 45)
        return _regarding(line, self._deal(tie, at)), []

    def _other(self, tie: Tie, at: int) -> Exchange:
        dice = self._dice
        at = last_at_work(at, tie.seller.offset, self._now)
        role = "PARTICIPANT" if dice.chance(0.1) else "INITIATOR"
        people = [{"personId": tie.seller.id, "role": role}, {"personId": tie.customer.id, "role": "PARTICIPANT"}]
        line = _interaction(next(self._numbers), "OTHER", at, "CRM", dice.pick(TASKS), people)
        return _regarding(line, self._deal(tie, at)), []

    def _among_us(self, tie: Tie, at: int) -> Exchange:
        """Return a mail between the two sellers of the account, regarding a deal or nothing."""
        at = last_at_work(at, tie.seller.offset, self._now)
        account = self._account
        other = account.colleague if tie.seller is account.owner else account.owner
        number = next(self._numbers)
        to = other.id if other is not tie.seller else "adm-1"
        mail = self._mail(number, at, f"Internal: {self._dice.pick(TOPICS)}", (tie.seller.id, to))
        return self._placed(mail, self._deal(tie, at), number), []

    def _newsletter(self, tie: Tie, at: int) -> Exchange:
        at = last_at_work(at, tie.seller.offset, self._now)
        others = [c.id for c in self._account.contacts if c is not tie.customer]
        number = next(self._numbers)
        mail = self._mail(number, at, "Product news", (tie.seller.id, tie.customer.id), others)
        mail |= {"automatic": True, "followed": True}
        return self._placed(mail, None, number), []

    def _sides(self, tie: Tie, *, by_us: bool) -> tuple[str, str]:
        return (tie.seller.id, tie.customer.id) if by_us else (tie.customer.id, tie.seller.id)

    def _offset(self, tie: Tie, *, by_us: bool) -> int:
        person: Seller | Customer = tie.seller if by_us else tie.customer
        return person.offset

    def _copied(self, tie: Tie) -> list[str]:
        """Return who else takes part: now and then our colleague, or another contact of the account."""
        copied: list[str] = []
        if self._dice.chance(0.12):
            account = self._account
            copied.append((account.colleague if tie.seller is account.owner else account.owner).id)
        if not tie.customer.is_lead and self._dice.chance(0.15):
            copied.append(self._dice.pick(self._account.contacts).id)
        return [person for person in copied if person not in (tie.seller.id, tie.customer.id)]

    def _deal(self, tie: Tie, at: int) -> Deal | None:
        """Return the deal a conversation is about, if any: one that was open then and concerns the customer."""
        for deal in self._account.deals:
            if deal.begins <= at <= deal.ends and tie.customer.id in deal.customers:
                return deal if self._dice.chance(0.6) else None
        return None


def _interaction(number: int, kind: str, at: int, source: str, subject: str, people: list[dict[str, str]]) -> Line:
    line: Line = {"type": "interaction", "id": f"int-{number}", "kind": kind, "at": iso(at), "source": source}
    return line | {"subject": subject, "participants": people}


def _regarding(line: Line, deal: Deal | None) -> Line:
    if deal is not None:
        line["regardingId"] = deal.id
    return line

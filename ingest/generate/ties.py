"""Who talks with whom, how often and how warmly."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from ingest.generate.book import Account, Customer, Seller
from ingest.generate.clock import DAY
from ingest.generate.dice import Dice

SPAN = 420
BURSTS = 4


class Rhythm(Enum):
    """How the conversations of two people lie in time."""

    STEADY = auto()
    FADING = auto()
    ONE_SIDED = auto()
    BURSTY = auto()
    NEW = auto()


RHYTHMS = (
    *(Rhythm.STEADY,) * 7,
    *(Rhythm.FADING,) * 3,
    *(Rhythm.ONE_SIDED,) * 3,
    *(Rhythm.BURSTY,) * 4,
    *(Rhythm.NEW,) * 3,
)


@dataclass(frozen=True, slots=True)
class Tie:
    """A seller and a customer who talk; ``warmth`` from 0 to 1 makes answers quicker and likelier."""

    seller: Seller
    customer: Customer
    rhythm: Rhythm
    warmth: float
    bursts: tuple[int, ...]

    @property
    def is_one_sided(self) -> bool:
        """Tell whether only the seller talks."""
        return self.rhythm is Rhythm.ONE_SIDED

    def moment(self, dice: Dice) -> int:
        """Return how many seconds ago the two talked."""
        share = dice.roll()
        match self.rhythm:
            case Rhythm.FADING:
                return int((45 + max(share, dice.roll()) * SPAN) * DAY)
            case Rhythm.BURSTY:
                return dice.pick(self.bursts) + int(share * 9 * DAY)
            case Rhythm.NEW:
                return int(share * 40 * DAY)
            case _:
                return int(share * SPAN * DAY)


def ties_of(account: Account, dice: Dice) -> list[Tie]:
    """Return the ties of an account; its owner knows everybody, a colleague some."""
    return list(_ties(account, dice))


def _ties(account: Account, dice: Dice) -> Iterator[Tie]:
    for customer in (*account.contacts, *account.leads):
        is_known = account.is_first and customer in (account.contacts[0], *account.leads[:1])
        yield _tie(account.owner, customer, Rhythm.STEADY if is_known else dice.pick(RHYTHMS), dice)
        if not customer.is_lead and dice.chance(0.4):
            yield _tie(account.colleague, customer, dice.pick(RHYTHMS), dice)


def _tie(seller: Seller, customer: Customer, rhythm: Rhythm, dice: Dice) -> Tie:
    bursts = tuple(dice.between(0, SPAN) * DAY for _ in range(BURSTS)) if rhythm is Rhythm.BURSTY else ()
    return Tie(seller, customer, rhythm, dice.roll(), bursts)

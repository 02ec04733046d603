"""
A made-up book of business of any size, in the interchange format.

Accounts come one after the other with all that belongs to them, so the first lines are there at once and memory does
not grow with the number of interactions. The first of each (``acc-1``, ``con-1``, ``lead-1``, ``opp-1``) has a bit of
everything.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from itertools import accumulate, count, islice

from graph.errors import InputError
from ingest.generate.book import AccountMaker, make_sellers
from ingest.generate.dice import Dice
from ingest.generate.talk import Talk

FIRST_YEAR, LAST_YEAR = 1980, 9990
PER_ACCOUNT = 150
ACCOUNTS_PER_SELLER = 8
# How much is talked with one account after the other; the first is the one people look at.
SHARES = (30, 4, 11, 7, 2, 16, 9, 1, 22, 5, 12, 3, 8, 6, 14, 2, 10, 4, 18, 1)
SHARES_BEFORE = (0, *accumulate(SHARES))


def generate(interactions: int, seed: int, as_of: datetime) -> Iterator[str]:
    """Yield the lines of a book with so many interactions; the same arguments give the same lines everywhere."""
    if as_of.tzinfo is None:
        raise InputError("as_of needs an offset, as in 2026-11-22T09:00:00Z.")
    if interactions < 0:
        raise InputError(f"interactions is {interactions}; it must be 0 or more.")
    if not FIRST_YEAR <= as_of.year <= LAST_YEAR:
        raise InputError(f"as_of is in the year {as_of.year}; it must be from {FIRST_YEAR} to {LAST_YEAR}.")
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    return map(encode, _lines(interactions, Dice(seed), int(as_of.timestamp())))


def _lines(interactions: int, dice: Dice, now: int) -> Iterator[dict[str, object]]:
    accounts = max(1, -(-interactions // PER_ACCOUNT))
    sellers = []
    for seller, record in make_sellers(dice, max(3, accounts // ACCOUNTS_PER_SELLER)):
        if seller is not None:
            sellers.append(seller)
        yield record
    maker, numbers = AccountMaker(dice, sellers, now), count(1)
    for number in range(1, accounts + 1):
        account = maker.make(number)
        yield from account.records
        quota = _before(number, interactions, accounts) - _before(number - 1, interactions, accounts)
        # A conversation may be cut short here, but numbers are given one by one, so none is lost.
        for interaction, engagement in islice(Talk(account, dice, now, numbers).exchanges(), quota):
            yield interaction
            yield from engagement


def _before(number: int, interactions: int, accounts: int) -> int:
    """Return how many interactions the first so many accounts have together."""
    return interactions * _weight(number) // _weight(accounts)


def _weight(number: int) -> int:
    rounds, rest = divmod(number, len(SHARES))
    return rounds * SHARES_BEFORE[-1] + SHARES_BEFORE[rest]

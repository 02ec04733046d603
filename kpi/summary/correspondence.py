"""The emails between the two sides: which ask for an answer, which got one, and how long that took."""

from dataclasses import dataclass

import numpy as np

from graph.interactions import Bool, Float64, Int64, Interactions
from graph.model import SIDES
from kpi.answers import answers, asks
from kpi.columns import count, total
from kpi.response_time import HOUR
from kpi.spans import EVER
from kpi.summary.comparing import LEAST_HOURS, telling
from kpi.summary.history import History
from kpi.window import Window

NOW, BEFORE = range(2)
# Fewer answers make no habit.
FEWEST_ANSWERS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Waits:
    """
    How long each side took to answer.

    Attributes
    ----------
    answers : float64[size, side, period]
        How many answers each side gave in the window and before it.
    hours : float64[size, side, period]
        Their mean wait; 0 without any.
    variance : float64[size, side]
        That of the logarithm of all waits, as if one more had been off by a factor of e.
    """

    answers: Float64
    hours: Float64
    variance: Float64


@dataclass(frozen=True, slots=True, eq=False)
class Correspondence:
    """
    The emails that ask for an answer.

    Attributes
    ----------
    history : History
    side : int64[n]
        The side that has to answer each row.
    asks, answered : bool[n]
        Whether each row is an email to be answered, and was by *as of*.
    continued : bool[n]
        Whether that side wrote later in the same thread, so that the row waits for nothing.
    age : float64[n]
        Hours from each row to *as of*.
    waits : Waits
    """

    history: History
    side: Int64
    asks: Bool
    answered: Bool
    continued: Bool
    age: Float64
    waits: Waits

    def numbers(self, rows: Bool) -> Float64:
        """Return float64[size, side, period], how many of the rows each side has to answer."""
        codes = (self.history.record, self.side, np.where(self.history.now, NOW, BEFORE))
        return count(_shape(self.history), *(code[rows] for code in codes)).astype(np.float64)


def correspondence_of(interactions: Interactions, window: Window, history: History) -> Correspondence:
    """Find what asks for an answer up to *as of*, and what became of it."""
    asking = asks(interactions, window.until)
    asked, answer = answers(interactions, asking)
    answered = np.zeros(len(interactions), dtype=np.bool_)
    answered[asked] = True
    return Correspondence(
        history=history,
        side=1 - interactions.initiator.astype(np.int64),
        asks=asking,
        answered=answered,
        continued=_continued(interactions, asking),
        age=(window.until - interactions.at) / HOUR,
        waits=_waits(interactions, history, asked, answer),
    )


def worth_telling(hours: Float64, others: Float64) -> Bool:
    """Return bool[n], whether two waits differ by so much that it is worth a sentence."""
    return telling(hours, others) & (np.abs(hours - others) >= LEAST_HOURS)


def _waits(interactions: Interactions, history: History, asked: Int64, answer: Int64) -> Waits:
    """Measure the waits; an answer lies in the window or before it, whenever its email was written."""
    hours = (interactions.at[answer] - interactions.at[asked]) / HOUR
    side = interactions.initiator[answer].astype(np.int64)
    codes = (history.record[answer], side, np.where(history.now[answer], NOW, BEFORE))
    shape = _shape(history)
    number = count(shape, *codes).astype(np.float64)
    mean = total(shape, hours, *codes) / np.maximum(number, 1)
    logs, both = np.log(hours), number.sum(axis=2)
    centre = total(shape[:2], logs, *codes[:2]) / np.maximum(both, 1)
    deviations = total(shape[:2], (logs - centre[codes[:2]]) ** 2, *codes[:2])
    return Waits(number, mean, (deviations + 1) / (both + 1))


def _continued(interactions: Interactions, asking: Bool) -> Bool:
    rows = np.flatnonzero(asking & (interactions.thread >= 0))
    width = int(interactions.thread.max(initial=0)) + 1
    thread = interactions.record[rows].astype(np.int64) * width + interactions.thread[rows]
    code = np.unique(thread, return_inverse=True)[1]
    side, at = interactions.initiator[rows].astype(np.int64), interactions.at[rows]
    last = np.full((len(rows), len(SIDES)), EVER)
    np.maximum.at(last, (code, side), at)
    continued = np.zeros(len(interactions), dtype=np.bool_)
    continued[rows] = last[code, 1 - side] > at
    return continued


def _shape(history: History) -> tuple[int, int, int]:
    return history.size, len(SIDES), 2

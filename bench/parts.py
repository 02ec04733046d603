"""A dashboard taken apart: what it asks of the store, and its KPIs, each to be run alone."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from app.main import run_query
from bench.subjects import DOCUMENT, Subject
from graph.interactions import Interactions
from graph.store import Store
from kpi.activities import activities
from kpi.customer_interactions import customer_interactions
from kpi.email_ratio import email_ratio
from kpi.hourly_investment import hourly_investment
from kpi.last_interaction import last_interaction, next_interaction
from kpi.most_contacted import most_contacted, most_contacted_by
from kpi.response_time import response_time
from kpi.window import Window

WINDOWED: tuple[Callable[[Interactions, Window], object], ...] = (
    customer_interactions,
    activities,
    email_ratio,
    most_contacted,
    most_contacted_by,
    response_time,
    hourly_investment,
)


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a store."""

    method: str
    args: tuple[Any, ...]
    options: dict[str, Any]


@dataclass(slots=True, weakref_slot=True, eq=False)
class Recording:
    """A store that notes what it is asked."""

    store: Store
    calls: list[Call] = field(default_factory=list)

    def __getattr__(self, method: str) -> Callable[..., Any]:
        """Return a method of the store that notes its arguments."""

        def call(*args: Any, **options: Any) -> Any:
            self.calls.append(Call(method, args, options))
            return getattr(self.store, method)(*args, **options)

        return call


class Parts:
    """The parts of one subject's dashboard."""

    def __init__(self, store: Store, calls: list[Call], as_of: datetime) -> None:
        self._store = store
        self._as_of = as_of
        (self._read,) = (call for call in calls if call.method == "interactions_of")
        self._look_ups = [call for call in calls if call.method != "interactions_of"]

    async def columns(self) -> Interactions:
        """Read the columns, what comes after *as of* included, as the dashboard does."""
        return cast("Interactions", await self._ask(self._read))

    async def look_ups(self) -> None:
        """Ask for everything else: the records themselves, the people named, the subjects."""
        for call in self._look_ups:
            await self._ask(call)

    def kpis(self, columns: Interactions) -> None:
        """Compute every widget."""
        window = Window(self._as_of)
        past = columns.up_to(window.until)
        for kpi in WINDOWED:
            kpi(past, window)
        last_interaction(past, self._as_of)
        next_interaction(columns, self._as_of)

    async def _ask(self, call: Call) -> Any:
        return await getattr(self._store, call.method)(*call.args, **call.options)


async def parts_of(store: Store, subject: Subject, as_of: datetime) -> Parts:
    """Run a dashboard once and take apart what it did."""
    recording: Any = Recording(store)
    answer = await run_query(recording, DOCUMENT, variables=subject.variables, operation_name=subject.operation)
    if "errors" in answer:
        raise RuntimeError(f"The dashboard of {subject.title} failed: {answer['errors']}")
    return Parts(store, recording.calls, as_of)

"""
Clocks for benchmarks.

What is compared is measured in turns, and ratios are taken within a turn: the machine may be busy with other things,
but it is as busy for the one as for the other. Time of the processor tells what work took of a machine that is shared.
"""

import resource
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from statistics import median
from typing import TypeVar

T = TypeVar("T")
Step = Callable[[], Awaitable[object]]

# Linux counts in kilobytes, macOS in bytes.
RSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(slots=True)
class Stopwatch:
    """Adds up the time spent inside :meth:`running`, by the clock and by the processor (all threads)."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Measure what happens within."""
        began, cpu_began = time.perf_counter(), time.process_time()
        yield
        self.seconds += time.perf_counter() - began
        self.cpu_seconds += time.process_time() - cpu_began


@dataclass(frozen=True, slots=True)
class Cost:
    """What work took: time by the clock, time of the processor, and the most memory its process ever had."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int


def apart(work: Callable[..., T], *args: object) -> tuple[T, Cost]:
    """
    Run work in a fresh process, so that its peak memory is its own, and return what it returns.

    Work is a function of a module, and gets a stopwatch before the arguments. The peak is never below what this
    process has now, which Linux hands on, nor below what the main module imports: keep both small.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_measured, work, args).result()


def _measured(work: Callable[..., T], args: Sequence[object]) -> tuple[T, Cost]:
    watch = Stopwatch()
    result = work(watch, *args)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * RSS_UNIT
    return result, Cost(watch.seconds, watch.cpu_seconds, peak)


async def in_turns(steps: Mapping[str, Step], repeat: int) -> dict[str, list[Stopwatch]]:
    """Run each step once a turn, after one turn that only warms up; return what it took in each."""
    watches: dict[str, list[Stopwatch]] = {name: [] for name in steps}
    for turn in range(repeat + 1):
        for name, step in steps.items():
            watch = Stopwatch()
            with watch.running():
                await step()
            if turn:
                watches[name].append(watch)
    return watches


def ratio(these: Iterable[float], those: Iterable[float]) -> float:
    """Return how many times one is the other: the median over the turns."""
    return median(this / that for this, that in zip(these, those, strict=True))

"""What several KPIs do with columns."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kpi.columns import first_after

GROUPS = st.lists(st.lists(st.integers(-3, 3)), max_size=5)


@given(groups=GROUPS, instants=st.lists(st.integers(-4, 4), min_size=5, max_size=5))
def test_the_first_row_after_an_instant_is_where_one_would_be_put_behind_its_equals(
    groups: list[list[int]], instants: list[int]
) -> None:
    at = np.array([instant for group in groups for instant in sorted(group)], dtype=np.int64)
    starts = np.cumsum([0, *map(len, groups)])

    def behind(instant: list[int]) -> list[int]:
        pairs = zip(starts, groups, instant, strict=False)
        return [int(start) + sum(at <= until for at in group) for start, group, until in pairs]

    of_each = np.array(instants[: len(groups)], dtype=np.int64)
    assert first_after(at, starts, of_each).tolist() == behind(instants)
    assert first_after(at, starts, 1).tolist() == behind([1] * 5)

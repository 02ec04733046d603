"""How often Python looks for objects that only refer to each other."""

import gc


def collect_rarely() -> None:
    """
    Prepare this process for work on millions of objects that come and go without such cycles.

    What is loaded by now stays and is looked at no more; what comes is looked at every hundred thousand objects. At
    Python's own pace an import spends a tenth of its time on this, and a list of many records a third.
    """
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)

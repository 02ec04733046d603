"""What lists are ordered by, worked out before anybody asks."""

from contextlib import suppress

from graph.errors import StoreError
from graph.model import RecordKind
from graph.settings_versions import newest_version
from graph.store import Listing, Store
from ingest.load import NoWatch
from ingest.report import Watch
from resolvers.rankings import kept_rankings

KINDS = (RecordKind.OPPORTUNITY, RecordKind.ACCOUNT, RecordKind.LEAD, RecordKind.CONTACT)


async def keep_ledgers(store: Store, watch: Watch | None = None, *, at_least: int = 1) -> None:
    """
    Read the interactions of every record that is not in a ledger as it is now.

    Kinds with fewer such records than ``at_least`` are left as they are. A store that fails meanwhile is no error: what
    is missing is read when it is asked for, and who asks is told.
    """
    watch = watch or NoWatch()
    with suppress(StoreError):
        settings = (await newest_version(store)).settings
        listed = await store.outlines([Listing(kind=kind) for kind in KINDS])
        watch.phase("Ledgers", sum(map(len, listed)), "records")
        for kind, outlines in zip(KINDS, listed, strict=True):
            if len(outlines) < at_least:
                continue
            ledger = kept_rankings(store).ledger(kind, settings)
            await ledger.update(store)
            missing = ledger.missing([outline.id for outline in outlines])
            if len(missing) >= at_least:
                await ledger.read(store, missing, watch.advance)

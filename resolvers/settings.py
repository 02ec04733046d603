"""The organisation's settings: what numbers are computed with, and how that was changed."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar, cast

import strawberry

from graph.errors import ConflictError, InputError
from graph.model import Seller
from graph.settings import Change, SettingsVersion, changes
from graph.settings_rules import changed, shown_name
from graph.settings_versions import add_version, all_versions, newest_version
from resolvers.context import Info, begin
from resolvers.paging import DEFAULT_FIRST, After, Connection, Edge, First, connection, page_size, position
from resolvers.tokens import encode
from resolvers.viewer import administrator

T = TypeVar("T")

LIST = "SETTINGS"
# Each failure means that somebody else succeeded, so this many in a row is no accident.
ATTEMPTS = 20

Version = Annotated[
    int | None,
    strawberry.argument(description="The number of a version, 0 for the defaults. Null is the newest."),
]


@dataclass(frozen=True, slots=True)
class Step:
    """A version of the settings, and how it differs from the one before."""

    version: SettingsVersion
    changes: Sequence[Change]


async def current_settings(info: Info) -> SettingsVersion:
    """Return the newest version of the settings, read once a request."""
    return await info.context.loaders.settings()


def with_settings(info: Info, go_on: Callable[[SettingsVersion], T | Awaitable[T]]) -> T | Awaitable[T]:
    """
    Go on with the newest settings, without a wait where they were read already.

    Only what is asked without a wait goes along with what neighbours ask.
    """
    known = info.context.loaders.known_settings
    return _after_reading(info, go_on) if known is None else go_on(known)


async def _after_reading(info: Info, go_on: Callable[[SettingsVersion], T | Awaitable[T]]) -> T:
    result = go_on(await current_settings(info))
    return await result if isinstance(result, Awaitable) else result


async def settings(info: Info, version: Version = None) -> SettingsVersion:
    """Return a version of the settings."""
    begin(info, None, None)
    if version is None:
        return await current_settings(info)
    versions = await all_versions(info.context.store)
    if not 0 <= version < len(versions):
        raise InputError(f"There is no version {version} of the settings; the newest is {len(versions) - 1}.")
    return versions[version]


async def settings_versions(info: Info, first: First = DEFAULT_FIRST, after: After = None) -> Connection[Step]:
    """List the versions that somebody made, newest first."""
    begin(info, None, None)
    place = cast("tuple[int] | None", position(after, LIST, int))
    size = page_size(first)
    versions = await all_versions(info.context.store)
    newest = len(versions) - 1 if place is None else place[0] - 1
    numbers = range(newest, 0, -1)
    edges = [Edge(encode(LIST, n), _step(versions[n - 1], versions[n])) for n in numbers[:size]]
    return connection(edges, has_next=len(numbers) > size, after=after, total=len(versions) - 1)


def _step(before: SettingsVersion, after: SettingsVersion) -> Step:
    return Step(after, changes(before.settings, after.settings))


async def update(info: Info, given: Mapping[str, object], by: str, expected: int | None) -> Step:
    """
    Change the settings given and leave the others; without any difference there is no new version.

    Where somebody else is quicker, the change is made to what they have left: it names only what it means to change.
    """
    begin(info, None, None)
    await administrator(info, by)
    for _ in range(ATTEMPTS):
        before = await newest_version(info.context.store)
        _expect(before, expected)
        step = _changed(before, given, by)
        if not step.changes or await add_version(info.context.store, step.version):
            info.context.loaders.forget()
            return step
    raise ConflictError("The settings are being changed by others all the time; try again in a moment.")


def _expect(version: SettingsVersion, number: int | None) -> None:
    if number is not None and number != version.number:
        raise ConflictError(
            f"The settings are at version {version.number}, not {number}: somebody changed them meanwhile. Read them "
            f"again, then repeat the change with expectedVersion: {version.number}.",
            version=version.number,
        )


def _changed(before: SettingsVersion, given: Mapping[str, object], by: str) -> Step:
    after = changed(before.settings, given)
    differences = changes(before.settings, after)
    if not differences:
        return Step(before, ())
    version = SettingsVersion(before.number + 1, after, datetime.now(UTC), by, before.unknown)
    return Step(version, differences)


async def changed_by(root: SettingsVersion, info: Info) -> Seller | None:
    """Return who made a version, where they are still known."""
    person = None if root.changed_by is None else await info.context.loaders.records.load(root.changed_by)
    return person if isinstance(person, Seller) else None


def changed_by_key(root: SettingsVersion) -> str | None:
    """Return the key of who made a version."""
    return root.changed_by


@dataclass(frozen=True, slots=True)
class Introduction:
    """The draft of a request for introduction."""

    subject: str
    body: str


def introduction(root: SettingsVersion) -> Introduction:
    """Return the draft of a request for introduction."""
    return Introduction(root.settings.introduction_subject, root.settings.introduction_body)


def setting(name: str) -> Callable[[SettingsVersion], Any]:
    """Return the resolver of one setting."""

    def resolve(root: SettingsVersion) -> Any:
        return getattr(root.settings, name)

    return resolve


def step_settings(root: Step) -> SettingsVersion:
    """Return the settings that a step led to."""
    return root.version


def changed_setting(root: Change) -> str:
    """Return which setting was changed."""
    return shown_name(root.name)


def value_before(root: Change) -> object:
    """Return what a setting was."""
    return _plain(root.before)


def value_after(root: Change) -> object:
    """Return what a setting became."""
    return _plain(root.after)


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value

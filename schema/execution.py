"""
Queries executed a column at a time.

graphql-core executes each field of each object on its own, and waits for each that asks the store in a task of its own.
Here what a query selects is compiled once, kept for the parsed query, and completes all objects of a list together;
what they ask is asked at once and waited for in one place.

So are the fields of every object, but for those of the root and what is unusual: an error, a null, a type or a number
that a field does not promise. The ordinary execution then does that value again and words the error, so that answers
are the same; where several values fail, only which of them is told first may differ. Resolvers below the root only
read, and what they read is kept for the request.
"""

from asyncio import ensure_future, isfuture
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    GraphQLSchema,
    OperationDefinitionNode,
)
from graphql.execution import Executor
from graphql.execution.collect_fields import FieldDetailsList
from graphql.pyutils import Path
from strawberry import Info
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from graph.complaints import is_whole
from schema.coercion import apart, halved
from schema.leaves import Column
from schema.plans import Asked, Compiler, Plan, Rows, fill
from schema.texts import KeptSource


class PlainExecutor(StrawberryGraphQLCoreExecutionContext):
    """Executes an operation as graphql-core does, by plans where there are any."""

    @classmethod
    def build(
        cls,
        schema: GraphQLSchema,
        document: DocumentNode,
        root_value: Any = None,
        context_value: Any = None,
        raw_variable_values: dict[str, Any] | None = None,
        operation_name: str | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> list[GraphQLError] | Executor[Any]:
        """Return what executes an operation, or what is wrong with its variables."""
        given = (root_value, context_value, raw_variable_values, operation_name)
        built = super().build(schema, document, *given, *args, **kwargs)
        variables = raw_variable_values or {}
        if isinstance(built, Executor) and is_whole(variables):
            return built
        document, pieces = apart(schema, document, operation_name, variables)
        if refused := halved({name: value for name, value in variables.items() if name not in pieces}):
            return refused
        built = super().build(schema, document, *given, *args, **kwargs)
        if isinstance(built, Executor):
            built.variable_values.coerced.update(pieces)
        return built

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._hooked = self.middleware_manager is not None and bool(self.middleware_manager.middlewares)
        self._plans = {} if self._hooked else _kept_plans(self.operation)
        self._compiler = Compiler(self.schema, self.collect_subfields)

    def execute_field(
        self,
        parent_type: GraphQLObjectType,
        source: Any,
        field_details_list: FieldDetailsList,
        path: Path,
        position_context: Any,
    ) -> Any:
        """Execute a field, by its plan where it has one."""
        ordinary = partial(super().execute_field, parent_type, source, field_details_list, path, position_context)
        plan = self._plan(Compiler.field, (parent_type, str(path.key)), field_details_list)
        return self._completed(plan, source, path.prev, ordinary) if plan else ordinary()

    def complete_value(
        self,
        return_type: GraphQLOutputType,
        field_details_list: FieldDetailsList,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Any,
        position_context: Any,
    ) -> Any:
        """Complete what a resolver returned, by a plan where there is one."""
        complete = super().complete_value
        ordinary = partial(complete, return_type, field_details_list, info, path, result, position_context)
        plan = self._plan(Compiler.value, (return_type,), field_details_list)
        return self._completed(plan, result, path, ordinary) if plan else ordinary()

    def _plan(
        self, compile_: Callable[..., Plan | None], of: tuple[Any, ...], selection: FieldDetailsList
    ) -> Plan | None:
        key = (compile_, *of, *[id(details.node) for details in selection])
        if key not in self._plans:
            self._plans[key] = selection, None if self._hooked else compile_(self._compiler, *of, selection)
        return self._plans[key][1]

    def _completed(self, plan: Plan, value: Any, place: Path | None, ordinary: Callable[[], Any]) -> Any:
        """Return what a plan makes of a value, now or when what it asks is answered; else do what is ordinary."""
        asking = _Asking(self)
        try:
            completed = plan([value], asking, lambda: [place])[0]
        except Exception:
            asking.abandon()
            return ordinary()
        return self._awaited(completed, asking, ordinary) if asking.waits else completed

    async def _awaited(self, completed: Any, asking: "_Asking", ordinary: Callable[[], Any]) -> Any:
        try:
            await asking.finish()
        except Exception:
            asking.abandon()
        else:
            return completed
        again = ordinary()
        return await again if self.is_awaitable(again) else again


def _kept_plans(operation: OperationDefinitionNode) -> dict[object, tuple[FieldDetailsList, Plan | None]]:
    """Return the plans that are the same in every request of a text."""
    source = operation.loc.source if operation.loc else None
    # What @skip and @include leave of a query may differ from request to request.
    return source.plans if isinstance(source, KeptSource) and "@" not in source.body else {}


@dataclass(frozen=True, slots=True)
class _Wait:
    """What a field was asked of some objects, and the rows that wait for it."""

    field: Asked
    answers: Sequence[Any]
    places: Sequence[Path]
    rows: Rows


class _Asking:
    """The questions that the plan of a value asks, and those below their answers, a level after the other."""

    def __init__(self, executor: PlainExecutor) -> None:
        self._executor = executor
        self._tasks: list[Awaitable[Any]] = []
        self.waits: list[_Wait] = []

    def ask(self, field: Asked, objects: Column, places: Sequence[Path | None], rows: Rows) -> None:
        """Ask a field of objects, all of them before any answer is waited for."""
        below = [Path(place, field.name, field.parent.name) for place in places]
        resolve = partial(field.resolve, **field.arguments(self._executor.schema, self._executor.variable_values))
        answers = [
            self._begun(resolve(root=value, info=self._info(field, place)) if field.informed else resolve(root=value))
            for value, place in zip(objects, below, strict=True)
        ]
        wait = _Wait(field, answers, below, rows)
        if any(map(isfuture, answers)):
            self.waits.append(wait)
        else:
            self._put(wait, answers)

    async def finish(self) -> None:
        """Wait for all answers and put them into their rows."""
        while self.waits:
            waits, self.waits = self.waits, []
            for wait in waits:
                self._put(wait, [await answer if isfuture(answer) else answer for answer in wait.answers])

    def abandon(self) -> None:
        """Leave what goes on to end by itself."""
        if self._tasks:
            self._executor.settle_in_background(self._tasks)

    def _begun(self, answer: Any) -> Any:
        """Have an answer that is to be awaited on its way."""
        if isfuture(answer) or not self._executor.is_awaitable(answer):
            return answer
        task = ensure_future(answer)
        self._tasks.append(task)
        return task

    def _info(self, field: Asked, path: Path) -> Info[Any, Any]:
        return Info(
            self._executor.build_resolve_info(field.definition, field.nodes, field.parent, path), field.declared
        )

    def _put(self, wait: _Wait, answers: Column) -> None:
        fill(wait.rows, wait.field.name, wait.field.plan(answers, self, lambda: wait.places))

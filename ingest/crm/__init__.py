"""CRM exports: CSV files and a mapping that says which column is which field."""

from collections.abc import Callable, Iterator
from pathlib import Path

from graph.errors import SourceError
from ingest.crm.mapping import Mapping, RecordSet
from ingest.crm.mapping_file import read_mapping
from ingest.crm.records import BadCellError, record_line
from ingest.crm.suggest import near
from ingest.crm.tables import Row, Table
from ingest.source import Item, Line, ReadOptions, Reject, Warn, name_of

Joined = dict[tuple[str, str], dict[str, Row]]


def read_crm(path: Path, options: ReadOptions) -> Iterator[Item]:
    """Yield a Line for each row of a CSV file, or of a folder of them, and each record set that takes it."""
    folder = path if path.is_dir() else path.parent
    mapping = read_mapping(options.mapping or _mapping_beside(folder))
    files = _mapped_files(path, mapping)
    joined = _read_joined(folder, mapping, files, options.advance)
    yield from _unmapped(path, mapping, files)
    for file, sets in files.items():
        table = Table(file, mapping.mend_of(file.name), options.advance)
        for records in sets:
            _check_columns(mapping, records, table, joined)
        yield from _lines(table, mapping, sets, joined)


def _mapping_beside(folder: Path) -> Path:
    found = sorted(folder.glob("*.toml"))
    if len(found) == 1:
        return found[0]
    problem = "there is no mapping (*.toml)" if not found else "there are several mappings (*.toml)"
    raise SourceError(
        f"{folder}: {problem} beside the CSV files. Name one with --mapping FILE; examples/crm.toml shows how."
    )


def _mapped_files(path: Path, mapping: Mapping) -> dict[Path, list[RecordSet]]:
    """Return the files to read, each with its record sets, in the order of the mapping."""
    files: dict[Path, list[RecordSet]] = {}
    for records in mapping.records:
        if path.is_dir():
            files.setdefault(_file_in(path, records.file, mapping), []).append(records)
        elif _plain(path.name) == _plain(records.file):
            files.setdefault(path, []).append(records)
    if not files:
        names = ", ".join(dict.fromkeys(records.file for records in mapping.records))
        raise SourceError(f"{path}: {mapping.path} says nothing about this file; it maps {names}.")
    return files


def _file_in(folder: Path, name: str, mapping: Mapping) -> Path:
    for candidate in (folder / name, folder / f"{name}.gz"):
        if candidate.is_file():
            return candidate
    there = sorted(file.name for file in _csv_files(folder))
    raise SourceError(f"{mapping.path}: there is no {name} in {folder}{near(name, there, 'The folder has')}")


def _csv_files(folder: Path) -> Iterator[Path]:
    yield from (file for file in sorted(folder.iterdir()) if _plain(file.name).lower().endswith((".csv", ".tsv")))


def _plain(name: str) -> str:
    return name.removesuffix(".gz")


def _unmapped(path: Path, mapping: Mapping, files: dict[Path, list[RecordSet]]) -> Iterator[Warn]:
    used = {file.name for file in files} | {join.file for records in mapping.records for join in records.join}
    for file in _csv_files(path) if path.is_dir() else ():
        if file.name not in used and _plain(file.name) not in used:
            yield Warn(name_of(file), 1, f"{file.name} is not in the mapping and was not read")


def _read_joined(
    folder: Path, mapping: Mapping, files: dict[Path, list[RecordSet]], advance: Callable[[int], None]
) -> Joined:
    """Read the files that others look things up in; they are kept in memory."""
    joined: Joined = {}
    for join in [join for sets in files.values() for records in sets for join in records.join]:
        if (join.file, join.key) in joined:
            continue
        file = _file_in(folder, join.file, mapping)
        table = Table(file, mapping.mend_of(file.name), (lambda _: None) if file in files else advance)
        if join.key not in table.header:
            raise SourceError(f"{mapping.path}: join: {table.no_column(join.key)}")
        joined[join.file, join.key] = {
            row[join.key]: {f"{join.prefix}.{name}": cell for name, cell in row.items()}
            for _, row in table.rows()
            if isinstance(row, dict)
        } | {"": dict.fromkeys((f"{join.prefix}.{name}" for name in table.header), "")}
    return joined


def _check_columns(mapping: Mapping, records: RecordSet, table: Table, joined: Joined) -> None:
    columns = set(table.header)
    for place, names in (("mend", mapping.mend_of(table.path.name)), (f"{records.place}: where", records.where)):
        for name in names:
            if name not in columns:
                raise SourceError(f"{mapping.path}: {place}: {table.no_column(name)}")
    for join in records.join:
        if join.column not in columns:
            raise SourceError(f"{mapping.path}: {records.place}: join: {table.no_column(join.column)}")
        columns |= set(joined[join.file, join.key][""])
    for place, column in records.columns():
        if column not in columns:
            raise SourceError(f"{mapping.path}: {records.place}: {place}: {table.no_column(column, columns)}")


def _lines(table: Table, mapping: Mapping, sets: list[RecordSet], joined: Joined) -> Iterator[Item]:
    source = name_of(table.path)
    for number, row in table.rows():
        if not isinstance(row, dict):
            yield Reject(source, number, row.reason, row.text) if row.is_bad else Warn(source, number, row.reason)
            continue
        for records in sets:
            if records.takes(row):
                yield from _line(source, number, row, mapping, records, joined)


def _line(source: str, number: int, row: Row, mapping: Mapping, records: RecordSet, joined: Joined) -> Iterator[Item]:
    wide = dict(row)
    for join in records.join:
        rows = joined[join.file, join.key]
        if (key := row[join.column]) not in rows:
            yield Warn(source, number, f"{join.file} has no {join.key} {key!r}")
        wide |= rows.get(key, rows[""])
    try:
        yield Line(source, number, record_line(records, wide, mapping.formats))
    except BadCellError as exc:
        yield Reject(source, number, str(exc), ",".join(row.values())[:2000])


__all__ = ["read_crm"]

"""Data in and out: import, export, generate."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.cli.shared import StoreUrl, err, out
from app.files import replacing
from app.memory import collect_rarely
from app.progress import show_report, watching
from app.settings import Settings, load_settings, normalized_domain
from app.stores import opened
from graph.settings_versions import newest_version
from ingest.detect import Format
from ingest.export import export
from ingest.generate import generate
from ingest.load import LoadOptions, load
from ingest.report import Report, Watch

REJECTED, INTERRUPTED = 3, 130

commands = typer.Typer()

TeamDomains = Annotated[
    list[str] | None,
    typer.Option(
        metavar="DOMAIN",
        help="A mail domain of ours, may be repeated: people there are sellers. Otherwise RAPPORT_TEAM_DOMAINS, "
        "otherwise the domains of the sellers we know.",
        parser=normalized_domain,
    ),
]
TeamFile = Annotated[
    Path | None,
    typer.Option(metavar="FILE", exists=True, dir_okay=False, help="Our people's addresses, one a line."),
]
MappingFile = Annotated[
    Path | None,
    typer.Option(metavar="FILE", exists=True, dir_okay=False, help="TOML that says what the CRM's columns mean."),
]
RejectsFile = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Where rejected lines go, with the reason of each. Otherwise rejects-INSTANT.jsonl here.",
    ),
]


class ExportFormat(StrEnum):
    """What an export is written as."""

    JSONL = "jsonl"


@commands.command("import", no_args_is_help=True)
def import_command(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", exists=True, help="Files and folders, read as one.")],
    store: StoreUrl = None,
    team_domain: TeamDomains = None,
    team: TeamFile = None,
    format: Annotated[Format, typer.Option(help="What the files are; auto looks at name and content.")] = Format.AUTO,
    mapping: MappingFile = None,
    include_bulk: Annotated[
        bool, typer.Option("--include-bulk", help="Read mailing-list and automatic mail too.")
    ] = False,
    rejects: RejectsFile = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would happen and write nothing.")] = False,
) -> None:
    """
    Read mail, calendars, CRM files and JSON Lines into the graph.

    Importing again changes nothing, so after an interruption run the same command. Exit status 3: some lines were
    rejected; the good ones are in.

    For example:

    ```
    rapport import mail.mbox --team-domain us.example
    rapport import ~/Maildir calendar.ics --team-domain us.example --dry-run
    rapport import crm/ --format crm --mapping mapping.toml
    ```
    """
    settings = load_settings(store=store, team_domains=tuple(team_domain) if team_domain else None)
    options = LoadOptions(
        format=format,
        team_domains=settings.team_domains,
        team_file=team,
        mapping=mapping,
        dry_run=dry_run,
        rejects=rejects,
    )
    report = Report()
    collect_rarely()
    try:
        with watching(err) as watch:
            asyncio.run(_import(settings, paths, options, watch, report, include_bulk=include_bulk))
    except KeyboardInterrupt:
        report.interrupted = True
    show_report(report, out)
    raise typer.Exit(_status(report))


async def _import(
    settings: Settings, paths: list[Path], options: LoadOptions, watch: Watch, report: Report, *, include_bulk: bool
) -> None:
    async with opened(settings) as store:
        # What is bulk mail is for the organisation to say, unless whoever imports wants all of it.
        signs = () if include_bulk else (await newest_version(store)).settings.bulk_signs
        await load(store, paths, replace(options, bulk_signs=signs), watch, report)
        if not options.dry_run:
            # Half of the time that the command takes to start, so not before it is needed.
            from app.ledgers import keep_ledgers
            from resolvers.ledger import SAVED_FROM

            # Fewer are not saved, and this process ends here.
            await keep_ledgers(store, watch, at_least=SAVED_FROM)


def _status(report: Report) -> int:
    if report.interrupted:
        err.print("Interrupted. What is counted above is stored; run the same command again to complete it.")
        return INTERRUPTED
    return REJECTED if report.rejected else 0


@commands.command("export", no_args_is_help=True)
def export_command(
    output: Annotated[Path, typer.Argument(metavar="OUT", help="The file to write; - is standard output.")],
    store: StoreUrl = None,
    format: Annotated[ExportFormat, typer.Option(help="The interchange format.")] = ExportFormat.JSONL,
) -> None:
    """
    Write everything in the graph, so that importing it elsewhere gives the same graph.

    The file appears when it is complete, never in part.

    For example:

    ```
    rapport export backup.jsonl
    rapport export - | gzip > backup.jsonl.gz
    ```
    """
    settings = load_settings(store=store)
    with watching(err) as watch:
        asyncio.run(_export(settings, output, watch))


async def _export(settings: Settings, output: Path, watch: Watch) -> None:
    async with opened(settings, create=False) as store:
        counts = await store.counts()
        watch.phase("Exporting", sum(counts.records.values()) + counts.interactions + counts.engagement, "lines")
        with replacing(output) as text:
            async for line in export(store):
                text.write(line + "\n")
                watch.advance(1)


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no instant such as 2026-11-22T09:00:00Z.") from None
    if instant.tzinfo is None:
        raise typer.BadParameter(f"{text!r} needs an offset, as in 2026-11-22T09:00:00Z.")
    return instant


@commands.command("generate", no_args_is_help=True)
def generate_command(
    output: Annotated[Path, typer.Argument(metavar="OUT", help="The file to write; - is standard output.")],
    interactions: Annotated[int, typer.Option(min=0, metavar="N", help="How many interactions.")] = 20_000,
    seed: Annotated[int, typer.Option(metavar="S", help="The same seed and instant give the same book.")] = 1,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            metavar="INSTANT", parser=_instant, help="The book's present, such as 2026-11-22T09:00:00Z. Default now."
        ),
    ] = None,
) -> None:
    """
    Make up a realistic book of business of any size, in the interchange format.

    For example:

    ```
    rapport generate --interactions 1000000 --seed 7 --as-of 2026-11-22T09:00:00Z book.jsonl
    ```
    """
    lines = generate(interactions, seed, as_of or datetime.now(UTC))
    with watching(err) as watch, replacing(output) as text:
        watch.phase("Generating", None, "lines")
        for line in lines:
            text.write(line + "\n")
            watch.advance(1)

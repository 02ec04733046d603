"""CSV exports and their mapping: what comes out, what is mended, and how a wrong mapping is told."""

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from graph.errors import SourceError
from ingest.crm import read_crm
from ingest.lines import parse_line
from ingest.source import Item, Line, ReadOptions, Reject, Warn

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples/crm.toml"
REAL = ROOT.parent / "shared/data/crm"

DEALS = """
[[records]]
type = "opportunity"
file = "deals.csv"
fields = { id = "key", name = "title" }
"""


class Crm:
    """A folder of CSV files with a mapping."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, content: str | bytes) -> None:
        (self.folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())

    def items(self, mapping: str, deals: str | bytes, **options: Any) -> list[Item]:
        self.write("crm.toml", mapping)
        self.write("deals.csv", deals)
        return list(read_crm(self.folder, ReadOptions(**options)))

    def lines(self, mapping: str, deals: str | bytes) -> list[dict[str, Any]]:
        return lines_of(self.items(mapping, deals))

    def line(self, mapping: str, deals: str | bytes) -> dict[str, Any]:
        (only,) = self.lines(mapping, deals)
        return only

    def error(self, mapping: str, deals: str = "key,title\n1,Big\n") -> str:
        with pytest.raises(SourceError) as caught:
            self.items(mapping, deals)
        return str(caught.value)


@pytest.fixture
def crm(tmp_path: Path) -> Crm:
    return Crm(tmp_path)


def lines_of(items: Iterable[Item]) -> list[dict[str, Any]]:
    return [json.loads(item.text) for item in items if isinstance(item, Line)]


def reasons(items: Iterable[Item], kind: type[Reject | Warn]) -> list[str]:
    return [item.reason for item in items if isinstance(item, kind)]


# Fields


def deal(field: str) -> str:
    return DEALS.replace(" }", f", {field} }}")


def test_a_row_becomes_a_line(crm: Crm) -> None:
    assert crm.line(DEALS, "key,title\n1,Big\n") == {"type": "opportunity", "id": "1", "name": "Big"}


def test_a_blank_cell_is_no_value(crm: Crm) -> None:
    assert "ownerId" not in crm.line(deal('ownerId = "who"'), "key,title,who\n1,Big, \n")


def test_a_template_joins_columns(crm: Crm) -> None:
    line = crm.line(DEALS.replace('"title"', '"{who}: {title}"'), "key,title,who\n1,Big,Ann\n")
    assert line["name"] == "Ann: Big"


def test_a_template_with_a_blank_in_it_falls_back_to_its_default(crm: Crm) -> None:
    mapping = DEALS.replace('"title"', '{ template = "{who}: {title}", default = "{title}" }')
    assert crm.line(mapping, "key,title,who\n1,Big,\n")["name"] == "Big"


def test_a_constant_is_the_same_in_every_row(crm: Crm) -> None:
    assert crm.line(deal('ownerId = { value = "ann" }'), "key,title\n1,Big\n")["ownerId"] == "ann"


def test_a_map_translates_values_in_any_case(crm: Crm) -> None:
    mapping = deal('state = { column = "stage", map = { Won = "WON" } }')
    lines = crm.lines(mapping, "key,title,stage\n1,Big,Won\n2,Big,won\n3,Big,LOST\n")
    assert [line["state"] for line in lines] == ["WON", "WON", "LOST"]


def test_a_value_may_hold_for_some_rows_only(crm: Crm) -> None:
    mapping = deal('actualRevenue = { column = "value", when = { stage = "Won" } }')
    lines = crm.lines(mapping, "key,title,stage,value\n1,Big,Won,5\n2,Big,Lost,0\n")
    assert [line.get("actualRevenue") for line in lines] == [5, None]


def test_a_list_may_come_from_one_cell_or_several_columns(crm: Crm) -> None:
    mapping = deal('salesTeamIds = { column = "team", split = ";" }, stakeholderIds = ["first", "second"]')
    line = crm.line(mapping, "key,title,team,first,second\n1,Big,ann; max,bob,\n")
    assert (line["salesTeamIds"], line["stakeholderIds"]) == (["ann", "max"], ["bob"])


@pytest.mark.parametrize(
    ("decimal", "cell", "number"),
    [(".", "1,054.50", 1054.5), (".", "$ 12", 12), (",", "1.054,50 €", 1054.5), (".", "-3", -3), (".", ".5", 0.5)],
)
def test_numbers_are_read_as_people_write_them(crm: Crm, decimal: str, cell: str, number: float) -> None:
    mapping = f'formats = {{ decimal = "{decimal}" }}\n' + deal('actualRevenue = "value"')
    assert crm.line(mapping, f"key;title;value\n1;Big;{cell}\n")["actualRevenue"] == number


@pytest.mark.parametrize("cell", ["12x", "1.054,50", "nan", "-", "1,05"])
def test_a_number_that_may_mean_something_else_is_rejected(crm: Crm, cell: str) -> None:
    items = crm.items(deal('actualRevenue = "value"'), f"key;title;value\n1;Big;{cell}\n")
    assert reasons(items, Reject) == [f"actualRevenue: {cell!r} is no number (formats.decimal is '.')"]


@pytest.mark.parametrize(
    ("formats", "cell", "instant"),
    [
        ("", "2026-11-02", "2026-11-02T00:00:00Z"),
        ("", "2026-11-02 09:30", "2026-11-02T09:30:00Z"),
        ("", "2026-11-02T09:30:00+01:00", "2026-11-02T08:30:00Z"),
        ('time_zone = "Europe/Madrid"', "2026-11-02 09:30", "2026-11-02T08:30:00Z"),
        ('date_format = ["%d/%m/%Y %H:%M", "%d/%m/%Y"]', "02/11/2026", "2026-11-02T00:00:00Z"),
    ],
)
def test_dates_are_read_in_the_form_that_was_told(crm: Crm, formats: str, cell: str, instant: str) -> None:
    line = crm.line(f"[formats]\n{formats}\n" + deal('createdAt = "when"'), f"key,title,when\n1,Big,{cell}\n")
    assert line["createdAt"] == instant


def test_a_date_in_no_form_that_was_told_is_rejected(crm: Crm) -> None:
    items = crm.items(deal('createdAt = "when"'), "key,title,when\n1,Big,02/11/2026\n")
    (reason,) = reasons(items, Reject)
    assert reason == "createdAt: '02/11/2026' is no date in ISO 8601; add its form to formats.date_format"


def test_attributes_are_text_unless_told(crm: Crm) -> None:
    mapping = DEALS + '[records.attributes]\nsize = { column = "size", as = "number" }\nzip = "zip"\n'
    mapping += 'rush = { column = "rush", as = "flag" }\n'
    line = crm.line(mapping, "key,title,size,zip,rush\n1,Big,12,01234,Yes\n")
    assert line["attributes"] == {"size": 12, "zip": "01234", "rush": True}


# Several files


ACCOUNTS = """
[[records.join]]
file = "accounts.csv"
key = "name"
column = "client"

[records.attributes]
sector = "accounts.sector"
"""


def test_a_join_looks_things_up_in_another_file(crm: Crm) -> None:
    crm.write("accounts.csv", "name,sector\nGlobex,energy\n")
    line = crm.line(DEALS + ACCOUNTS, "key,title,client\n1,Big,Globex\n")
    assert line["attributes"] == {"sector": "energy"}


def test_a_key_that_the_other_file_lacks_is_told(crm: Crm) -> None:
    crm.write("accounts.csv", "name,sector\nGlobex,energy\n")
    items = crm.items(DEALS + ACCOUNTS, "key,title,client\n1,Big,Initech\n2,Big,\n")
    assert reasons(items, Warn) == ["accounts.csv has no name 'Initech'"]
    assert len(lines_of(items)) == 2


def test_a_mended_value_is_right_everywhere_and_told(crm: Crm) -> None:
    crm.write("accounts.csv", "name,sector\nGlobex,energy\n")
    mapping = '[mend."deals.csv"]\nclient = { Glowbex = "Globex" }\n' + DEALS + ACCOUNTS
    items = crm.items(mapping, "key,title,client\n1,Big,Glowbex\n")
    assert lines_of(items)[0]["attributes"] == {"sector": "energy"}
    assert reasons(items, Warn) == ["client: 'Glowbex' was read as 'Globex'"]


def test_one_file_may_hold_records_of_several_types(crm: Crm) -> None:
    sellers = '[[records]]\ntype = "seller"\nfile = "deals.csv"\nwhere = { who = true }\nfields = { id = "who" }\n'
    lines = crm.lines(DEALS + sellers, "key,title,who\n1,Big,ann\n2,Small,\n")
    assert [line["type"] for line in lines] == ["opportunity", "seller", "opportunity"]


def test_rows_are_chosen_by_their_values(crm: Crm) -> None:
    mapping = DEALS + 'where = { stage = ["Won", "lost"] }\n'
    lines = crm.lines(mapping, "key,title,stage\n1,Big,won\n2,Big,Open\n3,Big,Lost\n")
    assert [line["id"] for line in lines] == ["1", "3"]


ACTIVITIES = """
[[records]]
type = "interaction"
file = "deals.csv"
where = { type = "Call" }
fields = { id = "key", kind = { value = "CALL" }, at = "start", durationMinutes = "minutes" }

[[records.participants]]
role = "CALLER"
personId = "owner"

[[records.participants]]
role = "CALLEE"
email = { column = "with", split = ";" }
"""


def test_activities_are_interactions_with_participants(crm: Crm) -> None:
    header = "key,type,start,minutes,owner,with\n"
    line = crm.line(ACTIVITIES, header + "c1,Call,2026-11-02 09:00,12,ann,bob@x.example; cleo@x.example\n")
    parse_line(json.dumps(line))
    assert line["participants"] == [
        {"personId": "ann", "role": "CALLER"},
        {"email": "bob@x.example", "role": "CALLEE"},
        {"email": "cleo@x.example", "role": "CALLEE"},
    ]


@pytest.mark.parametrize("type_", ["contact", "lead", "seller", "account"])
def test_people_and_accounts_can_be_mapped(crm: Crm, type_: str) -> None:
    mapping = DEALS.replace("opportunity", type_)
    parse_line(json.dumps(crm.line(mapping, "key,title\n1,Bob\n")))


def test_engagement_can_be_mapped(crm: Crm) -> None:
    mapping = '[[records]]\ntype = "engagement"\nfile = "deals.csv"\n[records.fields]\ninteractionId = "mail"\n'
    mapping += 'email = "who"\nevent = { value = "OPEN" }\nat = "at"\n'
    parse_line(json.dumps(crm.line(mapping, "mail,who,at\nm1,bob@x.example,2026-11-02T10:00:00Z\n")))


# Files as programs write them


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(crm: Crm, delimiter: str) -> None:
    assert crm.line(DEALS, f"key{delimiter}title\n1{delimiter}Big\n")["name"] == "Big"


def test_what_is_in_quotes_is_no_delimiter(crm: Crm) -> None:
    assert crm.line(DEALS, 'key,title,"a;b;c;d"\n1,Big,x\n')["name"] == "Big"


def test_a_spreadsheet_may_name_its_delimiter(crm: Crm) -> None:
    assert crm.line(DEALS, "sep=;\r\nkey;title\r\n1;Big, really\r\n")["name"] == "Big, really"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_encoding_is_found(crm: Crm, encoding: str) -> None:
    assert crm.line(DEALS, "key,title\n1,Größe\n".encode(encoding))["name"] == "Größe"


def test_text_that_is_no_utf_8_is_read_as_windows_1252(crm: Crm) -> None:
    items = crm.items(DEALS, "key,title\n1,Größe\n2,Größe\n".encode("cp1252"))
    assert [line["name"] for line in lines_of(items)] == ["Größe", "Größe"]
    assert reasons(items, Warn) == ["not UTF-8; read as Windows-1252"]


def test_a_packed_file_is_unpacked(crm: Crm) -> None:
    crm.write("crm.toml", DEALS)
    crm.write("deals.csv.gz", gzip.compress(b"key,title\n1,Big\n"))
    assert len(lines_of(read_crm(crm.folder, ReadOptions()))) == 1


def test_a_quoted_cell_may_hold_line_breaks(crm: Crm) -> None:
    items = crm.items(DEALS, 'key,title\n1,"Big\nand more"\n2,Small\n')
    assert [(i.number, json.loads(i.text)["name"]) for i in items if isinstance(i, Line)] == [
        (2, "Big\nand more"),
        (4, "Small"),
    ]


def test_a_ragged_row_is_rejected_with_its_line(crm: Crm) -> None:
    items = crm.items(DEALS, "key,title\n1,Big\n2\n3,Small,extra\n4,Last,\n")
    rejects = [(item.number, item.reason) for item in items if isinstance(item, Reject)]
    assert rejects == [(3, "1 cells where the header has 2"), (4, "3 cells where the header has 2")]
    assert [line["id"] for line in lines_of(items)] == ["1", "4"]


def test_a_quote_that_is_not_closed_is_told(crm: Crm) -> None:
    items = crm.items(DEALS, 'key,title\n1,Big\n"2,Small\n3,Last\n')
    rejects = [(item.number, item.reason) for item in items if isinstance(item, Reject)]
    assert rejects == [(3, "the row cannot be read: is a quote not closed?")]
    assert [line["id"] for line in lines_of(items)] == ["1", "3"]


def test_a_cell_without_end_is_rejected(crm: Crm) -> None:
    items = crm.items(DEALS, 'key,title\n1,Big\n2,"' + "Small,\n" * 40_000)
    assert "is a quote not closed?" in reasons(items, Reject)[0]


def test_blank_rows_are_nothing(crm: Crm) -> None:
    assert len(crm.items(DEALS, "key,title\n\n1,Big\n,\n\n")) == 1


def test_the_first_of_two_columns_of_one_name_holds(crm: Crm) -> None:
    items = crm.items(DEALS, "key,title,title\n1,Big,Small\n")
    assert lines_of(items)[0]["name"] == "Big"
    assert reasons(items, Warn) == ["two columns are called 'title'; the first was read"]


def test_a_file_that_the_mapping_leaves_out_is_told(crm: Crm) -> None:
    crm.write("notes.csv", "a\n1\n")
    assert reasons(crm.items(DEALS, "key,title\n"), Warn) == ["notes.csv is not in the mapping and was not read"]


def test_a_single_file_is_read_by_the_mapping_beside_it(crm: Crm) -> None:
    crm.items(DEALS, "key,title\n1,Big\n")
    assert len(lines_of(read_crm(crm.folder / "deals.csv", ReadOptions()))) == 1


def test_all_bytes_are_told(crm: Crm) -> None:
    told: list[int] = []
    crm.write("accounts.csv", "name,sector\nGlobex,energy\n")
    crm.items(DEALS + ACCOUNTS, "key,title,client\n" + "1,Big,Globex\n" * 2000, advance=told.append)
    assert sum(told) == sum(file.stat().st_size for file in crm.folder.glob("*.csv"))


# Wrong mappings


def test_an_unknown_column_is_told_with_the_nearest(crm: Crm) -> None:
    error = crm.error(DEALS.replace('"title"', '"titel"'))
    assert "crm.toml: records 1 (opportunity from deals.csv): fields.name: " in error
    assert error.endswith("deals.csv has no column 'titel'; did you mean 'title'? It has key, title.")


def test_an_unknown_field_is_told_with_the_nearest(crm: Crm) -> None:
    assert "'ownerid' is no field of opportunity; did you mean 'ownerId'?" in crm.error(deal('ownerid = "key"'))


def test_an_unknown_key_is_told_with_the_nearest(crm: Crm) -> None:
    error = crm.error(deal('ownerId = { colum = "key" }'))
    assert "fields.ownerId: 'colum' is no key here; did you mean 'column'?" in error


@pytest.mark.parametrize(
    ("mapping", "reason"),
    [
        (DEALS.replace("deals.csv", "deal.csv"), "there is no deal.csv in"),
        (DEALS.replace(", name", ", ownerId"), "name is missing, and every opportunity needs it"),
        (DEALS.replace("opportunity", "deal"), "type: must be 'seller', 'account', 'contact'"),
        ("records = 1", "records: must be a list"),
        ("records = []", "records: must not be empty"),
        ("records = [1]", "records: 1: must be a table"),
        (DEALS.replace('"title"', "[1]"), "fields.name.columns.1: must be text"),
        (DEALS.replace('"title"', '{ column = "title", split = "" }'), "fields.name.split: must not be blank"),
        (DEALS + "where = { key = 1 }\n", "where.key: must be true, false, a text"),
        ("formats = { decimal = ';' }\n" + DEALS, "formats: decimal: must be '.' or ',', found ';'"),
        ("mend = { 'deals.csv' = 1 }\n" + DEALS, "mend: deals.csv: must be a table"),
        ("a = " + "[" * 5000 + "]" * 5000, "the mapping is no TOML"),
        (DEALS.replace("[[records]]", "[[record]]"), "'record' is no key here; did you mean 'records'?"),
        (DEALS + 'where = { stage = "Won" }\n', "where: deals.csv has no column 'stage'"),
        ('[mend."deals.csv"]\ntitel = { a = "b" }\n' + DEALS, "mend: deals.csv has no column 'titel'"),
        ('[mend."deal.csv"]\ntitle = { a = "b" }\n' + DEALS, "mend: no records are read from 'deal.csv'"),
        ('[formats]\ntime_zone = "Mars"\n' + DEALS, "'Mars' is no time zone"),
        (DEALS + '[[records.participants]]\nrole = "FROM"\nemail = "key"\n', "participants: an interaction needs them"),
        (deal('ownerId = { column = "key", value = "a" }'), "give exactly one of column, columns, template or value"),
        ("records = ", "the mapping is no TOML"),
        ("", "records is missing"),
    ],
)
def test_a_wrong_mapping_is_told(crm: Crm, mapping: str, reason: str) -> None:
    assert reason in crm.error(mapping)


def test_without_a_mapping_the_way_on_is_told(crm: Crm) -> None:
    with pytest.raises(SourceError, match=r"no mapping .* --mapping FILE; examples/crm.toml shows how"):
        list(read_crm(crm.folder, ReadOptions()))


def test_of_several_mappings_one_must_be_named(crm: Crm) -> None:
    crm.write("other.toml", DEALS)
    assert "there are several mappings" in crm.error(DEALS)


@pytest.mark.parametrize(
    "stray", ['x,"Big', 'x,"Big\ny,"Big', 'x,"' + "y" * 200_000, 'x,"Big,\n\n'], ids=["one", "two", "long", "blank"]
)
def test_a_stray_quote_costs_only_the_lines_it_stands_in(crm: Crm, stray: str) -> None:
    good = [f"{n},Big" for n in range(100)]
    items = crm.items(DEALS, "\n".join(["key,title", *good, stray, *(f"9{key}" for key in good), ""]))
    assert [line["name"] for line in lines_of(items)] == ["Big"] * 2 * len(good)
    assert {item.number for item in items if isinstance(item, Reject)} <= {len(good) + 2, len(good) + 3}


def test_a_stray_quote_leaves_later_rows_of_several_lines_whole(crm: Crm) -> None:
    text = 'key,title,note\n1,"Two,x\n2,Plain,ok\n3,"4 Main St\nSpringfield",ok\n4,Plain,ok\n'
    items = crm.items(DEALS, text)
    assert [(item.number, item.text) for item in items if isinstance(item, Reject)] == [(2, '1,"Two,x\n')]
    assert [line["name"] for line in lines_of(items)] == ["Plain", "4 Main St\nSpringfield", "Plain"]


def test_an_archive_that_breaks_off_after_an_open_quote_keeps_what_was_read(crm: Crm) -> None:
    crm.write("crm.toml", DEALS)
    rows = "".join(f"{n},{n * 7919 % 10007}\n" for n in range(3000))
    crm.write("deals.csv.gz", gzip.compress(f'key,title\nx,"Big\n{rows}'.encode())[:-12])
    items = list(read_crm(crm.folder, ReadOptions()))
    assert [line["id"] for line in lines_of(items)][:3] == ["0", "1", "2"]
    assert reasons(items, Reject)[-1].startswith("the file breaks off here")


def test_a_file_that_the_mapping_does_not_know_is_told(crm: Crm) -> None:
    crm.items(DEALS, "key,title\n")
    crm.write("notes.csv", "a\n1\n")
    with pytest.raises(SourceError, match=r"says nothing about this file; it maps deals.csv"):
        list(read_crm(crm.folder / "notes.csv", ReadOptions()))


def test_an_empty_file_is_told(crm: Crm) -> None:
    assert crm.error(DEALS, "").endswith("is empty. A CSV file needs a header line that names its columns.")


def test_an_archive_that_breaks_off_is_rejected_there(crm: Crm) -> None:
    crm.write("crm.toml", DEALS)
    crm.write("deals.csv.gz", gzip.compress(b"key,title\n1,Big\n")[:-12])
    items = list(read_crm(crm.folder, ReadOptions()))
    assert reasons(items, Reject)[0].startswith("the file breaks off here")


def test_what_is_no_archive_is_told(crm: Crm) -> None:
    crm.write("crm.toml", DEALS)
    crm.write("deals.csv.gz", b"\x1f\x8bkey,title\n1,Big\n")
    with pytest.raises(SourceError, match="its header cannot be read"):
        list(read_crm(crm.folder, ReadOptions()))


# The examples


def test_the_example_of_the_documentation_works(crm: Crm) -> None:
    page = (ROOT / "docs/crm.md").read_text(encoding="utf-8")
    for name, content in re.findall(r"^`(\w+\.csv)`:\n\n```csv\n(.*?)^```", page, re.MULTILINE | re.DOTALL):
        crm.write(name, content)
    (mapping,) = re.findall(r"^```toml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    crm.write("mapping.toml", mapping)
    items = list(read_crm(crm.folder, ReadOptions()))
    for item in items:
        if isinstance(item, Line):
            parse_line(item.text)
    types = Counter(line["type"] for line in lines_of(items))
    assert types == {"seller": 2, "account": 1, "contact": 1, "lead": 1, "opportunity": 2, "interaction": 2}
    assert reasons(items, Reject) == []


@pytest.fixture(scope="module")
def example() -> list[Item]:
    if not REAL.is_dir():
        pytest.skip("../shared/data is not here")
    return list(read_crm(REAL, ReadOptions(mapping=EXAMPLE)))


def test_the_example_loads_every_opportunity(example: list[Item]) -> None:
    states = Counter(line["state"] for line in lines_of(example) if line["type"] == "opportunity")
    assert states == {"WON": 4238, "LOST": 2473, "OPEN": 2089}


def test_every_line_of_the_example_is_good(example: list[Item]) -> None:
    for item in example:
        if isinstance(item, Line):
            parse_line(item.text)
    assert reasons(example, Reject) == []


def test_the_example_mends_what_is_spelled_wrong(example: list[Item]) -> None:
    assert Counter(reasons(example, Warn)) == {
        "product: 'GTXPro' was read as 'GTX Pro'": 1480,
        "sector: 'technolgy' was read as 'technology'": 12,
    }


def test_opportunities_of_the_example_without_an_account_land(example: list[Item]) -> None:
    deals = [line for line in lines_of(example) if line["type"] == "opportunity"]
    assert sum("accountId" not in line for line in deals) == 1425


def test_managers_of_the_example_are_sellers(example: list[Item]) -> None:
    sellers = {line["id"]: line for line in lines_of(example) if line["type"] == "seller"}
    managers = {line["managerId"] for line in sellers.values() if "managerId" in line}
    assert {sellers[manager]["role"] for manager in managers} == {"MANAGER"}

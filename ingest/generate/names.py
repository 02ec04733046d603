"""Names that nobody bears: common given names before made-up family names, and made-up companies."""

from dataclasses import dataclass

from ingest.generate.dice import Dice

# As shown, and as in an address.
GIVEN = (
    ("Ana", "ana"), ("Bjørn", "bjorn"), ("Chloé", "chloe"), ("Daniel", "daniel"), ("Elif", "elif"), ("Farid", "farid"),
    ("Grace", "grace"), ("Hana", "hana"), ("Ioana", "ioana"), ("José", "jose"), ("Kofi", "kofi"), ("Łukasz", "lukasz"),
    ("Mei", "mei"), ("Noor", "noor"), ("Oskar", "oskar"), ("Priya", "priya"), ("Quinn", "quinn"), ("Renée", "renee"),
    ("Søren", "soren"), ("Tomáš", "tomas"), ("Uma", "uma"), ("Vera", "vera"), ("Wanjiru", "wanjiru"),
    ("Xiomara", "xiomara"),
    ("Yuki", "yuki"), ("Zoë", "zoe"), ("Γιάννης", "giannis"), ("Олена", "olena"), ("ליאור", "lior"), ("雅子", "masako"),
)  # fmt: skip
STARTS = (
    ("Bel", "bel"), ("Cor", "cor"), ("Dal", "dal"), ("Fjæl", "fjael"), ("Gan", "gan"), ("Hol", "hol"), ("Kar", "kar"),
    ("Lem", "lem"), ("Mür", "muer"), ("Nor", "nor"), ("Ost", "ost"), ("Pel", "pel"), ("Quar", "quar"), ("Ros", "ros"),
    ("Sol", "sol"), ("Tor", "tor"), ("Vel", "vel"), ("Zan", "zan"),
)  # fmt: skip
ENDS = (
    ("ado", "ado"), ("berin", "berin"), ("dane", "dane"), ("esch", "esch"), ("íno", "ino"), ("kova", "kova"),
    ("lund", "lund"), ("mira", "mira"), ("nett", "nett"), ("ora", "ora"), ("quist", "quist"), ("rell", "rell"),
    ("såde", "sade"), ("tano", "tano"), ("vik", "vik"), ("wen", "wen"),
)  # fmt: skip
KINDS = ("Group", "Labs", "Systems", "Works", "Partners", "Logistics", "Health", "Foods")


@dataclass(frozen=True, slots=True)
class Name:
    """A name as shown and as it stands in an address."""

    shown: str
    plain: str


def person_name(dice: Dice) -> Name:
    """Return the name of a person."""
    given, start, end = dice.pick(GIVEN), dice.pick(STARTS), dice.pick(ENDS)
    return Name(f"{given[0]} {start[0]}{end[0]}", f"{given[1]}.{start[1]}{end[1]}")


def company_name(dice: Dice) -> Name:
    """Return the name of a company."""
    start, end = dice.pick(STARTS), dice.pick(ENDS)
    return Name(f"{start[0]}{end[0]} {dice.pick(KINDS)}", f"{start[1]}{end[1]}")

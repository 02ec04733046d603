"""The fields of a deal that similarity looks at: what was known of it before it was decided."""

from datetime import UTC, date, datetime

from graph.model import Opportunity

Value = str | float | bool

MONTHS_OF_QUARTER = 3


def fields_of(deal: Opportunity) -> dict[str, Value]:
    """
    Return the fields of a deal that have a value, by name.

    Parameters
    ----------
    deal : Opportunity

    Returns
    -------
    dict of str to str, float or bool
        The organisation's own attributes under their names (``attributes.owner`` where one is called as a field of
        ours), and ``owner``, ``account``, ``contact``, ``estimatedRevenue``, ``salesTeam`` and ``stakeholders`` (how
        many people), ``createdDayOfQuarter`` (0 to 91, by the calendar in UTC).

    Notes
    -----
    What comes of a deal's end is none of them: actual revenue, the day it closed and how long it took, nor the
    estimated close date, which many a CRM sets to the day of the close.

    Examples
    --------
    >>> fields_of(Opportunity(id="o", name="O", owner_id="ann", attributes=(("sector", "medical"),)))
    {'owner': 'ann', 'salesTeam': 0.0, 'stakeholders': 0.0, 'sector': 'medical'}
    """
    ours: dict[str, Value | None] = {
        "owner": deal.owner_id,
        "account": deal.account_id,
        "contact": deal.contact_id,
        "estimatedRevenue": deal.estimated_revenue,
        "salesTeam": float(len(deal.sales_team_ids)),
        "stakeholders": float(len(deal.stakeholder_ids)),
        "createdDayOfQuarter": _day_of_quarter(deal.created_at),
    }
    theirs = {f"attributes.{name}" if name in ours else name: value for name, value in deal.attributes}
    return {name: value for name, value in (*ours.items(), *theirs.items()) if value is not None}


def _day_of_quarter(created: datetime | None) -> float | None:
    if created is None:
        return None
    day = created.astimezone(UTC).date()
    first_month = day.month - (day.month - 1) % MONTHS_OF_QUARTER
    return float((day - date(day.year, first_month, 1)).days)

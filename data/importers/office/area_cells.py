"""Counties, townships, zones and owner units as cells name them → codes, and what there is to say."""

from data.importers.office.cells import Finding, error, notice, warning
from data.importers.office.context import CheckContext
from projects.intake.issues import IssueCode, Severity


def county_of(text: str, prefecture: str, context: CheckContext) -> tuple[str | None, Finding | None]:
    """Return the one county a text means, and what there is to say."""
    found = context.places.counties(text, prefecture)
    if len(found.codes) == 1:
        code = found.codes[0]
        name = context.places.county[code].name
        sure = text == code or name in text or text in name
        read = Finding("county_read", IssueCode.UNKNOWN_COUNTY, Severity.NOTICE, (text, name))
        return code, None if sure else read
    if found.codes:
        names = "、".join(context.places.full_name(code) for code in found.codes[:6])
        return None, error("county_many", IssueCode.UNKNOWN_COUNTY, text, names)
    if found.coarser:
        return None, notice("is_prefecture", IssueCode.UNKNOWN_COUNTY, text)
    if found.near:
        return None, error("county_near", IssueCode.UNKNOWN_COUNTY, text, found.near)
    return None, error("unknown_county", IssueCode.UNKNOWN_COUNTY, text)


def named(
    path: str, text: str, county: str | None, context: CheckContext
) -> tuple[str | None, Finding | None, str]:
    """Return the code of a township, zone or unit by name, what there is to say, and who can mend it."""
    if path == "township_code":
        return *_township_of(text, county, context), "filler"
    zone = path == "zone_id"
    found = context.places.zone(text) if zone else context.places.unit(text)
    key = "unknown_zone" if zone else "unknown_unit_name"
    return found, None if found else error(key, IssueCode.NOT_IN_LIST, text), "administrator"


def _township_of(text: str, county: str | None, context: CheckContext) -> tuple[str | None, Finding | None]:
    """Return the code of a township of a county; where the library has no register, nothing is denied."""
    places = context.places
    if county is None:
        return None, warning("township_no_county", IssueCode.MISSING_VALUE, text)
    name = places.county[county].name if county in places.county else county
    found = places.township(text, county)
    if found is not None:
        other = places.township_of_another_kind(text, found)
        return found, notice("township_read", IssueCode.NOT_IN_LIST, text, other) if other else None
    if not places.lists_townships(county):
        return None, notice("township_unlisted", IssueCode.NOT_READ, text, name)
    return None, warning("unknown_township", IssueCode.NOT_IN_LIST, text, name)

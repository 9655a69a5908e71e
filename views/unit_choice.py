"""Which unit somebody works for, and what its area is on the map."""

import streamlit as st

from projects.identity import OwnerUnit, UnitKind
from views import ways
from views.shell import Shell


def choose_unit(shell: Shell, key: str, without: str = "") -> OwnerUnit | None:
    """Return the unit to work for: one's own, or the one chosen among those one may file for.

    ``without`` says what the page shows when none is chosen.
    """
    _ = shell.translate
    units = {unit.id: unit for unit in shell.desk.units()} if shell.identity.edits else {}
    own = shell.identity.unit.id if shell.identity.unit and not shell.identity.reviews else ""
    if len(units) <= 1:
        return next(iter(units.values()), None)
    office = shell.settings.home_area if shell.settings.single_office else ""
    asked = ways.asked("unit") or own or office
    st.session_state.setdefault(key, asked if asked in units else None)
    chosen = st.selectbox(
        _("单位"),
        list(units),
        key=key,
        index=None,
        format_func=lambda code: f"{units[code].name}（{code}）",
        placeholder=without or _("选择要办理的单位，不选则看审核总览"),
    )
    return units.get(str(chosen)) if chosen else None


def map_params(unit: OwnerUnit) -> dict[str, str]:
    """Return the filter of a unit's own area for the map's address.

    >>> map_params(OwnerUnit("gs", UnitKind.ZONE, "莞韶园", "440200", "440200", "440000", True))
    {'zone': 'gs'}
    """
    name = {UnitKind.ZONE: "zone", UnitKind.COUNTY: "county", UnitKind.PROVINCE: "province"}
    kind = name.get(unit.kind, "prefecture")
    return {kind: unit.id if kind == "zone" else unit.area_code}


def way_of_filing(shell: Shell, unit: OwnerUnit) -> str:
    """Return what happens to what is filed: whoever reviews publishes at once."""
    _ = shell.translate
    waits = unit.reviewed and not shell.identity.reviews
    return _("提交后由上级审核") if waits else _("提交后直接发布")

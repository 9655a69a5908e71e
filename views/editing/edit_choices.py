"""What may be chosen in a form: the counties and zones of the unit, the townships of the county."""

from collections.abc import Callable, Mapping
from typing import Any

from projects.codes import Level
from projects.fields import Field, FieldType
from projects.identity import OwnerUnit, UnitKind
from views import values
from views.editing.edit_state import Work
from views.shell import Shell

Names = Mapping[str, str]
"""Code → name, in order."""


def of(shell: Shell, work: Work, field: Field) -> Names | None:
    """Return the choices of a field, None for one that is typed; the present value is always among them."""
    found = _found(shell, work, field)
    held = work.form.get(field.name)
    if found is None or not held or held in found:
        return found
    return {**found, str(held): values.area_name(shell, str(held))}


def _found(shell: Shell, work: Work, field: Field) -> Names | None:
    _ = shell.translate
    if field.type is FieldType.CHOICE:
        return {code: _(label) for code, label in field.choices.items() if code != "未明确"}
    if field.type is FieldType.COUNTY:
        return counties(shell, work)
    if field.type is FieldType.ZONE:
        return zones(shell, work)
    if field.type is FieldType.TOWNSHIP:
        return townships(shell, work, str(work.form.get("county_code") or ""))
    if field.type is FieldType.UNIT:
        return {unit.id: unit.name for unit in work.units.values()}
    return None


def _once(work: Work, key: Any, read: Callable[[], Names]) -> Names:
    """Return what was read before for this form, else read it now."""
    if key not in work.cache:
        work.cache[key] = read()
    found: Names = work.cache[key]
    return found


def counties(shell: Shell, work: Work) -> Names:
    """Return the counties where the unit's records may lie: itself, or those of its zone or area."""
    unit = work.unit
    if unit is None:
        return {}
    if unit.kind is UnitKind.COUNTY:
        return {unit.id: unit.name}
    if unit.kind is UnitKind.ZONE:
        zone = next((z for z in shell.library.zones() if z.id == unit.id), None)
        return {code: values.area_name(shell, code) for code in (zone.counties if zone else ())}
    return within(shell, work, unit.area_code)


def within(shell: Shell, work: Work, code: str) -> Names:
    """Return the counties of a prefecture or province."""
    return _once(
        work,
        ("counties", code),
        lambda: {area.code: area.name for area in shell.library.areas(Level.COUNTY, code)},
    )


def touched(shell: Shell, work: Work) -> Names:
    """Return the counties a record may touch besides its own: those of the prefecture (or province)."""
    unit = work.unit
    if unit is None:
        return {}
    found = within(shell, work, unit.prefecture_code or unit.province_code or unit.area_code)
    held = work.form.get("area")
    more = {
        str(code): values.area_name(shell, str(code)) for code in (held if isinstance(held, list) else ())
    }
    return {**more, **{code: name for code, name in found.items() if code != work.form.get("county_code")}}


def zones(shell: Shell, work: Work) -> Names:
    """Return the functional zones of the unit: itself, or those that overlap its area."""
    unit = work.unit
    if unit is None:
        return {}
    return _once(work, ("zones", unit.id), lambda: _zones(shell, unit))


def _zones(shell: Shell, unit: OwnerUnit) -> Names:
    def near(zone: Any) -> bool:
        if unit.kind is UnitKind.ZONE:
            return bool(zone.id == unit.id)
        if unit.kind is UnitKind.COUNTY:
            return unit.id in zone.counties
        return unit.area_code in (zone.prefecture_code, zone.prefecture_code[:2] + "0000")

    return {zone.id: zone.name for zone in shell.library.zones() if near(zone)}


def townships(shell: Shell, work: Work, county: str) -> Names:
    """Return the townships of a county, none without one."""
    if not county:
        return {}
    return _once(work, ("townships", county), lambda: dict(shell.library.townships(county)))

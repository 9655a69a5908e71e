"""One line of the project table as a row of the database, with where each of its values comes from."""

from collections.abc import Collection
from typing import Any, Final

from data.importers.placing import township_of
from data.importers.tables import Row
from data.store.owner_units import owner_of
from gis.gazetteer import Gazetteer, TownshipPoint
from projects.codes import Basis, DeliveryMode, QuantityBasis, Stage
from projects.names import normalised

CLASSIFIED: Final = "本库分类"
"""Source named for values this project itself assigns (category, kind)."""


def project_row(
    p: Row, researched: Row | None, gazetteer: Gazetteer, units: Collection[str]
) -> dict[str, Any]:
    """Return the project row of a record, given its researched place if there is one, and all owner units."""
    township = township_of(p, gazetteer)
    return {
        "id": p["project_id"],
        "name": p["name"],
        "name_normalised": normalised(str(p["name"])),
        "kind": p["kind"],
        "category": p["category"],
        "parent_id": p["parent_id"],
        "quantity": p["quantity"],
        "quantity_basis": p["quantity_basis"] or QuantityBasis.UNSTATED,
        "province_code": p["province_code"],
        "prefecture_code": p["prefecture_code"],
        "county_code": p["county_code"],
        "county_basis": p["county_basis"],
        "township_code": township.code if township else p["township_code"],
        "township": township.name if township else p["township"],
        "township_basis": p["township_basis"] or (Basis.DOCUMENTED if township else None),
        "zone_id": p["zone_id"],
        "address": researched["address"] if researched else None,
        "stage": p["stage"] or Stage.UNKNOWN,
        "stage_words": p["stage_words"],
        "as_of_year": p["as_of_year"],
        "delivery_mode": p["delivery_mode"] or DeliveryMode.UNKNOWN,
        "owner_unit_id": p["owner_unit_id"] or owner_of(p, units),
        "note": p["note"],
        "basis": Basis.DOCUMENTED,
        "provenance": _provenance(p, researched, township),
    }


def _provenance(p: Row, researched: Row | None, township: TownshipPoint | None) -> dict[str, Any]:
    """Return where each field of a record comes from."""
    document = {"basis": Basis.DOCUMENTED, "source": p["document_id"]}
    found: dict[str, Any] = {"name": document}
    found |= {f: {"basis": Basis.DERIVED, "source": CLASSIFIED} for f in ("category", "kind")}
    for field in ("stage", "stage_words", "delivery_mode", "prefecture_code"):
        if p[field]:
            found[field] = document
    if p["quantity"]:
        found["quantity"] = (
            document
            if p["quantity_basis"] == QuantityBasis.STATED
            else {"basis": Basis.DERIVED, "source": CLASSIFIED}
        )
    if p["county_code"]:
        found["county_code"] = (
            document
            if p["county_basis"] == Basis.DOCUMENTED
            else {"basis": p["county_basis"], "source": p["county_source"]}
        )
    if p["township_code"] or p["township"] or township:
        derived = p["township_basis"] == Basis.DERIVED
        found["township"] = _derived_township(p, researched) if derived else document
    if researched and researched["address"]:
        found["address"] = {
            "basis": Basis.DERIVED,
            "source": researched["source"],
            "note": researched["note"],
        }
    return found


def _derived_township(p: Row, researched: Row | None) -> dict[str, Any]:
    """Name what settled a township that no document names.

    The researched place, else what settled the county.
    """
    if researched and researched["township_code"] == p["township_code"]:
        return {"basis": Basis.DERIVED, "source": researched["source"], "note": researched["note"]}
    return {"basis": Basis.DERIVED, "source": p["county_source"] or CLASSIFIED, "note": p["note"]}

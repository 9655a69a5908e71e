"""One record as an OC4IDS 0.9.5 project.

What the standard has a place for stands there; what it has none for stands in classifications of our own
schemes and in the additional field ``atlas``, wherever it belongs. A value that nobody knows is left out.
Coordinates are WGS84, longitude first; a record known to its county or worse has no geometry.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, Final

from data.exports import oc4ids_money
from data.exports.crosswalk import is_known, standard_code
from data.exports.oc4ids_money import Part, day
from data.exports.request import PRACTICE, ExportRequest
from projects.codes import BASIS_ZH, CATEGORY_ZH, KIND_ZH, METHOD_ZH, PRECISION_ZH, Basis, Precision
from projects.open_standards import (
    AREA_SCHEME,
    CLASSIFIED,
    EXTENSION,
    PROJECT_CODE_SCHEME,
    SCHEME,
    public_id,
    scheme_of,
)
from projects.publishing import Naming, Published, Relative, Role
from projects.record import Place
from projects.summary import Summary, heading
from projects.values import plain

_WORDS: Final[dict[str, dict[str, str]]] = {
    "kind": {str(code): label for code, label in KIND_ZH.items()},
    "category": {str(code): label for code, label in CATEGORY_ZH.items()},
    "basis": {str(code): label for code, label in BASIS_ZH.items()},
    "precision": {str(int(code)): label for code, label in PRECISION_ZH.items()},
}
_MARKED: Final = (Basis.MODELLED, Basis.DEMO)
_METHODS: Final = {str(code): label for code, label in METHOD_ZH.items()}


def project(found: Published, request: ExportRequest) -> Part:
    """Return a record as a project; nothing empty is in it."""
    record = found.summary
    today = request.generated_at.date()
    whole: Part = without_unknown(
        {
            "id": public_id(record.id),
            "updated": found.updated_at.isoformat(timespec="seconds"),
            "language": "zh",
            "identifiers": _identifiers(record),
            "publicAuthority": _authority(found.roles),
            "title": record.name,
            "description": description(record, request),
            "budget": oc4ids_money.budget(found),
            "locations": list(_locations(found)),
            "status": standard_code("stage", record.stage, "projectStatus"),
            "sector": [standard_code("category", record.category, "projectSector")],
            "additionalClassifications": list(_classifications(record)),
            "parties": list(_parties(found.roles)),
            "forecasts": oc4ids_money.forecasts(found),
            "milestones": oc4ids_money.milestones(found, today),
            "transactions": oc4ids_money.transactions(found),
            "documents": list(_documents(found.namings)),
            "policyAlignment": {"description": _policy(found.namings)},
            "relatedProjects": list(_related(found)),
            EXTENSION: _own(found),
        }
    )
    return whole


def without_unknown(value: Any) -> Any:
    """Return a value without whatever is empty in it; ``False`` and 0 are values.

    >>> without_unknown({"a": None, "b": [{"c": ""}], "d": 0, "e": [False, {}]})
    {'d': 0, 'e': [False]}
    """
    if isinstance(value, dict):
        kept = {key: without_unknown(inside) for key, inside in value.items()}
        return {key: inside for key, inside in kept.items() if not _empty(inside)}
    if isinstance(value, list | tuple):
        return [inside for item in value if not _empty(inside := without_unknown(item))]
    return value


def _empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


def marks(record: Summary, request: ExportRequest) -> str:
    """Return what has to be read before anything else about a record: practice data, modelled, demo."""
    said = [PRACTICE[request.language]] if request.practice else []
    said += [BASIS_ZH[Basis(record.basis)]] if record.basis in _MARKED else []
    return "".join(f"【{words}】" for words in said)


def description(record: Summary, request: ExportRequest) -> str:
    """Return the note on a record behind its marks; empty when there is neither."""
    return f"{marks(record, request)}{record.note or ''}"


def _identifiers(record: Summary) -> list[Part]:
    code = {"id": record.project_code, "scheme": PROJECT_CODE_SCHEME}
    return [{"id": record.id, "scheme": SCHEME}, *([code] if record.project_code else [])]


def _authority(roles: Sequence[Role]) -> Part | None:
    """Return the leading unit where there is one; of several nobody says which it is."""
    leads = [role for role in roles if role.role == "lead"]
    return {"id": leads[0].unit_id, "name": leads[0].unit} if len(leads) == 1 else None


def _classifications(record: Summary) -> Iterator[Part]:
    """Yield the codes of our own lists that the standard has no list for, the unknown left out."""
    for field in CLASSIFIED:
        code = getattr(record, field)
        if is_known(code):
            words = _WORDS.get(field, {}).get(str(code), str(code))
            yield {
                "scheme": scheme_of(field),
                "id": str(code),
                "description": f"{heading(field, 'zh').removesuffix('代码')}：{words}",
            }


def _parties(roles: Sequence[Role]) -> Iterator[Part]:
    """Yield each unit once with all its roles: those of the standard, and ours beside them."""
    order = list(dict.fromkeys(role.unit_id for role in roles))
    for unit_id in order:
        held = [role for role in roles if role.unit_id == unit_id]
        own = list(dict.fromkeys(role.role for role in held))
        yield {
            "id": unit_id,
            "name": held[0].unit,
            "roles": list(dict.fromkeys(standard_code("party_role", role, "partyRole") for role in own)),
            EXTENSION: {
                "roles": own,
                "printed": list(dict.fromkeys(role.printed for role in held if role.printed)),
                "order": {role: _place_among(roles, role, unit_id) for role in own},
            },
        }


def _place_among(roles: Sequence[Role], role: str, unit_id: str) -> int:
    return [r.unit_id for r in roles if r.role == role].index(unit_id) + 1


def _locations(found: Published) -> Iterator[Part]:
    """Yield the places, else the area alone; then the other counties that the record touches."""
    record = found.summary
    if found.places:
        for number, place in enumerate(found.places):
            yield _location(found, number, place)
    elif _codes(record):
        yield _area(found)
    if record.touches:
        yield {
            "id": f"{record.id}-touches",
            "description": "涉及的其他县（市、区）",
            "gazetteer": {"scheme": AREA_SCHEME, "identifiers": list(record.touches)},
        }


def _area(found: Published) -> Part:
    """Return the area of a record of which no place is known."""
    record = found.summary
    return {
        "id": f"{record.id}-area",
        "description": PRECISION_ZH[Precision(record.precision)],
        "gazetteer": {"scheme": AREA_SCHEME, "identifiers": _codes(record)},
        "address": _address(record, record.address),
        EXTENSION: {"precision": record.precision, "zone": record.zone},
    }


def _location(found: Published, number: int, place: Place) -> Part:
    record = found.summary
    mark = f"【{BASIS_ZH[Basis(place.basis)]}】" if place.basis in _MARKED else ""
    words = PRECISION_ZH[Precision(place.precision)]
    drawn = place.precision <= Precision.TOWNSHIP or place.geometry["type"] != "Point"
    codes = _codes(record) if number == 0 else [place.county_code] if place.county_code else []
    street = record.address if number == 0 else place.address
    return {
        "id": f"{record.id}-place-{number}",
        "description": f"{mark}{place.label}{'，' if place.label else ''}{words}",
        "geometry": place.geometry if drawn else None,
        "gazetteer": {"scheme": AREA_SCHEME, "identifiers": codes} if codes else None,
        "address": _address(record, street) if number == 0 else {"streetAddress": street},
        EXTENSION: _how(place),
    }


def _how(place: Place) -> Part:
    """Return how a place is known, for which the standard has no field."""
    return {
        "precision": place.precision,
        "method": place.method,
        "methodWords": _METHODS.get(place.method, place.method),
        "basis": place.basis,
        "datumEntered": place.datum_entered,
        "coordinatesEntered": place.coordinates_entered,
        "label": place.label,
        "address": place.address,
        "confidence": place.confidence,
        "source": place.source,
        "sourceUrl": place.source_url,
        "note": place.note,
        "county": place.county_code,
        "nearCountyLine": place.near_line or None,
    }


def _codes(record: Summary) -> list[str]:
    """Return the codes of the areas a record lies in, the widest first, each once."""
    codes = (record.province_code, record.prefecture_code, record.county_code)
    return list(dict.fromkeys(code for code in codes if code))


def _address(record: Summary, street: str | None) -> Part:
    return {
        "streetAddress": street,
        "locality": "".join(filter(None, (record.county, record.township))),
        "region": "".join(dict.fromkeys(filter(None, (record.province, record.prefecture)))),
        "countryName": "中国",
    }


def _documents(namings: Sequence[Naming]) -> Iterator[Part]:
    """Yield the documents that name the record, each with the sentences that do."""
    for document_id, held in groupby(namings, key=lambda naming: naming.document_id):
        rows = list(held)
        first = rows[0]
        yield {
            "id": document_id,
            "title": first.document,
            "description": first.number,
            "url": first.url if ":" in first.url else None,
            "datePublished": day(first.issued_on),
            "language": "zh",
            "author": first.publisher,
            EXTENSION: {"asOfYear": first.as_of_year, "namings": [_naming(row) for row in rows]},
        }


def _naming(row: Naming) -> Part:
    return {
        "task": row.task_id,
        "section": row.section,
        "title": row.title,
        "printedName": row.printed_name,
        "statusWords": row.status_words,
        "quote": row.quote,
    }


def _policy(namings: Sequence[Naming]) -> str:
    """Return the tasks of public plans that the record belongs to, in words."""
    said = (f"{row.number or row.document}：{row.title}" for row in namings)
    return "；".join(dict.fromkeys(said))


def _related(found: Published) -> Iterator[Part]:
    """Yield the whole that a phase belongs to, and the phases of a whole."""
    relatives: list[tuple[str, Relative]] = [("hasPart", phase) for phase in found.phases]
    if found.parent:
        relatives.insert(0, ("isPartOf", found.parent))
    for relationship, other in relatives:
        yield {
            "id": other.id,
            "scheme": "oc4ids",
            "identifier": public_id(other.id),
            "relationship": relationship,
            "title": other.name,
        }


def _own(found: Published) -> Part:
    """Return the facts of a record that the standard has no field for."""
    record, declared = found.summary, found.declared
    sought = record.capital_sought_wan
    return {
        "aliases": list(record.aliases),
        "declared": {
            "county": declared.county_code,
            "township": declared.township_code,
            "zone": declared.zone_id,
            "touches": list(declared.touches),
        },
        "countyBasis": record.county_basis,
        "nearCountyLine": record.near_county_line or None,
        "zone": record.zone,
        "parent": record.parent_id,
        "quantityBasis": record.quantity_basis,
        "stageWords": record.stage_words,
        "asOfYear": record.as_of_year,
        "keyLists": record.key_lists,
        "capitalSoughtWan": None if sought is None else plain(sought),
        "cooperation": record.cooperation,
        "planningNote": record.planning_note,
        "reported": list(record.reported),
    }

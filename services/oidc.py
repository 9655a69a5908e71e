"""OpenID Connect: what the claims of a provider mean here. Failing closed: no group of the table, no entry.

The table (setting ``OIDC_GROUPS``) is a CSV file with the columns group, role and unit; for a reviewer the
unit is the code of the subtree. The strongest role among a person's groups counts, then the first row.
"""

import csv
import hashlib
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from projects.accounts import SCOPED, Placement, check_display, check_placement, clean_name
from projects.errors import BadValue, NotAllowed
from projects.identity import Role

STRENGTH: Final = tuple(Role)
_LONGEST_FILE: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table."""

    group: str
    placement: Placement


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody for whom the provider vouches, and what that means here."""

    subject: str
    name: str
    display_name: str
    placement: Placement
    issued_at: int
    """Seconds since 1970 at which the provider signed the identity token."""


def read_rules(path: Path) -> tuple[Rule, ...]:
    """Return the rows of the table; raise ``BadValue`` with the line for one that means nothing."""
    content = _text(path)
    rows = csv.DictReader(io.StringIO(content), skipinitialspace=True)
    if not {"group", "role"} <= set(rows.fieldnames or ()):
        raise BadValue(f"OIDC_GROUPS {path.name}：首行须有列名 group, role, unit；得到的是 {rows.fieldnames}")
    return tuple(
        _rule(row, f"{path.name} 第 {rows.line_num} 行") for row in rows if (row["group"] or "").strip()
    )


def _text(path: Path) -> str:
    """Return the file as text: UTF-8, else the encoding in which Chinese spreadsheets save."""
    try:
        raw = path.read_bytes()[:_LONGEST_FILE]
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            return raw.decode("gb18030")
    except (OSError, UnicodeDecodeError) as error:
        raise BadValue(f"OIDC_GROUPS {path.name} 无法读取，请管理员检查该文件：{error}") from error


def _rule(row: Mapping[str, str | None], where: str) -> Rule:
    given = {name: (row.get(name) or "").strip() for name in ("group", "role", "unit", "scope")}
    try:
        role = Role(given["role"].lower())
        scope = given["scope"] or (given["unit"] if role in SCOPED else "")
        return Rule(given["group"], check_placement(Placement(role, given["unit"], scope)))
    except ValueError:
        raise BadValue(
            f"OIDC_GROUPS {where}：没有角色 {given['role']!r}"
            "（有 viewer、editor、evaluator、reviewer、administrator）"
        ) from None
    except BadValue as error:
        raise BadValue(f"OIDC_GROUPS {where}：{error}") from error


def login(claims: Mapping[str, Any], rules: Sequence[Rule], claim: str) -> Login:
    """Return what the provider's claims mean; raise ``NotAllowed`` with a sentence when they open nothing."""
    issuer, sub, issued = claims.get("iss"), claims.get("sub"), claims.get("iat")
    whole = all(isinstance(v, str) and v for v in (issuer, sub)) and isinstance(issued, int)
    if claims.get("is_logged_in") is not True or not whole:
        raise NotAllowed("统一身份平台的答复不完整（缺少 iss、sub 或 iat），不能登录。请联系管理员")
    held = groups(claims, claim)
    matching = [rule for rule in rules if rule.group in held]
    if not matching:
        raise NotAllowed(
            "您已通过统一身份认证，但所在的组都没有本系统的权限，不能登录。请管理员在分组对照表（OIDC_GROUPS）中"
            "加入您的组"
        )
    best = max(matching, key=lambda rule: STRENGTH.index(rule.placement.role))
    subject = f"{issuer}|{sub}"
    return Login(subject, _name(claims, subject), _display(claims), best.placement, int(issued or 0))


def groups(claims: Mapping[str, Any], claim: str) -> frozenset[str]:
    """Return the groups in a claim: a list, or one text; a dotted name looks inside (``realm_access.roles``).

    >>> sorted(groups({"realm_access": {"roles": ["a", "b", 3]}}, "realm_access.roles"))
    ['a', 'b']
    """
    found: Any = claims.get(claim)
    if found is None:
        found = claims
        for part in claim.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    if isinstance(found, str):
        found = [found]
    listed = found if isinstance(found, list | tuple) else ()
    return frozenset(v for v in listed if isinstance(v, str) and v)


def _name(claims: Mapping[str, Any], subject: str) -> str:
    """Return a sign-in name nobody else has: the provider's own, marked with a hash of the subject."""
    wanted = clean_name(_first(claims, "preferred_username", "email"))
    readable = re.sub(r"[^a-z0-9._@-]", "", wanted).lstrip("._-@")
    return f"{readable[:60] or 'sso'}+{hashlib.sha256(subject.encode()).hexdigest()[:10]}"


def _display(claims: Mapping[str, Any]) -> str:
    wanted = _first(claims, "name", "preferred_username", "email")
    visible = "".join(c for c in wanted if unicodedata.category(c) not in ("Cc", "Cf", "Zl", "Zp"))
    return check_display(visible[:80])


def _first(claims: Mapping[str, Any], *names: str) -> str:
    return next((v for name in names if isinstance(v := claims.get(name), str) and v), "")

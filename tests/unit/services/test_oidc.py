"""What a provider's claims mean: groups to role and unit, and every way of meaning nothing."""

from pathlib import Path
from typing import Any

import pytest

from projects.accounts import Placement, check_name
from projects.errors import BadValue, NotAllowed
from projects.identity import Role
from services import oidc
from services.oidc import Rule

RULES = (
    Rule("staff", Placement(Role.VIEWER)),
    Rule("wujiang", Placement(Role.EDITOR, "440203")),
    Rule("ruyuan", Placement(Role.EDITOR, "440232")),
    Rule("shaoguan", Placement(Role.REVIEWER, "", "440200")),
)
CLAIMS = {"is_logged_in": True, "iss": "https://id.example", "sub": "77", "iat": 1000, "groups": ["wujiang"]}


def read(folder: Path, content: str, encoding: str = "utf-8") -> tuple[Rule, ...]:
    path = folder / "groups.csv"
    path.write_bytes(content.encode(encoding))
    return oidc.read_rules(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_the_table_is_read_as_offices_save_it(tmp_path: Path, encoding: str) -> None:
    rows = (
        "group,role,unit",
        "卫健局, Editor ,440203",
        "",
        "市局,reviewer,440200",
        ",viewer,",
        "管理,administrator,",
    )
    content = "\r\n".join(rows)
    assert read(tmp_path, content, encoding) == (
        Rule("卫健局", Placement(Role.EDITOR, "440203")),
        Rule("市局", Placement(Role.REVIEWER, "", "440200")),
        Rule("管理", Placement(Role.ADMINISTRATOR)),
    )


@pytest.mark.parametrize(
    ("content", "names"),
    [
        ("a,b\n1,2\n", "group"),
        ("", "group"),
        ("group,role,unit\nx,king,\n", "第 2 行"),
        ("group,role,unit\nx,editor,\n", "第 2 行"),
        ("group,role,unit\nx,viewer,\ny,reviewer,44\n", "第 3 行"),
        ("group,role,unit\nx,anonymous,\n", "第 2 行"),
    ],
)
def test_a_table_that_means_nothing_is_refused_with_its_line(
    tmp_path: Path, content: str, names: str
) -> None:
    with pytest.raises(BadValue, match=names):
        read(tmp_path, content)


def test_a_table_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "broken.csv").write_bytes(b"group,role\n\xff\xff,viewer\n")
    for name in ("broken.csv", "missing.csv"):
        with pytest.raises(BadValue, match=name):
            oidc.read_rules(tmp_path / name)


def test_the_strongest_role_counts_then_the_first_row() -> None:
    def placed(*groups: str) -> Placement:
        return oidc.login(CLAIMS | {"groups": list(groups)}, RULES, "groups").placement

    assert placed("staff", "wujiang") == RULES[1].placement
    assert placed("ruyuan", "wujiang") == RULES[1].placement
    assert placed("wujiang", "shaoguan", "staff") == RULES[3].placement


@pytest.mark.parametrize(
    "changes",
    [
        {"groups": []},
        {"groups": ["visitors"]},
        {"groups": "visitors"},
        {"groups": None},
        {"groups": {"wujiang": True}},
        {"groups": 7},
        {"groups": ["Wujiang"]},
        {"groups": ["wujiang,staff"]},
        {"is_logged_in": False},
        {"is_logged_in": "true"},
        {"iss": ""},
        {"sub": None},
        {"sub": 77},
        {"iat": None},
        {"iat": "1000"},
    ],
)
def test_anything_unclear_opens_nothing(changes: dict[str, Any]) -> None:
    with pytest.raises(NotAllowed):
        oidc.login(CLAIMS | changes, RULES, "groups")


def test_without_rules_nobody_enters() -> None:
    with pytest.raises(NotAllowed):
        oidc.login(CLAIMS, (), "groups")


def test_groups_may_stand_deeper_or_alone() -> None:
    nested = {"realm_access": {"roles": ["wujiang"]}, "groups": []}
    assert oidc.login(CLAIMS | nested, RULES, "realm_access.roles").placement == RULES[1].placement
    assert oidc.groups({"groups": "wujiang"}, "groups") == {"wujiang"}
    assert oidc.groups({"https://x.example/groups": ["a"]}, "https://x.example/groups") == {"a"}


def test_the_same_sub_at_another_provider_is_somebody_else() -> None:
    one = oidc.login(CLAIMS, RULES, "groups")
    two = oidc.login(CLAIMS | {"iss": "https://other.example"}, RULES, "groups")
    assert one.subject != two.subject
    assert one.name != two.name


@pytest.mark.parametrize(
    "name", ["admin", "ADMIN\r\nX: 1", "王丽", "office", "'; drop table", "", "." * 80, "a" * 500]
)
def test_names_of_providers_become_names_of_ours_and_never_those_of_local_accounts(name: str) -> None:
    made = oidc.login(CLAIMS | {"preferred_username": name, "name": f"{name}\u202e\n"}, RULES, "groups")
    assert check_name(made.name) == made.name
    assert "+" in made.name
    assert "\n" not in made.display_name
    assert "\u202e" not in made.display_name

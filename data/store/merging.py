"""Merging two records and taking a merge apart: names and mentions go over to one of them, and come back.

The record that is merged keeps its own rows, money included, so that nothing is counted twice and everything
is there again when the merge is taken apart. What the one that stays shall take over is a change of its own.
"""

from sqlalchemy import Connection, text

from data.store.documents import Rows, project_of
from data.store.rewriting import ALIAS_KIND
from projects.errors import BadValue
from projects.names import normalised


def check(loser: Rows, target: Rows | None, target_id: str) -> None:
    """Raise ``BadValue`` where a merge makes no sense."""
    row = project_of(loser)
    if row["id"] == target_id:
        raise BadValue(f"{row['id']} 不能与自己合并")
    if target is None:
        raise BadValue(f"{row['id']} 不能合并到 {target_id}：没有这条记录，或不归您管理")
    stays = project_of(target)
    if stays.get("deleted_at") or stays.get("merged_into_id"):
        raise BadValue(f"{row['id']} 不能合并到 {target_id}：后者已被删除或合并，请选择现存的记录")


def give_names(loser: Rows, target: Rows) -> None:
    """Add the name and the aliases of a record to the aliases of the one that stays."""
    stays, key = project_of(target), project_of(loser)["id"]
    taken = {normalised(name) for name in (stays["name"], *(row["alias"] for row in target["project_alias"]))}
    for name in (project_of(loser)["name"], *(row["alias"] for row in loser["project_alias"])):
        if normalised(name) not in taken:
            taken.add(normalised(name))
            target["project_alias"].append(
                {"project_id": stays["id"], "alias": name, "kind": ALIAS_KIND, "source": _source(key)}
            )


def take_names_back(loser: Rows, target: Rows) -> None:
    """Take the names away again that a merge gave."""
    source = _source(project_of(loser)["id"])
    target["project_alias"] = [row for row in target["project_alias"] if row["source"] != source]


def _source(key: str) -> str:
    return f"合并自 {key}"


def move_links(connection: Connection, loser: str, target: str) -> None:
    """Give the mentions and the phases of a record to the one that stays."""
    keys = {"loser": loser, "target": target}
    connection.execute(text("UPDATE task_link SET project_id = :target WHERE project_id = :loser"), keys)
    connection.execute(
        text("UPDATE project SET parent_id = :target WHERE parent_id = :loser AND id <> :target"), keys
    )


def move_links_back(connection: Connection, loser: str, target: str) -> None:
    """Give back what went over with the merge and is still there, as the history tells."""
    keys = {"loser": loser, "target": target}
    moved = connection.scalar(
        text(
            "SELECT max(transaction_id) FROM history WHERE project_id = :loser AND table_name = 'project'"
            " AND new_row ->> 'merged_into_id' = :target"
            " AND old_row ->> 'merged_into_id' IS DISTINCT FROM :target"
        ),
        keys,
    )
    links = connection.scalars(
        text(
            "SELECT CAST(row_key AS integer) FROM history WHERE project_id = :loser AND transaction_id ="
            " :moved"
            " AND table_name = 'task_link' AND operation = 'delete'"
        ),
        keys | {"moved": moved},
    ).all()
    children = connection.scalars(
        text(
            "SELECT project.id FROM project JOIN history ON history.project_id = project.id"
            " WHERE project.parent_id = :target AND history.transaction_id = :moved"
            " AND history.table_name = 'project' AND old_row ->> 'parent_id' = :loser"
        ),
        keys | {"moved": moved},
    ).all()
    connection.execute(
        text("UPDATE task_link SET project_id = :loser WHERE project_id = :target AND id = ANY (:links)"),
        keys | {"links": list(links)},
    )
    connection.execute(
        text("UPDATE project SET parent_id = :loser WHERE id = ANY (:children)"),
        keys | {"children": list(children)},
    )

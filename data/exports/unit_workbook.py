"""The workbook of one owner unit, filled with what the library knows of it, or blank."""

from datetime import datetime

from sqlalchemy import text

from data.database import Database
from data.exports.workbook import Content, workbook
from data.exports.workbook_indicators import Figures
from data.exports.workbook_lists import lists_of
from data.store.desk import PostgisDesk
from data.store.targets import PostgisTargets
from projects.errors import NotAllowed


def unit_workbook(
    database: Database, token: str, unit_id: str, language: str = "zh", *, blank: bool = False
) -> tuple[bytes, str]:
    """Return the workbook of a unit and its Chinese file name; ``NotAllowed`` for a unit of others."""
    desk = PostgisDesk(database, token)
    unit = next((unit for unit in desk.units() if unit.id == unit_id), None)
    if unit is None:
        raise NotAllowed(f"您的账户不能为单位 {unit_id} 填报，不能下载它的工作簿。请核对登录的账户和单位。")
    held = () if blank else desk.held_by_unit(unit_id)
    with database.reading(token) as connection:
        lists = lists_of(connection, unit)
        practice = bool(connection.scalar(text("SELECT is_practice()")))
    targets = PostgisTargets(database, token)
    figures = Figures({one.code: one for one in targets.indicators()}, targets.open_indicators(unit_id))
    content = Content(unit, lists, datetime.now().astimezone(), held, language, practice, figures)
    return workbook(content), content.file_name

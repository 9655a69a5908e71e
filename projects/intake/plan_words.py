"""What is said when a row meets the library: action and remedy, Chinese and English, by key.

``projects.intake.import_words.said`` reads this table beside its own.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_ASK_ZH: Final = "请逐行确认：是同一个项目，还是另一个新项目"
_ASK_EN: Final = "Say for each row whether it is the same project or a new one"

PLAN_WORDS: Final[Mapping[str, tuple[str, str, str, str]]] = MappingProxyType(
    {
        "plan_nameless": (
            "没有名称、项目代码和项目编号，没有导入",
            "请填写项目名称",
            "neither name, code nor id: row rejected",
            "Fill in the project's name",
        ),
        "plan_practice": (
            "这是练习用的演示数据（虚构项目），没有导入",
            "请上传真实项目的表格；演示数据只能导入练习环境",
            "this is practice data (an invented project): row rejected",
            "Upload a table of real projects; practice data go into the practice database only",
        ),
        "plan_unknown_id": (
            "库中没有编号为 {0} 的记录（或您无权查看），没有导入",
            "请核对项目编号；新项目请把项目编号留空",
            "the library has no record {0} (or none you may see): row rejected",
            "Check the id; leave it blank for a new project",
        ),
        "plan_merged_id": (
            "编号 {0} 的记录已合并到 {1}，没有导入",
            "请把项目编号改为 {1} 后重新导入",
            "record {0} was merged into {1}: row rejected",
            "Write {1} as the id and import again",
        ),
        "plan_not_yours": (
            "{0} 不归「{1}」管理，没有导入",
            "请由归属单位导入；县（市、区）填错的请更正；待认领的记录请先认领",
            "{0} does not belong to {1}: row rejected",
            "Let its own unit import it, correct the county, or claim an open record first",
        ),
        "plan_code_taken": (
            "项目代码 {0} 已是 {1}「{2}」的代码，没有导入",
            "请更正项目代码，或确认就是那一条记录",
            "the project code {0} is already that of {1} “{2}”: row rejected",
            "Correct the code, or say that it is that record",
        ),
        "plan_similar": (
            "可能与库中已有记录重复，暂缓导入",
            _ASK_ZH,
            "perhaps a record that is there already: held",
            _ASK_EN,
        ),
        "plan_several": (
            "本县有多条同名记录，暂缓导入",
            "请指明是哪一条，或填写项目编号",
            "several records of the county have this name: held",
            "Say which one it is, or give its id",
        ),
        "plan_other_code": (
            "同名记录的项目代码不同，暂缓导入",
            _ASK_ZH,
            "the record of this name has another project code: held",
            _ASK_EN,
        ),
        "plan_contradiction": (
            "项目编号与名称（或代码）指向不同的记录，暂缓导入",
            "请核对项目编号，或逐行确认",
            "the id and the name (or code) are of different records: held",
            "Check the id, or say which record it is",
        ),
        "plan_twice": (
            "文件中有重复的行（另见第 {0} 行），暂缓导入",
            "请只保留一行，或逐行确认",
            "the file has this project twice (see row {0}): held",
            "Keep one row, or decide on each",
        ),
        "plan_twice_differing": (
            "文件中有重复的行（另见第 {0} 行），暂缓导入；两行不同：{1}",
            "请只保留正确的一行，或逐行确认",
            "the file has this project twice (see row {0}): held; they differ: {1}",
            "Keep the right row, or decide on each",
        ),
        "plan_missing": (
            "新项目缺少「{0}」，没有导入",
            "请填写「{0}」{1}",
            "a new project needs “{0}”: row rejected",
            "Fill in “{0}”",
        ),
        "plan_not_there": (
            "库中没有这个项目；本次只更新已有项目，没有导入",
            "请核对名称、县和项目编号；确是新项目，请选择「新增和更新」",
            "the library has no such project and this import only updates: row rejected",
            "Check name, county and id; for a new project choose to add and update",
        ),
        "plan_already": (
            "库中已有这个项目（{0}）；本次只新增，没有导入",
            "要更新已有项目，请选择「新增和更新」",
            "the project is there already ({0}) and this import only adds: row rejected",
            "To update it, choose to add and update",
        ),
        "plan_strange_line": (
            "明细编号 {0} 不是这个项目的资金明细（或已删除），没有导入",
            "请核对明细编号；新增一笔请把明细编号留空",
            "finance line {0} is none of this project's (or is gone): row rejected",
            "Check the line's number; leave it blank for a new line",
        ),
        "plan_ring": (
            "上级项目编号会使项目成为自己的一部分（{0}），没有导入",
            "请核对各期与整个项目的编号：上级填整个项目，整个项目的上级留空",
            "the parent record would make the project a part of itself ({0}): row rejected",
            "Check the ids of the phases and of the whole: phases name the whole, the whole names none",
        ),
        "plan_place_kept": (
            "库中已有更准确的位置，没有替换",
            "确要替换，请写明坐标系，或在网页地图上拖动",
            "the library knows the place more exactly: kept",
            "To replace it name the datum, or move the point on the map",
        ),
        "plan_former_unit": (
            "「{0}」已更名或并入「{1}」，按「{1}」记入",
            "无需处理；以后请写现在的名称",
            "{0} was renamed or merged: taken as {1}",
            "Nothing to do; use the present name from now on",
        ),
        "plan_clash": (
            "下载工作簿之后，「{0}」已被改为 {1}，表中是 {2}；整行暂缓导入",
            "请重新下载工作簿核对；以本表为准的，请确认就是这一条记录",
            "since the workbook was made, “{0}” has become {1}; the file says {2}: row held",
            "Download the workbook again and compare; if the file is right, say that it is this record",
        ),
    }
)

"""What an import's findings are called on the page: one short sentence per code of the vocabulary."""

from projects.intake.cells import CellIssue, Outcome
from projects.intake.issues import IssueCode, Severity
from views.i18n import Translate


def code_words(code: IssueCode, _: Translate) -> str:
    """Return what was found, in words; a code without words shows itself."""
    return {
        IssueCode.MISSING_VALUE: _("缺少必填的值"),
        IssueCode.NOT_IN_LIST: _("不在可选的词里"),
        IssueCode.INVALID_NUMBER: _("不是确定的数"),
        IssueCode.INVALID_DATE: _("不是日期"),
        IssueCode.AMBIGUOUS_DATE: _("日期有两种读法"),
        IssueCode.PARTIAL_DATE: _("日期没有写到日"),
        IssueCode.DATE_ORDER: _("日期先后不合理"),
        IssueCode.OUT_OF_RANGE: _("超出合理范围"),
        IssueCode.ZERO_VALUE: _("金额为 0"),
        IssueCode.UNIT_SUSPECT: _("单位可疑（万元还是亿元）"),
        IssueCode.DUPLICATE_IN_FILE: _("文件内重复"),
        IssueCode.DUPLICATE_IN_LIBRARY: _("可能与库中记录重复"),
        IssueCode.UNKNOWN_HEADING: _("不认识的列"),
        IssueCode.COORDINATES_SWAPPED: _("经度和纬度可能颠倒"),
        IssueCode.COORDINATES_ZERO: _("坐标为零，视为没有坐标"),
        IssueCode.COORDINATES_OUTSIDE_COUNTRY: _("坐标在国境以外"),
        IssueCode.COORDINATES_OUTSIDE_COUNTY: _("坐标不在所填的县内"),
        IssueCode.NEAR_COUNTY_LINE: _("距县界不足 500 米"),
        IssueCode.CRS_SUSPECT: _("坐标系可能填错"),
        IssueCode.UNKNOWN_COUNTY: _("所填的县不在行政区划表中"),
        IssueCode.NOT_YOUR_COUNTY: _("不属于您的单位"),
        IssueCode.FORMULA_CELL: _("单元格是公式"),
        IssueCode.TEXT_TOO_LONG: _("文字太长"),
        IssueCode.CODE_REGION_MISMATCH: _("项目代码与所在地区不一致"),
        IssueCode.TOWNSHIP_WITHOUT_POINT: _("所在乡镇没有可用的坐标点"),
        IssueCode.UNKNOWN_VALUE: _("写的是“不知道”"),
        IssueCode.APPROXIMATE: _("约数"),
        IssueCode.DATUM_UNKNOWN: _("没有说明坐标系"),
        IssueCode.HIDDEN_CONTENT: _("隐藏的内容"),
        IssueCode.MERGED_CELLS: _("合并单元格"),
        IssueCode.NOT_A_PROJECT: _("不是项目行"),
        IssueCode.ORPHANED_LINE: _("找不到所属项目"),
        IssueCode.NOT_READ: _("没有读取"),
        IssueCode.ACTIVE_CONTENT: _("宏或外部链接"),
        IssueCode.UNKNOWN_RECORD: _("库中没有这个编号"),
        IssueCode.CHANGED_MEANWHILE: _("库中的值在下载之后已被改动"),
        IssueCode.UNIT_RENAMED: _("单位已更名或合并"),
    }.get(code, str(code))


def severity_words(severity: Severity, _: Translate) -> str:
    """Return how much a finding matters."""
    return {
        Severity.INFO: _("说明"),
        Severity.NOTICE: _("提示"),
        Severity.WARNING: _("提醒"),
        Severity.ERROR: _("错误"),
    }[severity]


def outcome_words(outcome: Outcome, _: Translate) -> str:
    """Return the one end of a row."""
    return {
        Outcome.NEW: _("新增"),
        Outcome.UPDATED: _("更新"),
        Outcome.UNCHANGED: _("不变"),
        Outcome.HELD: _("待您决定"),
        Outcome.REJECTED: _("退回修改"),
    }[outcome]


def mender_words(code: str, _: Translate) -> str:
    """Return who can mend a finding."""
    return {"filler": _("填表人"), "reviewer": _("审核人"), "administrator": _("管理员")}.get(code, code)


def where(issue: CellIssue) -> str:
    """Return the cell of a finding with its heading, empty when it concerns no cell.

    >>> from projects.intake.importing import SourceCell
    >>> cell = SourceCell("项目", "G7", "总投资（万元）", "约3亿")
    >>> where(CellIssue(IssueCode.INVALID_NUMBER, Severity.ERROR, cell, "total_investment", "", ""))
    '项目!G7 总投资（万元）'
    """
    cell = issue.cell
    place = f"{cell.sheet}!{cell.address}" if cell.address else cell.sheet
    return f"{place} {cell.heading}".strip()


def reason_words(reason: str, _: Translate) -> str:
    """Return why two records may be the same."""
    return {
        "project_code": _("项目代码相同"),
        "same_name": _("名称相同"),
        "similar_name": _("名称相近"),
        "same_point": _("位置相同"),
    }.get(reason, reason)

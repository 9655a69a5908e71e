"""What is said of headings, sheets, and rows that are no project."""

from types import MappingProxyType
from typing import Final

from projects.intake.import_words.words import Words, rejected, taken

SHEET_WORDS: Final = MappingProxyType(
    {
        "unknown_heading": Words(
            "整列未采用，原文保留",
            "如需录入，请把列名“{0}”改成模板中的列名",
            "column left out, its text is kept",
            "To enter it, rename the column “{0}” to one of the template",
        ),
        "advice": Words("整列未采用，原文保留", "{0}", "column left out, its text is kept", "{1}"),
        "repeated_column": Words(
            "采用前一列，本列未采用",
            "列“{0}”出现两次，请删去一列",
            "the first column is used, this one is left out",
            "The column “{0}” occurs twice: delete one",
        ),
        "no_heading": Words(
            "工作表未读取",
            "没有找到“项目名称”“项目编号”或“项目代码”一列；表中的列名是：{0}。请把列名改成模板中的列名",
            "sheet not read",
            "No column for name, id or project code; the headings found are: {0}. Use those of the template",
        ),
        "sheet_ignored": Words(
            "工作表未读取",
            "工作表“{0}”（{1} 行）看不出是项目、资金、里程碑还是审批手续；需要的话请加上模板的列名",
            "sheet not read",
            "Sheet “{0}” ({1} rows) is none of projects, finance, milestones, approvals; use the template's"
            " headings",
        ),
        "own_dictionary": Words(
            "工作表未读取",
            "工作表“{0}”（{1} 行）是本系统导出时附上的字段说明，不是项目；无需处理",
            "sheet not read",
            "Sheet “{0}” ({1} rows) explains the columns of our own export, no projects; nothing to do",
        ),
        "own_counties": Words(
            "图层未读取",
            "图层“{0}”（{1} 行）是本系统导出的分县统计，不是项目；无需处理",
            "layer not read",
            "Layer “{0}” ({1} rows) counts projects by county in our own export, no projects; nothing to do",
        ),
        "hidden_sheet": taken(
            "工作表“{0}”是隐藏的，也已读取；不想导入请删除",
            "Sheet “{0}” is hidden and was read all the same; delete it if it is not meant",
        ),
        "hidden_rows": taken(
            "有 {0} 行是隐藏的（如第 {1} 行），也已读取；不想导入请删除",
            "{0} rows are hidden (e.g. row {1}) and were read; delete them if they are not meant",
        ),
        "hidden_columns": taken(
            "隐藏的列 {0} 也已读取；不想导入请删除",
            "Hidden columns {0} were read too; delete them if they are not meant",
        ),
        "merged_filled": Words(
            "合并单元格 {0} 的内容用于其中每一行",
            "若只属于第一行，请取消合并后再上传",
            "the content of merged cells {0} is used for each of their rows",
            "If it belongs to the first row only, unmerge and upload again",
        ),
        "merged_first": Words(
            "合并单元格 {0} 的内容只用于第一行",
            "名称、编号和数值不重复使用；请取消合并，逐行填写",
            "the content of merged cells {0} is used for their first row only",
            "Names, ids and amounts are not repeated; unmerge and fill in each row",
        ),
        "macros": Words(
            "宏没有运行，只读取了单元格的值",
            "无需处理；建议另存为 .xlsx",
            "macros were not run, only cell values were read",
            "Nothing to do; saving as .xlsx is better",
        ),
        "external_links": Words(
            "引用其他文件的公式只取已保存的结果",
            "请核对这些数值是否最新",
            "formulas that refer to other files give their saved result only",
            "Check that those values are up to date",
        ),
        "total_row": Words("合计行未作为项目", "无需处理", "a row of totals is no project", "Nothing to do"),
        "section_row": Words(
            "分组标题行未作为项目", "无需处理", "a section title is no project", "Nothing to do"
        ),
        "note_row": Words("说明文字未作为项目", "无需处理", "a note is no project", "Nothing to do"),
        "repeated_heading": Words(
            "重复的表头行已略过", "无需处理", "a repeated heading row was skipped", "Nothing to do"
        ),
        "example_used": Words(
            "示例行已改写，按普通行读取",
            "项目编号一栏的“示例”已忽略；新项目请留空",
            "the example row was typed over and is read as a row",
            "“示例” in the id column is ignored; leave it blank for a new project",
        ),
        "orphan": Words(
            "该行未采用",
            "“{0}”在项目表中没有对应的行；请补上该项目，或更正编号、代码或名称",
            "line left out",
            "“{0}” has no row in the project sheet: add it, or correct the id, code or name",
        ),
        "orphan_unnamed": Words(
            "该行未采用",
            "没有写明属于哪个项目；请填项目编号或项目名称",
            "line left out",
            "It does not say which project it belongs to: fill in the project's id or name",
        ),
        "ambiguous_project": Words(
            "该行未采用",
            "项目表中有多行叫“{0}”；请改填项目编号或项目代码",
            "line left out",
            "Several rows are called “{0}”: give the project's id or code instead",
        ),
        "line_unknown": Words(
            "该行未采用",
            "金额未知的资金不能记入；知道后再填",
            "line left out",
            "Money of unknown amount cannot be entered: fill it in once known",
        ),
        "too_many_cells": rejected(
            "这一行比表头多出“{0}”，各列可能错位；请检查数值里的分隔符（如 1,200）",
            "The row has more cells than the heading (“{0}”): look for commas in values",
        ),
        "blank_heading": Words(
            "没有列名，整列未采用，原文保留",
            "第 {0} 列有内容但没有列名；需要的话请补上",
            "no heading: column left out, its text is kept",
            "Column {0} has content but no heading: add one if it is needed",
        ),
        "line_missing": rejected("请填写“{0}”", "Fill in “{0}”"),
        "line_twice": rejected(
            "同一项目的“{0}”已在第 {1} 行填过，请合并为一行",
            "“{0}” of this project stands in row {1} already: keep one row",
        ),
    }
)

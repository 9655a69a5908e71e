"""What a wrong value is called in the form and the bulk table: the value, the rule, the next step."""

from decimal import Decimal
from typing import Final

from projects.fields import Field, FieldType, Group
from projects.filing.form import LIST_FIELDS, Problem
from projects.intake.issues import IssueCode
from projects.values import DATE_YEARS
from views.i18n import Translate
from views.intake import issue_words

FOREIGN: Final = (
    *("$", "€", "£", "₩", "usd", "hkd", "eur", "gbp", "jpy", "chf"),
    *("美元", "美金", "欧元", "英镑", "日元", "日币", "港币", "港元", "澳门元", "台币", "韩元", "外币"),
)
"""Marks of another currency in a typed amount; nothing is converted here, no rate is known."""


def list_title(kind: str, _: Translate) -> str:
    """Return what a list of the form is called."""
    return {
        "alias": _("别名"),
        "party": _("单位"),
        "finance": _("资金明细"),
        "annual_plan": _("年度计划投资"),
        "milestone": _("里程碑"),
        "approval": _("审批手续"),
    }[kind]


def list_help(kind: str, _: Translate) -> str:
    """Return what goes into the rows of a list."""
    return {
        "alias": _("文件、牌匾上的其他叫法，一行一个"),
        "party": _("项目单位、出资、运营、投资各方，一行一个单位"),
        "finance": _("一笔钱一行，只在一个状态；部分到位时拆成两行。空表为未报，不是零"),
        "annual_plan": _("一年一行"),
        "milestone": _("知道哪个日期填哪个，不知道的留空"),
        "approval": _("办了哪一步填哪一步：日期、文号、办理单位，不知道的留空；不需要办的不填"),
    }[kind]


def group_title(group: Group, _: Translate) -> str:
    """Return the heading of a section of the form."""
    return {
        Group.IDENTITY: _("名称与编号"),
        Group.CLASSIFICATION: _("分类"),
        Group.PLACE: _("位置"),
        Group.LIFE_CYCLE: _("进度"),
        Group.PROMOTION: _("招商"),
        Group.MONEY: _("资金（万元）"),
        Group.SIZE: _("规模"),
        Group.LAND: _("用地与规划"),
        Group.PARTIES: _("单位与联系人"),
        Group.UPKEEP: _("归属与发布"),
    }[group]


def title(field: Field, language: str) -> str:
    """Return a field's heading in the page's language."""
    return field.en if language == "en" else field.zh


def problem(found: Problem, _: Translate) -> str:
    """Return a sentence on one problem: which value, which rule, what to do."""
    words = {
        IssueCode.MISSING_VALUE: _missing,
        IssueCode.INVALID_NUMBER: _number,
        IssueCode.OUT_OF_RANGE: _range,
        IssueCode.TEXT_TOO_LONG: _long,
        IssueCode.INVALID_DATE: _date,
        IssueCode.AMBIGUOUS_DATE: _date,
        IssueCode.DUPLICATE_IN_FILE: _twice,
    }
    return words.get(found.code, _other)(found, _).format(value=found.raw.strip())


def _other(found: Problem, _: Translate) -> str:
    if found.code is IssueCode.NOT_IN_LIST and found.field.type is FieldType.RECORD:
        return _("“{value}”不是记录编号，编号形如 SG-0001。")
    if found.field.name == "key_lists":
        return _("“{value}”读不懂，请写成年份加名单，如 2026省重点；2027市重点。")
    what = issue_words.code_words(found.code, _)
    return _("“{value}”：{what}，请从可选的值中选择。").replace("{what}", what)


def _range(found: Problem, _: Translate) -> str:
    if found.field.type is FieldType.DATE:
        text = _("“{value}”的年份不合理，应在 {low} 到 {high} 年之间。")
        return text.replace("{low}", str(DATE_YEARS[0])).replace("{high}", str(DATE_YEARS[-1]))
    low, high = (
        f"{limit:,}" if limit is not None else "…" for limit in (found.field.lowest, found.field.highest)
    )
    text = _("“{value}”超出范围，应在 {low} 到 {high} 之间。")
    return text.replace("{low}", low).replace("{high}", high)


def _long(found: Problem, _: Translate) -> str:
    text = _("有 {n} 个字，最多 {most} 个，请缩短。")
    return text.replace("{n}", str(len(found.raw.strip()))).replace("{most}", str(found.field.longest))


def _date(found: Problem, _: Translate) -> str:
    del found
    return _("“{value}”不是日期，请写成 2026-05-01 的样子。")


def _twice(found: Problem, _: Translate) -> str:
    del found
    return _("“{value}”在表中已有一行，请合并成一行。")


def _missing(found: Problem, _: Translate) -> str:
    if found.list == "milestone" and found.field.name == "planned_on":
        return _("计划日期和实际日期至少填一个；都不知道就删去这一行。")
    if found.list == "approval" and found.field.name == "planned_on":
        return _("日期、文号、办理单位、说明至少填一项；都不知道就删去这一行。")
    return _("必填，请填写。")


def _number(found: Problem, _: Translate) -> str:
    if found.field.type is FieldType.MONEY and any(mark in found.raw.lower() for mark in FOREIGN):
        return _(
            "“{value}”不是人民币。金额只收人民币，单位万元：请按批文或到账的人民币数填写，原币金额写到说明。"
        )
    return {
        FieldType.TEXT: _("“{value}”不是项目代码，应如 2020-440203-83-01-012345；没有就留空。"),
        FieldType.MONEY: _(
            "“{value}”不是数。请只写数字，单位是万元：1 亿写 10000；不确定就留空，并在备注说明。"
        ),
        FieldType.INTEGER: _("“{value}”不是整数，请只写数字；不知道就留空。"),
        FieldType.YEAR: _("“{value}”不是整数，请只写数字；不知道就留空。"),
    }.get(found.field.type, _("“{value}”不是数，请只写数字；不知道就留空。"))


def where(found: Problem, language: str, _: Translate) -> str:
    """Return where a problem stands: the field, or list, row and column."""
    name = title(found.field, language)
    if found.list not in LIST_FIELDS:
        return name
    return _("{list} 第 {n} 行 {column}").format(list=list_title(found.list, _), n=found.row, column=name)


def in_yi(wan: str, _: Translate) -> str:
    """Return an amount of 10,000 万元 and more in 亿元, "" for a smaller one.

    >>> in_yi("12000.5", str), in_yi("800", str)
    ('= 1.20005 亿元', '')
    """
    amount = Decimal(wan) / 10_000
    return _("= {n} 亿元").format(n=f"{amount.normalize():,f}") if amount >= 1 else ""

"""What an analysis cannot answer, in the reader's language, by the code of the failure.

Below the pages nothing is said to readers: ``gis`` and the compositions raise a code with the numbers of the
sentence. A test holds the tables of words against the codes that are raised.
"""

from numbers import Integral, Real
from string import Formatter
from typing import Final

from gis.errors import BadInput
from views.analysis.refusals.computing import Words, gis_words
from views.analysis.refusals.work import work_words
from views.i18n import Translate

MISALIGNED: Final = ("ids_missing", "index", "length", "shape", "twice", "weights", "weights_length")
"""Failures of the program rather than of what was asked: rows that do not belong together."""


def said(error: BadInput, _: Translate) -> str:
    """Return what is wrong and what to do; a code nobody knows gives the original text in a plain frame."""
    if error.code in MISALIGNED:
        return _(
            "计算前的核对没有通过，数据没有对齐，因此没有给出结果。请把这句话告诉管理员：{detail}"
        ).format(detail=error)
    values = {name: shown(value) for name, value in error.values.items()}
    for sentence in words(_).get(error.code, ()):
        if fields(sentence) <= values.keys():
            return sentence.format(**values)
    return _("按目前的条件不能计算：{detail}").format(detail=error)


def words(_: Translate) -> Words:
    """Return the sentences of every known code, those of a composition before the general ones."""
    own, general = work_words(_), gis_words(_)
    return {code: (*own.get(code, ()), *general.get(code, ())) for code in {**own, **general}}


def fields(sentence: str) -> set[str]:
    """Return the names of the numbers in a sentence.

    >>> sorted(fields("{n} 个地点，{p} 处选址"))
    ['n', 'p']
    """
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def shown(value: object) -> str:
    """Return a number of a sentence with thousands separators, anything else as it is.

    >>> shown(12000), shown(0.5), shown(2500.0), shown("440232")
    ('12,000', '0.5', '2,500', '440232')
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        return str(value)
    return f"{int(value):,}" if isinstance(value, Integral) else f"{float(value):,.10g}"

"""The job ``pack``: an order (``projects.packs.Order.arguments``), or ``{"edition": number}`` to freeze one.

Result: ``{"pack": number, "records": n, "files": n}``. Run again after a power cut it returns what it has
made already, or begins anew. Cancelled, or with a full disk, it leaves nothing.
"""

import logging
from collections.abc import Mapping
from typing import Any, Final

from data.exports.words import filter_in_words
from data.jobs.work import JsonObject, Work
from data.store.packs import FULL, MOST, Finished, PostgisPacks
from projects.errors import BadValue
from projects.packs import Order, Pack, order_of
from projects.work import Progress
from services.pack import edition, making, parts
from services.pack.bench import Bench
from services.pack.benches import bench_of, packs_of

NOISY: Final = ("weasyprint", "fontTools", "pyogrio", "matplotlib")
"""Libraries that log every page and font; the worker's log has a line per job."""
for _name in NOISY:
    logging.getLogger(_name).setLevel(logging.WARNING)


def run(work: Work, arguments: Mapping[str, Any], progress: Progress) -> JsonObject:
    """Make a pack with the rights of whoever asked, whole or not at all."""
    packs = packs_of(work.database, work.token, work.settings)
    done = packs.of_job(work.job_id)
    if done is not None:
        return _told(done)
    if "edition" in arguments:
        return _told(edition.freeze(work, arguments["edition"], packs, progress))
    order = order_of(arguments)
    wanted = parts.chosen(order.parts)
    _refuse_more(packs)
    bench = bench_of(work.database, _reader(work, order), work.settings, order)
    with making.scratch(packs.place, str(work.job_id)) as folder:
        made = making.make(bench, making.Wanted(wanted), folder, progress.step, {"public": order.public})
        progress.step(len(wanted) + 1, len(wanted) + 1)
        return _told(packs.pack(packs.keep(folder, _finished(bench, order, made, work.job_id))))


def _refuse_more(packs: PostgisPacks) -> None:
    """Say before a minute of work what the database would say after it."""
    if len(packs.mine(MOST)) >= MOST:
        raise BadValue(FULL)


def _reader(work: Work, order: Order) -> str:
    """Return whose session reads: the asker's, or nobody's for a pack of what everybody may see."""
    if order.public and not work.settings.anonymous_reads:
        raise BadValue("本系统不对未登录的人开放，没有“人人可见”的内容：请去掉这一项，再重新提交。")
    return "" if order.public else work.token


def _finished(bench: Bench, order: Order, made: making.Made, job_id: int) -> Finished:
    return Finished(
        title=_title(bench)[:200],
        records=made.records,
        language=order.language,
        files=made.files,
        chosen=order.chosen.to_params(),
        detail={"public": order.public, "paper": order.paper, "version": made.version},
        job_id=job_id,
    )


def _title(bench: Bench) -> str:
    """Return what a list calls the pack: its own title, else what it is of, so that two can be told apart."""
    request = bench.request
    if request.title:
        return request.heading
    chosen = filter_in_words(bench.library, request.chosen, request.language)
    return f"{request.heading} · {chosen}"


def _told(pack: Pack) -> JsonObject:
    return {"pack": pack.id, "records": pack.records, "files": len(pack.files)}

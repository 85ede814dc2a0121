"""How many waiters look at their jobs with few calls: a page of the list shows a hundred, Get shows one."""

from typing import Final

__all__ = ["is_page_worth_a_call"]

#: From so many jobs on, the list is tried; for fewer, asking for each costs next to nothing.
_MANY: Final = 10


def is_page_worth_a_call(*, due: int, found: int, pages: int) -> bool:
    """
    Decide whether to read the list's next page, newest first, or to ask for the remaining jobs one by one.

    The list is read on while every page has paid for itself, by a job found that need not be asked for. So a
    round of looks never costs more than one call per job, but for one page that was tried in vain.

    :param due: Jobs to look at in this round.
    :param found: Those that the pages read so far have shown.
    :param pages: Pages read so far.
    """
    return due - found > 0 and due >= _MANY and (pages == 0 or pages < found)

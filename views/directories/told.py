"""What came of a step: done in a callback or before a rerun, told once at the top of the run that follows."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from projects.errors import AtlasError, StorageUnavailable
from views.notices import notice
from views.shell import Shell, storage_words

_SAID: Final = "directories-said"


def tell(sentence: str, kind: str = "info") -> None:
    """Keep a sentence for the next run."""
    st.session_state[_SAID] = (sentence, kind)


def draw() -> None:
    """Show what was kept, once."""
    if found := st.session_state.pop(_SAID, None):
        notice(*found)


def attempt(shell: Shell, done: str, work: Callable[[], object]) -> bool:
    """Do something and keep what came of it; return whether it was done."""
    if refusal := refused(shell, work):
        tell(refusal, "error")
        return False
    tell(done)
    return True


def refused(shell: Shell, work: Callable[[], object]) -> str:
    """Do something and return why it could not be done, "" when it was."""
    try:
        work()
    except StorageUnavailable as error:
        return storage_words(error, shell.translate)
    except AtlasError as error:
        return str(error)
    return ""

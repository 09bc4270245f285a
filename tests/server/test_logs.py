from __future__ import annotations

import logging

import pytest

from server.logs import logging_to_stderr


def test_the_terminal_shows_our_lines_and_the_warnings_of_libraries(capsys: pytest.CaptureFixture[str]) -> None:
    with logging_to_stderr(logging.INFO):
        logging.getLogger("server.torrent").info("ours")
        logging.getLogger("aiohttp.access").info("GET /api/status 200")
        logging.getLogger("alembic.runtime").info("chatter")
        logging.getLogger("alembic.runtime").warning("trouble")
    shown = capsys.readouterr().err
    assert "INFO server.torrent: ours" in shown
    assert "GET /api/status 200" in shown
    assert "trouble" in shown
    assert "chatter" not in shown

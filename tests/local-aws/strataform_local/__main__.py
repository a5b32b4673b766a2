"""`python -m strataform_local --port 4566`: a local AWS on the loopback interface."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"


def _settings(port: int, folder: str) -> None:
    """Set ministack's environment variables; by default, it opens other ports on every interface."""
    os.environ.update(
        BIND_HOST=HOST,
        MINISTACK_HOST=HOST,
        GATEWAY_PORT=str(port),
        IOT_MTLS_ENABLED="0",
        SFTP_ENABLED="0",
        PERSIST_STATE="0",
        S3_PERSIST="0",
        TMPDIR=folder,
    )
    # Waits in state machines are 50 times shorter than in AWS.
    os.environ.setdefault("SFN_WAIT_SCALE", "0.02")
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    os.environ.setdefault("MINISTACK_ACCOUNT_ID", "123456789012")
    # Jobs and functions that the server starts call it back.
    os.environ.setdefault("AWS_ACCESS_KEY_ID", "test")
    os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "test")
    os.environ["AWS_ENDPOINT_URL"] = f"http://{HOST}:{port}"
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    tempfile.tempdir = folder


def _announce(path: Path, port: int) -> None:
    new = path.with_name(f"{path.name}.{os.getpid()}")
    new.write_text(json.dumps({"port": port, "pid": os.getpid()}))
    new.replace(path)


def _watch(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """Wait until standard input closes, because the parent process has ended."""
    while sys.stdin.buffer.read(1024):
        pass
    loop.call_soon_threadsafe(stop.set)


async def _serve(listening: socket.socket, ready: Path | None, until_eof: bool) -> None:
    from hypercorn.asyncio import serve
    from hypercorn.config import Config

    from . import data_api, spark
    from .app import App

    config = Config()
    config.bind = [f"fd://{listening.fileno()}"]
    config.accesslog = None
    config.errorlog = None
    config.keep_alive_timeout = 75
    config.graceful_timeout = 1
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if until_eof:
        threading.Thread(target=_watch, args=(loop, stop), daemon=True).start()
    app: Any = App()

    async def until() -> None:
        # Hypercorn awaits this only once it listens.
        if ready is not None:
            _announce(ready, listening.getsockname()[1])
        print(f"strataform-local listens on http://{HOST}:{listening.getsockname()[1]}", flush=True)
        await stop.wait()

    try:
        await serve(app, config, shutdown_trigger=until)
    finally:
        spark.end_all()
        await data_api.end_all()


def main() -> int:
    parser = argparse.ArgumentParser(prog="strataform_local", description=__doc__)
    parser.add_argument("--port", type=int, default=4566, help="port of the endpoint; 0 selects a free port")
    parser.add_argument("--ready-file", type=Path, help="file to write the port and the PID to when ready")
    parser.add_argument("--until-eof", action="store_true", help="exit when standard input closes")
    args = parser.parse_args()
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, args.port))
    except OSError as error:
        print(f"cannot listen on {HOST}:{args.port}: {error}", file=sys.stderr)
        return 1
    folder = tempfile.mkdtemp(prefix="strataform-local-")
    _settings(listening.getsockname()[1], folder)
    try:
        asyncio.run(_serve(listening, args.ready_file, args.until_eof))
    finally:
        if args.ready_file is not None:
            with contextlib.suppress(OSError):
                args.ready_file.unlink()
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: MIT
"""Run the command so that it dies, or fails, at one of its calls that change a disk."""
import os
import pathlib
import signal
import subprocess
import tempfile

BUILD = pathlib.Path(os.environ["top_builddir"])
STOKER = os.environ["STOKER"]
SHIM = BUILD / "tests/long/.libs/die-at.so"


def environment(env=None, **more):
    """For what runs below the shim; a sanitizer must not insist on being first."""
    env = dict(os.environ if env is None else env, LD_PRELOAD=str(SHIM), **more)
    env["ASAN_OPTIONS"] = "verify_asan_link_order=0"
    return env


def run(args, at, how="kill", env=None, **popen):
    """(return code, stdout, stderr): -SIGKILL if it died. @args without "stoker"."""
    done = subprocess.run([STOKER, *map(str, args)], capture_output=True, check=False,
                          env=environment(env, DIE_AT=str(at), DIE_HOW=how), **popen)
    return done.returncode, done.stdout.decode(), done.stderr.decode(errors="replace")


def died(code):
    # The wrapper script hands a signal on as 128 + number.
    return code in (-signal.SIGKILL, 128 + signal.SIGKILL)


def count(args, env=None, **popen):
    """How many such calls a run that is left alone makes."""
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/count"
        subprocess.run([STOKER, *map(str, args)], capture_output=True, check=True,
                       env=environment(env, DIE_COUNT=path), **popen)
        return int(pathlib.Path(path).read_text())

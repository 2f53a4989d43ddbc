# SPDX-License-Identifier: MIT
"""A virtual board in a process of its own, and its flash as neither host nor target see it."""
import os
import pathlib
import re
import signal
import struct
import subprocess
import threading

import harness
import rsp


class Board:
    """stoker board: started, and listening, when the constructor returns."""

    def __init__(self, target, *more, env=None, program=None):
        self.target, self.more, self.env = target, more, env
        self.program = program or os.environ["STOKER"]
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [self.program, "board", "-t", self.target, "--listen", "127.0.0.1:0",
             *map(str, self.more)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env=self.env, preexec_fn=harness.heed_signals)
        self.said = ""
        for line in self.process.stdout:
            self.said += line
            if found := re.search(r"127\.0\.0\.1:([1-9]\d*)", line):
                break
        else:
            raise RuntimeError(f"no board: {self.said}")
        self.port = int(found[1])
        self.address = f"127.0.0.1:{self.port}"
        # It talks on, and a pipe holds 64 KiB.
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()

    def _listen(self):
        for line in self.process.stdout:
            self.said += line

    def _ended(self):
        code = self.process.wait(timeout=60)
        self.listener.join()
        self.process.stdout.close()
        return self.said, code

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()

    def kill(self):
        self.process.kill()
        self._ended()

    def stop(self):
        """It ends by itself when asked to; what it said, and its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self._ended()

    def read(self, start, size):
        """Over a connection of our own: neither Stoker's target nor its host."""
        with rsp.Client("127.0.0.1", self.port) as client:
            client.begin(no_ack=True)
            return client.read(start, size)


def stored(path, array):
    """The cells as a store keeps them: no process has a say."""
    data = pathlib.Path(path).read_bytes()
    for at in range(96, 4096, 32):	# plugins/target/emu/store.c: the directory
        name, size, start = struct.unpack_from("<16sQQ", data, at)
        if name.rstrip(b"\0").decode() == array:
            return data[start:start + size]
    raise ValueError(f"{path} has no {array}")

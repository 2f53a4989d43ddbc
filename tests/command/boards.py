# SPDX-License-Identifier: MIT
"""A board of the program's own, on a free port, and what it says."""
import json
import signal

import rsp


class Board:
    """Serves from the first line on; a context that ends it by @signo."""

    def __init__(self, case, *args, command="board", listen="127.0.0.1:0", machine=True,
                 signo=signal.SIGTERM):
        self.case, self.machine, self.signo = case, machine, signo
        self.process = case.start(command, *(["--json"] if machine else []), "--listen", listen,
                                  *args, bufsize=0)
        case.addCleanup(self.process.wait)
        case.addCleanup(self.process.kill)
        self.lines = [self.process.stdout.readline().decode()]
        self.where = self.first()

    def first(self):
        if not self.lines[0]:
            raise AssertionError(self.process.communicate()[1].decode())
        if self.machine:
            return json.loads(self.lines[0])["where"]
        return self.lines[0].removeprefix("listening on ").rstrip("\n")

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if not kind:
            self.end()

    def client(self):
        host, _, port = self.where.rpartition(":")
        return rsp.Client(host, int(port))

    def end(self, code=0):
        """All that it said: documents, or lines."""
        self.process.send_signal(self.signo)
        out, self.err = self.process.communicate()
        self.err = self.err.decode()
        self.case.assertEqual(self.process.returncode, code, self.err)
        self.lines += out.decode().splitlines(keepends=True)
        if not self.machine:
            return self.lines
        self.events = [json.loads(line) for line in self.lines]
        return self.events

"""Runs a program on a pseudo-terminal and answers its questions as somebody would who types.

Arguments: a JSON file with [[what to wait for, what to type], ...], then the program with its arguments. Writes all
that the terminal showed to standard output, and ends with the program's exit code.
"""

import json
import os
import pty
import sys


def main() -> int:
    with open(sys.argv[1], encoding="utf-8") as file:
        steps = json.load(file)
    child, terminal = pty.fork()
    if child == 0:
        os.execvp(sys.argv[2], sys.argv[2:])
    unread = ""
    for wanted, answer in steps:
        while wanted not in unread:
            more = read(terminal)
            if more is None:
                sys.stdout.write(f"\n[ended before: {wanted}]\n")
                return end(child)
            unread += more
        unread = unread.split(wanted, 1)[1]
        os.write(terminal, (answer + "\n").encode())
    while read(terminal) is not None:
        pass
    return end(child)


def read(terminal: int) -> str | None:
    try:
        data = os.read(terminal, 65536)
    except OSError:  # how Linux says that the other side is closed
        return None
    text = data.decode("utf-8", "replace")
    sys.stdout.write(text)
    return text or None


def end(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


sys.exit(main())

"""Loaded by Python itself before Synapse (PYTHONPATH), in the sandbox and the tests only.

Maps every host name under .test to loopback, so that several homeservers on one machine have names of their own
without touching /etc/hosts, and ends the process when the one that started it is gone.
"""

import os
import socket
import threading
import time

_getaddrinfo = socket.getaddrinfo


def _loopback_getaddrinfo(host, *args, **kwargs):
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if isinstance(name, str) and name.rstrip(".").lower().endswith(".test"):
        host = "127.0.0.1"
    return _getaddrinfo(host, *args, **kwargs)


socket.getaddrinfo = _loopback_getaddrinfo


def _die_with_parent(parent):
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


if os.environ.get("HEIMDALL_SANDBOX_PARENT", "").isdigit():
    threading.Thread(
        target=_die_with_parent,
        args=(int(os.environ["HEIMDALL_SANDBOX_PARENT"]),),
        daemon=True,
    ).start()

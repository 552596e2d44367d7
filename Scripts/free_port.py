#!/usr/bin/python3
"""Prints a port on 127.0.0.1 for a server that is about to be started. It lies below those that the system gives away by
itself, so that nobody takes it until the server is there."""

import random
import socket

while True:
    port = random.randrange(10_000, 32_000)
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            continue
    print(port)
    break

# SPDX-License-Identifier: MIT
"""A web server on loopback that misbehaves as the first part of a path says.

    server.py FILE PORT_FILE LOG_FILE [CERTIFICATE]

Serves FILE's content at /SCENARIO/any/name, writes its port to PORT_FILE and a
line "METHOD PATH RANGE STATUS AUTH" for each request to LOG_FILE. Scenarios that
fail only at first count the requests for their path. With CERTIFICATE (PEM, with
its key) it speaks TLS. Asked as a proxy, it answers itself.
"""

import http.server
import os
import socket
import ssl
import struct
import sys
import threading
import time

BODY = open(sys.argv[1], "rb").read()
HALF = len(BODY) // 2
SEEN = {}
LOCK = threading.Lock()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def note(self, status):
        with LOCK, open(sys.argv[3], "a") as log:
            print(self.command, self.path, self.headers.get("Range", "-"), status,
                  self.headers.get("Authorization", "-"), file=log)

    def head(self, status, length=None, **more):
        self.note(status)
        self.send_response(status)
        for name, value in more.items():
            self.send_header(name.replace("_", "-"), value)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def empty(self, status, **more):
        self.head(status, 0, **more)

    def start(self):
        value = self.headers.get("Range")
        return int(value[len("bytes="):-1]) if value else 0

    def part(self, first, end=None):
        """The head of what was asked, and the bytes up to position END."""
        rest = BODY[first:]
        if first:
            self.head(206, len(rest),
                      Content_Range=f"bytes {first}-{len(BODY) - 1}/{len(BODY)}")
        else:
            self.head(200, len(rest))
        self.wfile.write(BODY[first:end])
        self.wfile.flush()

    def cut(self):
        self.close_connection = True

    def reset(self):
        """Close so that the other side gets a reset, not an end."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True

    def do_GET(self):
        with LOCK:
            count = SEEN[self.path] = SEEN.get(self.path, 0) + 1
        path = self.path
        if path.startswith("http://"):
            path = "/" + path.split("/", 3)[3]
        scenario = path.split("/")[1]
        first = self.start()
        getattr(self, "on_" + scenario.replace("-", "_"), self.on_missing)(count, first)

    def on_missing(self, count, first):
        self.empty(404)

    def on_good(self, count, first):
        self.part(first)

    def on_no_range(self, count, first):
        self.part(0)

    def on_cut_once(self, count, first):
        if count > 1:
            return self.part(first)
        self.part(first, HALF)
        self.cut()

    def on_cut_once_no_range(self, count, first):
        if count > 1:
            return self.part(0)
        self.part(0, HALF)
        self.cut()

    def on_cut_always(self, count, first):
        """Never a byte beyond the middle."""
        self.part(first, HALF)
        self.cut()

    def on_reset_once(self, count, first):
        if count > 1:
            return self.part(first)
        self.part(first, HALF)
        self.reset()

    def on_stall_once(self, count, first):
        if count > 1:
            return self.part(first)
        self.part(first, HALF)
        time.sleep(6)
        self.cut()

    def on_wait(self, count, first):
        """Half, then nothing for long."""
        self.part(first, HALF)
        time.sleep(60)
        self.cut()

    def on_slow(self, count, first):
        self.part(first, HALF)
        time.sleep(2)
        self.wfile.write(BODY[max(first, HALF):])

    def on_short_chunked(self, count, first):
        """An orderly end, too early."""
        self.head(200, Transfer_Encoding="chunked")
        self.wfile.write(b"%x\r\n" % HALF + BODY[:HALF] + b"\r\n0\r\n\r\n")

    def on_busy_once(self, count, first):
        if count > 1:
            return self.part(first)
        self.empty(503)

    def on_limit_once(self, count, first):
        if count > 1:
            return self.part(first)
        self.empty(429, Retry_After="1")

    def on_limit_long(self, count, first):
        self.empty(429, Retry_After="3600")

    def on_forbidden(self, count, first):
        self.empty(403)

    def on_wrong_range(self, count, first):
        """Another part than the one asked for."""
        if not first:
            return self.part(0)
        rest = BODY[first - 1:]
        self.head(206, len(rest), Content_Range=f"bytes {first - 1}-{len(BODY) - 1}/{len(BODY)}")
        self.wfile.write(rest)

    def on_wrong_total(self, count, first):
        if not first:
            return self.part(0)
        rest = BODY[first:]
        self.head(206, len(rest), Content_Range=f"bytes {first}-{len(BODY) - 1}/{len(BODY) + 1}")
        self.wfile.write(rest)

    def on_unasked_range(self, count, first):
        self.head(206, len(BODY), Content_Range=f"bytes 0-{len(BODY) - 1}/{len(BODY)}")
        self.wfile.write(BODY)

    def on_416(self, count, first):
        if first:
            return self.empty(416, Content_Range=f"bytes */{len(BODY)}")
        self.part(0)

    def on_longer(self, count, first):
        self.head(200, len(BODY) + 1)
        self.wfile.write(BODY + b"x")

    def on_endless(self, count, first):
        """No length, no end."""
        self.head(200, Transfer_Encoding="chunked")
        try:
            while True:
                self.wfile.write(b"%x\r\n" % len(BODY) + BODY + b"\r\n")
        except OSError:
            self.cut()

    def on_login(self, count, first):
        page = b"<html>Please log in to this network</html>"
        self.head(200, len(page), Content_Type="text/html")
        self.wfile.write(page)

    def on_wrong(self, count, first):
        """The right length, another content; agrees to any range."""
        wrong = bytes(len(BODY))[first:]
        if first:
            self.head(206, len(wrong),
                      Content_Range=f"bytes {first}-{len(BODY) - 1}/{len(BODY)}")
        else:
            self.head(200, len(wrong))
        self.wfile.write(wrong)

    def on_headers(self, count, first):
        self.note(200)
        self.send_response(200)
        try:
            for i in range(4000):
                self.send_header(f"X-{i}", "y" * 60)
            self.end_headers()
        except OSError:
            pass
        self.cut()

    def on_garbage(self, count, first):
        self.note(0)
        self.wfile.write(b"\x00\x01 this is no HTTP\r\n\r\n")
        self.cut()

    def on_redirect(self, count, first):
        """/redirect/N/SCENARIO/…: N hops, then SCENARIO."""
        _, _, hops, rest = self.path.split("/", 3)
        target = f"/redirect/{int(hops) - 1}/{rest}" if int(hops) > 1 else f"/{rest}"
        self.empty(302, Location=target)

    def on_other_host(self, count, first):
        """To the same server under another name."""
        self.empty(307, Location=f"http://localhost:{self.server.server_port}/good/x")

    def on_to_file(self, count, first):
        self.empty(301, Location="file://" + os.path.abspath(sys.argv[1]))

    def on_to_password(self, count, first):
        self.empty(301, Location=f"http://a:b@127.0.0.1:{self.server.server_port}/good/x")

    def on_nowhere(self, count, first):
        self.empty(302)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass


server = Server(("127.0.0.1", 0), Handler)
if len(sys.argv) > 4:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(sys.argv[4])
    server.socket = tls.wrap_socket(server.socket, server_side=True)
with open(sys.argv[2] + ".new", "w") as port:
    print(server.server_port, file=port)
os.rename(sys.argv[2] + ".new", sys.argv[2])
server.serve_forever()

# SPDX-License-Identifier: MIT
"""Downloads on bad days, by the dozen: each scenario is a way in which a server or the
network goes wrong, tried with several seeds (where it happens, which code, how much).

usage: scenarios.py FETCH_FILE FOLDER [SEEDS [SCENARIO]]

FETCH_FILE is tests/faults/fetch_file. Each try has a cache of its own. A scenario says
how it must end: OK (the file came), FAIL (status 4 or 5, with a reason), or EITHER.
In all cases nothing has a name in the cache but the right bytes, a part is not longer
than the file, and the program ends by itself. HTTP/1 is spoken byte by byte here, and
HTTP/2 frame by frame, because no well-behaved library can be told to do these things.
A scenario of HTTP/2 is chosen by the server's name (NAME.localhost).

Prints a line for each scenario and a total; the status is 1 when anything was wrong."""

import concurrent.futures
import hashlib
import os
import random
import resource
import shutil
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time

OK, FAIL, EITHER = 'ok', 'fail', 'either'
SIZE = 200000
BODY = random.Random('body').randbytes(SIZE)
SUM = hashlib.sha256(BODY).hexdigest()
SCENARIOS = {}
MEMORY_MAX_KIB = 100 * 1024


def scenario(expect, h2=False):
    def add(function):
        SCENARIOS[function.__name__.replace('_', '-')] = (expect, h2, function)
        return function
    return add


class Cut(Exception):
    """The connection is to be closed."""


class Again(Exception):
    """The next request on the same connection."""


class Web:
    """One request over HTTP/1, and what can be said to it."""

    def __init__(self, conn, rng, path, attempt, headers):
        self.conn, self.rng, self.path = conn, rng, path
        self.attempt, self.headers = attempt, headers
        asked = headers.get('range', '')
        self.first = int(asked[6:].rstrip('-')) if asked.startswith('bytes=') else 0
        self.at = rng.randrange(1, SIZE - 1)  # where it goes wrong: the same at each attempt

    def send(self, data):
        self.conn.sendall(data)

    def head(self, status, *headers):
        lines = ['HTTP/1.1 %s X' % status] + ['%s: %s' % h for h in headers]
        self.send(('\r\n'.join(lines) + '\r\n\r\n').encode('latin-1'))

    def empty(self, status, *headers):
        self.head(status, ('Content-Length', 0), *headers)

    def range_head(self, *more):
        if self.first:
            self.head(206, ('Content-Length', SIZE - self.first),
                      ('Content-Range', 'bytes %d-%d/%d' % (self.first, SIZE - 1, SIZE)), *more)
        else:
            self.head(200, ('Content-Length', SIZE), *more)

    def good(self, end=None, *more):
        """What a good server does, up to position END."""
        self.range_head(*more)
        self.send(BODY[self.first:end])
        if end is not None and end < SIZE:
            raise Cut

    def whole(self, *more):
        self.head(200, ('Content-Length', SIZE), *more)
        self.send(BODY)

    def reset(self):
        self.conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        raise Cut

    def chunk(self, data):
        self.send(b'%x\r\n%s\r\n' % (len(data), data))


# Good servers of all kinds.

@scenario(OK)
def good(w):
    w.good()


@scenario(OK)
def good_chunked(w):
    w.head(200, ('Transfer-Encoding', 'chunked'))
    at = 0
    while at < SIZE:
        n = w.rng.randrange(1, 20000)
        w.chunk(BODY[at:at + n])
        at += n
    w.send(b'0\r\n\r\n')


@scenario(OK)
def good_until_it_closes(w):
    w.head(200, ('Connection', 'close'))
    w.send(BODY)
    raise Cut


@scenario(OK)
def good_in_small_pieces(w):
    w.range_head()
    for at in range(0, SIZE, 1000):
        w.send(BODY[at:at + 1000])
        time.sleep(0.0005)


@scenario(OK)
def encoding_that_is_none(w):
    """A body is never decoded: the digest is that of the bytes."""
    w.whole(('Content-Encoding', w.rng.choice(['gzip', 'br', 'deflate', 'x-unknown'])))


@scenario(OK)
def interim_answers(w):
    for _ in range(w.rng.randrange(1, 9)):
        w.send(w.rng.choice([b'HTTP/1.1 100 Continue\r\n\r\n', b'HTTP/1.1 103 Early\r\nLink: </x>\r\n\r\n']))
    w.good()


@scenario(OK)
def more_behind_the_length(w):
    w.whole()
    w.send(w.rng.randbytes(w.rng.randrange(1, 5000)))
    raise Cut


# Connections that end.

@scenario(OK)
def truncated_once(w):
    w.good(w.at if w.attempt == 1 else None)


@scenario(OK)
def truncated_many_times(w):
    w.good(min(SIZE, w.first + w.rng.randrange(SIZE // 6, SIZE // 2)))


@scenario(FAIL)
def truncated_at_the_same_byte(w):
    w.good(w.at)


@scenario(OK)
def truncated_before_the_first_byte(w):
    w.good(w.first if w.attempt == 1 else None)


@scenario(OK)
def truncated_before_the_last_byte(w):
    w.good(SIZE - 1 if w.attempt == 1 else None)


@scenario(OK)
def truncated_chunk_once(w):
    if w.attempt > 1:
        return w.good()
    w.head(200, ('Transfer-Encoding', 'chunked'))
    w.send(b'%x\r\n' % SIZE + BODY[:w.at])
    raise Cut


@scenario(OK)
def reset_once(w):
    if w.attempt > 1:
        return w.good()
    w.range_head()
    w.send(BODY[w.first:w.at])
    w.reset()


@scenario(FAIL)
def reset_always(w):
    w.range_head()
    w.send(BODY[w.first:w.at])
    w.reset()


@scenario(OK)
def reset_before_the_answer(w):
    if w.attempt > 1:
        return w.good()
    w.reset()


@scenario(OK)
def reset_in_the_headers(w):
    if w.attempt > 1:
        return w.good()
    w.send((b'HTTP/1.1 200 OK\r\nContent-Length: %d\r\nX-A: ' % SIZE)[:w.rng.randrange(1, 40)])
    w.reset()


@scenario(FAIL)
def closed_without_an_answer(w):
    raise Cut


# Connections on which nothing comes.

@scenario(OK)
def stalled_once(w):
    if w.attempt > 1:
        return w.good()
    w.range_head()
    w.send(BODY[w.first:w.at])
    time.sleep(4)
    raise Cut


@scenario(OK)
def stalled_before_the_answer(w):
    if w.attempt == 1:
        time.sleep(4)
        raise Cut
    w.good()


@scenario(OK)
def stalled_in_the_headers(w):
    if w.attempt == 1:
        w.send(b'HTTP/1.1 200 OK\r\nContent-')
        time.sleep(4)
        raise Cut
    w.good()


@scenario(OK)
def dripping_once(w):
    """Never silent, but it would take weeks."""
    w.range_head()
    if w.attempt > 1:
        return w.send(BODY[w.first:])
    w.send(BODY[w.first:w.at])
    for at in range(w.at, w.at + 30):
        w.send(BODY[at:at + 1])
        time.sleep(0.2)
    raise Cut


# Ranges.

@scenario(OK)
def range_ignored(w):
    if w.attempt == 1:
        return w.good(w.at)
    w.whole()


@scenario(OK)
def range_refused(w):
    if w.attempt == 1:
        return w.good(w.at)
    if w.first:
        return w.empty(416, ('Content-Range', 'bytes */%d' % SIZE))
    w.good()


@scenario(EITHER)
def range_of_another_part(w):
    if not w.first:
        return w.good(w.at if w.attempt == 1 else None)
    first = max(0, w.first + w.rng.choice([-1, 1, -100, 100, -w.first]))
    w.head(206, ('Content-Length', SIZE - first),
           ('Content-Range', 'bytes %d-%d/%d' % (first, SIZE - 1, SIZE)))
    w.send(BODY[first:])


@scenario(EITHER)
def range_of_another_total(w):
    if not w.first:
        return w.good(w.at if w.attempt == 1 else None)
    total = SIZE + w.rng.choice([-1, 1, 1000, -1000, SIZE, 1 << 62])
    w.head(206, ('Content-Length', SIZE - w.first),
           ('Content-Range', 'bytes %d-%d/%d' % (w.first, SIZE - 1, total)))
    w.send(BODY[w.first:])


@scenario(EITHER)
def range_that_is_none(w):
    if not w.first:
        return w.good(w.at if w.attempt == 1 else None)
    value = w.rng.choice(['', 'bytes', 'bytes -', 'bytes %d' % w.first, 'items 0-1/2', 'bytes 5-1/2',
                          'bytes %d-99999999999999999999/*' % w.first, 'bytes a-b/c', 'bytes */*'])
    w.head(206, ('Content-Length', SIZE - w.first), ('Content-Range', value))
    w.send(BODY[w.first:])


@scenario(EITHER)
def range_without_a_word(w):
    if not w.first:
        return w.good(w.at if w.attempt == 1 else None)
    w.head(206, ('Content-Length', SIZE - w.first))
    w.send(BODY[w.first:])


@scenario(EITHER)
def range_in_several_parts(w):
    if not w.first:
        return w.good(w.at if w.attempt == 1 else None)
    body = b'--x\r\nContent-Range: bytes 0-9/%d\r\n\r\n%s\r\n--x--\r\n' % (SIZE, BODY[:10])
    w.head(206, ('Content-Length', len(body)), ('Content-Type', 'multipart/byteranges; boundary=x'))
    w.send(body)


@scenario(FAIL)
def range_that_nobody_asked_for(w):
    end = w.rng.randrange(100, SIZE)
    w.head(206, ('Content-Length', end), ('Content-Range', 'bytes 0-%d/%d' % (end - 1, SIZE)))
    w.send(BODY[:end])


@scenario(OK)
def etag_changed(w):
    """A server that keeps to the rules: it sends all when the file has changed."""
    if w.attempt == 1:
        return w.good(w.at, ('ETag', '"old"'), ('Accept-Ranges', 'bytes'))
    if w.headers.get('if-range') == '"old"':
        return w.whole(('ETag', '"new"'))
    w.good(None, ('ETag', '"new"'))


@scenario(EITHER)
def etag_changed_and_ignored(w):
    """The rest of another file, to whoever has the beginning of this one."""
    if w.attempt == 1:
        return w.good(w.at, ('ETag', '"old"'))
    if not w.first:
        return w.good(None, ('ETag', '"old"'))
    w.range_head(('ETag', '"new"'))
    w.send(bytes(SIZE - w.first))


@scenario(OK)
def etag_that_is_none(w):
    etag = w.rng.choice(['', '"', 'W/"x"', 'x' * 5000, '"a\tb"', '""', '"' + 'e' * 300 + '"', '"a" "b"'])
    w.good(w.at if w.attempt == 1 else None, ('ETag', etag))


# Lengths and contents.

@scenario(FAIL)
def longer(w):
    more = w.rng.choice([1, 100, SIZE])
    w.head(200, ('Content-Length', SIZE + more))
    w.send(BODY + bytes(more))


@scenario(FAIL)
def longer_in_chunks(w):
    w.head(200, ('Transfer-Encoding', 'chunked'))
    for _ in range(50):
        w.chunk(BODY)


@scenario(FAIL)
def announced_much_longer(w):
    w.head(200, ('Content-Length', w.rng.choice([1 << 40, (1 << 63) - 1, 1 << 33])))
    for _ in range(50):
        w.send(BODY)


@scenario(FAIL)
def shorter(w):
    end = w.rng.randrange(0, SIZE)
    w.head(200, ('Content-Length', end))
    w.send(BODY[:end])


@scenario(FAIL)
def length_that_is_none(w):
    w.send(b'HTTP/1.1 200 OK\r\nContent-Length: %s\r\n\r\n' %
           w.rng.choice([b'-5', b'x', b'0x30d40', b'99999999999999999999999', b'1e5']) + bytes(100))
    raise Cut


@scenario(EITHER)
def two_lengths(w):
    w.head(200, ('Content-Length', SIZE), ('Content-Length', w.rng.randrange(SIZE)))
    w.send(BODY)
    raise Cut


@scenario(EITHER)
def length_and_chunks(w):
    w.head(200, ('Content-Length', w.rng.randrange(SIZE)), ('Transfer-Encoding', 'chunked'))
    w.chunk(BODY)
    w.send(b'0\r\n\r\n')
    raise Cut


@scenario(FAIL)
def another_content(w):
    w.range_head()
    w.send(w.rng.randbytes(SIZE - w.first))


@scenario(FAIL)
def one_bit_wrong(w):
    body = bytearray(BODY)
    body[w.at] ^= 1 << (w.at % 8)
    w.range_head()
    w.send(bytes(body[w.first:]))


@scenario(FAIL)
def a_login_page(w):
    page = b'<html>Please log in' + b' ' * w.rng.randrange(5000)
    w.head(200, ('Content-Type', 'text/html'), ('Content-Length', len(page)))
    w.send(page)


# Headers.

@scenario(FAIL)
def one_huge_header(w):
    w.send(b'HTTP/1.1 200 OK\r\nX-Long: ' + b'y' * w.rng.randrange(1 << 20, 3 << 20) + b'\r\n\r\n')
    raise Cut


@scenario(FAIL)
def many_headers(w):
    w.head(200, *[('X-%d' % i, 'y' * 60) for i in range(w.rng.randrange(6000, 9000))])
    raise Cut


@scenario(FAIL)
def endless_headers(w):
    w.send(b'HTTP/1.1 200 OK\r\n')
    for i in range(100000):
        w.send(b'X-%d: %s\r\n' % (i, b'z' * 1000))
    raise Cut


@scenario(FAIL)
def endless_interim_answers(w):
    for _ in range(100000):
        w.send(b'HTTP/1.1 103 Early\r\nX: %s\r\n\r\n' % (b'z' * 1000))
    raise Cut


@scenario(EITHER)
def odd_headers(w):
    w.send(b'HTTP/1.1 200 OK\r\n' + w.rng.choice([
        b'no colon\r\n', b': no name\r\n', b'X-NUL: a\0b\r\n', b' folded\r\n', b'X: a\r\n\tfolded\r\n',
        b'\x80\xff: latin\r\n', b'X-\x1b[31m: red\r\n', b'Set-Cookie: ' + b'c' * 5000 + b'\r\n']) +
           b'Content-Length: %d\r\n\r\n' % SIZE + BODY)
    raise Cut


@scenario(FAIL)
def no_http(w):
    w.send(w.rng.choice([b'\0\1 this is no HTTP\r\n\r\n', b'SSH-2.0-OpenSSH_9\r\n', b'220 ftp\r\n',
                         b'HTTP/9.9 200 OK\r\n\r\n', b'HTTP/1.1\r\n\r\n', b'HTTP/1.1 OK 200\r\n\r\n',
                         b'<html></html>', BODY[:1000]]))
    raise Cut


@scenario(FAIL)
def chunks_that_are_none(w):
    w.head(200, ('Transfer-Encoding', 'chunked'))
    w.send(w.rng.choice([b'xyz\r\n', b'-1\r\n', b'ffffffffffffffffff\r\n', b'\r\n\r\n', b'10 10\r\nabc',
                         b'5\r\nabcdefgh\r\n', b'7fffffffffffffff\r\nabc', b'5;' + b'e' * 100000]) + bytes(9))
    raise Cut


@scenario(EITHER)
def endless_trailers(w):
    w.head(200, ('Transfer-Encoding', 'chunked'))
    w.chunk(BODY)
    w.send(b'0\r\n')
    for i in range(20000):
        w.send(b'X-%d: %s\r\n' % (i, b'z' * 1000))
    raise Cut


# Statuses.

@scenario(OK)
def busy_once(w):
    if w.attempt == 1:
        return w.empty(w.rng.choice([500, 502, 503, 504, 408, 429]))
    w.good()


@scenario(FAIL)
def busy_always(w):
    w.empty(w.rng.choice([500, 502, 503, 504, 429]))


@scenario(OK)
def busy_for_a_second(w):
    if w.attempt == 1:
        return w.empty(w.rng.choice([429, 503]), ('Retry-After', '1'))
    w.good()


@scenario(FAIL)
def busy_for_an_hour(w):
    w.empty(429, ('Retry-After', w.rng.choice(['3600', '86400', '99999999999'])))


@scenario(EITHER)
def busy_for_no_time(w):
    if w.attempt == 1:
        return w.empty(429, ('Retry-After', w.rng.choice(['-5', 'soon', '', '1e3', '0', '\x01',
                                                          'Fri, 31 Dec 1999 23:59:59 GMT'])))
    w.good()


@scenario(OK)
def busy_between_parts(w):
    if w.attempt == 1:
        return w.good(w.at)
    if w.attempt == 2:
        return w.empty(503)
    w.good()


@scenario(FAIL)
def refused(w):
    w.empty(w.rng.choice([400, 401, 403, 404, 405, 407, 410, 418, 451, 501]))


@scenario(FAIL)
def other_success(w):
    status = w.rng.choice([201, 202, 203, 204, 205, 207, 226])
    w.empty(status)


@scenario(FAIL)
def not_modified(w):
    w.head(304)


@scenario(FAIL)
def other_protocol(w):
    w.head(101, ('Upgrade', 'x'), ('Connection', 'Upgrade'))
    w.send(BODY)
    raise Cut


@scenario(FAIL)
def no_status(w):
    w.head(w.rng.choice([0, 99, 600, 999, 300, 305, 306]), ('Content-Length', SIZE))
    w.send(BODY)
    raise Cut


# Redirects.

@scenario(OK)
def redirected(w):
    hops = w.path.count('hop')
    if hops < 2 + w.at % 4:
        return w.empty(w.rng.choice([301, 302, 303, 307, 308]), ('Location', w.path + '/hop'))
    w.good()


@scenario(FAIL)
def redirected_too_often(w):
    w.empty(302, ('Location', w.path + '/hop'))


@scenario(FAIL)
def redirected_in_a_circle(w):
    w.empty(w.rng.choice([301, 302, 307]), ('Location', w.path))


@scenario(FAIL)
def redirected_elsewhere(w):
    """To what we do not follow."""
    w.empty(302, ('Location', w.rng.choice([
        'file:///etc/passwd', 'ftp://127.0.0.1/x', 'gopher://127.0.0.1/x', 'javascript:1', 'data:,x', '',
        'http://user:secret@127.0.0.1:9/x', 'http://', 'https://', 'http:///x', '://x', 'scp://h/x',
        'http://[::1', 'http://127.0.0.1:99999/x', 'http://127.0.0.1:9/x', 'dict://127.0.0.1:9/x'])))


@scenario(FAIL)
def redirected_to_another_host(w):
    """http is for hosts on this machine."""
    w.empty(302, ('Location', w.rng.choice(['http://python.invalid/x', 'http://10.0.0.1/x',
                                            'http://169.254.169.254/latest/meta-data'])))


@scenario(FAIL)
def redirected_without_end(w):
    w.empty(302, ('Location', '/' + 'a' * w.rng.randrange(70000, 200000)))


@scenario(OK)
def cut_behind_a_redirect(w):
    if 'hop' not in w.path:
        return w.empty(302, ('Location', w.path + '/hop'))
    w.good(w.at if w.attempt == 1 else None)


# HTTP/2.

DATA, HEADERS, RST, SETTINGS, PUSH, PING, GOAWAY, CONTINUATION = 0, 1, 3, 4, 5, 6, 7, 9
END_STREAM, END_HEADERS, ACK = 1, 4, 1


class Two:
    """One request over HTTP/2. What is asked is not looked at: all is sent, from the start."""

    def __init__(self, conn, rng, attempt):
        self.conn, self.rng, self.attempt = conn, rng, attempt
        self.at = rng.randrange(1, SIZE - 1)
        self.stream = 1
        self.window = self.first_window = self.streams_window = 65535
        self.got = b''

    def send(self, data):
        self.conn.sendall(data)

    def frame(self, type, flags, stream, data=b''):
        self.send(struct.pack('>I', len(data))[1:] + bytes([type, flags]) +
                  struct.pack('>I', stream) + data)

    def read_exactly(self, n):
        while len(self.got) < n:
            more = self.conn.recv(65536)
            if not more:
                raise Cut
            self.got += more
        out, self.got = self.got[:n], self.got[n:]
        return out

    def read_frame(self):
        size, type, flags, stream = struct.unpack('>IBBI', b'\0' + self.read_exactly(9))
        data = self.read_exactly(size)
        if type == SETTINGS and not flags & ACK:
            for i in range(0, size, 6):
                key, value = struct.unpack('>HI', data[i:i + 6])
                if key == 4:
                    self.streams_window += value - self.first_window
                    self.first_window = value
            self.frame(SETTINGS, ACK, 0)
        elif type == 8:
            more = struct.unpack('>I', data)[0] & 0x7fffffff
            if stream:
                self.streams_window += more
            else:
                self.window += more
        elif type == HEADERS:
            self.stream = stream
            self.streams_window = self.first_window
        return type

    def open(self):
        self.read_exactly(24)
        self.frame(SETTINGS, 0, 0)
        while self.read_frame() != HEADERS:
            pass

    def head(self, length=SIZE, flags=END_HEADERS):
        text = b'%d' % length
        self.frame(HEADERS, flags, self.stream, b'\x88\x0f\x0d' + bytes([len(text)]) + text)

    def data(self, end=SIZE, flags=END_STREAM, first=0):
        at = first
        while at < end:
            n = min(16384, end - at, self.window, self.streams_window)
            if n <= 0:
                self.read_frame()
                continue
            self.window -= n
            self.streams_window -= n
            self.frame(DATA, flags if at + n >= end else 0, self.stream, BODY[at:at + n])
            at += n

    def good(self):
        self.head()
        self.data()
        self.drain()

    def drain(self):
        """Until the other side has had enough, or asks for more."""
        while self.read_frame() != HEADERS:
            pass
        raise Again

    def goaway(self, last, code=0):
        self.frame(GOAWAY, 0, 0, struct.pack('>II', last, code))


@scenario(OK, h2=True)
def h2_good(t):
    t.good()


@scenario(OK, h2=True)
def h2_goaway_before_the_answer(t):
    if t.attempt == 1:
        t.goaway(0, t.rng.choice([0, 0, 11]))
        raise Cut
    t.good()


@scenario(OK, h2=True)
def h2_goaway_in_the_middle(t):
    """No more streams here; this one goes on to its end."""
    t.head()
    t.data(t.at, 0)
    t.goaway(t.stream)
    t.data(SIZE, END_STREAM, t.at)
    t.drain()


@scenario(OK, h2=True)
def h2_goaway_and_closed(t):
    if t.attempt > 1:
        t.good()
    t.head()
    t.data(t.at, 0)
    t.goaway(t.stream, t.rng.choice([0, 1, 2, 13]))
    raise Cut


@scenario(FAIL, h2=True)
def h2_goaway_always(t):
    t.goaway(0, t.rng.choice([0, 2, 12]))
    raise Cut


@scenario(OK, h2=True)
def h2_reset_once(t):
    if t.attempt == 1:
        if t.rng.random() < 0.7:
            t.head()
            t.data(t.at, 0)
        t.frame(RST, 0, t.stream, struct.pack('>I', t.rng.choice([1, 2, 7, 8, 11])))
        t.drain()
    t.good()


@scenario(FAIL, h2=True)
def h2_reset_always(t):
    t.frame(RST, 0, t.stream, struct.pack('>I', t.rng.choice([1, 2, 7, 8])))
    t.drain()


@scenario(OK, h2=True)
def h2_closed_in_a_frame(t):
    if t.attempt == 1:
        t.head()
        t.send(b'\0\x40\0\0\0' + struct.pack('>I', t.stream) + BODY[:t.rng.randrange(16000)])
        raise Cut
    t.good()


@scenario(OK, h2=True)
def h2_stalled_once(t):
    if t.attempt == 1:
        t.head()
        t.data(t.at, 0)
        time.sleep(4)
        raise Cut
    t.good()


@scenario(OK, h2=True)
def h2_ended_early_once(t):
    if t.attempt == 1:
        t.head()
        t.data(t.at)
        t.drain()
    t.good()


@scenario(FAIL, h2=True)
def h2_ended_early_always(t):
    t.head()
    t.data(t.at)
    t.drain()


@scenario(FAIL, h2=True)
def h2_longer(t):
    t.head(SIZE + 5)
    t.data(SIZE, 0)
    t.frame(DATA, END_STREAM, t.stream, b'12345')
    t.drain()


@scenario(EITHER, h2=True)
def h2_longer_than_it_says(t):
    t.head(SIZE - t.rng.randrange(1, 1000))
    t.data()
    t.drain()


@scenario(FAIL, h2=True)
def h2_frame_too_large(t):
    t.head()
    t.frame(DATA, 0, t.stream, bytes(t.rng.randrange(1 << 15, 1 << 20)))
    t.drain()


@scenario(FAIL, h2=True)
def h2_no_frames(t):
    t.send(t.rng.randbytes(2000))
    raise Cut


@scenario(FAIL, h2=True)
def h2_endless_headers(t):
    t.head(flags=0)
    for _ in range(20000):
        t.frame(CONTINUATION, 0, t.stream, b'\0\x01x\x7f\x80\x7f' + b'y' * 255)
    raise Cut


@scenario(FAIL, h2=True)
def h2_headers_that_are_none(t):
    t.frame(HEADERS, END_HEADERS, t.stream, t.rng.choice([b'\xff\xff\xff\xff\xff\xff', b'\x80', b'\x3f' * 40,
                                                           b'\x0f\x0d\x7f\xff\xff\xff\xff\xff']))
    t.drain()


@scenario(EITHER, h2=True)
def h2_flood(t):
    kind = t.rng.choice(['ping', 'settings', 'empty', 'priority'])
    t.head()
    for i in range(5000):
        if kind == 'ping':
            t.frame(PING, 0, 0, bytes(8))
        elif kind == 'settings':
            t.frame(SETTINGS, 0, 0)
        elif kind == 'empty':
            t.frame(DATA, 0, t.stream)
        else:
            t.frame(2, 0, 2 * i + 3, bytes(5))
    t.data()
    t.drain()


@scenario(EITHER, h2=True)
def h2_push_that_nobody_wants(t):
    t.frame(PUSH, END_HEADERS, t.stream, struct.pack('>I', 2) + b'\x82\x86\x84')
    t.good()


@scenario(EITHER, h2=True)
def h2_another_stream(t):
    t.frame(t.rng.choice([DATA, HEADERS, RST]), END_HEADERS, t.stream + 20, b'\x88\0\0\0')
    t.good()


# The servers.

COUNTS = {}
COUNTS_LOCK = threading.Lock()


def next_attempt(key):
    with COUNTS_LOCK:
        COUNTS[key] = COUNTS.get(key, 0) + 1
        return COUNTS[key]


def read_request(conn):
    data = b''
    while b'\r\n\r\n' not in data:
        more = conn.recv(65536)
        if not more:
            raise Cut
        data += more
    lines = data.decode('latin-1').split('\r\n')
    headers = dict((k.lower(), v.strip()) for k, _, v in (line.partition(':') for line in lines[1:]))
    return lines[0].split(' ')[1], headers


def serve_web(conn):
    while True:
        path, headers = read_request(conn)
        _, name, seed, *_ = path.split('/')
        attempt = next_attempt('%s/%s' % (name, seed))
        if path.endswith('/hop') or 'redirected' in name:
            attempt = next_attempt(path)
        SCENARIOS[name][2](Web(conn, random.Random('%s %s' % (name, seed)), path, attempt, headers))


def serve_two(conn, name):
    seed, name = name.split('.')[:2]
    two = Two(conn, random.Random('%s %s' % (name, seed)), next_attempt('%s/%s' % (name, seed)))
    two.open()
    while True:
        try:
            SCENARIOS[name][2](two)
        except Again:
            two.attempt = next_attempt('%s/%s' % (name, seed))


def serve_one(conn, context):
    names = []
    try:
        if context:
            conn.settimeout(20)
            conn = context(names).wrap_socket(conn, server_side=True)
            serve_two(conn, names[0])
        else:
            conn.settimeout(20)
            serve_web(conn)
    except (Cut, OSError, IndexError):
        pass
    finally:
        conn.close()


def listen(context):
    server = socket.create_server(('127.0.0.1', 0), backlog=64)

    def accept():
        while True:
            conn, _ = server.accept()
            conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=serve_one, args=(conn, context), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return server.getsockname()[1]


def make_context(folder, names):
    """An authority of our own, and what makes a TLS context that knows who was asked for."""
    key, ca, cert = (os.path.join(folder, n) for n in ('key.pem', 'ca.pem', 'cert.pem'))
    alternatives = ','.join('DNS:' + name for name in names)
    curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']

    def openssl(*words):
        subprocess.run(['openssl', *words], check=True, stderr=subprocess.DEVNULL, cwd=folder)

    openssl('req', '-x509', *curve, '-days', '2', '-subj', '/CN=Test CA', '-keyout', 'ca.key', '-out', ca)
    openssl('req', *curve, '-subj', '/CN=localhost', '-keyout', key, '-out', 'csr.pem')
    with open(os.path.join(folder, 'ext'), 'w', encoding='ascii') as file:
        file.write('subjectAltName=' + alternatives)
    openssl('x509', '-req', '-in', 'csr.pem', '-CA', ca, '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2',
            '-extfile', 'ext', '-out', cert)

    def context(asked):
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(cert, key)
        tls.set_alpn_protocols(['h2'])
        tls.sni_callback = lambda _conn, name, _context: asked.append(name)
        return tls

    return context, ca


def judge(expect, done, root):
    """What is wrong with how it ended; None: nothing."""
    cache = os.path.join(root, 'cache')
    names = [n for n in (os.listdir(cache) if os.path.isdir(cache) else []) if n != '.locks']
    whole = [n for n in names if '.part' not in n]
    for name in names:
        path = os.path.join(cache, name)
        size = os.path.getsize(path)
        if size > SIZE:
            return '%s has %d bytes' % (name, size)
        if name in whole:
            with open(path, 'rb') as file:
                if hashlib.sha256(file.read()).hexdigest() != SUM or not name.startswith(SUM):
                    return '%s has other bytes' % name
    if done.returncode not in (0, 4, 5):
        return 'status %d' % done.returncode
    if (done.returncode == 0) != bool(whole) or (done.returncode and not done.stderr):
        return 'status %d, and in the cache %s' % (done.returncode, names)
    if (expect == OK and done.returncode) or (expect == FAIL and not done.returncode):
        return 'not %s: status %d' % (expect, done.returncode)
    if b'\x1b' in done.stderr:
        return 'an escape in what it says'
    return None


def try_one(program, folder, name, seed, web_port, two_port, ca):
    expect, h2, _ = SCENARIOS[name]
    root = os.path.join(folder, '%s-%d' % (name, seed))
    os.makedirs(root)
    url = ('https://s%d.%s.localhost:%d/x' % (seed, name, two_port) if h2 else
           'http://127.0.0.1:%d/%s/s%d/x' % (web_port, name, seed))
    words = [program, '--root', root, '--pause', '10', '--stall', '1', '--ca', ca, url, SUM, str(SIZE)]
    try:
        done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, check=False)
    except subprocess.TimeoutExpired:
        return None, 'does not end'
    problem = judge(expect, done, root)
    if problem:
        tail = [line for line in done.stderr.decode('utf-8', 'replace').splitlines()
                if not line.startswith('progress')][-6:]
        problem += ': ' + ' | '.join(tail)
    shutil.rmtree(root)
    return done.returncode, problem


def main():
    program, folder = sys.argv[1:3]
    seeds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    names = [n for n in SCENARIOS if len(sys.argv) < 5 or n == sys.argv[4]]
    for variable in list(os.environ):
        if variable.lower().endswith('_proxy') or variable.startswith('SSL_CERT'):
            del os.environ[variable]
    hosts = ['s%d.%s.localhost' % (seed, name) for name in SCENARIOS if SCENARIOS[name][1]
             for seed in range(1, seeds + 1)]
    context, ca = make_context(folder, hosts)
    web_port, two_port = listen(None), listen(context)
    wrong = ok = 0
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        tries = {(name, seed): pool.submit(try_one, program, folder, name, seed, web_port, two_port, ca)
                 for seed in range(1, seeds + 1) for name in names}
        for name in names:
            results = [tries[name, seed].result() for seed in range(1, seeds + 1)]
            problems = ['WRONG %s %d: %s' % (name, seed + 1, r[1]) for seed, r in enumerate(results) if r[1]]
            print('%-34s %-6s %s' % (name, SCENARIOS[name][0], ' '.join(str(r[0]) for r in results)))
            print('\n'.join(problems) + '\n' if problems else '', end='')
            wrong += len(problems)
            ok += sum(r[0] == 0 for r in results)
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    # A sanitizer's own memory counts as ours.
    if not os.environ.get('PYVERN_TEST_SANITIZERS'):
        wrong += memory > MEMORY_MAX_KIB
    print('%d scenarios with %d seeds: %d downloads came, %d did not, %d wrong; at most %d MiB'
          % (len(names), seeds, ok, len(tries) - ok, wrong, memory // 1024))
    sys.stdout.flush()
    os._exit(1 if wrong else 0)  # connections that still stall are of no interest


if __name__ == '__main__':
    main()

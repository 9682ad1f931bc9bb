#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Hostile names and files as pins, from traces.

    names.py names SHARE FOLDER   300 names, each in several places
    names.py files SHARE FOLDER   40 kinds of files, each as several files of a project

SHARE is how many per cent of them. FOLDER has home/, project/ and outside/; nothing that a
name says may lead out to outside/, whose programs leave FOLDER/pwned. Prints what is wrong,
and at the end how many runs there were. Status 77: nothing can be traced here.
"""
import os
import re
import stat
import subprocess
import sys

LIMIT_S = 60
SECRET = "TOPSECRET-6f1d"
ROOT = os.environ["PYVERN_ROOT"]
STATUSES = set(range(8)) | {126, 127}
# Programs that may be started: ours, those of the root, the system's.
PROGRAMS = ("/usr/", "/bin/", "/lib")
CHANGES = ("mkdir", "rmdir", "unlink", "rename", "symlink", "link", "chmod", "chown", "creat",
           "truncate", "mknod", "utimensat")
CALL = re.compile(r"^(?:\d+ +)?(\w+)\((.*)$")
# A path with the folder that it is relative to: "AT_FDCWD</x>, \"name\"", or a path alone.
PATHS = re.compile(r'(?:(?:AT_FDCWD|\d+)<((?:[^>\\]|\\.)*)>, )?"((?:[^"\\]|\\.)*)"')


def all_names(folder):
    out = os.path.join(folder, "outside")
    names = []
    for up in range(1, 9):
        names += ["../" * up + "outside/evil", "../" * up + "etc/passwd",
                  "9.9.1/" + "../" * up + "outside/evil"]
    names += [out + "/evil", "/" + out + "/evil", "file://" + out + "/evil", "~/../outside/evil",
              "~root", "~", "$HOME", "${HOME}/../outside/evil", "..", ".", "...", "./9.9.1",
              "9.9.1/.", "9.9.1/..", "9.9.1//", "/", "//", "9.9.1/envs/../../../../outside/evil",
              "9.9.1/envs/", "9.9.1/envs/..", "9.9.1/envs/.", "envs/x", "9.9.1/bin", ".pyvern",
              ".pyvern/facts", "9.9.1/.pyvern", ".staging", ".locks", ".aliases", "shims",
              "../shims", "../catalog", "../version", "../face", "CON", "NUL", "aux", "a\\b",
              "..\\..\\outside\\evil", "C:\\evil", "system/../../outside/evil", "system/",
              "system:..", "9.9.1:../outside/evil", ":", "::", ":9.9.1:", "9.9.1;id", ";id"]
    for code in ("touch %s/pwned" % folder, "cat %s/secret" % out):
        names += ["$(%s)" % code, "`%s`" % code, "; %s" % code, "| %s" % code, "& %s" % code,
                  "&& %s" % code, "'; %s; '" % code, '"; %s; "' % code, "<(%s)" % code,
                  "9.9.1 $(%s)" % code, "a$(%s)b" % code, "${x:-$(%s)}" % code]
    names += ["--help", "-h", "--version", "-", "--", "--root", "--force", "-f", "--yes", "-p",
              "--no-such", "-rf", "--from", "--config=" + out, "@" + out + "/secret", "-c", "-m"]
    for word in ("\x1b[31mred", "\x1b]0;title\x07", "\x9b31m", "\x07", "\x08\x08", "\x7f",
                 "\r9.9.1", "9.9.1\r", "\t", "\x0b", "\x0c", "\x01", "\x1f", "a\x1bPq", "\x1b[2J",
                 "\u0085", "\u2028", "\u2029", "\u202e1.9.9", "\u2066", "\u200b", "\ufeff9.9.1",
                 "\u00a0", "\u0130", "9.9.1", "９.９.１", "9․9․1", "..∕..", "é", "e\u0301",
                 "\U0001f40d", "\ud7ff", "\ue000", "\ufffe"):
        names.append(word)
    for size in (127, 128, 129, 255, 256, 1000, 4095, 4096, 4097, 20000):
        names += ["9" * size, "a/" * (size // 2), "9." * (size // 2)]
    names += ["9" * 400 + ".1", "3." + "9" * 30, "999999999999999999999.1", "-1", "0x10", "1e9",
              "9.9.1.1.1.1.1", "9..1", ".9.1", "9.9.", "9,9", "9.9.1,9.9.1", "3.13" + "0" * 500,
              "%s%s%s%n", "%x" * 40, "{}", "[]", "*", "?", "9.*", "[0-9]*", "~=", "==9.9.1",
              ">=9,<8", ">=", "!=9", "===9.9.1", "9.9.1 9.9.1", "#", "#9.9.1", "9.9.1#",
              '"9.9.1"', "'9.9.1'", "null", "true", "python", "python9.9", "python=9.9",
              "cpython@9.9.1", "git+https://example.org/x", "https://example.org/x.tar.gz",
              "pypy", "pypy3.10", "anaconda", "conda@x", "latest", "9.9.1t", "9.9.1-debug",
              "9.9.1-dev", "9.9-dev", "dev", "system", "none", "virtualenv", ".venv", "venv"]
    number = 0
    while len(names) < 300:
        number += 1
        names.append("../" * (number % 5) + chr(33 + number % 90) * (number % 7 + 1) + "/x")
    return names[:300]


def spread(items, percent):
    wanted = max(1, (len(items) * min(percent, 100) + 99) // 100)
    return [items[int((i + 0.5) * len(items) / wanted)] for i in range(wanted)]


def unescape(text):
    return text.encode("latin1", "replace").decode("unicode_escape").encode("latin1", "replace")


class Runner:
    def __init__(self, folder):
        self.folder = folder
        self.outside = os.path.join(folder, "outside")
        self.project = os.path.join(folder, "project")
        self.trace = os.path.join(folder, "trace")
        self.ours = (ROOT, os.path.join(folder, "home"), self.project)
        self.runs = 0
        self.wrong = []

    def run(self, what, argv, extra=None, cwd=None):
        env = dict(os.environ, **(extra or {}))
        command = ["strace", "-f", "-qq", "-y", "-s", "8192", "-o", self.trace, "-e",
                   "trace=%file,fchmod,fchown,ftruncate", "--"] + argv
        try:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, env=env, cwd=cwd or self.project,
                                  timeout=LIMIT_S)
            status, said = done.returncode, done.stdout
        except subprocess.TimeoutExpired:
            status, said = 124, b""
        self.runs += 1
        for reason in self.judge(status, said):
            self.wrong.append("%s %r: %s" % (what, [a[:60] for a in argv], reason[:300]))

    def judge(self, status, said):
        if status not in STATUSES:
            yield "status %d: %r" % (status, said[-200:])
        if re.search(rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]", said):
            yield "prints a control character: %r" % said[-200:]
        if SECRET.encode() in said:
            yield "prints the secret"
        if os.path.exists(os.path.join(self.folder, "pwned")):
            os.unlink(os.path.join(self.folder, "pwned"))
            yield "ran something"
        with open(self.trace, encoding="latin1") as trace:
            for line in trace:
                yield from self.judge_call(line)

    def judge_call(self, line):
        match = CALL.match(line)
        if not match:
            return
        call, rest = match.groups()
        writes = call.startswith(CHANGES) or re.search(r"O_(WRONLY|RDWR|CREAT|TRUNC)", rest)
        for base, name in PATHS.findall(rest):
            path = os.path.normpath(os.path.join(os.fsdecode(unescape(base)),
                                                 os.fsdecode(unescape(name))))
            if not path.startswith("/"):
                path = os.path.normpath(os.path.join(self.project, path))
            if path.startswith(self.outside + "/"):
                yield "touches %s: %s" % (path, line.strip()[:200])
            elif call == "execve":
                if not path.startswith(PROGRAMS + self.ours + (os.environ["PYVERN_TEST_STAGE"],)):
                    yield "starts %s" % path
            elif call.startswith("mkdir") and ROOT.startswith(path) and "EEXIST" in rest:
                pass  # a folder above the root is there, as it has to be
            elif writes and not path.startswith(self.ours + ("/dev/", "/proc/self/")):
                yield "changes %s: %s" % (path, line.strip()[:200])
            if call == "execve":
                break  # what follows are words


def names(runner, percent):
    shim = os.path.join(ROOT, "shims", "python")
    pin = os.path.join(runner.project, ".python-version")
    for name in spread(all_names(runner.folder), percent):
        raw = name.encode("utf-8", "surrogatepass")
        with open(pin, "wb") as file:
            file.write(raw + b"\n")
        runner.run("a pin", ["pyvern", "version"])
        runner.run("a pin", [shim, "-V"])
        runner.run("a pin", ["pyvern", "explain"])
        os.unlink(pin)
        if "\0" in name or len(raw) > 100000:
            continue
        word = os.fsdecode(raw)
        runner.run("a variable", ["pyvern", "which", "python"], {"PYENV_VERSION": word})
        runner.run("a word", ["pyvern", "local", "--", word])
        for left in (pin, os.path.join(runner.project, ".venv")):
            if os.path.lexists(left):
                os.unlink(left)
        runner.run("a word", ["pyvern", "uninstall", "--yes", "--", word + "x"])
        runner.run("a word", ["pyvern", "prefix", "--", word])


def kinds(runner):
    """Each makes PATH, and returns what undoes that which os.unlink() does not."""
    secret = os.path.join(runner.outside, "secret")

    def text(data):
        def make(path):
            with open(path, "wb") as file:
                file.write(data)
        return make

    def mode(data, bits):
        def make(path):
            text(data)(path)
            os.chmod(path, bits)
        return make

    def sparse(path):
        with open(path, "wb") as file:
            file.truncate(1 << 34)

    def node(kind, device):
        def make(path):
            try:
                os.mknod(path, kind | 0o644, device)
            except OSError:
                text(b"9.9.1\n")(path)
        return make

    def owned(path):
        text(b"9.9.1\n")(path)
        if os.geteuid() == 0:
            os.chown(path, 12345, 12345)

    def loop(path):
        os.symlink(os.path.basename(path), path)

    def chain(path):
        for step in range(41):
            other = os.path.join(runner.project, "link-%d" % step)
            if not os.path.lexists(other):
                os.symlink("link-%d" % (step + 1), other)
        os.symlink("link-0", path)

    texts = [b"", b"\n", b"\r\n", b"\0", b"9.9.1\0evil\n", b"9.9.1", b"9.9.1\r\n", b"9.9.1\r",
             b"\xef\xbb\xbf9.9.1\n", b"\xff\xfe9\0.\09\0", b"\xff\xff\xff\n", b"\x1b[31m9.9.1\n",
             b"\x1b]0;x\x07\n", b"9.9.1\n" * 5000, b"x" * 70000, b"#\n" * 3000, b" \t \n",
             b"python ../../outside/evil\n", b"python 9.9.1\n", b"[project]\n",
             b"[project]\nrequires-python = \"../../outside/evil\"\n",
             b"[project]\nrequires-python = [\n", b"[[[[[[[[[\n", b"a = " + b"[" * 5000,
             b"[tool.pyvern]\npython = '$(id)'\n", b"requires-python = '\xff'\n", b"\x7fELF\n",
             b"#!/bin/sh\ntouch pwned\n"]
    made = [text(data) for data in texts]
    made += [lambda path: os.symlink(secret, path), lambda path: os.symlink("nowhere", path),
             lambda path: os.symlink("/dev/zero", path), lambda path: os.symlink("..", path),
             loop, chain, os.mkfifo, os.mkdir, sparse, mode(b"9.9.1\n", 0), owned,
             node(stat.S_IFCHR, os.makedev(1, 5))]
    return made


def files(runner, percent):
    shim = os.path.join(ROOT, "shims", "python")
    places = [os.path.join(runner.project, ".python-version"),
              os.path.join(runner.project, ".tool-versions"),
              os.path.join(runner.project, "pyproject.toml"), os.path.join(ROOT, "version")]
    for make in spread(kinds(runner), percent):
        for path in places:
            if os.path.lexists(path):
                os.unlink(path)
            make(path)
            # The link to the secret is followed as far as it is read; that is no way out.
            follows = os.path.islink(path) and os.readlink(path).startswith(runner.outside)
            outside, runner.outside = runner.outside, "/no/such" if follows else runner.outside
            for argv in (["pyvern", "version"], ["pyvern", "which", "python"], [shim, "-V"],
                         ["pyvern", "install", "--offline"]):
                runner.run(os.path.basename(path), argv)
            runner.outside = outside
            if os.path.isdir(path) and not os.path.islink(path):
                os.rmdir(path)
            else:
                os.unlink(path)


def main():
    what, percent, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    runner = Runner(folder)
    try:
        subprocess.run(["strace", "-o", "/dev/null", "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return 77
    (names if what == "names" else files)(runner, percent)
    for text in runner.wrong[:10]:
        print(text)
    print("%d wrong" % len(runner.wrong))
    print(runner.runs)
    return 1 if runner.wrong else 0


if __name__ == "__main__":
    sys.exit(main())

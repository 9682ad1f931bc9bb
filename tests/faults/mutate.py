# SPDX-License-Identifier: MIT
"""Mutated archives for the unpacker: what may come out of each, and what may not.

usage: mutate.py run UNPACKER FOLDER [COUNT [SEED [CLASS]]]
       mutate.py make BASE FOLDER [COUNT [SEED [CLASS]]]

An archive is made as tar, block by block, mutated as tar (checksums put right, unless
they are what is wrong), compressed, and given to the unpacker as the installer gives
it: the archive on stdin, a folder as descriptor 3. A class says what must happen: it is
REFUSED (status 5, with a line that says why), it is unpacked (WHOLE: to exactly the
tree that it was made from), or EITHER. In all cases nothing outside the folder changes,
and inside there is nothing but files, folders and links that stay inside.

Prints a line for each class and a total; the status is 1 when anything was not as it
must be. SEED makes the same archives again. `make` writes them into FOLDER for others
(EXPECTED-CLASS-N.tar), as mutations of the archive BASE; without classes that need
limits of their own."""

import bz2
import collections
import gzip
import lzma
import os
import random
import resource
import shutil
import stat
import subprocess
import sys
import tarfile

BLOCK = 512
REFUSED, WHOLE, EITHER = 'refused', 'whole', 'either'
END = bytes(2 * BLOCK)
MEMORY_MAX_KIB = 100 * 1024

Entry = collections.namedtuple('Entry', 'name type content target mode')


def entry(name, content=None, target='', type=None, mode=0o644):
    """A file, or a link (target), or a folder (name ends in /)."""
    if type is None:
        type = '2' if target else '5' if name.endswith('/') else '0'
    return Entry(name, type, content or b'', target, mode)


def octal(value, size):
    return b'%0*o\0' % (size - 1, value)


def pad(data):
    return data + bytes(-len(data) % BLOCK)


def fix_sum(block):
    block = bytearray(block)
    block[148:156] = b' ' * 8
    block[148:156] = b'%06o\0 ' % sum(block)
    return bytes(block)


def header(e, size=None, magic=b'ustar\x0000', prefix=b'', size_field=None):
    block = bytearray(BLOCK)
    name, target = os.fsencode(e.name)[:100], os.fsencode(e.target)[:100]
    block[0:len(name)] = name
    block[100:108] = octal(e.mode, 8)
    block[108:116] = block[116:124] = octal(0, 8)
    block[124:136] = size_field or octal(len(e.content) if size is None else size, 12)
    block[136:148] = octal(1000000000, 12)
    block[156:157] = e.type.encode('latin-1')
    block[157:157 + len(target)] = target
    block[257:265] = magic
    block[345:345 + len(prefix)] = prefix
    return fix_sum(block)


def record(key, value):
    body = b' ' + key + b'=' + value + b'\n'
    n = len(body)
    while len(b'%d' % n) + len(body) != n:
        n = len(b'%d' % n) + len(body)
    return b'%d' % n + body


def extended(records, type='x'):
    data = records if isinstance(records, bytes) else b''.join(record(k, v) for k, v in records)
    return header(entry('PaxHeaders/x', data, type=type)) + pad(data)


def long_name(name, type='L'):
    data = os.fsencode(name) + b'\0'
    return header(entry('././@LongLink', data, type=type), magic=b'ustar  \0') + pad(data)


def plain(e):
    return header(e) + pad(e.content)


def archive(entries):
    return b''.join(plain(e) for e in entries)


def make_tree(rng):
    """Entries like those of a Python, in an order that an archive may have."""
    entries = [entry('python/')]
    for i in range(rng.randrange(2, 9)):
        folder = rng.choice(['bin', 'lib', 'lib/python3.13', 'include', 'share/man'])
        content = rng.randbytes(rng.choice([0, 1, 511, 512, 513, rng.randrange(1, 5000)]))
        entries.append(entry('python/%s/f%d' % (folder, i), content,
                             mode=rng.choice([0o644, 0o755, 0o600])))
    entries.append(entry('python/bin/python3', b'#!/bin/sh\n', mode=0o755))
    if rng.random() < 0.7:
        entries.append(entry('python/bin/python', target='python3'))
        entries.append(entry('python/lib/up', target='../bin/python3'))
    if rng.random() < 0.5:
        entries.append(entry('python/bin/twin', target='python/bin/python3', type='1'))
    return entries


CLASSES = []


def mutation(expect, limits=()):
    def add(function):
        CLASSES.append((function.__name__.replace('_', '-'), expect, limits, function))
        return function
    return add


def with_extra(rng, entries, *extra):
    """The tree with raw EXTRA somewhere behind its first entries."""
    at = rng.randrange(1, len(entries) + 1)
    return archive(entries[:at]) + b''.join(extra) + archive(entries[at:]) + END


def files_of(entries):
    return [i for i, e in enumerate(entries) if e.type == '0']


def replaced(entries, i, raw):
    return archive(entries[:i]) + raw + archive(entries[i + 1:]) + END


# What is right: the dialects and their options.

@mutation(WHOLE)
def posix(rng, entries):
    return archive(entries) + END + bytes(BLOCK * rng.randrange(0, 20))


@mutation(WHOLE)
def one_zero_block(rng, entries):
    return archive(entries) + bytes(BLOCK)


@mutation(WHOLE)
def old_tar(rng, entries):
    return b''.join(header(e, magic=bytes(8)) + pad(e.content) for e in entries) + END


@mutation(WHOLE)
def gnu_tar(rng, entries):
    out = b''
    for e in entries:
        out += long_name(e.target, 'K') if e.target and rng.random() < 0.5 else b''
        out += long_name(e.name) if rng.random() < 0.5 else b''
        out += header(e, magic=b'ustar  \0') + pad(e.content)
    return out + END


@mutation(WHOLE)
def pax_names(rng, entries):
    out = extended([(b'comment', b'x' * rng.randrange(40))], 'g')
    for e in entries:
        records = [(b'path', os.fsencode(e.name)), (b'mtime', b'1000000000.25'),
                   (b'SCHILY.xattr.user.x', rng.randbytes(20)), (b'size', b'%d' % len(e.content))]
        records += [(b'linkpath', os.fsencode(e.target))] if e.target else []
        rng.shuffle(records)
        out += extended(records) + plain(e._replace(name='short', target=e.target and 'short'))
    return out + END


@mutation(WHOLE)
def prefixes(rng, entries):
    out = b''
    for e in entries:
        head, slash, tail = e.name.partition('/')
        named = e._replace(name=tail) if tail else e
        out += header(named, prefix=b'python' if tail else b'') + pad(e.content)
    return out + END


# Ends.

@mutation(REFUSED)
def cut_anywhere(rng, entries):
    data = archive(entries)
    return data[:rng.randrange(1, len(data))]


@mutation(REFUSED)
def cut_between_entries(rng, entries):
    return archive(entries[:rng.randrange(1, len(entries) + 1)])


@mutation(REFUSED)
def no_entries(rng, entries):
    return END + bytes(BLOCK * rng.randrange(0, 9))


@mutation(REFUSED)
def more_behind_the_end(rng, entries):
    return archive(entries) + END + bytes(rng.randrange(2000)) + b'x' * rng.randrange(1, 9)


@mutation(REFUSED)
def second_archive(rng, entries):
    return archive(entries) + END + archive([entry('python/hidden', b'h')]) + END


@mutation(REFUSED)
def zero_block_between(rng, entries):
    at = rng.randrange(1, len(entries))
    return archive(entries[:at]) + bytes(BLOCK) + archive(entries[at:]) + END


# Headers.

@mutation(REFUSED)
def wrong_checksum(rng, entries):
    i = rng.randrange(len(entries))
    block = bytearray(header(entries[i]))
    at = rng.randrange(BLOCK)
    block[at] ^= 1 << rng.randrange(8)
    if at >= 154 and at < 156 and block[at] in (0, 32):
        block[at] = 0x41
    return replaced(entries, i, bytes(block) + pad(entries[i].content))


@mutation(REFUSED)
def unknown_magic(rng, entries):
    i = rng.randrange(len(entries))
    magic = rng.choice([b'ustarx00', b'ustar/\x0000', b'ustar 00', b'ustar\x01\0\0'])[:8]
    return replaced(entries, i, header(entries[i], magic=magic) + pad(entries[i].content))


@mutation(REFUSED)
def size_is_no_number(rng, entries):
    i = rng.choice(files_of(entries))
    field = rng.choice([b'-0000000001\0', b'0000000x100\0', b'00000000009\0', bytes(12), b' ' * 12,
                        b'1 1\0\0\0\0\0\0\0\0\0', b'0x000000010\0', b'+0000000001\0'])
    return replaced(entries, i, header(entries[i], size_field=field) + pad(entries[i].content))


@mutation(REFUSED)
def size_in_base_256(rng, entries):
    i = rng.choice(files_of(entries))
    n = len(entries[i].content)
    field = rng.choice([b'\x80' + n.to_bytes(11, 'big'), b'\xff' * 12, b'\x80' + b'\xff' * 11])
    return replaced(entries, i, header(entries[i], size_field=field) + pad(entries[i].content))


@mutation(REFUSED)
def size_of_fewer_blocks(rng, entries):
    i = rng.choice(files_of(entries))
    e = entries[i]._replace(content=rng.randbytes(rng.randrange(1, 3000)))
    size = rng.randrange(-(-len(e.content) // BLOCK)) * BLOCK
    return replaced(entries, i, header(e, size=size) + pad(e.content))


@mutation(EITHER)
def size_over_other_headers(rng, entries):
    i = rng.choice(files_of(entries))
    e = entries[i]
    return replaced(entries, i, header(e, size=len(e.content) + BLOCK * rng.randrange(1, 6)) +
                    pad(e.content))


@mutation(REFUSED)
def size_beyond_the_end(rng, entries):
    return archive(entries) + header(entry('python/z'), size=rng.randrange(1025, 1 << 28)) + END


@mutation(REFUSED)
def content_of_what_has_none(rng, entries):
    e = rng.choice([entry('python/l', target='bin/python3'), entry('python/new/'),
                    entry('python/h', target='python/bin/python3', type='1')])
    inner = archive([entry('python/hidden', b'h')])
    return archive(entries) + header(e, size=len(inner)) + inner + END


@mutation(REFUSED)
def other_types(rng, entries):
    type = rng.choice('34673467ADEIMNSVXaz\x01')
    type = '3' if type == '7' else type
    return with_extra(rng, entries, header(entry('python/special', type=type)))


@mutation(REFUSED)
def setuid_and_setgid(rng, entries):
    mode = rng.choice([0o4755, 0o2755, 0o6755, 0o4644, 0o7777])
    return with_extra(rng, entries, plain(entry('python/su', b'x', mode=mode)))


# Extended headers.

@mutation(REFUSED)
def pax_size_disagrees(rng, entries):
    i = rng.choice(files_of(entries))
    n = len(entries[i].content)
    size = rng.choice([m for m in (0, n + 1, n + BLOCK, max(n - 1, 0), 1 << 40) if m != n])
    return replaced(entries, i, extended([(b'size', b'%d' % size)]) + plain(entries[i]))


@mutation(REFUSED)
def pax_size_hides_an_archive(rng, entries):
    inner = archive([entry('python/hidden%d' % i, b'h') for i in range(rng.randrange(1, 4))])
    e = entry('python/outer.tar', inner)
    if rng.random() < 0.5:  # the one that reads the header sees the inner files
        raw = extended([(b'size', b'%d' % len(inner))]) + header(e, size=0) + inner
    else:  # the one that reads the extension does
        raw = extended([(b'size', b'0')]) + plain(e)
    return with_extra(rng, entries, raw)


@mutation(REFUSED)
def pax_key_twice(rng, entries):
    i = rng.choice(files_of(entries))
    e = entries[i]
    key, value = rng.choice([(b'size', b'%d' % len(e.content)), (b'path', os.fsencode(e.name)),
                             (b'mtime', b'1'), (b'comment', b'c')])
    other = rng.choice([value, b'7'])
    return replaced(entries, i, extended([(key, value), (b'uid', b'0'), (key, other)]) + plain(e))


@mutation(REFUSED)
def pax_record_damaged(rng, entries):
    i = rng.choice(files_of(entries))
    good = record(b'path', os.fsencode(entries[i].name))
    bad = rng.choice([good[:-1] + b' ', b'0' + good, b'9' + good, good[1:], good + b'\n', b' ' + good,
                      good.replace(b'=', b' '), good.replace(b'path', b''), b'4 =\n', b'3 \n',
                      good + b'garbage', b'-' + good, good + bytes(5), b'99999999999999999999 a=b\n',
                      b'8 a\0b=c\n'])
    return replaced(entries, i, extended(bad) + plain(entries[i]))


@mutation(REFUSED)
def pax_name_is_none(rng, entries):
    key = rng.choice([b'path', b'linkpath'])
    value = rng.choice([b'', b'python/a\0b', b'\0', b'python/a\0'])
    return with_extra(rng, entries, extended([(key, value)]) +
                      plain(entry('python/l', target='bin/python3')))


@mutation(REFUSED)
def pax_size_is_no_number(rng, entries):
    value = rng.choice([b'', b'-1', b'0x1', b'1.0', b'1 ', b'99999999999999999999', b'one'])
    return with_extra(rng, entries, extended([(b'size', value)]) + plain(entry('python/n', b'x')))


@mutation(REFUSED)
def two_extended_headers(rng, entries):
    one, other = extended([(b'path', b'python/one')]), extended([(b'mtime', b'1')])
    l, k = long_name('python/gnu'), long_name('bin/python3', 'K')
    raw = rng.choice([one + other, other + one, l + one, one + l, l + l, k + k, k + l + l, k + one,
                      other + extended([(b'comment', b'c')], 'g')])
    return with_extra(rng, entries, raw + plain(entry('python/x', b'x')))


@mutation(REFUSED)
def extended_header_of_nothing(rng, entries):
    raw = rng.choice([extended([(b'path', b'python/x')]), long_name('python/x')])
    return archive(entries) + raw + END


@mutation(REFUSED)
def extended_header_too_large(rng, entries):
    value = b'v' * rng.randrange(64 * 1024, 200 * 1024)
    raw = rng.choice([extended([(b'comment', value)]), long_name('a' * len(value)),
                      extended([(b'k%d' % i, b'') for i in range(rng.randrange(257, 400))]),
                      header(entry('x', type='x')), header(entry('L', type='L'))])
    return with_extra(rng, entries, raw + plain(entry('python/x', b'x')))


@mutation(REFUSED)
def global_header_names(rng, entries):
    key, value = rng.choice([(b'path', b'python/all'), (b'linkpath', b'bin/python3'), (b'size', b'0')])
    return extended([(key, value)], 'g') + archive(entries) + END


@mutation(REFUSED)
def sparse_files(rng, entries):
    records = rng.choice([
        [(b'GNU.sparse.major', b'1'), (b'GNU.sparse.minor', b'0'),
         (b'GNU.sparse.realsize', b'1099511627776'), (b'GNU.sparse.name', b'python/s')],
        [(b'GNU.sparse.size', b'1099511627776'), (b'GNU.sparse.numblocks', b'0')],
        [(b'GNU.sparse.map', b'0,1,1099511627776,1')], [(b'SUN.holesdata', b' 0 1 2')],
        [(b'SCHILY.realsize', b'1099511627776')]])
    return with_extra(rng, entries, extended(records) + plain(entry('python/s', bytes(512))))


# Names.

def named(rng, entries, name, **kind):
    """NAME by one of the ways that there are for names."""
    way = rng.choice(['header', 'pax', 'gnu'])
    if way == 'header' and len(os.fsencode(name)) <= 100:
        return with_extra(rng, entries, plain(entry(name, b'x', **kind)))
    e = entry('python/short', b'x', **kind)
    raw = extended([(b'path', os.fsencode(name))]) if way == 'pax' else long_name(name)
    return with_extra(rng, entries, raw + plain(e))


@mutation(REFUSED)
def absolute_names(rng, entries):
    return named(rng, entries, rng.choice(['/', '//', '///']) + rng.choice(['etc/x', 'python/x', '.']))


@mutation(REFUSED)
def climbing_names(rng, entries):
    return named(rng, entries, rng.choice(['../x', 'python/../x', 'python/../../x', 'python/bin/..',
                                           './../python/x', 'python/bin/../../../x', '..', 'python/..']))


@mutation(REFUSED)
def control_characters(rng, entries):
    bad = chr(rng.choice(list(range(1, 32)) + [127]))
    if rng.random() < 0.3:
        return with_extra(rng, entries, plain(entry('python/l', target='bin' + bad + '/x')))
    return named(rng, entries, rng.choice(['python/a%sb', 'python/%s', 'python/%s/b']) % bad)


@mutation(REFUSED)
def long_names(rng, entries):
    name = rng.choice(['python/' + 'n' * rng.randrange(256, 3000), 'python/' + 'd/' * 600 + 'x',
                       'python/' + 'd/' * rng.randrange(64, 200) + 'x'])
    raw = rng.choice([extended([(b'path', name.encode())]), long_name(name)])
    return with_extra(rng, entries, raw + plain(entry('python/short', b'x')))


@mutation(REFUSED)
def empty_names(rng, entries):
    return with_extra(rng, entries, plain(entry('', b'x', type=rng.choice('05'))))


@mutation(REFUSED)
def a_second_top(rng, entries):
    return with_extra(rng, entries, plain(entry(rng.choice(['other/x', 'pythonx/x', 'x']), b'x')))


@mutation(REFUSED)
def the_same_twice(rng, entries):
    e = entries[rng.choice(files_of(entries))]
    head, tail = e.name.rsplit('/', 1)
    name = rng.choice([e.name, './' + e.name, head + '//' + tail, head + '/./' + tail])
    again = rng.choice([entry(name, b'again'), entry(name, target='python3'), entry(name + '/'),
                        entry(name, target='python/bin/python3', type='1'), entry(name + '/x', b'x')])
    return archive(entries) + plain(again) + END


# Links.

@mutation(REFUSED)
def links_out(rng, entries):
    name = rng.choice(['python/l', 'python/bin/l', 'python/a/b/l'])
    room = name.count('/') - 1
    target = rng.choice(['/etc/passwd', '/', '../' * (room + 1) + 'x', '../' * (room + 1), 'a/../x',
                         './' + '../' * (room + 2), 'bin/../../../x', '../' * room + 'lib/../../x'])
    if rng.random() < 0.5:
        return with_extra(rng, entries, plain(entry(name, target=target)))
    raw = extended([(b'linkpath', target.encode())])
    return with_extra(rng, entries, raw + plain(entry(name, target='bin/python3')))


@mutation(REFUSED)
def written_through_a_link(rng, entries):
    target = rng.choice(['bin', '.', 'lib', 'nowhere'])
    extra = rng.choice([entry('python/l/evil', b'x'), entry('python/l', b'x'), entry('python/l/'),
                        entry('python/l/h', target='python/bin/python3', type='1'),
                        entry('python/l/l', target='x')])
    return archive(entries) + plain(entry('python/l', target=target)) + plain(extra) + END


@mutation(REFUSED)
def hard_links_to_nothing(rng, entries):
    target = rng.choice(['/etc/passwd', '../x', 'python/../../x', 'python/none', 'python/late', 'python',
                         'python/', 'python/bin', 'other/x', '', 'python/soft', 'python/h'])
    return (archive(entries) + plain(entry('python/soft', target='bin/python3')) +
            plain(entry('python/h', target=target, type='1')) + plain(entry('python/late', b'x')) + END)


# Budgets and compression.

@mutation(REFUSED, ['entries=3'])
def more_entries(rng, entries):
    return archive(entries + [entry('python/e%d' % i) for i in range(3)]) + END


@mutation(REFUSED, ['file=6000'])
def larger_file(rng, entries):
    return with_extra(rng, entries, plain(entry('python/big', rng.randbytes(rng.randrange(6001, 9000)))))


@mutation(REFUSED, ['total=5000'])
def larger_total(rng, entries):
    return archive(entries + [entry('python/t%d' % i, rng.randbytes(2000)) for i in range(3)]) + END


@mutation(REFUSED)
def announced_only(rng, entries):
    return archive(entries) + header(entry('python/z'), size=rng.choice([1 << 29, 1 << 32, (1 << 33) - 1]))


@mutation(REFUSED, ['ratio=20'])
def bombs(rng, entries):
    zeros = bytes(rng.randrange(3 << 20, 5 << 20))
    return with_extra(rng, entries, plain(entry('python/zeros', zeros))), 'xz'


@mutation(REFUSED)
def compressed_twice(rng, entries):
    return gzip.compress(archive(entries) + END), rng.choice(['gz', 'xz', 'bz2'])


@mutation(REFUSED)
def behind_the_compressed(rng, entries):
    return archive(entries) + END, rng.choice(['gz', 'xz', 'bz2']) + '+'


# Anything: what comes of it has no name, but nothing may escape.

@mutation(EITHER)
def any_header_bytes(rng, entries):
    i = rng.randrange(len(entries))
    block = bytearray(header(entries[i]))
    for _ in range(rng.randrange(1, 4)):
        at = rng.choice([rng.randrange(BLOCK), rng.choice([0, 5, 7, 100, 124, 156, 157, 257, 345])])
        block[at] = rng.choice([0, 47, 46, 48, 49, 50, 53, 76, 120, rng.randrange(256)])
    return replaced(entries, i, fix_sum(block) + pad(entries[i].content))


@mutation(EITHER)
def any_blocks(rng, entries):
    data = archive(entries) + END
    blocks = [data[i:i + BLOCK] for i in range(0, len(data), BLOCK)]
    for _ in range(rng.randrange(1, 4)):
        a, b = rng.randrange(len(blocks)), rng.randrange(len(blocks))
        blocks[a], blocks[b] = blocks[b], blocks[a]
    return b''.join(blocks)


@mutation(EITHER)
def any_extension(rng, entries):
    i = rng.randrange(len(entries))
    raw = bytearray(extended([(b'path', os.fsencode(entries[i].name)), (b'mtime', b'5')]))
    raw[BLOCK + rng.randrange(40)] = rng.randrange(256)
    return replaced(entries, i, bytes(raw) + plain(entries[i]))


@mutation(EITHER)
def any_characters(rng, entries):
    name = 'python/' + ''.join(chr(rng.choice([rng.randrange(32, 127), rng.randrange(160, 0x2000)]))
                               for _ in range(rng.randrange(1, 12))).replace('/', '')
    return named(rng, entries, name)


def compress(data, how):
    more = b'more' if how.endswith('+') else b''
    how = how.rstrip('+')
    if how == 'gz':
        return gzip.compress(data, 1) + more
    if how == 'bz2':
        return bz2.compress(data) + more
    if how == 'xz':
        return lzma.compress(data, preset=0) + more
    return data


def run(unpacker, data, folder, limits):
    """Status and last line of the unpacker; FOLDER is its descriptor 3."""
    def give_folder():
        os.dup2(fd, 3)

    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        done = subprocess.run([unpacker, 'strip=1', *limits], input=data, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, preexec_fn=give_folder, pass_fds=(3,),
                              check=False, timeout=120)
    finally:
        os.close(fd)
    return done.returncode, done.stdout.decode('utf-8', 'replace').splitlines()


def expected(entries):
    """What must be below the folder: path to (kind, mode or target, content)."""
    tree = {}
    contents = {}
    for e in entries:
        name = e.name.partition('/')[2].rstrip('/')
        if e.type == '0':
            contents[e.name] = e
        if e.type == '1':
            e = contents[e.target]
        if e.type == '2':
            tree[name] = ('link', e.target, b'')
        elif e.type == '0':
            tree[name] = ('file', 0o755 if e.mode & 0o100 else 0o644, e.content)
    return tree


def found(folder, problems):
    """What is there, and in PROBLEMS what may never be."""
    tree = {}
    real = os.path.realpath(folder)
    for at, folders, files in os.walk(folder):
        for name in folders + files:
            path = os.path.join(at, name)
            shown = os.path.relpath(path, folder)
            st = os.lstat(path)
            if stat.S_ISLNK(st.st_mode):
                tree[shown] = ('link', os.readlink(path), b'')
                where = os.path.realpath(path)
                if where != real and not where.startswith(real + os.sep):
                    problems.append('link out: %s' % shown)
            elif stat.S_ISREG(st.st_mode):
                with open(path, 'rb') as file:
                    tree[shown] = ('file', stat.S_IMODE(st.st_mode), file.read())
                if stat.S_IMODE(st.st_mode) not in (0o644, 0o755):
                    problems.append('mode %o: %s' % (st.st_mode, shown))
            elif not stat.S_ISDIR(st.st_mode):
                problems.append('special file: %s' % shown)
    return tree


def outside(top):
    """All that is around the folder, which must stay as it is."""
    seen = []
    for at, folders, files in os.walk(top):
        if at == top:
            folders.remove('into')
        for name in folders + files:
            st = os.lstat(os.path.join(at, name))
            seen.append((at, name, st.st_mode, st.st_size, st.st_mtime_ns, st.st_nlink))
    return sorted(seen)


def judge(status, lines, expect, entries, tree):
    last = lines[-1] if lines else ''
    refused = status == 5 and last.startswith('error ')
    done = status == 0 and last.startswith('done ')
    if not refused and not done:
        return 'status %d: %s' % (status, lines)
    if (expect == REFUSED and done) or (expect == WHOLE and refused):
        return 'not %s: %s' % (expect, last)
    if any(not (c.isprintable() or c == ' ') for line in lines for c in line if ord(c) < 128):
        return 'control characters: %r' % lines
    if expect == WHOLE and tree != expected(entries):
        return 'another tree'
    return None


def make(rng, row, entries):
    """The mutated archive, compressed."""
    data = row[3](rng, entries)
    data, how = data if isinstance(data, tuple) else (data, rng.choice(['gz', 'gz', 'xz', 'bz2', '']))
    return compress(data, how)


def one(unpacker, top, number, seed, row):
    rng = random.Random('%s %s %d' % (seed, row[0], number))
    folder = os.path.join(top, 'into')
    entries = make_tree(rng)
    data = make(rng, row, entries)
    problems = []
    os.mkdir(folder)
    before = outside(top)
    status, lines = run(unpacker, data, folder, row[2])
    problem = judge(status, lines, row[1], entries, found(folder, problems))
    if outside(top) != before:
        problems.append('the outside changed')
    problems += [problem] if problem else []
    shutil.rmtree(folder)
    return status == 0, ['%s %d: %s' % (row[0], number, p) for p in problems]


def run_all(unpacker, top, count, seed, rows):
    done, whole, problems = collections.Counter(), collections.Counter(), []
    with open(os.path.join(top, 'canary'), 'w', encoding='ascii') as file:
        file.write('unchanged')
    for number in range(count):
        row = rows[number % len(rows)]
        unpacked, found_problems = one(unpacker, top, number // len(rows), seed, row)
        done[row[0]] += 1
        whole[row[0]] += unpacked
        problems += found_problems
    for row in rows:
        print('%-28s %3d refused %3d unpacked' % (row[0], done[row[0]] - whole[row[0]], whole[row[0]]))
    for problem in problems:
        print('WRONG', problem)
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    if memory > MEMORY_MAX_KIB:
        problems.append('memory')
    print('%d archives in %d classes (seed %s): %d refused, %d unpacked, %d wrong; at most %d MiB'
          % (count, len(rows), seed, count - sum(whole.values()), sum(whole.values()), len(problems),
             memory // 1024))
    return 1 if problems else 0


def read_base(path):
    with tarfile.open(path) as tar:
        return [entry(m.name + ('/' if m.isdir() else ''), tar.extractfile(m).read() if m.isreg() else b'',
                      m.linkname, '5' if m.isdir() else '2' if m.issym() else '1' if m.islnk() else '0',
                      m.mode & 0o777) for m in tar]


def make_all(base, folder, count, seed, rows):
    entries = read_base(base)
    rows = [row for row in rows if not row[2]]
    for number in range(count):
        row = rows[number % len(rows)]
        rng = random.Random('%s %s %d' % (seed, row[0], number))
        name = '%s-%s-%d.tar' % (row[1], row[0], number // len(rows))
        with open(os.path.join(folder, name), 'wb') as file:
            file.write(make(rng, row, entries))
    return 0


def main():
    what, program_or_base, folder = sys.argv[1:4]
    count = int(sys.argv[4]) if len(sys.argv) > 4 else 1000
    seed = sys.argv[5] if len(sys.argv) > 5 else '1'
    only = sys.argv[6] if len(sys.argv) > 6 else None
    rows = [row for row in CLASSES if only in (None, row[0])]
    return {'run': run_all, 'make': make_all}[what](program_or_base, folder, count, seed, rows)


if __name__ == '__main__':
    sys.exit(main())

#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern install: standalone builds, and what decides between them and sources. The
# choice as such is in tests/unit/test_install_choice.c, bad days in
# tests/faults/install_prebuilt.bats.

bats_require_minimum_version 1.5.0
load ../lib/packages

setup_file() {
	packages 'cpython 9.8.1' 'standalone 9.9.1' 'cpython 9.9.1' 'standalone 9.9.2 build=20260101' \
		'standalone 9.9.2' 'cpython 9.9.2' 'cpython 9.9.3'
	fake standalone 9.9.9 variant=freethreaded >"$PKG/threads.line"
	fake standalone 9.9.9 variant=debug layout=full >"$PKG/debug.line"
	fake standalone 9.9.9 missing='lzma _tkinter' >"$PKG/missing.line"
}

setup() {
	own_root
	machine="$(uname -m) $(awk -F'\t' '$4 == "standalone" { print $7; exit }' "$PKG/fake.tsv")"
}

# with NAME...: only these lines in the catalogue.
with() {
	{
		echo '# pyvern catalogue 1'
		for name; do cat "$PKG/$name.line"; done
	} >"$PYVERN_ROOT/catalog/fake.tsv"
}

# Killed after the version had its name: the next one said "installed", and nothing more.
@test "one that was killed at the end is finished by the next" {
	run_pyvern 0 install 9.9.2
	rm -r "${PYVERN_ROOT:?}/versions/9.9" "$PYVERN_ROOT/.aliases" "$PYVERN_ROOT/version" \
		"$PYVERN_ROOT/shims" "$PYVERN_ROOT/.rehashed"
	run_pyvern 0 install 9.9.2
	has '= 9.9.2    installed'
	has 'default  9.9.2, the first version here'
	only_versions 9.9 9.9.2
	[ "$(cat "$PYVERN_ROOT/version")" = 9.9.2 ]
	[ -x "$PYVERN_ROOT/shims/python9.9" ]
	# What an ordinary one says: nothing has to be done.
	run_pyvern 0 install 9.9.2
	[ "$output" = '= 9.9.2    installed' ]
}

@test "a standalone build: unpacked, relocated, tried, named" {
	run_pyvern 0 install 9.9
	has "+ 9.9.2    standalone build for $machine, build 20260814   "
	has 'checked  sha256'
	has 'newer    9.9.3, only as a source: pyvern install 9.9.3'
	has 'default  9.9.2, the first version here'
	has_not configure
	only_versions 9.9 9.9.2
	cd "$PYVERN_ROOT/versions/9.9.2" || return
	[ "$(bin/python --version)" = 'Python 9.9.2' ]
	[ "$(head -n 1 bin/pydoc9.9)" = "#!$PYVERN_ROOT/versions/9.9.2/bin/python9.9" ]
	grep -q "'prefix': '$PYVERN_ROOT/versions/9.9.2'" lib/python9.9/_sysconfigdata*.py
	run -1 grep -r -l -e '[.]staging' -e '/install/' .
	[ -x "$PYVERN_ROOT/shims/python9.9" ]
}

@test "the receipt of a build tells what was chosen, and what was changed" {
	pyvern install -q 9.9.2
	run python3 -c '
import json, sys
r = json.load(open(sys.argv[1]))
c = r["choice"]
print(c["kind"], c["implementation"], c["os"], c["arch"], c["build"], c["why"])
print(r["build"], r["relocated"]["from"], r["relocated"]["left"])
print("bin/pydoc9.9" in r["relocated"]["changed"], r["artifact"]["provenance"])
assert sorted(r["unpacked"]) == ["shut_in", "while_it_arrived"], r["unpacked"]
assert r["milliseconds"]["finish"] > 0, r["milliseconds"]
' "$PYVERN_ROOT/versions/9.9.2/.pyvern/receipt.json"
	[ "$output" = "standalone cpython linux $(uname -m) 20260814 None
None /install {}
True pinned-digest" ]
}

@test "again, from the cache" {
	pyvern install -q 9.9.2
	run_pyvern 0 install --force --offline 9.9.2
	has "~ 9.9.2    standalone build for $machine, build 20260814   from the cache   "
	only_versions 9.9 9.9.2
}

@test "a version without a build is built" {
	run_pyvern 0 install 9.9.3
	has '+ 9.9.3    built from source'
	has_not because
	run_pyvern 0 install 9.8
	has '+ 9.8.1    built from source'
}

@test "--build builds, --prebuilt does not, and not both" {
	run_pyvern 0 install --build 9.9.1
	has '+ 9.9.1    built from source'
	run_pyvern 0 install --prebuilt --force 9.9.1
	has "~ 9.9.1    standalone build for $machine"
	run_pyvern 3 install --prebuilt 9.9.3
	has "pyvern: nobody's build of 9.9.3 is known for linux $machine"
	has 'to fix   without --prebuilt'
	run_pyvern 2 install --prebuilt --build 9.9.2
	has 'exclude each other'
	run_pyvern 2 install --prebuilt --patch 9.9.2 </dev/null
	has '--patch is for what is built from source'
	only_versions 9.9 9.9.1
}

@test "a setting that is meant for builds builds, and says so" {
	PYTHON_CFLAGS=-O1 run_pyvern 0 install 9.9.1
	has '+ 9.9.1    built from source'
	has 'because  PYTHON_CFLAGS is set'
	grep -q '"why": "PYTHON_CFLAGS is set"' "$PYVERN_ROOT/versions/9.9.1/.pyvern/receipt.json"
	run_pyvern 0 install --force --keep 9.9.1
	has 'because  --keep is set'
	CFLAGS=-O1 MAKE_OPTS=-j2 run_pyvern 0 install --force 9.9.1
	has "~ 9.9.1    standalone build for $machine"
}

@test "pyenv's face builds what has a source" {
	echo pyenv >"$PYVERN_ROOT/face"
	run_pyvern 0 install 9.9.2
	has 'Installing Python-9.9.2...'
	grep -q '"kind": "source"' "$PYVERN_ROOT/versions/9.9.2/.pyvern/receipt.json"
	run_pyvern 0 install --prebuilt --force 9.9.2
	grep -q '"kind": "standalone"' "$PYVERN_ROOT/versions/9.9.2/.pyvern/receipt.json"
}

@test "variants: free-threaded; a debug build out of an archive of everything" {
	with threads
	run_pyvern 0 install 9.9t
	has "+ 9.9.9t   standalone build for $machine"
	with debug
	run_pyvern 0 install --debug 9.9
	has "+ 9.9.9-debug   standalone build for $machine"
	[ "$("$PYVERN_ROOT/versions/9.9.9-debug/bin/python" --version)" = 'Python 9.9.9' ]
	[ ! -e "$PYVERN_ROOT/versions/9.9.9-debug/build" ]
	only_versions 9.9.9-debug 9.9.9t 9.9t
}

@test "what a build comes without is said" {
	with missing
	run_pyvern 0 install 9.9
	has '! 9.9.9    has no lzma: this build was made without'
	has_not 'development packages'
}

@test "cpu_level: never above it, and only a level" {
	[ "$(uname -m)" = x86_64 ] || skip "only x86_64 has levels"
	grep -q sse4_2 /proc/cpuinfo || skip "this CPU has no second level"
	{
		echo '# pyvern catalogue 1'
		sh "$PYVERN_TEST_SOURCE/tests/lib/fake-standalone.sh" 9.9.9 "$T"
		sh "$PYVERN_TEST_SOURCE/tests/lib/fake-standalone.sh" 9.9.9 "$T" cpu=v2
	} >"$PYVERN_ROOT/catalog/fake.tsv"
	run_pyvern 0 install 9.9
	has "standalone build for $machine v2, build 20260814"
	PYVERN_CPU_LEVEL=v1 run_pyvern 0 install --force 9.9
	has "standalone build for $machine, build 20260814"
	pyvern config set cpu_level v9
	run_pyvern 2 install --force 9.9
	has 'v9 is no level of a CPU'
	has 'to fix   pyvern config set cpu_level v1'
}

@test "another machine's build is none" {
	{
		echo '# pyvern catalogue 1'
		sh "$PYVERN_TEST_SOURCE/tests/lib/fake-standalone.sh" 9.9.9 "$T" libc=other
		sh "$PYVERN_TEST_SOURCE/tests/lib/fake-standalone.sh" 9.9.9 "$T" arch=pdp11
	} >"$PYVERN_ROOT/catalog/fake.tsv"
	run_pyvern 3 install 9.9.9
	has 'no Python matches 9.9.9'
}

@test "pip may install into it, unless it is asked to leave it alone (PEP 668)" {
	{
		echo '# pyvern catalogue 1'
		sh "$PYVERN_TEST_SOURCE/tests/lib/fake-standalone.sh" 9.7.1 "$T" managed=1
	} >"$PYVERN_ROOT/catalog/managed.tsv"
	mark=$PYVERN_ROOT/versions/9.7.1/lib/python9.7/EXTERNALLY-MANAGED
	run_pyvern 0 install 9.7.1
	[ ! -e "$mark" ]
	run_pyvern 0 install --force --externally-managed 9.7.1
	grep -q '^Error=.*pyvern venv' "$mark"
	grep -q 'EXTERNALLY-MANAGED type=file' "$PYVERN_ROOT/versions/9.7.1/.pyvern/manifest.mtree"
	run_pyvern 0 install --force 9.7.1
	[ ! -e "$mark" ]
}

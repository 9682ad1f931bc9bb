#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Installing on bad days. Whatever happens: one clear message, the right exit
# status, no half-made Python in versions/, nothing left in .staging/, and the
# next install works.

bats_require_minimum_version 1.5.0
load ../lib/packages

setup_file() {
	packages 'cpython 9.9.1' 'cpython 9.9.2'
}

setup() {
	own_root
}

teardown() {
	kill_child
}

# Run pyvern; its lines in $output, its status in $status.
pyvern_run() {
	run pyvern "$@"
	echo "status $status"
	echo "$output"
}

# start OUT ARG...: install in the background, as a shell would start it (bats
# ignores SIGINT in background jobs: give it back). Its process in $child.
start() {
	local out=$1
	shift
	perl -e '$SIG{INT} = "DEFAULT"; exec @ARGV' pyvern "$@" >"$out" 2>&1 3>&- &
	child=$!
}

finish() {
	status=0
	wait "$child" || status=$?
	child=
	output=$(cat "$1")
	echo "status $status"
	echo "$output"
}

# repack NAME COMMAND...: as 9.9.1, a package that COMMAND changed in the folder
# it runs in, with the digest that it has now.
repack() {
	local sum
	mkdir -p "$BATS_TEST_TMPDIR/new"
	cp "$PKG/Python-9.9.1.tar.gz" "$BATS_TEST_TMPDIR/new/"
	(cd "$BATS_TEST_TMPDIR/new" && "$@")
	sum=$(openssl dgst -sha256 -r "$BATS_TEST_TMPDIR/new/Python-9.9.1.tar.gz")
	printf '# pyvern catalogue 1\ncpython\t9.9.1\t\tsource\t\t\t\t\t\tfile://%s\t%s\t%d\n' \
		"$BATS_TEST_TMPDIR/new/Python-9.9.1.tar.gz" "${sum%% *}" \
		"$(wc -c <"$BATS_TEST_TMPDIR/new/Python-9.9.1.tar.gz")" \
		>"$PYVERN_ROOT/catalog/fake.tsv"
}

@test "a good day" {
	pyvern_run install 9.9
	[ "$status" -eq 0 ]
	has '+ 9.9.2    built from source'
	has 'checked  sha256'
	has 'modules  ssl sqlite3 zlib'
	has 'default  9.9.2, the first version here'
	only_versions 9.9 9.9.2
	[ "$("$PYVERN_ROOT/versions/9.9.2/bin/python" --version)" = 'Python 9.9.2' ]
	[ -z "$(ls -A "$PYVERN_ROOT/logs")" ]
	for file in facts receipt.json manifest.mtree; do
		[ -s "$PYVERN_ROOT/versions/9.9.2/.pyvern/$file" ]
	done
	# No path of the stage is left in what was installed.
	run grep -r -l -e '[.]staging' "$PYVERN_ROOT/versions/9.9.2"
	[ "$status" -eq 1 ]
	pyvern_run install 9.9.2
	[ "$status" -eq 0 ]
	[ "$output" = '= 9.9.2    installed' ]
}

@test "several versions, one after the other, and the first error ends it" {
	pyvern_run install 9.9.1 9.9.2
	[ "$status" -eq 0 ]
	only_versions 9.9 9.9.1 9.9.2
	[ "$(readlink "$PYVERN_ROOT/versions/9.9")" = 9.9.2 ]
	[ "$(cat "$PYVERN_ROOT/version")" = 9.9.1 ]
	pyvern_run install 9.9.1 9.9.3 9.9.2
	[ "$status" -eq 3 ]
}

@test "what each option does" {
	run pyvern install --list
	[ "$status" -eq 0 ]
	has '9.9.2'
	has '3.13.5'
	[ ! -e "$PYVERN_ROOT/versions" ]
	pyvern_run install --quiet --no-sync --build 9.9.1
	[ "$status" -eq 0 ]
	# Only what needs somebody.
	for line in "${lines[@]}"; do [[ $line == '! '* ]]; done
	only_versions 9.9 9.9.1
	pyvern_run install --verbose 9.9.2
	[ "$status" -eq 0 ]
	has 'checking for thing 1... yes'
}

@test "without a version: what is pinned" {
	printf '9.9.1\n9.9.7\n' >.python-version
	pyvern_run install
	[ "$status" -eq 3 ]
	has '+ 9.9.1 '
	has 'no Python matches 9.9.7'
	has 'asked by  ~/.python-version:2'
}

@test "without a version and a pin: what the project requires" {
	printf '[project]\nrequires-python = ">=9.9,<9.9.2"\n' >pyproject.toml
	pyvern_run install
	[ "$status" -eq 0 ]
	only_versions 9.9 9.9.1
	pyvern_run install
	has "= 9.9.1"
	printf '[project]\nrequires-python = ">=9.9.2"\n' >pyproject.toml
	pyvern_run install --quiet
	[ "$status" -eq 0 ]
	only_versions 9.9 9.9.1 9.9.2
	printf '[project]\nrequires-python = ">=9.10"\n' >pyproject.toml
	pyvern_run install
	[ "$status" -eq 3 ]
	has "no Python matches >=9.10"
	has "asked by  ~/pyproject.toml:2"
}

@test "a range: the newest that is known" {
	pyvern_run install '>=9.9,<9.9.2'
	[ "$status" -eq 0 ]
	only_versions 9.9 9.9.1
}

@test "unknown version: nearest names, status 3" {
	pyvern_run install 3.31
	[ "$status" -eq 3 ]
	has 'pyvern: no Python matches 3.31'
	has 'nearest'
	has '3.13 (3.13.'
	has 'to fix'
	[ ! -e "$PYVERN_ROOT/versions" ]
}

@test "--list: all, or those that begin with what is asked for" {
	pyvern_run install --list
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "Available versions:" ]
	has '  2.7.18'
	has '  9.9.2'
	pyvern_run install -l 9.9 3.1
	[ "$status" -eq 0 ]
	[ "${lines[1]}" = "  3.1.0" ]
	has '  3.1.5'
	has '  9.9.1'
	has_not '  3.10'
	pyvern_run install -l 3.31
	[ "$status" -eq 3 ]
	has 'nearest  3.13 (3.13.'
}

@test "nothing is written into a folder of the root that everybody can write" {
	for folder in versions .staging .locks cache logs sources; do
		mkdir -p "$PYVERN_ROOT/$folder"
		chmod 777 "$PYVERN_ROOT/$folder"
		pyvern_run install --keep 9.9.1
		has "$PYVERN_ROOT/$folder can be written by everybody"
		[ "$status" -eq 6 ] || [ "$folder" = sources ]
		chmod 755 "$PYVERN_ROOT/$folder"
	done
	[ -z "$(ls -A "$PYVERN_ROOT/sources")" ]
}

@test "a catalogue that everybody can add to is refused" {
	chmod 1777 "$PYVERN_ROOT/catalog"
	pyvern_run install 9.9.1
	[ "$status" -eq 6 ]
	has 'can be written by everybody'
	[ ! -e "$PYVERN_ROOT/versions" ]
}

@test "bad requests: status 2, nothing is touched" {
	for request in '' ../evil a/b/c /etc 'a b' system $'3.13\n'; do
		pyvern_run install "$request"
		[ "$status" -eq 2 ]
	done
	pyvern_run install --jobs 0 9.9.1
	[ "$status" -eq 2 ]
	pyvern_run install --no-such-option 9.9.1
	[ "$status" -eq 2 ]
	PYTHON_CONFIGURE_OPTS="'open" pyvern_run install 9.9.1
	[ "$status" -eq 2 ]
	has PYTHON_CONFIGURE_OPTS
	[ ! -e "$PYVERN_ROOT/versions" ] || only_versions
}

@test "digest mismatch: status 5" {
	sed -i 's/\(9\.9\.1\.tar\.gz\t\)[0-9a-f]\{8\}/\100000000/' "$PYVERN_ROOT/catalog/fake.tsv"
	pyvern_run install 9.9.1
	[ "$status" -eq 5 ]
	has 9.9.1
	only_versions
	[ -z "$(find "$PYVERN_ROOT/cache" -type f -size +0 ! -name '*.part*' ! -name '.*')" ]
}

cut_short() {
	truncate -s 100000 Python-9.9.1.tar.gz
}

damage() {
	gunzip Python-9.9.1.tar.gz
	printf 'xxxxxxxx' | dd of=Python-9.9.1.tar bs=1 seek=148 conv=notrunc 2>/dev/null
	gzip -n Python-9.9.1.tar
}

no_archive() {
	echo '<html>Not found</html>' >Python-9.9.1.tar.gz
}

evil_link() {
	mkdir Python-9.9.1
	ln -s ../../../../etc Python-9.9.1/etc
	tar -czf Python-9.9.1.tar.gz Python-9.9.1
}

evil_name() {
	echo evil >evil
	tar -czPf Python-9.9.1.tar.gz --transform 's|^|Python-9.9.1/../../../|' evil
}

# A name with an answer of the unpacker in it.
evil_lines() {
	mkdir Python-9.9.1
	echo >"Python-9.9.1/$(printf 'a\ndone 1 1')"
	tar -czf Python-9.9.1.tar.gz Python-9.9.1
}

evil_device() {
	mkdir Python-9.9.1
	mkfifo Python-9.9.1/pipe
	tar -czf Python-9.9.1.tar.gz Python-9.9.1
}

second_top() {
	mkdir one two
	echo >one/configure
	echo >two/configure
	tar -czf Python-9.9.1.tar.gz one two
}

twice() {
	mkdir Python-9.9.1
	echo >Python-9.9.1/configure
	tar -czf Python-9.9.1.tar.gz Python-9.9.1/configure Python-9.9.1/configure \
		--hard-dereference
}

@test "broken and hostile archives whose digest holds: status 5" {
	for how in cut_short damage no_archive evil_link evil_name evil_lines evil_device second_top \
		twice; do
		rm -rf "$BATS_TEST_TMPDIR/new"
		repack "$how"
		echo "# $how"
		pyvern_run install 9.9.1
		[ "$status" -eq 5 ]
		has 'pyvern: 9.9.1: cannot unpack'
		[ "$how" != evil_lines ] || has ': Python-9.9.1/a\x0adone 1 1: a name that is not safe'
		only_versions
	done
	[ ! -e "$PYVERN_ROOT/evil" ]
}

only_what_is_needed() {
	local tool
	mkdir -p "$BATS_TEST_TMPDIR/bin"
	for tool in sh sed dd dirname sleep mkdir install chmod cat gmake make "$@"; do
		if command -v "$tool" >/dev/null; then
			ln -sf "$(command -v "$tool")" "$BATS_TEST_TMPDIR/bin/$tool"
		fi
	done
}

@test "no C compiler: named before anything is downloaded" {
	only_what_is_needed
	PATH=$PYVERN_TEST_STAGE/bin:$BATS_TEST_TMPDIR/bin pyvern_run install 9.9.1
	[ "$status" -eq 1 ]
	has 'pyvern: 9.9.1: no C compiler found'
	only_versions
	has_not download
}

@test "no make" {
	only_what_is_needed cc as ld
	rm -f "$BATS_TEST_TMPDIR/bin/make" "$BATS_TEST_TMPDIR/bin/gmake"
	PATH=$PYVERN_TEST_STAGE/bin:$BATS_TEST_TMPDIR/bin pyvern_run install 9.9.1
	[ "$status" -eq 1 ]
	has 'pyvern: 9.9.1: no make found'
}

@test "a compiler without the C library's headers" {
	mkdir -p "$BATS_TEST_TMPDIR/bin"
	printf '#!/bin/sh\necho "<command-line>: fatal error: stdio.h: none" >&2\nexit 1\n' \
		>"$BATS_TEST_TMPDIR/bin/cc"
	chmod 755 "$BATS_TEST_TMPDIR/bin/cc"
	PATH=$PYVERN_TEST_STAGE/bin:$BATS_TEST_TMPDIR/bin:/usr/bin:/bin pyvern_run install 9.9.1
	[ "$status" -eq 1 ]
	has 'does not find the C library'
	has 'because   <command-line>: fatal error: stdio.h'
}

# It was said to find no headers, whatever was wrong with it.
@test "a compiler that does not work is told with its own words" {
	mkdir -p "$BATS_TEST_TMPDIR/bin"
	printf '#!/bin/sh\necho hello\necho "cc: error: no licence" >&2\nexit 3\n' \
		>"$BATS_TEST_TMPDIR/bin/cc"
	chmod 755 "$BATS_TEST_TMPDIR/bin/cc"
	CC=$BATS_TEST_TMPDIR/bin/cc pyvern_run install 9.9.1
	[ "$status" -eq 1 ]
	has 'the C compiler does not work: it ended with status 3'
	has 'because   cc: error: no licence'
	has_not libc
	CC=no-such-compiler pyvern_run install 9.9.1
	[ "$status" -eq 1 ]
	has 'no C compiler found: CC is no-such-compiler'
}

# Only the wrapper was tried, without the compiler behind it.
@test "CC may be several words" {
	mkdir -p "$BATS_TEST_TMPDIR/bin"
	printf '#!/bin/sh\nexec "$@"\n' >"$BATS_TEST_TMPDIR/bin/wrap"
	chmod 755 "$BATS_TEST_TMPDIR/bin/wrap"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH CC='wrap cc -O1' pyvern_run install 9.9.1
	[ "$status" -eq 0 ]
	run cat "$PYVERN_ROOT/versions/9.9.1/.pyvern/receipt.json"
	has "\"compiler_version\": \"$(cc --version | head -n 1)\""
}

@test "a root with a blank in its path is refused before the download" {
	export PYVERN_ROOT="$BATS_TEST_TMPDIR/my root"
	mkdir -p "$PYVERN_ROOT/catalog"
	cp "$PKG/fake.tsv" "$PYVERN_ROOT/catalog/"
	pyvern_run install 9.9.1
	[ "$status" -eq 1 ]
	has 'makefiles break at blanks'
	has 'to fix'
	has_not download
	only_versions
}

@test "failing configure, make, make install: last lines, log kept, status 1" {
	local log
	for step in configure make install; do
		FAKE_FAIL=$step pyvern_run install 9.9.1
		[ "$status" -eq 1 ]
		has "pyvern: 9.9.1: ${step/#install/make install} failed with status"
		only_versions
		log=$(printf '%s\n' "$output" | sed -n 's/^  log  *//p')
		[ -s "$log" ]
		grep -q -e "== configure: .*./configure --prefix=$PYVERN_ROOT/versions/9.9.1" "$log"
		rm "$log"
	done
	FAKE_FAIL="make" pyvern_run install 9.9.1
	has 'two.c:7: error: no such luck'
	pyvern_run install 9.9.1
	[ "$status" -eq 0 ]
}

@test "a Python without ssl is refused, without lzma it is warned about" {
	FAKE_MISSING=ssl pyvern_run install 9.9.1
	[ "$status" -eq 1 ]
	has 'built without ssl'
	has 'libssl-dev'
	only_versions
	FAKE_MISSING=lzma pyvern_run install 9.9.1
	[ "$status" -eq 0 ]
	has 'no lzma'
	has '! 9.9.1    has no lzma'
	grep -q '"lzma": "No module named' "$PYVERN_ROOT/versions/9.9.1/.pyvern/receipt.json"
}

# Its own words were thrown away.
@test "a Python that does not start is refused, with its reason" {
	FAKE_BROKEN=1 pyvern_run install 9.9.1
	[ "$status" -eq 1 ]
	has 'its python does not work: it ended with status 127'
	has 'it says  libfake.so.1: no such file'
	has 'log '
	only_versions
}

# They were called broken for want of what was added to Python later.
@test "old Pythons lack nothing that they never had" {
	{
		echo '# pyvern catalogue 1'
		sh "$PYVERN_TEST_SOURCE/tests/lib/fake-cpython.sh" 2.5.9 "$BATS_TEST_TMPDIR"
	} >"$PYVERN_ROOT/catalog/fake.tsv"
	FAKE_MISSING='ssl lzma _uuid' pyvern_run install 2.5.9
	[ "$status" -eq 0 ]
	has_not 'has no ssl'
	FAKE_MISSING=sqlite3 pyvern_run install --force 2.5.9
	has '! 2.5.9    has no sqlite3'
}

# LD_LIBRARY_PATH was replaced: libraries that the build had found were lost.
@test "the new Python is tried with the caller's libraries behind its own" {
	printf '#!/bin/sh\n[ "$*" = --version ] || echo "$LD_LIBRARY_PATH" >"%s/seen"\n' \
		"$BATS_TEST_TMPDIR" >"$BATS_TEST_TMPDIR/spy"
	FAKE_SPY=$BATS_TEST_TMPDIR/spy LD_LIBRARY_PATH=/opt/ours pyvern_run install 9.9.1
	[ "$status" -eq 0 ]
	run cat "$BATS_TEST_TMPDIR/seen"
	[[ $output == */lib:/opt/ours ]]
}

@test "a failing --force leaves the installed version as it was" {
	pyvern_run install 9.9.1
	echo mine >"$PYVERN_ROOT/versions/9.9.1/mark"
	FAKE_FAIL="make" pyvern_run install --force 9.9.1
	[ "$status" -eq 1 ]
	only_versions 9.9 9.9.1
	[ "$(cat "$PYVERN_ROOT/versions/9.9.1/mark")" = mine ]
	pyvern_run install --force --skip-existing 9.9.1
	[ "$status" -eq 0 ]
	[ -e "$PYVERN_ROOT/versions/9.9.1/mark" ]
	pyvern_run install --force 9.9.1
	[ "$status" -eq 0 ]
	has '~ 9.9.1    built again'
	[ ! -e "$PYVERN_ROOT/versions/9.9.1/mark" ]
}

@test "unreachable network: status 4" {
	sed -i 's|file://[^\t]*|https://127.0.0.1:9/Python-9.9.1.tar.gz|' \
		"$PYVERN_ROOT/catalog/fake.tsv"
	pyvern_run install 9.9.1
	[ "$status" -eq 4 ]
	has 9.9.1
	only_versions
}

@test "--offline: from the cache, else status 4" {
	pyvern_run install --offline 9.9.1
	[ "$status" -eq 4 ]
	has '9.9.1 is not complete in the cache'
	only_versions
	pyvern_run install 9.9.1
	[ "$status" -eq 0 ]
	pyvern_run install --offline --force 9.9.1
	[ "$status" -eq 0 ]
	has 'from the cache'
}

full_disk_checks() {
	FAKE_FILL=1 pyvern_run install 9.9.1
	[ "$status" -eq 1 ] || return 1
	has 'make failed' || return 1
	has 'is full' || return 1
	only_versions || return 1
	logs=$(ls "$PYVERN_ROOT/logs")
	dd if=/dev/zero of="$PYVERN_ROOT/fill" bs=1M count=20 2>/dev/null
	pyvern_run install 9.9.2
	[ "$status" -eq 1 ] || return 1
	has 'MB free' || return 1
	has 'to fix   make room' || return 1
	# It was downloaded first.
	has_not download || return 1
	only_versions || return 1
	# Nothing was built: there is no log, and none is spoken of.
	has_not 'log ' || return 1
	[ "$(ls "$PYVERN_ROOT/logs")" = "$logs" ] || return 1
	rm "$PYVERN_ROOT/fill"
	pyvern_run install 9.9.2
	[ "$status" -eq 0 ]
}

@test "full disk, before and during the build" {
	mkdir -p "$BATS_TEST_TMPDIR/small"
	mount -t tmpfs -o size=24m none "$BATS_TEST_TMPDIR/small" 2>/dev/null ||
		skip "no tmpfs can be mounted here"
	export PYVERN_ROOT=$BATS_TEST_TMPDIR/small/root
	mkdir -p "$PYVERN_ROOT/catalog"
	cp "$PKG/fake.tsv" "$PYVERN_ROOT/catalog/"
	result=0
	full_disk_checks || result=$?
	umount "$BATS_TEST_TMPDIR/small"
	[ "$result" -eq 0 ]
}

@test "a root that is not ours to write: status 1, and installed versions still count" {
	[ "$(id -u)" -eq 0 ] || skip "needs root, to become another user"
	command -v setpriv >/dev/null || skip "setpriv is absent"
	chmod 755 "$BATS_TEST_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_RUN_TMPDIR"
	setpriv --reuid=65534 --regid=65534 --clear-groups pyvern --version >/dev/null 2>&1 ||
		skip "the build folder is closed to others"
	pyvern install -q 9.9.1
	chmod 755 "$PYVERN_ROOT"
	run setpriv --reuid=65534 --regid=65534 --clear-groups pyvern install 9.9.2
	echo "$output"
	[ "$status" -eq 1 ]
	has 'cannot install 9.9.2'
	has 'not writable'
	run setpriv --reuid=65534 --regid=65534 --clear-groups pyvern install 9.9.1
	[ "$status" -eq 0 ]
	has '= 9.9.1    installed'
	only_versions 9.9 9.9.1
}

@test "an interrupt at any step: status 130, nothing half made, children gone" {
	command -v perl >/dev/null || skip "perl is absent"
	for step in configure make install; do
		FAKE_SLOW=$step start "$BATS_TEST_TMPDIR/out" install 9.9.1
		case $step in
		configure) wait_for_log 'thing 10' ;;
		make) wait_for_log 'three.c' ;;
		install) wait_for_log '== make install' ;;
		esac
		kill -INT "$child"
		finish "$BATS_TEST_TMPDIR/out"
		[ "$status" -eq 130 ]
		[ "$(grep -c 'pyvern: .*interrupted' "$BATS_TEST_TMPDIR/out")" -eq 1 ]
		only_versions
		[ -z "$(ls -A "$PYVERN_ROOT/logs")" ]
	done
	pyvern_run install 9.9.1
	[ "$status" -eq 0 ]
}

@test "killed outright in each step: the next install clears up and succeeds" {
	command -v perl >/dev/null || skip "perl is absent"
	# (The probe starts the new interpreter, which says that it does.)
	printf 'echo probing >>"%s"; sleep 60\n' "$BATS_TEST_TMPDIR/probed" >"$BATS_TEST_TMPDIR/spy"
	for step in configure make install probe; do
		spy=
		[ "$step" != probe ] || spy=$BATS_TEST_TMPDIR/spy
		FAKE_SPY=$spy FAKE_SLOW=$step start "$BATS_TEST_TMPDIR/out" install 9.9.1
		case $step in
		configure) wait_for_log 'thing 10' ;;
		make) wait_for_log 'three.c' ;;
		install) wait_for_log '== make install' ;;
		probe) for _ in {1..200}; do [ ! -e "$BATS_TEST_TMPDIR/probed" ] || break; sleep 0.05; done ;;
		esac
		kill -KILL "$child"
		finish "$BATS_TEST_TMPDIR/out"
		[ "$status" -eq 137 ]
		[ -z "$(ls -A "$PYVERN_ROOT/versions")" ]
		pyvern_run install 9.9.1
		[ "$status" -eq 0 ]
		only_versions 9.9 9.9.1
		pyvern uninstall --yes 9.9.1
		rm -rf "${PYVERN_ROOT:?}/logs"
	done
}

@test "a compiler that crashes at the nth file: which, why, and nothing is left" {
	command -v gcc >/dev/null || skip "gcc is absent"
	mkdir -p "$BATS_TEST_TMPDIR/bin"
	cat >"$BATS_TEST_TMPDIR/bin/cc" <<-'END'
		#!/bin/sh
		case $* in
		*"-c $CRASH.c"*)
			[ "$HOW" = signal ] && kill -SEGV $$
			echo "cc: internal compiler error: Segmentation fault signal terminated program cc1" >&2
			exit 4 ;;
		esac
		exec gcc "$@"
	END
	chmod 755 "$BATS_TEST_TMPDIR/bin/cc"
	export FAKE_COMPILE=1 CCACHE_DISABLE=1 PATH=$PYVERN_TEST_STAGE/bin:$BATS_TEST_TMPDIR/bin:/usr/bin:/bin
	for file in one two three; do
		for how in signal words; do
			CRASH=$file HOW=$how pyvern_run install 9.9.1
			[ "$status" -eq 1 ]
			has 'pyvern: 9.9.1: make failed with status 2'
			has "$file.o] "
			case $how in
			signal) has 'cause    a program crashed: the compiler, or the Python' ;;
			words) has 'cause    the compiler itself failed' ;;
			esac
			has '  to fix   the same again'
			log=$(printf '%s\n' "$output" | sed -n 's/^  log  *//p')
			grep -q "cc -O2 -c $file.c" "$log"
			only_versions
		done
	done
	CRASH=none pyvern_run install 9.9.1
	[ "$status" -eq 0 ]
	only_versions 9.9 9.9.1
}

@test "two installs of one version at once: the second waits and finds it" {
	command -v perl >/dev/null || skip "perl is absent"
	start "$BATS_TEST_TMPDIR/one" install 9.9.1
	first=$child
	start "$BATS_TEST_TMPDIR/two" install 9.9.1
	finish "$BATS_TEST_TMPDIR/two"
	[ "$status" -eq 0 ]
	child=$first
	finish "$BATS_TEST_TMPDIR/one"
	[ "$status" -eq 0 ]
	cat "$BATS_TEST_TMPDIR/one" "$BATS_TEST_TMPDIR/two" >"$BATS_TEST_TMPDIR/both"
	[ "$(grep -c '^+ 9.9.1 ' "$BATS_TEST_TMPDIR/both")" -eq 1 ]
	[ "$(grep -c '^= 9.9.1 *installed' "$BATS_TEST_TMPDIR/both")" -eq 1 ]
	only_versions 9.9 9.9.1
}

@test "two versions at once do not wait for one another" {
	command -v perl >/dev/null || skip "perl is absent"
	start "$BATS_TEST_TMPDIR/one" install 9.9.1
	first=$child
	start "$BATS_TEST_TMPDIR/two" install 9.9.2
	finish "$BATS_TEST_TMPDIR/two"
	[ "$status" -eq 0 ]
	child=$first
	finish "$BATS_TEST_TMPDIR/one"
	[ "$status" -eq 0 ]
	only_versions 9.9 9.9.1 9.9.2
	[ "$(readlink "$PYVERN_ROOT/versions/9.9")" = 9.9.2 ]
}

# Files of the stage were each written to the disk, and then all together; also
# with --no-sync.
@test "the disk is waited for once, and not at all for the tree with --no-sync" {
	command -v strace >/dev/null || skip "strace is absent"
	strace -f -y -o "$BATS_TEST_TMPDIR/calls" -e trace=fsync,fdatasync,syncfs true ||
		skip "strace may not trace here"
	# The leak sanitizer traces, too, and nobody is traced twice.
	export ASAN_OPTIONS="detect_leaks=0:$ASAN_OPTIONS"
	strace -f -y -o "$BATS_TEST_TMPDIR/calls" -e trace=fsync,fdatasync,syncfs \
		pyvern install -q 9.9.1
	[ "$(grep -c syncfs "$BATS_TEST_TMPDIR/calls")" -eq 1 ]
	[ "$(grep -c 'fsync(.*[.]staging' "$BATS_TEST_TMPDIR/calls")" -eq 0 ]
	strace -f -y -o "$BATS_TEST_TMPDIR/calls" -e trace=fsync,fdatasync,syncfs \
		pyvern install -q --no-sync 9.9.2
	[ "$(grep -c 'syncfs\|[.]staging\|versions' "$BATS_TEST_TMPDIR/calls")" -eq 0 ]
}

# Folders were closed; files, pip among them, were not.
@test "with any umask, nobody else may write what was installed" {
	(umask 000 && pyvern install -q 9.9.1)
	run find "$PYVERN_ROOT/versions" "$PYVERN_ROOT/shims" -perm /022 ! -type l
	echo "$output"
	[ -z "$output" ]
}

@test "--keep leaves the build folder and the log" {
	pyvern_run install --keep 9.9.1
	[ "$status" -eq 0 ]
	has "kept     $PYVERN_ROOT/sources/9.9.1/Python-9.9.1"
	has "log      $PYVERN_ROOT/logs/9.9.1-"
	[ -s "$PYVERN_ROOT/sources/9.9.1/Python-9.9.1/Makefile" ]
	[ -n "$(ls -A "$PYVERN_ROOT/logs")" ]
	pyvern_run install --keep --force 9.9.1
	[ "$status" -eq 0 ]
	FAKE_FAIL="make" pyvern_run install --keep --force 9.9.1
	[ "$status" -eq 1 ]
	has "kept     $PYVERN_ROOT/sources/9.9.1/Python-9.9.1"
}

# The receipt is JSON, that is UTF-8: after minutes of building it could not be
# written, and all was lost.
@test "settings and folders that are not UTF-8" {
	local odd
	odd=$(printf 'caf\351')
	export PYVERN_ROOT=$BATS_TEST_TMPDIR/$odd
	mkdir "$PYVERN_ROOT" 2>/dev/null || skip "this file system wants UTF-8"
	mkdir "$PYVERN_ROOT/catalog"
	cp "$PKG/fake.tsv" "$PYVERN_ROOT/catalog/"
	CFLAGS=-DPLACE=$odd pyvern_run install 9.9.1
	[ "$status" -eq 0 ]
	only_versions 9.9 9.9.1
	run cat "$PYVERN_ROOT/versions/9.9.1/.pyvern/receipt.json"
	has '"CFLAGS": "-DPLACE=caf\\xe9"'
	has '/caf\\xe9/versions/9.9.1'
}

@test "build settings reach configure and make as they are" {
	MAKE_OPTS='-j3 --no-print-directory' CONFIGURE_OPTS="--with-a='x y'" \
		PYTHON_CONFIGURE_OPTS="--disable-shared --b=\$HOME" CFLAGS=-O1 PYTHON_CFLAGS=-g \
		MAKEFLAGS=k PYTHONHOME=/nowhere pyvern_run install --keep 9.9.1
	[ "$status" -eq 0 ]
	run cat "$PYVERN_ROOT"/logs/*.log
	has "--with-a=x y --disable-shared --b=\$HOME"
	has_not --enable-shared
	has_not rpath
	has 'make -j3 --no-print-directory'
	run cat "$PYVERN_ROOT/versions/9.9.1/.pyvern/receipt.json"
	has '"CFLAGS": "-O1 -g"'
}

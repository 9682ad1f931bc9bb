#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154,SC2317 # bats sets status and output; sweep calls the functions
# python-build on bad days: PREFIX is whole, or as it was before; nothing is left beside
# it or in it, and the next run works.

bats_require_minimum_version 1.5.0
load ../lib/packages
load ../lib/faults

setup_file() {
	packages 'cpython 9.9.1'
}

setup() {
	own_root
}

teardown() {
	kill_child
}

# start ARG...: python-build in the background, as a shell would start it.
start() {
	perl -e '$SIG{INT} = "DEFAULT"; exec @ARGV' python-build "$@" >"$T/said" 2>&1 3>&- &
	child=$!
}

finish() {
	status=0
	wait "$child" || status=$?
	child=
	cat "$T/said"
}

@test "a step that fails: status 1, BUILD FAILED, the log, and no PREFIX" {
	for step in configure make install; do
		FAKE_FAIL=$step run -1 python-build 9.9.1 a
		[[ $output == *'BUILD FAILED'*'Results logged to '*'Last 10 log lines:'* ]]
		[ -z "$(ls -A)" ]
		mkdir b
		echo mine >b/mine
		FAKE_FAIL=$step run -1 python-build 9.9.1 b
		[ "$(ls -A b)" = mine ]
		rm -r b
	done
	FAKE_MISSING=ssl run -1 python-build 9.9.1 a
	[ -z "$(ls -A)" ]
}

@test "interrupted in each step: nothing of it is left" {
	for step in configure make install; do
		for signal in INT TERM; do
			rm -rf "$PYVERN_ROOT/logs"
			FAKE_SLOW=$step start 9.9.1 a
			wait_for_log "^== ${step/install/make install}:"
			[ ! -e a ]
			kill -$signal "$child"
			finish
			[ "$status" -gt 128 ]
			[ -z "$(ls -A)" ]
		done
	done
}

@test "killed outright in each step: PREFIX is not there, and the next run clears up" {
	for step in configure make install; do
		rm -rf "$PYVERN_ROOT/logs"
		FAKE_SLOW=$step start 9.9.1 a
		wait_for_log "^== ${step/install/make install}:"
		kill -KILL "$child"
		finish
		[ "$status" -eq 137 ]
		[ ! -e a ]
		left=$(ls -A)
		[[ $left == .python-build-* ]]
		# A stage that was just made may be somebody's who is about to lock it.
		run -0 python-build 9.9.1 a
		[ "$(ls -A)" = "$(printf '%s\n' "$left" a)" ]
		touch -d '-2 minutes' "$left"
		run -0 python-build 9.9.1 b
		[ "$(ls -A)" = "$(printf '%s\n' a b)" ]
		rm -r a b
	done
}

@test "a stage whose owner lives is left alone, however old" {
	FAKE_SLOW="make" start 9.9.1 a
	wait_for_log '^== make:'
	touch -d '-2 hours' .python-build-*
	run -0 python-build 9.9.1 b
	[ "$(find . -maxdepth 1 -name '.python-build-*' | wc -l)" -eq 1 ]
	kill -TERM "$child"
	finish
	[ "$(ls -A)" = b ]
}

@test "two at once: one tree, and the other says so" {
	printf 'echo >"%s/waits"\nwhile [ ! -e "%s/go" ]; do sleep 0.1; done\n' "$T" "$T" >"$T/spy"
	FAKE_SPY=$T/spy start 9.9.1 a
	for _ in $(seq 100); do [ ! -e "$T/waits" ] || break && sleep 0.1; done
	run -0 python-build 9.9.1 a
	touch a/mark "$T/go"
	finish
	[ "$status" -eq 1 ]
	grep -q "$HOME/a was made by somebody else meanwhile" "$T/said"
	[ -e a/mark ]
	[ "$(ls -A)" = a ]
}

make_place() {
	rm -rf "${PYVERN_ROOT:?}" "${HOME:?}"
	mkdir -p "$HOME/full/bin" "$PYVERN_ROOT/catalog"
	echo mine >"$HOME/full/bin/mine"
	cp "$PKG/fake.tsv" "$PYVERN_ROOT/catalog/"
	cd "$HOME" || return
}

# PREFIX, which was not there, is whole or not there.
judge() {
	is "hangs" [ "$1" -ne 124 ] || return
	[ "$1" -eq 0 ] || [ "$1" -ge 128 ] || is "fails without a word" [ -s "$T/said" ] || return
	cd "$HOME" || return
	is "something beside it" [ -z "$(find . -maxdepth 1 ! -name . ! -name new ! -name full ! -name '.python-build-*')" ] || return
	[ "$1" -ne 0 ] || is "succeeds without a Python" [ -x new/bin/python ] || return
	[ ! -e new ] || is "half a tree" [ -x new/bin/python ] || return
	[ ! -e new ] || is "half a record" [ -s new/.pyvern/manifest.mtree ] || return
	is "the next one" python-build 9.9.1 new || return
	is "its Python" [ -x new/bin/python ]
}

changes='mkdirat|symlinkat|renameat|renameat2|unlinkat'

@test "each call fails: a folder that was not there" {
	SWEEP_STEP=3 sweep error=EIO "$changes" python-build 9.9.1 new
}

@test "killed at each call: a folder that was not there" {
	SWEEP_STEP=3 sweep signal=SIGKILL "$changes" python-build 9.9.1 new
}

# One in which something is: what was there stays, and the next run completes it.
judge_full() {
	cd "$HOME" || return
	is "hangs" [ "$1" -ne 124 ] || return
	is "what was there" [ "$(cat full/bin/mine)" = mine ] || return
	[ "$1" -ne 0 ] || is "succeeds without a Python" [ -x full/bin/python ] || return
	# The programs come last: with one, all that it needs is there.
	[ ! -e full/bin/python9.9 ] || is "a program too early" [ -e full/lib/python9.9/os.py ] || return
	is "the next one" python-build 9.9.1 full || return
	is "its Python" [ -x full/bin/python ]
}

@test "killed at each call: a folder with something in it" {
	judge() { judge_full "$@"; }
	SWEEP_STEP=3 sweep signal=SIGKILL "$changes" python-build 9.9.1 full
}

# A definition with two packages.
define() {
	sh "$PYVERN_TEST_SOURCE/tests/lib/fake-package.sh" thing-1.0 "$T" >/dev/null
	mkdir -p defs
	cat >defs/two <<-END
		install_package thing-1.0 file://$T/thing-1.0.tar.gz
		build_package_slow() { [ -z "\$SLOW_STEP" ] || sleep 60; }
		install_package Python-9.9.1 file://$PKG/Python-9.9.1.tar.gz standard slow
	END
}

@test "a definition whose package fails: which, the log, and no PREFIX" {
	define
	FAKE_FAIL=package-configure run -1 python-build defs/two a
	[[ $output == *'configure of thing-1.0 failed with status 9'*'Results logged to '*'configure: no'* ]]
	FAKE_FAIL=package-make run -1 python-build defs/two a
	[[ $output == *'make of thing-1.0 failed with status 2'*'boom.c:1: error'* ]]
	FAKE_FAIL="make" run -1 python-build defs/two a
	[[ $output == *'make failed with status 2'*'no such luck'* ]]
	[ "$(ls -A)" = defs ]
}

@test "a definition interrupted, or killed, in a package: PREFIX is not there" {
	define
	for where in FAKE_SLOW=package-make FAKE_SLOW=make SLOW_STEP=1; do
		for signal in INT TERM KILL; do
			rm -rf "$PYVERN_ROOT/logs"
			env "$where" perl -e '$SIG{INT} = "DEFAULT"; exec @ARGV' python-build defs/two a >"$T/said" 2>&1 3>&- &
			child=$!
			case $where in
			*package*) wait_for_log '^== make:' ;;
			SLOW*) wait_for_log '^== build_package_slow:' ;;
			*) wait_for_log '^== make install: .*' && wait_for_log 'cc -c' ;;
			esac
			kill -$signal "$child"
			finish
			[ "$status" -gt 128 ]
			[ ! -e a ]
			if [ $signal = KILL ]; then rm -rf .python-build-*; fi
			[ "$(ls -A)" = defs ]
		done
	done
}

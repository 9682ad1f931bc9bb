#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Upgrading and rolling back on bad days: each call to the system fails once, or is the last
# one. Whatever happens, the alias leads to a whole version, which what follows starts on, and
# the same command finishes it.
# shellcheck disable=SC2317 # sweep calls them

bats_require_minimum_version 1.5.0
load ../lib/faults
load ../lib/packages

setup_file() {
	packages 'standalone 9.9.1 noise=20' 'standalone 9.9.2 noise=20'
}

setup() {
	own_root
	mkdir "$T/kept"
	pyvern install -q 9.9.1
	pyvern venv -q --without-pip -p 9.9 "$HOME/env"
}

keep() {
	cp -a "$PYVERN_ROOT" "$HOME/env" "$T/kept/"
}

make_place() {
	rm -rf "${T:?}/root" "${HOME:?}/env"
	cp -a "$T/kept/root" "$T/"
	cp -a "$T/kept/env" "$HOME/"
}

# The alias leads to a version, and the environment starts on it.
is_whole() {
	local at
	at=$(readlink "$PYVERN_ROOT/versions/9.9") || { echo "the alias is gone"; return 1; }
	[ -e "$PYVERN_ROOT/versions/$at/.pyvern/manifest.mtree" ] || { echo "$at is not whole"; return 1; }
	[ "$("$HOME/env/bin/python" --version)" = "Python $at" ] || { echo "it is not on $at"; return 1; }
	[ "$(pyvern latest 9.9)" = "$at" ] || { echo "the pin is not $at"; return 1; }
}

# judge_to STATUS VERSION COMMAND: that leads to VERSION, now or the next time.
judge_to() {
	is_whole || return
	if [ "$1" -eq 0 ]; then
		[ "$(readlink "$PYVERN_ROOT/versions/9.9")" = "$2" ] || { echo "not done"; return 1; }
	elif [ "$1" -lt 128 ] && ! grep -q -e '^pyvern: ' "$T/said"; then
		echo "nothing is said"
		return 1
	fi
	"${@:3}" || [ "$(readlink "$PYVERN_ROOT/versions/9.9")" = "$2" ] || {
		echo "the next one fails"
		return 1
	}
	[ "$(readlink "$PYVERN_ROOT/versions/9.9")" = "$2" ] || { echo "it is never done"; return 1; }
	is_whole
}

writes='openat|write|rename|renameat|renameat2|unlinkat|symlinkat|linkat|fsync|syncfs|mkdirat'
few='write|rename|renameat|renameat2|symlinkat|mkdirat|fsync'

judge() {
	judge_to "$1" 9.9.2 pyvern upgrade -q 9.9
}

@test "upgrade, killed at each call that changes something: the next one finishes it" {
	keep
	SWEEP_STEP=7 sweep signal=SIGKILL "$writes" upgrade 9.9
}

@test "upgrade, each call that changes something fails" {
	keep
	SWEEP_STEP=7 sweep error=EIO "$few" upgrade 9.9
}

@test "rollback, killed at each call that changes something: the next one finishes it" {
	judge() {
		judge_to "$1" 9.9.1 pyvern rollback -q 9.9
	}
	pyvern upgrade -q 9.9
	keep
	SWEEP_STEP=2 sweep signal=SIGKILL "$writes" rollback 9.9
}

#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Environments that are moved, cloned, repaired and trusted on bad days. Whatever happens,
# nothing half-made has the new name, and the same again finishes what was cut short.
# shellcheck disable=SC2016,SC2317 # the other shells expand it; sweep calls them

bats_require_minimum_version 1.5.0
load ../lib/faults
load ../lib/venv

setup() {
	venv_setup
	export T
}

changes='mkdirat|openat|symlinkat|linkat|write|renameat|renameat2|unlinkat|unlink|utimensat|fchmod'

make_place() {
	rm -rf ./* ./.[!.]* "$XDG_STATE_HOME"
	pyvern venv -q -p 3.13 one
}

# The environment is whole, and names no other place.
is_whole() {
	is_environment "$1" 3.13.5 && grep -qx "VIRTUAL_ENV='$PWD/$1'" "$1/bin/activate" &&
		grep -q "$PWD/$1/bin/python" "$1/bin/pip"
}

# Moved, or where it was, and the same again moves it.
judge_move() {
	[ ! -e two ] || is_whole two || return
	[ "$1" -ne 0 ] || [ -e two ] || return
	[ -e two ] || pyvern venvs move one two >/dev/null 2>&1
	is_whole two && has_only . two
}

@test "move: each call fails" {
	judge() {
		[ "$1" -lt 128 ] || return
		# One that could not be moved is as it was.
		[ -e two ] || is_whole one || return
		judge_move "$1"
	}
	sweep error=EIO "$changes" venvs move one two
}

@test "move: killed at each call" {
	judge() { judge_move "$1"; }
	sweep signal=SIGKILL "$changes" venvs move one two
}

@test "clone: each call fails; the first one is as it was" {
	judge() {
		is_whole one || return
		if [ "$1" -eq 0 ]; then is_whole two; else [ "$1" -lt 128 ] && has_only . one; fi
	}
	SWEEP_STEP=3 sweep error=ENOSPC "$changes" venvs clone one two
}

@test "clone: killed at each call" {
	judge() { is_whole one && { [ ! -e two ] || is_whole two; }; }
	SWEEP_STEP=3 sweep signal=SIGKILL "$changes" venvs clone one two
}

@test "trust: each call fails: it is an error, or believed" {
	make_place() {
		rm -rf ./* ./.[!.]* "$XDG_STATE_HOME"
		mkdir -p one/bin one/lib/python3.13/site-packages
		printf 'home = %s\n' "$PYVERN_ROOT/versions/3.13.5/bin" >one/pyvenv.cfg
		ln -s "$PYVERN_ROOT/versions/3.13.5/bin/python3.13" one/bin/python
	}
	judge() {
		[ "$(grep -c '^home = ' one/pyvenv.cfg)" -eq 1 ] || return
		if [ "$1" -eq 0 ]; then
			[ "$(pyvern trust --list)" = "trusted  $PWD/one" ]
		else
			[ "$1" -lt 128 ] && [ -s "$T/said" ]
		fi
	}
	sweep error=EIO "$changes|fsync|getrandom" trust one
}

@test "repair: killed at each call, and finished by the same again" {
	make_place() {
		rm -rf ./* ./.[!.]* "$XDG_STATE_HOME" "$PYVERN_ROOT"/versions/3.12*
		fake_python 3.12.1
		pyvern venv -q -p 3.12.1 one
		rm -r "$PYVERN_ROOT/versions/3.12.1"
		fake_python 3.12.4
		printf '%s\n' '#!/bin/sh' 'bin=${0%/*}' 'echo "${bin%/*}"' \
			>"$PYVERN_ROOT/versions/3.12.4/bin/python3.12"
	}
	judge() {
		pyvern repair one >/dev/null 2>&1
		[ "$(one/bin/python)" = "$PWD/one" ] || [ "$(one/bin/python)" = one ] || return
		grep -qx "home = $PYVERN_ROOT/versions/3.12.4/bin" one/pyvenv.cfg
	}
	sweep signal=SIGKILL "$changes" repair one
}

#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154,SC2016 # bats sets stderr; $ is for the inner shell
# pyvern x: a program in an environment that is gone afterwards.

bats_require_minimum_version 1.5.0
load ../lib/venv
load ../lib/registry

setup() {
	venv_setup
	umask 022
	unset VIRTUAL_ENV PYENV_VIRTUAL_ENV PYVERN_DIR PYENV_DIR
	export TMPDIR=$T/tmp
	mkdir -p "$TMPDIR" "$HOME/here"
	cd "$HOME/here" || return
}

gone() {
	[ -z "$(ls -A "$TMPDIR")" ]
}

@test "a new environment, whole while the command runs, known to nobody, gone afterwards" {
	run -0 --separate-stderr pyvern x 3.13 -- sh -c \
		'echo "$VIRTUAL_ENV"; cat "$VIRTUAL_ENV/pyvenv.cfg"; ls "$VIRTUAL_ENV/bin"; pwd'
	[[ ${lines[0]} == "$TMPDIR/pyvern-x-"*/env ]]
	[[ $output == *'version = 3.13.5'* && $output == *pip* && $output == *"$HOME/here" ]]
	[ -z "$stderr" ]
	gone
	knows
	[ -z "$(ls -A)" ]
	printf '#!/bin/sh\necho "mine ${VIRTUAL_ENV##*/}"\n' >"$T/mine"
	chmod 755 "$T/mine"
	cd "$T"
	run -0 pyvern x 3.13 -- ./mine
	[ "$output" = 'mine env' ]
	cd "$HOME/here"
	# Without the --, and with options of the command's own.
	run -0 pyvern x 3.13.5 sh -c 'echo "$1"' -- --with
	[ "$output" = --with ]
}

@test "its status is the command's, and nothing is left after a failure or an interrupt" {
	run -7 pyvern x 3.13 -- sh -c 'exit 7'
	run -143 pyvern x 3.13 -- sh -c 'kill -TERM $$'
	run -127 --separate-stderr pyvern x 3.13 -- no-such-command
	[[ $stderr == *'no-such-command is neither in'* ]]
	gone
	command -v perl >/dev/null || skip "perl is absent"
	perl -e '$SIG{INT} = "DEFAULT"; setpgrp; exec @ARGV' \
		pyvern x 3.13 -- sh -c "echo \$\$ >'$T/pid'; exec sleep 60" &
	child=$!
	for _ in {1..100}; do [ ! -s "$T/pid" ] || break; sleep 0.05; done
	kill -INT -- "-$child"
	status=0
	wait "$child" || status=$?
	[ "$status" -eq 130 ]
	gone
}

@test "with packages, by the pip that is in it" {
	# (This python is made up: its pip tells what it was asked for.)
	printf '#!/bin/sh\necho "$@" >>"%s/said"\n[ ! -e "%s/broken" ]\n' "$T" "$T" \
		>"$PYVERN_ROOT/versions/3.13.5/bin/python3.13"
	run -0 pyvern x --with black,tox 3.13 -- true
	[ "$(cat "$T/said")" = '-m pip install --disable-pip-version-check --quiet -- black tox' ]
	touch "$T/broken"
	run -1 --separate-stderr pyvern x --with black 3.13 -- touch "$T/ran"
	[[ $stderr == *'pip failed in '* ]]
	[ ! -e "$T/ran" ]
	gone
}

@test "what cannot be" {
	run -2 pyvern x
	run -2 pyvern x 3.13
	run -2 pyvern x 3.13 --
	run -3 --separate-stderr pyvern x 3.9 -- true
	[[ $stderr == *'3.9 is not installed'*'pyvern install 3.9'* ]]
	# What is to be installed and cannot be is told by install.
	run -3 --separate-stderr pyvern x --install 4.99 -- true
	[[ $stderr == *'no Python matches 4.99'* ]]
	TMPDIR=/nonexistent run -1 --separate-stderr pyvern x 3.13 -- true
	[[ $stderr == *'cannot make the folder /nonexistent/pyvern-x-'* ]]
}

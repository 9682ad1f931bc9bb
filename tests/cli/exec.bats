#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern exec

bats_require_minimum_version 1.5.0
load ../lib/selection

setup() {
	selection_setup
}

@test "runs the chosen version's program with its bin first on PATH" {
	pin 3.13
	run pyvern exec show a "b c" --version
	[ "$status" -eq 0 ]
	is_output "$PYVERN_ROOT/versions/3.13.5/bin/show" a "b c" --version \
		"$PYVERN_ROOT/versions/3.13.5/bin:$PATH" none none
}

@test "PATH does not grow when programs of a version call each other" {
	pin 3.13
	program 3.13.5 outer <<-END
		#!/bin/sh
		exec $T/prefix/bin/pyvern exec show
	END
	run pyvern exec outer
	[ "${lines[1]}" = "$PYVERN_ROOT/versions/3.13.5/bin:$PATH" ]
}

@test "under pyenv's rules children are bound to the version" {
	pyvern config set face pyenv
	pin 3.13 3.11
	run pyvern exec show
	[ "${lines[2]}" = 3.13.5:3.11 ]
	PYVERN_VERSION=3.13 run pyvern exec show
	[ "${lines[3]}" = none ]
}

@test "status and signals are the program's own" {
	pin 3.13
	program 3.13.5 tool <<<$'#!/bin/sh\nexit 7'
	run pyvern exec tool
	[ "$status" -eq 7 ]
}

@test "a missing version: who asked, what to type, and 127" {
	pin 3.11
	run -127 pyvern exec python
	is_output "pyvern: python is 3.11 here, and 3.11 is not installed" \
		"  asked by  $T/project/.python-version:1" \
		"  to fix    pyvern install"
}

@test "a missing version is never replaced by system, except under pyenv's rules" {
	pin 3.11
	run -127 pyvern exec python
	pyvern config set face pyenv
	run pyvern exec python
	is_output system
}

@test "a script without a first line is the shell's" {
	pin 3.13
	# shellcheck disable=SC2016 # the program expands it
	program 3.13.5 tool <<<'echo "by the shell: $1"'
	run pyvern exec tool x
	is_output "by the shell: x"
}

@test "what cannot be started: 126" {
	pin 3.13
	program 3.13.5 tool <<<'#!/nonexistent/interpreter'
	run pyvern exec tool
	[ "$status" -eq 126 ]
}

@test "after pip has installed something, its commands have shims" {
	pin 3.13
	program 3.13.5 pip <<-'END'
		#!/bin/sh
		bin=$(dirname "$0")
		case $1 in
		install) printf '#!/bin/sh\necho new\n' >"$bin/newtool"; chmod 755 "$bin/newtool" ;;
		uninstall) rm "$bin/newtool" ;;
		esac
		[ "$2" != fail ]
	END
	run pip install fail
	[ "$status" -eq 1 ]
	[ ! -e "$PYVERN_ROOT/shims/newtool" ]
	run pip install newtool
	[ "$status" -eq 0 ]
	run newtool
	is_output new
	run pip uninstall newtool
	[ ! -e "$PYVERN_ROOT/shims/newtool" ]
}

@test "exec needs a command" {
	run pyvern exec
	[ "$status" -eq 2 ]
}

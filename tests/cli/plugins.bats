#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Commands that are third parties' programs

bats_require_minimum_version 1.5.0
load ../lib/versions

setup() {
	versions_setup
}

plugin() {
	mkdir -p "$(dirname "$1")"
	printf '#!/bin/sh\n%s\n' "$2" >"$1"
	chmod 755 "$1"
}

@test "a plugin's program is a command, with its arguments and its status" {
	plugin "$PYVERN_ROOT/plugins/greet/bin/pyenv-greet" 'echo "hello $*"; exit 7'
	run pyvern greet a "b c"
	[ "$status" -eq 7 ]
	[ "$output" = "hello a b c" ]
}

@test "plugins get what pyenv gives them" {
	# shellcheck disable=SC2016 # the other shell expands it
	plugin "$PYVERN_ROOT/plugins/show/bin/pyenv-show" \
		'echo "$PYENV_ROOT|$PYENV_DIR|$_PYENV_INSTALL_PREFIX|${PATH%%:*}|${PYVERN_ROOT-unset}"'
	run pyvern show
	[ "$output" = "$PYVERN_ROOT|$T/project|$T/prefix/libexec|$T/prefix/libexec/pyvern|unset" ]
}

@test "they are listed, found on PATH, and never in the shims" {
	plugin "$PYVERN_ROOT/plugins/greet/bin/pyenv-greet" 'echo hello'
	plugin "$T/path/pyvern-outside" 'echo outside'
	plugin "$PYVERN_ROOT/shims/pyenv-shimmed" 'echo wrong'
	export PATH=$PYVERN_ROOT/shims:$PATH:$T/path
	run pyvern help
	[[ $output == *"greet "*"a plugin's command"* ]]
	[[ $output == *"outside "* ]]
	[[ $output != *"shimmed"* ]]
	run pyvern outside
	[ "$output" = outside ]
	run pyvern shimmed
	[ "$status" -eq 2 ]
}

# `pyvern shim` went round for ever, `pyvern unpack` waited for an archive.
@test "programs that only we start are no commands; a plugin may have their names" {
	cp "$PYVERN_TEST_STAGE/libexec/pyvern/pyvern-shim" "$T/shim.new"
	mv "$T/shim.new" "$T/prefix/libexec/pyvern/pyvern-shim"
	run pyvern help
	[[ $output != *"a plugin's command"* ]]
	for name in shim unpack; do
		refuses 2 "there is no command $name" timeout 10 pyvern "$name"
		refuses 2 "there is no command $name" timeout 10 pyvern help "$name"
	done
	plugin "$PYVERN_ROOT/plugins/zip/bin/pyenv-unpack" 'echo "mine $*"'
	run pyvern unpack x
	[ "$output" = "mine x" ]
}

# The function that calls them was there; they were refused.
@test "a plugin's shell command is run by the shell function (pyenv.md 1, 5)" {
	plugin "$PYVERN_ROOT/plugins/greet/bin/pyenv-sh-greet" 'echo "greeted=$1"'
	run bash -c 'eval "$(pyvern init - bash)"; pyvern greet you; echo "$greeted"'
	[ "$output" = you ]
	run pyvern sh-greet you
	[ "$output" = "greeted=you" ]
	run pyvern greet you
	[ "$status" -eq 2 ]
	run pyvern commands --no-sh
	[[ $output != *greet* ]]
}

@test "a name cannot lead out of the folders" {
	plugin "$T/evil" 'echo escaped'
	mkdir -p "$PYVERN_ROOT/plugins/x/bin/pyenv-"
	run pyvern "/../../../../evil"
	[ "$status" -eq 2 ]
	[[ $output != *escaped* ]]
}

#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Commands that are third parties' programs

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

@test "programs for the shell function are no commands" {
	plugin "$PYVERN_ROOT/plugins/greet/bin/pyenv-sh-greet" 'echo code'
	run pyvern sh-greet
	[ "$status" -eq 2 ]
	[[ $output != *code* ]]
}

@test "a name cannot lead out of the folders" {
	plugin "$T/evil" 'echo escaped'
	mkdir -p "$PYVERN_ROOT/plugins/x/bin/pyenv-"
	run pyvern "/../../../../evil"
	[ "$status" -eq 2 ]
	[[ $output != *escaped* ]]
}

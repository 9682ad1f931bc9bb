#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern completions and commands (pyenv.md 4): what completion files ask for

bats_require_minimum_version 1.5.0
load ../lib/selection

setup() {
	selection_setup
}

@test "--help, the options, then what the operand can be" {
	run pyvern completions local
	is_output --help --force --unset --range system 3.12.1 3.13.5
	run pyvern completions uninstall
	[[ $output != *system* ]]
	has_line 3.12.1
	run pyvern completions shims
	is_output --help --short
	run pyvern completions root
	is_output --help
}

@test "versions, environments, executables, commands, shells, settings, hooks" {
	fake_env 3.12.1 shop
	run pyvern completions prefix
	is_output --help system 3.12.1 3.12.1/envs/shop 3.13.5 shop
	run pyvern completions repair
	has_line 3.13.5
	has_line shop
	run pyvern completions which
	has_line black
	has_line pip
	run pyvern completions help
	has_line local
	has_line version-name
	has_line shell
	! has_line sh-shell 2>/dev/null
	run pyvern completions init
	has_line -
	has_line fish
	run pyvern completions config
	is_output --help --json list get set unset
	run pyvern completions config get
	has_line face
	run pyvern completions hooks
	is_output --help exec rehash version-name version-origin which
	run pyvern completions install
	has_line 3.13.5
	has_line --jobs
}

@test "words before say where we are" {
	# An option that waits for its value.
	run pyvern completions venv --python
	is_output 3.12.1 3.13.5
	run pyvern completions venv -p
	is_output 3.12.1 3.13.5
	run pyvern completions venv --prompt
	[ "$output" = "" ]
	# Its value was given.
	run pyvern completions venv -p 3.12
	has_line --prompt
	! has_line 3.12.1 2>/dev/null
	run pyvern completions venv --python=3.12
	has_line --prompt
	# Options are over.
	run pyvern completions local --
	is_output system 3.12.1 3.13.5
	run pyvern completions exec
	has_line --help
	has_line black
	run pyvern completions exec pip
	[ "$output" = "" ]
	# One operand is enough.
	run pyvern completions which black
	is_output --help --nosystem --skip-advice
}

# A plugin from standard input.
plugin() { # NAME
	mkdir -p "$PYVERN_ROOT/plugins/p/bin"
	cat >"$PYVERN_ROOT/plugins/p/bin/pyenv-$1"
	chmod 755 "$PYVERN_ROOT/plugins/p/bin/pyenv-$1"
}

@test "a plugin answers --complete when a comment of its file says that it can" {
	for comment in '# provide pyenv completions' '# Provide Pyenv Completions, and more' \
		'// provide pyenv completions' '-- provide pyenv completions' '% provide pyenv completions'; do
		printf '%s\n' '#!/bin/sh' "case \$0 in
$comment
*) printf '%s\n' \"\$@\" ;; esac" | plugin ask
		run pyvern completions ask a "b c"
		echo "$comment: $output"
		[[ $output == *--help* ]]
	done
	printf '%s\n' '#!/bin/sh' '# Provide pyenv completions' 'printf "<%s>\n" "$@"' | plugin ask
	run pyvern completions ask a "b c"
	is_output --help "<--complete>" "<a>" "<b c>"
	printf '%s\n' '#!/bin/sh' '# Provide pyenv completions' 'echo code' | plugin sh-enter
	run pyvern completions enter
	is_output --help code
}

@test "a plugin that does not say so is not run" {
	for text in '#provide pyenv completions' 'provide pyenv completions' ' # provide pyenv completions' \
		'echo "# provide pyenv completions"'; do
		printf '%s\n' '#!/bin/sh' "$text 2>/dev/null" 'echo RUN' | plugin ask
		run pyvern completions ask
		is_output --help
	done
}

@test "wrong use, unknown commands" {
	refuses 2 "completions needs a command" pyvern completions
	refuses 2 "there is no command nope" pyvern completions nope
	echo pyenv >"$PYVERN_ROOT/face"
	run --separate-stderr pyvern completions
	[ "$status" -eq 1 ]
	[ "$stderr" = "Usage: pyenv completions <command> [arg1 arg2...]" ]
	run --separate-stderr pyvern completions nope
	[ "$status" -eq 1 ]
}

@test "a root that is not there, or empty, completes what needs none" {
	PYVERN_ROOT=$T/none
	run --separate-stderr pyvern completions local
	[ "$stderr" = "" ]
	is_output --help --force --unset --range system
}

@test "commands: all, with and without those for the shell (pyenv.md 4)" {
	echo | plugin greet
	echo | plugin sh-enter
	run pyvern commands
	[ "$output" = "$(sort -u <<<"$output")" ]
	for name in local version-name shell rehash enter greet completions; do has_line "$name"; done
	for name in sh-shell seed overview sh-enter; do ! has_line "$name" 2>/dev/null; done
	run pyvern commands --sh
	has_line shell
	has_line rehash
	has_line enter
	! has_line local 2>/dev/null
	! has_line greet 2>/dev/null
	run pyvern commands --no-sh
	has_line rehash
	has_line greet
	! has_line enter 2>/dev/null
	refuses 2 "--sh and --no-sh leave nothing" pyvern commands --sh --no-sh
}

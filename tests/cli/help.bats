#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern help, --help, and what every command does with options
# shellcheck disable=SC2154 # run --separate-stderr sets stderr

bats_require_minimum_version 1.5.0
load ../lib/selection

setup() {
	selection_setup
	tests=$PYVERN_TEST_SOURCE/tests
}

# Names of all commands that help shows.
commands() {
	pyvern help | sed -n '/^Commands:/,/^$/s/^  \([a-z-]*\)  .*/\1/p'
}

# Options that the help of a command shows: "--quiet|-q", "--json".
options_of() {
	pyvern help "$1" | sed -n -e 's/^      \(--[a-z-]*\).*/\1/p' \
		-e 's/^  \(-[a-z]\), \(--[a-z-]*\).*/\2|\1/p'
}

@test "all commands on one screen, on standard output" {
	run --separate-stderr pyvern help
	[ "$status" -eq 0 ]
	[ "$stderr" = "" ]
	[ "${#lines[@]}" -le 30 ]
	for line in "${lines[@]}"; do [ "${#line}" -le 80 ]; done
	[ "$(commands | wc -l)" -ge 16 ]
	help=$output
	for word in --help -h; do
		run pyvern "$word"
		[ "$output" = "$help" ]
	done
}

@test "what only our own programs use is not in it" {
	run commands
	[[ $output != *seed* && $output != *overview* && $output != *unpack* ]]
	run pyvern help
	[[ $output != *"a plugin's command"* ]]
}

@test "each command tells how it is used, in three ways that agree" {
	for command in $(commands); do
		run --separate-stderr pyvern help "$command"
		[ "$status" -eq 0 ]
		[ "$stderr" = "" ]
		[[ $output == "usage: pyvern $command"* ]]
		for line in "${lines[@]}"; do [ "${#line}" -le 90 ]; done
		help=$output
		for word in --help -h; do
			run pyvern "$command" "$word"
			[ "$status" -eq 0 ]
			[ "$output" = "$help" ]
		done
	done
}

@test "no option is shown that no test of its command tries" {
	for command in $(commands); do
		files=("$tests/cli/$command.bats")
		case $command in
		install) files+=("$tests/faults/install.bats" "$tests/faults/variants.bats") ;;
		whence) files=("$tests/cli/latest.bats") ;;
		shell) files=("$tests/cli/init.bats") ;;
		init) files=("$tests/cli/init.bats" "$tests/cli/init_files.bats") ;;
		esac
		while read -r option; do
			[[ $option != --help* ]] || continue
			grep -qE "pyvern.* ($option)([ =\";]|\$)" "${files[@]}" || missing+=" $command:$option"
		done < <(options_of "$command")
	done
	echo "untried:${missing-}"
	[ -z "${missing-}" ]
}

@test "options that do not exist are wrong use, with the nearest that does" {
	for command in $(commands); do
		refuses 2 "$command: there is no option --frobnicate" pyvern "$command" --frobnicate
		[[ $stderr == *"to fix   pyvern help $command" ]]
		refuses 2 "$command: there is no option -Z" pyvern "$command" -Z
	done
	refuses 2 "venv: there is no option --promt" pyvern venv --promt x
	[[ $stderr == *"nearest  --prompt"* ]]
	refuses 2 "--prompt needs a value: TEXT" pyvern venv --prompt
	refuses 2 "--clear takes no value" pyvern venv --clear=yes
	refuses 2 "--s can be --skip-aliases and --skip-envs" pyvern versions --s
}

@test "wrong use says where to read" {
	for words in "root x" "version x" "rehash x" "which a b" "explain a b" "venv a b" use exec \
		uninstall "local --unset 3.13" "global --unset 3.13" "config frob" "help a b"; do
		# shellcheck disable=SC2086 # words
		refuses 2 "" pyvern $words
	done
}

@test "unknown commands and options of the program itself" {
	refuses 2 "there is no command hlep" pyvern hlep
	[[ $stderr == *"nearest  help"* ]]
	refuses 2 "there is no command nope" pyvern help nope
	refuses 2 'there is no command ""' pyvern ""
	# They were called commands.
	refuses 2 "there is no option --frob" pyvern --frob
	refuses 2 "there is no option -q" pyvern -q
	refuses 2 'there is no command a\x1b[31mb' pyvern "$(printf 'a\033[31mb')"
}

@test "help of a plugin is the plugin's own" {
	mkdir -p "$PYVERN_ROOT/plugins/greet/bin"
	# shellcheck disable=SC2016 # the plugin expands it
	printf '#!/bin/sh\necho "greet: $*"\n' >"$PYVERN_ROOT/plugins/greet/bin/pyenv-greet"
	chmod 755 "$PYVERN_ROOT/plugins/greet/bin/pyenv-greet"
	run pyvern help greet
	is_output "greet: --help"
	run pyvern help
	[[ $output == *"  greet         a plugin's command"* ]]
}

@test "version" {
	for word in --version -v; do
		run --separate-stderr pyvern "$word"
		[ "$status" -eq 0 ]
		[[ $output =~ ^pyvern\ [0-9]+\.[0-9]+\.[0-9]+ ]]
	done
}

@test "output that cannot be written is an error" {
	[ -e /dev/full ] || skip "no /dev/full here"
	run sh -c 'pyvern help >/dev/full'
	[ "$status" -eq 1 ]
	is_output "pyvern: cannot write the output: the disk is full"
}

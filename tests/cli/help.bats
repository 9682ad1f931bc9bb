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
	pyvern help "$1" | sed -n -e 's/^      \(--[a-z0-9-]*\).*/\1/p' \
		-e 's/^  \(-[a-z]\), \(--[a-z0-9-]*\).*/\2|\1/p'
}

@test "all commands on one screen, on standard output" {
	run --separate-stderr pyvern help
	[ "$status" -eq 0 ]
	[ "$stderr" = "" ]
	[ "${#lines[@]}" -le 44 ]
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
		install)
			files+=("$tests/cli/install_signature.bats" "$tests/cli/install_bin.bats" "$tests/cli/install_build.bats" "$tests/cli/install_from.bats" "$tests/cli/install_many.bats" "$tests/cli/install_needs.bats"
				"$tests/cli/install_prebuilt.bats" "$tests/faults/install.bats"
				"$tests/faults/variants.bats")
			;;
		venv) files+=("$tests/cli/venv_options.bats" "$tests/cli/venv_seed.bats") ;;
		venvs) files+=("$tests/cli/venvs_move.bats") ;;
		repair) files+=("$tests/cli/repair_version.bats") ;;
		update) files+=("$tests/cli/update_catalog.bats") ;;
		whence) files=("$tests/cli/latest.bats") ;;
		shell) files=("$tests/cli/init.bats") ;;
		virtualenv-delete) files=("$tests/cli/virtualenvs.bats") ;;
		init) files=("$tests/cli/init.bats" "$tests/cli/init_files.bats" "$tests/cli/virtualenv-init.bats" "$tests/cli/auto_venv.bats") ;;
		deactivate) files=("$tests/cli/activate.bats") ;;
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
		# Those are for the base's own maker (tests/cli/virtualenv.bats).
		[ "$command" != virtualenv ] || continue
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
	for words in "root x" "version x" "rehash x" "which a b" "explain a b" "venv --json a b" use exec \
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

# A plugin from standard input, which says so when it is run.
plugin() { # NAME
	mkdir -p "$PYVERN_ROOT/plugins/p/bin"
	{
		cat
		echo 'echo "RUN $*"'
	} >"$PYVERN_ROOT/plugins/p/bin/pyenv-$1"
	chmod 755 "$PYVERN_ROOT/plugins/p/bin/pyenv-$1"
}

@test "help of a plugin is the comment that its file begins with (pyenv.md 4)" {
	plugin greet <<-'END'
		#!/usr/bin/env bash
		#
		# Summary: Greet somebody
		#
		# Usage: pyenv greet [--loud] NAME
		#        pyenv greet --list
		#
		# Says hello.
		#   --loud  louder
		#
		#no documentation
		# Twice.

		# Not this.
	END
	for words in "help greet" "greet --help" "--help greet"; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr pyvern $words
		[ "$status" -eq 0 ]
		[ "$stderr" = "" ]
		is_output "Usage: pyenv greet [--loud] NAME" "       pyenv greet --list" "" "Says hello." \
			"  --loud  louder" "" "Twice."
	done
	run pyvern help --usage greet
	is_output "Usage: pyenv greet [--loud] NAME" "       pyenv greet --list"
	run pyvern help
	[[ $output == *"  greet         Greet somebody"* ]]
	# Only as the first word it asks for help.
	run pyvern greet you --help
	is_output "RUN you --help"
}

@test "a plugin's help that is only a summary, or nothing at all (pyenv.md 4)" {
	printf '%s\n' '#!/bin/sh' '# Summary: Say bye' | plugin bye
	run pyvern help bye
	is_output "Usage: pyvern bye" "" "Say bye"
	run pyvern help --usage bye
	[ "$status" -eq 0 ]
	[ "$output" = "" ]
	printf '%s\n' '#!/bin/sh' '# Copyright: somebody' '' '# Summary: too late' | plugin quiet
	refuses 1 "quiet is a plugin whose file says nothing of its use" pyvern help quiet
	run pyvern help
	[[ $output == *"  quiet         a plugin's command"* ]]
	refuses 1 "quiet is a plugin" pyvern quiet --help
}

@test "a plugin's text is harmless on a terminal, and bounded" {
	printf '#!/bin/sh\n# Summary: a\033[31mb\n# Usage: pyenv evil\007\n# \xff\n' | plugin evil
	run pyvern help evil
	is_output 'Usage: pyenv evil\x07' "" '\xff'
	run pyvern help
	[[ $output == *'a\x1b[31mb'* ]]
	{
		echo '# Usage: pyenv long'
		yes '# more and more' | head -n 100000
	} | plugin long
	run pyvern help long
	[ "$status" -eq 0 ]
	[ "${#output}" -lt 20000 ]
	mkfifo "$PYVERN_ROOT/plugins/p/bin/pyenv-pipe"
	chmod 755 "$PYVERN_ROOT/plugins/p/bin/pyenv-pipe"
	refuses 2 "there is no command pipe" timeout 10 pyvern help pipe
	head -c 100000 /dev/urandom | plugin binary
	run pyvern help binary
	[ "$status" -eq 1 ]
}

@test "a shell command's --help is code that shows help (pyenv.md 1)" {
	printf '%s\n' '# Usage: pyenv enter' | plugin sh-enter
	run pyvern sh-shell --help
	is_output "pyvern help shell"
	run pyvern sh-enter --help
	is_output "pyvern help enter"
	run pyvern help enter
	is_output "Usage: pyenv enter"
	run bash -c 'eval "$(pyvern init - bash)"; pyvern shell --help; pyvern enter --help; pyvern enter it'
	[[ $output == "usage: pyvern shell"*"Usage: pyenv enter"* ]]
}

@test "pyenv's face: help, its usage, all commands (pyenv.md 4)" {
	echo pyenv >"$PYVERN_ROOT/face"
	printf '%s\n' '# Summary: Greet somebody' | plugin greet
	printf '%s\n' '#!/bin/sh' | plugin quiet
	run --separate-stderr pyvern help local
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "Usage: pyenv local [-f|--force] [<version> [...]]" ]
	[ "${lines[1]}" = "       pyenv local --unset" ]
	[[ $output != *pyvern\ * ]]
	help=$output
	run pyvern local --help
	[ "$output" = "$help" ]
	run pyvern help --usage local
	is_output "Usage: pyenv local [-f|--force] [<version> [...]]" "       pyenv local --unset"
	run --separate-stderr pyvern help
	[ "${lines[0]}" = "Usage: pyenv <command> [<args>]" ]
	[[ $output == *$'\n   greet       Greet somebody\n'* ]]
	[[ $output == *$'\n   version-name   Print'* ]]
	[[ $output != *quiet* ]]
	all=$output
	for words in "help pyenv" "help local x" --help; do
		# shellcheck disable=SC2086 # words
		run pyvern $words
		[ "$status" -eq 0 ]
	done
	[ "$output" = "$all" ]
	run pyvern help --usage
	is_output "Usage: pyenv <command> [<args>]"
	run --separate-stderr pyvern help nope
	[ "$status" -eq 1 ]
	[ "$stderr" = "pyenv: no such command \`nope'" ]
	run --separate-stderr pyvern help quiet
	[ "$status" -eq 1 ]
	[ "$stderr" = "Sorry, this command isn't documented yet." ]
}

@test "pyenv's face: no arguments (pyenv.md 1)" {
	echo pyenv >"$PYVERN_ROOT/face"
	help=$(pyvern help)
	run --separate-stderr pyvern
	[ "$status" -eq 1 ]
	[ "$output" = "" ]
	[ "$stderr" = "$(pyvern --version)"$'\n'"$help" ]
}

@test "--debug is pyenv's, and passes on to plugins (pyenv.md 1)" {
	printf '#!/bin/sh\necho "debug=$PYENV_DEBUG"\n' | plugin tell
	run pyvern --debug tell
	[ "${lines[0]}" = "debug=1" ]
	run pyvern tell
	[ "${lines[0]}" = "debug=" ]
	run pyvern --debug root
	is_output "$PYVERN_ROOT"
}

@test "PYENV_DIR must be a folder (pyenv.md 1)" {
	refuses 2 "cannot change working directory to $T/none" env PYENV_DIR="$T/none" pyvern root
	echo pyenv >"$PYVERN_ROOT/face"
	run --separate-stderr env PYENV_DIR="$T/none" pyvern root
	[ "$status" -eq 1 ]
	[ "$stderr" = "pyenv: cannot change working directory to \`$T/none'" ]
	run --separate-stderr env PYENV_DIR="$T/none" pyvern greet
	[ "$stderr" = "pyenv: cannot change working directory to \`$T/none'" ]
}

@test "no manual page is opened but on a terminal" {
	mkdir "$T/man"
	printf '#!/bin/sh\necho "MAN $*"\n' >"$T/man/man"
	chmod 755 "$T/man/man"
	# What is installed is shared with other tests.
	rm -rf "$T/prefix/share/man"
	mkdir -p "$T/prefix/share/man/man1"
	echo page >"$T/prefix/share/man/man1/pyvern-local.1"
	export PATH=$T/man:$PATH TERM=xterm
	run pyvern help local
	[[ $output == "usage: pyvern local"* ]]
	command -v script >/dev/null || skip "no script(1) to be a terminal"
	run script -qec "pyvern help local" /dev/null
	[[ $output == "MAN $T/prefix/share/man/man1/pyvern-local.1"* ]]
	run script -qec "pyvern local --help" /dev/null
	[[ $output == "usage: pyvern local"* ]]
	# Without man (the page itself may also be where pyvern was configured to be).
	run script -qec "PATH=$T/prefix/bin pyvern help local" /dev/null
	[[ $output == "usage: pyvern local"* ]]
	# pyenv's help is a text.
	echo pyenv >"$PYVERN_ROOT/face"
	run script -qec "pyvern help local" /dev/null
	[[ $output == "Usage: pyenv local"* ]]
}

@test "version" {
	for word in --version -v; do
		run --separate-stderr pyvern "$word"
		[ "$status" -eq 0 ]
		[[ $output =~ ^pyvern\ [0-9]+\.[0-9]+\.[0-9]+ ]]
	done
	# Scripts compare pyenv's (pyenv.md 1): that of the pyenv whose rules these are.
	ln -s "$T/prefix/bin/pyvern" "$T/pyenv"
	run "$T/pyenv" --version
	[[ $output =~ ^pyenv\ [2-9]\.[0-9]+\.[0-9]+-pyvern-[0-9.]+$ ]]
	echo pyenv >"$PYVERN_ROOT/face"
	run pyvern -v
	[[ $output =~ ^pyenv\ [2-9]\.[0-9]+\.[0-9]+-pyvern-[0-9.]+$ ]]
}

@test "output that cannot be written is an error" {
	[ -e /dev/full ] || skip "no /dev/full here"
	run sh -c 'pyvern help >/dev/full'
	[ "$status" -eq 1 ]
	is_output "pyvern: cannot write the output: the disk is full"
}

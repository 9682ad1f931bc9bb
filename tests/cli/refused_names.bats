#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Names that no environment may have: of folders, of named environments, in prompts. Each is
# refused before anything is made. (Names that look worse and are fine: virtualenv.bats,
# venvs_move.bats, tests/real/venv.bats.)
# shellcheck disable=SC2154 # bats sets status and output

bats_require_minimum_version 1.5.0
load ../lib/venv

setup() {
	venv_setup
	pyvern global 3.13.5
	mkdir -p "$HOME/work/in"
	cd "$HOME/work/in" || return
	pyvern venv -q one
	pyvern virtualenv -q 3.13 notes
	# What a line, a terminal, an entry of PATH, or UTF-8 would not be whole with. (A NUL cannot
	# be in an argument.)
	texts=($'a\nb' $'\n' $'a\n' $'a\rb' $'a\tb' $'a\e[31mb' $'\e]0;title\a' $'a\x7fb' $'a\x01b' $'a\xffb'
		$'\xc0\xaf' $'\xed\xa0\x80' $'\xf4\x90\x80\x80' $'\xc2\x9bb')
	name_256=$(printf 'n%.0s' {1..256})
	path_4400=$(printf 'd/%.0s' {1..2200})x
}

# All that is there, with what each file says.
everything() {
	find "$HOME" "$PYVERN_ROOT" "$XDG_STATE_HOME" -printf '%p %y %s %l\n' 2>/dev/null | sort
	find "$HOME" "$PYVERN_ROOT" "$XDG_STATE_HOME" -type f -exec cksum {} + 2>/dev/null | sort
}

# refused STATUS COMMAND...: that status, a line that says what, nothing on standard output, no
# character of the name that a terminal would act on, and nothing made or changed.
refused() {
	local expected=$1 before
	shift
	before=$(everything)
	run --separate-stderr pyvern "$@"
	printf 'pyvern'
	printf ' %q' "$@"
	printf ': %d %q %s\n' "$status" "$output" "$stderr"
	[ "$status" -eq "$expected" ]
	[ -z "$output" ]
	[[ ${stderr_lines[0]} == "pyvern: "* ]]
	[[ $stderr != *[$'\x01'-$'\x09'$'\x0b'-$'\x1f'$'\x7f']* ]]
	[ "$(everything)" = "$before" ]
}

@test "no line, no escape, no broken UTF-8: folders, names, prompts" {
	for text in "${texts[@]}"; do
		refused 2 venv "$text"
		refused 2 venv --without-pip "sub/$text/.venv"
		refused 2 venv --prompt "$text" new
		refused 2 virtualenv 3.13 "$text"
		refused 2 venvs move one "$text"
		refused 2 venvs clone one "$text"
		refused 2 venvs rename notes "$text"
	done
}

@test "a colon would end an entry of PATH" {
	for text in a:b :a a: : sub:x/.venv; do
		refused 2 venv "$text"
		refused 2 venvs move one "$text"
		refused 2 venvs clone one "$text"
		refused 2 virtualenv 3.13 "$text"
		refused 2 venvs rename notes "$text"
	done
	# A prompt is no path.
	run -0 pyvern venv -q --prompt a:b new
}

@test "no name at all, and folders that are no environment's" {
	for text in '' / // /etc/..; do
		refused 2 venv "$text"
		refused 2 virtualenv 3.13 "$text"
		refused 2 venvs move one "$text"
		refused 2 venvs clone one "$text"
		refused 2 venvs rename notes "$text"
	done
	# The folder that one is in, and the one above it: full of something else.
	for text in . .. ./ ../in "$HOME"; do
		refused 6 venv "$text"
		refused 2 venvs move one "$text"
		refused 2 virtualenv 3.13 "$text"
		refused 2 venvs rename notes "$text"
	done
	refused 2 venvs move one one/two
	refused 2 venvs clone one ./one/../one/two
	refused 2 trust ''
	for text in . .. / "${texts[@]}" a:b nowhere "$name_256"; do refused 1 trust "$text"; done
}

@test "a named environment has one component, which is no option and nothing hidden" {
	for text in a/b ../x a/../b /tmp/x ./x .hidden ..a 'a b' ' ' 'a ' system "$name_256" "$path_4400"; do
		refused 2 virtualenv 3.13 "$text"
		refused 2 venvs rename notes "$text"
	done
	for text in -x --x -; do
		refused 2 virtualenv 3.13 -- "$text"
		refused 2 venvs rename -- notes "$text"
	done
	refused 2 venv -x
	refused 2 venvs move one --x
	refused 2 trust -x
}

@test "what has a name already keeps it" {
	mkdir full
	touch full/file
	refused 6 virtualenv 3.13 3.13.5
	refused 6 virtualenv 3.13 notes
	refused 6 venvs rename notes 3.13.5
	refused 6 venv full
	refused 6 venvs move one full
	refused 6 venvs clone one full
}

@test "longer than a path can be: nothing is left of it" {
	for text in "$name_256" "$path_4400" "sub/$name_256" "$name_256/x"; do
		for command in venv 'venvs move one' 'venvs clone one'; do
			# shellcheck disable=SC2086 # words
			refused 2 $command "$text"
		done
	done
}

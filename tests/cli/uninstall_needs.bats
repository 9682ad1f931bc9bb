#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern uninstall: what elsewhere needs a version, and when it does not. The rest is in
# uninstall.bats.
# shellcheck disable=SC2154 # run sets stderr

bats_require_minimum_version 1.5.0
load ../lib/venv
load ../lib/registry

setup() {
	venv_setup
	unset PYVERN_AUTO_INSTALL PYENV_AUTO_INSTALL VIRTUAL_ENV PYENV_VIRTUAL_ENV
	versions=$PYVERN_ROOT/versions
	fake_python 3.11.13
	aliases 3.13=3.13.5 3.11=3.11.13
	mkdir "$HOME/blog" "$HOME/lib" "$HOME/api"
}

# Our aliases, ALIAS=VERSION.
aliases() {
	local alias
	: >"$PYVERN_ROOT/.aliases"
	for alias; do
		ln -sfn "${alias#*=}" "$versions/${alias%=*}"
		echo "${alias/=/ }" >>"$PYVERN_ROOT/.aliases"
	done
}

in_folder() {
	(cd "$1" && "${@:2}")
}

@test "JOURNEYS 12: who needs it, and that --force breaks them" {
	pyvern venv -q -p 3.11 "$HOME/blog/.venv"
	pyvern venv -q -p 3.11.13 "$HOME/lib/.tox/py311"
	in_folder "$HOME/api" pyvern local 3.11
	in_folder "$HOME/lib" pyvern use -q 3.13 3.11
	run --separate-stderr pyvern uninstall 3.11
	[ "$status" -eq 6 ]
	[ -z "$output" ]
	output=$stderr
	is_output "pyvern: 3.11.13 is in use" \
		"  environments  ~/blog/.venv, ~/lib/.tox/py311" \
		"  pins          ~/api/.python-version, ~/lib/.python-version" \
		"  to fix        pyvern uninstall --force 3.11 (breaks the environments; repair can bind them anew)"
	[ -e "$versions/3.11.13" ]
	run --separate-stderr pyvern uninstall --force --yes 3.11
	[ "$status" -eq 0 ]
	[[ $stderr =~ ^"- 3.11.13  "[0-9.]+" kB freed" ]]
	[[ $stderr == *"! broken   ~/blog/.venv, ~/lib/.tox/py311
  to fix   pyvern install 3.11 && pyvern repair --all"* ]]
	[ ! -e "$versions/3.11.13" ]
	run --separate-stderr pyvern venvs
	[[ $stderr == *"~/blog/.venv: its base "*" is gone"* ]]
}

@test "what was found needs it as well as what was made" {
	pyvern venv -q -p 3.11.13 "$HOME/blog/.venv"
	pyvern trust -q --remove "$HOME/blog"
	refuses 6 "3.11.13 is in use" pyvern uninstall --yes 3.11
	[[ $stderr == *"environments  ~/blog/.venv"* ]]
}

@test "who follows a minor does not need a patch release while another one stays" {
	fake_python 3.11.9
	pyvern venv -q -p 3.11 "$HOME/blog/.venv"
	in_folder "$HOME/api" pyvern local 3.11
	run pyvern uninstall --yes 3.11.13
	[ "$status" -eq 0 ]
	[ "$(readlink "$versions/3.11")" = 3.11.9 ]
	[ -x "$HOME/blog/.venv/bin/python" ]
	refuses 6 "3.11.9 is in use" pyvern uninstall --yes 3.11.9
}

@test "both at once: then nothing stays" {
	fake_python 3.11.9
	pyvern venv -q -p 3.11 "$HOME/blog/.venv"
	in_folder "$HOME/api" pyvern local 3.11
	refuses 6 "3.11.13 is in use" pyvern uninstall --yes 3.11.9 3.11.13
	[[ $stderr == *"pins          ~/api/.python-version"* ]]
	[ -e "$versions/3.11.9" ]
}

@test "with another patch release there, repair alone mends what stays with this one" {
	fake_python 3.11.9
	pyvern venv -q -p 3.11.13 "$HOME/blog/.venv"
	run --separate-stderr pyvern uninstall --force --yes 3.11.13
	[[ $stderr == *"! broken   ~/blog/.venv
  to fix   pyvern repair --all"* ]]
}

@test "pins of other versions, of ranges that others satisfy, and that are gone do not count" {
	in_folder "$HOME/blog" pyvern local 3.13
	in_folder "$HOME/lib" pyvern local --range '>=3.10'
	in_folder "$HOME/api" pyvern local 3.11
	rm "$HOME/api/.python-version"
	run pyvern uninstall --yes 3.11
	[ "$status" -eq 0 ]
	run grep -rq "$HOME/api" "$XDG_STATE_HOME"
	[ "$status" -eq 1 ]
	fake_python 3.12.1
	in_folder "$HOME/api" pyvern local 3.12
	refuses 6 "3.12.1 is in use" pyvern uninstall --yes 3.12
	# What it says counts, not what it said.
	echo system >"$HOME/api/.python-version"
	run pyvern uninstall --yes 3.12
	[ "$status" -eq 0 ]
}

@test "a pin of an environment in it; the environment would go with it" {
	pyvern virtualenv -q 3.11 notes
	pyvern venv -q -p 3.11 "$HOME/blog/.venv"
	in_folder "$HOME/api" pyvern local notes
	run --separate-stderr pyvern uninstall --yes 3.11
	output=$stderr
	is_output "pyvern: 3.11.13 is in use" \
		"  environments  3.11.13/envs/notes, ~/blog/.venv" \
		"  pins          ~/api/.python-version" \
		"  because       3.11.13/envs/notes would go with it" \
		"  to fix        pyvern uninstall --force 3.11 (breaks the environments; repair can bind them anew)"
	refuses 6 "3.11.13/envs/notes is in use" pyvern uninstall --yes notes
	[[ $stderr == *"pins     ~/api/.python-version"* ]]
}

@test "a pin of a link: the link alone goes, and is needed" {
	pyvern virtualenv -q 3.11 notes
	ln -s 3.11.13/envs/notes "$versions/work"
	in_folder "$HOME/api" pyvern local work
	refuses 6 "work is in use" pyvern uninstall --yes work
	[[ $stderr == *"pins     ~/api/.python-version"* ]]
	pyvern uninstall --force --yes work
	[ ! -L "$versions/work" ]
	[ -x "$versions/notes/bin/python" ]
}

@test "a named environment on another version's Python" {
	pyvern virtualenv -q -p "$versions/3.11.13/bin/python3.11" 3.13 odd
	refuses 6 "3.11.13 is in use" pyvern uninstall --yes 3.11
	[[ $stderr == *"environments  ~"*"/versions/odd"* || $stderr == *"environments  $versions/odd"* ]]
}

@test "--dry-run refuses the same; without an environment the question says so" {
	pyvern venv -q -p 3.11 "$HOME/blog/.venv"
	refuses 6 "3.11.13 is in use" pyvern uninstall --dry-run 3.11
	run script -qec "pyvern uninstall 3.13.5" /dev/null <<<n
	[[ $output == *"Remove 3.13.5? "*" kB, no environment"*" [y/N]"* ]]
	[ -e "$versions/3.13.5" ]
}

@test "in pyenv's face nobody is asked about what is elsewhere" {
	pyvern venv -q -p 3.11.13 "$HOME/blog/.venv"
	in_folder "$HOME/api" pyvern local 3.11.13
	echo pyenv >"$PYVERN_ROOT/face"
	run pyvern uninstall -f 3.11.13
	[ "$status" -eq 0 ]
	[ "$output" = "pyenv: 3.11.13 uninstalled" ]
}

@test "hostile names" {
	while IFS= read -r name; do
		pyvern venv -q -p 3.11.13 -- "$HOME/e/$name"
		mkdir -p "$HOME/p/$name"
		in_folder "$HOME/p/$name" pyvern local 3.11.13
	done < <(hostile_names)
	run --separate-stderr pyvern uninstall --yes 3.11.13
	[ "$status" -eq 6 ]
	while IFS= read -r name; do
		[[ $stderr == *"~/e/$name"* && $stderr == *"~/p/$name/.python-version"* ]]
	done < <(hostile_names)
	[ ! -e pwned ]
}

#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The registry of environments: which commands write what into it, and that none of them
# depends on it. Its rules are in tests/unit/test_registry.c.
# shellcheck disable=SC2154 # run sets stderr

bats_require_minimum_version 1.5.0
load ../lib/venv
load ../lib/registry

setup() {
	venv_setup
	unset PYVERN_AUTO_INSTALL PYENV_AUTO_INSTALL VIRTUAL_ENV PYENV_VIRTUAL_ENV
	versions=$PYVERN_ROOT/versions
	ln -s 3.13.5 "$versions/3.13"
	echo "3.13 3.13.5" >"$PYVERN_ROOT/.aliases"
}

# The record's id is the one in the environment, and is a new one each time.
agrees() {
	local id
	id=$(sed -n 's/^pyvern-id = //p' "$1/pyvenv.cfg")
	[[ $id =~ ^[0-9a-f]{32}$ ]] && grep -qx "id = $id" "$XDG_STATE_HOME"/pyvern/*/venvs/*
}

@test "venv, use --venv and virtualenv write down what they made" {
	pyvern venv -q -p 3.13 'a b'
	pyvern venv -q -p 3.13.5 exact
	pyvern use -q --venv 3.13
	pyvern virtualenv -q 3.13 notes
	knows "made 3.13.5 3.13 $T/project/a b" "made 3.13.5 - $T/project/exact" \
		"made 3.13.5 3.13 $T/project/.venv" "made 3.13.5 3.13 $versions/3.13.5/envs/notes"
	for env in 'a b' exact .venv "$versions/notes"; do
		agrees "$env"
	done
	[ "$(cat ./*/pyvenv.cfg .venv/pyvenv.cfg | grep -c '^pyvern-id = ')" -eq 3 ]
	[ "$(cat ./*/pyvenv.cfg .venv/pyvenv.cfg | grep '^pyvern-id = ' | sort -u | wc -l)" -eq 3 ]
}

@test "nobody else reads it, whatever the umask" {
	umask 000
	pyvern venv -q -p 3.13 one
	[ -z "$(find "$XDG_STATE_HOME" -perm /077)" ]
}

@test "hostile names" {
	while IFS= read -r name; do
		pyvern venv -q -p 3.13.5 -- "$name"
		known | grep -qxF "made 3.13.5 - $T/project/$name"
	done < <(hostile_names)
	[ ! -e pwned ]
	[ "$(known | wc -l)" -eq "$(hostile_names | wc -l)" ]
}

@test "--clear makes another one of it; virtualenv-delete and uninstall forget" {
	pyvern venv -q -p 3.13 one
	before=$(cat "$XDG_STATE_HOME"/pyvern/*/venvs/*)
	pyvern venv -q -p 3.13 --clear one
	knows "made 3.13.5 3.13 $T/project/one"
	[ "$(cat "$XDG_STATE_HOME"/pyvern/*/venvs/*)" != "$before" ]
	agrees one
	pyvern virtualenv -q 3.13 notes
	pyvern virtualenv -q 3.13 tools
	pyvern virtualenv-delete -y notes
	knows "made 3.13.5 3.13 $T/project/one" "made 3.13.5 3.13 $versions/3.13.5/envs/tools"
	pyvern uninstall --force --yes 3.13.5
	# What is elsewhere is broken, and known.
	knows "made 3.13.5 3.13 $T/project/one"
}

@test "in pyenv's face, too" {
	echo pyenv >"$PYVERN_ROOT/face"
	pyvern virtualenv -q 3.13.5 notes
	knows "made 3.13.5 - $versions/3.13.5/envs/notes"
	pyvern uninstall -f 3.13.5/envs/notes
	knows
}

@test "pins that local and use write are remembered, by their place" {
	pyvern local 3.13
	mkdir "$T/it's"
	(cd "$T/it's" && pyvern use -q 3.13.5)
	[ "$(cat "$XDG_STATE_HOME"/pyvern/*/pins/* | grep '^path' | sort)" = \
		"$(printf '%s\n' "path = $T/it's/.python-version" "path = $T/project/.python-version")" ]
}

@test "no HOME, no registry; a relative XDG_STATE_HOME counts for nothing" {
	run --separate-stderr env -u HOME -u XDG_STATE_HOME pyvern venv -p 3.13 one
	[ "$status" -eq 0 ]
	[[ $stderr == "+ one"* ]]
	XDG_STATE_HOME=state pyvern venv -q -p 3.13 two
	[ ! -e state ]
	[ "$(find "$HOME/.local/state/pyvern"/*/venvs -type f | wc -l)" -eq 1 ]
}

@test "a home that is not there, or not the user's to write to: none, and nothing is said" {
	mkdir "$T/closed"
	chmod 555 "$T/closed"
	for home in "$T/closed/missing" "$T/closed"; do
		with_plain_rights env -u XDG_STATE_HOME HOME="$home" pyvern venv --clear -p 3.13 one
		[ "$status" -eq 0 ]
		[[ $stderr == [+~]" one "* ]]
		[ "${#stderr_lines[@]}" -eq 1 ]
		is_environment one 3.13.5
		has_only "$T/closed"
	done
	# A folder in one's own home is worth a word.
	mkdir -p "$T/own/.local/state"
	chmod 555 "$T/own/.local/state"
	with_plain_rights env -u XDG_STATE_HOME HOME="$T/own" pyvern venv --clear -p 3.13 one
	[ "$status" -eq 0 ]
	[[ $stderr == *"the registry of environments: "*"~/.local/state"* ]]
}

@test "a state folder that cannot be written is a warning, and the environment is made" {
	: >"$T/file"
	XDG_STATE_HOME=$T/file run --separate-stderr pyvern venv -p 3.13 one
	[ "$status" -eq 0 ]
	[[ $stderr == *"the registry of environments: "*"$T/file"* ]]
	is_environment one 3.13.5
	XDG_STATE_HOME=$T/file run --separate-stderr pyvern local 3.13
	[ "$status" -eq 0 ]
	[ "$(cat .python-version)" = 3.13 ]
}

@test "a root that was moved finds its environments, and those elsewhere" {
	pyvern venv -q -p 3.13.5 one
	pyvern virtualenv -q 3.13.5 notes
	mv "$PYVERN_ROOT" "$T/new root"
	export PYVERN_ROOT=$T/new\ root
	pyvern relocate -q
	knows "made 3.13.5 - $T/project/one" "made 3.13.5 - $PYVERN_ROOT/versions/3.13.5/envs/notes"
	[ "$(find "$XDG_STATE_HOME/pyvern" -mindepth 1 -maxdepth 1 | wc -l)" -eq 1 ]
	agrees "$PYVERN_ROOT/versions/notes"
}

@test "activate notes the use, at most once a day" {
	pyvern virtualenv -q 3.13 notes
	record=$(echo "$XDG_STATE_HOME"/pyvern/*/venvs/*)
	touch -d '2 days ago' "$record"
	PYENV_SHELL=bash pyvern sh-activate notes >/dev/null
	[ -n "$(find "$record" -mmin -5)" ]
	touch -d '3 hours ago' "$record"
	PYENV_SHELL=bash pyvern sh-activate notes >/dev/null
	[ -z "$(find "$record" -mmin -5)" ]
}

#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern venvs: what is listed, what a scan finds, and that it trusts nothing.
# shellcheck disable=SC2154,SC2016 # run sets stderr; $() is to stay as it is

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

# The row whose place is PATH: all cells, with single blanks.
row() {
	local line
	while IFS= read -r line; do
		[[ $line != *"  $1" ]] || { sed 's/  */ /g; s/ $//' <<<"${line%"$1"}"; return; }
	done <<<"$output"
	printf 'no row for %s in:\n%s\n' "$1" "$output" >&2
	return 1
}

# An environment of Python 2.7's virtualenv.
old_virtualenv() {
	mkdir -p "$1/bin" "$1/lib/python2.7"
	printf '%s' "$2" >"$1/lib/python2.7/orig-prefix.txt"
	cp /bin/sh "$1/bin/python"
	: >"$1/bin/activate"
}

@test "JOURNEYS 5: the named ones, and those that were made; what is wrong below" {
	pyvern virtualenv -q 3.13 notes
	pyvern venv -q -p 3.13 "$T/shop/.venv"
	fake_python 3.12.1
	pyvern venv -q -p 3.12.1 "$T/blog/.venv"
	rm -r "$versions/3.12.1"
	pyvern local notes
	run --separate-stderr pyvern venvs
	[ "$status" -eq 0 ]
	[[ ${lines[0]} =~ ^"  name "+"python "+"size "+"used "+"place"$ ]]
	[[ ${lines[1]} =~ ^"* notes  3.13.5 (3.13) "+[0-9.]+" "[kM]"B "+now\ +$versions/notes$ ]]
	[[ $(row "$T/shop/.venv") =~ ^\ -\ 3.13.5\ \(3.13\)\ [0-9.]+\ [kM]B\ today$ ]]
	[[ $(row "$T/blog/.venv") =~ ^\ -\ 3.12.1\ broken\ [0-9.]+\ [kM]B\ today$ ]]
	[[ $stderr == "! broken   $T/blog/.venv: its base $versions/3.12.1 is gone"* ]]
}

@test "none: where to go from here" {
	run --separate-stderr pyvern venvs
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	[[ $stderr == *"no environments are known here"*"pyvern venvs scan DIR"* ]]
	run --separate-stderr pyvern venvs list --json
	is_json 'd["environments"] == []'
}

@test "a star for VIRTUAL_ENV, by whatever name it has" {
	pyvern venv -q -p 3.13 one
	pyvern venv -q -p 3.13 two
	ln -s "$PWD/two" "$T/link"
	VIRTUAL_ENV=$T/link run --separate-stderr pyvern venvs
	[[ $(row "$PWD/two") == "* - "*now ]]
	[[ $(row "$PWD/one") == " - "*today ]]
}

@test "used: as people say it" {
	pyvern venv -q -p 3.13 one
	record=$(echo "$XDG_STATE_HOME"/pyvern/*/venvs/*)
	for rows in '1 day ago|yesterday' '5 days ago|5 days ago' \
		"40 days ago|in $(LC_ALL=C date -d '40 days ago' +%B)" '800 days ago|in '; do
		touch -d "${rows%|*}" "$record"
		run --separate-stderr pyvern venvs
		[[ $(row "$PWD/one") == *" ${rows#*|}"* ]]
	done
	[[ $(row "$PWD/one") =~ in\ 20[0-9][0-9]$ ]]
}

@test "--json says all of it" {
	pyvern virtualenv -q 3.13 notes
	run --separate-stderr pyvern venvs --json
	is_json 'len(d["environments"]) == 1'
	is_json 'd["environments"][0]["name"] == "notes" and d["environments"][0]["path"].endswith("/versions/notes")'
	is_json 'd["environments"][0]["folder"].endswith("/versions/3.13.5/envs/notes")'
	is_json '[d["environments"][0][k] for k in ("python", "version", "follows", "made_by", "known", "state")] == ["3.13.5", "3.13.5", "3.13", "pyvern", "made", "ok"]'
	is_json 'd["environments"][0]["ours"] and d["environments"][0]["size"] > 0 and not d["environments"][0]["active"]'
	is_json 'd["environments"][0]["used"].endswith("Z") and d["environments"][0]["because"] is None'
}

@test "what took the place of one of ours is not trusted" {
	pyvern venv -q -p 3.13 one
	rm -r one
	pyvern venv -q -p 3.13 two
	cp -a two one
	run --separate-stderr pyvern venvs
	[[ $(row "$PWD/one") == *" not trusted "* ]]
	[[ $(row "$PWD/two") != *trusted* ]]
}

@test "named environments that nobody of ours made are listed, too" {
	mkdir -p "$versions/3.13.5/envs/theirs/bin"
	printf 'home = %s\nversion = 3.13.5\n' "$versions/3.13.5/bin" \
		>"$versions/3.13.5/envs/theirs/pyvenv.cfg"
	ln -s "$versions/3.13.5/bin/python3.13" "$versions/3.13.5/envs/theirs/bin/python"
	: >"$versions/3.13.5/envs/theirs/bin/activate"
	ln -s "$versions/3.13.5/envs/theirs" "$versions/theirs"
	run --separate-stderr pyvern venvs
	[[ $(row "$versions/theirs") =~ ^\ theirs\ 3.13.5\ [0-9.]+\ kB\ -$ ]]
	[ "${#lines[@]}" -eq 2 ]
}

@test "scan: what others made is found, remembered, and not trusted" {
	/usr/bin/python3 -m venv --without-pip "$T/p/a b" || skip "this python3 has no venv"
	/usr/bin/python3 -m venv --without-pip "$T/p/lib/.tox/py3"
	/usr/bin/python3 -m venv --without-pip "$T/p/.nox/tests"
	/usr/bin/python3 -m venv --without-pip "$T/p/x/pypoetry/virtualenvs/shop-1-py3"
	/usr/bin/python3 -m venv --without-pip "$T/p/pipx/venvs/black"
	old_virtualenv "$T/p/old" "$versions/2.7.18"
	cp "$T/p/a b/pyvenv.cfg" "$T/before"
	run --separate-stderr pyvern venvs scan "$T/p"
	[ "$status" -eq 0 ]
	for env in 'a b' lib/.tox/py3 .nox/tests x/pypoetry/virtualenvs/shop-1-py3 pipx/venvs/black; do
		[[ $(row "$T/p/$env") == " - "*" not trusted "* ]]
	done
	[[ $(row "$T/p/old") == " - 2.7 broken "* ]]
	cmp "$T/p/a b/pyvenv.cfg" "$T/before"
	known | grep -qxF "found /usr - $T/p/a b"
	[ "$(known | grep -c ^found)" -eq 6 ]
	cd "$T/p"
	run --separate-stderr pyvern venvs scan . --json
	is_json 'sorted(e["made_by"] for e in d["environments"]) == ["nox", "pipx", "poetry", "tox", "venv", "virtualenv"]'
	is_json 'all(e["known"] == "found" and not e["ours"] for e in d["environments"])'
	rm -r "$T/p/lib"
	run --separate-stderr pyvern venvs
	[ "${#lines[@]}" -eq 6 ]
}

@test "scan: what is ours stays ours; what is named is not found again" {
	pyvern venv -q -p 3.13 'p/one'
	pyvern virtualenv -q 3.13 notes
	before=$(known)
	run --separate-stderr pyvern venvs scan "$T"
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 2 ]
	[[ $(row "$PWD/p/one") != *trusted* ]]
	[ "$(known)" = "$before" ]
}

@test "scan: no link is followed, and nothing below an environment or too deep is looked at" {
	pyvern venv -q -p 3.13 "$T/out/one"
	pyvern venv -q -p 3.13 p/outer
	cp -a p/outer inner
	mv inner p/outer/lib
	mkdir -p q/.git
	cp -a p/outer q/.git/env
	ln -s "$T/out" p/link
	deep=$(printf 'd/%.0s' {1..12})
	mkdir -p "p/$deep"
	cp -a p/outer "p/${deep}e"
	run --separate-stderr pyvern venvs scan .
	[ "${#lines[@]}" -eq 2 ]
	row "$PWD/p/outer"
	# One folder less is not too deep.
	run --separate-stderr pyvern venvs scan p/d
	[ "${#lines[@]}" -eq 2 ]
	run --separate-stderr pyvern venvs scan p/outer
	[ "${#lines[@]}" -eq 2 ]
}

@test "scan: hostile names" {
	pyvern venv -q -p 3.13 one
	mkdir p
	while IFS= read -r name; do
		cp -a one "p/$name"
	done < <(hostile_names)
	cp -a one "p/$(printf 'new\nline')"
	run --separate-stderr pyvern venvs scan p
	[ "$status" -eq 0 ]
	# A record has a line for a path: one with a newline is named, and not remembered.
	[[ $stderr == *'new\x0aline has control characters'* ]]
	while IFS= read -r name; do
		row "$PWD/p/$name" >/dev/null
		known | grep -qxF "found 3.13.5 3.13 $PWD/p/$name"
	done < <(hostile_names)
	[ ! -e pwned ]
	[[ $output == *'/p/new\x0aline'* ]]
}

@test "by a path with links: one row for each, and ours stays ours" {
	mkdir "$T/real"
	mv "$PYVERN_ROOT" "$T/real/root"
	ln -s "$T/real" "$T/link"
	export PYVERN_ROOT=$T/link/root
	mkdir "$T/real/p"
	cd "$T/link/p" || return
	pyvern venv -q -p 3.13 one
	pyvern virtualenv -q 3.13 notes
	run --separate-stderr pyvern venvs
	[ "${#lines[@]}" -eq 3 ]
	[[ $output != *trusted* ]]
	run --separate-stderr pyvern venvs scan .
	[ "${#lines[@]}" -eq 2 ]
	[[ $(row "$T/real/p/one") != *trusted* ]]
	run --separate-stderr pyvern venvs scan "$T/link"
	[ "${#lines[@]}" -eq 2 ]
	pyvern venvs move one two 2>/dev/null
	run --separate-stderr pyvern trust --list
	[[ $output == *"made  $T/real/p/two"* ]]
	[ "${#lines[@]}" -eq 2 ]
}

@test "scan: where nothing can be remembered, what is found is shown" {
	pyvern venv -q -p 3.13 p/one
	run --separate-stderr env -u HOME -u XDG_STATE_HOME pyvern venvs scan p
	[ "$status" -eq 0 ]
	[[ $(row "$PWD/p/one") == *" not trusted "* ]]
	: >"$T/file"
	XDG_STATE_HOME=$T/file run --separate-stderr pyvern venvs scan p
	[ "$status" -eq 0 ]
	row "$PWD/p/one"
	[[ $stderr == *"the registry of environments: "* ]]
}

@test "scan: what cannot be read is counted, and the rest is found" {
	pyvern venv -q -p 3.13 p/one
	mkdir -p p/closed
	chmod 000 p/closed
	with_plain_rights pyvern venvs scan p
	chmod 755 p/closed
	[ "$status" -eq 0 ]
	[[ $stderr == *"1 folder in it cannot be read"* ]]
	[ "${#lines[@]}" -eq 2 ]
	refuses_scan=$(pyvern venvs scan p/missing 2>&1) && false
	[[ $refuses_scan == "pyvern: "*"p/missing"* ]]
}

@test "a base of another language is broken, as after a distribution's upgrade" {
	fake_python 3.12.1
	pyvern venv -q -p 3.12.1 one
	rm "$versions/3.12.1/bin/"python*
	cp "$versions/3.13.5/bin/python3.13" "$versions/3.12.1/bin/python3.13"
	ln -s python3.13 "$versions/3.12.1/bin/python"
	ln -s python3.13 "$versions/3.12.1/bin/python3.12"
	run --separate-stderr pyvern venvs
	[[ $stderr == *"its base is Python 3.13 now, its packages are for 3.12"* ]]
}

@test "words that mean nothing" {
	refuses 2 "venvs: these words mean nothing together" pyvern venvs frob
	refuses 2 "venvs: these words mean nothing together" pyvern venvs scan
	refuses 2 "venvs: these words mean nothing together" pyvern venvs list x
}

#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern venv: what is made, what is refused, and that nothing of the user's is lost.
# That shells and pip like it is tested on a real Python (tests/real).
# shellcheck disable=SC2154,SC2016 # run sets stderr; $() is to stay as it is

bats_require_minimum_version 1.5.0
load ../lib/venv

setup() {
	venv_setup
	unset PYVERN_AUTO_INSTALL PYENV_AUTO_INSTALL
	pin 3.13
}

@test "in .venv, on what is chosen here" {
	run --separate-stderr pyvern venv
	[ "$status" -eq 0 ]
	[ "$output" = "" ]
	[[ $stderr =~ ^\+\ \.venv\ \ \ \ Python\ 3\.13\.5,\ pip\ 1\.0\ \ \ [0-9]+\ ms$ ]]
	is_environment .venv 3.13.5
	has_only . .python-version .venv
	grep -qx "home = $PYVERN_ROOT/versions/3.13.5/bin" .venv/pyvenv.cfg
	grep -qx "include-system-site-packages = false" .venv/pyvenv.cfg
	[ "$(.venv/bin/python)" = 3.13.5 ]
	[ "$(cat .venv/.gitignore)" = "$(printf '# Made by pyvern.\n*')" ]
}

@test "DIR may be anywhere; missing folders above it are made" {
	run pyvern venv a/b/../c/env
	[ "$status" -eq 0 ]
	is_environment a/c/env 3.13.5
	run pyvern venv "$T/elsewhere"
	[ "$status" -eq 0 ]
	is_environment "$T/elsewhere" 3.13.5
	mkdir "$T/other"
	PYENV_DIR=$T/other run pyvern venv here
	is_environment here 3.13.5
}

@test "--python chooses; without it the first pin that is a version" {
	fake_python 3.12.1
	run pyvern venv --python 3.12 one
	[[ $output == "+ one      Python 3.12.1, pip 1.0"* ]]
	run pyvern venv -p3.12.1 two
	is_environment two 3.12.1
	pin ../.. 3.12
	run pyvern venv three
	[ "$status" -eq 0 ]
	[[ ${lines[0]} == *"$T/project/.python-version:1 is passed over: it is no safe name" ]]
	is_environment three 3.12.1
}

@test "an environment for a minor follows the alias that we keep" {
	ln -s 3.13.5 "$PYVERN_ROOT/versions/3.13"
	echo "3.13 3.13.5" >"$PYVERN_ROOT/.aliases"
	run pyvern venv
	[[ $output == "+ .venv    Python 3.13.5, pip 1.0, follows 3.13   "* ]]
	grep -qx "home = $PYVERN_ROOT/versions/3.13/bin" .venv/pyvenv.cfg
	grep -qx "executable = $PYVERN_ROOT/versions/3.13.5/bin/python3.13" .venv/pyvenv.cfg
	pyvern venv -q -p 3.13.5 exact
	grep -qx "home = $PYVERN_ROOT/versions/3.13.5/bin" exact/pyvenv.cfg
}

@test "--prompt, --system-site-packages, --without-pip" {
	pyvern venv --quiet --prompt "it's" a
	grep -qx "prompt = \"it's\"" a/pyvenv.cfg
	pyvern venv --quiet --prompt . b
	grep -qx "prompt = 'project'" b/pyvenv.cfg
	pyvern venv --quiet --system-site-packages c
	grep -qx "include-system-site-packages = true" c/pyvenv.cfg
	run pyvern venv --without-pip d
	[[ $output =~ ^\+\ d\ +Python\ 3\.13\.5\ \ \ [0-9]+\ ms$ ]]
	[ ! -e d/bin/pip ]
	has_only d/lib/python3.13/site-packages
	grep -q -- "--without-pip" d/pyvenv.cfg
}

@test "--quiet says nothing unless it fails; --json describes" {
	run pyvern venv --quiet a
	[ "$status" -eq 0 ]
	[ "$output" = "" ]
	run --separate-stderr pyvern venv --json b
	is_json 'd["path"].endswith("/project/b") and d["state"] == "created"'
	is_json 'd["version"] == "3.13.5" and d["packages"] == "pip 1.0" and d["follows"] is None'
	run --separate-stderr pyvern venv --json --clear --without-pip b
	is_json 'd["state"] == "replaced" and d["packages"] is None'
	run --separate-stderr pyvern venv --json --quiet b
	[ "$status" -eq 6 ]
	[ "$output" = "" ]
	mkdir "$(printf 'bad\377"\n')"
	cd "$(printf 'bad\377"\n')"
	run --separate-stderr pyvern venv --json
	[ "$status" -eq 2 ]
}

@test "an environment that is there is protected; --clear makes it anew" {
	pyvern venv --quiet
	touch .venv/lib/mine
	refuses 6 "$T/project/.venv exists already" pyvern venv
	[[ $stderr == *"is       an environment of Python 3.13.5, $PYVERN_ROOT/versions/3.13.5/bin"* ]]
	[[ $stderr == *"to fix   another name, or --clear to make it anew" ]]
	[ -e .venv/lib/mine ]
	run pyvern venv --clear
	[ "$status" -eq 0 ]
	[[ $output == "~ .venv    Python 3.13.5, pip 1.0"* ]]
	[ ! -e .venv/lib/mine ]
	is_environment .venv 3.13.5
	has_only . .python-version .venv
	pyvern venv --quiet --clear new
	is_environment new 3.13.5
}

@test "whatever else is there is protected from --clear, too" {
	mkdir folder
	echo precious >folder/file
	echo precious >file
	pyvern venv --quiet env
	ln -s env link
	ln -s nowhere dangling
	mkfifo fifo
	mkdir half
	echo 'no home in it' >half/pyvenv.cfg
	for name in folder file link dangling fifo half . ..; do
		for clear in "" --clear; do
			# shellcheck disable=SC2086 # may be no word
			refuses 6 "" pyvern venv $clear "$name"
			[[ $stderr == *" exists already"*"  is   "*"to fix   another name" ]]
		done
	done
	[ "$(cat folder/file file)" = "$(printf 'precious\nprecious')" ]
	[ "$(readlink link)" = env ]
	[ -L dangling ] && [ -p fifo ] && [ -e half/pyvenv.cfg ]
	is_environment env 3.13.5
}

# `python -m venv .` makes one of the project's own folder: all of it was removed.
@test "--clear never takes files of the user's along" {
	pyvern venv --quiet env
	mkdir env/src
	echo precious >env/app.py
	refuses 6 "$T/project/env exists already" pyvern venv --clear env
	[[ $stderr == *"with     what is none of its own: app.py, src"* ]]
	[[ $stderr == *"to fix   another name, or move those away before --clear" ]]
	cd env
	refuses 6 "$T/project/env exists already" pyvern venv --clear .
	[ "$(cat app.py)" = precious ]
	rm -r src app.py
	mkdir share etc
	run pyvern venv --clear "$T/project/env"
	[ "$status" -eq 0 ]
}

# An unset variable made an environment of the project itself.
@test "names that can be none" {
	refuses 2 "the folder's name is empty" pyvern venv ""
	refuses 2 "the folder's name is empty" pyvern venv --clear ""
	refuses 2 "cannot make an environment at /: it is no name for one" pyvern venv /
	refuses 2 "--json describes one environment" pyvern venv --json a b
	for name in "$(printf 'two\nlines')" "$(printf 'esc\033[31m')" "$(printf 'bad\377')" a:b \
		"$(printf 'c1\302\233')"; do
		refuses 2 "cannot make an environment at " pyvern venv "$name"
		[[ $stderr != *$'\033'* && $stderr != *$'\302\233'* ]]
		refuses 2 "cannot make an environment at " pyvern venv "$name/below"
	done
	refuses 2 "cannot make an environment at $T/project/x: the prompt has control characters" \
		pyvern venv --prompt "$(printf 'two\nlines')" x
	has_only . .python-version
}

@test "names that can be: spaces, quotes, what shells would run" {
	for name in "a b" "it's" '"quoted"' '$(touch X)' '`touch X`' 'wow!' 'grün' '\back' \
		"%d" "-dash" '#' '~' "*"; do
		run pyvern venv -- "$name"
		[ "$status" -eq 0 ]
		is_environment "./$name" 3.13.5
	done
	[ ! -e X ]
}

@test "an empty folder stays the folder it is" {
	mkdir .venv
	before=$(stat -c %i .venv)
	run pyvern venv
	[ "$status" -eq 0 ]
	[ "$(stat -c %i .venv)" = "$before" ]
	is_environment .venv 3.13.5
	mkdir dot
	cd dot
	run pyvern venv .
	[ "$status" -eq 0 ]
	is_environment . 3.13.5
}

@test "on what the project requires, and on a range" {
	rm .python-version
	printf '[project]\nrequires-python = ">=3.11,<3.14"\n' >pyproject.toml
	run pyvern venv
	[ "$status" -eq 0 ]
	is_environment .venv 3.13.5
	run pyvern venv -p '>=3.13, !=3.13.4' other
	[ "$status" -eq 0 ]
	is_environment other 3.13.5
	printf '[project]\nrequires-python = ">=3.14"\n' >pyproject.toml
	run --separate-stderr pyvern venv third
	[ "$status" -eq 3 ]
	[[ $stderr == *"asked by  $T/project/pyproject.toml:2"*"to fix    pyvern install '>=3.14'" ]]
}

@test "no version, a missing one, no Python at all" {
	pin 3.11
	refuses 3 "3.11 is not installed" pyvern venv
	[[ $stderr == *"asked by  $T/project/.python-version:1"*"to fix    pyvern install 3.11" ]]
	refuses 3 "nope is not installed" pyvern venv -p nope
	refuses 2 "../.. is no version" pyvern venv -p ../..
	local bin=$PYVERN_TEST_STAGE/bin
	refuses 3 "the system has no Python in PATH" env PATH="$bin" pyvern venv -p system
	rm .python-version
	refuses 3 "no version is chosen here" pyvern venv
	[[ $stderr == *"to fix   pyvern venv -p VERSION, or -p system"* ]]
	[ ! -e .venv ]
	fake_version 3.12.1
	refuses 1 "$PYVERN_ROOT/versions/3.12.1 is no Python" pyvern venv -p 3.12
	sed -i 's/^version=.*/version=2.7.18/' "$PYVERN_ROOT/versions/3.13.5/.pyvern/facts"
	refuses 1 "cannot make an environment on 3.13.5: it is cpython 2.7.18" pyvern venv -p 3.13.5
	has_only .
}

# "hunter2 is not installed"
@test "a pin that leads to a secret does not show it" {
	echo hunter2 >"$T/secret"
	ln -sf "$T/secret" .python-version
	refuses 1 "$T/project/.python-version:1 cannot be used: " pyvern venv
	[[ $stderr != *hunter2* ]]
}

@test "a place is looked at before anything is asked or installed" {
	mkdir taken
	touch taken/file
	pin 3.11
	refuses 6 "$T/project/taken exists already" pyvern venv --install taken
}

@test "--install installs what is missing" {
	mkdir -p "$T/pkg" "$PYVERN_ROOT/catalog"
	{
		echo '# pyvern catalogue 1'
		sh "$PYVERN_TEST_SOURCE/tests/lib/fake-cpython.sh" 9.9.1 "$T/pkg"
	} >"$PYVERN_ROOT/catalog/fake.tsv"
	run --separate-stderr pyvern venv --install --without-pip --json -p 9.9
	echo "$stderr"
	[ "$status" -eq 0 ]
	is_json 'd["version"] == "9.9.1"'
	[ "$(.venv/bin/python --version)" = "Python 9.9.1" ]
}

@test "pip is prepared for installed versions only" {
	refuses 3 "nope is not installed" pyvern seed nope
	refuses 2 "seed needs the name of an installed version" pyvern seed
}

@test "an environment on an environment is made on its Python" {
	pyvern venv --quiet "$PYVERN_ROOT/versions/shop"
	run pyvern venv -p shop mine
	[ "$status" -eq 0 ]
	grep -qx "home = $PYVERN_ROOT/versions/3.13.5/bin" mine/pyvenv.cfg
}

@test "a root that this user cannot write makes environments elsewhere" {
	with_read_only_root pyvern venv
	[ "$status" -eq 0 ]
	is_environment .venv 3.13.5
}

# What cannot be looked into had no `to fix` line.
@test "folders that this user may not read or write" {
	mkdir locked
	for mode in 000 555; do
		chmod "$mode" locked
		for words in locked "--clear locked" locked/env; do
			# shellcheck disable=SC2086 # words
			with_plain_rights pyvern venv $words
			echo "$mode $words: $stderr"
			[ "$status" -eq 1 ]
			[[ $stderr == "pyvern: cannot make the environment $T/project/locked"*": permission denied"* ]]
			[[ $stderr == *"to fix   another place: pyvern venv DIR" ]]
		done
	done
	chmod 700 locked
	has_only locked
	rmdir locked
	chmod 555 .
	with_plain_rights pyvern use 3.13.5
	chmod 755 .
	[ "$status" -eq 1 ]
	[[ $stderr == *"to fix   export PYVERN_VERSION=3.13.5 (for this shell only)" ]]
}

@test "a folder that cannot be written: why, and nothing left" {
	need_own_mounts
	mkdir ro
	# shellcheck disable=SC2016 # the other shell expands it
	run "${own_mounts[@]}" sh -c '
		mount --bind ro ro && mount -o remount,ro,bind ro || exit 99
		pyvern venv ro/env'
	[ "$status" -ne 99 ] || skip "mount is refused here"
	[ "$status" -eq 1 ]
	[[ $output == "pyvern: cannot make the environment $T/project/ro/env: "* ]]
	[[ $output == *"it is on a read-only file system"*"to fix   another place: pyvern venv DIR" ]]
	has_only ro
}

# They stayed for ever, and an empty folder was none with one in it.
@test "what a killed one left goes with the next; what is held or fresh stays" {
	mkdir -p .pyvern-new-abcdefabcdef/bin .pyvern-new-HELD56789012 .pyvern-new-mine \
		env/.pyvern-new-abcdefabcdef
	touch -d '1 minute ago' .pyvern-new-* env/.pyvern-new-*
	mkdir .pyvern-new-FRESH6789012
	exec 9<.pyvern-new-HELD56789012
	flock -n 9
	run pyvern venv env
	[ "$status" -eq 0 ]
	is_environment env 3.13.5
	has_only . .python-version .pyvern-new-FRESH6789012 .pyvern-new-HELD56789012 .pyvern-new-mine env
}

@test "of many at one place, one makes it and the others say what is there" {
	for i in 1 2 3 4 5 6; do
		(
			status=0
			pyvern venv env 2>"$T/err.$i" || status=$?
			echo "$status" >"$T/status.$i"
		) 3>&- &
	done
	wait
	[ "$(cat "$T"/status.* | sort | tr -d '\n')" = 066666 ]
	[ "$(cat "$T"/err.* | grep -c "env exists already")" -eq 5 ]
	is_environment env 3.13.5
	has_only . .python-version env
}

# pyvenv.cfg got a line that the folder's name had made up.
@test "an interpreter that a link leads to, in a folder with two lines for a name" {
	elsewhere=$T/$(printf 'two\nhome = /evil')
	mkdir -p "$elsewhere"
	mv "$PYVERN_ROOT/versions/3.13.5/bin/python3.13" "$elsewhere/"
	ln -s "$elsewhere/python3.13" "$PYVERN_ROOT/versions/3.13.5/bin/python3.13"
	refuses 1 "cannot make an environment on 3.13.5: its path is not plain text" pyvern venv env
	has_only . .python-version
}

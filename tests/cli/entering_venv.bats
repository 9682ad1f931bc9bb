#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets stderr
# Shims enter a project's .venv that this user made or trusts, and no other.

bats_require_minimum_version 1.5.0
load ../lib/venv
load ../lib/registry

setup() {
	venv_setup
	umask 022
	unset VIRTUAL_ENV PYENV_VIRTUAL_ENV PYVERN_DIR PYENV_DIR
	export PATH=$PYVERN_ROOT/shims:$PATH
	pyvern global 3.13.5
	mkdir -p "$HOME/shop/sub/deeper"
	cd "$HOME/shop" || return
}

# The command NAME in the bin of the environment DIR says that it is DIR's.
give() {
	printf '#!/bin/sh\necho "%s of %s" "$@"\n' "$2" "$(basename "$(dirname "$1")")" >"$1/bin/$2"
	chmod 755 "$1/bin/$2"
}

# What COMMAND's shim would start.
starts() {
	run -0 --separate-stderr pyvern which "$1"
	echo "$output"
	[ "$output" = "$2" ]
}

@test "one that was made here is entered, from below, too; a pin below it goes before" {
	pyvern venv -q
	starts python "$HOME/shop/.venv/bin/python"
	starts pip "$HOME/shop/.venv/bin/pip"
	cd sub/deeper
	starts python "$HOME/shop/.venv/bin/python"
	give "$HOME/shop/.venv" hello
	pyvern rehash
	run -0 hello there
	[ "$output" = 'hello of shop there' ]
	echo 3.13.5 >../.python-version
	starts python "$PYVERN_ROOT/versions/3.13.5/bin/python"
	rm ../.python-version
	# Beside it, it is the environment that has the command.
	echo 3.13.5 >../../.python-version
	starts python "$HOME/shop/.venv/bin/python"
	PYVERN_VERSION=3.13.5 starts python "$PYVERN_ROOT/versions/3.13.5/bin/python"
	PYENV_VERSION=3.13.5 starts python "$PYVERN_ROOT/versions/3.13.5/bin/python"
	cd "$HOME"
	starts python "$PYVERN_ROOT/versions/3.13.5/bin/python"
}

@test "what it lacks the pins beside it have, but for python and pip" {
	pyvern venv -q
	program 3.13.5 tool <<<'#!/bin/sh'
	pyvern rehash
	starts tool "$PYVERN_ROOT/versions/3.13.5/bin/tool"
	rm .venv/bin/pip
	run -127 --separate-stderr pip install x
	echo "$stderr"
	[[ $stderr == "pyvern: pip is not in ~/shop/.venv, which is entered here"*'to fix'* ]]
	rm .venv/bin/python*
	run -127 --separate-stderr python
	[[ $stderr == "pyvern: python: ~/shop/.venv is entered here, and is broken"*"to fix   pyvern repair ~/shop/.venv" ]]
}

@test "its bin is first on PATH for what it starts" {
	pyvern venv -q
	printf '#!/bin/sh\necho "$PATH"\n' >.venv/bin/show
	chmod 755 .venv/bin/show
	pyvern rehash
	run -0 show
	[[ $output == "$PWD/.venv/bin:$PYVERN_ROOT/shims:"* ]]
	run -0 pyvern exec show
	[[ $output == "$PWD/.venv/bin:$PYVERN_ROOT/shims:"* ]]
	PATH=$PWD/.venv/bin:$PATH run -0 "$PYVERN_ROOT/shims/show"
	[[ $output == "$PWD/.venv/bin:$PYVERN_ROOT/shims:"* ]]
}

@test "nobody else's: not a clone's, not a copy, not a link, not what was found by a scan" {
	mkdir -p "$HOME/clone"
	pyvern venv -q
	cp -a .venv "$HOME/clone/.venv"
	give "$HOME/clone/.venv" python
	cd "$HOME/clone"
	starts python "$PYVERN_ROOT/versions/3.13.5/bin/python"
	run -0 pyvern explain
	[[ ${lines[2]} == '  ~/clone/.venv '*'not made here, not trusted (pyvern trust ~/clone)' ]]
	run -0 pyvern venvs scan "$HOME/clone"
	starts python "$PYVERN_ROOT/versions/3.13.5/bin/python"
	# In the place of the one that was made.
	rm -r "$HOME/shop/.venv"
	mv .venv "$HOME/shop/.venv"
	cd "$HOME/shop"
	starts python "$PYVERN_ROOT/versions/3.13.5/bin/python"
	run -0 pyvern explain
	[[ ${lines[2]} == '  ~/shop/.venv '*'not what was made or trusted (pyvern trust ~/shop)' ]]
	# What is linked is entered where it is.
	mkdir linked
	pyvern venv -q "$HOME/elsewhere/.venv"
	ln -s "$HOME/elsewhere/.venv" linked/.venv
	cd linked
	starts python "$PYVERN_ROOT/versions/3.13.5/bin/python"
	run -0 pyvern explain
	[[ ${lines[2]} == '  ~/shop/linked/.venv '*'a link, or no folder'* ]]
	rm .venv
	for kind in 'touch' 'mkfifo' 'ln -s /nonexistent' 'mkdir'; do
		$kind .venv
		starts python "$PYVERN_ROOT/versions/3.13.5/bin/python"
		rm -r .venv
	done
	mkdir .venv
	for kind in 'mkfifo' 'mkdir' 'ln -s /dev/zero'; do
		$kind .venv/pyvenv.cfg
		starts python "$PYVERN_ROOT/versions/3.13.5/bin/python"
		rm -r .venv/pyvenv.cfg
	done
}

@test "trusted, and not any more; its commands have shims meanwhile" {
	mkdir -p .venv/bin
	printf 'home = %s/versions/3.13.5/bin\nversion = 3.13.5\n' "$PYVERN_ROOT" >.venv/pyvenv.cfg
	give .venv python
	give "$PWD/.venv" thing
	starts python "$PYVERN_ROOT/versions/3.13.5/bin/python"
	pyvern trust -q .
	starts python "$PWD/.venv/bin/python"
	run -0 thing
	[ "$output" = 'thing of shop' ]
	run -0 pyvern explain thing
	[[ ${lines[0]} == "thing  ->  ~/shop/.venv/bin/thing   3.13.5" ]]
	[[ ${lines[2]} == '  ~/shop/.venv '*'trusted '*'<- this one' ]]
	pyvern trust -q --remove .
	starts python "$PYVERN_ROOT/versions/3.13.5/bin/python"
	[ ! -e "$PYVERN_ROOT/shims/thing" ]
}

@test "a record that others may write, and a folder that everybody may write, are not believed" {
	pyvern venv -q
	record=$(echo "$XDG_STATE_HOME"/pyvern/*/venvs/*)
	chmod go+w "$record"
	starts python "$PYVERN_ROOT/versions/3.13.5/bin/python"
	chmod go-w "$record"
	starts python "$PWD/.venv/bin/python"
	chmod o+w .venv
	starts python "$PYVERN_ROOT/versions/3.13.5/bin/python"
	chmod o-w .venv
	printf 'x%.0s' {1..20000} >>"$record"
	starts python "$PYVERN_ROOT/versions/3.13.5/bin/python"
}

@test "by any path: through links to the project, and to the root" {
	ln -s "$HOME/shop" "$HOME/alias"
	cd "$HOME/alias"
	pyvern venv -q
	starts python "$HOME/alias/.venv/bin/python"
	cd "$HOME/shop"
	starts python "$HOME/shop/.venv/bin/python"
	ln -s "$PYVERN_ROOT" "$T/root2"
	PYVERN_ROOT=$T/root2 starts python "$HOME/shop/.venv/bin/python"
	cd / && cd "$HOME/shop/sub"
	run -0 "$T/root2/shims/pip"
}

@test "a command of some environment's is in nobody's way elsewhere" {
	pyvern venv -q
	give "$HOME/shop/.venv" systool
	pyvern rehash
	[ -x "$PYVERN_ROOT/shims/systool" ]
	cd "$HOME"
	run -127 --separate-stderr systool
	[[ $stderr == *'systool is not in 3.13.5'* ]]
	printf '#!/bin/sh\necho of the system\n' >"$T/system/systool"
	chmod 755 "$T/system/systool"
	PATH=$PYVERN_ROOT/shims:$T/system:$PATH run -0 systool
	[ "$output" = 'of the system' ]
	# What some version has is asked of that.
	fake_python 3.12.1
	program 3.12.1 systool <<<'#!/bin/sh'
	PATH=$PYVERN_ROOT/shims:$T/system:$PATH run -127 --separate-stderr systool
	[[ $stderr == *'is in     3.12.1'* ]]
}

@test "explain: pins that agree, that contradict; as JSON" {
	pyvern venv -q
	echo 3.13 >.python-version
	run -0 pyvern explain
	[[ ${lines[0]} == 'python  ->  ~/shop/.venv/bin/python   3.13.5' ]]
	[[ ${lines[2]} == '  ~/shop/.venv '*'made here by pyvern '*'<- this one' ]]
	[[ ${lines[3]} == '  ~/shop/.python-version  3.13 -> 3.13.5, agrees' ]]
	fake_python 3.12.1
	echo 3.12 >.python-version
	run -0 pyvern explain
	[[ $output == *'3.12 -> 3.12.1, contradicts'* ]]
	run -0 --separate-stderr pyvern explain --json
	[[ $output == *'"path": "'"$PWD"'/.venv/bin/python"'* ]]
	[[ $output == *'"source": "venv"'*'"state": "chosen"'* ]]
	[[ $output == *'"by_suffix": false'* ]]
}

@test "pyenv's face enters none" {
	pyvern venv -q
	echo pyenv >"$PYVERN_ROOT/face"
	starts python "$PYVERN_ROOT/versions/3.13.5/bin/python"
	[ "$(PYENV_VERSION='' python -c 1 2>&1 | head -n 1)" != "$PWD/.venv" ]
	run -0 pyvern explain
	[[ $output == *'.venv '*'not entered (activating does)'* ]]
}

@test "its last use is written down, a day late at most" {
	pyvern venv -q
	record=$(echo "$XDG_STATE_HOME"/pyvern/*/venvs/*)
	touch -d '3 hours ago' "$record"
	before=$(stat -c %Y "$record")
	pip >/dev/null 2>&1 || true
	[ "$(stat -c %Y "$record")" = "$before" ]
	touch -d '2 days ago' "$record"
	pip >/dev/null 2>&1 || true
	[ $(($(date +%s) - $(stat -c %Y "$record"))) -lt 100 ]
}

@test "hostile names of projects, and a home that is none" {
	for name in 'a b' "quo'te\"s" '$(touch x)' '`id`' 'ünïcode' '-dash' 'new!' "$(printf 'y%.0s' {1..200})"; do
		mkdir -p "$HOME/$name"
		cd "$HOME/$name"
		pyvern venv -q
		starts python "$HOME/$name/.venv/bin/python"
	done
	unset XDG_STATE_HOME
	export HOME=relative
	starts python "$PYVERN_ROOT/versions/3.13.5/bin/python"
	unset HOME
	run -0 --separate-stderr pyvern which python
}

@test "making one more looks at no other environment, and finds what has no shim yet" {
	command -v strace >/dev/null || skip "no strace"
	[ -z "$PYVERN_TEST_SANITIZERS" ] || skip "with sanitizers strace shows their own"
	pyvern venv -q
	pyvern rehash
	mkdir "$HOME/second"
	cd "$HOME/second"
	strace -f -o "$T/trace" pyvern venv -q "$HOME/second/.venv" || skip "strace cannot trace here"
	run ! grep -F "$HOME/shop/.venv" "$T/trace"
	# Its own programs are looked at.
	rm "$PYVERN_ROOT/shims/pip"
	pyvern venv -q "$HOME/third/.venv"
	[ "$PYVERN_ROOT/shims/pip" -ef "$PYVERN_ROOT/shims/.pyvern-shim" ]
	# What is next looked at in passing sees that there is one more.
	give "$HOME/second/.venv" seconds-own
	pyvern exec pip >/dev/null 2>&1 || :
	[ -x "$PYVERN_ROOT/shims/seconds-own" ]
}

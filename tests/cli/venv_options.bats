#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets stderr
# pyvern venv: how it is made, and what its pip is to do afterwards.

bats_require_minimum_version 1.5.0
load ../lib/venv
load ../lib/registry

setup() {
	venv_setup
	umask 022
	pyvern global 3.13.5
	mkdir -p "$HOME/shop"
	cd "$HOME/shop" || return
	seed=$PYVERN_ROOT/versions/3.13.5/.pyvern/seed/files/pip/__init__.py
	mine=.venv/lib/python3.13/site-packages/pip/__init__.py
}

# What the made-up interpreter is started with goes to $T/said; it fails while $T/broken is there.
speak() {
	printf '#!/bin/sh\necho "$VIRTUAL_ENV: $*" >>"%s/said"\n[ ! -e "%s/broken" ]\n' "$T" "$T" \
		>"$PYVERN_ROOT/versions/3.13.5/bin/python3.13"
}

@test "--copies: the interpreter is a file of its own, with its library where it looks beside itself" {
	pyvern venv -q --copies
	[ ! -L .venv/bin/python ] && [ -x .venv/bin/python ]
	[ "$(readlink .venv/bin/python3)" = python ]
	cmp .venv/bin/python "$PYVERN_ROOT/versions/3.13.5/bin/python3.13"
	grep -q '^command = pyvern venv -p .* --copies ' .venv/pyvenv.cfg
	has_only .venv/lib python3.13
	# The mark in the middle of what is read at one time, and across two of them.
	for place in 100 65530 65536 70000; do
		{
			head -c "$place" /dev/zero
			# shellcheck disable=SC2016 # as a linker writes it
			printf '$ORIGIN/../lib'
		} >"$PYVERN_ROOT/versions/3.13.5/bin/python3.13"
		echo lib >"$PYVERN_ROOT/versions/3.13.5/lib/libpython3.13.so.1.0"
		pyvern venv -q --clear --copies
		cmp .venv/lib/libpython3.13.so.1.0 "$PYVERN_ROOT/versions/3.13.5/lib/libpython3.13.so.1.0"
	done
	pyvern venv -q --clear --symlinks
	[ -L .venv/bin/python ]
	[ ! -e .venv/lib/libpython3.13.so.1.0 ]
	run -2 pyvern venv --copies --symlinks x
	[ ! -e x ]
}

@test "--link: hard links, copies, or reflinks if the disk can" {
	pyvern venv -q --link hardlink
	[ "$mine" -ef "$seed" ]
	pyvern venv -q --clear --link copy
	[ ! "$mine" -ef "$seed" ]
	cmp "$mine" "$seed"
	[ "$(stat -c %Y "$mine")" = "$(stat -c %Y "$seed")" ]
	if cp --reflink=always "$seed" "$T/clone" 2>/dev/null; then
		pyvern venv -q --clear --link reflink
	else
		run -1 --separate-stderr pyvern venv --link reflink other
		[[ $stderr == *'cannot link'* ]]
		[ ! -e other ]
	fi
	for word in '' Copy symlink; do
		run -2 pyvern venv --link "$word" other
	done
	run -2 --separate-stderr pyvern venv --link copy --without-pip other
	[[ $stderr == *'--link and --without-pip exclude each other'* ]]
	[ ! -e other ]
}

@test "--no-vcs-ignore; several at once" {
	pyvern venv -q --no-vcs-ignore
	[ ! -e .venv/.gitignore ]
	grep -q '^command = pyvern venv -p .* --no-vcs-ignore ' .venv/pyvenv.cfg
	run -0 --separate-stderr pyvern venv a b 'c d'
	for name in a b 'c d'; do
		is_environment "$name" 3.13.5
		[ -e "$name/.gitignore" ]
		[[ $stderr == *"+ $name "* ]]
	done
	# Looked at before the first is made.
	run -6 pyvern venv new a
	[ ! -e new ]
	run -2 pyvern venv --json e f
	[ ! -e e ]
}

@test "--from and --upgrade-deps: the environment's own pip, inside it" {
	speak
	echo 'black==1' >'my list'
	run -0 pyvern venv --from 'my list'
	[ "$(cat "$T/said")" = "$PWD/.venv: -m pip install --disable-pip-version-check -r $PWD/my list" ]
	rm "$T/said"
	run -0 --separate-stderr pyvern venv --clear --json --upgrade-deps --from 'my list'
	[ "$(cat "$T/said")" = "$PWD/.venv: -m pip install --disable-pip-version-check --quiet --upgrade pip
$PWD/.venv: -m pip install --disable-pip-version-check --quiet -r $PWD/my list" ]
	rm "$T/said"
	mkdir -p "$PYVERN_ROOT/versions/3.13.5/.pyvern/seed/files/setuptools"
	printf 'dir setuptools\n' >>"$PYVERN_ROOT/versions/3.13.5/.pyvern/seed/index"
	run -0 pyvern venv --clear --quiet --upgrade-deps
	[[ $(cat "$T/said") == *' --upgrade pip setuptools' ]]
	# It fails: the environment is there, and what to type is said.
	touch "$T/broken"
	run -1 --separate-stderr pyvern venv --clear --from 'my list'
	[[ $stderr == *"pip failed in ~/shop/.venv with status 1"* ]]
	[[ $stderr == *"to fix    $PWD/.venv/bin/python -m pip install --disable-pip-version-check -r '$PWD/my list'"* ||
		$stderr == *"to fix    ~/shop/.venv/bin/python -m pip install --disable-pip-version-check -r "* ]]
	is_environment .venv 3.13.5
	for option in --upgrade-deps --from=x; do
		run -2 pyvern venv --without-pip $option other
	done
}

@test "--allow-existing: what is there stays, but for files that are made" {
	mkdir -p project/bin
	echo mine >project/.gitignore
	echo mine >project/app.py
	echo mine >project/bin/tool
	run -6 pyvern venv project
	run -0 --separate-stderr pyvern venv --allow-existing project
	[[ $stderr == "+ project  Python 3.13.5, pip 1.0"* ]]
	is_environment project 3.13.5
	[ "$(cat project/.gitignore project/app.py project/bin/tool)" = $'mine\nmine\nmine' ]
	has_only project .gitignore app.py bin include lib lib64 pyvenv.cfg
	# A pip that is there is the user's, who may have upgraded it; the scripts are ours.
	rm project/lib/python3.13/site-packages/pip/__init__.py
	echo newer >project/lib/python3.13/site-packages/pip/__init__.py
	echo broken >project/bin/activate
	run -0 --separate-stderr pyvern venv --allow-existing project
	[[ $stderr != *'pip 1.0'* ]]
	[ "$(cat project/lib/python3.13/site-packages/pip/__init__.py)" = newer ]
	grep -q VIRTUAL_ENV project/bin/activate
	# A missing one is made like any other, a folder in the place of a file is not touched.
	pyvern venv -q --allow-existing deep/new
	is_environment deep/new 3.13.5
	mkdir -p other/bin/python
	run -6 --separate-stderr pyvern venv --allow-existing other
	[[ $stderr == *"other/bin/python is in the way: it is a folder"* ]]
	has_only other bin
	rm -r other/bin
	echo file >other/bin
	run -6 --separate-stderr pyvern venv --allow-existing other
	[[ $stderr == *"other/bin is in the way: it is no folder"* ]]
	has_only other bin
	run -2 pyvern venv --allow-existing --clear project
	run -2 pyvern venv --allow-existing "$(printf 'a\nb')"
}

@test "--upgrade: to the newest patch release of its series, or the one that is named" {
	pyvern venv -q -p 3.13.5
	ln -s 3.13.5 "$PYVERN_ROOT/versions/3.13"
	echo "3.13 3.13.5" >"$PYVERN_ROOT/.aliases"
	run -0 --separate-stderr pyvern venv --upgrade
	[ "$stderr" = '= .venv    Python 3.13.5, follows 3.13' ]
	grep -qx "home = $PYVERN_ROOT/versions/3.13/bin" .venv/pyvenv.cfg
	fake_python 3.13.7
	pyvern rehash >/dev/null 2>&1
	pyvern venv -q --clear -p 3.13.5
	mkdir .venv/lib/python3.13/site-packages/one-1.dist-info
	run -0 --separate-stderr pyvern venv --upgrade -p 3.13.7
	[ "$stderr" = '~ .venv    3.13.5 -> 3.13.7   1 package kept' ]
	grep -qx 'version = 3.13.7' .venv/pyvenv.cfg
	grep -qx 'version_info = 3.13.7.final.0' .venv/pyvenv.cfg
	[ "$(readlink .venv/bin/python)" = "$PYVERN_ROOT/versions/3.13.7/bin/python3.13" ]
	run -0 pyvern venv --upgrade --json -p 3.13.5
	[[ $output == *'"state": "upgraded"'*'"version": "3.13.5"'* ]]
	fake_python 3.12.1
	run -1 --separate-stderr pyvern venv --upgrade -p 3.12.1
	[[ $stderr == *'its packages are built for 3.13, and 3.12.1 is another Python'* ]]
	grep -qx 'version = 3.13.5' .venv/pyvenv.cfg
	run -3 pyvern venv --upgrade -p 3.14
	run -1 --separate-stderr pyvern venv --upgrade nothing
	[[ $stderr == *'nothing is no environment'* ]]
	run -2 pyvern venv --upgrade --clear
	run -2 pyvern venv --upgrade --seed pip
}

@test "--relocatable: moved by hand, its scripts find it" {
	speak
	pyvern venv -q --relocatable one
	grep -qx 'relocatable = true' one/pyvenv.cfg
	[ ! -e one/bin/activate.csh ] && [ ! -e one/bin/activate.nu ]
	run grep -rl "$PWD/one" one/bin
	[ -z "$output" ]
	mkdir "it's \$(moved) here"
	mv one "it's \$(moved) here/two"
	one="$PWD/it's \$(moved) here/two"
	"$one/bin/pip"
	grep -q ': .*/two/bin/pip$' "$T/said"
	ln -s "$one/bin/pip" linked-pip
	./linked-pip
	for shell in bash zsh ksh; do
		command -v "$shell" >/dev/null || continue
		# shellcheck disable=SC2016 # for the shell that is started
		run -0 "$shell" -c '. "$1" && echo "$VIRTUAL_ENV" && deactivate && echo "${VIRTUAL_ENV-left}"' \
			x "$one/bin/activate"
		[ "$output" = "$one"$'\nleft' ]
		# shellcheck disable=SC2016
		run -0 "$shell" -c 'cd "$1" && . ./activate && echo "$VIRTUAL_ENV"' x "$one/bin"
		[ "$output" = "$one" ]
	done
	# dash does not know which file it reads, and says so instead of a guess.
	if command -v dash >/dev/null; then
		# shellcheck disable=SC2016
		run dash -c '. "$1"; echo "$? ${VIRTUAL_ENV-none}"' x "$one/bin/activate"
		[[ $output == *'does not tell where the environment is'*'1 none' ]]
	fi
	if command -v fish >/dev/null; then
		# shellcheck disable=SC2016
		run -0 fish --no-config -c 'source $argv[1]; echo $VIRTUAL_ENV' "$one/bin/activate.fish"
		[ "$output" = "$one" ]
	fi
	/usr/bin/python3 -c 'import sys; open(sys.argv[1])' "$one/bin/activate_this.py"
}

@test "CPython 2.7: a copy of the interpreter, links to its landmarks, a site.py of ours" {
	local version versions=$PYVERN_ROOT/versions
	for version in 2.7.17 2.7.18; do
		fake_python "$version"
		mkdir "$versions/$version/lib/python2.7/lib-dynload"
	done
	is_on() {
		[ ! -L .venv/bin/python ] && cmp .venv/bin/python "$versions/$1/bin/python2.7" &&
			[ "$(readlink .venv/bin/python2.7)" = python ] &&
			[ "$(readlink .venv/lib/python2.7/os.py)" = "$versions/$1/lib/python2.7/os.py" ] &&
			[ "$(readlink .venv/lib/python2.7/lib-dynload)" = "$versions/$1/lib/python2.7/lib-dynload" ] &&
			[ "$(readlink .venv/include/python2.7)" = "$versions/$1/include/python2.7" ] &&
			grep -q pyvenv.cfg .venv/lib/python2.7/site.py
	}
	pyvern venv -q -p 2.7.18
	is_on 2.7.18
	is_environment .venv 2.7.18
	# What this one has not is not linked to.
	[ ! -L .venv/lib/python2.7/config ]
	pyvern venv -q --upgrade -p 2.7.17
	is_on 2.7.17
	grep -qx "home = $versions/2.7.17/bin" .venv/pyvenv.cfg
}

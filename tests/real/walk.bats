#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# A user of pyenv points us at his ~/.pyenv, works for a while, and goes back: after
# each step both programs must say the same about the same root.
#
# PYENV: the pyenv to walk with; else the one in ~/.pyenv or on PATH, if any. Its
# checkout is copied. PYVERN_REAL_ROOT: a root with a real Python; else pyenv's own.

bats_require_minimum_version 1.5.0

setup_file() {
	local program
	checkout=
	program=${PYENV:-$HOME/.pyenv/bin/pyenv}
	[ -x "$program" ] || program=$(command -v pyenv) || program=
	program=$(readlink -f "$program") || program=
	# A checkout, and not a link to us.
	if [ -e "${program%/*}/pyenv-rehash" ] && [ "${program##*/}" = pyenv ]; then
		checkout=$(cd "${program%/*}/.." && pwd -P)
	fi
	real=
	for tree in "${PYVERN_REAL_ROOT:-/nonexistent}"/versions/3.1[0-9]* "$checkout"/versions/3.1[0-9]*; do
		if [ ! -h "$tree" ] && "$tree/bin/python" -c 'import venv, ensurepip' 2>/dev/null; then
			real=$tree
			break
		fi
	done
	export checkout real
}

setup() {
	[ -n "$checkout" ] || skip "no pyenv is here to walk with"
	[ -n "$real" ] || skip "no real Python is here to walk with"
	T=$BATS_TEST_TMPDIR
	unset "${!PYENV_@}" "${!_PYENV_@}" "${!PIP_@}" PYVERN_ROOT PYVERN_VERSION PYVERN_DIR PYENV VIRTUAL_ENV
	export HOME=$T/home NO_COLOR=1 LC_ALL=C.UTF-8 PIP_NO_INDEX=1 PIP_CONFIG_FILE=/dev/null
	export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore PYTHONDONTWRITEBYTECODE=1
	root=$HOME/.pyenv
	mkdir -p "$root/versions" "$root/plugins" "$T/our" "$T/project/below" "$T/tools"
	# What git has of it, which is less than what lies there.
	for part in bin libexec completions pyenv.d plugins; do
		[ ! -e "$checkout/$part" ] || cp -R "$checkout/$part" "$root/"
	done
	# The user's own: versions, environments in pyenv-virtualenv's places, a plugin
	# with a command and hooks.
	version=${real##*/}
	cp -al "$real" "$root/versions/$version" 2>/dev/null || cp -a "$real" "$root/versions/$version"
	# Its own pip names the place that it was built for.
	rm -f "$root/versions/$version/bin/pip"*
	printf '#!/bin/sh\nexec "${0%%/*}/python" -m pip "$@"\n' >"$root/versions/$version/bin/pip"
	chmod 755 "$root/versions/$version/bin/pip"
	for made_up in 3.9.2 3.9.18 pypy3.10-7.3.17; do
		mkdir -p "$root/versions/$made_up/bin"
		for name in python python3 python3.9 "only-$made_up"; do
			printf '#!/bin/sh\necho %s "$@"\n' "$made_up" >"$root/versions/$made_up/bin/$name"
			chmod 755 "$root/versions/$made_up/bin/$name"
		done
	done
	env_of 3.9.18 shop
	mkdir -p "$root/plugins/greet/bin" "$root/plugins/greet/etc/pyenv.d"/{exec,which}
	cat >"$root/plugins/greet/bin/pyenv-greet" <<-'SH'
		#!/usr/bin/env bash
		# Summary: Greet in the selected version
		# Usage: pyenv greet [NAME]
		echo "hello ${1:-you} from $(pyenv-version-name) in ${PYENV_ROOT##*/}"
	SH
	chmod 755 "$root/plugins/greet/bin/pyenv-greet"
	ln -s "$root/bin/pyenv" "$T/their-pyenv"
	ln -s "$PYVERN_TEST_STAGE/bin/pyvern" "$T/our/pyenv"
	theirs=$root/bin/pyenv
	ours=$T/our/pyenv
	export PATH=$root/shims:/usr/bin:/bin
	cd "$T/project" || return
}

# A made-up environment, where pyenv-virtualenv puts it.
env_of() {
	mkdir -p "$root/versions/$1/envs/$2"
	cp -R "$root/versions/$1/bin" "$root/versions/$1/envs/$2/bin"
	ln -s "$root/versions/$1/envs/$2" "$root/versions/$2"
}

# Both answer the same, on stdout, on stderr, and by their status.
same() {
	local their ours_said
	their=$("$theirs" "$@" 2>"$T/their.err" </dev/null; echo "status $?")
	ours_said=$("$ours" "$@" 2>"$T/our.err" </dev/null; echo "status $?")
	# Which versions both list next is the same; an advice differs from release to release.
	if [ "$their" = "$ours_said" ] && diff <(sed '/^Note: /,$d' "$T/their.err") \
		<(sed '/^Note: /,$d' "$T/our.err") >/dev/null; then return 0; fi
	printf '== %s: pyenv %s\n-- theirs\n%s\n' "$step" "$*" "$their"
	cat "$T/their.err"
	printf -- '-- ours\n%s\n' "$ours_said"
	cat "$T/our.err"
	return 1
}

# All that people look at, after each step.
agree() {
	step=$1
	local bad=0
	for words in versions "version --bare" version "which python" "prefix" "whence python" \
		"latest 3" local global "shims --short" "greet x"; do
		# shellcheck disable=SC2086
		same $words || bad=1
	done
	[ "$bad" -eq 0 ]
}

# The shims but for those of files that are no programs, which only pyenv makes.
shim_names() {
	"$theirs" shims --short | grep -vi -e '^activate' -e '[.]ps1$' -e '^gettext[.]sh$' || true
}

@test "a walk through a pyenv user's days, with both programs on one root" {
	agree "as it was found"
	[ ! -e "$root/face" ]

	# Whoever rehashes, the shims are the same ones, and they run.
	"$theirs" rehash
	names=$(shim_names)
	[[ $names == *only-3.9.2* ]]
	"$ours" rehash
	[ "$(cut -d" " -f1 "$root/face")" = pyenv ]
	[ "$(shim_names)" = "$names" ]
	agree "after our rehash"
	PYENV_VERSION=3.9.2 run python a
	[ "$output" = "3.9.2 a" ]
	"$theirs" rehash
	[ "$(shim_names)" = "$names" ]
	PYENV_VERSION=3.9.2 run python b
	[ "$output" = "3.9.2 b" ]
	agree "after their rehash over ours"
	"$ours" rehash
	[ "$(shim_names)" = "$names" ]

	# Pins and the global version, by one and by the other.
	"$ours" global 3.9 "$version"
	agree "our global"
	file=$(cat "$root/version")
	"$theirs" global 3.9 "$version"
	[ "$(cat "$root/version")" = "$file" ]
	"$ours" local 3.9.2
	agree "our local"
	cd below
	"$theirs" local shop
	agree "their local, an environment"
	run only-3.9.18
	[ "$output" = "3.9.18" ]
	cd "$T/project"
	"$theirs" local --unset
	"$ours" local --unset
	[ ! -e .python-version ]
	agree "no local"
	export PYENV_VERSION=3.9.18:system
	agree "PYENV_VERSION"
	unset PYENV_VERSION
	for program in "$theirs" "$ours"; do
		PATH=${program%/*}:$PATH run bash --norc -c 'eval "$(pyenv init - bash)"; pyenv shell 3.9
			echo "$PYENV_VERSION"; pyenv shell --unset; pyenv shell -; echo "$PYENV_VERSION"'
		[ "$output" = "$(printf '3.9\n3.9')" ]
	done
}

@test "packages, environments and what they bring" {
	"$ours" rehash
	"$ours" global "$version"
	# A package by the shim of pip: its command is there at once, for both.
	"$root/versions/$version/bin/python" - <<-'PYTHON'
		import zipfile
		info = "walker-1.0.dist-info/"
		with zipfile.ZipFile("walker-1.0-py3-none-any.whl", "w") as wheel:
		    wheel.writestr("walker.py", "def main():\n    print('walks')\n")
		    wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\nName: walker\nVersion: 1.0\n")
		    wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
		    wheel.writestr(info + "entry_points.txt", "[console_scripts]\nwalk = walker:main\n")
		    wheel.writestr(info + "RECORD", "walker.py,,\n" + "".join(
		        info + name + ",,\n" for name in ("METADATA", "WHEEL", "entry_points.txt", "RECORD")))
	PYTHON
	pip install -q ./walker-1.0-py3-none-any.whl
	run walk
	[ "$output" = walks ]
	step="pip install through our shim"
	same which walk
	same whence walk
	agree "$step"
	"$theirs" rehash
	run walk
	[ "$output" = walks ]
	pip uninstall -q -y walker
	[ ! -e "$root/shims/walk" ]
	agree "pip uninstall through their shim"
	"$ours" rehash
	pip install -q ./walker-1.0-py3-none-any.whl
	"$theirs" rehash
	"$theirs" shims --short | grep -qx walk

	# Environments come and go, by either.
	env_of 3.9.2 blog
	"$theirs" rehash
	agree "a new environment"
	"$ours" rehash
	agree "a new environment, our rehash"
	same which only-3.9.2
	"$ours" uninstall -f 3.9.2
	[ ! -e "$root/versions/3.9.2" ]
	rm -f "$root/versions/blog"
	agree "a version that we removed"
	"$ours" uninstall -f pypy3.10-7.3.17 </dev/null
	agree "another that we removed"
	[ ! -e "$root/shims/only-pypy3.10-7.3.17" ]
}

@test "a plugin's command, and the way back" {
	"$ours" rehash
	"$ours" global 3.9.18
	step="a plugin"
	same greet
	same greet everybody
	for program in "$theirs" "$ours"; do
		"$program" commands | grep -qx greet
		"$program" help greet | grep -q 'Usage: pyenv greet \[NAME\]'
	done
	# pyenv alone, on what we leave.
	rm -r "$T/our"
	"$theirs" rehash
	run "$theirs" versions
	[ "$status" -eq 0 ]
	[[ $output == *"* 3.9.18 (set by $root/version)"* ]]
	run python3 c
	[ "$output" = "3.9.18 c" ]
	head -n 1 "$root/shims/python" | grep -q bash
	run grep -l pyvern "$root/shims/"*
	[ -z "$output" ]
}

@test "hooks of a plugin, in both programs' hands" {
	cat >"$root/plugins/greet/etc/pyenv.d/exec/greet.bash" <<-'SH'
		export GREETING="$PYENV_COMMAND of $PYENV_VERSION"
	SH
	cat >"$root/plugins/greet/etc/pyenv.d/which/greet.bash" <<-'SH'
		if [ "$PYENV_COMMAND" = greeter ]; then PYENV_COMMAND_PATH=/bin/echo; fi
	SH
	printf '#!/bin/sh\necho "$GREETING"\n' >"$root/versions/3.9.18/bin/only-3.9.18"
	"$ours" rehash
	"$ours" global 3.9.18
	step="hooks"
	same which greeter
	same hooks exec
	run only-3.9.18
	[ "$output" = "only-3.9.18 of 3.9.18" ]
	run "$ours" exec greeter a
	[ "$output" = a ]
	"$theirs" rehash
	run only-3.9.18
	[ "$output" = "only-3.9.18 of 3.9.18" ]
	agree "hooks"
}

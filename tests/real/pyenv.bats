#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Side by side with a real pyenv: the same words in the same place get the same
# answer, on stdout and stderr, with the same status.
#
# PYENV: the pyenv to compare with; else the one in ~/.pyenv or on PATH, if any.

setup_file() {
	pyenv=${PYENV:-}
	[ -n "$pyenv" ] || pyenv=$HOME/.pyenv/bin/pyenv
	[ -x "$pyenv" ] || pyenv=$(command -v pyenv) || pyenv=
	export pyenv
}

setup() {
	[ -n "$pyenv" ] || skip "no pyenv is here to compare with"
	T=$BATS_TEST_TMPDIR
	unset PYENV_VERSION PYVERN_VERSION PYENV_DIR PYVERN_DIR PYVERN_ROOT PYENV_HOOK_PATH
	unset _PYENV_INSTALL_PREFIX PYENV_SHELL PYENV_VIRTUALENV_INIT VIRTUAL_ENV
	export HOME=$T/home PYENV_ROOT=$T/root NO_COLOR=1
	mkdir -p "$HOME" "$T/our" "$T/project/below" "$T/system/bin" "$PYENV_ROOT/shims"
	ln -s "$PYVERN_TEST_STAGE/bin/pyvern" "$T/our/pyenv"
	echo pyenv >"$PYENV_ROOT/face"
	for version in 2.7.18 3.9.10 3.9.2 3.10.4 3.12.1 3.13.5 3.14.0rc2 3.14-dev pypy3.10-7.3.17; do
		mkdir -p "$PYENV_ROOT/versions/$version/bin"
		for program in python python3 "tool-$version"; do
			printf '#!/bin/sh\necho %s %s\n' "$version" "$program" \
				>"$PYENV_ROOT/versions/$version/bin/$program"
			chmod 755 "$PYENV_ROOT/versions/$version/bin/$program"
		done
	done
	printf '#!/bin/sh\necho system\n' >"$T/system/bin/python"
	chmod 755 "$T/system/bin/python"
	mkdir -p "$PYENV_ROOT/versions/3.12.1/envs/shop/bin"
	ln -s "$PYENV_ROOT/versions/3.12.1/envs/shop" "$PYENV_ROOT/versions/shop"
	export PATH=$T/system/bin:/usr/bin:/bin
	cd "$T/project" || return
}

# Run both with the same words; their answers must be equal. OUR_VERSION and such
# are set by the caller as for any command.
same() {
	local theirs ours
	theirs=$("$pyenv" "$@" 2>"$T/their.err" </dev/null; echo "status $?")
	ours=$("$T/our/pyenv" "$@" 2>"$T/our.err" </dev/null; echo "status $?")
	if [ "$theirs" = "$ours" ] && cmp -s "$T/their.err" "$T/our.err"; then return 0; fi
	printf '== pyenv %s\n-- theirs\n%s\n' "$*" "$theirs"
	cat "$T/their.err"
	printf -- '-- ours\n%s\n' "$ours"
	cat "$T/our.err"
	failures=$((${failures:-0} + 1))
}

all_same() {
	[ "${failures:-0}" -eq 0 ]
}

@test "what is chosen: nothing, the global file, pins, variables" {
	local words
	questions() {
		for words in version "version --bare" version-name version-origin version-file \
			"version-file $T/project" "version-file $T/project/below" versions "versions --bare" \
			"versions --skip-aliases" prefix "which python" "which nope" \
			"which tool-3.9.2" local global "whence python" "whence tool-3.9.2" \
			"whence nope" "whence --path python3"; do
			# shellcheck disable=SC2086 # words
			same $words
		done
	}
	questions
	echo 3.12.1 >"$PYENV_ROOT/version"
	questions
	printf '3.13.5\n3.9.2\n' >.python-version
	questions
	cd below || return
	questions
	PYENV_VERSION=3.10.4 questions
	PYENV_VERSION=system questions
	PYENV_VERSION=3.9.2:system questions
	all_same
}

@test "prefixes" {
	for version in 3 3.9 3.10 3.12 3.14 2.7 pypy3.10 shop 3.12.1/envs/shop; do
		PYENV_VERSION=$version same version
		PYENV_VERSION=$version same version-name
		PYENV_VERSION=$version same which python
		PYENV_VERSION=$version same prefix
		same prefix "$version"
	done
	# Its other commands do not know this form everywhere; ours do.
	PYENV_VERSION=python-3.12.1 same version
	PYENV_VERSION=python-3.12.1 same version-name
	for prefix in 3 3.1 3.9 3.12 3.14 2 4 3.9.2 pypy3.10 pypy3.10-7; do
		same latest "$prefix"
		same latest -b "$prefix"
		same latest -f "$prefix"
	done
	all_same
}

@test "versions that are missing, and files that say nothing" {
	for version in 3.4 3.9.9 nope 3.9.2:3.4 3.4:3.5 3.4:system; do
		PYENV_VERSION=$version same version
		PYENV_VERSION=$version same version-name
		PYENV_VERSION=$version same version-name -f
		PYENV_VERSION=$version same which python3
		same prefix "${version%%:*}"
		same local "${version%%:*}"
		same global "${version%%:*}"
	done
	for text in '' '\n\n' '# 3.12\n' ' 3.12.1 # x\n' '3.12.1\r\n' '3.12.1' '../x\n3.9.2\n' \
		'/etc\n' '3.9.2 3.12.1\n' '3.12.1#c\n'; do
		printf '%b' "$text" >.python-version
		same version
		same version-name
		same version-origin
		same version-file
		same version-file-read .python-version
		same local
		same which python3
	done
	all_same
}

@test "writing pins" {
	for words in "local 3.9.2" "local 3.9 3.12.1" "local system" "local --unset" "global 3.13" \
		"global 3.9.2 3.13.5" "local -f 3.4" "global system" \
		"version-file-write pin 3.9.2" "version-file-write pin 3.4" \
		"version-file-write -f pin 3.4" "version-file-write pin" version-file-write; do
		rm -f .python-version pin "$PYENV_ROOT/version"
		# shellcheck disable=SC2086
		"$pyenv" $words >"$T/their.out" 2>&1 </dev/null && theirs=0 || theirs=$?
		files=$(cat .python-version pin "$PYENV_ROOT/version" 2>/dev/null || true)
		rm -f .python-version pin "$PYENV_ROOT/version"
		# shellcheck disable=SC2086
		"$T/our/pyenv" $words >"$T/our.out" 2>&1 </dev/null && ours=0 || ours=$?
		echo "$words: theirs $theirs, ours $ours"
		[ "$ours" = "$theirs" ]
		[ "$(cat .python-version pin "$PYENV_ROOT/version" 2>/dev/null || true)" = "$files" ]
		diff "$T/their.out" "$T/our.out"
	done
}

@test "words that are wrong" {
	for words in frob "version --nope" hooks whence "shell 3.9.2"; do
		# shellcheck disable=SC2086
		same $words
	done
	all_same
}

@test "lists of shims, hooks" {
	"$T/our/pyenv" rehash
	same shims --short
	mkdir -p "$PYENV_ROOT/pyenv.d/exec" "$PYENV_ROOT/plugins/x/etc/pyenv.d/exec"
	: >"$PYENV_ROOT/pyenv.d/exec/a.bash"
	: >"$PYENV_ROOT/pyenv.d/exec/not-a-hook"
	: >"$PYENV_ROOT/plugins/x/etc/pyenv.d/exec/b.bash"
	same hooks which-never
	theirs=$("$pyenv" hooks exec | grep "^$T")
	ours=$("$T/our/pyenv" hooks exec | grep "^$T")
	[ "$ours" = "$theirs" ]
	all_same
}

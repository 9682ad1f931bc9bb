#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2034,SC2016 # arrays are picked from by name
# A few hundred command lines, made by chance, in a real pyenv and in ours, on the same
# root: stdout, stderr, status and the files that they write must be the same (facts/
# pyenv.md 2, 3, 6). What differs knowingly (docs/pyenv-differences.md) is not generated.
#
# PYENV: the pyenv to compare with; else the one in ~/.pyenv or on PATH, if any.
# PYVERN_TEST_SEED, PYVERN_TEST_CASES: others than the usual ones.

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
	unset _PYENV_INSTALL_PREFIX PYENV_SHELL PYENV_VIRTUALENV_INIT VIRTUAL_ENV PYENV_DEBUG
	export HOME=$T/home PYENV_ROOT=$T/root NO_COLOR=1
	mkdir -p "$HOME" "$T/our" "$T/project/below" "$T/system/bin" "$T/brew/bin"
	ln -s "$PYVERN_TEST_STAGE/bin/pyvern" "$T/our/pyenv"
	mkdir -p "$PYENV_ROOT/shims"
	echo pyenv >"$PYENV_ROOT/face"
	for version in 2.7.18 3.9.10 3.9.2 3.10.4 3.12.1 3.13.5 3.13.5t 3.14.0rc2 3.14-dev \
		pypy3.10-7.3.17 miniconda3-4.7.12; do
		programs "$PYENV_ROOT/versions/$version" "$version" python python3 "tool-$version"
	done
	programs "$PYENV_ROOT/versions/3.12.1/envs/shop" shop python shop-tool
	programs "$PYENV_ROOT/versions/3.9.2/envs/till" till python
	programs "$T/brew" brew python brew-tool
	programs "$T/system" system python3 system-tool
	ln -s "$PYENV_ROOT/versions/3.12.1/envs/shop" "$PYENV_ROOT/versions/shop"
	ln -s 3.12.1 "$PYENV_ROOT/versions/3.12"
	ln -s "$T/brew" "$PYENV_ROOT/versions/brew"
	ln -s nowhere "$PYENV_ROOT/versions/dangling"
	echo >"$PYENV_ROOT/versions/plain"
	mkdir "$PYENV_ROOT/versions/empty"
	export PATH=$T/system/bin:/usr/bin:/bin
	cd "$T/project" || return
	RANDOM=${PYVERN_TEST_SEED:-31415}
	cases=${PYVERN_TEST_CASES:-200}
}

# programs FOLDER TEXT NAME...: executables in FOLDER/bin that print TEXT.
programs() {
	local folder=$1 text=$2 name
	shift 2
	mkdir -p "$folder/bin"
	for name; do
		printf '#!/bin/sh\necho %s %s "$*"\n' "$text" "$name" >"$folder/bin/$name"
		chmod 755 "$folder/bin/$name"
	done
}

# Versions as people write them: there, not there, and what is none.
words=(2 2.7 2.7.18 3 3.1 3.9 3.9.2 3.9.10 3.10 3.12 3.12.1 3.13 3.13t 3.13.5t 3.14 3.14-dev
	3.14.0rc2 3.4 3.9.9 4 nope system shop 3.12.1/envs/shop till 3.9.2/envs/till
	3.9.2/envs/gone brew dangling plain empty pypy3.10 miniconda3)
# These are read alike by `version` and its like only: other commands of pyenv's do not
# know the form.
stripped=(python-3.12.1 python-3.9)
# What is none, in files and (odd) as an argument. (Words with * ? [ are not generated: pyenv
# takes them for names of files, here and there.)
hostile=('../x' /etc '$HOME' '-x' 'a;b' '3.12.1#c' "it's" '\x' '%s' '~' 'a=b' '{a,b}')
odd=('a;b' '3.12.1#c' "it's" '\x' '%s' '~' 'a=b' '{a,b}')
commands=(python python3 tool-3.9.2 tool-3.13.5 shop-tool brew-tool system-tool sh nope)

# pick NAME: one element of the array NAME, in $picked.
pick() {
	local -n from=$1
	picked=${from[RANDOM % ${#from[@]}]}
}

# A few versions, one a line; sometimes with what is none among them, in $made.
make_pin() {
	local n=$((RANDOM % 4)) i
	made=
	for ((i = 0; i < n; i++)); do
		case $((RANDOM % 8)) in
		0) pick hostile ;;
		1) pick stripped ;;
		*) pick words ;;
		esac
		case $((RANDOM % 8)) in
		0) made+="  $picked  # remark"$'\n' ;;
		1) made+="$picked"$'\r\n' ;;
		2) made+="# $picked"$'\n'$'\n' ;;
		3) made+="$picked more words"$'\n' ;;
		*) made+="$picked"$'\n' ;;
		esac
	done
	[ $((RANDOM % 6)) -ne 0 ] || made=${made%$'\n'}
}

# What is pinned, where, for the next case.
make_state() {
	local i
	pin='' below='' global='' variable=''
	if [ $((RANDOM % 2)) -eq 0 ]; then make_pin && pin=$made; fi
	if [ $((RANDOM % 5)) -eq 0 ]; then make_pin && below=$made; fi
	if [ $((RANDOM % 2)) -eq 0 ]; then make_pin && global=$made; fi
	if [ $((RANDOM % 4)) -eq 0 ]; then
		pick words
		variable=$picked
		for ((i = RANDOM % 3; i > 0; i--)); do
			pick words
			variable+=:$picked
		done
	fi
	where=$T/project
	if [ $((RANDOM % 3)) -eq 0 ]; then where=$T/project/below; fi
}

# Put the state there. An empty text is a file that is not there, in two of three cases.
put_state() {
	rm -f "$T/project/.python-version" "$T/project/below/.python-version" \
		"$T/project/pin" "$T/project/below/pin" "$PYENV_ROOT/version"
	[ -z "$pin" ] || printf %s "$pin" >"$T/project/.python-version"
	[ -z "$below" ] || printf %s "$below" >"$T/project/below/.python-version"
	[ -z "$global" ] || printf %s "$global" >"$PYENV_ROOT/version"
	unset PYENV_VERSION
	if [ -n "$variable" ]; then export PYENV_VERSION=$variable; fi
	cd "$where" || return
}

# Everything that PROGRAM answers to the words behind it, and leaves behind.
answer() {
	local program=$1 file
	shift
	put_state
	timeout 60 "$program" "$@" >"$T/out" 2>"$T/err" </dev/null
	echo "status $?"
	sed 's/^/out: /' "$T/out"
	# (Of an empty name: pyenv splits at the place where it leaves system out. And each
	# of its scripts that reads a pin warns of what is in it.)
	sed "/^pyenv: version \`' is not installed/d; s/^/err: /" "$T/err" | awk '!said[$0]++'
	for file in "$T/project/.python-version" "$T/project/below/.python-version" \
		"$T/project/pin" "$T/project/below/pin" "$PYENV_ROOT/version"; do
		[ ! -e "$file" ] || { echo "$file:" && cat "$file"; }
	done
}

same() {
	local theirs ours
	theirs=$(answer "$pyenv" "$@")
	ours=$(answer "$T/our/pyenv" "$@")
	asked=$((${asked:-0} + 1))
	[ "$theirs" != "$ours" ] || return 0
	printf '== in %s: pyenv' "${where#"$T"/}"
	printf ' %q' "$@"
	printf '\npin %q below %q global %q variable %q\n' "$pin" "$below" "$global" "$variable"
	diff <(echo "$theirs") <(echo "$ours") | sed 's/^</theirs/; s/^>/ours/'
	failures=$((${failures:-0} + 1))
}

all_same() {
	echo "$asked asked, ${failures:-0} different"
	[ "${failures:-0}" -eq 0 ]
	[ "$asked" -ge "$cases" ]
}

@test "pyenv.md 2, 3: questions about what is chosen" {
	local i
	questions=(version 'version --bare' version-name 'version-name -f' version-origin version-file
		versions 'versions --bare' 'versions --skip-aliases' 'versions --skip-envs'
		'versions --bare --skip-aliases' prefix local global root 'version-file-read .python-version'
		"version-file $T/project/below" "version-file $T")
	for ((i = 0; i < cases; i++)); do
		make_state
		pick questions
		# shellcheck disable=SC2086 # words
		same $picked
	done
	all_same
}

@test "pyenv.md 2, 3: questions about a version or a command" {
	local i
	for ((i = 0; i < cases; i++)); do
		make_state
		pick words
		[ $((RANDOM % 5)) -ne 0 ] || pick odd
		case $((RANDOM % 10)) in
		0) same prefix "$picked" ;;
		1) same prefix "$picked" 3.9.2 ;;
		2) same latest "$picked" ;;
		3) same latest -b "$picked" ;;
		4) same latest -f "$picked" ;;
		5 | 6) pick commands && same which "$picked" ;;
		7) pick commands && same which "$picked" --nosystem ;;
		8) pick commands && same whence "$picked" ;;
		9) pick commands && same whence --path "$picked" ;;
		esac
	done
	all_same
}

@test "pyenv.md 2: pins are written" {
	local i
	for ((i = 0; i < cases; i++)); do
		make_state
		local versions=()
		for ((n = RANDOM % 3; n >= 0; n--)); do
			pick words
			[ $((RANDOM % 7)) -ne 0 ] || pick odd
			versions+=("$picked")
		done
		case $((RANDOM % 6)) in
		0 | 1) same local "${versions[@]}" ;;
		2) same local -f "${versions[@]}" ;;
		3) same global "${versions[@]}" ;;
		4) same version-file-write pin "${versions[@]}" ;;
		5) same version-file-write --force pin "${versions[@]}" ;;
		esac
	done
	all_same
}

@test "pyenv.md 3: what is run" {
	local i
	for ((i = 0; i < cases / 2; i++)); do
		make_state
		pick commands
		same exec "$picked" a 'b c' --version
	done
	cases=$((cases / 2)) all_same
}

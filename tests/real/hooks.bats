#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016 # the other bash expands it
# The hooks of a real pyenv and its plugins: done here, so that no bash starts; and
# other hooks, which both run and answer alike.
#
# PYENV: the pyenv whose checkout it is; else the one in ~/.pyenv.

bats_require_minimum_version 1.5.0
load ../lib/selection

setup() {
	# Before the home folder becomes a private one.
	pyenv=${PYENV:-$HOME/.pyenv/bin/pyenv}
	checkout=$(dirname "$(dirname "$pyenv")")
	[ -d "$checkout/pyenv.d" ] || skip "no checkout of pyenv is here"
	selection_setup
	unset PYENV_HOOK_PATH PYVERN_HOOK_PATH PYENV_DEBUG
	pyvern global 3.13.5
	pyvern config set face pyenv
}

# The checkout's hooks in our root.
take_hooks() {
	local folder
	cp -R "$checkout/pyenv.d" "$PYVERN_ROOT/pyenv.d"
	for folder in "$checkout"/plugins/*/etc/pyenv.d; do
		[ -d "$folder" ] || continue
		mkdir -p "$PYVERN_ROOT/plugins/$(basename "${folder%/etc/pyenv.d}")/etc"
		cp -R "$folder" "$PYVERN_ROOT/plugins/$(basename "${folder%/etc/pyenv.d}")/etc"
	done
}

watch_bash() {
	mkdir "$T/watch"
	printf '#!/bin/sh\necho "$@" >>"$T/started"; exec %s "$@"\n' "$BASH" >"$T/watch/bash"
	chmod 755 "$T/watch/bash"
	export T PATH=$T/watch:$PATH
}

all() {
	pyvern rehash && python && pyvern exec python && pyvern which python && pyvern version &&
		pyvern exec pip install x && pyvern versions
} >/dev/null

@test "the hooks of the checkout start no bash; one of them that was changed does" {
	take_hooks
	watch_bash
	all
	[ ! -e "$T/started" ] || {
		cat "$T/started"
		return 1
	}
	for file in exec/pip-rehash.bash rehash/source.bash; do
		cp "$PYVERN_ROOT/pyenv.d/$file" "$T/kept"
		echo '# mine' >>"$PYVERN_ROOT/pyenv.d/$file"
		all
		[ -e "$T/started" ]
		rm "$T/started"
		cp "$T/kept" "$PYVERN_ROOT/pyenv.d/$file"
	done
	all
	[ ! -e "$T/started" ]
	# What it reads is a part of it.
	echo extra >"$PYVERN_ROOT/pyenv.d/rehash/source.d/mine.list"
	pyvern rehash
	[ -e "$T/started" ]
}

# Both are asked the same; _PYENV_INSTALL_PREFIX and PATH differ by nature.
same() {
	local theirs ours
	theirs=$(PYENV_ROOT=$PYVERN_ROOT "$pyenv" "$@" 2>"$T/their.err" </dev/null; echo "status $?")
	ours=$(pyvern "$@" 2>"$T/our.err" </dev/null; echo "status $?")
	[ "$theirs" != "$ours" ] || ! cmp -s "$T/their.err" "$T/our.err" || return 0
	printf '== %s (%s: %s)\n-- theirs\n%s\n%s\n-- ours\n%s\n%s\n' "$*" "$point" "$code" "$theirs" "$(cat "$T/their.err")" \
		"$ours" "$(cat "$T/our.err")"
	failures=$((${failures:-0} + 1))
}

# hooks POINT: each of the codes that follow, and what both say to the questions.
@test "other hooks: both run them alike" {
	[ -x "$pyenv" ] || skip "no pyenv to compare with"
	local point code
	questions() {
		same exec python a "b c"
		same exec nope
		same which python
		same which nope
		same version-name
		same version-origin
		same version
		# pyenv asks the hooks of `which` for the folder of `system`, and finds none when
		# a hook has emptied PYENV_VERSION; ours is where it is.
		[ "$point" = which ] || [ "$code" = PYENV_VERSION= ] || same prefix
	}
	while IFS='|' read -r point code; do
		mkdir -p "$PYVERN_ROOT/pyenv.d/$point"
		printf '%b\n' "$code" >"$PYVERN_ROOT/pyenv.d/$point/any.bash"
		questions
		rm "$PYVERN_ROOT/pyenv.d/$point/any.bash"
	done <<-'END'
		exec|echo "$PYENV_COMMAND $PYENV_COMMAND_PATH $PYENV_BIN_PATH $PYENV_VERSION $# $*"
		exec|set -- "$1" changed
		exec|PYENV_COMMAND_PATH=/bin/echo
		exec|exit 3
		exec|false
		exec|exec echo mine
		exec|PYENV_VERSION=other
		which|PYENV_COMMAND_PATH=/bin/echo
		which|[ -x "$PYENV_COMMAND_PATH" ] || PYENV_COMMAND_PATH=/bin/echo
		which|echo /bin/echo; exit 0
		which|exit 5
		which|PYENV_COMMAND_PATH=/nowhere
		which|echo "<$version> <$PYENV_COMMAND> <$PYENV_COMMAND_PATH> <${versions[*]}>" >&2
		version-name|PYENV_VERSION=3.12.1
		version-name|PYENV_VERSION=3.12
		version-name|PYENV_VERSION=2.0
		version-name|PYENV_VERSION=
		version-name|PYENV_VERSION=$PYENV_VERSION:3.12.1
		version-name|exit 4
		version-origin|PYENV_VERSION_ORIGIN="a hook"
		version-origin|[ -z "$PYENV_VERSION_ORIGIN" ] || exit 9
	END
	[ "${failures:-0}" -eq 0 ]
}

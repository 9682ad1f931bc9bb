#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern migrate: what pip has in one version, in another one (pyenv.md 10)
# shellcheck disable=SC2154 # run --separate-stderr sets stderr

bats_require_minimum_version 1.5.0
load ../lib/selection

setup() {
	selection_setup
	fake_pip 3.12.1 pip
	fake_pip 3.13.5 pip
}

# A pip that has what is in the file VERSION.has, and can install all but what is in
# VERSION.lacks; as the real one it takes a list as a whole or not at all.
fake_pip() {
	: >"$T/$1.has"
	: >"$T/$1.lacks"
	{
		printf '#!/bin/sh\nhas=%s lacks=%s log=%s\n' "$T/$1.has" "$T/$1.lacks" "$T/$1.log"
		cat <<-'END'
			echo "$*" "nouser=$PYTHONNOUSERSITE" "python=$(command -v python)" >>"$log"
			case $1 in
			freeze)
				echo "a word of warning" >&2
				cat "$has"
				;;
			install)
				for list; do :; done
				new=$(cat "$list") || exit 1
				for word in $new; do
					! grep -qxF "$word" "$lacks" || {
						echo "ERROR: no matching distribution for $word" >&2
						exit 1
					}
				done
				printf '%s\n' $new >>"$has"
				;;
			*) exit 2 ;;
			esac
		END
	} | program "$1" "$2"
}

@test "pyenv.md 10: freeze in one, install in the other, rehash" {
	printf '%s\n' black==24.1 click==8.1 >"$T/3.12.1.has"
	program 3.13.5 black-new <<<'#!/bin/sh'
	run -0 pyvern migrate 3.12.1 3.13.5
	has_line "+ 3.13.5   2 of 2 packages of 3.12.1"
	[ "$(cat "$T/3.13.5.has")" = $'black==24.1\nclick==8.1' ]
	[ -x "$PYVERN_ROOT/shims/black-new" ]
	# Its own programs first, and nothing of the user's folder.
	grep -qxF "freeze nouser=1 python=$PYVERN_ROOT/versions/3.12.1/bin/python" "$T/3.12.1.log"
	grep -qF "python=$PYVERN_ROOT/versions/3.13.5/bin/python" "$T/3.13.5.log"
}

@test "requests, and environments" {
	echo click==8.1 >"$T/3.12.1.has"
	fake_version 3.13.5/envs/shop python3
	mkdir -p "$T/3.13.5/envs"
	fake_pip 3.13.5/envs/shop pip
	run -0 pyvern migrate 3.12 3.13.5/envs/shop
	has_line "+ 3.13.5/envs/shop   1 of 1 package of 3.12.1"
	[ -s "$T/3.13.5/envs/shop.has" ] && [ ! -s "$T/3.13.5.has" ]
}

@test "a Python that has only pip3" {
	mv "$PYVERN_ROOT/versions/3.12.1/bin/pip" "$PYVERN_ROOT/versions/3.12.1/bin/pip3"
	echo click==8.1 >"$T/3.12.1.has"
	run -0 pyvern migrate 3.12.1 3.13.5
	[ -s "$T/3.13.5.has" ]
}

@test "what cannot be installed is named; the rest is there" {
	printf '%s\n' black==24.1 old-thing==0.1 'local @ file:///nowhere/x.whl' click==8.1 \
		>"$T/3.12.1.has"
	printf '%s\n' old-thing==0.1 @ >"$T/3.13.5.lacks"
	run -1 pyvern migrate 3.12.1 3.13.5
	has_line "+ 3.13.5   2 of 4 packages of 3.12.1"
	has_line "! 3.13.5   old-thing==0.1 cannot be installed"
	has_line "  to fix   $PYVERN_ROOT/versions/3.13.5/bin/pip install old-thing"
	has_line "! 3.13.5   local @ file:///nowhere/x.whl cannot be installed"
	[ "$(cat "$T/3.13.5.has")" = $'black==24.1\nclick==8.1' ]
	[ "$(grep -c -- '--no-deps' "$T/3.13.5.log")" -eq 4 ]
	: >"$T/3.13.5.lacks"
	run -0 pyvern migrate --quiet 3.12.1 3.13.5
	grep -q "^install --quiet --requirement" "$T/3.13.5.log"
}

@test "--dry-run lists, and installs nothing" {
	printf '%s\n' black==24.1 click==8.1 >"$T/3.12.1.has"
	run -0 --separate-stderr pyvern migrate --dry-run 3.12.1 3.13.5
	is_output black==24.1 click==8.1
	[ ! -s "$T/3.13.5.has" ]
}

@test "nothing to bring" {
	run -0 pyvern migrate 3.12.1 3.13.5
	has_line "= 3.13.5   3.12.1 has no packages to bring"
	[ ! -e "$T/3.13.5.log" ]
	run -0 pyvern migrate --quiet 3.12.1 3.13.5
	is_output "a word of warning"
}

@test "what the pip of the first says is not a list when it fails" {
	program 3.12.1 pip <<-'END'
		#!/bin/sh
		echo broken==1
		exit 3
	END
	run -1 pyvern migrate 3.12.1 3.13.5
	has_line "pyvern: pip of 3.12.1 cannot say what it has"
	[ ! -e "$T/3.13.5.log" ]
}

@test "no pip, not installed, the same one, too few words" {
	rm "$PYVERN_ROOT/versions/3.13.5/bin/pip"
	run -1 pyvern migrate 3.12.1 3.13.5
	has_line "pyvern: 3.13.5 has no pip"
	run -3 pyvern migrate 3.12.1 3.11.9
	has_line "pyvern: 3.11.9 is not installed"
	run -2 pyvern migrate 3.12 3.12.1
	run -2 pyvern migrate 3.12
	has_line "  to fix   pyvern help migrate"
}

# Nothing is left for others to read.
@test "the list leaves no file behind" {
	mkdir "$T/tmp"
	echo click==8.1 >"$T/3.12.1.has"
	TMPDIR=$T/tmp run -0 pyvern migrate 3.12.1 3.13.5
	[ -z "$(ls -A "$T/tmp")" ]
}
